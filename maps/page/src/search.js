// Search over sites and zones by either name or id: type, go down, Enter; Esc closes.

import { h, replace } from './dom.js';
import { pick, t } from './text.js';

const MOST = 12;

export function makeSearch(model, actions) {
  const list = h('ul', { class: 'found', id: 'found', role: 'listbox', hidden: true });
  const field = h('input', { type: 'search', id: 'search', role: 'combobox', autocomplete: 'off', spellcheck: 'false', 'aria-controls': 'found', 'aria-expanded': 'false', 'aria-autocomplete': 'list' });
  const all = [
    ...model.sites.map((one, at) => ({ kind: 'site', at, one, text: [...one.n, one.id].join(' ').toLowerCase() })),
    ...model.zones.map((one, at) => ({ kind: 'zone', at, one, text: [...one.n, one.id].join(' ').toLowerCase() })),
  ];
  let hits = [];
  let marked = -1;
  const close = () => { list.hidden = true; field.setAttribute('aria-expanded', 'false'); field.removeAttribute('aria-activedescendant'); marked = -1; };
  const choose = (hit) => { close(); field.value = ''; if (hit.kind === 'site') actions.site(hit.at); else actions.zone(hit.at); };
  const mark = (at) => {
    marked = at;
    [...list.children].forEach((node, place) => node.setAttribute('aria-selected', String(place === at)));
    if (at >= 0) { field.setAttribute('aria-activedescendant', 'hit-' + at); list.children[at].scrollIntoView({ block: 'nearest' }); }
  };
  const show = () => {
    const parts = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (!parts.length) { close(); return; }
    hits = all.filter((hit) => parts.every((part) => hit.text.includes(part))).slice(0, MOST);
    replace(list, hits.length ? hits.map((hit, at) => h('li', { role: 'option', id: 'hit-' + at, 'aria-selected': 'false', onpointerdown: (event) => { event.preventDefault(); choose(hit); } },
      h('span', { class: 'tag' }, t(hit.kind)), pick(hit.one.n), h('span', { class: 'quiet' }, pick(model.groups[hit.one.g]) || ''))) : h('li', { class: 'quiet' }, t('found_nothing')));
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    mark(hits.length ? 0 : -1);
  };
  field.addEventListener('input', show);
  field.addEventListener('focus', show);
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { close(); field.value = ''; event.stopPropagation(); return; }
    if (list.hidden || !hits.length) return;
    if (event.key === 'ArrowDown') mark((marked + 1) % hits.length);
    else if (event.key === 'ArrowUp') mark((marked - 1 + hits.length) % hits.length);
    else if (event.key === 'Enter') choose(hits[Math.max(0, marked)]);
    else return;
    event.preventDefault();
  });
  return {
    node: h('div', { class: 'search' }, field, list),
    update() { field.setAttribute('placeholder', t('search')); field.setAttribute('aria-label', t('search')); },
  };
}
