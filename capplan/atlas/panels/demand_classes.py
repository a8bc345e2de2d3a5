"""Demand by service class: how much is served, how fast it must be, and how much of it comes from outside."""

from __future__ import annotations

from capplan.atlas.box import Box
from capplan.atlas.panels._block import HEADING_MM, Block, heading, panel_width
from capplan.atlas.panels._table import Line, draw_table, table_height
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.latency import class_latencies
from capplan.atlas.themes.places import printed
from capplan.atlas.words import figure, known_word, share_text, word


def _titles(sheet: Sheet) -> list[str]:
    return [word(f"demand_column_{name}", sheet.lang) for name in ("class", "amount", "limit", "outside")]


def _lines(sheet: Sheet) -> list[Line]:
    found = []
    for one in class_latencies(sheet.facts):
        unit = known_word(f"short_{one.unit}", sheet.lang, "")
        amount = f"{figure(one.amount, 0 if one.amount >= 10.0 else 1)} {unit}".strip()  # noqa: PLR2004
        limit = "–" if one.limit is None else figure(one.limit, 1)
        outside = share_text(one.outside) if one.outside > 0.0 else "–"
        found.append(Line((printed(one.name, sheet.lang), amount, limit, outside)))
    return found


def _height(sheet: Sheet) -> float:
    lines = _lines(sheet)
    return HEADING_MM + table_height(_titles(sheet), lines, panel_width(sheet)) + 2.0 if lines else 0.0


def _draw(sheet: Sheet, box: Box) -> None:
    lines = _lines(sheet)
    if lines:
        y = heading(sheet, box, word("demand_classes", sheet.lang), word("demand_classes_about", sheet.lang))
        draw_table(sheet, Box(box.left, box.bottom, box.right, y), _titles(sheet), lines)


BLOCK = Block("demand_classes", _height, _draw, optional=True)
