// Paper: light colours, every view one after the other, maps and charts as wide as the sheet; then all as it was.

import { set, state } from './store.js';

const WIDE = 716;
const HIGH = 560;

export function makePrinting({ map, tabs, sheet, legend, dress }) {
  let before = null;
  const start = () => {
    if (before) return;
    const { frame } = map;
    before = { x: frame.x, y: frame.y, zoom: frame.zoom, width: frame.width, height: frame.height, left: frame.left, foot: frame.foot };
    document.documentElement.classList.add('printing');
    state.printing = true;
    dress();
    frame.fit(WIDE, HIGH, 0, 0);
    legend.dataset.open = legend.open;
    legend.open = true;
    map.redraw();
    legend.refresh();
    tabs.all();
    tabs.charts().forEach((chart) => chart.resize({ width: WIDE }));
    sheet.update();
  };
  const end = () => {
    if (!before) return;
    document.documentElement.classList.remove('printing');
    state.printing = false;
    dress();
    legend.open = legend.dataset.open === 'true';
    map.frame.fit(before.width, before.height, before.left, before.foot);
    map.frame.moveTo(before.x, before.y, before.zoom);
    map.redraw();
    legend.refresh();
    tabs.charts().forEach((chart) => chart.resize({ width: 'auto' }));
    tabs.stale();
    sheet.update();
    before = null;
    set({ theme: state.theme });
  };
  window.addEventListener('beforeprint', start);
  window.addEventListener('afterprint', end);
  window.matchMedia('print').addEventListener('change', (event) => (event.matches ? start() : end()));
}
