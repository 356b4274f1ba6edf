// Layers against the roofs; time by operator and by stall reason.
import {asTable, el, missing, section, svg, table} from './dom.js';
import {colour, plane} from './charts.js';
import {time, withUnit} from './format.js';

const [MODEL, INDEX, NAME, OP, BOUND, RUNS, WALL, MACS, BYTES, STALLS] = Array.from({length: 10}, (_, i) => i);
const bounds = ['tensor', 'vector', 'dma_in', 'dma_out', 'overhead'];
const shapes = {
  tensor: r => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  vector: r => `M${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  dma_in: r => `M0 ${-1.2 * r}L${1.2 * r} ${r}H${-1.2 * r}z`,
  dma_out: r => `M0 ${1.2 * r}L${1.2 * r} ${-r}H${-1.2 * r}z`,
  overhead: r => `M0 ${-1.4 * r}L${1.4 * r} 0L0 ${1.4 * r}L${-1.4 * r} 0z`,
};

function layerTable(caption, rows) {
  return table(caption, [{name: 'layer'}, {name: 'model'}, {name: 'operator'}, {name: 'bound'}, {name: 'time', number: true},
    {name: 'runs', number: true}, {name: 'operations', number: true}, {name: 'bytes', number: true}, {name: 'ops/byte', number: true},
    {name: 'achieved', number: true}, {name: 'stalls', number: true}],
  rows.map(l => [`#${l[INDEX]} ${l[NAME]}`, l[MODEL], l[OP], l[BOUND], time(l[WALL]), withUnit(l[RUNS], ''), withUnit(2 * l[MACS], ''),
    withUnit(l[BYTES], 'bytes'), l[BYTES] > 0 ? withUnit(2 * l[MACS] / l[BYTES], '') : 'no bytes',
    withUnit(l[WALL] > 0 ? 2 * l[MACS] / l[WALL] * 1e6 : null, 'ops/s'), time(l[STALLS])]));
}

