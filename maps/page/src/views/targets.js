// What the documents require against what is achieved; a duty, a priced target and an aspiration look different.

import { h, replace } from '../dom.js';
import { icon } from '../icons.js';
import { figure, percent, pick, t } from '../text.js';

const ORDER = ['hard', 'priced', 'aspirational'];

export default {
  name: 'targets', order: 50, hears: [],
  make(panel, { model, data }) {
    return {
      update() {
        const kinds = [...new Set([...ORDER, ...data.rows.map((row) => row.kind)])];
        replace(panel, h('p', { class: 'big' }, t('targets_met', { met: data.rows.filter((row) => row.met).length, all: data.rows.length })),
          kinds.map((kind) => section(kind, data.rows.filter((row) => row.kind === kind), data)));
      },
    };
  },
};

function section(kind, rows, data) {
  if (!rows.length) return null;
  const sorted = [...rows].sort((a, b) => Number(a.met) - Number(b.met) || a.year - b.year || b.required - a.required);
  return h('section', {}, h('h3', {}, h('span', { class: 'chip kind-' + kind }, pick(rows[0].kindname)), ' ', t('targets_count', { met: rows.filter((row) => row.met).length, all: rows.length })),
    h('ul', { class: 'gauges' }, sorted.map((row) => gauge(row, data))));
}

function gauge(row, data) {
  const scale = Math.max(row.required, row.achieved, 1e-9);
  const reached = Math.max(0, row.achieved) / scale;
  const asked = Math.max(0, row.required) / scale;
  const sign = row.relation === '<=' ? '≤' : '≥';
  const share = row.required ? percent(row.achieved / row.required, 0) : '';
  const label = pick(row.region) + ' ' + pick(row.metric) + ' ' + row.year;
  return h('li', { class: row.met ? 'gauge met' : 'gauge missed' },
    h('div', { class: 'row spread' }, h('b', {}, label), h('span', { class: 'verdict' }, icon(row.met ? 'yes' : 'no'), ' ', row.met ? t('met') : t('missed'), row.binding ? t('comma') + t('binds') : '')),
    h('div', { class: 'meter', role: 'meter', 'aria-label': label, 'aria-valuemin': '0', 'aria-valuemax': String(scale), 'aria-valuenow': String(row.achieved), 'aria-valuetext': figure(row.achieved) + ' / ' + figure(row.required) },
      h('span', { class: 'fill kind-' + row.kind, style: { width: (reached * 100).toFixed(1) + '%' } }), h('span', { class: 'tick', style: { left: (asked * 100).toFixed(1) + '%' } })),
    h('div', { class: 'row spread quiet' }, h('span', {}, t('achieved'), ' ', figure(row.achieved), ' ', t('slash'), ' ', t('required'), ' ', sign, ' ', figure(row.required), share && ` (${share})`)),
    row.document && h('div', { class: 'quiet tiny' }, pick(data.documents[row.document]) || row.document, row.quote && h('q', { lang: 'zh' }, row.quote)));
}
