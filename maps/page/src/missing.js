// What is missing from the plan folder, told at the top until it is closed; on paper it always stands there.

import { h, replace } from './dom.js';
import { icon } from './icons.js';
import { listen } from './store.js';
import { pick, t } from './text.js';

export function makeMissing(model) {
  if (!model.about.missing) return null;
  const node = h('p', { class: 'missing', role: 'note' });
  const close = () => {
    node.classList.add('closed');
    document.getElementById('lang').focus();
  };
  const update = () => replace(node,
    h('span', {}, h('b', {}, t('incomplete')), t('colon'), pick(model.about.missing)),
    h('button', { type: 'button', id: 'missing-close', title: t('close'), 'aria-label': t('close') + t('colon') + t('incomplete'), onclick: close }, icon('close')));
  listen((changed) => { if (changed.has('lang')) update(); });
  update();
  return node;
}
