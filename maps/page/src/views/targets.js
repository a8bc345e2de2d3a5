// What the documents require against what is achieved; a duty, a priced target and an aspiration look different.

import { h, replace } from '../dom.js';
import { icon } from '../icons.js';
import { capital, figure, percent, pick, t } from '../text.js';

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
    h('ul', { class: 'gauges' }, alike(sorted).map((group) => (group.length > 2 ? many(group, data) : group.map((row) => gauge(row, data))))));
}

// Rows that ask the same of several regions stand together.
function alike(rows) {
  const groups = new Map();
  for (const row of rows) {
    const key = [row.metric[1], row.year, row.relation, row.required, row.document].join('\n');
    groups.set(key, [...(groups.get(key) || []), row]);
  }
  return [...groups.values()];
}

function many(rows, data) {
  const [first] = rows;
  const sign = first.relation === '<=' ? '≤' : '≥';
  const met = rows.filter((row) => row.met).length;
  const scale = Math.max(...rows.map((row) => Math.max(row.achieved, row.required)), 1e-9);
  return h('li', { class: met === rows.length ? 'gauge met' : 'gauge missed' },
    h('div', { class: 'row spread' }, h('b', {}, t('metric_in', { metric: capital(pick(first.metric)), year: first.year })), h('span', { class: 'verdict' }, icon(met === rows.length ? 'yes' : 'no'), ' ', t('targets_count', { met, all: rows.length }))),
    h('div', { class: 'quiet tiny' }, t('each_requires', { count: rows.length }), ' ', sign, ' ', figure(first.required)),
    h('ul', { class: 'small-gauges' }, [...rows].sort((a, b) => b.achieved - a.achieved).map((row) => h('li', { class: row.met ? 'met' : 'missed' }, h('span', {}, pick(row.region)), meter(row, scale, pick(row.region) + ' ' + pick(row.metric)), h('span', { class: 'num' }, figure(row.achieved))))),
    source(first, data));
}

function gauge(row, data) {
  const sign = row.relation === '<=' ? '≤' : '≥';
  const share = row.required ? percent(row.achieved / row.required, 0) : '';
  const label = t('target_of', { region: pick(row.region), metric: pick(row.metric), year: row.year });
  return h('li', { class: row.met ? 'gauge met' : 'gauge missed' },
    h('div', { class: 'row spread' }, h('b', {}, label), h('span', { class: 'verdict' }, icon(row.met ? 'yes' : 'no'), ' ', row.met ? t('met') : t('missed'), row.binding ? t('comma') + t('binds') : '')),
    meter(row, Math.max(row.required, row.achieved, 1e-9), label),
    h('div', { class: 'row spread quiet' }, h('span', {}, t('achieved_of', { achieved: figure(row.achieved), required: sign + ' ' + figure(row.required) }), share && t('in_brackets', { text: share }))),
    source(row, data));
}

const source = (row, data) => row.document && h('div', { class: 'quiet tiny' }, pick(data.documents[row.document]) || row.document, row.quote && h('q', { lang: 'zh' }, row.quote));

// The bar is what is achieved, the tick what is required.
function meter(row, scale, label) {
  const share = (value) => ((100 * Math.max(0, value)) / scale).toFixed(1) + '%';
  return h('div', { class: 'meter', role: 'meter', 'aria-label': label, 'aria-valuemin': '0', 'aria-valuemax': String(scale), 'aria-valuenow': String(row.achieved), 'aria-valuetext': figure(row.achieved) + ' / ' + figure(row.required) },
    h('span', { class: 'fill kind-' + row.kind, style: { width: share(row.achieved) } }), h('span', { class: 'tick', style: { left: share(row.required) } }));
}
