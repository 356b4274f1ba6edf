// What the hardware did over time: engines, bandwidth, power.
import {asTable, el, missing, section, svg, table} from './dom.js';
import {colour, overTime, strip} from './charts.js';
import {streamOrder} from './requests.js';
import {figure, short, valueOf, withUnit} from './format.js';

const seconds = run => ({begin: run.begin_us / 1e6, end: run.end_us / 1e6});
const instant = (t, run) => {
  const places = Math.max(0, 3 - Math.ceil(Math.log10((run.end_us - run.begin_us) / 1e6)));
  return `${short(Number(t.toFixed(places)))} s`;
};
const mean = values => values.reduce((a, b) => a + b, 0) / values.length;
const most = values => values.reduce((a, b) => Math.max(a, b), 0);

function lane(stream, i, label) {
  const height = 44, count = stream.permille.length;
  return el('div', {class: 'lane'}, el('div', {class: 'lane-head'}, el('span', {}, stream.name),
    el('span', {class: 'value'}, withUnit(stream.share, 'share'))),
  strip(`${stream.name} had the engines ${withUnit(stream.share, 'share')} of the time; ${label}`, height + 8, width => {
    const x = t => t * width / count, y = v => height - v * (height - 2) / 1000;
    const outline = stream.permille.map((v, t) => `${t === 0 ? `M0 ${height}V${y(v)}` : `V${y(v)}`}H${x(t + 1)}`).join('');
    return [svg('rect', {class: 'lane-ground', width, height}),
      svg('path', {d: `${outline}V${height}Z`, style: {fill: colour(i)}}),
      ...stream.preemptions.map((n, t) => n > 0 && svg('path', {class: 'preempted',
        d: `M${x(t + 0.5)} ${height + 1}l3.5 6h-7z`}, svg('title', {}, `preempted ${n} times`)))].filter(Boolean);
  }));
}

export function engines(data, index) {
  const run = data.runs[index], {begin, end} = seconds(run);
  if (!run.engines) return section('Who had the engines', null, missing('The run has no decisions.csv, so who had the engines is not known.'));
  if (run.engines.streams.length === 0) return section('Who had the engines', null, el('p', {}, 'Nobody: the firmware gave them to no job.'));
  const order = streamOrder(data, index), streams = [...run.engines.streams].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const span = (run.end_us - run.begin_us) / streams[0].permille.length;
  const rows = () => table('Share of each tenth of the window, and preemptions in it', [{name: 'from'},
    ...streams.flatMap(s => [{name: s.name, number: true}, {name: 'preempted', number: true}])],
  Array.from({length: 10}, (_, t) => [instant(begin + (end - begin) * t / 10, run), ...streams.flatMap(s => {
    const cut = values => values.slice(values.length * t / 10, values.length * (t + 1) / 10);
    return [withUnit(mean(cut(s.permille)) / 1000, 'share'), String(cut(s.preemptions).reduce((a, b) => a + b, 0))];
  })]));
  return section('Who had the engines', `Share of each span of ${withUnit(span, 'us')} that a stream had the NPU, from the firmware\u2019s decisions and the requests\u2019 ends. Triangles: it was asked to leave. trace.pftrace has every command.`,
    el('figure', {}, el('figcaption', {class: 'visually-hidden'}, 'Streams on the engines over time'),
      streams.map((s, i) => lane(s, Math.max(0, order.indexOf(s.name)), 'the table behind has its share over time')),
      el('div', {class: 'lane-axis'}, [begin, (begin + end) / 2, end].map(t => el('span', {}, instant(t, run)))),
      asTable(rows)));
}

function tenths(caption, unit, run, series) {
  const {begin, end} = seconds(run);
  return () => table(`${caption}: means of tenths of the window, ${unit}`, [{name: 'from'}, ...series.map(s => ({name: s.name, number: true}))],
    Array.from({length: 10}, (_, t) => [instant(begin + (end - begin) * t / 10, run), ...series.map(s => {
      const n = s.values.length;
      return short(mean(s.values.slice(Math.floor(n * t / 10), Math.max(Math.floor(n * t / 10) + 1, Math.floor(n * (t + 1) / 10)))));
    })]));
}

