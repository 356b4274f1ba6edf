// browser.mjs MODULES TAKT CASE: runs takt, opens its page in a headless browser, and holds it to what it promises.
// Exit 77: there is no browser here.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const [modules, takt, wanted] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));
const browserFile = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!browserFile) {
  console.log('skipped: no Chromium');
  process.exit(77);
}
const {chromium} = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'takt-report-'));
const shots = process.env.TAKT_SCREENSHOTS;  // a folder for pictures to look at
const run = (...options) => execFileSync(takt, options, {cwd: folder, stdio: ['ignore', 'pipe', 'inherit']});
const short = ['--quiet', '--trace-level', 'off', '--set', 'run.warm_up_us=2000', '--set', 'run.measure_us=40000'];

// Figures of a results.json by the paths that takt gives them.
function figuresOf(file) {
  const figures = new Map();
  const walk = (value, path) => {
    if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) return figures.set(path, value);
    if (!Array.isArray(value)) return Object.entries(value).forEach(([key, child]) => walk(child, path ? `${path}.${key}` : key));
    const names = value.map(child => (child !== null && typeof child === 'object' ? child.name : child));
    const named = names.every(name => typeof name === 'string') && new Set(names).size === names.length;
    value.forEach((child, i) => walk(child, `${path}[${named ? names[i] : i}]`));
  };
  walk(JSON.parse(readFileSync(file, 'utf8')), '');
  return figures;
}

// The number that a reader sees, in the unit of its key; null: no number. And half a unit of its last digit.
const factors = {s: 1e6, ms: 1e3, '\u00b5s': 1, ns: 1e-3, J: 1e3, mJ: 1, '\u00b5J': 1e-3, nJ: 1e-6, W: 1e3, mW: 1, '\u00b5W': 1e-3, '%': 0.01,
  TB: 1e12, GB: 1e9, MB: 1e6, kB: 1e3, B: 1, 'TB/s': 1e3, 'GB/s': 1, 'MB/s': 1e-3, 'kB/s': 1e-6, 'B/s': 1e-9, GHz: 1e9, MHz: 1e6, kHz: 1e3, Hz: 1,
  T: 1e12, G: 1e9, M: 1e6, '/s': 1, '\u00b0C': 1, bytes: 1, 'US$': 1, '': 1};
function seen(shown, path) {
  const text = shown.replace(/\u202f\u00d7\u202f10([\u207b\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+)/, (whole, raised) => `e${[...raised].map(c =>
    (c === '\u207b' ? '-' : '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'.indexOf(c))).join('')}`);
  const found = /^(<\s?)?(\u2212?[\d\u202f]*\d(?:\.\d+)?(?:e[-+]?\d+)?)\u202f?\s?(.*)$/.exec(text);
  if (!found) return null;
  const digits = found[2].replaceAll('\u202f', '').replace('\u2212', '-');
  const key = path.replace(/\.(mean|p50|p90|p95|p99|max|begin|end|samples|average|peak)$/, ''), last = key.split('.').pop();
  // Times are told in seconds and their parts: back to the unit of the key.
  const base = /ns$/.test(last) && !path.includes('temperature') ? 1e-3 : /ms$/.test(last) ? 1e3 : /_s$/.test(last) && !/per_s$/.test(last) ? 1e6 : 1;
  const unit = found[3], factor = factors[unit] ?? NaN, timed = ['s', 'ms', '\u00b5s', 'ns'].includes(unit);
  const scale = timed ? factor / base : factor;
  const exponent = Number(/e([-+]?\d+)$/.exec(digits)?.[1] ?? 0);
  const places = (/\.(\d+)/.exec(digits)?.[1].length ?? 0) - exponent;
  // Zeros at the end are not written: four digits that count, or two places of a share.
  const size = Math.abs(Number(digits)), kept = unit === '%' ? (size < 10 ? 2 : 1) : size === 0 ? 9 : Math.max(0, 3 - Math.floor(Math.log10(size)));
  return {value: Number(digits) * scale, below: Boolean(found[1]), half: 0.5 * 10 ** -Math.max(places, kept) * scale};
}

async function holdsNumbers(page, files, least = 300) {
  const shown = await page.$$eval('[data-metric]', all => all.map(node =>
    ({path: node.dataset.metric, run: Number(node.dataset.run), value: node.dataset.value, text: node.textContent})));
  assert.ok(shown.length > least, `${shown.length} figures`);
  const results = files.map(figuresOf);
  for (const {path, run: index, value, text} of shown) {
    assert.ok(results[index].has(path), `${path} is not in results.json`);
    const exact = results[index].get(path);
    if (typeof exact !== 'number') {
      if (typeof exact === 'string') assert.equal(text, exact, path);
      continue;
    }
    assert.equal(Number(value), exact, path);
    assert.ok(readFileSync(files[index], 'utf8').includes(value), `${path}: all digits of ${value}`);
    const read = seen(text, path);
    assert.ok(read, `${path}: no number in "${text}"`);
    if (read.below) assert.ok(Math.abs(exact) < read.value, `${path}: ${exact} is shown as ${text}`);
    else assert.ok(Math.abs(read.value - exact) <= read.half * 1.0001 + 1e-12, `${path}: ${exact} is shown as ${text}`);
  }
  const paths = new Set(shown.map(each => `${each.run} ${each.path}`));
  results.forEach((figures, index) => {
    for (const path of figures.keys())
      if (!/^(host\.|notes|estimates)/.test(path)) assert.ok(paths.has(`${index} ${path}`), `${path} is not in the page`);
  });
}

// Everything that a keyboard reaches, from the top.
async function tabOrder(page) {
  const reached = [];
  for (let i = 0; i < 400; ++i) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const node = document.activeElement;
      if (node === document.body) return null;
      const {outlineStyle, outlineWidth} = getComputedStyle(node);
      return {tag: node.tagName, type: node.type, class: node.className, name: node.getAttribute('aria-label') ?? node.textContent.slice(0, 40),
        outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0};
    });
    if (!at) break;
    reached.push(at);
  }
  return reached;
}

