"""Bars of key figures over the years: what was there before in a light colour, what the year adds in a dark one."""

from __future__ import annotations

import math

from capplan.atlas.box import Box
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Sheet
from capplan.atlas.words import figure
from capplan.atlas.wrap import LEAST, fitted
from capplan.atlas.yearly import YearlyFigure, yearly_figures

__all__ = ["draw_bars"]

_SHOWN = ("racks", "fp16", "it_mw", "green", "capex")
_MYRIAD = 1e4
_FLOWS = ("green", "capex")
_BEFORE, _ADDED, _PLAIN = "#a9c3dc", "#1f5c99", "#5a8fbf"
_GREY = "#5b6570"
_GAP = 3.0
_TITLE = 7.5
_FOOT = 5.0
_VALUE = 4.0
_WIDEST = 15.0
_NEAR = 0.1
"""By how much of itself a figure is rounded at most [ratio]."""
_IN_HOLE = 2
"""How many charts go where small maps leave a place free."""
_HIGH, _NARROW = 76.0, 70.0
"""From which height of that place on they stand one below the other, and to which width [mm]."""


def draw_bars(sheet: Sheet, box: Box | None, hole: Box | None = None) -> None:
    """Draw one small chart for each key figure, side by side; the last ones fill the hole, if there is one.

    Parameters
    ----------
    sheet
        The map.
    box
        Where they go [mm]; None where there is room in the hole alone.
    hole
        What small maps leave free above it [mm].
    """
    figures = {one.name: one for one in yearly_figures(sheet.facts, sheet.lang)}
    shown = [figures[name] for name in _SHOWN if name in figures]
    if not shown:
        return
    above = shown[-_IN_HOLE:] if hole is not None and len(shown) > _IN_HOLE else []
    if box is None:
        shown = above
    places = [] if box is None else _beside(box, len(shown) - len(above))
    if hole is not None and above:
        places += (
            _below(hole, len(above))
            if hole.height >= _HIGH or hole.width < _NARROW
            else _beside(hole, len(above))
        )
    for one, place in zip(shown, places, strict=True):
        _chart(sheet, place, one)


def _beside(box: Box, count: int) -> list[Box]:
    width = (box.width - (count - 1) * _GAP) / count
    lefts = [box.left + number * (width + _GAP) for number in range(count)]
    return [Box(left, box.bottom, left + width, box.top) for left in lefts]


def _below(box: Box, count: int) -> list[Box]:
    height = (box.height - (count - 1) * _GAP) / count
    tops = [box.top - number * (height + _GAP) for number in range(count)]
    return [Box(box.left, top - height, box.right, top) for top in tops]


def _chart(sheet: Sheet, box: Box, one: YearlyFigure) -> None:
    paper, years = sheet.paper, sheet.facts.years
    paper.box(box, face="#fcfcfa", edge="#c3c9cf", width=0.18, z=10.0)
    title, ink = fitted(one.title(sheet.lang), Ink(7.6, "bold"), box.width - 4.0)
    paper.text(box.left + 2.0, box.top - 3.6, title, ink, role="bars")
    base = box.bottom + _FOOT
    room = box.top - _TITLE - _VALUE - base
    most = max([*one.values.values(), 0.0])
    step = (box.width - 4.0) / len(years)
    paper.lines([[(box.left + 2.0, base), (box.right - 2.0, base)]], colour=_GREY, width=0.2, z=11.5)
    before, labels = one.before, _texts(sheet, one, step)
    for number, year in enumerate(years):
        value = max(one.values.get(year, 0.0), 0.0)
        middle = box.left + 2.0 + (number + 0.5) * step
        half = min(0.34 * step, _WIDEST / 2.0)
        height = room * value / most if most > 0.0 else 0.0
        bar = Box(middle - half, base, middle + half, base + height)
        _bar(sheet, bar, room * min(before, value) / most if most > 0.0 else 0.0, one)
        _labels(sheet, labels.get(year, ""), year, bar, step)
        before = value


def _bar(sheet: Sheet, bar: Box, before: float, one: YearlyFigure) -> None:
    if one.name in _FLOWS:
        sheet.paper.box(bar, face=_PLAIN, z=11.0)
        return
    sheet.paper.box(bar, face=_ADDED, z=11.0)
    if before > 0.0:
        kept = Box(bar.left, bar.bottom, bar.right, bar.bottom + before)
        sheet.paper.box(kept, face=_BEFORE, z=11.1)


def _written(sheet: Sheet, one: YearlyFigure, value: float | None) -> list[str]:
    """Return how a figure may be written, the most exact first."""
    if value is None:
        return ["–"]
    if one.share:
        return [f"{value:.0%}"]
    short = [figure(value, digits) for digits in range(one.digits, -1, -1)]
    if sheet.lang == "zh" and value >= _MYRIAD:
        return [*short, f"{value / _MYRIAD:.1f}万"]
    return [*short, f"{value / 1e3:.0f}k"] if value >= _MYRIAD else short


def _texts(sheet: Sheet, one: YearlyFigure, step: float) -> dict[int, str]:
    """Return what stands over the bars: over all, or, where that has no room, over the last and every so many before."""
    years, ink = sheet.facts.years, Ink(LEAST)
    forms = {year: _written(sheet, one, one.values.get(year)) for year in years}
    fit = {
        year: next(
            (text for text in texts if ink.width(text) <= step - 0.5 and _says(text, one.values.get(year))),
            "",
        )
        for year, texts in forms.items()
    }
    if all(fit.values()):
        return fit
    every = math.ceil((max(ink.width(texts[0]) for texts in forms.values()) + 0.5) / step)
    return {year: forms[year][0] for year in years[::-1][::every]}


def _says(text: str, value: float | None) -> bool:
    """Return whether a whole number is near enough to what it stands for: 2 is not said of 1.6, nor 0 of 0.1."""
    return not value or not text.isdigit() or abs(int(text) - value) <= _NEAR * value


def _labels(sheet: Sheet, text: str, year: int, bar: Box, step: float) -> None:
    paper, middle = sheet.paper, bar.centre[0]
    if text:
        paper.text(middle, bar.top + 2.2, text, Ink(LEAST), align="center", role="bars")
    short = str(year)
    if Ink(7.0).width(short) > step - 0.6:
        short = f"'{year % 100:02d}"
    every = math.ceil((Ink(7.0).width(short) + 0.6) / step)
    if sheet.facts.years.index(year) % every == 0:
        paper.text(middle, bar.bottom - 2.6, short, Ink(7.0, colour=_GREY), align="center", role="bars")
