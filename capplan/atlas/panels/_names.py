"""Names in tables: one that is too long for its place takes two lines where the table has the room, before it is cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from capplan.atlas.paper import Ink, Paper
from capplan.atlas.wrap import LEAST, fitted, lines_of, unbracketed

__all__ = ["MORE", "is_long", "name_lines", "row_heights", "write_name"]

MORE = 1.8
"""By how much a row with a name on two lines is higher [mm]."""

_APART = 2.6


def is_long(text: str, ink: Ink, room: float, others: Iterable[str] = ()) -> bool:
    """Return whether a name would be cut on one line.

    Parameters
    ----------
    text
        The name.
    ink
        How it looks where there is room.
    room
        The room [mm].
    others
        Names that it must be told from where it is written without its brackets.
    """
    short = unbracketed(text, ink, room, others)
    return fitted(short, ink, room)[0] != short


def name_lines(
    text: str, ink: Ink, room: float, others: Iterable[str] = (), *, tall: bool = False
) -> tuple[tuple[str, Ink], ...]:
    """Return the lines of a name, each with its look: two only where it would be cut on one, and its row is tall.

    Parameters
    ----------
    text
        The name.
    ink
        How it looks where there is room.
    room
        The room [mm].
    others
        Names that it must be told from where it is written without its brackets.
    tall
        Whether its row has room for two lines.

    Examples
    --------
    >>> [line for line, _ in name_lines("Green compute park", Ink(7.6), 18.0, tall=True)]
    ['Green compute', 'park']
    """
    if not tall or not is_long(text, ink, room, others):
        return (fitted(unbracketed(text, ink, room, others), ink, room),)
    small = replace(ink, size=min(ink.size, LEAST))
    whole = lines_of(text, small, room, 2)
    if _letters(line for line, _ in whole) == _letters([text]):
        return whole
    return lines_of(unbracketed(text, ink, room, others), small, room, 2)


def _letters(lines: Iterable[str]) -> str:
    return "".join("".join(line.split()) for line in lines)


def row_heights(long: Sequence[bool], room: float, highest: float, least: float) -> list[float]:
    """Return the height of each row of a table [mm]: rows with long names are higher, the first ones where not all can.

    Parameters
    ----------
    long
        Whether a row has a name that is too long for one line.
    room
        The room for all [mm].
    highest, least
        Height of a row with short names, at most and at least [mm].

    Examples
    --------
    >>> row_heights([False, True, True], 15.0, 4.4, 4.0)
    [4.0, 5.8, 4.0]
    """
    count = max(len(long), 1)
    height = min(highest, max(least, (room - MORE * sum(long)) / count))
    most = int((room - count * height) / MORE + 1e-6)
    found = []
    for one in long:
        found.append(height + (MORE if one and most > 0 else 0.0))
        most -= one
    return found


def write_name(paper: Paper, x: float, y: float, lines: Sequence[tuple[str, Ink]]) -> None:
    """Write a name about a height [mm], beginning at a point [mm]."""
    for number, (text, ink) in enumerate(lines):
        if text:
            paper.text(x, y + _APART * (0.5 * (len(lines) - 1) - number), text, ink, role="panel")
