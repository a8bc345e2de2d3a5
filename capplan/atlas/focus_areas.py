"""The areas of one region of the study region, in a projection of their own, with their neighbours around them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.focus import Region
from capplan.atlas.projection import Projection

__all__ = ["focused"]

_REACH = 2.0
"""How far around the region is kept, in lengths of its longer side [ratio]."""


def focused(areas: Boundaries, region: Region) -> Boundaries:
    """Return the areas of a region; all of them where it has none.

    Parameters
    ----------
    areas
        Those of the study region.
    region
        One of its regions: its areas are those of its administrative code, and those in which its zones lie.
    """
    inside = _rows(areas, region)
    if not inside.any() or inside.all():
        return areas
    kept = areas.counties[inside].reset_index(drop=True)
    projection = _projection(areas, kept)
    near = _near(kept)

    def moved(shapes: Any) -> NDArray[np.object_]:
        cut = shapely.clip_by_rect(np.asarray(shapes, dtype=object), *near)
        return projection.shapes(shapely.transform(cut, areas.projection.degrees))

    counties = kept.set_geometry(moved(kept.geometry.values), crs=projection.crs)
    prefectures = counties.dissolve(by="prefecture_adcode", as_index=False)[["prefecture_adcode", "geometry"]]
    shape = shapely.union_all(prefectures.geometry.values)
    rows = np.cumsum(inside) - 1
    return replace(
        areas,
        projection=projection,
        counties=counties,
        prefectures=prefectures,
        region=shape,
        context=moved(areas.context),
        land=moved(areas.land),
        zone_area={zone: int(rows[row]) for zone, row in areas.zone_area.items() if inside[row]},
        neighbours=_neighbours(areas, moved, shape),
        whole=projection.shapes(shapely.transform([areas.region], areas.projection.degrees))[0],
    )


def _rows(areas: Boundaries, region: Region) -> NDArray[np.bool_]:
    held = np.zeros(len(areas.counties), dtype=bool)
    if region.adcode:
        held |= (areas.counties["prefecture_adcode"].astype(str) == region.adcode).to_numpy()
    held[[row for zone, row in areas.zone_area.items() if zone in region.zones]] = True
    return held


def _projection(areas: Boundaries, kept: gpd.GeoDataFrame) -> Projection:
    outline = shapely.segmentize(shapely.box(*kept.total_bounds), 20_000.0)
    west, south, east, north = shapely.transform(outline, areas.projection.degrees).bounds
    return Projection.suited((west, south, east, north))


def _near(kept: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    west, south, east, north = (float(side) for side in kept.total_bounds)
    reach = _REACH * max(east - west, north - south)
    return west - reach, south - reach, east + reach, north + reach


def _neighbours(areas: Boundaries, moved: Any, shape: Any) -> gpd.GeoDataFrame:
    """Return the other prefectures, each without what belongs to the region."""
    shapes = shapely.difference(moved(areas.prefectures.geometry.values), shapely.buffer(shape, 1.0))
    beside = ~shapely.is_empty(shapes)
    codes = areas.prefectures["prefecture_adcode"].astype(str)
    return gpd.GeoDataFrame({"prefecture_adcode": codes[beside]}, geometry=shapes[beside])
