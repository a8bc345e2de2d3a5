"""One map that fills the page, with a panel at its right and a strip of targets below.

One target or two do not need a strip: their cards stand in a free corner of the map, which has its room.
"""

from __future__ import annotations

from dataclasses import replace

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.facts import Facts
from capplan.atlas.furniture import draw_foot, draw_head
from capplan.atlas.layouts._window import draw_enlargement, draw_window
from capplan.atlas.page import Layout, Page
from capplan.atlas.panels import draw_panel, listable, to_list
from capplan.atlas.sheet import Sheet
from capplan.atlas.strip import cards_size, draw_strip
from capplan.atlas.style import Style


def _draw(facts: Facts, boundaries: Boundaries, style: Style, lang: str, page: Page) -> Sheet:
    size = cards_size(facts.targets) if page.strip is not None else None
    if size is not None:
        whole = replace(page, body=replace(page.body, bottom=page.columns[0].bottom), strip=None)
        sheet = _main(facts, boundaries, style, lang, whole, size)
        if sheet.cards is not None:
            return _completed(sheet, whole, size)
    return _completed(_main(facts, boundaries, style, lang, page), page)


def _completed(sheet: Sheet, page: Page, cards: tuple[float, float] | None = None) -> Sheet:
    """Draw what stands around the window, which is drawn anew where the panel cannot list all that it numbers."""
    room = listable(sheet, page.columns)
    if room < to_list(sheet):
        sheet = _main(sheet.facts, sheet.boundaries, sheet.style.listing(room), sheet.lang, page, cards)
    draw_enlargement(sheet)
    draw_head(sheet, page.head)
    draw_panel(sheet, page.columns)
    draw_foot(sheet, page)
    box = page.strip if sheet.cards is None else sheet.cards
    if box is not None:
        draw_strip(sheet, box)
    return sheet


def _main(
    facts: Facts,
    boundaries: Boundaries,
    style: Style,
    lang: str,
    page: Page,
    cards: tuple[float, float] | None = None,
) -> Sheet:
    """Draw the map's window, filled by the sites of groups where the style says so."""
    grouped = {site_id for group in facts.groups for site_id in group.sites}
    filling = [site for site in facts.sites if style.extent == "groups" and site.site_id in grouped]
    return draw_window(facts, boundaries, style, lang, page, filling, cards)


LAYOUT = Layout("map", _draw)
