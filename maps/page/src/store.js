// The page's state: one object, changed through `set`, heard by those who `listen`; it also stands in the address.

const heard = [];

export const state = {
  lang: 'zh', year: 0, site: null, zone: null, flow: '', quantity: '', tab: '', theme: 'auto', layers: {}, printing: false,
};

export function set(change) {
  const changed = Object.keys(change).filter((key) => state[key] !== change[key]);
  if (!changed.length) return;
  Object.assign(state, change);
  for (const listener of heard) listener(new Set(changed));
}

export function listen(listener) {
  heard.push(listener);
}

// What somebody may want to send on: language, year, site, tab, theme, colours, flows and layers.
export function toAddress(model) {
  const parts = new URLSearchParams();
  parts.set('lang', state.lang);
  parts.set('year', String(model.years[state.year]));
  if (state.site !== null) parts.set('site', model.sites[state.site].id);
  if (state.zone !== null) parts.set('zone', model.zones[state.zone].id);
  if (state.tab) parts.set('view', state.tab);
  if (state.theme !== 'auto') parts.set('theme', state.theme);
  if (state.quantity) parts.set('colour', state.quantity);
  if (state.flow.startsWith('u:')) parts.set('flow', state.flow.slice(2));
  if (state.flow.startsWith('c:')) parts.set('class', model.classes[Number(state.flow.slice(2))].id);
  const off = Object.keys(state.layers).filter((name) => state.layers[name] === false);
  if (off.length) parts.set('without', off.join('.'));
  try {
    history.replaceState(null, '', '#' + parts.toString());
  } catch {
    // A browser that does not let a file change its address still shows the page.
  }
}

export function fromAddress(model, tabs, quantities) {
  const parts = new URLSearchParams(location.hash.slice(1));
  const found = {};
  if (['zh', 'en'].includes(parts.get('lang'))) found.lang = parts.get('lang');
  const year = model.years.indexOf(Number(parts.get('year')));
  if (year >= 0) found.year = year;
  const site = model.sites.findIndex((one) => one.id === parts.get('site'));
  if (site >= 0) found.site = site;
  const zone = model.zones.findIndex((one) => one.id === parts.get('zone'));
  if (zone >= 0) found.zone = zone;
  if (tabs.includes(parts.get('view'))) found.tab = parts.get('view');
  if (['light', 'dark'].includes(parts.get('theme'))) found.theme = parts.get('theme');
  if (quantities.includes(parts.get('colour'))) found.quantity = parts.get('colour');
  if (model.flowClasses.some((kind) => model.classes[kind].unit === parts.get('flow'))) found.flow = 'u:' + parts.get('flow');
  const kind = model.flowClasses.find((at) => model.classes[at].id === parts.get('class'));
  if (kind !== undefined) found.flow = 'c:' + kind;
  if (parts.get('without')) found.layers = Object.fromEntries(parts.get('without').split('.').filter((name) => /^[a-z-]+$/.test(name)).map((name) => [name, false]));
  return found;
}
