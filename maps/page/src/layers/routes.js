// Backbone routes between nodes; those that leave the region are dashed.

import { colours } from '../theme.js';
import { s } from '../dom.js';

export default {
  name: 'routes', order: 40, space: 'world', hears: [],
  has: (model) => Boolean(model.views.routes),
  draw(group, { model }) {
    const { nodes, routes } = model.views.routes;
    for (const [from, to, outward] of routes) {
      const line = `M${nodes[from][0]} ${nodes[from][1]}L${nodes[to][0]} ${nodes[to][1]}`;
      group.append(s('path', { class: outward ? 'route outward' : 'route', d: line, style: { stroke: colours().route } }));
    }
  },
};
