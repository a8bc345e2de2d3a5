"""The cells of a worksheet: texts, numbers, truth values, and what is none of them, told apart."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element

__all__ = [
    "Grid",
    "Odd",
    "Styles",
    "Value",
    "column_letters",
    "grid",
    "local",
    "plain_text",
    "styles",
    "without_empty",
]

Styles = tuple[bool, ...]
"""For each cell style of a workbook, whether it shows a number as a date."""

OddKind = Literal["error", "date", "formula", "merged", "number"]


@dataclass(frozen=True)
class Odd:
    """A cell that holds neither text, number nor truth value.

    Attributes
    ----------
    kind : str
        ``error`` for a value such as #REF!, ``date``, ``formula`` for one that nobody computed, ``merged`` for a cell
        that others were merged into, ``number`` for one that is no finite number.
    shown : str
        What the cell shows.
    """

    kind: OddKind
    shown: str


Value = str | float | bool | Odd
"""What a cell holds; empty cells are not there."""


@dataclass(frozen=True)
class Grid:
    """The cells of a sheet.

    Attributes
    ----------
    rows : mapping of int to mapping of int to Value
        Values by row, from 1, and column, from 0.
    merged : tuple of str
        Ranges that were merged, as ``B2:C3``.
    formulas : tuple of str
        Cells that hold formulas, as ``B2``.
    """

    rows: Mapping[int, Mapping[int, Value]] = field(default_factory=dict)
    merged: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_TRUTHS = ("TRUE()", "FALSE()")
_WIDEST = 255  # no table of ours is wider
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Number formats of the standard that show dates or times, those of Chinese workbooks included."""


_EMPTY_CELLS = re.compile(
    rb'(?:<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,6}")?(?: t="[a-z]{1,3}")? ?/>)++', re.ASCII
)
_EMPTY_ROWS = re.compile(rb"(?:<row [^<>]*+(?:(?<=/)>|></row>)\s*+)++", re.ASCII)
_UNSAFE = re.compile(rb'<!\[CDATA\[|<(?:c|row)(?! r=")[ />]')
"""Where cells or rows do not say where they stand, those before them are not taken out."""
_LARGE = 4 * 2**20


def without_empty(data: bytes) -> bytes:
    """Return a large sheet without its formatted cells and rows in which nothing stands, a million of which are one slip away.

    Parameters
    ----------
    data
        A part of a workbook.
    """
    if len(data) < _LARGE or _UNSAFE.search(data):
        return data
    return _EMPTY_ROWS.sub(b"", _EMPTY_CELLS.sub(b"", data))


def local(node: Element) -> str:
    """Return the name of an element without its namespace."""
    return node.tag.rpartition("}")[2]


def plain_text(node: Element) -> str:
    """Return the text of a string item, its runs joined, without phonetic guides."""
    parts = []
    for child in node:
        if local(child) == "t":
            parts.append(child.text or "")
        elif local(child) == "r":
            parts += [inner.text or "" for inner in child if local(inner) == "t"]
    return _unescaped("".join(parts))


def styles(root: Element) -> Styles:
    """Return for each cell style whether it shows dates."""
    custom: dict[int, str] = {}
    shown: list[int] = []
    for part in root:
        if local(part) == "numFmts":
            custom = {int(node.get("numFmtId", "0")): node.get("formatCode", "") for node in part}
        elif local(part) == "cellXfs":
            shown = [int(node.get("numFmtId", "0")) for node in part]
    return tuple(_is_date(custom[number]) if number in custom else number in _DATES for number in shown)


def _is_date(code: str) -> bool:
    return bool(
        re.search(r"[ymdhs]", _LITERAL.sub("", code.split(";", maxsplit=1)[0].lower().replace("general", "")))
    )


