// The sheet of one site: what stands there by period, what it draws and costs, whom it serves and why it is here.

import { chosenFlows } from './flows.js';
import { figure, fixed, known, money, number, inSmallMoneyUnit, percent, pick, share, smallMoneyUnit, t, unitName } from './text.js';
import { h, replace, table } from './dom.js';
import { icon } from './icons.js';
import { kindMark } from './views/sites.js';
import { offerName } from './views/power.js';
import { set, state } from './store.js';
import { technologyColour } from './theme.js';
import { sum } from './model.js';

const LISTED = 12;

export function makeSheet(model, onclose) {
  const node = h('section', { class: 'sheet', role: 'dialog', 'aria-modal': 'false', tabindex: '-1', hidden: true });
  const update = () => {
    if (state.site === null) { node.hidden = true; return; }
    const top = node.dataset.site === String(state.site) ? node.scrollTop : 0;
    node.dataset.site = state.site;
    node.hidden = false;
    const site = model.sites[state.site];
    node.setAttribute('aria-label', pick(site.n));
    replace(node, head(model, site, onclose), facts(model, site), reasons(site), capacity(model), served(model), energy(model), contracts(model), costs(model), actions(model));
    node.scrollTop = top;
  };
  return { node, update };
}

function head(model, site, onclose) {
  const kinds = model.kindAt(state.site, state.year).all;
  const place = [pick(model.groups[site.g]), site.z >= 0 && pick(model.zones[site.z].n)].filter(Boolean).join(' · ');
  return h('header', {}, h('div', {}, h('h2', {}, pick(site.n)), h('div', { class: 'quiet' }, place, ' · ', known('status_' + site.status, site.status)),
    h('div', { class: 'row kinds' }, kinds.map((kind) => h('span', { class: 'tag' }, kindMark(model, kind, 5.5), pick((model.kinds[kind] || model.kinds.hall).n))))),
  h('button', { type: 'button', class: 'close', 'aria-label': t('close'), title: t('close') + ' (Esc)', onclick: onclose }, icon('close')));
}

function facts(model, site) {
  const cell = model.held[state.site][state.year];
  const own = (model.views.power ? model.views.power.energy : []).find((row) => row[0] === state.site && row[1] === state.year);
  const item = (name, value) => value !== null && value !== '–' && value !== '' && h('div', {}, h('dt', {}, name), h('dd', {}, value));
  return h('dl', { class: 'facts' },
    item(t('it_power'), number(cell.it_mw, 1) + ' MW'), item(t('racks'), number(cell.standard_racks)),
    item(t('measure_pflops_fp16'), cell.pflops_fp16 ? number(cell.pflops_fp16) : null), item(t('measure_pflops_fp64'), cell.pflops_fp64 ? number(cell.pflops_fp64, 1) : null),
    item(t('pue'), own && own[2] ? number(own[3] / own[2], 3) : site.pue === null ? null : number(site.pue, 3)), item(t('cooling'), pick(site.cooling)),
    item(t('connection'), site.mva ? figure(site.mva) + ' MVA' : null), item(t('grid_node'), pick(site.node)),
    item(t('green_share'), own && own[3] ? percent(own[5] / own[3]) : null), item(t('land'), site.land ? figure(site.land) + ' ha' : null),
    item(t('opened'), site.opened ? String(site.opened) : null), item(t('position'), degrees(site.lonlat)));
}

const degrees = ([lon, lat]) => `${number(Math.abs(lon), 3)}°${lon < 0 ? 'W' : 'E'} ${number(Math.abs(lat), 3)}°${lat < 0 ? 'S' : 'N'}`;

const part = (title, ...content) => h('section', {}, h('h3', {}, title), ...content);

function reasons(site) {
  return site.why.length > 0 && part(t('reasons'), h('ul', { class: 'why' }, site.why.map((reason) => h('li', {}, pick(reason)))));
}

