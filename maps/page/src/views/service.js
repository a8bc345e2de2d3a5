// Who is served where: of a zone or a class, with latency against its limit; prefecture to prefecture as a flow chart.

import { makeChart } from '../chart.js';
import { chosenFlows, chosenUnit, flowKinds, flowOf, flowUnits } from '../flows.js';
import { colours, sequence } from '../theme.js';
import { figure, fixed, inOrder, number, percent, pick, t, unitName } from '../text.js';
import { h, option, replace, select, table } from '../dom.js';
import { set, state } from '../store.js';
import { cut, wide } from '../ruler.js';
import { sum } from '../model.js';

const GATES = 'gates';
const SIZE = 12;
// What a name gives way to at its side of the chart [px]: margin, node and the middle.
const ASIDE = 30;
// Height of a node's name: nodes stand so far apart that no two names touch.
const NODE = 19;

export default {
  name: 'service', order: 40, hears: ['year', 'zone', 'site', 'flow'],
  make(panel, { model, data }) {
    const fields = h('div', { class: 'row' });
    const body = h('div', {});
    const chartHead = h('h3', {});
    const chart = makeChart('tall', { titled: false });
    panel.append(fields, body, chartHead, chart.node);
    return {
      charts: [chart],
      update() {
        replace(fields, zoneField(model), flowField(model));
        replace(body, state.zone === null ? byClass(model) : [ofZone(model, state.zone), copiesOf(model, data, state.zone)]);
        if (data.kept) body.append(h('p', { class: 'quiet tiny' }, t('pairs_kept', { shown: number(data.kept[0]), all: number(data.kept[1]), share: percent(data.kept[2], 1) })));
        replace(chartHead, t('flows_between', { unit: unitName(chosenUnit(model)) }));
        drawSankey(chart, model);
      },
    };
  },
};

function zoneField(model) {
  const byName = (a, b) => inOrder(pick(model.zones[a].n), pick(model.zones[b].n));
  const groups = new Map();
  model.zones.forEach((zone, at) => {
    const key = zone.gate ? GATES : zone.g;
    groups.set(key, [...(groups.get(key) || []), at]);
  });
  const title = (key) => (key === GATES ? t('outside') : pick(model.groups[key]) || key);
  const options = [...groups].map(([key, zones]) => h('optgroup', { label: title(key) }, zones.sort(byName).map((at) => option(String(at), pick(model.zones[at].n), at === state.zone))));
  return select(t('zone'), [option('', t('all_zones'), state.zone === null), ...options], (value) => set({ zone: value === '' ? null : Number(value), site: null }), 'zone');
}

function flowField(model) {
  const units = flowUnits(model);
  const chosen = flowOf(model);
  return select(t('class'), [
    ...units.map((unit) => option('u:' + unit, t('all_in', { unit: unitName(unit) }), chosen === 'u:' + unit)),
    ...flowKinds(model).map((at) => option('c:' + at, pick(model.classes[at].n), chosen === 'c:' + at)),
  ], (value) => set({ flow: value }), 'flow');
}

function latencyBar(ms, limit) {
  const share = limit ? Math.min(1, ms / limit) : 0;
  return h('span', { class: 'latency' }, h('span', { class: 'bar', 'aria-hidden': 'true' }, limit ? h('span', { style: { width: (share * 100).toFixed(0) + '%' } }) : null),
    h('span', {}, fixed(ms, 2), limit ? ' / ' + figure(limit) : ''));
}

function byClass(model) {
  const rows = chosenFlows(model, { every: true, site: null, zone: null });
  const lines = flowKinds(model).map((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    const amount = sum(own.map((row) => row.amount));
    if (!amount) return null;
    const limit = model.classes[kind].limit;
    const worst = Math.max(...own.map((row) => row.latency));
    return [pick(model.classes[kind].n), figure(amount) + ' ' + unitName(model.classes[kind].unit), fixed(sum(own.map((row) => row.latency * row.amount)) / amount, 2), latencyBar(worst, limit)];
  }).filter(Boolean);
  return table(t('classes_about', { year: model.years[state.year] }), [t('class'), t('amount'), t('mean_ms'), t('worst_ms')], lines, { numeric: [1, 2] });
}

