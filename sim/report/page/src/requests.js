// Latency of each stream: figures, distribution, and what it consists of.
import {asTable, el, missing, section, svg, table} from './dom.js';
import {colour, plane} from './charts.js';
import {figure, time, valueOf, withUnit} from './format.js';

const members = ['p50', 'p90', 'p95', 'p99', 'max'];
const dashes = ['', '7 4', '2 3', '10 3 2 3'];

function figuresTable(data, run, streams) {
  const columns = [{name: 'stream'}, {name: 'requests', number: true}, {name: 'missed', number: true}, {name: 'mean', number: true},
    ...members.map(name => ({name, number: true})), {name: 'per second', number: true}, {name: 'energy each', number: true}];
  return table('Latency by stream, of the requests submitted in the measurement window', columns, streams.map(name => {
    const at = `streams[${name}]`, get = path => figure(data, run, `${at}.${path}`);
    return [[name, el('span', {class: 'under'}, get('model'), ', ', get('band'))], get('requests.submitted'), get('deadline.missed'),
      get('latency_us.mean'), ...members.map(member => get(`latency_us.${member}`)), get('throughput_per_s'), get('energy_mj_per_request')];
  }));
}

// Of streams of prompts.
function promptsTable(data, run, streams) {
  const prompts = streams.filter(name => data.runs[run].figures[`streams[${name}].llm.tokens`]);
  return prompts.length > 0 && table('Prompts and answers', [{name: 'stream'}, {name: 'first token, p50', number: true}, {name: 'p99', number: true},
    {name: 'a token, p50', number: true}, {name: 'p99', number: true}, {name: 'tokens', number: true}, {name: 'tokens per second', number: true},
    {name: 'energy a token', number: true}],
  prompts.map(name => [name, ...['ttft_us.p50', 'ttft_us.p99', 'tpot_us.p50', 'tpot_us.p99', 'tokens', 'tokens_per_s', 'energy_mj_per_token']
    .map(key => figure(data, run, `streams[${name}].llm.${data.runs[run].figures[`streams[${name}].llm.${key}`] ? key : key.replace(/\.\w+$/, '')}`))]));
}

// Share of requests answered within a time, of every run.
function distribution(data) {
  const curves = data.runs.flatMap((run, r) => (run.latencies ?? []).filter(s => s.samples > 0)
    .map((stream, s) => ({run: r, label: data.runs.length > 1 ? `${stream.name}, ${run.label}` : stream.name,
      colour: colour(s), dash: dashes[r % 4] || (data.runs.length > 1 ? '' : dashes[s % 4]), ...stream})));
  if (curves.length === 0) return missing('No request was answered in the measurement window.');
  const all = curves.flatMap(c => [c.us[0], c.us[c.us.length - 1], ...(c.deadline_us ? [c.deadline_us] : [])]);
  const low = Math.max(Math.min(...all) / 1.15, 1e-3), high = Math.max(...all) * 1.15;
  const chart = plane('Share of requests answered within a time, by stream; the table behind has the same values', 300,
    {low, high, log: high / low > 20, label: 'latency', text: time},
    {low: 0, high: 100, text: v => `${v} %`}, ({px, py, box}) => [
      ...curves.map((c, i) => c.deadline_us && curves.findIndex(o => o.name === c.name && o.deadline_us === c.deadline_us) === i &&
        svg('g', {class: 'deadline'}, svg('line', {x1: px(c.deadline_us), x2: px(c.deadline_us), y1: box.top, y2: box.bottom}),
          svg('text', {x: px(c.deadline_us) - 6, y: box.bottom - 8, 'text-anchor': 'end'}, `deadline of ${c.name}`))),
      ...curves.map(c => {
        const steps = c.us.map((us, i) => `${i === 0 ? `M${px(us)} ${py(0)}` : `H${px(us)}`}V${py(c.percent[i])}`);
        return svg('path', {d: `${steps.join('')}H${box.right}`, class: 'curve', 'stroke-dasharray': c.dash, style: {stroke: c.colour}});
      })]);
  const key = el('ul', {class: 'legend'}, curves.map(c => el('li', {},
    svg('svg', {width: 28, height: 10, 'aria-hidden': 'true'}, svg('line', {x1: 0, x2: 28, y1: 5, y2: 5, class: 'curve',
      'stroke-dasharray': c.dash, style: {stroke: c.colour}})), el('span', {}, c.label))));
  const rows = () => {
    const wanted = [1, 10, 25, 50, 75, 90, 95, 99, 100];
    return table('Latency within which a share of the requests was answered',
      [{name: 'stream'}, ...wanted.map(p => ({name: `${p} %`, number: true}))],
      curves.map(c => [c.label, ...wanted.map(p => time(c.us[c.percent.findIndex(q => q >= p - 1e-9)] ?? c.us[c.us.length - 1]))]));
  };
  return el('figure', {}, el('figcaption', {}, 'Share of requests answered within a time'), chart, key, asTable(rows));
}

