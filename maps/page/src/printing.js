// Paper: light colours, every view one after the other, maps and charts as wide as the sheet; then all as it was.

import { set, state } from './store.js';

const WIDE = 1010;
const HIGH = 660;

export function makePrinting({ map, tabs, sheet, dress }) {
  let before = null;
  const start = () => {
    if (before) return;
    const { frame } = map;
    before = { x: frame.x, y: frame.y, zoom: frame.zoom, width: frame.width, height: frame.height };
    document.documentElement.classList.add('printing');
    state.printing = true;
    dress();
    frame.fit(WIDE, HIGH);
    map.redraw();
    tabs.all();
    tabs.charts().forEach((chart) => chart.resize({ width: 640 }));
    sheet.update();
  };
  const end = () => {
    if (!before) return;
    document.documentElement.classList.remove('printing');
    state.printing = false;
    dress();
    map.frame.fit(before.width, before.height);
    map.redraw();
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
