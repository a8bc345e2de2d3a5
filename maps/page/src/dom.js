// Elements are made here and nowhere else; every text is a text node, so no name can become markup.

import { csvOf, saved } from './csv.js';
import { t } from './text.js';

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') for (const [key, one] of Object.entries(value)) node.style.setProperty(key, one);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

export function replace(node, ...children) {
  node.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// A table with a caption for those who hear it; cells are texts or nodes; columns of numbers stand right.
export function table(caption, heads, rows, { numeric = [], onrow = null, selected = -1 } = {}) {
  const side = (column) => (numeric.includes(column) ? 'num' : null);
  return h('div', { class: 'scroll' },
    h('table', {},
      h('caption', { class: 'quiet' }, caption, rows.length > 0 && h('button', { type: 'button', class: 'small save', 'aria-label': t('save_csv') + t('colon') + caption, title: t('save_csv'), onclick: () => saved(caption + '.csv', csvOf(heads, rows, numeric)) }, 'CSV')),
      h('thead', {}, h('tr', {}, heads.map((head, column) => h('th', { scope: 'col', class: side(column) }, head)))),
      h('tbody', {}, rows.map((row, line) => h('tr', { class: line === selected ? 'on' : null },
        row.map((cell, column) => {
          const tag = column === 0 ? 'th' : 'td';
          const content = column === 0 && onrow
            ? h('button', { class: 'link', type: 'button', onclick: () => onrow(line) }, cell) : cell;
          return h(tag, { scope: column === 0 ? 'row' : null, class: side(column) }, content);
        }))))));
}

export const option = (value, label, chosen) => h('option', { value, selected: chosen }, label);

export function select(label, options, onchange, id) {
  const field = h('select', { id, onchange: (event) => onchange(event.target.value) }, options);
  return h('label', { class: 'field' }, h('span', {}, label), field);
}
