"""Where demand from outside enters the map: at the gate, or at the side of the frame towards it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from capplan.atlas.box import Box
from capplan.atlas.sheet import View

__all__ = ["gate_places"]

_EDGE = 6.5
_ROOM = 9.0
_STEP = 4.0
_TRIES = 40


def gate_places(view: View, gates: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return where the symbol of each gate stands on paper [mm].

    Parameters
    ----------
    view
        The window.
    gates
        Position of each gate (lon, lat) [deg], by its id.
    """
    box = view.frame.box.grown(-_EDGE)
    side = shapely.LinearRing(
        [(box.left, box.bottom), (box.right, box.bottom), (box.right, box.top), (box.left, box.top)]
    )
    taken = [*view.places.taken]
    found: dict[str, tuple[float, float]] = {}
    for name in sorted(gates):
        x, y = (float(value) for value in view.frame.points([gates[name]])[0])
        inside = box.has(x, y)
        if not inside or _hit(x, y, taken):
            x, y = _at_side(side, box, (x, y), taken)
        found[name] = (x, y)
        taken.append(Box.around(x, y, _ROOM, _ROOM))
    return found


def _hit(x: float, y: float, taken: list[Box]) -> bool:
    room = Box.around(x, y, _ROOM, _ROOM)
    return any(room.overlap(other) for other in taken)


def _at_side(
    side: shapely.LinearRing, box: Box, place: tuple[float, float], taken: list[Box]
) -> tuple[float, float]:
    """Return the free point of the frame's side nearest to where the line from its middle to a place leaves it."""
    middle = np.array(box.centre)
    far = middle + (np.array(place) - middle) * 1000.0
    met = shapely.intersection(side, shapely.LineString([middle, far]))
    start = side.project(shapely.Point(place) if met.is_empty else met)
    for number in range(_TRIES):
        shift = _STEP * ((number + 1) // 2) * (1 if number % 2 else -1)
        point = side.interpolate((start + shift) % side.length)
        if not _hit(point.x, point.y, taken):
            return float(point.x), float(point.y)
    point = side.interpolate(start)
    return float(point.x), float(point.y)
