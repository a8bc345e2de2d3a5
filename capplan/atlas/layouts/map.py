"""One map that fills the page, with a panel at its right and a strip of targets below."""

from __future__ import annotations

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.facts import Facts
from capplan.atlas.furniture import draw_head
from capplan.atlas.layouts._window import draw_enlargement, draw_window
from capplan.atlas.page import Layout, Page, page_of
from capplan.atlas.panels import draw_panel, listable, overfull, to_list
from capplan.atlas.sheet import Sheet
from capplan.atlas.strip import draw_strip
from capplan.atlas.style import Style

_WIDE = 1.6
"""From which width of a page over its height on there is room for two columns [ratio]."""


def _draw(facts: Facts, boundaries: Boundaries, style: Style, lang: str, page: Page) -> Sheet:
    sheet = _main(facts, boundaries, style, lang, page)
    if overfull(sheet, page.columns[0]) and page.width / page.height > _WIDE:
        page = page_of(style, page.size.name, strip=page.strip is not None, columns=2)
        sheet = _main(facts, boundaries, style, lang, page)
    room = listable(sheet, page.columns)
    if room < to_list(sheet):
        sheet = _main(facts, boundaries, style.listing(room), lang, page)
    draw_enlargement(sheet)
    draw_head(sheet, page.head)
    draw_panel(sheet, page.columns)
    if page.strip is not None:
        draw_strip(sheet, page.strip)
    return sheet


def _main(facts: Facts, boundaries: Boundaries, style: Style, lang: str, page: Page) -> Sheet:
    """Draw the map's window, filled by the sites of groups where the style says so."""
    grouped = {site_id for group in facts.groups for site_id in group.sites}
    filling = [site for site in facts.sites if style.extent == "groups" and site.site_id in grouped]
    return draw_window(facts, boundaries, style, lang, page, filling)


LAYOUT = Layout("map", _draw)
