"""The equal-area projection of a region: Albers with parallels a sixth inside its extent (Deetz and Adams 1934)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod, Transformer

__all__ = ["Bounds", "Projection", "extent_of", "geodesic_km", "wrapped_lon"]

Bounds = tuple[float, float, float, float]
"""West, south, east and north [deg]."""

_GEOD = Geod(ellps="WGS84")


def geodesic_km(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the shortest distance on the ellipsoid between two points (lon, lat) [deg], in kilometres.

    Examples
    --------
    >>> round(geodesic_km((125.0, 43.0), (125.0, 44.0)), 1)
    111.1
    """
    return float(_GEOD.inv(*start, *end)[2]) / 1000.0


def wrapped_lon(lon: Any) -> Any:
    """Return longitudes as those from -180 up to, but without, 180 [deg].

    Examples
    --------
    >>> float(wrapped_lon(190.0)), float(wrapped_lon(-30.0))
    (-170.0, -30.0)
    """
    return (np.asarray(lon, dtype=np.float64) + 180.0) % 360.0 - 180.0


def extent_of(degrees: ArrayLike) -> Bounds:
    """Return west, south, east and north of points (lon, lat) [deg]; east of 180 where they lie about that meridian.

    Examples
    --------
    >>> extent_of([(179.0, 66.0), (-178.0, 68.0)])
    (179.0, 66.0, 182.0, 68.0)
    """
    points = np.asarray(degrees, dtype=np.float64).reshape(-1, 2)
    lon, lat = points[:, 0], points[:, 1]
    around = lon % 360.0
    if np.ptp(lon) > 180.0 and np.ptp(around) < np.ptp(lon):  # noqa: PLR2004  (half of the globe)
        lon = around
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


@dataclass(frozen=True)
class Projection:
    """Albers equal-area conic on WGS-84.

    Attributes
    ----------
    south, north
        Standard parallels [deg].
    meridian
        Central meridian [deg].

    Examples
    --------
    >>> Projection.suited((121.6, 40.9, 131.3, 46.3)).meridian
    126.5
    """

    south: float
    north: float
    meridian: float

    @classmethod
    def suited(cls, bounds: Bounds) -> Projection:
        """Return the projection for a region of that extent, its figures rounded so that they can be printed."""
        west, south, east, north = bounds
        sixth = (north - south) / 6.0
        low, high = round(south + sixth, 1), round(north - sixth, 1)
        if abs(low + high) < 0.2:  # noqa: PLR2004  (a cone about the equator has no tip)
            high = low + 0.3
        return cls(low, high, float(wrapped_lon(round((west + east) / 2.0 * 2.0) / 2.0)))

    @cached_property
    def crs(self) -> CRS:
        """The coordinate reference system [m]."""
        middle = (self.south + self.north) / 2.0
        return CRS.from_proj4(
            f"+proj=aea +lat_1={self.south} +lat_2={self.north} +lat_0={middle} +lon_0={self.meridian}"
            " +datum=WGS84 +units=m +no_defs"
        )

    @cached_property
    def _forward(self) -> Transformer:
        return Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    def project(self, degrees: ArrayLike) -> NDArray[np.float64]:
        """Return points (lon, lat) [deg] as points (x, y) [m], shape (n, 2)."""
        points = np.asarray(degrees, dtype=np.float64).reshape(-1, 2)
        return np.column_stack(self._forward.transform(points[:, 0], points[:, 1]))

    def degrees(self, metres: ArrayLike) -> NDArray[np.float64]:
        """Return points (x, y) [m] as points (lon, lat) [deg], shape (n, 2).

        Longitudes are those within 180 degrees of the central meridian, so that none jumps within a region.
        """
        points = np.asarray(metres, dtype=np.float64).reshape(-1, 2)
        lon, lat = self._forward.transform(points[:, 0], points[:, 1], direction="INVERSE")
        lon = np.where(lon > self.meridian + 180.0, lon - 360.0, lon)
        return np.column_stack((np.where(lon < self.meridian - 180.0, lon + 360.0, lon), lat))

    def shapes(self, geometries: Any) -> NDArray[np.object_]:
        """Return geometries in degrees as geometries in metres."""
        return np.asarray(shapely.transform(np.asarray(geometries, dtype=object), self.project), dtype=object)

    def metres_per_map_metre(self, lon: float, lat: float) -> float:
        """Return how many metres of the ground one metre of the map is, eastwards at a point (lon, lat) [deg]."""
        east = _GEOD.fwd(lon, lat, 90.0, 1000.0)
        west = _GEOD.fwd(lon, lat, 270.0, 1000.0)
        ends = self.project([west[:2], east[:2]])
        return 2000.0 / float(math.hypot(*(ends[1] - ends[0])))

    def north_at(self, lon: float, lat: float) -> float:
        """Return the direction of true north at a point, counter-clockwise from the page's upward direction [deg]."""
        start, end = self.project([(lon, lat), (lon, lat + 0.01)])
        return math.degrees(math.atan2(start[0] - end[0], end[1] - start[1]))
