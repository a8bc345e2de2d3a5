"""The legend of a thematic map: the symbols, sizes, lines and classes that its layers drew, and what they left out."""

from __future__ import annotations

import numpy as np

from capplan.atlas.box import Box
from capplan.atlas.panels._block import GREY, HEADING_MM, INK, SMALL, Block, heading, panel_width
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import ClassKey, LineKey, Sheet, SizeKey, SymbolKey
from capplan.atlas.words import word
from capplan.atlas.wrap import fitted, wrapped

_ROW = 5.0
_KEY = 9.0
_CLASS_MM = 14.0
_NOTE_MM = 3.1
_TITLE_MM = 4.6
_LINE_MM = 4.3
_FOOT = 2.0
_NONE_MM = 9.0
_TITLE = Ink(7.2)


def _entries(sheet: Sheet) -> list[SymbolKey | LineKey]:
    return [*sheet.symbol_keys, *sheet.line_keys]


def _rows(sheet: Sheet, width: float) -> list[list[SymbolKey | LineKey]]:
    """Return the entries by row: two short ones beside each other, a long one alone."""
    found: list[list[SymbolKey | LineKey]] = []
    open_row: list[SymbolKey | LineKey] | None = None
    for entry in _entries(sheet):
        if INK.width(entry.label) + _KEY + 1.0 > width / 2.0:
            found.append([entry])
        elif open_row is None:
            open_row = [entry]
            found.append(open_row)
        else:
            open_row.append(entry)
            open_row = None
    return found


def _size_height(key: SizeKey) -> float:
    if key.kind == "line":
        return _TITLE_MM + _LINE_MM * len(key.steps)
    return _TITLE_MM + 2.0 * key.steps[0][1] + 2.0


def _sizes_height(sheet: Sheet) -> float:
    """Return the height of the sizes, which stand beside one another, two in a row [mm]."""
    keys = sheet.size_keys
    return sum(max(_size_height(key) for key in keys[first : first + 2]) for first in range(0, len(keys), 2))


def _notes(sheet: Sheet, width: float) -> list[str]:
    return [line for note in sheet.notes for line in wrapped(note, SMALL, width, split=True)]


def _width(sheet: Sheet) -> float:
    return panel_width(sheet)


def _height(sheet: Sheet) -> float:
    width = _width(sheet)
    count = len(_rows(sheet, width))
    notes = len(_notes(sheet, width))
    height = HEADING_MM + count * _ROW + _sizes_height(sheet) + _CLASS_MM * len(sheet.class_keys)
    return height + notes * _NOTE_MM + (1.5 if notes else 0.0) + _FOOT


def _draw(sheet: Sheet, box: Box) -> None:
    y = heading(sheet, box, word("legend", sheet.lang))
    for row in _rows(sheet, _width(sheet)):
        room = box.width / len(row) - _KEY - 1.0
        for column, entry in enumerate(row):
            _entry(sheet, box.left + column * box.width / 2.0, y - 0.5 * _ROW, entry, room)
        y -= _ROW
    keys = sheet.size_keys
    for first in range(0, len(keys), 2):
        pair = keys[first : first + 2]
        for place, key in enumerate(pair):
            _size(sheet, Box(box.left + place * box.width / 2.0, box.bottom, box.right, y), key)
        y -= max(_size_height(key) for key in pair)
    for classes in sheet.class_keys:
        _classes(sheet, Box(box.left, y - _CLASS_MM, box.right, y), classes)
        y -= _CLASS_MM
    y -= 1.5
    for line in _notes(sheet, _width(sheet)):
        sheet.paper.text(box.left, y - 0.5 * _NOTE_MM, line, SMALL, role="panel")
        y -= _NOTE_MM


def _entry(sheet: Sheet, left: float, y: float, entry: SymbolKey | LineKey, room: float) -> None:
    if isinstance(entry, SymbolKey):
        entry.draw(sheet.paper, left + 3.75, y)
    else:
        line = [[(left, y), (left + 7.5, y)]]
        if entry.casing:
            sheet.paper.lines(line, colour=entry.casing, width=entry.width + 0.7, z=11.5)
        sheet.paper.lines(line, colour=entry.colour, width=entry.width, dash=entry.dash, z=12.0)
    label, ink = fitted(entry.label, INK, room)
    sheet.paper.text(left + _KEY, y, label, ink, role="panel")


def _size(sheet: Sheet, box: Box, key: SizeKey) -> None:
    sheet.paper.text(box.left, box.top - 2.4, key.title, SMALL, role="panel")
    top = box.top - _TITLE_MM
    if key.kind == "line":
        for number, (text, width) in enumerate(key.steps):
            y = top - (number + 0.5) * _LINE_MM
            sheet.paper.lines(
                [[(box.left, y), (box.left + 12.0, y)]],
                colour=key.colour,
                width=width,
                z=12.0,
                capstyle="butt",
            )
            sheet.paper.text(box.left + 14.0, y, text, SMALL, role="panel")
        return
    largest = key.steps[0][1]
    centre_x, bottom = box.left + largest + 1.0, top - 0.6 - 2.0 * largest
    level_before = float("inf")
    for text, radius in key.steps:
        angles = np.linspace(0.0, 2.0 * np.pi, 90)
        ring = np.column_stack(
            (centre_x + radius * np.cos(angles), bottom + radius + radius * np.sin(angles))
        )
        sheet.paper.lines([ring], colour="#1d2733", width=0.22, z=12.0)
        level = bottom + 2.0 * radius
        written = min(level, level_before - 2.6)
        level_before = written
        right = centre_x + largest + 2.0
        sheet.paper.lines(
            [[(centre_x, level), (right, level), (right + 1.5, written)]], colour=GREY, width=0.12, z=11.5
        )
        sheet.paper.text(right + 2.2, written, text, SMALL, role="panel")


def _classes(sheet: Sheet, box: Box, key: ClassKey) -> None:
    sheet.paper.text(box.left, box.top - 2.2, key.title, _TITLE, role="panel")
    bottom, top = box.top - 8.6, box.top - 5.0
    apart = 0.0
    if key.none:
        apart = max(SMALL.width(key.none_label), _NONE_MM) + 5.0
        left = box.right - apart + 4.0
        swatch = Box(left, bottom, left + _NONE_MM, top)
        sheet.paper.box(swatch, face=key.none, edge="#8a939d", width=0.12, z=12.0)
        sheet.paper.text(left, bottom - 2.1, key.none_label, SMALL, role="panel")
    width = (box.width - apart) / len(key.colours)
    for number, colour in enumerate(key.colours):
        left = box.left + number * width
        sheet.paper.box(Box(left, bottom, left + width, top), face=colour, edge="#8a939d", width=0.12, z=12.0)
        if number:
            text = key.limits[number - 1]
            sheet.paper.text(left, bottom - 2.1, text, SMALL, align="center", role="panel")


BLOCK = Block("key", _height, _draw)
