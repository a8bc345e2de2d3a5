// Borders of prefectures and of the region.

import { pathOf } from '../model.js';
import { s } from '../dom.js';

export default {
  name: 'borders', order: 30, space: 'world', hears: [],
  draw(group, { model }) {
    for (const one of model.map.groups) group.append(s('path', { class: 'border', d: pathOf(one.r) }));
    group.append(s('path', { class: 'outline', d: pathOf(model.map.region) }));
  },
};
