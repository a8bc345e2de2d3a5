"""The report's page in a real browser without a network: on white and on black, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from capplan.report.document.blocks import Document
from capplan.report.press.screen import html
from tests.support.browser import Browser

FAINT = r"""
() => {
  const parts = (colour) => { const found = colour.match(/[\d.]+/g).map(Number); return found.length < 4 ? [...found, 1] : found; };
  const light = (c) => [.2126, .7152, .0722].reduce((sum, part, at) => sum + part * (c[at] / 255 <= .03928 ? c[at] / 255 / 12.92 : ((c[at] / 255 + .055) / 1.055) ** 2.4), 0);
  const ground = (node) => { for (let at = node; at; at = at.parentElement) { const c = parts(getComputedStyle(at).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const node = text.parentElement;
    if (!text.textContent.trim() || !node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(parts(node instanceof SVGElement ? style.fill : style.color)), light(ground(node))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) found.push(text.textContent);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window');
  return [...new Set(found)];
}
"""
"""Texts that stand out from their ground by less than 4.5 to 1 (WCAG 2.2, level AA)."""

CUT = r"""
() => {
  const found = [];
  for (const cell of document.querySelectorAll('th, td.short, caption')) {
    for (const text of cell.childNodes) {
      if (text.nodeType !== Node.TEXT_NODE) continue;
      for (const word of text.textContent.matchAll(cell.matches('caption') ? /$^/g : /[^\s（）]+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((part) => Math.round(part.top)));
        if (lines.size > 1) found.push(word[0]);
      }
    }
    if (cell.matches('caption') && cell.getBoundingClientRect().width > innerWidth) found.push(cell.textContent);
  }
  return found;
}
"""
"""Words of headers and of short cells that are cut at the end of a line, and captions wider than the window."""

CONTENTS = """
() => {
  const rows = [...document.querySelectorAll('nav li')].map((row) => row.getBoundingClientRect());
  const left = Math.min(...rows.map((row) => row.x));
  return [rows[0].top - rows.find((row, at) => row.x > left || at === rows.length - 1).top, rows.length];
}
"""
"""How much lower the first column of the contents begins than the second [px], and how many chapters there are."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_text_stands_out_and_nothing_is_asked_for(
    browser: Browser, document: Document, tmp_path: Path, theme: str, width: int
) -> None:
    file = tmp_path / "report.html"
    file.write_text(html(document), encoding="utf-8")
    with browser.opened(file, width=width, ready="section", color_scheme=theme) as found:
        assert found.page.evaluate(FAINT) == []
        assert found.page.evaluate(CUT) == []
        assert found.count("td.short") > 0
        if width > 1000:
            assert found.page.evaluate(CONTENTS) == [0, len(document.sections)]
        assert [asked for asked in found.requests if not asked.startswith(("file:", "data:"))] == []
        assert found.faults == []