async function holdsKeyboard(page, several) {
  const reached = await tabOrder(page);
  assert.match(reached[0].name, /Skip to the report/);
  const has = (what, test) => assert.ok(reached.some(test), `the keyboard reaches ${what}`);
  has('the contents', at => at.tag === 'A' && at.name === 'Roofline');
  has('charts', at => at.class.includes('chart'));
  has('tables', at => at.class.includes('scroll'));
  has('what can be opened', at => at.tag === 'SUMMARY');
  if (several) has('the choice of a run', at => at.tag === 'INPUT' && at.type === 'radio');
  for (const at of reached) assert.ok(at.outlined, `focus shows on ${at.tag} ${at.name}`);
  await page.locator('summary:text-matches("^[0-9]+ keys$")').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('control_cpu.clock_hz');
  const found = page.locator('section:has(h2:text-is("Configuration")) tbody tr:visible');
  assert.equal(await found.count(), 1);
  assert.match(await found.textContent(), /^control_cpu\.clock_hz\d+/);
  const chart = page.locator('.over-time').first();
  await chart.locator('.chart').focus();
  await page.keyboard.press('ArrowRight');
  assert.match(await chart.locator('[aria-live]').textContent(), /s: .*GB\/s/);
  assert.match(await chart.locator('.clock').textContent(), /^at .* s$/);
}

