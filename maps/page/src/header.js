// Title, what the plan is worth, the year's key figures, and the switches.

import { h, replace } from './dom.js';
import { icon } from './icons.js';
import { listen, set, state } from './store.js';
import { money, number, percent, pick, small, t } from './text.js';
import { makeMissing } from './missing.js';
import { makeSearch } from './search.js';
import { sitesIn } from './layers/sites.js';
import { sum } from './model.js';

const THEMES = { auto: 'light', light: 'dark', dark: 'auto' };

export function makeHeader(model, actions) {
  const title = h('div', { class: 'title' });
  const cards = h('dl', { class: 'cards' });
  const tools = h('div', { class: 'tools' });
  const search = makeSearch(model, actions);
  const node = h('header', { class: 'top' }, title, cards, h('div', { class: 'toolbox' }, search.node, tools), makeMissing(model));
  const update = () => {
    replace(title, h('h1', {}, pick(model.about.title)), h('p', {}, h('b', { class: 'paperonly' }, t('at_end_of', { year: model.years[state.year] })), status(model), h('span', { class: 'notice' }, t('notice')), model.about.fontless && h('span', { class: 'notice' }, t('no_font'))));
    replace(cards, figures(model).map(([value, label]) => h('div', {}, h('dd', {}, value), h('dt', {}, label))));
    replace(tools,
      h('button', { type: 'button', id: 'lang', lang: state.lang === 'zh' ? 'en' : 'zh-CN', onclick: () => { set({ lang: state.lang === 'zh' ? 'en' : 'zh' }); document.getElementById('lang').focus(); } }, state.lang === 'zh' ? 'English' : '中文'),
      h('button', { type: 'button', id: 'theme', title: t('theme_' + state.theme), 'aria-label': t('theme_' + state.theme), onclick: () => { set({ theme: THEMES[state.theme] }); document.getElementById('theme').focus(); } }, icon(state.theme)),
      h('button', { type: 'button', id: 'print', title: t('print'), 'aria-label': t('print'), onclick: () => window.print() }, icon('print')));
    search.update();
  };
  listen((changed) => { if (['lang', 'year', 'theme'].some((name) => changed.has(name))) update(); });
  update();
  return node;
}

function status(model) {
  const { about } = model;
  const word = about.status === 'optimal' ? 'status_optimal' : 'status_feasible';
  const gap = about.gap === null ? '' : t('status_gap', { gap: small(about.gap) });
  return [h('span', { class: 'badge' }, t(word), gap),
    about.cost !== null && h('span', {}, t('net_cost_short', { cost: money(about.cost) }))];
}

function figures(model) {
  const year = state.year;
  const sites = sitesIn(model, year);
  const energy = (model.views.power ? model.views.power.energy : []).filter((row) => row[1] === year);
  const [all, green] = [3, 5].map((column) => sum(energy.map((row) => row[column])));
  const found = [
    [number(model.total('standard_racks', year)), t('racks')],
    [number(model.total('pflops_fp16', year)), t('measure_pflops_fp16')],
    [number(model.total('it_mw', year)), t('measure_it_mw')],
    [number(sites), t('sites_in_service')],
  ];
  if (all) found.push([number(all / 1e6, 2), t('energy_twh')], [percent(green / all, 0), t('green_share')]);
  return found;
}
