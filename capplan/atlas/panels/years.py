"""Key figures year by year, of the region that the map shows."""

from __future__ import annotations

from capplan.atlas.box import Box
from capplan.atlas.panels._block import HEADING_MM, Block, heading, panel_width
from capplan.atlas.panels._table import Line, draw_table, table_height
from capplan.atlas.sheet import Sheet
from capplan.atlas.words import figure, word
from capplan.atlas.yearly import YearlyFigure, yearly_figures

_MOST_YEARS = 6
_FOOT = 2.0


def _years(sheet: Sheet) -> list[int]:
    """Return the years that have a column: all, or the first, the last and some between."""
    years = list(sheet.facts.years)
    if len(years) <= _MOST_YEARS:
        return years
    last = len(years) - 1
    return [years[round(place * last / (_MOST_YEARS - 1))] for place in range(_MOST_YEARS)]


def _table(sheet: Sheet) -> tuple[list[str], list[Line]]:
    years = _years(sheet)
    titles = [word("yearly_figure", sheet.lang), *(str(year) for year in years)]
    lines = [
        Line((one.title(sheet.lang), *(_written(one, year) for year in years)))
        for one in yearly_figures(sheet.facts, sheet.lang)
    ]
    return titles, lines


def _written(one: YearlyFigure, year: int) -> str:
    value = one.values.get(year)
    if value is None:
        return "–"
    return f"{value:.0%}" if one.share else figure(value, one.digits)


def _height(sheet: Sheet) -> float:
    return HEADING_MM + table_height(*_table(sheet), panel_width(sheet)) + _FOOT


def _draw(sheet: Sheet, box: Box) -> None:
    y = heading(sheet, box, word("yearly", sheet.lang))
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), *_table(sheet))


BLOCK = Block("years", _height, _draw, optional=True, title="yearly")
