// A sweep: the best of each objective, the Pareto front, two objectives against each other, what moves them, every point.
import {asTable, el, missing, section, svg, table} from './dom.js';
import {colour, plane} from './charts.js';
import {withUnit} from './format.js';

const named = point => point.label || 'the scenario as it is';
const direction = objective => `${objective.better} is better`;
const has = (point, ...places) => places.every(place => point.values[place] !== null);

function shown(sweep, point, place) {
  const {path, unit} = sweep.objectives[place], text = point.values[place];
  return text === null ? el('span', {class: 'absent'}, point.state === 'done' ? 'none' : point.state) :
    el('data', {value: text, title: unit ? `${text} ${unit}` : text, 'data-point': point.id, 'data-metric': path}, withUnit(Number(text), unit));
}

function pointTable(sweep, caption, points) {
  return table(caption, [{name: 'point'}, ...sweep.objectives.map(o => ({name: o.path, number: true})), {name: 'id', number: true}],
    points.map(point => [named(point), ...sweep.objectives.map((_, place) => shown(sweep, point, place)), el('code', {}, point.id)]));
}

function best(sweep) {
  const cards = sweep.objectives.map((objective, place) => {
    const sign = objective.better === 'higher' ? -1 : 1;
    const sorted = sweep.points.filter(point => has(point, place)).sort((a, b) => sign * (a.values[place] - b.values[place]));
    return el('article', {class: 'card plain'}, el('h3', {}, objective.path), el('p', {}, sorted.length === 0 ? 'no point has it' :
      [shown(sweep, sorted[0], place), ' at ', named(sorted[0])]), el('p', {class: 'note'}, `${objective.what}; ${direction(objective)}`));
  });
  return section('Best of each objective', null, el('div', {class: 'cards'}, cards));
}

function front(sweep) {
  const points = sweep.points.filter(point => point.front);
  return section('Pareto front', 'No other point is better in one objective and nowhere worse. What to choose is among these.',
    points.length > 0 ? pointTable(sweep, `${points.length} points on the Pareto front`, points) : missing('No point has every objective.'));
}

function scale(sweep, points, place) {
  const values = points.map(point => Number(point.values[place])), low = Math.min(...values), high = Math.max(...values);
  const room = high > low ? (high - low) * 0.06 : Math.abs(high) * 0.1 || 1, {path, unit} = sweep.objectives[place];
  return {low: low - room, high: high + room, label: path, text: value => withUnit(value, unit), room: 96};
}

function scatter(sweep, across, up) {
  const points = sweep.points.filter(point => has(point, across, up)), x = scale(sweep, points, across), y = scale(sweep, points, up);
  // Points of the front on top.
  const order = [...points].sort((a, b) => a.front - b.front);
  const chart = plane(`${points.length} points by ${x.label} and ${y.label}, those on the Pareto front as diamonds; the table behind lists them`, 420, x, y,
    ({px, py, width}) => order.map(point => {
      const r = (width < 500 ? 4 : 5) * (point.front ? 1.5 : 1), at = `translate(${px(Number(point.values[across]))} ${py(Number(point.values[up]))})`;
      return svg('path', {class: 'layer point', d: point.front ? `M0 ${-r}L${r} 0L0 ${r}L${-r} 0z` : `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
        transform: at, 'data-point': point.id, style: {fill: colour(point.front ? 5 : 0)}}, svg('title', {}, `${named(point)}: ${[across, up].map(place =>
        `${sweep.objectives[place].path} ${withUnit(Number(point.values[place]), sweep.objectives[place].unit)}`).join(', ')}`));
    }));
  return el('figure', {}, el('figcaption', {}, `Up: ${y.label} (${direction(sweep.objectives[up])}). Across: ${x.label} (${direction(sweep.objectives[across])})`), chart,
    el('ul', {class: 'legend'}, [['on the Pareto front', 5, 'M0 -6L6 0L0 6L-6 0z'], ['another one dominates it', 0, 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0']].map(([text, tone, d]) => el('li', {},
      svg('svg', {width: 14, height: 14, viewBox: '-7 -7 14 14', 'aria-hidden': 'true'}, svg('path', {class: 'layer', d, style: {fill: colour(tone)}})), el('span', {}, text)))),
    asTable(() => pointTable(sweep, 'The points of the chart', points)));
}

function against(sweep) {
  const title = 'Two objectives', {objectives} = sweep;
  if (objectives.length < 2) return section(title, null, missing('The sweep has one objective.'));
  if (!sweep.points.some(point => has(point, 0, 1))) return section(title, null, missing('No point has both.'));
  const place = el('div');
  const choice = (label, initial) => {
    const select = el('select', {onchange: () => draw()}, objectives.map((o, i) => el('option', {value: i, selected: i === initial}, o.path)));
    return {select, node: el('label', {class: 'choice'}, label, select)};
  };
  const across = choice('across', 0), up = choice('up', 1);
  function draw() { place.replaceChildren(scatter(sweep, Number(across.select.value), Number(up.select.value))); }
  draw();
  return section(title, objectives.length > 2 && 'The Pareto front is that of all objectives: in two of them its points need not lie at the edge.',
    objectives.length > 2 && el('div', {class: 'filters'}, across.node, up.node), place);
}

function moves(sweep) {
  const rows = sweep.sensitivities, of = path => sweep.objectives.find(o => o.path === path) ?? {unit: ''};
  if (rows.length === 0) return section('What moves each objective', null, missing('No key varies alone over points that have results.'));
  const most = Math.max(...rows.map(row => row.swing), 1e-9);
  return section('What moves each objective', 'The least and the greatest of the means over each value of a key, or, of corners, the two bounds of a figure.',
    table('Keys by what they move, the greatest swing first', [{name: 'key'}, {name: 'objective'}, {name: 'swing', number: true}, {name: ''}, {name: 'least', number: true}, {name: 'at'},
      {name: 'greatest', number: true}, {name: 'at'}],
    rows.map(row => [row.axis, row.objective, withUnit(row.swing, 'share'), el('span', {class: 'bar thin', 'aria-hidden': 'true'},
      el('span', {class: 'piece', style: {flexGrow: String(row.swing / most), background: colour(0)}}), el('span', {style: {flexGrow: String(1 - row.swing / most)}})),
    withUnit(row.low, of(row.objective).unit), row.low_at, withUnit(row.high, of(row.objective).unit), row.high_at])));
}

function failures(sweep) {
  const points = sweep.points.filter(point => point.state === 'failed');
  return points.length > 0 && section('Points that failed', null, table(`${points.length} points`, [{name: 'point'}, {name: 'exit code', number: true}, {name: 'reason', wide: true}, {name: 'id', number: true}],
    points.map(point => [named(point), String(point.exit_code), point.error, el('code', {}, point.id)])));
}

function everyPoint(sweep) {
  const {left_out: out} = sweep.counts;
  return section('Every point', out > 0 && `${out} points off the front are left out of this page; sweep.db has them.`,
    el('details', {}, el('summary', {}, `${sweep.points.length} points`), pointTable(sweep, 'Points in the order of the design', sweep.points)));
}

export const sweepSections = sweep => [best, front, against, moves, failures, everyPoint].map(part => part(sweep)).filter(Boolean);

export function sweepLead(sweep) {
  const {counts} = sweep, points = counts.done + counts.failed + counts.missing;
  return [`sweep of ${sweep.scenario}, ${points} points`, counts.failed > 0 && `, ${counts.failed} failed`, counts.missing > 0 && `, ${counts.missing} without a result`].filter(Boolean).join('');
}
