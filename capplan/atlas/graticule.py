"""Meridians and parallels, named at the sides of the frame."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray

from capplan.atlas.box import Box
from capplan.atlas.frame import Frame
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.projection import wrapped_lon

__all__ = ["degree_text", "draw_graticule", "spacing"]

_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_INK = Ink(7.0, colour="#6b7480")
_LINE = "#9aa3ad"
_POINTS = 60
_POLE = 89.9
_APART = 0.8
"""Least distance between two names [mm]."""


def spacing(span: float) -> float:
    """Return the distance between lines [deg] that divides a span into at most seven parts.

    Examples
    --------
    >>> spacing(9.7), spacing(0.9)
    (2.0, 0.2)
    """
    return next((step for step in _STEPS if span / step <= 7.5), _STEPS[-1])  # noqa: PLR2004


def degree_text(value: float, east: bool) -> str:  # noqa: FBT001
    """Return a meridian's or a parallel's name.

    Examples
    --------
    >>> degree_text(126.0, True), degree_text(-0.5, False), degree_text(181.0, True)
    ('126°E', '0.5°S', '179°W')
    """
    value = float(wrapped_lon(value)) if east else value
    size = round(abs(value), 2)
    if size in {0.0, 180.0}:
        return f"{size:g}°"
    letter = ("E" if value > 0.0 else "W") if east else ("N" if value > 0.0 else "S")
    return f"{size:g}°{letter}"


def draw_graticule(paper: Paper, frame: Frame, *, named: bool = True) -> None:
    """Draw the lines, and their names outside the frame.

    Parameters
    ----------
    paper
        The page.
    frame
        The window.
    named
        Whether the lines are named; small windows have no room for that.
    """
    box = frame.box
    edge = [
        (x, y)
        for share in np.linspace(0.0, 1.0, _POINTS)
        for x, y in (
            (box.left + share * box.width, box.bottom),
            (box.left + share * box.width, box.top),
            (box.left, box.bottom + share * box.height),
            (box.right, box.bottom + share * box.height),
        )
    ]
    degrees = frame.degrees(edge)
    degrees = degrees[np.isfinite(degrees).all(axis=1)]  # a corner may lie beyond the pole
    if not len(degrees):
        return
    (west, south), (east, north) = degrees.min(axis=0), degrees.max(axis=0)
    step = spacing(east - west)
    for lon in np.arange(math.ceil(west / step), math.floor(east / step) + 1) * step:
        lats = np.clip(np.linspace(south - 1.0, north + 1.0, _POINTS), -_POLE, _POLE)
        line = frame.points([(lon, lat) for lat in lats])
        _draw(paper, frame, line, degree_text(float(lon), east=True) if named else "", upright=True)
    step = spacing(north - south)
    for lat in np.arange(math.ceil(south / step), math.floor(north / step) + 1) * step:
        line = frame.points([(lon, lat) for lon in np.linspace(west - 1.0, east + 1.0, _POINTS)])
        _draw(paper, frame, line, degree_text(float(lat), east=False) if named else "", upright=False)


def _draw(paper: Paper, frame: Frame, line: NDArray[np.float64], name: str, *, upright: bool) -> None:
    box = frame.box
    line = line[np.isfinite(line).all(axis=1)]
    if len(line) < 2:  # noqa: PLR2004  (a line has two ends)
        return
    paper.lines([line], colour=_LINE, width=0.12, z=1.6, clip=box, dash=(1.2, 1.0), alpha=0.75)
    if not name:
        return
    room = _INK.width(name) / 2.0 + 1.0
    if upright:
        for side, shift in ((box.bottom, -2.4), (box.top, 2.4)):
            crossing = _crossing(line, [(box.left - 1, side), (box.right + 1, side)])
            if crossing is not None and box.left + room < crossing[0] < box.right - room:
                _name(paper, (crossing[0], side + shift), name, upright=True)
        return
    for side, shift in ((box.left, -2.4), (box.right, 2.4)):
        crossing = _crossing(line, [(side, box.bottom - 1), (side, box.top + 1)])
        if crossing is not None and box.bottom + room < crossing[1] < box.top - room:
            _name(paper, (side + shift, crossing[1]), name, upright=False)


def _name(paper: Paper, place: tuple[float, float], name: str, *, upright: bool) -> None:
    """Write the name of a line where it crosses no other: towards the poles meridians come close together."""
    x, y = place
    size = (_INK.width(name), _INK.em) if upright else (_INK.em, _INK.width(name))
    room = Box.around(x, y, *size).grown(_APART)
    if any(room.overlap(one.box) for one in paper.written if one.role == "graticule"):
        return
    if upright:
        paper.text(x, y, name, _INK, align="center", role="graticule")
    else:
        paper.turned_text(x, y, name, _INK, degrees=90.0)


def _crossing(line: NDArray[np.float64], side: list[tuple[float, float]]) -> tuple[float, float] | None:
    met = shapely.intersection(shapely.LineString(line), shapely.LineString(side))
    if met.is_empty:
        return None
    x, y = shapely.get_coordinates(met)[0]
    return float(x), float(y)
