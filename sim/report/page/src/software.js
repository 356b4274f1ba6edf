// What the firmware cost, and what the NPU could not do.
import {el, missing, section, table} from './dom.js';
import {streamOrder} from './requests.js';
import {figure, withUnit} from './format.js';

const distribution = ['samples', 'mean', 'p50', 'p90', 'p99', 'max'];

export function firmware(data, index) {
  const run = data.runs[index], cost = run.firmware;
  const measured = path => distribution.map(member => figure(data, index, run.figures[`${path}.${member}`] ? `${path}.${member}` : path));
  const rows = [['to the first command, after the doorbell', 'cpu.dispatch_us'], ['preemption, request to saved', 'preemptions.latency_us'],
    ['of it: until the engines stand still', 'preemptions.stop_us'], ['of it: the save', 'preemptions.save_us'], ['restore', 'preemptions.restore_us']];
  const decided = cost && Object.entries(cost.kinds).map(([kind, n]) => `${withUnit(n, '')} ${kind}`).join(', ');
  return section('Firmware', null,
    el('dl', {class: 'tiles'},
      tile('control processor busy', figure(data, index, 'cpu.control_busy')),
      tile('wake-ups', figure(data, index, 'cpu.interrupts')),
      tile('preemptions', figure(data, index, 'preemptions.count')),
      cost && tile('decisions', withUnit(cost.decisions, ''), decided),
      cost && tile('cycles a decision', withUnit(cost.cycles_per_decision && Math.round(cost.cycles_per_decision), ''),
        `all awake cycles at ${withUnit(cost.clock_hz, 'Hz')} / decisions`)),
    !cost && missing('The run has no decisions.csv, so what a decision costs is not known.'),
    table('Times of the firmware', [{name: 'time'}, ...distribution.map(name => ({name, number: true}))],
      rows.map(([name, path]) => [name, ...measured(path)])),
    table('Waiting for the first dispatch, by stream', [{name: 'stream'}, ...distribution.map(name => ({name, number: true}))],
      streamOrder(data, index).map(name => [name, ...measured(`streams[${name}].wait_us`)])));
}

const tile = (name, value, note) => el('div', {class: 'tile'}, el('dt', {}, name), el('dd', {}, value), note && el('dd', {class: 'note'}, note));

export function fallbacks(data, index) {
  const paths = Object.keys(data.runs[index].figures).map(path => /^(cpu\.fallback\[.*\])\.time_us$/.exec(path)?.[1]).filter(Boolean);
  return section('Operators on the CPU', null, paths.length === 0 ? el('p', {}, 'None: every operator ran on the NPU.') :
    table('Operators that the NPU lacks', [{name: 'layer'}, {name: 'operator'}, {name: 'model'}, {name: 'runs', number: true}, {name: 'time', number: true}],
      paths.map(path => ['name', 'op', 'model', 'count', 'time_us'].map(key => figure(data, index, `${path}.${key}`)))));
}
