"""The legend: kinds of facilities, sizes, lines, classes of areas."""

from __future__ import annotations

import numpy as np

from capplan.atlas.box import Box
from capplan.atlas.facts import KINDS
from capplan.atlas.panels._block import GREY, HEADING_MM, INK, SMALL, Block, heading
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import ClassKey, LineKey, Sheet
from capplan.atlas.symbols import draw_marker, nice_below
from capplan.atlas.words import figure, word
from capplan.atlas.wrap import fitted

_ROW = 5.3
_KEY = 9.0
_KIND_KEY = 6.4
_ONE_COLUMN = 3
_APART = 2.6
_NOTE = 4.0
_CLASS_MM = 14.0
_DRAWS_KINDS = ("sites", "buildout")
"""Layers that draw sites by kind and size."""
_SIZE_SHARES = (1.0, 0.25, 0.05)


def _kinds(sheet: Sheet) -> list[str]:
    """Return the kinds that the map draws, one of those that look and are called alike."""
    shown = {kind for site in sheet.facts.sites for kind in site.kinds} if _drawn(sheet) else set()
    looks = {sheet.marker(kind): kind for kind in reversed(KINDS) if kind in shown}
    return [kind for kind in KINDS if kind in looks.values()]


def _drawn(sheet: Sheet) -> bool:
    return any(layer.get("draw") in _DRAWS_KINDS for layer in sheet.style.layers)


def _line_rows(sheet: Sheet) -> int:
    return (len(sheet.line_keys) + 1) // 2


def _kind_rows(sheet: Sheet) -> int:
    """Return how many rows the kinds take: two stand beside each other where there are many."""
    count = len(_kinds(sheet))
    return count if count <= _ONE_COLUMN else (count + 1) // 2


def _note(sheet: Sheet) -> str:
    """Return what must be said of the symbols in words."""
    if sheet.notes:
        return sheet.notes[0]
    if not _kinds(sheet):
        return ""
    badges = any(layer.get("draw") == "sites" for layer in sheet.style.layers)
    return word("small_symbols", sheet.lang) if badges else ""


def _top_height(sheet: Sheet) -> float:
    largest = _largest(sheet)
    circles = 2.0 * sheet.radius(nice_below(largest)) + 8.5 if largest > 0.0 else 0.0
    return max(_kind_rows(sheet) * _ROW + (_NOTE if _note(sheet) else 0.0), circles)


def _largest(sheet: Sheet) -> float:
    return sheet.facts.largest_mw if _drawn(sheet) else 0.0


def _height(sheet: Sheet) -> float:
    classes = _CLASS_MM * len(sheet.class_keys)
    return HEADING_MM + _top_height(sheet) + 1.0 + _line_rows(sheet) * _ROW + 1.5 + classes + 1.0


def _draw(sheet: Sheet, box: Box) -> None:
    y = heading(sheet, box, word("legend", sheet.lang))
    circles = _sizes(sheet, box, y)
    rows = _kind_rows(sheet)
    widths = _column_widths(sheet, rows, circles - box.left)
    for number, kind in enumerate(_kinds(sheet)):
        column, row = divmod(number, rows)
        left, centre, width = box.left + sum(widths[:column]), y - (row + 0.5) * _ROW, widths[column]
        marker = sheet.marker(kind)
        draw_marker(sheet.paper, marker, left + 3.0, centre, 1.05 if kind == "edge" else 1.7, z=12.0)
        text, ink = fitted(marker.label.in_(sheet.lang), INK, width - _KIND_KEY - 1.0)
        sheet.paper.text(left + _KIND_KEY, centre, text, ink, role="panel")
    note, small = fitted(_note(sheet), SMALL, circles - box.left - 1.0)
    if note:
        sheet.paper.text(box.left, y - rows * _ROW - 1.6, note, small, role="panel")
    y -= _top_height(sheet) + 1.0
    half = box.width / 2.0
    for number, key in enumerate(sheet.line_keys):
        column, row = divmod(number, _line_rows(sheet))
        _line(sheet, box.left + column * half, y - (row + 0.5) * _ROW, key)
    y -= _line_rows(sheet) * _ROW + 1.5
    for classes in sheet.class_keys:
        _classes(sheet, Box(box.left, y - _CLASS_MM, box.right, y), classes)
        y -= _CLASS_MM


