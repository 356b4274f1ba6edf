// The page of runs: verdict, then a section for each question, of the run that is chosen; or that of a sweep.
import {el, restartSections, section} from './dom.js';
import {forgetAll, redrawAll} from './charts.js';
import {figure, withUnit} from './format.js';
import {latency, streamsOf} from './requests.js';
import {bandwidth, engines, power} from './machine.js';
import {operators, roofline} from './layers.js';
import {fallbacks, firmware} from './software.js';
import {sweepLead, sweepSections} from './sweep.js';
import {configuration, estimates, everything, sideBySide} from './trust.js';

const data = JSON.parse(document.getElementById('takt-data').textContent);
const several = data.runs?.length > 1;
const states = {good: ['good', 'met'], bad: ['bad', 'missed'], note: ['plain', null]};

function sentence(run, {topic, state, parts}) {
  return el('article', {class: `card ${states[state][0]}`},
    el('h3', {}, topic, states[state][1] && el('span', {class: 'badge'}, states[state][1])),
    el('p', {}, parts.map(part => typeof part === 'string' ? part :
      part.m ? figure(data, run, part.m) : el('span', {class: 'computed'}, withUnit(part.v, part.u)))));
}

const verdict = () => section('Verdict', null, data.runs.map((run, r) => [several && el('h3', {class: 'run-name'}, run.label),
  el('div', {class: 'cards'}, run.verdict.map(each => sentence(r, each)))]));

function header() {
  const get = path => figure(data, 0, path);
  const names = [...new Set(data.runs.map(run => run.figures['scenario.name']?.[0] ?? run.label))];
  document.title = `${names.join(', ')} \u2013 takt report`;
  document.getElementById('header').append(el('p', {class: 'brand'}, 'takt report'), el('h1', {}, several ? data.runs.map(run => run.label).join(' \u2013 ') : names[0]),
    el('p', {class: 'lead'}, get('soc'), ', firmware ', get('firmware.policy'), ' (', get('firmware.build'), '), fidelity ', get('fidelity'), ', seed ', get('seed'),
      `; ${withUnit(data.runs[0].end_us - data.runs[0].begin_us, 'us')} measured`, several && `, ${data.runs.length} runs`));
  document.getElementById('made').append(`Written by takt ${data.takt_version}. The page loads nothing; its figures are those of results.json.`);
}

function chooser(show) {
  const radios = data.runs.map((run, r) => el('label', {}, el('input', {type: 'radio', name: 'run', value: r, checked: r === 0, onchange: () => show(r)}), run.label));
  return el('fieldset', {class: 'chooser'}, el('legend', {}, 'Run shown below'), radios);
}

function sweepHeader(sweep) {
  document.title = `${sweep.label} \u2013 takt report`;
  document.getElementById('header').append(el('p', {class: 'brand'}, 'takt report'), el('h1', {}, sweep.label), el('p', {class: 'lead'}, sweepLead(sweep)));
  document.getElementById('made').append(`Written by takt ${data.takt_version}. The page loads nothing; its figures are those of sweep.json.`);
}

const main = document.getElementById('main'), contents = document.getElementById('contents');
const chosen = el('div', {id: 'chosen'});

function show(run) {
  forgetAll();
  restartSections();
  const parts = [latency, engines, bandwidth, power, roofline, operators, firmware, fallbacks, estimates, configuration];
  const before = [verdict(), several && sideBySide(data, streamsOf(data, 0))].filter(Boolean);
  chosen.replaceChildren(...parts.map(part => part(data, run)));
  const behind = everything(data);
  if (main.childElementCount === 0) main.append(...before, ...(several ? [chooser(show)] : []), chosen, behind);
  listContents();
}

function listContents() {
  const titles = [...main.querySelectorAll('h2')];
  contents.replaceChildren(el('ul', {}, titles.map(title => el('li', {}, el('a', {href: `#${title.parentElement.id}`}, title.textContent)))));
}

if (data.sweep) {
  sweepHeader(data.sweep);
  main.append(...sweepSections(data.sweep));
  listContents();
} else {
  header();
  show(0);
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);
addEventListener('beforeprint', () => { document.documentElement.dataset.medium = 'paper'; redrawAll(); });
addEventListener('afterprint', () => { delete document.documentElement.dataset.medium; redrawAll(); });
