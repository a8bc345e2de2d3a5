"""Sections and tables as Rich shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from capplan.cli._streams import printable
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult

_LONG = 1e6

_NARROWEST = 4
_BROKEN = 6
_SYLLABLES = 8
_GAP = 2

__all__ = ["GridTable", "fitted_widths", "frame_grid", "section_lines"]


def section_lines(sections: Iterable[Section]) -> list[RenderableType]:
    """Return sections as renderables, one below the other.

    Parameters
    ----------
    sections : iterable of Section
        The sections of a summary.
    """
    lines: list[RenderableType] = []
    for section in sections:
        lines.append(Text(printable(section.title), style="bold"))
        if section.grid is not None:
            lines.append(Padding(GridTable(section.grid), (0, 0, 0, 1)))
        lines.extend(Padding(Text(printable(line)), (0, 0, 0, 2)) for line in section.lines)
        lines.append(Text(""))
    return lines


@dataclass(frozen=True, slots=True)
class GridTable:
    """A table that fits the terminal: words may be broken over lines, numbers may not.

    Attributes
    ----------
    grid : Grid
        What it shows.
    """

    grid: Grid

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the table within the width that there is."""
        grid = _printable(self.grid)
        table = Table(
            box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 0, 0, 1), header_style="dim"
        )
        widths = fitted_widths(grid, options.max_width)
        for heading, numeric, width in zip(grid.headings, grid.numeric, widths, strict=True):
            justify: JustifyMethod = "right" if numeric else "left"
            table.add_column(heading, justify=justify, overflow="fold", width=width)
        last = len(grid.rows) - 1
        for position, row in enumerate(grid.rows):
            if grid.total and position == last:
                table.add_section()
            table.add_row(*(Text(cell) for cell in row))
        yield table


def _printable(grid: Grid) -> Grid:
    rows = tuple(tuple(printable(cell) for cell in row) for row in grid.rows)
    return replace(grid, headings=tuple(map(printable, grid.headings)), rows=rows)


def fitted_widths(grid: Grid, available: int) -> list[int]:
    """Return column widths that together fit, as far as numbers stay whole.

    Parameters
    ----------
    grid : Grid
        The table.
    available : int
        Width of the terminal [characters].
    """
    columns = list(zip(*(grid.headings, *grid.rows), strict=True))
    widths = [max(cell_len(cell) for cell in column) for column in columns]
    least = [_least(column, numeric) for column, numeric in zip(columns, grid.numeric, strict=True)]
    room = available - _GAP * (len(widths) - 1)
    while sum(widths) > room:
        slack = [width - bound for width, bound in zip(widths, least, strict=True)]
        widest = max(range(len(slack)), key=slack.__getitem__)
        if slack[widest] <= 0:
            break
        widths[widest] -= 1
    for place in reversed(range(len(widths))):
        if not grid.numeric[place]:
            excess = max(sum(widths) - room, 0)
            widths[place] = max(widths[place] - excess, min(widths[place], _BROKEN))
    return widths


def _least(column: Sequence[str], numeric: bool) -> int:  # noqa: FBT001
    """Return the width at which no number and no word is broken; hyphens part words, and Chinese may break."""
    heading, *cells = column
    words = [word for text in (cells if not numeric else []) for word in text.replace("-", "- ").split()]
    whole = cells if numeric else [word for word in words if word.isascii()]
    chinese = [min(cell_len(word), _SYLLABLES) for word in words if not word.isascii()]
    titles = [word for word in heading.split() if word.isascii()]
    return max([_NARROWEST, *chinese, *(cell_len(text) for text in (*titles, *whole))])


def frame_grid(frame: pd.DataFrame, headings: Sequence[str]) -> Grid:
    """Return a data frame as a table to be read; numbers keep six digits that count.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows.
    headings : sequence of str
        One heading a column.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    numeric = tuple(
        is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name]) for name in frame.columns
    )
    rows = tuple(tuple(_cell(value) for value in row) for row in frame.itertuples(index=False, name=None))
    return Grid(tuple(headings), rows, numeric)


def _cell(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124  (NaN is what differs from itself)
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < _LONG else f"{value:,.0f}"
    return str(value)
