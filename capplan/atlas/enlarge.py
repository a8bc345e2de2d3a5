"""The enlargement: where the symbols of several sites hide one another, and the free corner it fits into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from capplan.atlas.box import Box
from capplan.atlas.frame import Frame, nice_scale

__all__ = ["Crowd", "crowd_of", "enlarged"]

_GAP = 3.0
_TITLE = 6.0
_FOOT = 4.0
_LEAST_ROOM = 8.0
_MOST_TIMES = 8.0
_WIDTHS = tuple(float(width) for width in range(120, 44, -4))
_HEIGHTS = tuple(float(height) for height in range(90, 36, -3))


@dataclass(frozen=True, eq=False)
class Crowd:
    """Sites that hide one another.

    Attributes
    ----------
    members
        Their places in the list of sites.
    centre
        The middle of their extent, in the projection [m].
    width, height
        Their extent [m].
    reach
        Radius of the largest symbol [mm].
    """

    members: tuple[int, ...]
    centre: tuple[float, float]
    width: float
    height: float
    reach: float


def crowd_of(frame: Frame, points: Any, radii: Sequence[float], least: int) -> Crowd | None:
    """Return the largest crowd of symbols, or None where fewer than `least` hide one another.

    Parameters
    ----------
    frame
        The map's window.
    points
        Where the symbols are on paper [mm], shape (site, 2).
    radii
        How large they are [mm].
    least
        How many are a crowd.
    """
    groups: list[set[int]] = []
    for number, (point, radius) in enumerate(zip(points, radii, strict=True)):
        near = {
            other
            for other in range(number)
            if np.hypot(*(points[other] - point)) < 0.95 * (radius + radii[other])
        }
        touching = [group for group in groups if group & near]
        groups = [group for group in groups if group not in touching]
        groups.append(set().union({number}, *touching))
    largest = max(groups, key=lambda group: (len(group), -min(group)), default=set())
    if len(largest) < least:
        return None
    members = tuple(sorted(largest))
    metres = frame.metres(np.asarray(points)[list(members)])
    low, high = metres.min(axis=0), metres.max(axis=0)
    centre = (float(low[0] + high[0]) / 2.0, float(low[1] + high[1]) / 2.0)
    reach = max(radii[member] for member in members)
    return Crowd(members, centre, float(high[0] - low[0]), float(high[1] - low[1]), reach)


def enlarged(frame: Frame, crowd: Crowd, hindrance: Any, taken: Sequence[Box], times: float) -> Frame | None:
    """Return the window that enlarges a crowd most in a free corner, or None where none enlarges it enough.

    Parameters
    ----------
    frame
        The map's window.
    crowd
        The sites to enlarge.
    hindrance
        What a corner must leave free on paper [mm], such as the region.
    taken
        Rectangles that are taken.
    times
        How many times larger it must be at least.
    """
    shapely.prepare(hindrance)
    best: Box | None = None
    least = frame.scale / times
    for width in _WIDTHS:
        for height in _HEIGHTS:
            scale = _scale(frame, crowd, width, height)
            if scale >= least:
                continue
            corner = _free_corner(frame.box, hindrance, taken, (width, height))
            if corner is not None:
                best, least = corner, scale
    if best is None:
        return None
    centre = (crowd.centre[0], crowd.centre[1] + _TITLE / 2.0 * least * frame.zoom / 1000.0)
    return Frame(best, frame.projection, centre, least, frame.zoom)


def _scale(frame: Frame, crowd: Crowd, width: float, height: float) -> float:
    """Return the scale at which a crowd fits, with room for its symbols, a title and a scale bar."""
    room_x, room_y = width - 2.0 * crowd.reach - 4.0, height - 2.0 * crowd.reach - _TITLE - _FOOT
    if min(room_x, room_y) < _LEAST_ROOM:
        return float("inf")
    wanted = max(crowd.width * 1000.0 / room_x, crowd.height * 1000.0 / room_y)
    return nice_scale(max(wanted / frame.zoom, frame.scale / _MOST_TIMES))


def _free_corner(frame: Box, hindrance: Any, taken: Sequence[Box], size: tuple[float, float]) -> Box | None:
    width, height = size
    for left in (frame.right - width - _GAP, frame.left + _GAP):
        for bottom in (frame.bottom + _GAP, frame.top - height - _GAP):
            corner = Box(left, bottom, left + width, bottom + height)
            wide = corner.grown(1.5)
            if not frame.holds(corner) or any(wide.overlap(other) for other in taken):
                continue
            if not shapely.intersects(hindrance, shapely.box(wide.left, wide.bottom, wide.right, wide.top)):
                return corner
    return None