def _column_widths(sheet: Sheet, rows: int, room: float) -> list[float]:
    """Return the widths of the columns of kinds [mm]: alike, unless a long name needs more than its part."""
    labels = [sheet.marker(kind).label.in_(sheet.lang) for kind in _kinds(sheet)]
    needs = [
        max(INK.width(label) for label in labels[first : first + rows]) + _KIND_KEY + 1.0
        for first in range(0, len(labels), max(rows, 1))
    ]
    even = room / max(len(needs), 1)
    if all(need <= even for need in needs):
        return [even for _ in needs]
    return [need * room / sum(needs) for need in needs]


def _sizes(sheet: Sheet, box: Box, top: float) -> float:
    """Draw nested circles that stand on one line, each with its amount; return where they begin [mm]."""
    if _largest(sheet) <= 0.0:
        return box.right
    largest = nice_below(_largest(sheet))
    amounts = list(dict.fromkeys(nice_below(largest * share) for share in _SIZE_SHARES))
    radius = sheet.radius(largest)
    amounts = _apart(sheet, amounts)
    centre_x, bottom = box.right - 12.0 - radius, top - 6.5 - 2.0 * radius
    title = word("size_legend", sheet.lang)
    right = min(box.right, centre_x + radius + 10.0)
    sheet.paper.text(right, top - _ROW / 2.0, title, SMALL, align="right", role="panel")
    for amount in amounts:
        own = sheet.radius(amount)
        angles = np.linspace(0.0, 2.0 * np.pi, 90)
        ring = np.column_stack((centre_x + own * np.cos(angles), bottom + own + own * np.sin(angles)))
        sheet.paper.lines([ring], colour="#1d2733", width=0.22, z=12.0)
        level = bottom + 2.0 * own
        sheet.paper.lines(
            [[(centre_x, level), (centre_x + radius + 2.0, level)]], colour=GREY, width=0.12, z=11.5
        )
        sheet.paper.text(centre_x + radius + 2.8, level, figure(amount, 1), SMALL, role="panel")
    return min(centre_x - radius, right - SMALL.width(title)) - 2.0


def _apart(sheet: Sheet, amounts: list[float]) -> list[float]:
    """Return the amounts whose circles end far enough from one another for their figures."""
    kept: list[float] = []
    for amount in amounts:
        if not kept or 2.0 * (sheet.radius(kept[-1]) - sheet.radius(amount)) >= _APART:
            kept.append(amount)
    return kept


def _line(sheet: Sheet, left: float, y: float, key: LineKey) -> None:
    line = [[(left, y), (left + 7.5, y)]]
    if key.casing:
        sheet.paper.lines(line, colour=key.casing, width=key.width + 0.7, z=11.5)
    sheet.paper.lines(line, colour=key.colour, width=key.width, dash=key.dash, z=12.0)
    sheet.paper.text(left + _KEY, y, key.label, INK, role="panel")


def _classes(sheet: Sheet, box: Box, key: ClassKey) -> None:
    sheet.paper.text(box.left, box.top - 2.2, key.title, Ink(7.2), role="panel")
    width = box.width / len(key.colours)
    bottom, top = box.top - 8.6, box.top - 5.0
    for number, colour in enumerate(key.colours):
        left = box.left + number * width
        sheet.paper.box(Box(left, bottom, left + width, top), face=colour, edge="#8a939d", width=0.12, z=12.0)
        if number:
            text = key.limits[number - 1]
            sheet.paper.text(left, bottom - 2.1, text, SMALL, align="center", role="panel")


BLOCK = Block("legend", _height, _draw)
