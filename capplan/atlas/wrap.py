"""Breaking a text into lines: Latin words stay whole, Han characters part anywhere but before closing punctuation."""

from __future__ import annotations

import re

from capplan.atlas.paper import Ink

__all__ = ["wrapped"]

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
