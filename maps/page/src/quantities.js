// What areas can be coloured by: an amount for every area in a year, or null where there is none.

import { figure, percent, t } from './text.js';

function capacityOf(measure) {
  return (model, year) => {
    const found = new Map();
    model.sites.forEach((site, at) => {
      const amount = model.held[at][year][measure];
      if (amount) found.set(site.area, (found.get(site.area) || 0) + amount);
    });
    return found;
  };
}

const demandOf = (unit) => (model, year) => {
  const found = new Map();
  for (const [zone, kind, , , amount] of model.flowsOf(year)) {
    const area = model.zones[zone].area;
    if (area < 0 || model.classes[kind].unit !== unit) continue;
    found.set(area, (found.get(area) || 0) + amount);
  }
  return found;
};

function latency(model, year) {
  const sums = new Map();
  for (const [zone, kind, , , amount, , ms] of model.flowsOf(year)) {
    const area = model.zones[zone].area;
    if (area < 0 || model.classes[kind].unit !== 'standard_rack') continue;
    const [weight, total] = sums.get(area) || [0, 0];
    sums.set(area, [weight + amount, total + amount * ms]);
  }
  return new Map([...sums].map(([area, [weight, total]]) => [area, total / weight]));
}

function fromEnergy(value) {
  return (model, year) => {
    const sums = new Map();
    for (const [site, at, , facility, , green] of model.views.power ? model.views.power.energy : []) {
      if (at !== year) continue;
      const area = model.sites[site].area;
      const [all, part] = sums.get(area) || [0, 0];
      sums.set(area, [all + facility, part + green]);
    }
    return new Map([...sums].filter(([, [all]]) => all > 0).map(([area, pair]) => [area, value(pair)]));
  };
}

const QUANTITIES = [
  { name: 'demand_racks', values: demandOf('standard_rack') },
  { name: 'demand_fp16', values: demandOf('pflops_fp16') },
  { name: 'standard_racks', values: capacityOf('standard_racks') },
  { name: 'pflops_fp16', values: capacityOf('pflops_fp16') },
  { name: 'it_mw', values: capacityOf('it_mw') },
  { name: 'energy_gwh', values: fromEnergy(([all]) => all / 1000) },
  { name: 'green_share', values: fromEnergy(([all, part]) => part / all), format: (value) => percent(value, 0), breaks: [0, 0.2, 0.4, 0.6, 0.8, 0.999] },
  { name: 'latency_ms', values: latency },
];

export function quantitiesOf(model, more) {
  const last = model.years.length - 1;
  return [...QUANTITIES, ...more].filter((one) => one.values(model, last).size).map((one) => ({ format: figure, ...one }));
}

export const quantityName = (quantity) => t('quantity_' + quantity.name);

const NICE = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

function nice(value) {
  const scale = 10 ** Math.floor(Math.log10(value));
  return NICE.reduce((best, one) => (Math.abs(one * scale - value) < Math.abs(best * scale - value) ? one : best)) * scale;
}

const known = new WeakMap();

// Lower ends of classes that hold in every year, so that colours of two years can be compared.
export function breaksOf(model, quantity) {
  if (!known.has(quantity)) known.set(quantity, quantity.breaks || quantiles(model, quantity));
  return known.get(quantity);
}

function quantiles(model, quantity) {
  const all = model.years.flatMap((_, year) => [...quantity.values(model, year).values()]).filter((value) => value > 0).sort((a, b) => a - b);
  if (!all.length) return [0];
  const ends = [0.2, 0.4, 0.6, 0.78, 0.92].map((share) => nice(all[Math.min(all.length - 1, Math.floor(share * all.length))]));
  return [0, ...[...new Set(ends)].sort((a, b) => a - b).filter((end) => end > all[0] || end === ends[0])];
}

export function classOf(breaks, value) {
  let found = 0;
  breaks.forEach((end, at) => { if (value >= end) found = at; });
  return found;
}
