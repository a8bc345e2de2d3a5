"""Numbers on symbols: inside where the symbol is large enough and none smaller lies on it, else beside."""

from __future__ import annotations

from collections.abc import Sequence

from capplan.atlas.box import Box
from capplan.atlas.labels import Label, around
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Sheet, View

__all__ = ["write_number"]

_INSIDE_MM = 1.9
_HALO = "#ffffff"


def write_number(
    sheet: Sheet,
    view: View,
    text: str,
    disc: tuple[float, float, float],
    smaller: Sequence[Box] = (),
    *,
    ink: Ink,
    z: float = 8.0,
) -> None:
    """Write a number on or beside a symbol at once, and take its place.

    Parameters
    ----------
    sheet, view
        The map and its window.
    text
        The number.
    disc
        Centre and radius of the symbol [mm].
    smaller
        Symbols that may lie on it [mm].
    ink
        How the number looks inside.
    z
        Drawing order.
    """
    x, y, radius = disc
    placed = []
    inside = Label(((text, ink),), ((x, y, 0.0),), rank=0.0, role="number")
    box = Box.around(x, y, *inside.size)
    if radius >= _INSIDE_MM and not any(box.overlap(other) for other in smaller):
        placed = view.places.place([inside], gap=0.0)
    if not placed:
        beside = Ink(ink.size, "bold", "#1d2733", halo=_HALO)
        size = (beside.width(text), beside.em * 1.12)
        anchors = around(x, y, radius, size) + around(x, y, radius + 1.6, size)
        placed = view.places.place([Label(((text, beside),), anchors, rank=0.0, role="number")], gap=0.2)
    for one in placed:
        one.write(sheet.paper, z=z)
