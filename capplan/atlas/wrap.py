"""Breaking a text into lines: Latin words stay whole, Han characters part anywhere but before closing punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from capplan.atlas.paper import Ink

__all__ = ["LEAST", "fitted", "lines_of", "unbracketed", "wrapped"]

LEAST = 7.0
"""Least size of text on the drawn page [pt]: on the real page it is six points or more."""

_SMALLEST = 0.84
_HAN = 0x2E80

_CLOSING = "，。；：、！？）》”’」】％°"
_OPENING = "（《“‘「【"
_BRACKET = re.compile(r"\s*[（(][^（）()]*[）)]")
_PIECES = re.compile(r"（[^（）]{1,6}）|[A-Za-z0-9\-–.,:;/()°%'&+]+ ?|\s|.")


def wrapped(text: str, ink: Ink, room: float, *, split: bool = False) -> list[str]:
    """Return the lines of a text, none wider than the room there is [mm] where that is possible.

    Punctuation that closes never begins a line and punctuation that opens never ends one (GB/T 15834).

    Parameters
    ----------
    text
        The text.
    ink
        How it looks.
    room
        The room [mm].
    split
        Whether words that have no room on a line of their own are split: names from data may be anything.

    Examples
    --------
    >>> wrapped("规划研究示意图，非官方规划图", Ink(10.0), 26.0)
    ['规划研究示意', '图，非官方规划', '图']
    """
    lines: list[str] = []
    line = ""
    for piece in (part for unit in _units(text) for part in (_parts(unit, ink, room) if split else [unit])):
        if line and ink.width((line + piece).rstrip()) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def lines_of(text: str, ink: Ink, room: float, most: int = 1) -> tuple[tuple[str, Ink], ...]:
    """Return a name on so many lines at most, each with its look: what finds no room is shortened.

    Parameters
    ----------
    text
        The name.
    ink
        How it looks where there is room.
    room
        The room for a line [mm].
    most
        How many lines there may be.

    Examples
    --------
    >>> [line for line, _ in lines_of("New Area of the River", Ink(7.6), 18.0, 2)]
    ['New Area of', 'the River']
    >>> [line for line, _ in lines_of("Upper Bartholomew-on-the-River", Ink(9.0), 38.0, 2)]
    ['Upper', 'Bartholomew-on-the-River']
    """
    if most > 1 and ink.width(text) > room:
        ink = _for_words(text, ink, room)
        lines = wrapped(text, ink, room, split=True)
        if len(lines) > most:
            lines = [*lines[: most - 1], text[text.find(lines[most - 1], sum(map(len, lines[: most - 1]))) :]]
        return tuple(fitted(line, ink, room, smallest=1.0) for line in lines)
    return (fitted(text, ink, room),)


def unbracketed(text: str, ink: Ink, room: float, others: Iterable[str]) -> str:
    """Return a name without what stands in brackets, where it has no room [mm] else and is not mistaken then.

    Parameters
    ----------
    text
        The name.
    ink
        How it looks where there is room; it may be written smaller, as in `fitted`.
    room
        The room [mm].
    others
        Names that it must be told from.

    Examples
    --------
    >>> names = ["North park (phase 2)", "South park (A)", "South park (B)"]
    >>> [unbracketed(name, Ink(7.6), 20.0, names) for name in names]
    ['North park', 'South park (A)', 'South park (B)']
    """
    short = _BRACKET.sub("", text).strip()
    least = min(ink.size, max(LEAST, ink.size * _SMALLEST))
    if short == text or not short or replace(ink, size=least).width(text) <= room * 1.001:
        return text
    alike = any(other != text and _BRACKET.sub("", other).strip() == short for other in others)
    return text if alike else short


def _for_words(text: str, ink: Ink, room: float) -> Ink:
    """Return how a name is written so that its longest word has room, where a little smaller will do for that."""
    widest = max((ink.width(unit.rstrip()) for unit in _units(text)), default=0.0)
    least = min(ink.size, max(LEAST, ink.size * _SMALLEST))
    return (
        replace(ink, size=ink.size * room / widest * 0.999)
        if room < widest <= room * ink.size / least
        else ink
    )


def _parts(unit: str, ink: Ink, room: float) -> list[str]:
    """Return a unit in pieces that have room, where it has none as a whole."""
    if ink.width(unit.rstrip()) <= room:
        return [unit]
    parts = [""]
    for char in unit:
        if parts[-1] and ink.width(parts[-1] + char) > room:
            parts.append("")
        parts[-1] += char
    return parts


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
    'Changc...'
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
