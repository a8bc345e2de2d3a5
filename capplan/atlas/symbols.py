"""Proportional symbols: the shape says the kind, the area says the size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field

from capplan.atlas.base_layers import Phrase
from capplan.atlas.paper import Paper

__all__ = ["Marker", "SymbolScale", "draw_marker", "marker_shape", "nice_below"]

Shape = Literal["circle", "hexagon", "diamond", "square", "triangle", "pentagon"]

_CORNERS: Mapping[str, tuple[int, float]] = MappingProxyType(
    {
        "circle": (72, 0.0),
        "hexagon": (6, 30.0),
        "pentagon": (5, 90.0),
        "diamond": (4, 90.0),
        "square": (4, 45.0),
        "triangle": (3, 90.0),
    }
)


class Marker(BaseModel):
    """How a kind of facility looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    shape: Shape
    face: str
    edge: str = "#ffffff"
    ink: str = "#ffffff"
    label: Phrase


class SymbolScale(BaseModel):
    """How large symbols are: the area is in proportion to the amount, down to the least size."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    largest_mm: float = Field(gt=0.0, description="Radius of a circle for the largest amount [mm]")
    least_mm: float = Field(gt=0.0, description="Least radius [mm]")

    def radius(self, amount: float, largest: float) -> float:
        """Return the radius [mm] of the circle for an amount, where `largest` is the largest one."""
        share = max(amount, 0.0) / largest if largest > 0.0 else 0.0
        return max(self.least_mm, self.largest_mm * math.sqrt(share))


def marker_shape(shape: str, x: float, y: float, radius: float) -> Any:
    """Return a symbol of the same area as a circle of that radius [mm] about a point [mm].

    Examples
    --------
    >>> round(marker_shape("square", 0.0, 0.0, 1.0).area, 3)
    3.142
    """
    corners, turn = _CORNERS[shape]
    angles = np.radians(turn + 360.0 / corners * np.arange(corners))
    area = corners / 2.0 * math.sin(2.0 * math.pi / corners)
    reach = radius * math.sqrt(math.pi / area)
    return shapely.Polygon(np.column_stack((x + reach * np.cos(angles), y + reach * np.sin(angles))))


def draw_marker(
    paper: Paper, marker: Marker, x: float, y: float, radius: float, *, z: float, **more: Any
) -> None:
    """Draw a symbol with a light rim and a thin dark line around it, so that neighbours stay apart."""
    shape = marker_shape(marker.shape, x, y, radius)
    rim = 0.22 if radius < 1.6 else 0.34  # noqa: PLR2004  (a small symbol would drown in its rim)
    paper.shapes([shapely.buffer(shape, rim)], face=marker.edge, edge="#3a4350", width=0.12, z=z, **more)
    paper.shapes([shape], face=marker.face, z=z + 0.01, **more)


def nice_below(amount: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, ... that is not above an amount.

    Examples
    --------
    >>> nice_below(38.7), nice_below(0.3)
    (20.0, 0.2)
    """
    power = 10.0 ** math.floor(math.log10(amount))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= amount * (1.0 + 1e-9))
