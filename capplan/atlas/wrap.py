"""Breaking a text into lines: Latin words stay whole, Han characters part anywhere but before closing punctuation."""

from __future__ import annotations

import re
from dataclasses import replace

from capplan.atlas.paper import Ink

__all__ = ["LEAST", "fitted", "wrapped"]

LEAST = 6.2
"""Least size of text on the drawn page [pt]: on the real page it is five points or more."""

_SMALLEST = 0.84
_HAN = 0x2E80

_CLOSING = "，。；：、！？）》”’」】％°"
_OPENING = "（《“‘「【"
_PIECES = re.compile(r"[A-Za-z0-9\-–.,:;/()°%'&+]+ ?|\s|.")


def wrapped(text: str, ink: Ink, room: float) -> list[str]:
    """Return the lines of a text, none wider than the room there is [mm] where that is possible.

    Punctuation that closes never begins a line and punctuation that opens never ends one (GB/T 15834).

    Examples
    --------
    >>> wrapped("规划研究示意图，非官方规划图", Ink(10.0), 26.0)
    ['规划研究示意', '图，非官方规划', '图']
    """
    lines: list[str] = []
    line = ""
    for piece in _units(text):
        if line and ink.width((line + piece).rstrip()) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _units(text: str) -> list[str]:
    """Split a text where a line may end."""
    units: list[str] = []
    for piece in _PIECES.findall(text):
        glued = units and (piece[0] in _CLOSING or units[-1][-1] in _OPENING)
        if glued:
            units[-1] += piece
        else:
            units.append(piece)
    return units


def fitted(text: str, ink: Ink, room: float, *, smallest: float = _SMALLEST) -> tuple[str, Ink]:
    """Return a text not wider than the room there is [mm]: first written smaller, then shortened.

    Parameters
    ----------
    text
        One line.
    ink
        How it looks where there is room.
    room
        The room [mm].
    smallest
        How much smaller it may be written [ratio]; never below `LEAST`.

    Examples
    --------
    >>> fitted("Changchun New Area", Ink(7.6), 12.0)[0]
    'Changch...'
    """
    width = ink.width(text)
    if width <= room:
        return text, ink
    least = min(ink.size, max(LEAST, ink.size * smallest))
    ink = replace(ink, size=max(ink.size * room / width, least))
    if ink.width(text) <= room * 1.001:
        return text, ink
    dots = "…" if any(ord(char) > _HAN for char in text) else "..."
    short = text
    while short and ink.width(short + dots) > room:
        short = short[:-1]
    return short.rstrip() + dots, ink
