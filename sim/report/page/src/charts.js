// Charts that fit their place: drawn again where the width, the theme or the medium changes.
import uPlot from 'uplot';
import {el, svg} from './dom.js';
import {short} from './format.js';

const drawn = new Map();  // place -> draw
const observer = new ResizeObserver(entries => {
  for (const {target} of entries) {
    const draw = drawn.get(target);
    if (draw && Math.abs(target.clientWidth - draw.width) > 1) redraw(target);
  }
});

function redraw(place) {
  const draw = drawn.get(place);
  draw.width = place.clientWidth;
  if (draw.width > 0) draw(draw.width);
}

export function redrawAll() { for (const place of drawn.keys()) redraw(place); }

export function forgetAll() {
  for (const place of drawn.keys()) observer.unobserve(place);
  drawn.clear();
}

function fitted(place, draw) {
  drawn.set(place, draw);
  draw.width = -2;
  observer.observe(place);
  return place;
}

export const colour = i => `var(--data-${i % 8})`;
const computed = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A legend that also reads out the values under the cursor.
function legend(series, unit) {
  const values = series.map(() => el('span', {class: 'value'}));
  const items = series.map((one, i) => el('li', {},
    el('span', {class: `swatch ${one.line ? 'line' : ''}`, 'aria-hidden': 'true',
      style: one.line ? {borderTop: `3px ${one.dash ? 'dashed' : 'solid'} ${one.colour}`} : {background: one.colour}}),
    el('span', {}, one.name), values[i]));
  return {node: el('ul', {class: 'legend'}, items), set(index) {
    series.forEach((one, i) => { values[i].textContent = index === null ? '' : `${short(one.values[index])} ${unit}`; });
  }};
}

// Series over time in seconds. `stacked`: areas on one another, in their order from below; lines are drawn over them.
// {label, unit, begin, end, spans, stacked: [{name, values, colour}], lines: [...], height}
export function overTime(options) {
  const {begin, end, spans, unit} = options;
  const stacked = options.stacked ?? [], lines = options.lines ?? [];
  const x = Array.from({length: spans + 1}, (_, i) => begin + (end - begin) * i / spans);
  const held = values => [...values, values[values.length - 1]];
  const sums = [];
  stacked.forEach((one, i) => sums.push(one.values.map((v, t) => v + (i > 0 ? sums[i - 1][t] : 0))));
  const all = [...stacked, ...lines.map(line => ({...line, line: true}))];
  const key = legend([...all].reverse(), unit);
  const place = el('div', {class: 'chart', tabindex: '0', role: 'group', 'aria-roledescription': 'chart',
    'aria-label': `${options.label}. Left and right arrows read out values.`});
  const live = el('p', {class: 'visually-hidden', 'aria-live': 'polite'});
  let plot = null;
  const readOut = index => {
    key.set(index);
    clock.textContent = index === null ? '' : `at ${short(x[index])} s`;
  };
  const clock = el('p', {class: 'clock'});
  fitted(place, width => {
    plot?.destroy();
    const paths = uPlot.paths.stepped({align: 1});
    const resolved = colour => colour.startsWith('var(') ? computed(colour.slice(4, -1)) : colour;
    const series = [{}];
    const data = [x];
    for (let i = stacked.length - 1; i >= 0; --i) {
      series.push({label: stacked[i].name, stroke: computed('--surface'), width: 0.5, fill: resolved(stacked[i].colour),
        paths, points: {show: false}});
      data.push(held(sums[i]));
    }
    for (const line of lines) {
      series.push({label: line.name, stroke: resolved(line.colour), width: line.width ?? 1.5, dash: line.dash, paths,
        points: {show: false}});
      data.push(held(line.values));
    }
    const axis = {stroke: computed('--muted'), grid: {stroke: computed('--grid'), width: 1}, ticks: {show: false},
      font: `12px ${computed('--font')}`};
    plot = new uPlot({
      width, height: options.height ?? 240,
      padding: [12, 22, 0, 0],
      legend: {show: false},
      scales: {x: {time: false, range: [begin, end]}, y: {range: (u, low, high) => options.range ?
        options.range(low, high) : [0, high > 0 ? high * 1.05 : 1]}},
      cursor: {sync: {key: 'time'}, y: false, points: {show: false}, drag: {x: true, y: false}},
      axes: [{...axis, space: 70, values: (u, ticks) => ticks.map(t => `${short(t)} s`)},
        {...axis, size: 56, space: 36, values: (u, ticks) => ticks.map(t => short(t))}],
      series,
      hooks: {setCursor: [u => readOut(u.cursor.idx === null || u.cursor.idx === undefined ? null :
        Math.min(u.cursor.idx, spans - 1))]},
    }, data, place);
    plot.root.querySelector('canvas').setAttribute('aria-hidden', 'true');
  });
  let at = 0;
  place.addEventListener('keydown', event => {
    const step = {ArrowLeft: -1, ArrowRight: 1, PageUp: -spans / 10, PageDown: spans / 10, Home: -spans, End: spans}[event.key];
    if (step === undefined) return;
    event.preventDefault();
    at = Math.max(0, Math.min(spans - 1, Math.round(at + step)));
    plot.setCursor({left: plot.valToPos(x[at] + (end - begin) / spans / 2, 'x'), top: 10});
    live.textContent = `${short(x[at])} s: ` + all.map(one => `${one.name} ${short(one.values[at])} ${unit}`).join(', ');
  });
  return el('div', {class: 'over-time'}, el('div', {class: 'chart-head'}, el('p', {class: 'unit'}, unit), clock), place, key.node, live);
}

