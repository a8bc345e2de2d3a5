// The plan as the views read it: rows of numbers turned into sums by site, area, technology and year.

export const MEASURES = ['it_mw', 'standard_racks', 'pflops_fp16', 'pflops_fp64'];
const COLUMN = { standard_racks: 4, pflops_fp16: 5, pflops_fp64: 6, it_mw: 7, modules: 3 };

const zeros = (length) => new Array(length).fill(0);

// Pairs of zone and site with an amount a year become a row for each year: zone, class, site, year, amount, route, latency.
function unpacked(service, years) {
  const flows = years.map(() => []);
  for (const [zone, kind, site, km, ms, ...amounts] of service.pairs) {
    amounts.forEach((amount, year) => { if (amount) flows[year].push([zone, kind, site, year, amount, km, ms]); });
  }
  return flows;
}

export function modelOf(data) {
  const flows = data.views.service ? unpacked(data.views.service, data.years) : data.years.map(() => []);
  const count = data.years.length;
  const held = data.sites.map(() => data.years.map(() => ({ rows: [], it_mw: 0, standard_racks: 0, pflops_fp16: 0, pflops_fp64: 0 })));
  const byTechnology = Object.fromEntries([...MEASURES, 'modules'].map((name) => [name, data.technologies.map(() => zeros(count))]));
  for (const row of data.capacity) {
    const [site, technology, year] = row;
    if (!row[3]) continue;
    const cell = held[site][year];
    cell.rows.push(row);
    for (const name of MEASURES) cell[name] += row[COLUMN[name]];
    for (const name of Object.keys(byTechnology)) byTechnology[name][technology][year] += row[COLUMN[name]];
  }
  const model = { ...data, held, byTechnology, column: COLUMN };
  model.flowsOf = (year) => flows[year];
  model.flowClasses = [...new Set(flows.flatMap((rows) => rows.map((row) => row[1])))];
  model.kindAt = (site, year) => kindAt(model, site, year);
  model.total = (measure, year) => byTechnology[measure].reduce((sum, row) => sum + row[year], 0);
  model.largest = Math.max(1e-9, ...held.flat().map((cell) => cell.it_mw));
  model.kindsHeld = Object.keys(data.kinds).filter((kind) => data.technologies.some((one) => one.kind === kind));
  return model;
}

// The kind of most of a site's power in a year, and the others that stand there.
function kindAt(model, site, year) {
  const sums = {};
  for (const row of model.held[site][year].rows) {
    const kind = model.technologies[row[1]].kind;
    sums[kind] = (sums[kind] || 0) + row[7] + 1e-9;
  }
  const order = Object.keys(model.kinds);
  const kinds = Object.keys(sums).sort((a, b) => sums[b] - sums[a] || order.indexOf(a) - order.indexOf(b));
  return { main: kinds[0] || null, all: kinds };
}

// Lines of a map document: steps turned into places.
export function pathOf(rings, closed = true) {
  return rings.map((ring) => {
    let x = ring[0];
    let y = ring[1];
    let text = `M${x} ${y}`;
    for (let at = 2; at < ring.length; at += 2) text += `l${ring[at]} ${ring[at + 1]}`;
    return text + (closed ? 'z' : '');
  }).join('');
}

const extents = new WeakMap();

// Left, top, right and bottom of what has rings.
export function extentOf(thing) {
  if (!extents.has(thing)) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of thing.r) {
      let [x, y] = [0, 0];
      for (let at = 0; at < ring.length; at += 2) {
        [x, y] = [x + ring[at], y + ring[at + 1]];
        [box[0], box[1], box[2], box[3]] = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
      }
    }
    extents.set(thing, box);
  }
  return extents.get(thing);
}

export const sum = (values) => values.reduce((total, value) => total + (value || 0), 0);

export function grouped(rows, key, value) {
  const found = new Map();
  for (const row of rows) found.set(key(row), (found.get(key(row)) || 0) + value(row));
  return found;
}
