"""The groups of sites that the map tells apart, with what stands in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from capplan.atlas.box import Box
from capplan.atlas.facts import SiteFacts
from capplan.atlas.groups import group_colours, group_places
from capplan.atlas.panels._block import HEADING_MM, Block, heading, panel_width
from capplan.atlas.panels._table import Line, draw_table, table_height
from capplan.atlas.paper import Paper
from capplan.atlas.sheet import Sheet
from capplan.atlas.symbols import marker_shape
from capplan.atlas.themes.places import printed
from capplan.atlas.words import figure, word

_FOOT = 2.0
_COLUMNS = ("group", "sites", "racks", "built", "fp16", "mw")


def _sign(colour: str) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        shape = [marker_shape("circle", x, y, 1.7)]
        paper.shapes(shape, face=colour, z=12.0, alpha=0.22)
        paper.shapes(shape, edge=colour, width=0.5, z=12.1)

    return draw


def _cells(sites: Iterable[SiteFacts]) -> tuple[str, ...]:
    held = list(sites)
    sums = [
        sum(getattr(site, name) for site in held) for name in ("standard_racks", "racks_built", "pflops_fp16")
    ]
    power = sum(site.it_mw for site in held)
    return (str(len(held)), *(figure(total) if total else "–" for total in sums), f"{power:,.1f}")


def _table(sheet: Sheet) -> tuple[list[str], list[Line]]:
    lang, places = sheet.lang, group_places(sheet.facts, group_colours(sheet.style.layers))
    lines = [
        Line(
            (printed(place.name, lang), *_cells(place.sites)),
            _sign(place.colour),
        )
        for place in places
    ]
    grouped = {site.site_id for place in places for site in place.sites}
    others = [site for site in sheet.facts.sites if site.site_id not in grouped]
    if others:
        lines.append(Line((word("group_others", lang), *_cells(others))))
    lines.append(Line((word("group_all", lang), *_cells(sheet.facts.sites)), bold=True))
    return [word(f"column_{name}", lang) for name in _COLUMNS], lines


def _height(sheet: Sheet) -> float:
    return HEADING_MM + table_height(*_table(sheet), panel_width(sheet)) + _FOOT


def _draw(sheet: Sheet, box: Box) -> None:
    y = heading(sheet, box, word("groups", sheet.lang))
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), *_table(sheet))


BLOCK = Block("groups", _height, _draw)
