"""What can be measured of a page's looks: contrast, names that touch, texts that are cut, words of the other language."""

from __future__ import annotations

LOOKS = r"""
(lang) => {
  const found = [];
  const numbers = (colour) => { const parts = colour.match(/[\d.]+/g).map(Number); return parts.length < 4 ? [...parts, 1] : parts; };
  const over = (a, b) => [0, 1, 2].map((at) => a[at] * a[3] + b[at] * (1 - a[3])).concat(1);
  const light = (colour) => { const f = colour.slice(0, 3).map((v) => (v / 255 <= .03928 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4)); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const ground = (node) => { const stack = []; for (let at = node; at; at = at.parentElement) { const c = numbers(getComputedStyle(at).backgroundColor); if (c[3]) stack.push(c); if (c[3] === 1) break; } return stack.reverse().reduce((under, c) => over(c, under), [255, 255, 255, 1]); };
  const solid = (node) => { let all = 1; for (let at = node; at; at = at.parentElement) all *= Number(getComputedStyle(at).opacity); return all; };
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
  const texts = document.createTreeWalker(document.getElementById('page'), NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const [node, said] = [text.parentElement, text.textContent.trim()];
    if (!said || node.tagName === 'OPTION' || !node.checkVisibility() || node.closest('.mapsvg')) continue;
    const style = getComputedStyle(node);
    const ink = numbers(node instanceof SVGElement ? style.fill : style.color);
    const paper = ground(node);
    const got = ratio(over([...ink.slice(0, 3), ink[3] * solid(node)], paper), paper);
    if (got < 4.5) found.push('contrast ' + got.toFixed(2) + ': ' + said);
    if (parseFloat(style.fontSize) < 10.9) found.push('small: ' + said);
    if (lang === 'en' && !node.closest('[lang^=zh]') && /[\u3000-\u9fff\uff00-\uffef]/.test(said)) found.push('Chinese: ' + said);
    if (lang === 'zh' && !node.closest('[lang=en], .save') && /[A-Za-z]{4,}/.test(said.replace(/PFLOPS|capplan/g, ''))) found.push('English: ' + said);
  }
  const crossing = (nodes, what) => nodes.map((node) => [node.getBoundingClientRect(), node.textContent]).filter(([box]) => box.width)
    .forEach(([box, said], at, all) => all.slice(at + 1).forEach(([other, also]) => { if (meet(box, other)) found.push(what + ': ' + said + ' over ' + also); }));
  for (const chart of document.querySelectorAll('.chart')) {
    const box = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll('svg text')];
    crossing(texts, 'chart');
    if (box.width && !chart.querySelector('svg')) found.push('chart without a picture: ' + chart.getAttribute('aria-label'));
    for (const one of texts.map((text) => text.getBoundingClientRect())) if (one.width && (one.left < box.left - 1 || one.right > box.right + 1 || one.bottom > box.bottom + 1)) found.push('cut in a chart');
    if (box.width && (chart.getAttribute('aria-label') || '').length < 12) found.push('chart without words: ' + chart.getAttribute('aria-label'));
  }
  crossing([...document.querySelectorAll('.layer-names text')], 'map');
  crossing([...document.querySelectorAll('.mapcard > .layers, .mapcard > .zoomer, .mapcard > .scalebar, .mapcard > .caption')], 'boxes');
  const gates = [...document.querySelectorAll('.gate')].map((gate) => gate.getBoundingClientRect());
  for (const name of document.querySelectorAll('.layer-names text')) if (gates.some((gate) => meet(name.getBoundingClientRect(), gate))) found.push('over a gate: ' + name.textContent);
  const brush = document.createElement('canvas').getContext('2d');
  for (const field of document.querySelectorAll('.layers select')) if (field.checkVisibility()) { brush.font = getComputedStyle(field).font; if (brush.measureText(field.selectedOptions[0].textContent).width > field.clientWidth - 22) found.push('cut: ' + field.selectedOptions[0].textContent); }
  for (const panel of document.querySelectorAll('.panel:not([hidden])')) if (panel.checkVisibility() && panel.textContent.trim().length < 12) found.push('empty: ' + panel.id);
  if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window');
  return [...new Set(found)];
}
"""
"""A function of the language that returns everything that is wrong with what is shown now."""
