"""Latency by service class against its limit: a table, and how far the range of each class reaches towards its limit."""

from __future__ import annotations

from capplan.atlas.box import Box
from capplan.atlas.panels._block import HEADING_MM, SMALL, Block, heading, panel_width
from capplan.atlas.panels._table import Line, draw_table, table_height
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.latency import NEAR, ClassLatency, class_latencies
from capplan.atlas.themes.places import printed
from capplan.atlas.words import figure, known_word, share_text, word
from capplan.atlas.wrap import fitted

_BAR = 4.6
_AXIS = 5.0
_TITLE = 5.0
_NAMES = 34.0
_DARK, _RANGE = "#7f1d1d", "#f0a35e"


def _titles(sheet: Sheet) -> list[str]:
    names = ("class", "amount", "limit", "worst", "mean", "km", "near")
    return [word(f"latency_column_{name}", sheet.lang, share=share_text(NEAR)) for name in names]


def _line(sheet: Sheet, one: ClassLatency) -> Line:
    unit = known_word(f"short_{one.unit}", sheet.lang, "")
    return Line(
        (
            printed(one.name, sheet.lang),
            f"{figure(one.amount, 0 if one.amount >= 10.0 else 1)} {unit}".strip(),  # noqa: PLR2004
            "–" if one.limit is None else figure(one.limit, 1),
            f"{one.worst:.2f}",
            f"{one.mean:.2f}",
            figure(one.mean_km),
            "–" if one.near is None else share_text(one.near),
        )
    )


def _limited(classes: tuple[ClassLatency, ...]) -> list[ClassLatency]:
    return [one for one in classes if one.limit]


def _height(sheet: Sheet) -> float:
    classes = class_latencies(sheet.facts)
    if not classes:
        return 0.0
    table = table_height(_titles(sheet), [_line(sheet, one) for one in classes], panel_width(sheet))
    bars = len(_limited(classes))
    return HEADING_MM + table + (_TITLE + bars * _BAR + _AXIS if bars else 0.0) + 2.0


def _draw(sheet: Sheet, box: Box) -> None:
    classes = class_latencies(sheet.facts)
    if not classes:
        return
    y = heading(sheet, box, word("latency_classes", sheet.lang), word("latency_classes_about", sheet.lang))
    lines = [_line(sheet, one) for one in classes]
    y = draw_table(sheet, Box(box.left, box.bottom, box.right, y), _titles(sheet), lines)
    if _limited(classes):
        _bars(sheet, Box(box.left, box.bottom, box.right, y), _limited(classes))


def _bars(sheet: Sheet, box: Box, classes: list[ClassLatency]) -> None:
    """Draw, for each class, the range of its latency as a share of the limit, and its mean."""
    paper = sheet.paper
    paper.text(box.left, box.top - 2.6, word("latency_bars", sheet.lang), SMALL, role="panel")
    left, right = box.left + _NAMES, box.right - 4.0
    top = box.top - _TITLE
    bottom = top - len(classes) * _BAR
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = left + share * (right - left)
        paper.lines(
            [[(x, bottom), (x, top)]], colour="#8a939d" if share == 1.0 else "#d5d9dd", width=0.15, z=11.0
        )
        paper.text(x, bottom - 2.2, share_text(share), SMALL, align="center", role="panel")
    for number, one in enumerate(classes):
        y = top - (number + 0.5) * _BAR
        name, ink = fitted(printed(one.name, sheet.lang), SMALL, _NAMES - 2.0)
        paper.text(box.left, y, name, ink, role="panel")
        limit = one.limit or 1.0
        first, mean, last = (
            left + min(value / limit, 1.04) * (right - left) for value in (one.least, one.mean, one.worst)
        )
        paper.box(
            Box(first, y - 1.1, max(last, first + 0.3), y + 1.1), face=_RANGE, edge=_DARK, width=0.15, z=12.0
        )
        paper.lines([[(mean, y - 1.7), (mean, y + 1.7)]], colour=_DARK, width=0.7, z=12.1, capstyle="butt")


BLOCK = Block("latency_classes", _height, _draw, optional=True)
