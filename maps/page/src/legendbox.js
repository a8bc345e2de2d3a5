// The box on the map: which layers are shown, what areas are coloured by and what the colours and symbols say.

import { breaksOf, quantityName } from './quantities.js';
import { colours, kindColour } from './theme.js';
import { MOST_FLOWS, chosenFlows } from './flows.js';
import { figure, pick, t, unitName } from './text.js';
import { h, option, replace, s, select } from './dom.js';
import { listen, set, state } from './store.js';
import { MOST_SITES, radiusOf, sitesIn } from './layers/sites.js';
import { kindMark } from './views/sites.js';

const SIZES = [1, 3, 10, 30, 100, 300, 1000, 3000];

export function makeLegend(model, map) {
  const body = h('div', { class: 'boxbody' });
  const summary = h('summary', {});
  const node = h('details', { class: 'layers', open: !window.matchMedia('(max-width: 980px)').matches }, summary, body);
  const sizes = h('div', { class: 'sizes' });
  const widths = h('p', { class: 'quiet tiny' });
  const fewer = h('p', { class: 'quiet tiny' });
  const update = () => {
    replace(summary, t('layers'));
    const chosen = map.quantities.find((one) => one.name === state.quantity);
    replace(body, h('ul', { class: 'checks' }, map.layers.filter((layer) => layer.name !== 'sites').map((layer) => check(layer.name, layerName(model, layer.name), swatch(layer.name)))), widths,
      h('h3', {}, t('layer_sites')), h('ul', { class: 'checks' }, model.kindsHeld.map((kind) => check('kind-' + kind, pick(model.kinds[kind].n), kindMark(model, kind)))), fewer, sizes,
      map.quantities.length > 0 && select(t('colour_by'), map.quantities.map((one) => option(one.name, quantityName(one), one.name === state.quantity)), (name) => set({ quantity: name }), 'quantity'),
      chosen && state.layers.areas && [h('p', { class: 'paperonly' }, quantityName(chosen)), ramp(model, chosen)]);
    drawSizes(model, map, sizes);
    width();
  };
  const width = () => {
    const rows = model.views.service && state.layers.flows ? chosenFlows(model) : [];
    const sites = sitesIn(model, state.year);
    replace(fewer, sites > MOST_SITES && t('sites_shown', { shown: MOST_SITES, all: figure(sites) }));
    replace(widths, rows.length > 0 && t('flow_says', { amount: figure(rows[0].amount), unit: unitName(rows[0].unit) }), rows.length > MOST_FLOWS && [t('stop_or_space'), t('flows_shown', { shown: MOST_FLOWS, all: figure(rows.length) })]);
  };
  listen((changed) => { if (['year', 'zone', 'site', 'flow'].some((name) => changed.has(name))) width(); });
  listen((changed) => { if (['lang', 'layers', 'quantity', 'theme'].some((name) => changed.has(name))) update(); });
  map.onplace = () => drawSizes(model, map, sizes);
  update();
  node.refresh = update;
  return node;
}

function check(name, label, mark) {
  const field = h('input', { type: 'checkbox', id: 'layer-' + name, onchange: (event) => { set({ layers: { ...state.layers, [name]: event.target.checked } }); document.getElementById('layer-' + name).focus(); } });
  field.checked = state.layers[name] !== false;
  return h('li', {}, h('label', {}, field, mark, h('span', {}, label)));
}

function layerName(model, name) {
  const outward = name === 'routes' && model.views.routes.routes.some((route) => route[2]);
  return outward ? [t('layer_routes'), h('span', { class: 'quiet tiny outwardkey' }, s('svg', { width: 20, height: 6, 'aria-hidden': 'true' }, s('path', { class: 'route outward', d: 'M0 3H20', style: { stroke: colours().route } })), t('routes_outward'))] : t('layer_' + name);
}

function swatch(name) {
  const { route, flow, text, ramp: palette, line } = colours();
  const colour = { areas: palette[3], routes: route, flows: flow, borders: text, surroundings: line, names: text }[name] || text;
  return h('span', { class: name === 'areas' || name === 'surroundings' ? 'swatch' : 'swatch thin', style: { background: colour } });
}

function ramp(model, quantity) {
  const breaks = breaksOf(model, quantity);
  const { ramp: palette, none } = colours();
  const items = breaks.map((low, at) => [palette[Math.min(palette.length - 1, at)],
    at + 1 < breaks.length ? (low ? quantity.format(low) + '–' + quantity.format(breaks[at + 1]) : '< ' + quantity.format(breaks[1])) : '≥ ' + quantity.format(low)]);
  return h('ul', { class: 'ramp' }, [[none, t('nothing')], ...items].map(([colour, label]) => h('li', {}, h('span', { class: 'swatch', style: { background: colour } }), label)));
}

function drawSizes(model, map, node) {
  const shown = SIZES.filter((mw) => mw <= model.largest).slice(-3);
  const radius = (mw) => radiusOf(model, mw, map.frame);
  replace(node, h('span', { class: 'quiet' }, t('size_says')), shown.map((mw) => h('span', { class: 'size' }, s('svg', { width: 2 * radius(mw) + 2, height: 2 * radius(mw) + 2, 'aria-hidden': 'true' }, s('circle', { cx: radius(mw) + 1, cy: radius(mw) + 1, r: radius(mw), class: 'sizemark', style: { fill: kindColour(model, 'legacy') } })), figure(mw))), model.years.length > 1 && h('span', { class: 'size' }, s('svg', { width: 15, height: 15, 'aria-hidden': 'true' }, s('circle', { class: 'ringmark', cx: 7.5, cy: 7.5, r: 6 })), t('grown_says')));
}
