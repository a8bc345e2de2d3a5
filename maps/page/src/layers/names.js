// Names: prefectures first, then sites and areas as far as there is room; no two of them touch.

import { pick } from '../text.js';
import { forgetWidths, wide } from '../ruler.js';
import { extentOf } from '../model.js';
import { s } from '../dom.js';
import { state } from '../store.js';

// How many times wider than its prefecture a name is that stands beside the region; how far off [px], and how far its line goes in.
const [WIDER, FAR, APART, INTO] = [1.6, 40, 12, 5];
const gateAt = (frame) => Math.max(9, 130 * frame.scale + 3);
const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function wanted(map) {
  const { model, frame, obstacles } = map;
  const found = [];
  const chosen = obstacles.filter((one) => one.site === state.site);
  const large = obstacles.filter((one) => one.site !== state.site && one.r > (frame.zoom > 2 ? 3 : frame.width < 640 ? 99 : 9));
  for (const one of chosen) found.push({ ...beside(one), text: pick(model.sites[one.site].n), kind: 'site on', must: true });
  for (const group of model.map.groups) {
    const name = model.groups[group.code];
    if (name) found.push({ at: [frame.screen(group.a)], text: pick(name), kind: 'group', size: frame.width < 640 ? 12 : 14, group });
  }
  for (const zone of model.zones) if (zone.gate && state.layers.flows) found.push({ ...beside({ x: frame.screen(zone.xy)[0], y: frame.screen(zone.xy)[1], r: gateAt(frame) }, 9), text: pick(zone.n), kind: 'gatename' });
  for (const one of large) found.push({ ...beside(one), text: pick(model.sites[one.site].n), kind: 'site' });
  if (frame.zoom > 2.2) for (const area of model.map.areas) found.push({ at: [frame.screen(area.a)], text: pick(area.n), kind: 'areaname', size: 11 });
  return found;
}

function beside({ x, y, r }, more = 0) {
  return { size: 12, at: [[x + r + 4, y, 'start'], [x - r - 4, y, 'end'], [x, y - r - 9 - more, 'middle'], [x, y + r + 10 + more, 'middle']] };
}

// Han characters are twice as wide as others, so that fewer of them fit.
function shortened(text, lines = 1) {
  const most = /[\u2e80-\uffff]/.test(text) ? 18 : 34 + 14 * (lines - 1);
  return text.length > most ? text.slice(0, most - 1) + (most < 20 ? '…' : '...') : text;
}

const BOLD = new Set(['group', 'gatename', 'site on']);

// Long names outside the region take two lines.
function broken(text) {
  const middle = text.length / 2;
  const gaps = [...text.matchAll(/ /g)].map((found) => found.index).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  return text.length > 18 && gaps.length ? [text.slice(0, gaps[0]), text.slice(gaps[0] + 1)] : [text];
}

function boxOf([x, y, anchor = 'middle'], width, size, lines = 1) {
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return [left - 2, y - size * 0.7 * lines, left + width + 2, y + size * 0.7 * lines];
}

// What lies over the map, in its pixels: no name may hide under it. On paper nothing does.
function covered(map) {
  if (state.printing || !map.box.parentElement) return [];
  const { left, top } = map.box.getBoundingClientRect();
  return [...map.box.parentElement.querySelectorAll('.layers, .zoomer, .scalebar, .caption')].map((node) => node.getBoundingClientRect())
    .map((box) => [box.left - left - 2, box.top - top - 2, box.right - left + 2, box.bottom - top + 2]);
}

export default {
  name: 'names', order: 70, space: 'screen', hears: ['site', 'year', 'layers'],
  draw() {},
  forget: forgetWidths,
  place(group, map) {
    const taken = map.obstacles.filter((one) => one.r > 5).map(({ x, y, r }) => [x - r, y - r, x + r, y + r]);
    if (state.layers.flows) for (const zone of map.model.zones) if (zone.gate) {
      const [x, y] = map.frame.screen(zone.xy);
      const r = gateAt(map.frame);
      taken.push([x - r, y - r, x + r, y + r]);
    }
    const over = covered(map);
    const labels = [];
    const placed = [];
    for (const one of wanted(map)) {
      const lines = one.kind === 'gatename' ? broken(shortened(one.text, 2)) : [shortened(one.text)];
      const width = Math.max(...lines.map((line) => wide(line, one.size, BOLD.has(one.kind))));
      const inside = (box) => box[0] > map.frame.left && box[2] < map.frame.width && box[1] > 0 && box[3] < map.frame.height;
      const free = (box) => inside(box) && ![...placed, ...over].some((other) => meets(box, other)) && (one.kind === 'group' || !taken.some((other) => meets(box, other)));
      const room = (at) => boxOf(at, width, one.size, lines.length);
      const spots = one.kind === 'group' ? ofGroup(map, one, taken, width) : one.at;
      const spot = spots.find((at) => free(room(at))) || (one.must ? spots.find((at) => inside(room(at))) || spots[2] : null);
      if (!spot) continue;
      placed.push(room(spot));
      if (spot[3]) labels.push(s('line', { class: 'lead', x1: spot[0] + (spot[2] === 'end' ? 3 : -3), y1: spot[1], x2: spot[3], y2: spot[1] }));
      labels.push(s('text', { class: 'name ' + one.kind, x: spot[0].toFixed(1), y: spot[1].toFixed(1), 'text-anchor': spot[2] || 'middle', style: { 'font-size': one.size + 'px' } }, lines.length < 2 ? lines[0] : lines.map((line, at) => s('tspan', { x: spot[0].toFixed(1), dy: at ? '1.25em' : '-.62em' }, at ? line : line + ' '))));
    }
    group.replaceChildren(...labels);
  },
};

// Places for the name of a prefecture. One much wider than its prefecture would hide the neighbours: it stands beside the region if it can.
function ofGroup({ model, frame }, { at, group, size }, taken, width) {
  const near = around(at[0], taken, width, size);
  const boxes = new Map(model.map.groups.map((one) => [one, boxOnScreen(frame, one)]));
  const [left, top, right, bottom] = boxes.get(group);
  if (frame.zoom > 1.5 || width <= WIDER * (right - left)) return near;
  const spots = [];
  for (let y = top + size / 2; y <= Math.max(bottom - size / 2, top + size / 2); y += size / 2) {
    const level = [...boxes.values()].filter((box) => box[1] < y + size && box[3] > y - size);
    const [west, east] = [Math.min(...level.map((box) => box[0])), Math.max(...level.map((box) => box[2]))];
    if (left - west < FAR) spots.push([west - APART, y, 'end', left + INTO]);
    if (east - right < FAR) spots.push([east + APART, y, 'start', right - INTO]);
  }
  const level = (top + bottom) / 2;
  const bare = spots.filter((spot) => !taken.some((other) => meets(boxOf(spot, width, size), other)));
  return [...bare.sort((a, b) => Math.abs(a[1] - level) - Math.abs(b[1] - level)), ...near];
}

const boxOnScreen = (frame, group) => {
  const [left, top, right, bottom] = extentOf(group);
  return [...frame.screen([left, top]), ...frame.screen([right, bottom])];
};

// Places near a point, those without a symbol under them first.
function around([x, y], taken, width, size) {
  const spots = [[0, 0], [0, -18], [0, 18], [-26, -10], [26, -10], [-26, 12], [26, 12], [0, -36], [0, 36], [-48, 0], [48, 0]].map(([dx, dy]) => [x + dx, y + dy]);
  const bare = (at) => !taken.some((other) => meets(boxOf(at, width, size), other));
  return [...spots.filter(bare), ...spots.slice(0, 3)];
}
