"""Sections and tables as Rich shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import JustifyMethod, RenderableType

_LONG = 1e6

__all__ = ["frame_grid", "grid_table", "section_lines"]


def section_lines(sections: Iterable[Section]) -> list[RenderableType]:
    """Return sections as renderables, one below the other.

    Parameters
    ----------
    sections : iterable of Section
        The sections of a summary.
    """
    lines: list[RenderableType] = []
    for section in sections:
        lines.append(Text(section.title, style="bold"))
        if section.grid is not None:
            lines.append(Padding(grid_table(section.grid), (0, 0, 0, 1)))
        lines.extend(Padding(Text(line), (0, 0, 0, 2)) for line in section.lines)
        lines.append(Text(""))
    return lines


def grid_table(grid: Grid) -> Table:
    """Return a table as Rich draws it.

    Parameters
    ----------
    grid : Grid
        The table.
    """
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 0, 0, 1), header_style="dim"
    )
    for position, (heading, numeric) in enumerate(zip(grid.headings, grid.numeric, strict=True)):
        # the first column names the row, so it is the last that may be cut
        justify: JustifyMethod = "right" if numeric else "left"
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=position == 0)
    last = len(grid.rows) - 1
    for position, row in enumerate(grid.rows):
        if grid.total and position == last:
            table.add_section()
        table.add_row(*(Text(cell) for cell in row))
    return table


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
