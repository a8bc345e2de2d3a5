// Areas coloured by the quantity that is chosen; a click shows who serves the area.

import { breaksOf, classOf, quantityName } from '../quantities.js';
import { colours } from '../theme.js';
import { h, s } from '../dom.js';
import { pathOf } from '../model.js';
import { pick, t } from '../text.js';
import { set, state } from '../store.js';

const outlines = new WeakMap();

// Outlines are long: they are written once.
function outlineOf(area) {
  if (!outlines.has(area)) outlines.set(area, pathOf(area.r));
  return outlines.get(area);
}

export default {
  name: 'areas', order: 20, space: 'world', keeps: true, hears: ['year', 'quantity', 'zone'],
  draw(group, map) {
    const { model, quantities, tip } = map;
    const chosen = quantities.find((one) => one.name === state.quantity);
    const values = chosen ? chosen.values(model, state.year) : new Map();
    const breaks = chosen ? breaksOf(model, chosen) : [0];
    const { ramp, none } = colours();
    const marked = state.zone === null ? -1 : model.zones[state.zone].area;
    this.hint = (at) => [
      h('b', {}, pick(model.map.areas[at].n)),
      chosen && h('div', {}, quantityName(chosen), t('colon'), values.has(at) ? chosen.format(values.get(at)) : t('nothing')),
    ];
    if (!this.paths) this.paths = model.map.areas.map((area, at) => this.path(map, area, at, tip));
    this.paths.forEach((path, at) => {
      const value = values.get(at);
      path.style.fill = !value ? none : ramp[Math.min(ramp.length - 1, classOf(breaks, value))];
      path.setAttribute('class', at === marked ? 'area on' : 'area');
    });
    if (group.childElementCount !== this.paths.length) group.replaceChildren(...this.paths);
    if (marked >= 0) group.append(this.paths[marked]);
  },
  // An outline, made once; what it says is asked when the pointer is on it.
  path(map, area, at, tip) {
    const { model } = map;
    const path = s('path', { d: outlineOf(area), 'fill-rule': 'evenodd' });
    path.dataset.area = at;
    path.addEventListener('pointermove', (event) => tip.show(event, this.hint(at)));
    path.addEventListener('click', () => {
      const zone = model.zones.findIndex((one) => one.area === at);
      if (zone >= 0 && model.views.service) { map.still = true; set({ zone, site: null, tab: 'service' }); }
    });
    return path;
  },
};
