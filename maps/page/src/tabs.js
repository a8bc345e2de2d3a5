// The panels beside the map: one tab for every view that has something to show.

import { h, replace } from './dom.js';
import { listen, set, state } from './store.js';
import { t } from './text.js';

export function makeTabs(model, views) {
  const bar = h('div', { class: 'tabs', role: 'tablist' });
  const panels = h('div', { class: 'panels' });
  const made = new Map();
  const open = (view) => {
    if (!made.has(view.name)) {
      const content = h('div', { class: 'content' });
      const heading = h('h2', { class: 'paneltitle' });
      const panel = h('section', { class: 'panel', role: 'tabpanel', id: 'panel-' + view.name, 'aria-labelledby': 'tab-' + view.name, tabindex: '-1' }, heading, content);
      panels.append(panel);
      made.set(view.name, { panel, heading, fresh: false, ...view.make(content, { model, data: model.views[view.name], set, state }) });
    }
    return made.get(view.name);
  };
  const refresh = (view) => {
    const one = open(view);
    replace(one.heading, t('view_' + view.name));
    one.update();
    one.fresh = true;
  };
  const update = (changed) => {
    replace(bar, views.map((view) => h('button', {
      type: 'button', role: 'tab', id: 'tab-' + view.name, 'aria-selected': String(view.name === state.tab), 'aria-controls': 'panel-' + view.name,
      tabindex: view.name === state.tab ? '0' : '-1', onclick: () => set({ tab: view.name, site: null }), onkeydown: (event) => walk(event, views),
    }, t('view_' + view.name))));
    for (const view of views) {
      const one = made.get(view.name);
      const shown = view.name === state.tab;
      const touched = !changed || ['lang', 'theme', ...view.hears].some((name) => changed.has(name));
      if (one && touched) one.fresh = false;
      if (one) one.panel.hidden = !shown;
      if (shown) { open(view).panel.hidden = false; if (!open(view).fresh) refresh(view); }
    }
  };
  listen((changed) => update(changed));
  update(null);
  return {
    bar, panels,
    // For paper: every view is made and drawn anew, whether it was looked at or not.
    all() { views.forEach((view) => { open(view).panel.hidden = false; refresh(view); }); },
    charts: () => [...made.values()].flatMap((one) => one.charts || []),
    stale() { made.forEach((one) => { one.fresh = false; }); update(new Set()); },
  };
}

function walk(event, views) {
  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  const at = views.findIndex((view) => view.name === state.tab);
  let next = null;
  if (event.key in steps) next = views[(at + steps[event.key] + views.length) % views.length];
  else if (event.key === 'Home') next = views[0];
  else if (event.key === 'End') next = views[views.length - 1];
  if (!next) return;
  event.preventDefault();
  set({ tab: next.name });
  document.getElementById('tab-' + next.name).focus();
}
