// The small window at the pointer or at what has the focus.

import { h, replace } from './dom.js';

export function makeTip(parent) {
  const node = h('div', { class: 'tip', role: 'tooltip', hidden: true });
  parent.append(node);
  const put = (x, y) => {
    node.hidden = false;
    const box = node.getBoundingClientRect();
    const left = Math.max(6, Math.min(x + 14, window.innerWidth - box.width - 6));
    const top = y + 18 + box.height > window.innerHeight ? y - box.height - 12 : y + 18;
    node.style.transform = `translate(${left.toFixed(0)}px, ${Math.max(6, top).toFixed(0)}px)`;
  };
  return {
    show(event, content) { replace(node, content); put(event.clientX, event.clientY); },
    at(target, content) {
      if (!target.matches(':focus-visible')) return;
      const box = target.getBoundingClientRect();
      replace(node, content);
      put(box.right, box.bottom);
    },
    hide() { node.hidden = true; },
  };
}