const decades = (low, high) => {
  const ticks = [];
  for (let e = Math.ceil(Math.log10(low) - 1e-9); e <= Math.log10(high) + 1e-9; ++e) ticks.push(10 ** e);
  return ticks;
};
function rounded(low, high, most) {
  const span = high - low, raw = span / most, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw * 0.999);
  const ticks = [];
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + step * 1e-6; t += step) ticks.push(Math.abs(t) < step / 1e6 ? 0 : t);
  return ticks;
}
function logTicks(low, high) {
  const whole = decades(low, high);
  if (whole.length > 2) return whole;
  const ticks = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.log10(high); ++e)
    for (const m of [1, 2, 5]) if (m * 10 ** e >= low && m * 10 ** e <= high) ticks.push(m * 10 ** e);
  return ticks;
}

// A plane with axes. x, y: {low, high, log, label, text}; draw({px, py, box}) returns the marks on it.
export function plane(label, height, x, y, draw) {
  const place = el('div', {class: 'plane'});
  return fitted(place, width => {
    const box = {left: y.room ?? 56, right: width - 12, top: 12, bottom: height - 44};
    const to = (axis, from, until) => axis.log ?
      v => from + (Math.log(v) - Math.log(axis.low)) / (Math.log(axis.high) - Math.log(axis.low)) * (until - from) :
      v => from + (v - axis.low) / (axis.high - axis.low) * (until - from);
    const px = to(x, box.left, box.right), py = to(y, box.bottom, box.top);
    let last = -Infinity;
    const apart = t => px(t) - last > 52 && ((last = px(t)), true);
    const xs = (x.log ? logTicks(x.low, x.high) : rounded(x.low, x.high, Math.max(3, width / 110))).filter(apart);
    const ys = y.log ? logTicks(y.low, y.high) : rounded(y.low, y.high, 5);
    const grid = [
      ...xs.map(t => svg('g', {class: 'tick'}, svg('line', {x1: px(t), x2: px(t), y1: box.top, y2: box.bottom}),
        svg('text', {x: px(t), y: box.bottom + 18, 'text-anchor': px(t) > box.right - 20 ? 'end' : 'middle'}, x.text(t)))),
      ...ys.map(t => svg('g', {class: 'tick'}, svg('line', {x1: box.left, x2: box.right, y1: py(t), y2: py(t)}),
        svg('text', {x: box.left - 8, y: py(t) + 4, 'text-anchor': 'end'}, y.text(t)))),
      svg('text', {class: 'axis', x: box.right, y: height - 6, 'text-anchor': 'end'}, x.label),
    ];
    place.replaceChildren(svg('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label},
      grid, draw({px, py, box, width})));
  });
}

export function strip(label, height, draw) {
  const place = el('div', {class: 'plane'});
  return fitted(place, width => place.replaceChildren(
    svg('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label}, draw(width))));
}
