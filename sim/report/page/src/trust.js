// What the figures rest on: estimated figures, the configuration, and every figure of the result.
import {el, missing, section, table} from './dom.js';
import {figure, figureOf, withUnit} from './format.js';

// Rows that a text finds. rows: {text, node}.
function searchable(label, rows, more) {
  const count = el('p', {class: 'note', role: 'status'});
  const input = el('input', {type: 'search', 'aria-label': label, placeholder: label, spellcheck: 'false', autocomplete: 'off'});
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.node.hidden = !words.every(word => row.text.includes(word)) || !more.every(filter => filter.accepts(row));
      shown += row.node.hidden ? 0 : 1;
    }
    count.textContent = `${shown} of ${rows.length}`;
  };
  input.addEventListener('input', apply);
  for (const filter of more) filter.node.addEventListener('change', apply);
  apply();
  return el('div', {class: 'filters'}, input, more.map(filter => filter.node), count);
}

function choice(label, accepts) {
  const box = el('input', {type: 'checkbox'});
  return {node: el('label', {class: 'choice'}, box, label), accepts: row => !box.checked || accepts(row)};
}

function bodyRows(node, rows) {
  return [...node.querySelectorAll('tbody tr')].map((row, i) => ({node: row, text: row.textContent.toLowerCase(), row: rows[i]}));
}

export function estimates(data, index) {
  const run = data.runs[index], settings = new Map(run.settings.map(s => [s[0], s]));
  const paths = Object.keys(run.figures).map(path => /^estimates\[(.*)\]$/.exec(path)?.[1]).filter(Boolean);
  const marks = {};
  for (const [, , mark] of run.settings) if (mark) marks[mark] = (marks[mark] ?? 0) + 1;
  const rows = paths.map(path => settings.get(path) ?? [path, '', '', '', '']);
  const list = table('Estimated and recalled figures', [{name: 'key'}, {name: 'value', number: true}, {name: 'mark'}, {name: 'source', wide: true}],
    rows.map(s => [el('code', {}, s[0]), s[1], s[2], s[3]]));
  return section('What the figures rest on', 'Each figure of a preset says how far to trust it. A conclusion that turns on an estimated one is worth a run at its bounds.',
    Object.keys(marks).length > 0 ? el('dl', {class: 'tiles'}, Object.entries(marks).sort((a, b) => b[1] - a[1]).map(([mark, n]) =>
      el('div', {class: 'tile'}, el('dt', {}, mark), el('dd', {}, String(n))))) : missing('The run has no resolved.toml, so marks and sources are not known.'),
    el('details', {}, el('summary', {}, `${paths.length} estimated or recalled figures`), searchable('Search estimated figures', bodyRows(list, rows), []), list));
}

export function configuration(data, index) {
  const run = data.runs[index];
  if (run.settings.length === 0) return section('Configuration', null, missing('The run has no resolved.toml, so its configuration is not known.'));
  const list = table('Every key, with the origin of its value', [{name: 'key'}, {name: 'value', number: true}, {name: 'origin'}, {name: 'mark'}, {name: 'source', wide: true}],
    run.settings.map(([path, value, mark, source, origin]) => [el('code', {}, path), value, origin, mark, source]));
  const changed = choice('set by scenario or command line', row => /^(scenario|--|command)/.test(row.row[4]));
  return section('Configuration', null,
    el('dl', {class: 'facts'}, ['config_hash', 'scenario.hash', 'takt_version', 'firmware.build', 'firmware.elf_hash', 'fidelity', 'seed']
      .filter(path => run.figures[path]).map(path => el('div', {}, el('dt', {}, path), el('dd', {}, figure(data, index, path))))),
    el('details', {}, el('summary', {}, `${run.settings.length} keys`), searchable('Search keys, values, origins', bodyRows(list, run.settings), [changed]), list));
}

