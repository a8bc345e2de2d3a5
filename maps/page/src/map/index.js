// The map: its layers from the bottom to the top, each drawn in map units or in pixels.

import { layers as found } from '../registry.js';
import { h, s } from '../dom.js';
import { listen, set, state } from '../store.js';
import { Frame } from './frame.js';
import { t } from '../text.js';

export function makeMap(model, quantities, tip) {
  const svg = s('svg', { class: 'mapsvg', tabindex: '0', role: 'group', id: 'map' });
  const box = h('div', { class: 'mapbox' }, svg);
  const layers = [...found].filter((layer) => !layer.has || layer.has(model)).sort((a, b) => a.order - b.order);
  const map = { svg, box, model, quantities, tip, layers, obstacles: [] };
  map.frame = new Frame(svg, model.map.size, () => place(map));
  for (const layer of layers) {
    layer.group = svg.appendChild(s('g', { class: 'layer layer-' + layer.name }));
    if (!(layer.name in state.layers)) state.layers[layer.name] = layer.on !== false;
  }
  listen((changed) => {
    for (const layer of layers) if (layer.hears.some((name) => changed.has(name)) || changed.has('theme') || changed.has('lang')) draw(map, layer);
    if (changed.has('layers')) layers.forEach((layer) => draw(map, layer));
    if (changed.has('lang')) describe(map);
    place(map);
  });
  new ResizeObserver(() => map.frame.fit(box.clientWidth, box.clientHeight)).observe(box);
  svg.addEventListener('click', (event) => { if (event.target === svg) set({ zone: null }); });
  svg.addEventListener('pointerleave', () => tip.hide());
  describe(map);
  // Once the fonts are there, names are as wide as they will be.
  map.renamed = () => { const names = layers.find((layer) => layer.name === 'names'); if (names.forget) names.forget(); place(map); };
  map.redraw = () => { layers.forEach((layer) => draw(map, layer)); place(map); };
  map.redraw();
  return map;
}

function describe(map) {
  map.svg.setAttribute('aria-label', t('map_label'));
}

function draw(map, layer) {
  if (!layer.keeps || !state.layers[layer.name]) layer.group.replaceChildren();
  if (state.layers[layer.name]) layer.draw(layer.group, map);
}

function place(map) {
  const { frame } = map;
  map.svg.setAttribute('width', frame.width);
  map.svg.setAttribute('height', frame.height);
  map.svg.setAttribute('viewBox', `0 0 ${frame.width} ${frame.height}`);
  map.obstacles = [];
  for (const layer of map.layers) {
    if (layer.space === 'world') layer.group.setAttribute('transform', frame.transform);
    else if (state.layers[layer.name]) layer.place(layer.group, map);
  }
  if (map.onplace) map.onplace(frame);
}
