"""Tables of the panel: a first column that takes what the others leave, the others as wide as what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from capplan.atlas.box import Box
from capplan.atlas.panels._block import HEADING_MM, INK, SMALL, panel_width
from capplan.atlas.panels._names import MORE, is_long, name_lines, row_heights, write_name
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.sheet import Sheet
from capplan.atlas.wrap import LEAST, wrapped

__all__ = [
    "ROW",
    "Line",
    "block_height",
    "draw_table",
    "lines_fitting",
    "lines_in",
    "more_height",
    "table_height",
]

ROW = 4.4
"""Height of a line [mm]."""

_HEAD = 3.0
_GAP = 2.6
_LEAST_ROW, _DENSE_ROW = 4.1, 3.8
"""Height of a line where there are many, and where names on two lines need the room [mm]."""

_SIGN = 6.5
_MOST_WORDS = (14.0, 11.5, 9.5)
"""How wide a column may be for its title alone [mm]; less where names in the first column need the room."""
_HEADS = 2
_HAIR = 1.001
_SHARE = 0.3
_LEAST_NAMES = 18.0
"""How narrow a column of names beside the first may become [mm]."""
_FOOT = 4.0
_PAD = 2.4
_SPARE = 0.6
_KEPT = 0.65
"""How many lines are kept where fewer would leave room for long names [ratio]."""


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
    first, *others = titles
    pairs = zip(others, widths[1:], strict=True)
    return [[first], *(wrapped(title, SMALL, width * _HAIR) for title, width in pairs)]


def table_height(titles: Sequence[str], lines: Sequence[Line], width: float) -> float:
    """Return how high a table of a width is [mm]."""
    head = max(len(parts) for parts in _head_lines(titles, _widths(titles, lines, width)))
    return head * _HEAD + 1.6 + len(lines) * ROW + 1.2


def lines_in(height: float) -> int:
    """Return how many lines a block with a heading and a table has room for in a height [mm]."""
    return max(0, int((height - HEADING_MM - _HEADS * _HEAD - _FOOT) / _LEAST_ROW))


def lines_fitting(
    sheet: Sheet,
    titles: Sequence[str],
    make: Callable[[int], list[Line]],
    height: float,
    *,
    words: Sequence[int] = (),
) -> list[Line]:
    """Return the lines of a block with a heading and a table in a height: fewer, so that long names stand whole.

    Parameters
    ----------
    sheet
        The map.
    titles
        Titles of the columns.
    make
        Makes so many lines at most.
    height
        The height of the block [mm].
    words
        Columns beside the first that hold names.
    """
    most = lines_in(height)
    room = height - HEADING_MM - _HEADS * _HEAD - _FOOT + _SPARE
    for count in range(most, int(_KEPT * most), -1):
        lines = make(count)
        if len(lines) * _DENSE_ROW + more_height(sheet, titles, lines, words=words) <= room:
            break
    else:
        lines = make(most)
    return lines


def block_height(count: int) -> float:
    """Return the height that a block with a heading and a table of so many lines can make use of [mm]."""
    return HEADING_MM + _HEADS * _HEAD + 2.0 + count * ROW + _PAD


def _widths(titles: Sequence[str], lines: Sequence[Line], room: float) -> list[float]:
    """Return the width of each column but the first [mm]: titles break more where the first needs the room."""
    need = max([SMALL.width(titles[0]), *(_ink(line).width(line.cells[0]) for line in lines)])
    need += _SIGN if any(line.sign is not None for line in lines) else 0.0
    for most in _MOST_WORDS:
        found = _widths_at(titles, lines, most)
        if sum(found) + _GAP * (len(found) - 1) + need <= room:
            break
    return found


def _widths_at(titles: Sequence[str], lines: Sequence[Line], most: float) -> list[float]:
    """Return the width of each column but the first [mm]: its widest cell, or the widest line of its title."""
    found = [0.0]
    for column in range(1, len(titles)):
        cells = max((_ink(line).width(line.cells[column]) for line in lines), default=0.0)
        title = wrapped(titles[column], SMALL, max(cells, most))
        found.append(max([cells, *(SMALL.width(part) for part in title)]))
    return found


def _ink(line: Line) -> Ink:
    return replace(INK, weight="bold") if line.bold else INK


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a column stands [mm], and whether its texts begin at the left."""

    left: float
    right: float
    words: bool


