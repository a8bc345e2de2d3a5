"""Tables of the panel: a first column that takes what the others leave, the others as wide as what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from capplan.atlas.box import Box
from capplan.atlas.panels._block import HEADING_MM, INK, SMALL
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.sheet import Sheet
from capplan.atlas.wrap import fitted, wrapped

__all__ = ["ROW", "Line", "draw_table", "lines_in", "table_height"]

ROW = 4.6
"""Height of a line [mm]."""

_HEAD = 3.0
_GAP = 2.6
_LEAST = 4.1
_SIGN = 6.5
_MOST_WORDS = 14.0
_HEADS = 2


@dataclass(frozen=True)
class Line:
    """One line of a table.

    Attributes
    ----------
    cells
        Its texts: the first to the left, the others to the right of their columns.
    sign
        What draws a symbol about a point before the first cell, with a number in it if there is one.
    number
        That number.
    bold
        Whether it is a sum.
    """

    cells: tuple[str, ...]
    sign: Callable[[Paper, float, float], None] | None = None
    number: str = ""
    bold: bool = False


def _head_lines(titles: Sequence[str], widths: Sequence[float]) -> list[list[str]]:
    """Return the lines of each column's title, broken where it is wider than its column."""
    return [wrapped(title, SMALL, max(width, _MOST_WORDS)) for title, width in zip(titles, widths, strict=True)]


def table_height(titles: Sequence[str], lines: Sequence[Line]) -> float:
    """Return how high a table is [mm]."""
    head = max(len(parts) for parts in _head_lines(titles, _widths(titles, lines)))
    return head * _HEAD + 1.6 + len(lines) * ROW + 1.2


def lines_in(height: float) -> int:
    """Return how many lines a block with a heading and a table has room for in a height [mm]."""
    return max(0, int((height - HEADING_MM - _HEADS * _HEAD - 2.0) / _LEAST))


def _widths(titles: Sequence[str], lines: Sequence[Line]) -> list[float]:
    """Return the width of each column [mm]: its widest cell, or the widest line of its title."""
    found = [0.0]
    for column in range(1, len(titles)):
        cells = max((_ink(line).width(line.cells[column]) for line in lines), default=0.0)
        title = wrapped(titles[column], SMALL, max(cells, _MOST_WORDS))
        found.append(max([cells, *(SMALL.width(part) for part in title)]))
    return found


def _ink(line: Line) -> Ink:
    return replace(INK, weight="bold") if line.bold else INK


def draw_table(sheet: Sheet, box: Box, titles: Sequence[str], lines: Sequence[Line]) -> float:
    """Draw a table from the top of a rectangle, and return the height [mm] at which it ends.

    Lines that find no room are left out: whoever gives them sees to it that there is room.
    """
    paper = sheet.paper
    widths = _widths(titles, lines)
    rights = _rights(box, widths)
    signs = any(line.sign is not None for line in lines)
    left = box.left + (_SIGN if signs else 0.0)
    heads = _head_lines(titles, widths)
    most = max(len(parts) for parts in heads)
    for column, parts in enumerate(heads):
        for number, part in enumerate(parts):
            y = box.top - 1.4 - (most - len(parts) + number) * _HEAD
            if column:
                paper.text(rights[column], y, part, SMALL, align="right", role="panel")
            else:
                paper.text(left, y, part, SMALL, role="panel")
    y = box.top - most * _HEAD - 0.6
    paper.lines([[(box.left, y), (box.right, y)]], colour="#d5d9dd", width=0.15, z=11.0)
    y -= 0.4
    room = box.top - box.bottom - (box.top - y)
    height = min(ROW, max(_LEAST, room / max(len(lines), 1)))
    first = (rights[1] - widths[1] if len(rights) > 1 else box.right) - _GAP - left
    for line in lines:
        if y - height < box.bottom - 0.5:
            break
        _line(sheet, line, y - 0.5 * height, left, first, rights)
        y -= height
    return y


def _rights(box: Box, widths: Sequence[float]) -> list[float]:
    """Return the right side of each column [mm]."""
    rights = [box.right] * len(widths)
    at = box.right
    for column in range(len(widths) - 1, 0, -1):
        rights[column] = at
        at -= widths[column] + _GAP
    rights[0] = at
    return rights


def _line(sheet: Sheet, line: Line, y: float, left: float, room: float, rights: Sequence[float]) -> None:
    paper, ink = sheet.paper, _ink(line)
    if line.sign is not None:
        line.sign(paper, left - _SIGN + 2.4, y)
        if line.number:
            number = Ink(6.2, "bold", "#1d2733", halo="#ffffff", halo_mm=0.4)
            paper.text(left - _SIGN + 2.4, y, line.number, number, align="center", role="panel")
    name, look = fitted(line.cells[0], ink, room)
    paper.text(left, y, name, look, role="panel")
    for text, right in zip(line.cells[1:], rights[1:], strict=True):
        if text:
            paper.text(right, y, text, ink, align="right", role="panel")