export function bandwidth(data, index) {
  const run = data.runs[index];
  if (!run.bandwidth) return section('Bandwidth', null, missing('The run has no timeline.csv, so its bandwidth over time is not known.'));
  const {spans, memories, ports} = run.bandwidth, time = {...seconds(run), spans};
  const carried = ports.map(p => ({...p, mean_: mean(p.mean)})).filter(p => p.mean_ > 0).sort((a, b) => b.mean_ - a.mean_);
  const stacked = carried.slice(0, 7).map((p, i) => ({name: p.name, values: p.mean, colour: colour(i)}));
  if (carried.length > 7)
    stacked.push({name: 'others', colour: colour(7), values: p7(carried.slice(7))});
  const peak = memories.reduce((sum, m) => sum + m.peak, 0);
  const level = (name, value, dash) => ({name: `${name}, ${short(value)} GB/s`, values: Array(spans).fill(value), colour: 'var(--ink)', dash, width: 1});
  const figures = table('Memories', [{name: 'memory'}, {name: 'preset'}, {name: 'peak', number: true}, {name: 'average', number: true},
    {name: 'read', number: true}, {name: 'written', number: true}, {name: 'row hits', number: true}, {name: 'latency, mean', number: true}],
  memories.map(m => [m.name, ...['preset', 'peak_gbps', 'bandwidth_gbps.average', 'bytes_read', 'bytes_written', 'row_hit_rate', 'latency_ns.mean']
    .map(key => figure(data, index, `memory.memories.${m.name}.${key}`))]));
  const busiest = {name: 'largest within each span', values: run.bandwidth.most, colour: 'var(--muted)', width: 1};
  const drawn = memories.reduce((sum, m) => sum + mean(m.mean), 0), carriedInAll = valueOf(data, index, 'memory.bandwidth_gbps.average');
  const incomplete = Math.abs(drawn - carriedInAll) > 0.01 * carriedInAll && el('p', {class: 'missing'},
    `The curves hold ${withUnit(drawn, '10^9 bytes/s')} of the ${withUnit(carriedInAll, '10^9 bytes/s')} that were moved on average: what was sampled, not simulated, is in the sums alone.`);
  return section('Bandwidth', 'What each initiator was granted at its port to the network on chip, against the memories\u2019 peak.',
    figures, incomplete,
    el('figure', {}, el('figcaption', {}, 'By initiator'),
      overTime({label: 'Bandwidth by initiator over time', unit: 'GB/s', ...time, stacked, lines: [busiest, level('peak of the memories', peak, [6, 4])], height: 260}),
      asTable(tenths('Bandwidth by initiator', 'GB/s', run, stacked))),
    el('figure', {}, el('figcaption', {}, 'At the memories\u2019 pins'),
      overTime({label: 'Bandwidth by memory over time', unit: 'GB/s', ...time, lines: memories.flatMap((m, i) => [
        {name: m.name, values: m.mean, colour: colour(i), width: 2}, {...level(`peak of ${m.name}`, m.peak, [6, 4]), colour: colour(i)}])}),
      asTable(tenths('Bandwidth by memory', 'GB/s', run, memories.map(m => ({name: m.name, values: m.mean}))))));
}
const p7 = ports => ports[0].mean.map((_, t) => ports.reduce((sum, p) => sum + p.mean[t], 0));

export function power(data, index) {
  const run = data.runs[index];
  const figures = path => Object.keys(run.figures).filter(key => key.startsWith(path));
  const total = run.figures['power.energy_mj'];
  const shares = total && table('Energy by component', [{name: 'component'}, {name: 'energy', number: true}, {name: 'share', number: true}],
    figures('power.components.').sort((a, b) => run.figures[b][0] - run.figures[a][0]).map(path =>
      [path.slice('power.components.'.length), figure(data, index, path), withUnit(run.figures[path][0] / total[0], 'share')]));
  if (!run.power) return section('Power and temperature', null, shares, missing('The run has no power.csv, so its power over time is not known.'));
  const {spans, rails, nodes} = run.power, time = {...seconds(run), spans};
  const stacked = rails.map((r, i) => ({name: r.name, values: r.mean, colour: colour(i)})).sort((a, b) => mean(b.values) - mean(a.values));
  const hottest = most(nodes.flatMap(n => n.mean));
  const coolest = nodes.flatMap(n => n.mean).reduce((a, b) => Math.min(a, b), hottest);
  return section('Power and temperature', 'Mean power of each supply rail in each step; a command\u2019s energy counts when it retires.',
    el('figure', {}, el('figcaption', {}, 'Power by rail'),
      overTime({label: 'Power by supply rail over time', unit: 'mW', ...time, stacked, height: 260}),
      asTable(tenths('Power by rail', 'mW', run, stacked))),
    el('figure', {}, el('figcaption', {}, 'Temperature'),
      overTime({label: 'Temperature over time', unit: '\u00b0C', ...time, height: 160, lines: nodes.map((n, i) => ({name: n.name, values: n.mean,
        colour: colour(i + 4), width: 2, dash: i % 2 ? [6, 3] : undefined})), range: () => [Math.floor(coolest - 1), Math.ceil(hottest + 1)]}),
      asTable(tenths('Temperature', '\u00b0C', run, nodes.map(n => ({name: n.name, values: n.mean}))))),
    run.power.clock_mhz.length > 0 && most(run.power.clock_mhz) > Math.min(...run.power.clock_mhz) && el('figure', {},
      el('figcaption', {}, 'Clock of the NPU; 0: asleep'), overTime({label: 'Clock of the NPU over time', unit: 'MHz', ...time, height: 140,
        lines: [{name: 'NPU', values: run.power.clock_mhz, colour: colour(0), width: 2}]})),
    el('div', {class: 'columns'}, shares, table('Energy by stream', [{name: 'charged to'}, {name: 'energy', number: true}],
      [...figures('power.streams.').map(path => [path.slice('power.streams.'.length), figure(data, index, path)]),
        ['shared', figure(data, index, 'power.shared_mj')]])));
}
