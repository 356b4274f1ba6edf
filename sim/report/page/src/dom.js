// Elements. Text becomes text nodes and nothing else: names come from files of anybody.
const svgNamespace = 'http://www.w3.org/2000/svg';

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || value === null) continue;
    if (name === 'style') Object.assign(node.style, value);
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

export const el = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS(svgNamespace, tag), attributes, children);

// A table with its caption. Columns: {name, number?, wide?}; cells: texts or nodes; the first cell of a row heads it.
export function table(caption, columns, rows, attributes = {}) {
  const head = columns.map(column => column.name ? el('th', {scope: 'col', class: column.number && 'number'}, column.name) : el('td'));
  const body = rows.map(row => el('tr', {}, row.map((cell, i) => i === 0 ?
    el('th', {scope: 'row'}, cell) : el('td', {class: columns[i].number ? 'number' : columns[i].wide && 'wide'}, cell))));
  return el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
    el('table', attributes, el('caption', {}, caption), el('thead', {}, el('tr', {}, head)), el('tbody', {}, body)));
}

// The figures of a chart as a table, made when somebody opens it.
export function asTable(make) {
  const details = el('details', {class: 'alternative'}, el('summary', {}, 'The same as a table'));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(make());
  });
  return details;
}

let sections = 0;
export function section(title, lead, ...children) {
  const id = `section-${++sections}`;
  return el('section', {id, 'aria-labelledby': `${id}-title`}, el('h2', {id: `${id}-title`}, title),
    lead && el('p', {class: 'lead'}, lead), children);
}
export function restartSections() { sections = 0; }

export const missing = text => el('p', {class: 'missing'}, text);
