// Opens the page: reads the plan that stands in the document, draws it, and keeps state, address and title together.

import { chosenFlows } from './flows.js';
import { fromAddress, listen, set, state, toAddress } from './store.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { makeHeader } from './header.js';
import { makeLegend } from './legendbox.js';
import { makeMap } from './map/index.js';
import { makePrinting } from './printing.js';
import { makeScale } from './scalebar.js';
import { makeSheet } from './sheet.js';
import { makeTabs } from './tabs.js';
import { makeTimebar } from './timebar.js';
import { makeTip } from './tip.js';
import { modelOf } from './model.js';
import { isDark, onSystemTheme } from './theme.js';
import { pick, t, useWords } from './text.js';
import { planOf } from './inflate.js';
import { quantitiesOf } from './quantities.js';
import { views as known } from './registry.js';

const data = planOf(document.getElementById('plan'));
useWords(data.words);
const model = modelOf(data);
const views = known.filter((view) => view.make && (view.always || model.views[view.name])).sort((a, b) => a.order - b.order);
const quantities = quantitiesOf(model, known.filter((view) => view.quantities && model.views[view.name]).flatMap((view) => view.quantities));
Object.assign(state, { lang: data.lang, year: model.years.length - 1, tab: views[0].name, quantity: quantities.length ? quantities[0].name : '' }, fromAddress(model, views.map((view) => view.name), quantities.map((one) => one.name)));

function dress() {
  document.documentElement.lang = state.lang === 'zh' ? 'zh-CN' : 'en';
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  document.title = pick(model.about.title);
}

dress();
const root = document.getElementById('page');
const tip = makeTip(document.body);
const map = makeMap(model, quantities, tip);
let opener = null;
// The focus goes back to what opened the sheet; a symbol on the map has been drawn anew since.
const close = () => {
  const symbol = `[data-site="${state.site}"]`;
  set({ site: null });
  if (opener && opener.isConnected && opener !== document.body) opener.focus();
  else (map.svg.querySelector(symbol) || map.svg).focus({ preventScroll: true });
};
const sheet = makeSheet(model, close);
const tabs = makeTabs(model, views);
const scale = makeScale(model);
const zoomer = h('div', { class: 'zoomer' }, [['plus', 'zoom_in', 1.5], ['minus', 'zoom_out', 1 / 1.5], ['all', 'zoom_all', 0]].map(([sign, word, times]) => h('button', {
  type: 'button', id: word, onclick: () => (times ? map.frame.moveTo(map.frame.x, map.frame.y, map.frame.zoom * times) : map.frame.reset()),
}, icon(sign))));
const caption = h('p', { class: 'caption' });
const legend = makeLegend(model, map);
const sizes = map.onplace;
map.onplace = (frame) => { sizes(frame); scale.update(frame); };
// On narrow screens the caption stands under the map, else over its foot.
const under = () => getComputedStyle(caption).position === 'static';
const beside = () => map.frame.fit(map.box.clientWidth, map.box.clientHeight, legend.open ? legend.offsetWidth + 16 : 0, under() ? 0 : caption.offsetHeight + 4);
legend.addEventListener('toggle', () => { if (!state.printing) beside(); });
const actions = {
  site(at) { set({ site: at, zone: null }); map.frame.show(model.sites[at].xy, 3); sheet.node.focus({ preventScroll: true }); },
  zone(at) { set({ zone: at, site: null, tab: model.views.service ? 'service' : state.tab }); },
};
const side = h('aside', { class: 'side' }, tabs.bar, tabs.panels, sheet.node);
root.replaceChildren(
  makeHeader(model, actions),
  h('main', { class: 'stage' }, h('section', { class: 'mapcard' }, map.box, legend, zoomer, scale.node, caption), side),
  makeTimebar(model),
);
makePrinting({ map, tabs, sheet, legend, dress });

// A zone that is chosen by name is shown with the sites that serve it.
function lookAt(zone) {
  const sites = chosenFlows(model, { zone, site: null, every: true }).map((row) => model.sites[row.site].xy);
  map.frame.around([model.zones[zone].xy, ...sites]);
}

function label() {
  caption.replaceChildren(pick(model.about.boundaries).replace(/[。.]$/, ''), t('stop_or_space'), t('notice_map'));
  side.setAttribute('aria-label', t('side_label'));
  tabs.bar.setAttribute('aria-label', t('side_label'));
  for (const button of zoomer.children) { button.setAttribute('aria-label', t(button.id)); button.title = t(button.id); }
}

listen((changed) => {
  if (changed.has('lang') || changed.has('theme') || changed.has('printing')) { dress(); label(); }
  if (changed.has('lang') && !state.printing) beside();
  if (changed.has('site') && state.site !== null) {
    opener = document.activeElement;
    side.scrollTop = 0;
  }
  if (changed.has('zone') && state.zone !== null && !map.still) lookAt(state.zone);
  map.still = false;
  root.classList.toggle('has-sheet', state.site !== null);
  if (['site', 'year', 'lang', 'theme'].some((name) => changed.has(name))) sheet.update();
  if (changed.has('site') && state.site !== null) sheet.node.focus({ preventScroll: window.innerWidth > 980 });
  toAddress(model);
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  tip.hide();
  if (state.site !== null) close();
  else if (state.zone !== null) set({ zone: null });
});
onSystemTheme(() => { dress(); for (const theme of ['light', 'auto']) set({ theme: state.theme === 'auto' ? theme : state.theme }); });
label();
if (state.site !== null) { root.classList.add('has-sheet'); sheet.update(); }
beside();
if (state.zone !== null) lookAt(state.zone);
if (document.fonts) document.fonts.ready.then(() => map.renamed());
document.documentElement.dataset.ready = 'yes';