def draw_table(
    sheet: Sheet, box: Box, titles: Sequence[str], lines: Sequence[Line], *, words: Sequence[int] = ()
) -> float:
    """Draw a table from the top of a rectangle, and return the height [mm] at which it ends.

    Lines that find no room are left out: whoever gives them sees to it that there is room.

    Parameters
    ----------
    sheet
        The map.
    box
        The rectangle [mm].
    titles
        Titles of the columns.
    lines
        The lines.
    words
        Columns beside the first that hold names and not numbers: they begin at the left and are shortened.
    """
    paper = sheet.paper
    columns = _columns(box, titles, lines, words)
    heads = _head_lines(titles, [column.right - column.left for column in columns])
    most = max(len(parts) for parts in heads)
    for column, parts in zip(columns, heads, strict=True):
        for number, part in enumerate(parts):
            _cell(sheet, column, box.top - 1.4 - (most - len(parts) + number) * _HEAD, part, SMALL)
    y = box.top - most * _HEAD - 0.6
    paper.lines([[(box.left, y), (box.right, y)]], colour="#d5d9dd", width=0.15, z=11.0)
    y -= 0.4
    names = _names(columns, lines)
    heights = row_heights(_long(columns, lines), y - box.bottom - _PAD, ROW, _DENSE_ROW)
    for line, height in zip(lines, heights, strict=True):
        if y - height < box.bottom - 0.5:
            break
        middle = y - 0.5 * height
        _sign(sheet, line, columns[0].left, middle)
        for number, (column, text) in enumerate(zip(columns, line.cells, strict=True)):
            _cell(sheet, column, middle, text, _ink(line), names.get(number, set()), tall=height > ROW)
        y -= height
    return y


def more_height(
    sheet: Sheet, titles: Sequence[str], lines: Sequence[Line], *, words: Sequence[int] = ()
) -> float:
    """Return how much higher a table of the panel may be for names that are too long for one line [mm]."""
    columns = _columns(Box(0.0, 0.0, panel_width(sheet), 0.0), titles, lines, words)
    return MORE * sum(_long(columns, lines))


def _names(columns: Sequence[_Column], lines: Sequence[Line]) -> dict[int, set[str]]:
    return {number: {line.cells[number] for line in lines} for number, one in enumerate(columns) if one.words}


def _long(columns: Sequence[_Column], lines: Sequence[Line]) -> list[bool]:
    """Return which lines have a name that is too long for its column."""
    names = _names(columns, lines)
    return [
        any(
            is_long(line.cells[number], _ink(line), columns[number].right - columns[number].left, others)
            for number, others in names.items()
        )
        for line in lines
    ]


def _columns(box: Box, titles: Sequence[str], lines: Sequence[Line], words: Sequence[int]) -> list[_Column]:
    """Return the columns: where names leave the first one too little room, the widest of them gives way."""
    widths = _widths(titles, lines, box.width)
    left = box.left + (_SIGN if any(line.sign is not None for line in lines) else 0.0)
    need = max([SMALL.width(titles[0]), *(_ink(line).width(line.cells[0]) for line in lines)])
    room = box.right - left - _GAP * (len(widths) - 1)
    while words and sum(widths[1:]) + min(need, _SHARE * box.width) > room:
        widest = max(words, key=lambda column: widths[column])
        if widths[widest] <= _LEAST_NAMES:
            break
        widths[widest] -= 1.0
    widths[0] = max(room - sum(widths[1:]), 1.0)
    found = []
    for number, width in enumerate(widths):
        found.append(_Column(left, left + width, number in words or number == 0))
        left += width + _GAP
    return found


def _sign(sheet: Sheet, line: Line, left: float, y: float) -> None:
    if line.sign is not None:
        line.sign(sheet.paper, left - _SIGN + 2.4, y)
        if line.number:
            number = Ink(LEAST, "bold", "#1d2733", halo="#ffffff", halo_mm=0.4)
            sheet.paper.text(left - _SIGN + 2.4, y, line.number, number, align="center", role="panel")


def _cell(
    sheet: Sheet,
    column: _Column,
    y: float,
    text: str,
    ink: Ink,
    others: Iterable[str] = (),
    *,
    tall: bool = False,
) -> None:
    if column.words:
        lines = name_lines(text, ink, column.right - column.left, others, tall=tall)
        write_name(sheet.paper, column.left, y, lines)
    elif text:
        sheet.paper.text(column.right, y, text, ink, align="right", role="panel")
