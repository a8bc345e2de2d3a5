"""Circles whose sectors say what an amount is made of; the area says the amount."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from capplan.atlas.paper import Paper
from capplan.atlas.symbols import marker_shape

__all__ = ["draw_pie", "sector"]

_STEP = math.radians(5.0)
_RIM = "#3a4350"


def sector(x: float, y: float, radius: float, first: float, last: float) -> Any:
    """Return a sector of a circle, clockwise from the top.

    Parameters
    ----------
    x, y
        The centre [mm].
    radius
        Its radius [mm].
    first, last
        Where it begins and ends, as shares of the whole turn [ratio].

    Examples
    --------
    >>> round(sector(0.0, 0.0, 1.0, 0.0, 0.25).area, 2)
    0.78
    """
    turn = 2.0 * math.pi * (last - first)
    angles = (
        math.pi / 2.0 - 2.0 * math.pi * first - np.linspace(0.0, turn, max(2, math.ceil(turn / _STEP) + 1))
    )
    arc = np.column_stack((x + radius * np.cos(angles), y + radius * np.sin(angles)))
    return shapely.Polygon(np.vstack(([(x, y)], arc)))


def draw_pie(
    paper: Paper,
    disc: tuple[float, float, float],
    parts: Sequence[tuple[float, str]],
    *,
    z: float,
    rim: str = _RIM,
    rim_mm: float = 0.14,
    halo_mm: float = 0.3,
) -> None:
    """Draw a circle with a sector for each part: its amount and its colour.

    Parameters
    ----------
    paper
        The page.
    disc
        Its centre and radius [mm].
    parts
        Amounts and colours; the first begins at the top and goes clockwise.
    z
        Drawing order.
    rim, rim_mm
        Colour and width [mm] of the line about it.
    halo_mm
        Width of the light rim outside that line [mm].
    """
    x, y, radius = disc
    whole = marker_shape("circle", x, y, radius)
    if halo_mm:
        paper.shapes([shapely.buffer(whole, halo_mm)], face="#ffffff", z=z)
    total = sum(amount for amount, _ in parts)
    done = 0.0
    shapes, colours = [], []
    for amount, colour in parts:
        if amount > 0.0:
            last = min(done + amount / total, 1.0)
            alone = last - done > 0.9999  # noqa: PLR2004  (a full turn is a circle, without a line from its centre)
            shapes.append(whole if alone else sector(x, y, radius, done, last))
            colours.append(colour)
            done = last
    paper.shapes(shapes, face=colours, edge=rim if len(shapes) > 1 else "none", width=0.08, z=z + 0.004)
    paper.shapes([whole], edge=rim, width=rim_mm, z=z + 0.006)
