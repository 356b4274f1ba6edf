// build.mjs SOURCES OUTPUT: bundles the page's program and style into one HTML file, which may run these and nothing
// else: its policy names their hashes. takt puts the data in place of @TAKT_DATA@.
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {buildSync} from 'esbuild';

const [sources, output] = process.argv.slice(2);
const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;

function bundled(file) {
  const {outputFiles} = buildSync({
    entryPoints: [join(sources, file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    legalComments: 'none',
    loader: {'.txt': 'text'},
    nodePaths: [join(here, 'node_modules')],
  });
  return outputFiles[0].text.trim().replaceAll('</script', '<\\/script');
}

const hash = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const script = bundled('main.js'), style = bundled('style.css');
const licence = readFileSync(join(here, 'node_modules/uplot/LICENSE'), 'utf8').trim();
const parts = {
  '@POLICY@': `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
  '@STYLE@': style,
  '@SCRIPT@': script,
  '@UPLOT_LICENCE@': licence.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
};
let page = readFileSync(join(sources, 'page.html'), 'utf8');
for (const [mark, text] of Object.entries(parts)) page = page.replace(mark, () => text);
writeFileSync(output, page);