function capacity(model) {
  const years = model.held[state.site];
  const most = Math.max(1e-9, ...years.map((cell) => cell.it_mw));
  const bars = h('ol', { class: 'periods' }, years.map((cell, year) => h('li', { class: year === state.year ? 'on' : null },
    h('span', { class: 'quiet' }, model.years[year]), h('span', { class: 'stack', 'aria-hidden': 'true' }, cell.rows.map((row) => h('span', { title: pick(model.technologies[row[1]].n), style: { width: ((100 * row[7]) / most).toFixed(2) + '%', background: technologyColour(model, row[1]) } }))),
    h('span', { class: 'num' }, number(cell.it_mw, 1), ' MW'))));
  const technologies = [...new Set(years.flatMap((cell) => cell.rows.map((row) => row[1])))].sort((a, b) => a - b);
  const count = (cell, technology) => sum(cell.rows.filter((row) => row[1] === technology).map((row) => row[3]));
  const lines = technologies.map((technology) => [[h('span', { class: 'swatch', style: { background: technologyColour(model, technology) } }), pick(model.technologies[technology].n)], ...years.map((cell) => number(count(cell, technology)))]);
  const totals = [['racks', 'standard_racks'], ['measure_pflops_fp16', 'pflops_fp16'], ['measure_pflops_fp64', 'pflops_fp64']]
    .filter(([, name]) => years.some((cell) => cell[name])).map(([word, name]) => [t(word), ...years.map((cell) => number(cell[name]))]);
  return part(t('capacity_by_period'), bars, table(t('modules_about'), [t('technology'), ...model.years], [...lines, ...totals], { numeric: model.years.map((_, at) => at + 1) }));
}

function served(model) {
  if (!model.views.service) return null;
  const rows = chosenFlows(model, { every: true, zone: null });
  if (!rows.length) return null;
  const units = [...new Set(rows.map((row) => row.unit))];
  const line = (row) => [pick(model.zones[row.zone].n), pick(model.classes[row.kind].n), figure(row.amount) + ' ' + unitName(row.unit), fixed(row.latency, 2)];
  const heads = [t('zone'), t('class'), t('amount'), t('latency_ms')];
  const list = (some) => table(t('served_about', { year: model.years[state.year] }), heads, some.map(line), { numeric: [2, 3], onrow: (at) => set({ zone: some[at].zone, site: null, tab: 'service' }) });
  return part(t('who_is_served'), h('p', {}, units.map((unit) => h('span', { class: 'tag' }, figure(sum(rows.filter((row) => row.unit === unit).map((row) => row.amount))) + ' ' + unitName(unit)))), list(rows.slice(0, LISTED)),
    rows.length > LISTED && h('details', {}, h('summary', {}, t('more_rows', { count: rows.length - LISTED })), list(rows.slice(LISTED))));
}

function energy(model) {
  const rows = (model.views.power ? model.views.power.energy : []).filter((row) => row[0] === state.site).sort((a, b) => a[1] - b[1]);
  return rows.length > 0 && part(t('power'), table(t('energy_about'), [t('year'), t('it_gwh'), t('facility_gwh'), t('green_share'), t('price_mwh'), t('energy_cost') + t('in_brackets', { text: smallMoneyUnit() })],
    rows.map((row) => [String(model.years[row[1]]), fixed(row[2] / 1000, 1), fixed(row[3] / 1000, 1), percent(row[3] ? row[5] / row[3] : null, 0), number(row[3] ? row[6] / row[3] : null), inSmallMoneyUnit(row[6])]), { numeric: [1, 2, 3, 4, 5] }));
}

function contracts(model) {
  const rows = (model.views.power ? model.views.power.contracts : []).filter((row) => row[0] === state.site).sort((a, b) => a[2] - b[2]);
  return rows.length > 0 && part(t('own_contracts'), table(t('contracts_about'), [t('year'), t('contract'), t('energy_zone'), t('power_mw'), t('energy_gwh'), t('price_mwh')],
    rows.map((row) => [String(model.years[row[2]]), ...offerName(model.views.power.offers[row[1]]), figure(row[3]), fixed(row[4] / 1000, 1), number(row[5])]), { numeric: [3, 4, 5] }));
}

function costs(model) {
  const rows = (model.views.cost ? model.views.cost.sites : []).filter((row) => row[0] === state.site).sort((a, b) => Math.abs(b[2]) - Math.abs(a[2]));
  if (!rows.length) return null;
  const whole = sum(rows.map((row) => row[2]));
  return part(t('cost'), h('p', {}, t('site_cost', { cost: money(whole) })), table(t('cost_about'), [t('term'), t('cost') + t('in_brackets', { text: smallMoneyUnit() }), t('share')], rows.map((row) => [pick(model.views.cost.terms[row[1]]), inSmallMoneyUnit(row[2]), share(whole ? row[2] / whole : null)]), { numeric: [1, 2] }));
}

function actions(model) {
  const rows = model.builds.filter((row) => row[0] === state.site).sort((a, b) => a[2] - b[2]);
  return rows.length > 0 && part(t('actions'), table(t('actions_about'), [t('year'), t('action'), t('technology'), t('modules'), t('capex') + t('in_brackets', { text: smallMoneyUnit() })],
    rows.map((row) => [String(row[2]), pick(row[4]), pick(model.technologies[row[1]].n), number(row[3]), row[5] ? inSmallMoneyUnit(row[5]) : '–']), { numeric: [3, 4] }));
}
