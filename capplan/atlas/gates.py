"""Where demand from outside enters the map: at the gate, or at the side of the frame towards it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import shapely

from capplan.atlas.box import Box
from capplan.atlas.labels import Label, around
from capplan.atlas.paper import Ink
from capplan.atlas.seats import Pin
from capplan.atlas.sheet import View
from capplan.atlas.wrap import lines_of

__all__ = ["gate_label", "gate_places"]

_EDGE = 6.5
_ROOM = 9.0
_CLEAR = 3.0
_STEP = 4.0
_TRIES = 40
_NAME = Ink(7.0, "bold", "#1d2733", halo="#ffffff")
_AMOUNT = Ink(7.0, "regular", "#1d2733", halo="#ffffff")
_NAME_MM = 36.0
_NARROWER = tuple(float(width) for width in range(34, 10, -2))
_FAR, _TURNS = (1.5, 3.0, 5.0, 7.0, 9.0, 12.0, 15.0, 19.0, 23.0), 36
"""How far from its symbol a label may stand [mm], and in how many directions."""


def gate_places(
    view: View, gates: Mapping[str, tuple[float, float]], sizes: Mapping[str, float] | None = None
) -> dict[str, tuple[float, float]]:
    """Return where the symbol of each gate stands on paper [mm].

    Parameters
    ----------
    view
        The window.
    gates
        Position of each gate (lon, lat) [deg], by its id.
    sizes
        Width and height of each symbol [mm], by its id; small ones where none are given.
    """
    taken = [*view.places.taken]
    found: dict[str, tuple[float, float]] = {}
    for name in sorted(gates):
        size = max(_ROOM, (sizes or {}).get(name, 0.0) + _CLEAR)
        box = view.frame.box.grown(-max(_EDGE, size / 2.0))
        x, y = (float(value) for value in view.frame.points([gates[name]])[0])
        if not box.has(x, y) or _hit(x, y, size, taken):
            x, y = _at_side(box, (x, y), size, taken)
        found[name] = (x, y)
        taken.append(Box.around(x, y, size, size))
    return found


def _hit(x: float, y: float, size: float, taken: list[Box]) -> bool:
    room = Box.around(x, y, size, size)
    return any(room.overlap(other) for other in taken)


def _at_side(box: Box, place: tuple[float, float], size: float, taken: list[Box]) -> tuple[float, float]:
    """Return the free point of a frame's side nearest to where the line from its middle to a place leaves it."""
    side = shapely.LinearRing(
        [(box.left, box.bottom), (box.right, box.bottom), (box.right, box.top), (box.left, box.top)]
    )
    middle = np.array(box.centre)
    far = middle + (np.array(place) - middle) * 1000.0
    met = shapely.intersection(side, shapely.LineString([middle, far]))
    start = side.project(shapely.Point(place) if met.is_empty else met)
    for number in range(_TRIES):
        shift = _STEP * ((number + 1) // 2) * (1 if number % 2 else -1)
        point = side.interpolate((start + shift) % side.length)
        if not _hit(point.x, point.y, size, taken):
            return float(point.x), float(point.y)
    point = side.interpolate(start)
    return float(point.x), float(point.y)


def _lines(name: str) -> tuple[tuple[str, Ink], ...]:
    """Return the lines of a name, as narrow as they can be without one more."""
    lines = lines_of(name, _NAME, _NAME_MM, 2)
    for width in _NARROWER:
        narrow = lines_of(name, _NAME, width, 2)
        if len(narrow) != len(lines) or _letters(narrow) != _letters(lines):
            break
        lines = narrow
    return lines


def _letters(lines: tuple[tuple[str, Ink], ...]) -> str:
    return "".join(text for text, _ in lines).replace(" ", "")


def gate_label(name: str, amount: str, place: tuple[float, float], reach: float) -> Label:
    """Return the label of a gate: its name and its amount, beside its symbol, or apart from it with a line to it.

    Parameters
    ----------
    name, amount
        What it says; a long name takes two lines.
    place
        The middle of the symbol [mm].
    reach
        How far the symbol goes [mm].
    """
    label = Label((*_lines(name), (amount, _AMOUNT)), (), rank=0.2, role="gate")
    x, y = place
    width, height = label.size
    aside, off = width / 2.0 - reach, reach + 0.5 + height / 2.0
    aligned = tuple((x + sx * aside, y + sy * off, 1.2) for sx in (1.0, -1.0) for sy in (-1.0, 1.0))
    near = around(x, y, reach, label.size)
    far = (
        (
            x + math.cos(turn) * (reach + away + width / 2.0),
            y + math.sin(turn) * (reach + away + height / 2.0),
            0.0,
        )
        for away in _FAR
        for turn in np.linspace(0.0, 2.0 * math.pi, _TURNS, endpoint=False)
    )
    return replace(label, anchors=(*near, *aligned, *far), rank=0.2 - 0.001 * width, pin=Pin(x, y, reach))
