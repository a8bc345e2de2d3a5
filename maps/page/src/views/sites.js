// Every site with what stands there in the year; a row opens its sheet.

import { h, replace, table } from '../dom.js';
import { fixed, inOrder, number, pick, share, t } from '../text.js';
import { set, state } from '../store.js';
import { kindColour } from '../theme.js';
import { s } from '../dom.js';
import { symbol } from '../layers/sites.js';

export const kindMark = (model, kind, radius = 6.5) => {
  const mark = symbol((model.kinds[kind] || model.kinds.hall).shape, radius);
  mark.style.setProperty('fill', kindColour(model, kind));
  return s('svg', { class: 'kindmark', width: 18, height: 18, viewBox: '-9 -9 18 18', 'aria-hidden': 'true' }, mark);
};

// Rows that are listed at first: thousands would take seconds.
const MOST_ROWS = 300;

export default {
  name: 'sites', order: 70, always: true, hears: ['year', 'site'],
  make(panel, { model }) {
    const sorts = ['it_mw', 'standard_racks', 'pflops_fp16', 'name'];
    let by = 'it_mw';
    let all = false;
    const update = () => {
      const cell = (at) => model.held[at][state.year];
      const rows = model.sites.map((_, at) => at).filter((at) => cell(at).rows.length);
      const order = (a, b) => (by === 'name' ? inOrder(pick(model.sites[a].n), pick(model.sites[b].n)) : cell(b)[by] - cell(a)[by]);
      rows.sort(order);
      const whole = model.total('it_mw', state.year) || 1;
      const bar = h('div', { class: 'row sorts' }, h('span', { class: 'quiet' }, t('sort_by')), sorts.map((name) => h('button', { type: 'button', class: 'small', 'aria-pressed': String(name === by), onclick: () => { by = name; update(); } }, name === 'name' ? t('name') : t('measure_' + name))));
      const more = rows.length - (all ? rows.length : MOST_ROWS);
      const listed = more > 0 ? rows.slice(0, MOST_ROWS) : rows;
      replace(panel, bar, table(t('sites_about', { count: number(rows.length), year: model.years[state.year] }), [t('site'), t('racks'), 'PFLOPS', 'MW', t('share')],
        listed.map((at) => [[kindMark(model, model.kindAt(at, state.year).main), pick(model.sites[at].n)], number(cell(at).standard_racks), cell(at).pflops_fp16 ? number(cell(at).pflops_fp16) : '–', fixed(cell(at).it_mw, 1), share(cell(at).it_mw / whole)]),
        { numeric: [1, 2, 3, 4], onrow: (line) => set({ site: rows[line], zone: null }), selected: rows.indexOf(state.site) }), more > 0 && h('button', { type: 'button', class: 'small', id: 'sites-all', onclick: () => { all = true; update(); } }, t('more_rows', { count: number(more) })));
    };
    return { update };
  },
};
