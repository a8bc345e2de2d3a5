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
  name: 'areas', order: 20, space: 'world', hears: ['year', 'quantity', 'zone'],
  draw(group, map) {
    const { model, quantities, tip } = map;
    const chosen = quantities.find((one) => one.name === state.quantity);
    const values = chosen ? chosen.values(model, state.year) : new Map();
    const breaks = chosen ? breaksOf(model, chosen) : [0];
    const { ramp, none } = colours();
    const zonesOf = (area) => model.zones.map((zone, at) => at).filter((at) => model.zones[at].area === area);
    const marked = state.zone === null ? -1 : model.zones[state.zone].area;
    model.map.areas.forEach((area, at) => {
      const value = values.get(at);
      const fill = value === undefined || value === 0 ? none : ramp[Math.min(ramp.length - 1, classOf(breaks, value))];
      const path = s('path', { class: at === marked ? 'area on' : 'area', d: outlineOf(area), 'fill-rule': 'evenodd', style: { fill } });
      path.dataset.area = at;
      path.addEventListener('pointermove', (event) => tip.show(event, [
        h('b', {}, pick(area.n)),
        chosen && h('div', {}, quantityName(chosen), t('colon'), value === undefined ? t('nothing') : chosen.format(value)),
      ]));
      path.addEventListener('click', () => {
        const zones = zonesOf(at);
        if (zones.length && model.views.service) { map.still = true; set({ zone: zones[0], site: null, tab: 'service' }); }
      });
      group.append(path);
    });
    const outline = group.querySelector('.on');
    if (outline) group.append(outline);
  },
};