function ofZone(model, zone) {
  const rows = chosenFlows(model, { every: true, site: null, zone });
  const name = pick(model.zones[zone].n);
  if (!rows.length) return h('p', { class: 'quiet' }, t('zone_nothing', { zone: name, year: model.years[state.year] }));
  const whole = (kind) => sum(rows.filter((row) => row.kind === kind).map((row) => row.amount));
  rows.sort((a, b) => a.kind - b.kind || b.amount - a.amount);
  return table(t('zone_about', { zone: name, year: model.years[state.year] }), [t('site'), t('class'), t('amount'), t('share'), t('latency_limit')],
    rows.map((row) => [pick(model.sites[row.site].n), pick(model.classes[row.kind].n), figure(row.amount) + ' ' + unitName(row.unit), percent(row.amount / whole(row.kind), 0), latencyBar(row.latency, model.classes[row.kind].limit)]),
    { numeric: [2, 3], onrow: (line) => set({ site: rows[line].site }) });
}

// Where the second copies of a zone stand.
function copiesOf(model, data, zone) {
  const rows = data.copies.filter((row) => row[0] === zone && row[4] === state.year).sort((a, b) => a[1] - b[1] || b[5] - a[5]);
  if (!rows.length) return null;
  return table(t('copies_about', { zone: pick(model.zones[zone].n), year: model.years[state.year] }), [t('copy_at'), t('class'), t('amount'), t('primary_at'), t('apart_km')],
    rows.map((row) => [pick(model.sites[row[3]].n), pick(model.classes[row[1]].n), figure(row[5]) + ' ' + unitName(model.classes[row[1]].unit), pick(model.sites[row[2]].n), number(row[6])]),
    { numeric: [2, 4], onrow: (line) => set({ site: rows[line][3] }) });
}

// A name and its amount on one half of a chart, so that it never meets the one at the other side.
function named(name, amount, width) {
  return cut(name, SIZE, (width || 400) / 2 - ASIDE - wide(amount, SIZE)) + amount;
}

function drawSankey(chart, model) {
  const groupOf = (thing) => (thing.gate ? GATES : thing.g);
  const title = (key) => (key === GATES ? t('outside') : pick(model.groups[key]) || key);
  const sums = new Map();
  for (const row of chosenFlows(model, { site: null, zone: null })) {
    const key = groupOf(model.zones[row.zone]) + '\n' + model.sites[row.site].g;
    sums.set(key, (sums.get(key) || 0) + row.amount);
  }
  const links = [...sums].map(([key, value]) => ({ source: 'z' + key.split('\n')[0], target: 's' + key.split('\n')[1], value }));
  const names = [...new Set(links.flatMap((link) => [link.source, link.target]))];
  const groups = [...new Set(names.map((name) => name.slice(1)))].filter((name) => name !== GATES).sort();
  const side = (letter) => names.filter((name) => name[0] === letter).length;
  chart.canvas.style.height = Math.max(330, NODE * Math.max(side('z'), side('s')) + 120) + 'px';
  chart.resize();
  chart.draw({
    tooltip: { trigger: 'item', confine: true, formatter: (item) => h('div', {}, item.dataType === 'edge'
      ? [title(item.data.source.slice(1)), ' → ', title(item.data.target.slice(1)), t('colon'), figure(item.data.value)]
      : [title(item.name.slice(1)), t('colon'), figure(item.value)]) },
    series: [{
      type: 'sankey', animationDuration: 250, left: 4, right: 4, top: 14, bottom: 14, nodeWidth: 13, nodeGap: NODE - 1, draggable: false, emphasis: { focus: 'adjacency' },
      data: names.map((name) => ({ name, itemStyle: { color: name.slice(1) === GATES ? colours().grid : sequence(groups.indexOf(name.slice(1))), borderWidth: 0 }, label: { position: name[0] === 'z' ? 'right' : 'left' } })),
      links, lineStyle: { color: 'source', opacity: 0.32, curveness: 0.5 },
      label: { color: colours().text, fontSize: SIZE, formatter: ({ name, value }) => named(title(name.slice(1)), ' ' + figure(value), chart.width()) },
    }],
  }, t('flows_between', { unit: unitName(chosenUnit(model)) }), {
    heads: [t('demand_in'), t('served_in'), t('amount')], numeric: [2],
    rows: [...links].sort((a, b) => b.value - a.value).map((link) => [title(link.source.slice(1)), title(link.target.slice(1)), figure(link.value)]),
  });
}