def grid(root: Element, strings: list[str], looks: Styles, *, shifted: bool = False) -> Grid:
    """Return the cells of a worksheet.

    Parameters
    ----------
    root : Element
        The worksheet.
    strings : list of str
        The texts that its cells share.
    looks : Styles
        Which styles show dates.
    shifted : bool
        Whether dates count from 1904.
    """
    rows: dict[int, dict[int, Value]] = {}
    merged: list[str] = []
    formulas: list[str] = []
    for part in root:
        if local(part) == "sheetData":
            for number, row in _rows(part):
                cells = dict(_cells(row, strings, looks, shifted))
                formulas += [cell.get("r", "") for cell in row if _computed(cell)]
                if cells:
                    rows[number] = rows.get(number, {}) | cells
        elif local(part) == "mergeCells":
            merged = [node.get("ref", "") for node in part]
    for reference in merged:
        _mark_merged(reference, rows)
    return Grid(dict(sorted(rows.items())), tuple(merged), tuple(filter(None, formulas)))


def _rows(data: Element) -> Iterator[tuple[int, Element]]:
    number = 0
    for row in data:
        number = int(row.get("r", number + 1))
        yield number, row


def _computed(cell: Element) -> bool:
    """Tell whether a cell holds a formula; LibreOffice writes a truth value as one."""
    return any(local(item) == "f" and item.text not in _TRUTHS for item in cell)


def _cells(
    row: Element,
    strings: list[str],
    looks: Styles,
    shifted: bool,  # noqa: FBT001
) -> Iterator[tuple[int, Value]]:
    position = -1
    for cell in row:
        found = _REFERENCE.fullmatch(cell.get("r", ""))
        position = column_number(found[1]) if found else position + 1
        value = _value(cell, strings, looks, shifted)
        if value is not None and value != "":
            yield position, value


def _value(cell: Element, strings: list[str], looks: Styles, shifted: bool) -> Value | None:  # noqa: FBT001
    kind = cell.get("t", "n")
    raw, formula = None, None
    for part in cell:
        name = local(part)
        if name == "v":
            raw = part.text
        elif name == "f":
            formula = part.text or ""
        elif name == "is":
            return plain_text(part)
    if formula is not None and raw is None and kind != "str":
        return Odd("formula", f"={formula}")
    if raw is None:
        return None
    if kind == "s":
        return strings[int(raw)]
    if kind in {"n", "b"}:
        style = int(cell.get("s", "0"))
        return raw == "1" if kind == "b" else _number(raw, style < len(looks) and looks[style], shifted)
    return Odd("error", raw) if kind == "e" else Odd("date", raw) if kind == "d" else _unescaped(raw)


def _number(raw: str, as_date: bool, shifted: bool) -> Value:  # noqa: FBT001
    value = float(raw)
    if not math.isfinite(value):
        return Odd("number", raw)
    return Odd("date", _date_text(value, shifted)) if as_date else value


def _date_text(serial: float, shifted: bool) -> str:  # noqa: FBT001
    start = dt.datetime(1904, 1, 1) if shifted else dt.datetime(1899, 12, 30)  # noqa: DTZ001  (no zone in a sheet)
    try:
        moment = start + dt.timedelta(days=serial)
    except OverflowError:
        return str(serial)
    return moment.date().isoformat() if serial == int(serial) else moment.isoformat(" ", "minutes")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _mark_merged(reference: str, rows: Mapping[int, dict[int, Value]]) -> None:
    """Put a mark in place of every cell of a merged range that has a row of its own."""
    found = _RANGE.fullmatch(reference)
    if found is None or found[3] is None:
        return
    first, last = column_number(found[1]), min(column_number(found[3]), _WIDEST)
    top, bottom = int(found[2]), int(found[4])
    inside = range(top, bottom + 1) if bottom - top < len(rows) else list(rows)
    for number in inside:
        if number in rows and top <= number <= bottom:
            rows[number].update({column: Odd("merged", reference) for column in range(first, last + 1)})


def column_number(letters: str) -> int:
    """Return the number of a column, from 0.

    Examples
    --------
    >>> column_number("A"), column_number("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column by its number from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
