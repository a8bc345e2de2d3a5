// Who serves whom: an arc from the site to the zone for what is chosen, as wide as the amount.

import { colours } from '../theme.js';
import { MOST_FLOWS, chosenFlows } from '../flows.js';
import { h, s } from '../dom.js';
import { figure, number, pick, t, unitName } from '../text.js';
import { state } from '../store.js';

const WIDEST = 7;

function arc([x1, y1], [x2, y2]) {
  const bend = 0.16;
  return `M${x1} ${y1}Q${(x1 + x2) / 2 + (y1 - y2) * bend} ${(y1 + y2) / 2 + (x2 - x1) * bend} ${x2} ${y2}`;
}

export default {
  name: 'flows', order: 50, space: 'world', hears: ['year', 'zone', 'site', 'flow'],
  has: (model) => Boolean(model.views.service),
  draw(group, { model, tip }) {
    const rows = chosenFlows(model).slice(0, MOST_FLOWS);
    const largest = Math.max(1e-9, ...rows.map((row) => row.amount));
    const focus = state.zone !== null || state.site !== null;
    for (const row of [...rows].sort((a, b) => a.amount - b.amount)) {
      const [zone, site] = [model.zones[row.zone], model.sites[row.site]];
      const near = Math.hypot(zone.xy[0] - site.xy[0], zone.xy[1] - site.xy[1]) < 40;
      if (near) continue;
      const width = Math.max(0.6, WIDEST * Math.sqrt(row.amount / largest));
      const path = arc(site.xy, zone.xy);
      const look = { stroke: colours().flow, 'stroke-width': width.toFixed(2) + 'px' };
      const line = s('path', { class: focus ? 'flow focus' : 'flow', d: path, style: look });
      line.addEventListener('pointermove', (event) => tip.show(event, [
        h('b', {}, pick(zone.n), ' ← ', pick(site.n)),
        h('div', {}, figure(row.amount), ' ', unitName(row.unit), t('comma'), number(row.latency, 2), ' ms'),
      ]));
      group.append(line);
      if (focus) group.append(s('path', { class: 'pulse', d: path, style: { 'stroke-width': Math.max(1.4, width * 0.45).toFixed(2) + 'px' } }));
    }
    for (const zone of model.zones) {
      if (zone.gate) group.append(s('path', { class: 'gate', d: `M${zone.xy[0]} ${zone.xy[1] - 130}l130 130l-130 130l-130 -130z`, style: { stroke: colours().flow } }));
    }
  },
};