export function roofline(data, index) {
  const run = data.runs[index];
  if (!run.layers) return section('Roofline', null, missing('The run has no layers.csv, so its layers are not known.'));
  const points = run.layers.rows.filter(l => l[MACS] > 0 && l[WALL] > 0);
  if (points.length === 0) return section('Roofline', null, missing('No layer with arithmetic ended inside the measurement window.'));
  const moving = points.filter(l => l[BYTES] > 0), still = points.length - moving.length;
  const intensity = l => 2 * l[MACS] / l[BYTES], speed = l => 2 * l[MACS] / l[WALL] * 1e6;
  const {compute, memory, clock_hz} = run.roofs, roof = Math.max(...compute.map(c => c.ops), ...points.map(speed));
  const widest = Math.max(...memory.map(m => m.gbps * 1e9), 1);
  const power10 = v => 10 ** Math.floor(Math.log10(v)), above10 = v => 10 ** Math.ceil(Math.log10(v));
  const x = {low: power10(Math.min(...moving.map(intensity), 1)), high: above10(Math.max(...moving.map(intensity), 3 * roof / widest)) * (still ? 10 : 1),
    log: true, label: 'operations per byte that the DMA moved', text: v => withUnit(v, '')};
  const y = {low: power10(Math.min(...points.map(speed))), high: above10(roof * 1.2), log: true, room: 84, text: v => withUnit(v, 'ops/s')};
  const total = points.reduce((sum, l) => sum + l[WALL], 0);
  const chart = plane(`${points.length} layers by operations per byte and achieved operations per second, under the roofs of arithmetic and memory; the table behind lists them`, 420, x, y,
    ({px, py, box, width}) => {
      const clip = box, roofs = compute.filter((c, i) => compute.findIndex(o => o.ops === c.ops) === i);
      const lines = [
        ...roofs.map(c => svg('g', {class: 'roof'}, svg('line', {x1: clip.left, x2: clip.right, y1: py(c.ops), y2: py(c.ops)}),
          svg('text', {x: clip.left + 6, y: py(c.ops) - 5},
            `${compute.filter(o => o.ops === c.ops).map(o => o.name).join(', ')}: ${withUnit(c.ops, 'ops/s')}`))),
        ...memory.map(m => {
          const at = ops => ops / (m.gbps * 1e9), ridge = Math.max(...compute.map(c => c.ops), y.low);
          const from = Math.max(x.low, at(y.low)), to = Math.min(x.high, at(ridge));
          return svg('g', {class: 'roof'}, svg('line', {x1: px(from), y1: py(from * m.gbps * 1e9), x2: px(to), y2: py(to * m.gbps * 1e9)}),
            svg('text', {x: px(to) + 8, y: py(to * m.gbps * 1e9) + 26}, `${m.name}: ${withUnit(m.gbps, '10^9 bytes/s')}`));
        })];
      const size = width < 500 ? 3 : 4.5;
      return [lines, points.map(l => {
        const at = l[BYTES] > 0 ? px(intensity(l)) : clip.right - 8;
        const r = size * (0.6 + 1.6 * Math.sqrt(l[WALL] / total));
        return svg('path', {class: 'layer', d: shapes[l[BOUND]]?.(r) ?? shapes.tensor(r), transform: `translate(${at} ${py(Math.max(speed(l), y.low))})`,
          style: {fill: colour(bounds.indexOf(l[BOUND]))}}, svg('title', {}, `${l[MODEL]} #${l[INDEX]} ${l[NAME]} (${l[OP]}): ${withUnit(speed(l), 'ops/s')}, ${time(l[WALL])}`));
      })];
    });
  const used = bounds.filter(b => points.some(l => l[BOUND] === b));
  const key = el('ul', {class: 'legend'}, used.map(b => el('li', {},
    svg('svg', {width: 14, height: 14, viewBox: '-7 -7 14 14', 'aria-hidden': 'true'}, svg('path', {d: shapes[b](5), class: 'layer', style: {fill: colour(bounds.indexOf(b))}})),
    el('span', {}, `bound by ${b}`))));
  const dropped = run.layers.count - run.layers.rows.length;
  return section('Roofline', `Every layer that computes, larger where it takes longer, by what bounds it. Achieved: its operations (two for a multiply-accumulate) over the time from its first command to the end of its last, waiting included, but not the loads that ran ahead of it: a layer may stand above the memory\u2019s roof. Roofs: the engines at ${withUnit(clock_hz, 'Hz')}, and the memory\u2019s peak.`,
    el('figure', {}, el('figcaption', {}, 'Operations per second'), chart, key,
      still > 0 && el('p', {class: 'note'}, `${still} layers that moved no bytes of their own stand at the right edge.`),
      dropped > 0 && el('p', {class: 'note'}, `${dropped} of ${run.layers.count} layers, the shortest, are left out here and counted below.`),
      asTable(() => layerTable('Layers, the longest first', run.layers.rows.slice(0, 500)))));
}

export function operators(data, index) {
  const run = data.runs[index];
  if (!run.layers) return section('Time by operator and stall', null, missing('The run has no layers.csv, so its operators are not known.'));
  const {operators: all, reasons, stalls} = run.layers, longest = Math.max(...all.map(o => o[2]), 1e-9), total = all.reduce((sum, o) => sum + o[2], 0) || 1;
  const bar = (value, of, i) => el('span', {class: 'bar thin', 'aria-hidden': 'true'}, el('span', {class: 'piece', style: {flexGrow: String(value / of), background: colour(i)}}),
    el('span', {style: {flexGrow: String(1 - value / of)}}));
  const sums = stalls.map(s => s.us.reduce((a, b) => a + b, 0)), most = Math.max(...stalls.flatMap(s => s.us), 1e-9);
  return section('Time by operator and stall', 'Layers overlap, and both engines add to the stalls, so neither column adds up to the time that passed.',
    table('Operators, the longest first', [{name: 'operator'}, {name: 'layers', number: true}, {name: 'time', number: true}, {name: 'share', number: true}, {name: ''},
      {name: 'operations', number: true}, {name: 'bytes', number: true}, {name: 'stalls', number: true}],
    all.map(o => [o[0], withUnit(o[1], ''), time(o[2]), withUnit(o[2] / total, 'share'), bar(o[2], longest, 0), withUnit(2 * o[3], ''), withUnit(o[4], 'bytes'), time(o[5])])),
    table('What the engines waited for, by model', [{name: 'reason'}, ...stalls.flatMap(s => [{name: s.model, number: true}, {name: ''}])],
      [...reasons.map((reason, i) => [reason.replace('_', ' '), ...stalls.flatMap(s => [time(s.us[i]), bar(s.us[i], most, 5)])]),
        ['together', ...sums.flatMap(sum => [time(sum), ''])]]));
}
