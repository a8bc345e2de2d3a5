// The years: a slider that arrow keys move, and a button that plays them.

import { h, replace } from './dom.js';
import { icon } from './icons.js';
import { listen, set, state } from './store.js';
import { t } from './text.js';

const STEP_MS = 1300;

export function makeTimebar(model) {
  const last = model.years.length - 1;
  const play = h('button', { type: 'button', class: 'play', id: 'play' });
  const year = h('output', { class: 'year', for: 'year' });
  const slider = h('input', { type: 'range', id: 'year', min: 0, max: last, step: 1 });
  const ticks = h('div', { class: 'ticks', 'aria-hidden': 'true' });
  let timer = null;
  const update = () => {
    slider.value = String(state.year);
    slider.style.setProperty('--done', last ? (100 * state.year) / last + '%' : '100%');
    slider.setAttribute('aria-label', t('year'));
    slider.setAttribute('aria-valuetext', String(model.years[state.year]));
    year.textContent = model.years[state.year];
    replace(play, icon(timer ? 'pause' : 'play'));
    play.setAttribute('aria-label', timer ? t('pause') : t('play'));
    play.setAttribute('aria-pressed', String(Boolean(timer)));
    replace(ticks, model.years.map((one, at) => h('span', { class: at === state.year ? 'on' : null, onclick: () => { stop(); set({ year: at }); } }, one)));
  };
  const stop = () => { if (timer) { clearInterval(timer); timer = null; update(); } };
  play.addEventListener('click', () => {
    if (timer) { stop(); return; }
    if (state.year === last) set({ year: 0 });
    timer = setInterval(() => { if (state.year >= last) stop(); else { set({ year: state.year + 1 }); if (state.year >= last) stop(); } }, STEP_MS);
    update();
  });
  slider.addEventListener('input', () => { stop(); set({ year: Number(slider.value) }); });
  const alone = model.years.length < 2;
  const node = h('footer', { class: alone ? 'time alone' : 'time', role: 'group', id: 'time' }, !alone && play, year, !alone && h('div', { class: 'track' }, slider, ticks));
  const name = () => node.setAttribute('aria-label', t('years'));
  listen(() => { update(); name(); });
  update();
  name();
  return node;
}
