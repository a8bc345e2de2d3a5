"""A window of the map: a rectangle on paper through which a projected region is seen at a scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from capplan.atlas.box import Box
from capplan.atlas.projection import Projection

__all__ = ["Frame", "nice_scale"]


def nice_scale(denominator: float) -> float:
    """Return the next smaller scale with two significant digits: 1:3,412,000 becomes 1:3,500,000.

    Examples
    --------
    >>> nice_scale(3_412_000.0)
    3500000.0
    """
    step = 10.0 ** (math.floor(math.log10(denominator)) - 1)
    return math.ceil(denominator / step - 1e-9) * step


@dataclass(frozen=True)
class Frame:
    """A rectangle on paper and what is seen in it.

    Attributes
    ----------
    box
        The rectangle [mm].
    projection
        The projection.
    centre
        What is in its middle, in the projection [m].
    scale
        The denominator of the scale on the real page.
    zoom
        Millimetres of the real page for one of the drawn page.
    """

    box: Box
    projection: Projection
    centre: tuple[float, float]
    scale: float
    zoom: float = 1.0

    @classmethod
    def fitted(
        cls,
        box: Box,
        projection: Projection,
        extent: tuple[float, float, float, float],
        *,
        margin: float,
        zoom: float = 1.0,
    ) -> Frame:
        """Return a frame that shows an extent.

        Parameters
        ----------
        box
            The rectangle on paper [mm].
        projection
            The projection.
        extent
            West, south, east and north side of what is to be seen, in the projection [m].
        margin
            Room left at every side [mm].
        zoom
            Millimetres of the real page for one of the drawn page.
        """
        west, south, east, north = extent
        wide = (east - west) * 1000.0 / max(box.width - 2.0 * margin, 1.0)
        high = (north - south) * 1000.0 / max(box.height - 2.0 * margin, 1.0)
        centre = ((west + east) / 2.0, (south + north) / 2.0)
        return cls(box, projection, centre, nice_scale(max(wide, high, 1000.0) / zoom), zoom)

    @property
    def mm_per_metre(self) -> float:
        """Millimetres on the drawn page for a metre of the projection."""
        return 1000.0 / (self.scale * self.zoom)

    def paper(self, metres: ArrayLike) -> NDArray[np.float64]:
        """Return points of the projection [m] as points on paper [mm]."""
        points = np.asarray(metres, dtype=np.float64).reshape(-1, 2)
        return np.asarray((points - self.centre) * self.mm_per_metre + self.box.centre, dtype=np.float64)

    def metres(self, paper: ArrayLike) -> NDArray[np.float64]:
        """Return points on paper [mm] as points of the projection [m]."""
        points = np.asarray(paper, dtype=np.float64).reshape(-1, 2)
        return np.asarray((points - self.box.centre) / self.mm_per_metre + self.centre, dtype=np.float64)

    def points(self, degrees: ArrayLike) -> NDArray[np.float64]:
        """Return points (lon, lat) [deg] as points on paper [mm]."""
        return self.paper(self.projection.project(degrees))

    def degrees(self, paper: ArrayLike) -> NDArray[np.float64]:
        """Return points on paper [mm] as points (lon, lat) [deg]."""
        return self.projection.degrees(self.metres(paper))

    def shapes(self, metres: Any, *, detail_mm: float = 0.04) -> NDArray[np.object_]:
        """Return geometries of the projection [m] as geometries on paper [mm], cut a little outside the frame.

        Parameters
        ----------
        metres
            The geometries.
        detail_mm
            What is smaller than this on paper is left out [mm].
        """
        seen = self.seen(margin=8.0)
        cut = shapely.clip_by_rect(np.asarray(metres, dtype=object), *seen)
        on_paper = shapely.transform(cut, self.paper)
        return np.asarray(shapely.simplify(on_paper, detail_mm, preserve_topology=False), dtype=object)

    def seen(self, *, margin: float = 0.0) -> tuple[float, float, float, float]:
        """Return what is seen, in the projection [m], with a margin on paper [mm] around it."""
        (west, south), (east, north) = self.metres(
            [
                (self.box.left - margin, self.box.bottom - margin),
                (self.box.right + margin, self.box.top + margin),
            ]
        )
        return float(west), float(south), float(east), float(north)
