// Sites: the symbol says the kind of most of the power, its area how much; arrow keys go from one to the next.

import { h, s } from '../dom.js';
import { kindColour } from '../theme.js';
import { number, pick, t } from '../text.js';
import { set, state } from '../store.js';

const SHAPES = { circle: [0, 0], hexagon: [6, 30], pentagon: [5, 90], diamond: [4, 90], square: [4, 45], triangle: [3, 90] };

export function symbol(shape, radius) {
  const [corners, turn] = SHAPES[shape] || SHAPES.circle;
  if (!corners) return s('circle', { r: radius.toFixed(2) });
  const far = radius * Math.sqrt(Math.PI / ((corners / 2) * Math.sin((2 * Math.PI) / corners)));
  const points = Array.from({ length: corners }, (_, at) => {
    const angle = ((turn + (360 * at) / corners) * Math.PI) / 180;
    return `${(far * Math.cos(angle)).toFixed(2)},${(-far * Math.sin(angle)).toFixed(2)}`;
  });
  return s('polygon', { points: points.join(' ') });
}

// Radius of the largest symbol [px]: smaller on small screens, and where there are hundreds of sites.
export function radiusOf(model, mw, frame) {
  const crowd = Math.max(0.4, Math.min(1, Math.sqrt(120 / model.sites.length)));
  const most = crowd * Math.max(11, Math.min(24, Math.min(frame.width, frame.height) / 30));
  return Math.max(3.2, most * Math.sqrt(mw / model.largest));
}

// More symbols than these hide one another and make browsers slow; the others stand in the list and in the search.
export const MOST_SITES = 800;

export const sitesIn = (model, year) => model.held.filter((cells) => cells[year].rows.length).length;

export const isShown = (kinds) => kinds.main && kinds.all.some((kind) => state.layers['kind-' + kind] !== false);

function hint(model, at) {
  const cell = model.held[at][state.year];
  return [
    h('b', {}, pick(model.sites[at].n)),
    h('div', {}, model.kindAt(at, state.year).all.map((kind) => pick(model.kinds[kind] && model.kinds[kind].n)).join(t('listing'))),
    h('div', {}, number(cell.it_mw, 1), ' MW', t('comma'), number(cell.standard_racks), ' ', t('unit_standard_rack')),
    cell.pflops_fp16 > 0 && h('div', {}, number(cell.pflops_fp16), ' PFLOPS'),
  ];
}

function walk(event, list, at, open) {
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  if (event.key === 'Enter' || event.key === ' ') open();
  else if (event.key in steps) {
    const next = list[(at + steps[event.key] + list.length) % list.length];
    list[at].setAttribute('tabindex', '-1');
    next.setAttribute('tabindex', '0');
    next.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

export default {
  name: 'sites', order: 60, space: 'screen', hears: ['year', 'site', 'layers'],
  draw(group, map) {
    const { model, tip } = map;
    const had = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.site : undefined;
    const order = model.sites.map((_, at) => at)
      .map((at) => ({ at, kinds: model.kindAt(at, state.year), mw: model.held[at][state.year].it_mw }))
      .filter((one) => isShown(one.kinds)).sort((a, b) => b.mw - a.mw)
      .filter((one, place) => place < MOST_SITES || one.at === state.site);
    const list = [];
    for (const [place, one] of order.entries()) {
      const kind = model.kinds[one.kinds.main] || model.kinds.hall;
      const label = pick(model.sites[one.at].n) + t('comma') + number(one.mw, 1) + ' MW';
      const open = () => set({ site: one.at, zone: null });
      const node = s('g', { class: one.at === state.site ? 'site on' : 'site', role: 'button', tabindex: place ? '-1' : '0', 'aria-label': label });
      Object.assign(node.dataset, { site: one.at, mw: one.mw, shape: kind.shape });
      node.style.setProperty('--face', kindColour(model, one.kinds.main));
      node.addEventListener('click', open);
      node.addEventListener('keydown', (event) => walk(event, list, place, open));
      node.addEventListener('pointermove', (event) => tip.show(event, hint(model, one.at)));
      node.addEventListener('focus', () => tip.at(node, hint(model, one.at)));
      node.addEventListener('blur', () => tip.hide());
      const before = state.year ? model.held[one.at][state.year - 1].it_mw : one.mw;
      node.grown = one.mw > before * (1 + 1e-6);
      node.append(s('circle', { class: 'reach', r: 13 }));
      node.extras = one.kinds.all.slice(1).filter((other) => model.kinds[other] && state.layers['kind-' + other] !== false);
      list.push(node);
      group.append(node);
    }
    if (had !== undefined) { const again = list.find((node) => node.dataset.site === had); if (again) again.focus({ preventScroll: true }); }
  },
  place(group, map) {
    for (const node of group.children) {
      const at = Number(node.dataset.site);
      const radius = radiusOf(map.model, Number(node.dataset.mw), map.frame);
      const [x, y] = map.frame.screen(map.model.sites[at].xy);
      node.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      if (node.drawn !== radius) {
        node.querySelectorAll('.mark').forEach((old) => old.remove());
        const mark = symbol(node.dataset.shape, radius);
        mark.setAttribute('class', 'mark');
        if (node.grown) node.append(s('circle', { class: 'mark ring', r: (radius + 3).toFixed(1) }));
        node.append(mark);
        node.extras.slice(0, 3).forEach((kind, place) => node.append(badge(map.model, kind, radius, place)));
        node.drawn = radius;
      }
      map.obstacles.push({ x, y, r: radius, site: at });
    }
  },
};

function badge(model, kind, radius, place) {
  const angle = ((-45 + 55 * place) * Math.PI) / 180;
  const mark = symbol(model.kinds[kind].shape, 3.4);
  mark.setAttribute('class', 'mark badge');
  mark.setAttribute('transform', `translate(${((radius + 1) * Math.cos(angle)).toFixed(1)} ${((radius + 1) * Math.sin(angle)).toFixed(1)})`);
  mark.style.setProperty('fill', kindColour(model, kind));
  return mark;
}