// Rows of a table are alike: the first of each are looked at.
async function holdsAccess(page, what, rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']) {
  await page.evaluate(() => document.querySelectorAll('tbody tr:nth-child(n + 9)').forEach(row => row.remove()));
  await page.evaluate(axe);
  const {violations} = await page.evaluate(runOnly => window.axe.run(document, {runOnly}), rules);
  assert.deepEqual(violations.map(v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => `${n.html.slice(0, 160)} ${n.failureSummary ?? ''}`).join(' | ')}`), [], what);
}

const opened = page => page.evaluate(() => document.querySelectorAll('details').forEach(node => { node.open = true; }));
const settled = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)))));

async function open(browser, file, options) {
  const context = await browser.newContext(options), page = await context.newPage(), said = [], asked = [];
  page.on('console', message => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', error => said.push(String(error.stack)));
  page.on('request', request => asked.push(request.url()));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  await settled(page);
  return {page, context, quiet() {
    assert.deepEqual(said, [], 'nothing on the console');
    assert.deepEqual(asked, [url], 'nothing is loaded but the page');
  }};
}

async function holdsPage(browser, file, files, name) {
  const several = files.length > 1;
  const desktop = {viewport: {width: 1280, height: 900}, colorScheme: 'light', reducedMotion: 'reduce'};
  const light = await open(browser, file, desktop);
  assert.equal(await light.page.locator('h1').count(), 1);
  assert.ok(await light.page.locator('main section').count() >= 12);
  assert.ok(await light.page.locator('.card').count() === 3 * files.length);
  if (shots) await light.page.screenshot({path: join(shots, `${name}-light.png`), fullPage: true});
  const drawn = await light.page.$$eval('canvas', all => all.map(canvas =>
    new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer).some(pixel => pixel !== 0)));
  assert.ok(drawn.length > 0 && drawn.every(Boolean), 'every chart has something in it');
  const paper = await light.page.pdf({format: 'A4', printBackground: true});
  assert.ok(paper.length > 30000, 'a printed page');
  if (shots) writeFileSync(join(shots, `${name}.pdf`), paper);
  await holdsKeyboard(light.page, several);
  await opened(light.page);
  await settled(light.page);
  await holdsNumbers(light.page, several ? files : [files[0]]);
  await holdsAccess(light.page, 'light');
  await light.page.emulateMedia({media: 'print'});
  assert.ok(!await light.page.locator('nav').isVisible(), 'no contents on paper');
  const ground = page => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const bright = await ground(light.page);
  light.quiet();
  await light.context.close();

  const dark = await open(browser, file, {...desktop, colorScheme: 'dark'});
  assert.notEqual(await ground(dark.page), bright);
  if (shots) await dark.page.screenshot({path: join(shots, `${name}-dark.png`), fullPage: true});
  await opened(dark.page);
  await settled(dark.page);
  await holdsAccess(dark.page, 'dark', ['color-contrast']);
  dark.quiet();
  await dark.context.close();

  const phone = await open(browser, file, {viewport: {width: 360, height: 740}, deviceScaleFactor: 2, isMobile: true, hasTouch: true});
  if (shots) await phone.page.screenshot({path: join(shots, `${name}-phone.png`), fullPage: true});
  await opened(phone.page);
  await settled(phone.page);
  assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'a phone need not scroll sideways');
  phone.quiet();
  await phone.context.close();
}

const cases = {
  async default(browser) {
    run('run', 'default', ...short, '-o', 'run');
    await holdsPage(browser, join(folder, 'run/report.html'), [join(folder, 'run/results.json')], 'default');
  },
  async chat(browser) {
    run('run', 'chat', '--quiet', '--trace-level', 'off', '--set', 'run.measure_us=1000000', '--set', 'stream.chat.rate_per_s=3',
      '--set', 'stream.chat.prompt_tokens_max=24', '--set', 'stream.chat.answer_tokens=3', '--set', 'stream.chat.answer_tokens_max=5', '-o', 'run');
    await holdsPage(browser, join(folder, 'run/report.html'), [join(folder, 'run/results.json')], 'chat');
  },
  async two(browser) {
    run('run', 'default', ...short, '-o', 'fast');
    run('run', 'default', ...short, '--set', 'npu.memory=lpddr5x', '-o', 'slow');
    run('report', 'fast', 'slow', '-o', 'both.html');
    const files = [join(folder, 'fast/results.json'), join(folder, 'slow/results.json')], file = join(folder, 'both.html');
    await holdsPage(browser, file, files, 'two');
    const {page, quiet} = await open(browser, file, {viewport: {width: 1280, height: 900}});
    // The difference that the page marks is the difference of the two files, in the direction that is worse.
    const path = 'streams[assistant].latency_us.p50', [before, after] = files.map(each => figuresOf(each).get(path));
    const cell = page.locator(`td:has(> data[data-run="1"][data-metric="${path}"])`).first();
    assert.ok(after > before);
    assert.match(await cell.textContent(), new RegExp(`\\+${((after - before) / before * 100).toFixed(1)}\\u202f% worse`));
    await page.locator('.chooser input').nth(1).check();
    await settled(page);
    assert.equal(await page.locator(`#chosen data[data-metric="${path}"]`).first().getAttribute('data-value'), String(after));
    await page.getByLabel('only what differs').check();
    const rows = await page.locator('section:has(h2:text-is("All figures")) tbody tr:visible').evaluateAll(all => all.map(row => row.textContent));
    assert.ok(rows.length > 10 && rows.every(row => /%|\u00d7|other|[+\u2212]/.test(row)));
    quiet();
  },
  // Names from files of anybody are text, wherever they stand.
  async hostile(browser) {
    run('run', 'default', ...short, '-o', 'run');
    const name = '</script><script>window.taken=1</script><img src=x onerror=window.taken=1>&amp;@TAKT_DATA@';
    cpSync(join(folder, 'run'), join(folder, 'hostile'), {recursive: true});
    for (const file of readdirSync(join(folder, 'hostile'))) {
      if (file === 'report.html') continue;
      const path = join(folder, 'hostile', file), text = readFileSync(path, 'utf8');
      writeFileSync(path, file === 'results.json' || file === 'resolved.toml' ? text.replaceAll('camera', name) : text.replaceAll(/\bcamera\b/g, name));
    }
    run('report', 'hostile', '-o', 'hostile.html');
    const {page, quiet} = await open(browser, join(folder, 'hostile.html'), {viewport: {width: 1280, height: 900}});
    await opened(page);
    await settled(page);
    assert.equal(await page.evaluate(() => window.taken), undefined);
    assert.equal(await page.locator('img').count(), 0);
    assert.ok((await page.locator('tbody th').allTextContents()).some(text => text.startsWith(name)));
    quiet();
  },
  // Numbers and the front are those of the points' own results; the page is usable like that of runs.
  async sweep(browser) {
    const paths = ['power.energy_mj', 'streams[mobilenet].latency_us.mean', 'memory.latency_ns.mean', 'streams[mobilenet].throughput_per_s'];
    writeFileSync(join(folder, 's.toml'), `scenario = "single"\ndesign = "grid"\nmetrics = ${JSON.stringify(paths)}\n` +
      '[[axis]]\nkey = "run.measure_us"\nvalues = [4000]\n[[axis]]\nkey = "npu.clock_hz"\nvalues = [0, 300000000, 600000000, 900000000]\n' +
      '[[axis]]\nkeys = ["npu.scratchpad_bytes_per_cycle", "seed"]\nvalues = [[1152, 1], [2304, 2]]\n');
    assert.equal(spawnSync(takt, ['sweep', 's.toml', '-o', 'swept'], {cwd: folder}).status, 4, 'the points at 0 Hz fail');
    const points = new Map(readdirSync(join(folder, 'swept/points'), {withFileTypes: true}).filter(entry => entry.isDirectory())
      .map(({name}) => [name, paths.map(path => figuresOf(join(folder, 'swept/points', name, 'results.json')).get(path))]));
    assert.equal(points.size, 6);
    const sign = i => (i === 3 ? -1 : 1);
    const dominated = a => [...points.values()].some(b => b.every((v, i) => sign(i) * v <= sign(i) * a[i]) && b.some((v, i) => v !== a[i]));
    const front = [...points].filter(([, values]) => !dominated(values)).map(([id]) => id).sort();

    const file = join(folder, 'swept/report.html'), {page, context, quiet} = await open(browser, file, {viewport: {width: 1280, height: 900}});
    if (shots) await page.screenshot({path: join(shots, 'sweep-light.png'), fullPage: true});
    // The best of an objective of which higher is better is the greatest.
    const cards = await page.$$eval('.card data', all => all.map(node => Number(node.value)));
    assert.deepEqual(cards, paths.map((path, i) => (i === 3 ? Math.max : Math.min)(...[...points.values()].map(values => values[i]))));
    const listed = await page.locator('section:has(h2:text-is("Pareto front")) tbody code').allTextContents();
    assert.deepEqual(listed.sort(), front);
    assert.equal(await page.locator('section:has(h2:text-is("Two objectives")) path.point').count(), 6);
    const failed = await page.locator('section:has(h2:text-is("Points that failed")) tbody tr').allTextContents();
    assert.ok(failed.length === 2 && failed.every(text => text.includes('npu.clock_hz')));
    const options = page.locator('select').first();
    await options.selectOption({label: paths[2]});
    await settled(page);
    assert.match(await page.locator('figcaption').textContent(), /memory\.latency_ns/);
    const reached = await tabOrder(page);
    for (const tag of ['A', 'SELECT', 'SUMMARY']) assert.ok(reached.some(at => at.tag === tag), `the keyboard reaches ${tag}`);
    for (const at of reached) assert.ok(at.outlined, `focus shows on ${at.tag} ${at.name}`);
    await opened(page);
    await settled(page);
    const shown = await page.$$eval('[data-point][data-metric]', all => all.map(node => ({...node.dataset, value: node.getAttribute('value'), text: node.textContent})));
    assert.ok(shown.length >= 4 * 6);
    for (const {point, metric, value, text} of shown) {
      const exact = points.get(point)[paths.indexOf(metric)], read = seen(text, metric);
      assert.equal(Number(value), exact, metric);
      assert.ok(Math.abs(read.value - exact) <= read.half * 1.0001 + 1e-12, `${metric}: ${exact} is shown as ${text}`);
    }
    await holdsAccess(page, 'light');
    quiet();
    await context.close();
    const dark = await open(browser, file, {viewport: {width: 1280, height: 900}, colorScheme: 'dark', reducedMotion: 'reduce'});
    if (shots) await dark.page.screenshot({path: join(shots, 'sweep-dark.png'), fullPage: true});
    await holdsAccess(dark.page, 'dark', ['color-contrast']);
    dark.quiet();
    await dark.context.close();
    const phone = await open(browser, file, {viewport: {width: 360, height: 740}, deviceScaleFactor: 2, isMobile: true, hasTouch: true});
    if (shots) await phone.page.screenshot({path: join(shots, 'sweep-phone.png'), fullPage: true});
    await opened(phone.page);
    await settled(phone.page);
    assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'a phone need not scroll sideways');
    phone.quiet();
    await phone.context.close();
  },
  // What earlier versions wrote: every figure that they have, alone and side by side.
  async earlier(browser) {
    const from = fileURLToPath(new URL('../results/earlier/', import.meta.url)), names = readdirSync(from).filter(each => /^\d+$/.test(each)).sort();
    assert.equal(names.length, 3);
    for (const name of names) {
      run('report', join(from, name), '-o', `${name}.html`);
      const {page, context, quiet} = await open(browser, join(folder, `${name}.html`), {viewport: {width: 1280, height: 900}});
      if (shots) await page.screenshot({path: join(shots, `earlier-${name}.png`), fullPage: true});
      await opened(page);
      await settled(page);
      await holdsNumbers(page, [join(from, name, 'results.json')], 150);
      quiet();
      await context.close();
    }
    run('report', ...names.map(each => join(from, each)), '-o', 'all.html');
    const {page, quiet} = await open(browser, join(folder, 'all.html'), {viewport: {width: 1280, height: 900}});
    await opened(page);
    await settled(page);
    quiet();
  },
  // What a run does not have is said; what is damaged is named.
  async damaged(browser) {
    run('run', 'default', ...short, '-o', 'run');
    for (const table of ['jobs.csv', 'layers.csv', 'paths.csv', 'decisions.csv', 'timeline.csv', 'power.csv', 'resolved.toml']) rmSync(join(folder, 'run', table));
    run('report', 'run', '-o', 'bare.html');
    const {page, quiet} = await open(browser, join(folder, 'bare.html'), {viewport: {width: 1280, height: 900}});
    const text = await page.locator('main').innerText();
    for (const table of ['jobs.csv', 'layers.csv', 'paths.csv', 'decisions.csv', 'timeline.csv', 'power.csv', 'resolved.toml'])
      assert.ok(text.includes(`The run has no ${table}`), table);
    quiet();
    const refused = (file, content, message) => {
      writeFileSync(join(folder, 'run', file), content);
      const {status, stderr} = spawnSync(takt, ['report', 'run', '-o', 'none.html'], {cwd: folder, encoding: 'utf8'});
      rmSync(join(folder, 'run', file));
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.deepEqual(readdirSync(folder).filter(each => each.includes('none')), []);
    };
    refused('power.csv', 'time_us,npu_mw\n1,2\n2,much\n', /power\.csv:3: found 'much' in column "npu_mw"/);
    refused('timeline.csv', 'begin_us,end_us\n1\n', /timeline\.csv:2: found 1 fields, expected 2/);
    refused('jobs.csv', 'colour\n', /jobs\.csv:1: has no column "stream"/);
    refused('resolved.toml', 'a = 1\nnonsense\n', /resolved\.toml:2: found 'nonsense'/);
    refused('results.json', '{"schema": "other/1"}', /results\.json: has schema "other\/1"/);
  },
};

const browser = await chromium.launch({executablePath: browserFile, args: ['--no-sandbox']});
try {
  await cases[wanted](browser);
} finally {
  await browser.close();
  rmSync(folder, {recursive: true});
}
