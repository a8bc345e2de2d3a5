// The limits that bind: which, where, when, and what one per cent more would be worth.

import { h, replace } from '../dom.js';
import { figure, money, percent, pick, t, unitName } from '../text.js';

export default {
  name: 'limits', order: 60, hears: [],
  make(panel, { data }) {
    return {
      update() {
        const groups = new Map();
        for (const row of data) {
          const key = row.kind + pick(row.name);
          groups.set(key, [...(groups.get(key) || []), row]);
        }
        const worth = (rows) => Math.max(0, ...rows.map((row) => row.worth || 0));
        const sorted = [...groups.values()].sort((a, b) => worth(b) - worth(a));
        const most = Math.max(1, ...sorted.map(worth));
        replace(panel, h('p', { class: 'quiet' }, t('limits_about')), h('ul', { class: 'limits' }, sorted.map((rows) => group(rows, worth(rows), most))));
      },
    };
  },
};

const value = (amount, unit) => (unit === 'ratio' ? percent(amount) : figure(amount) + (unit && unit !== 'unit' ? ' ' + unitName(unit) : ''));

function group(rows, worth, most) {
  const shown = (row) => h('li', {}, pick(row.where), row.year ? ' · ' + row.year : '', row.bound ? t('colon') + value(row.used, row.unit === 'ratio' ? 'ratio' : '') + ' / ' + value(row.bound, row.unit) : '');
  const many = rows.length > 6;
  return h('li', {}, h('div', { class: 'row spread' }, h('b', {}, rows[0].kind === 'target' ? t('target_prefix') : '', pick(rows[0].name)), h('span', { class: 'count' }, t('binding_count', { count: rows.length }))),
    worth >= 1 && h('div', { class: 'worth' }, h('span', { class: 'bar', 'aria-hidden': 'true' }, h('span', { style: { width: ((100 * worth) / most).toFixed(1) + '%' } })), h('span', { class: 'quiet' }, t('one_percent', { worth: money(worth) }))),
    h('ul', { class: 'places' }, rows.slice(0, 6).map(shown)),
    many && h('details', {}, h('summary', {}, t('more_rows', { count: rows.length - 6 })), h('ul', { class: 'places' }, rows.slice(6).map(shown))));
}
