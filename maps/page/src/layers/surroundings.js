// Land about the region, and the sea where land is known.

import { pathOf } from '../model.js';
import { s } from '../dom.js';

export default {
  name: 'surroundings', order: 10, space: 'world', hears: [],
  has: (model) => model.map.around.length > 0,
  draw(group, { model }) {
    for (const rings of model.map.around) group.append(s('path', { class: 'land', d: pathOf(rings), 'fill-rule': 'evenodd' }));
  },
};
