// The window on the map: fits the region, zooms about a point, pans; layers hear of every move.

const MOST = 30;
// Gates stand at the edge of what is shown: their marks must not be cut.
const EDGE = 12;

export class Frame {
  constructor(svg, size, onmove) {
    Object.assign(this, { svg, size, onmove, zoom: 1, left: 0, foot: 0, x: size[0] / 2, y: size[1] / 2, width: 1, height: 1, pointers: new Map(), moved: false });
    svg.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    svg.addEventListener('pointerdown', (event) => this.down(event));
    svg.addEventListener('pointermove', (event) => this.move(event));
    for (const name of ['pointerup', 'pointercancel']) svg.addEventListener(name, (event) => this.up(event));
    svg.addEventListener('click', (event) => { if (this.moved) event.stopPropagation(); }, true);
    svg.addEventListener('keydown', (event) => this.key(event));
    svg.addEventListener('dblclick', (event) => { event.preventDefault(); this.about(event, 1.8); });
  }

  get scale() {
    return Math.max(1e-3, Math.min((this.width - this.left - 2 * EDGE) / this.size[0], (this.height - this.foot - 2 * EDGE) / this.size[1])) * this.zoom;
  }

  // What lies over the left and the foot of the map, so that the region is shown beside it.
  fit(width, height, left = this.left, foot = this.foot) {
    this.left = width > 640 ? left : 0;
    this.foot = foot;
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.moveTo(this.x, this.y, this.zoom);
  }

  get middle() {
    return (this.width + this.left) / 2;
  }

  get level() {
    return (this.height - this.foot) / 2;
  }

  screen([x, y]) {
    return [(x - this.x) * this.scale + this.middle, (y - this.y) * this.scale + this.level];
  }

  world(px, py) {
    return [(px - this.middle) / this.scale + this.x, (py - this.level) / this.scale + this.y];
  }

  get transform() {
    const [x, y] = this.screen([0, 0]);
    return `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${this.scale.toPrecision(7)})`;
  }

  moveTo(x, y, zoom) {
    this.zoom = Math.min(MOST, Math.max(1, zoom));
    const still = this.zoom <= 1.001;
    this.x = still ? this.size[0] / 2 : Math.min(this.size[0], Math.max(0, x));
    this.y = still ? this.size[1] / 2 : Math.min(this.size[1], Math.max(0, y));
    this.svg.style.touchAction = still ? 'pan-x pan-y' : 'none';
    this.onmove();
  }

  reset() {
    this.moveTo(0, 0, 1);
  }

  show(point, zoom) {
    this.moveTo(point[0], point[1], Math.max(this.zoom, zoom));
  }

  // Show some places together, as near as they allow.
  around(points) {
    const [xs, ys] = [0, 1].map((at) => points.map((point) => point[at]));
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = 0.7 * Math.min((this.width - this.left) / Math.max(1, right - left), (this.height - this.foot) / Math.max(1, bottom - top));
    this.moveTo((left + right) / 2, (top + bottom) / 2, Math.min(9, (this.zoom * scale) / this.scale));
  }

  zoomAt(px, py, times) {
    const before = this.world(px, py);
    const zoom = Math.min(MOST, Math.max(1, this.zoom * times));
    const scale = (this.scale / this.zoom) * zoom;
    this.moveTo(before[0] - (px - this.middle) / scale, before[1] - (py - this.level) / scale, zoom);
  }

  place(event) {
    const box = this.svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  about(event, times) {
    this.zoomAt(...this.place(event), times);
  }

  wheel(event) {
    if (event.deltaY > 0 && this.zoom <= 1.001) return;
    event.preventDefault();
    this.about(event, Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) * 0.0022));
  }

  down(event) {
    if (event.button) return;
    this.pointers.set(event.pointerId, this.place(event));
    if (this.pointers.size === 1) this.moved = false;
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.place(event);
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    if (others.length) {
      this.moved = true;
      const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
      this.zoomAt((now[0] + others[0][0]) / 2, (now[1] + others[0][1]) / 2, apart(now, others[0]) / Math.max(1, apart(before, others[0])));
    } else {
      if (!this.moved && Math.hypot(now[0] - before[0], now[1] - before[1]) < 4) return;
      if (!this.moved) this.svg.setPointerCapture(event.pointerId);
      this.moved = true;
      this.moveTo(this.x - (now[0] - before[0]) / this.scale, this.y - (now[1] - before[1]) / this.scale, this.zoom);
    }
    this.pointers.set(event.pointerId, now);
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    if (!this.pointers.size) setTimeout(() => { this.moved = false; });
  }

  key(event) {
    if (event.target !== this.svg) return;
    const step = 60 / this.scale;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key in moves) this.moveTo(this.x + moves[event.key][0], this.y + moves[event.key][1], this.zoom);
    else if (event.key === '+' || event.key === '=') this.moveTo(this.x, this.y, this.zoom * 1.4);
    else if (event.key === '-') this.moveTo(this.x, this.y, this.zoom / 1.4);
    else if (event.key === '0') this.reset();
    else return;
    event.preventDefault();
  }
}