// Changes of a figure against the first run, in words and signs.
function change(data, run, path) {
  const found = data.comparisons[run - 1]?.changes[path];
  if (!found) return null;
  const [delta, percent, effect] = found;
  if (!delta) return el('span', {class: 'delta'}, 'other');
  const signed = v => `${v > 0 ? '+' : ''}${withUnit(v, '')}`;
  const size = percent === null ? signed(Number(delta)) : `${percent > 0 ? '+' : '\u2212'}${Math.abs(percent) < 0.05 ? '<0.1' : Math.abs(percent).toFixed(1)}\u202f%`;
  return el('span', {class: `delta ${effect}`, title: `${delta}; ${effect || 'neither way is better'}`},
    effect === 'better' ? '\u2713 ' : effect === 'worse' ? '\u2717 ' : '', size, effect && ` ${effect}`);
}

export function everything(data) {
  const several = data.runs.length > 1;
  const paths = [...new Set(data.runs.flatMap(run => Object.keys(run.figures)))].filter(path => !/^(estimates\[|notes\.)/.test(path)).sort();
  const described = path => data.runs.map((_, r) => figureOf(data, r, path)).find(Boolean);
  const list = table(several ? `Every figure, against ${data.runs[0].label}` : 'Every figure', [{name: 'figure'},
    ...data.runs.map(run => ({name: run.label, number: true})), {name: 'what it is', wide: true}],
  paths.map(path => [el('code', {}, path), ...data.runs.map((_, r) => [figure(data, r, path), r > 0 && change(data, r, path)]),
    [described(path).what, described(path).better && el('span', {class: 'note'}, ` (${described(path).better})`)]]));
  const differs = path => data.comparisons.some(c => c.changes[path]);
  const effects = effect => path => data.comparisons.some(c => c.changes[path]?.[2] === effect);
  const filters = several ? [choice('only what differs', row => differs(row.row)), choice('only what is worse', row => effects('worse')(row.row))] : [];
  const body = [searchable('Search figures', bodyRows(list, paths), filters), list];
  return section('All figures', 'As in results.json: point at a number, or read its value attribute, for all its digits.',
    several ? body : el('details', {}, el('summary', {}, `${paths.length} figures`), body));
}

function movedTable(caption, unit, rows) {
  return rows.length > 0 && table(caption, [{name: 'what'}, {name: 'before', number: true}, {name: 'after', number: true}, {name: 'moved', number: true}],
    rows.map(([name, before, after]) => [name, withUnit(before, unit), withUnit(after, unit), `${after > before ? '+' : ''}${withUnit(after - before, unit)}`]));
}

const headline = ['latency_us.p50', 'latency_us.p99', 'throughput_per_s', 'deadline.missed', 'energy_mj_per_request'];
const whole = ['power.average_mw', 'power.energy_mj', 'memory.bandwidth_gbps.average', 'npu.utilization.tensor', 'npu.utilization.dma_in', 'cpu.control_busy', 'preemptions.count'];

export function sideBySide(data, streams) {
  const paths = [...streams.flatMap(name => headline.map(key => `streams[${name}].${key}`)), ...whole]
    .filter(path => data.runs.some(run => run.figures[path]));
  return section('Side by side', `Against ${data.runs[0].label}: better and worse by the direction in which each figure is good. Simulation is deterministic, so every difference is one.`,
    table('The figures that are asked for most', [{name: 'figure'}, ...data.runs.map(run => ({name: run.label, number: true}))],
      paths.map(path => [path.replace(/^streams\[(.*?)\]\./, '$1: '), ...data.runs.map((_, r) => [figure(data, r, path), r > 0 && change(data, r, path)])])),
    data.comparisons.map((c, i) => el('details', {open: data.runs.length === 2}, el('summary', {}, `Where ${data.runs[i + 1].label} differs: ${c.better} figures better, ${c.worse} worse`),
      c.keys.length > 0 && [el('h3', {}, 'Keys'), el('ul', {}, c.keys.map(key => el('li', {}, el('code', {}, key)))), c.more_keys > 0 && el('p', {class: 'note'}, `and ${c.more_keys} more`)],
      c.decisions && el('p', {}, 'Decisions: ', c.decisions),
      el('div', {class: 'columns'}, movedTable('Parts of the mean latency that moved most', 'us', c.parts), movedTable('Memory latency', 'ns', c.memory),
        movedTable('Layers, an execution', 'us', c.layers), movedTable('Stalls, an execution', 'us', c.stalls)))));
}
