"""A map as a figure of a report: a window and its panel, small enough to stand in a text, without title and strip."""

from __future__ import annotations

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.box import Box
from capplan.atlas.facts import Facts
from capplan.atlas.layouts._window import draw_enlargement, draw_window
from capplan.atlas.page import Layout, Page
from capplan.atlas.panels import draw_panel, listable
from capplan.atlas.sheet import Sheet, listed
from capplan.atlas.sizes import PageSize
from capplan.atlas.style import Style

_ZOOM = 0.66
_EDGE = 0.4
_GAP = 3.0


def _page(style: Style) -> Page:
    """Return the page: all of it is window and panel."""
    design = style.paper
    size = PageSize("", design.width, design.height, _ZOOM)
    width, height = design.width / _ZOOM, design.height / _ZOOM
    left = width - _EDGE - design.panel
    return Page(
        size=size,
        width=width,
        height=height,
        head=Box(_EDGE, height - _EDGE, width - _EDGE, height - _EDGE),
        body=Box(_EDGE, _EDGE, left - _GAP, height - _EDGE),
        columns=(Box(left, _EDGE, width - _EDGE, height - _EDGE),),
        strip=None,
    )


def _draw(facts: Facts, boundaries: Boundaries, style: Style, lang: str, page: Page) -> Sheet:
    page = _page(style)
    sheet = draw_window(facts, boundaries, style, lang, page)
    room = listable(sheet, page.columns)
    if room < len(listed(facts, style)):
        sheet = draw_window(facts, boundaries, style.listing(room), lang, page)
    draw_enlargement(sheet)
    draw_panel(sheet, page.columns)
    return sheet


LAYOUT = Layout("figure", _draw)