function consists(parts) {
  const shown = parts.parts.map((part, i) => ({...part, i}))
    .filter(({i}) => parts.streams.some(s => s.mean_us[i + 1] > 0.002 * s.mean_us[0]));
  const bars = parts.streams.map(stream => el('div', {class: 'bar-row'}, el('span', {class: 'bar-name'}, stream.name),
    el('span', {class: 'bar', 'aria-hidden': 'true'}, shown.map(({name, i}, place) => {
      const share = stream.mean_us[i + 1] / stream.mean_us[0];
      return share > 0.002 && el('span', {class: 'piece', title: `${name}: ${time(stream.mean_us[i + 1])}`,
        style: {flexGrow: String(share), background: colour(place)}}, share > 0.07 && el('span', {}, name.replace('_', ' ')));
    })), el('span', {class: 'bar-value'}, time(stream.mean_us[0]))));
  return el('figure', {}, el('figcaption', {}, 'What the mean request\u2019s latency consists of'), bars,
    table('Parts of the mean latency, of all requests that are over', [{name: 'part'},
      ...parts.streams.map(s => ({name: s.name, number: true})), {name: 'where it is then', wide: true}],
    [...shown.map(({name, what, i}, place) => [[el('span', {class: 'swatch', 'aria-hidden': 'true', style: {background: colour(place)}}), name],
      ...parts.streams.map(s => `${time(s.mean_us[i + 1])} (${withUnit(s.mean_us[i + 1] / s.mean_us[0], 'share')})`), what])]));
}

function sampled(data, run) {
  const share = valueOf(data, run, 'sampled_share');
  return share > 0 && missing(`${withUnit(share, 'share')} of the steps\u2019 time was sampled, not simulated. The parts below do not know what went on in it and count it as front_end.`);
}

export function latency(data, run) {
  const {latencies, parts} = data.runs[run];
  const streams = streamOrder(data, run);
  return section('Latency', 'From the request\u2019s submission to the caller\u2019s answer. Percentiles are nearest rank.',
    streams.length > 0 ? figuresTable(data, run, streams) : missing('The result has no streams.'), promptsTable(data, run, streams),
    latencies ? distribution(data) : missing('The run has no jobs.csv, so its distribution is not known.'),
    sampled(data, run), parts ? parts.streams.length > 0 && consists(parts) : missing('The run has no paths.csv, so what its latency consists of is not known.'));
}

export function streamsOf(data, run) {
  const names = Object.keys(data.runs[run].figures).map(path => /^streams\[(.*)\]\.model$/.exec(path)?.[1]);
  return names.filter(name => name !== undefined);
}


// As the scenario has them, where jobs.csv tells.
export function streamOrder(data, run) {
  const told = data.runs[run].latencies?.map(s => s.name) ?? [];
  return [...told, ...streamsOf(data, run).filter(name => !told.includes(name))];
}
