"""The window of a map and its enlargement, as every layout of one map draws them."""

from __future__ import annotations

from collections.abc import Sequence

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.facts import Facts, SiteFacts
from capplan.atlas.furniture import draw_layers, draw_names, finish_inset, finish_main
from capplan.atlas.layers import sites_drawn
from capplan.atlas.page import Page
from capplan.atlas.sheet import Sheet
from capplan.atlas.style import Style
from capplan.atlas.windows import enlargement, keep_bar, keep_cards, keep_north, main_view, site_boxes

_LIFT = 20.0


def draw_window(
    facts: Facts,
    boundaries: Boundaries,
    style: Style,
    lang: str,
    page: Page,
    filling: Sequence[SiteFacts] = (),
    cards: tuple[float, float] | None = None,
) -> Sheet:
    """Draw the map's window, with room for cards of a size [mm] if asked for; what it wants explained is known then."""
    main = main_view(boundaries, page.window, page.size.zoom, filling)
    sheet = Sheet(facts, boundaries, style, lang, page.paper(), main)
    among = sites_drawn(sheet)
    sites = site_boxes(main, facts, style, among)
    bar = keep_bar(main, boundaries, sites)
    sheet.cards = None if cards is None else keep_cards(main, boundaries, cards, sites)
    sheet.inset = enlargement(main, boundaries, facts, style, among=among)
    north = keep_north(main, boundaries, sites)
    draw_layers(sheet, main)
    draw_names(sheet, main)
    finish_main(sheet, page, bar, north)
    return sheet


def draw_enlargement(sheet: Sheet) -> None:
    """Draw the enlargement above the window, where there is one."""
    if sheet.inset is not None:
        sheet.paper.lift = _LIFT
        finish_inset(sheet, sheet.inset)
        draw_layers(sheet, sheet.inset)
        draw_names(sheet, sheet.inset)
        sheet.paper.lift = 0.0
