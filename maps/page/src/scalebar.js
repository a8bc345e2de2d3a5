// A scale bar that follows the zoom.

import { h, replace } from './dom.js';
import { number } from './text.js';

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

export function makeScale(model) {
  const node = h('div', { class: 'scalebar', 'aria-hidden': 'true' });
  return {
    node,
    update(frame) {
      const kmPerPixel = model.map.unit_m / 1000 / frame.scale;
      const km = STEPS.filter((one) => one / kmPerPixel <= 130).pop() || STEPS[0];
      replace(node, h('span', { style: { width: (km / kmPerPixel).toFixed(1) + 'px' } }), number(km, 1) + ' km');
    },
  };
}
