"""The page's map: areas, borders, surroundings and positions as whole numbers on an equal-area plane, y downwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from capplan.atlas.boundaries import Boundaries, boundaries_of

if TYPE_CHECKING:
    from capplan.case import Case

__all__ = ["Geometry", "geometry_of"]

LONGEST = 10_000
"""Length of the region's longer side [map unit]."""

MOST_POINTS = 60_000
"""Points that the outlines of all areas may have together."""

_TOLERANCE = 9.0
_COARSEST = 120.0
_MARGIN = 0.10
_AROUND = 0.75

Ring = list[int]
"""A line: x and y of its first point, then the steps to each next one [map unit]."""


@dataclass(frozen=True, eq=False)
class Geometry:
    """The plane of the page's map.

    Attributes
    ----------
    boundaries
        The areas in the map's projection [m].
    scale
        Metres of one map unit.
    left, top
        The corner of the plane in the projection [m].
    size
        Width and height of what is always seen [map unit].
    """

    boundaries: Boundaries
    scale: float
    left: float
    top: float
    size: tuple[int, int]

    def points(self, degrees: Any) -> list[list[int]]:
        """Return points (lon, lat) [deg] on the plane; one that lies outside stands on the frame, in its direction."""
        xy = self._flat(self.boundaries.projection.project(degrees))
        half = np.array(self.size) / 2.0
        away = xy - half
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.nanmax(np.abs(away) / half, axis=1)
        pulled = np.where((reach > 1.0)[:, None], away / np.maximum(reach, 1.0)[:, None], away) + half
        return [[int(x), int(y)] for x, y in np.rint(pulled)]

    def outside(self, degrees: Any) -> list[bool]:
        """Return whether each point (lon, lat) [deg] lies outside the plane."""
        metres = self.boundaries.projection.project(degrees)
        flat = self._flat(metres)
        inside = (flat >= 0.0) & (flat <= np.array(self.size))
        return [not bool(both) for both in np.asarray(inside.all(axis=1))]

    def rings(self, shapes: Any) -> list[list[Ring]]:
        """Return the outlines of shapes [m], every hole included, or lines."""
        flat = shapely.transform(np.asarray(shapes, dtype=object), self._flat)
        return [_rings(shape) for shape in flat]

    def document(self) -> dict[str, Any]:
        """Return the areas, joined borders and surroundings as the page wants them."""
        bounds = self.boundaries
        shapes = np.asarray(bounds.counties.geometry.values, dtype=object)
        simple = self._simple(shapes)
        codes = bounds.counties["prefecture_adcode"].astype(str).to_numpy()
        groups = list(dict.fromkeys(codes))
        joined = [shapely.union_all(simple[codes == code]) for code in groups]
        region = shapely.union_all(joined)
        anchors = [shapely.point_on_surface(shape) for shape in simple]
        around = self._surroundings()
        return {
            "size": list(self.size),
            "unit_m": round(self.scale, 3),
            "areas": [
                {"n": [str(zh), str(en)], "p": groups.index(code), "r": rings, "a": self._place(anchor)}
                for zh, en, code, rings, anchor in zip(
                    bounds.counties["name_zh"],
                    bounds.counties["name_en"],
                    codes,
                    self.rings(simple),
                    anchors,
                    strict=True,
                )
            ],
            "groups": [
                {"code": code, "r": rings, "a": self._place(_middle(shape))}
                for code, rings, shape in zip(groups, self.rings(joined), joined, strict=True)
            ],
            "region": self.rings([region])[0],
            "around": self.rings(around),
            "land": bool(len(bounds.land) or len(bounds.context)),
        }

    def _simple(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return a coverage [m] with no more points than a page bears, as exact as that allows."""
        tolerance = _TOLERANCE
        found = shapely.coverage_simplify(shapes, tolerance * self.scale)
        while int(shapely.get_num_coordinates(found).sum()) > MOST_POINTS and tolerance < _COARSEST:
            tolerance *= 1.6
            found = shapely.coverage_simplify(shapes, tolerance * self.scale)
        return np.asarray(found, dtype=object)

    def areas_at(self, degrees: NDArray[np.float64]) -> list[int]:
        """Return the area about every point (lon, lat) [deg], or the nearest one."""
        return self.boundaries.area_at(degrees)

    def _flat(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(
            ((metres[:, 0] - self.left) / self.scale, (self.top - metres[:, 1]) / self.scale)
        )

    def _place(self, point: Any) -> list[int]:
        x, y = self._flat(shapely.get_coordinates(point))[0]
        return [round(float(x)), round(float(y))]

    def _surroundings(self) -> list[Any]:
        """Return the land around, cut to what a wide window can show; provinces' borders where they are packaged."""
        bounds = self.boundaries
        shapes = bounds.context if len(bounds.context) else bounds.land
        if not len(shapes):
            return []
        wide, high = (length * self.scale for length in self.size)
        box = shapely.box(
            self.left - _AROUND * wide,
            self.top - high - _AROUND * high,
            self.left + wide + _AROUND * wide,
            self.top + _AROUND * high,
        )
        if len(bounds.land):
            shapes = np.concatenate((bounds.land, shapes)) if len(bounds.context) else bounds.land
        cut = [shapely.intersection(shapely.make_valid(shape), box) for shape in shapes]
        return [
            shapely.simplify(shape, 12.0 * self.scale, preserve_topology=True)
            for shape in cut
            if not shape.is_empty
        ]


def geometry_of(case: Case) -> Geometry:
    """Return the plane for a case.

    Raises
    ------
    RenderError
        If the case has no zones, or its own boundaries cannot be read.
    """
    boundaries = boundaries_of(case)
    west, south, east, north = (float(side) for side in shapely.bounds(boundaries.region))
    scale = max(east - west, north - south) / LONGEST or 1.0
    margin = _MARGIN * LONGEST
    size = (round((east - west) / scale + 2 * margin), round((north - south) / scale + 2 * margin))
    return Geometry(boundaries, scale, west - margin * scale, north + margin * scale, size)


def _middle(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    return shapely.point_on_surface(max(parts, key=shapely.area)) if len(parts) else shapely.Point(0, 0)


def _rings(shape: Any) -> list[Ring]:
    lines: list[Any] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            lines += [part.exterior, *part.interiors]
        elif part.geom_type == "LineString":
            lines.append(part)
    found = (_steps(np.rint(shapely.get_coordinates(line)).astype(int)) for line in lines)
    return [ring for ring in found if len(ring) > 4]  # noqa: PLR2004  (fewer than three points enclose nothing)


def _steps(points: NDArray[np.int_]) -> Ring:
    moved = np.ones(len(points), dtype=bool)
    moved[1:] = np.any(points[1:] != points[:-1], axis=1)
    kept = points[moved]
    return [int(value) for value in np.concatenate((kept[:1], np.diff(kept, axis=0))).ravel()]
