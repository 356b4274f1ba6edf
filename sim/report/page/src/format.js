// Numbers with their units: at most four digits that count, the exact figure behind them.
import {el} from './dom.js';

const thin = '\u202f', minus = '\u2212', dash = '\u2013';

export function grouped(integer) {
  const [, sign, digits] = /^(-?)(\d+)/.exec(String(integer));
  const groups = digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, thin);
  return (sign ? minus : '') + groups;
}

function powerOfTen(value) {
  const [digits, exponent] = value.toExponential(3).split('e');
  const raised = exponent.replace('+', '').replace(/[-\d]/g, c => (c === '-' ? '\u207b' : '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'[c]));
  return `${digits.replace('-', minus)}${thin}\u00d7${thin}10${raised}`;
}

// Four digits that count; integers below 10^5 whole.
export function short(value) {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 9999.5) return grouped(Math.round(value));
  const places = Math.max(0, 3 - Math.floor(Math.log10(size)));
  if (size < 1e-6) return powerOfTen(value);
  const text = value.toFixed(Math.min(places, 9));
  return (text.includes('.') ? text.replace(/\.?0+$/, '') : text).replace('-', minus);
}

// One decimal from ten on, else two.
const percent = value => value === 0 ? '0' : Math.abs(value) < 0.005 ? '< 0.01' :
  value.toFixed(Math.abs(value) < 9.995 ? 2 : 1).replace(/\.?0+$/, '').replace('-', minus);

// Steps of a unit, largest first: [of one of it, name].
const scales = {
  time: [[1, 's'], [1e-3, 'ms'], [1e-6, 'us'], [1e-9, 'ns']],
  bytes: [[1e12, 'TB'], [1e9, 'GB'], [1e6, 'MB'], [1e3, 'kB'], [1, 'B']],
  rate: [[1e12, 'TB/s'], [1e9, 'GB/s'], [1e6, 'MB/s'], [1e3, 'kB/s'], [1, 'B/s']],
  joules: [[1, 'J'], [1e-3, 'mJ'], [1e-6, 'uJ'], [1e-9, 'nJ']],
  watts: [[1, 'W'], [1e-3, 'mW'], [1e-6, 'uW']],
  hertz: [[1e9, 'GHz'], [1e6, 'MHz'], [1e3, 'kHz'], [1, 'Hz']],
  ops: [[1e12, 'Tops/s'], [1e9, 'Gops/s'], [1e6, 'Mops/s'], [1e3, 'kops/s'], [1, 'ops/s']],
  counts: [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1, '']],
};
const units = {
  ns: ['time', 1e-9], us: ['time', 1e-6], ms: ['time', 1e-3], s: ['time', 1],
  bytes: ['bytes', 1], '10^9 bytes/s': ['rate', 1e9], '10^6 bytes': ['bytes', 1e6],
  mJ: ['joules', 1e-3], mW: ['watts', 1e-3], Hz: ['hertz', 1], 'ops/s': ['ops', 1],
};
const written = {'degrees C': '\u00b0C', '1/s': '/s', 'US dollars': 'US$', us: '\u00b5s', uJ: '\u00b5J', uW: '\u00b5W'};
const name = unit => written[unit] ?? unit;

export function withUnit(value, unit) {
  if (value === null || value === undefined) return dash;
  if (unit === 'share') return `${percent(value * 100)}${thin}%`;
  if (unit === '') {
    if (Number.isInteger(value) && Math.abs(value) < 1e7) return grouped(value);
    unit = 'counts';
  }
  const [scale, factor] = units[unit] ?? (unit === 'counts' ? ['counts', 1] : [null, 1]);
  if (!scale) return `${short(value)}${thin}${name(unit)}`;
  const base = value * factor, steps = scales[scale];
  const step = steps.find(([one]) => Math.abs(base) >= one * 0.99995) ?? steps[steps.length - 1];
  if (value === 0) return unit === 'counts' ? '0' : `0${thin}${name(unit === '10^9 bytes/s' ? 'GB/s' : unit)}`;
  return step[1] === '' ? short(base / step[0]) : `${short(base / step[0])}${thin}${name(step[1])}`;
}

// What a figure of results.json is: {text, kind, unit, better, what}; null: it is not there.
export function figureOf(data, run, path) {
  const found = data.runs[run].figures[path];
  if (!found) return null;
  const metric = data.metrics[found[2]] ?? [path, '', '', '', ''];
  const distribution = path.endsWith('.samples') ? '' : metric[1];
  return {text: found[0], kind: found[1], unit: distribution, better: metric[2], what: metric[3], formula: metric[4]};
}

export function valueOf(data, run, path) {
  const figure = figureOf(data, run, path);
  return figure && figure.kind === 'n' ? Number(figure.text) : null;
}

// A figure of results.json as an element that names its path and its exact value.
export function figure(data, run, path) {
  const found = figureOf(data, run, path);
  if (!found) return el('span', {class: 'absent', title: 'not in this result'}, dash);
  const note = data.runs[run].figures[`notes.${path}`] ?? data.runs[run].figures[`notes.${path.replace(/\.\w+$/, '')}`];
  const shown = found.kind === 'n' ? withUnit(Number(found.text), found.unit) :
    found.kind === '0' ? (note && note[0].length <= 12 ? note[0] : 'none') : found.text;
  const exact = found.kind === 'n' && found.unit ? `${found.text} ${found.unit}` : found.text;
  const title = [exact, note && `note: ${note[0]}`].filter(Boolean).join('; ');
  return el('data', {value: found.text, title, 'data-metric': path, 'data-run': run, 'data-value': found.text,
    class: found.kind === '0' && 'absent'}, shown);
}

export const time = us => withUnit(us, 'us');
