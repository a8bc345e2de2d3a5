// Which flows are looked at: of a zone, of a site, of one class, or of all classes counted in one unit.

import { state } from './store.js';

// More arcs than these say nothing more and make browsers slow.
export const MOST_FLOWS = 800;

const used = (model) => model.flowClasses;

export const flowUnits = (model) => [...new Set(used(model).map((kind) => model.classes[kind].unit))];

export const flowKinds = (model) => [...used(model)].sort((a, b) => a - b);

// Without a choice, the first unit; of a site that serves none of it, the first that it serves.
export function flowOf(model) {
  if (state.flow) return state.flow;
  const units = flowUnits(model);
  const own = state.site === null ? [] : model.flowsOf(state.year).filter((row) => row[2] === state.site).map((row) => model.classes[row[1]].unit);
  return 'u:' + (units.find((unit) => own.includes(unit)) || units[0] || '');
}

// 'u:<unit>' means every class of a unit, 'c:<number>' one class.
function choice(model) {
  const flow = flowOf(model);
  return flow.startsWith('c:') ? (kind) => kind === Number(flow.slice(2)) : (kind) => model.classes[kind].unit === flow.slice(2);
}

export function chosenUnit(model) {
  const flow = flowOf(model);
  return flow.startsWith('c:') ? model.classes[Number(flow.slice(2))].unit : flow.slice(2);
}

// Rows zone, site, amount, unit, mean latency and route of the year, one for every pair.
export function chosenFlows(model, { site = state.site, zone = state.zone, year = state.year, every = false } = {}) {
  const found = new Map();
  const chosen = choice(model);
  for (const [z, kind, at, , amount, km, ms] of model.flowsOf(year)) {
    if ((site !== null && at !== site) || (zone !== null && z !== zone)) continue;
    if (!every && !chosen(kind)) continue;
    const key = (z * model.sites.length + at) * model.classes.length + (every ? kind : 0);
    const row = found.get(key) || { zone: z, site: at, kind, amount: 0, unit: model.classes[kind].unit, latency: 0, km: 0 };
    row.latency = (row.latency * row.amount + ms * amount) / (row.amount + amount);
    row.km = (row.km * row.amount + km * amount) / (row.amount + amount);
    row.amount += amount;
    found.set(key, row);
  }
  return [...found.values()].sort((a, b) => b.amount - a.amount);
}
