"""The areas that a map colours: packaged divisions, the case's own, or schematic areas about the zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from capplan.atlas.base_layers import RegionLayers, features, layers_for, packaged, stripped
from capplan.atlas.projection import Projection, extent_of
from capplan.atlas.rows import rows
from capplan.case import Case
from capplan.errors import RenderError
from capplan.messages import msg
from capplan.schema.package import BOUNDARIES_FILE as OWN_FILE

__all__ = ["OWN_FILE", "Boundaries", "boundaries_of"]

_NEAR_M = 20_000.0
_FAR_M = 150_000.0
_NEEDED = ("adcode", "name_zh", "name_en", "prefecture_adcode")


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Areas of a region and what surrounds it, all in the map's projection [m].

    Attributes
    ----------
    projection
        The projection.
    counties
        adcode, name_zh, name_en, prefecture_adcode and the polygon of every area, one coverage.
    prefectures
        The same areas joined by prefecture_adcode.
    region
        All of them as one shape.
    context, land
        Provinces around and the land; without rows where none are packaged.
    zone_area
        The row of `counties` in which a zone lies, by zone_id.
    entry
        The packaged layers' entry of the index, if one was used.
    schematic
        Whether the areas are only drawn about the zones.
    own
        Whether they are the case's own.
    neighbours
        Other prefectures of the study region, which are drawn in grey: prefecture_adcode and polygon.
    whole
        The whole study region, where the areas are a part of it.
    """

    projection: Projection
    counties: gpd.GeoDataFrame
    prefectures: gpd.GeoDataFrame
    region: Any
    context: NDArray[np.object_]
    land: NDArray[np.object_]
    zone_area: Mapping[str, int]
    entry: RegionLayers | None
    schematic: bool = False
    own: bool = False
    neighbours: gpd.GeoDataFrame | None = None
    whole: Any = None

    def area_at(self, degrees: NDArray[np.float64]) -> list[int]:
        """Return the row of `counties` for each point (lon, lat) [deg]: the one around it, else the nearest."""
        return _areas_at(self.counties, self.projection.project(degrees))


def boundaries_of(case: Case) -> Boundaries:
    """Return the areas to draw a case with.

    The case's own file wins, then the layers packaged for the region's administrative code; where there are neither,
    every zone gets the part of the surroundings that is nearest to it.

    Raises
    ------
    RenderError
        If the case has no zones, or its own boundaries cannot be read.
    """
    zones = case.tables["zones"]
    zones = zones[zones["kind"] != "gate"].reset_index(drop=True)
    if zones.empty:
        raise RenderError(msg("the case has no zones to draw"))
    adcode = _region_adcode(case, zones)
    entry = layers_for(adcode)
    own = case.files.get(OWN_FILE)
    if own is not None:
        counties: gpd.GeoDataFrame | None = _own(own)
    else:
        counties = None if entry is None else _packaged_counties(entry, adcode)
    if counties is None:
        return _schematic(zones)
    projection = Projection.suited(extent_of(shapely.get_coordinates(counties.geometry.values)))
    counties = counties.set_geometry(projection.shapes(counties.geometry.values), crs=projection.crs)
    joined = _joined(projection, counties, zones, entry)
    return replace(joined, own=own is not None)


def _region_adcode(case: Case, zones: pd.DataFrame) -> str:
    regions = case.tables["regions"]
    named = regions.loc[regions["region_id"] == case.study.region, "adcode"].dropna().astype(str)
    for code in named:
        if code.strip():
            return str(code).strip()
    codes = [str(code) for code in zones["prefecture_adcode"].dropna() if str(code).strip()]
    return codes[0][:2] + "0000" if codes else ""


def _own(content: bytes) -> gpd.GeoDataFrame:
    counties = features(content, OWN_FILE)
    missing = [name for name in _NEEDED if name not in counties.columns]
    if missing or counties.empty:
        what = ", ".join(missing) or "features"
        raise RenderError(msg("{file} lacks {what}", file=OWN_FILE, what=what))
    return counties


def _packaged_counties(entry: RegionLayers, adcode: str) -> gpd.GeoDataFrame | None:
    counties = packaged(entry.folder, "counties")
    if counties is None:
        raise RenderError(
            msg("the packaged boundaries {folder} are missing: install capplan again", folder=entry.folder)
        )
    inside = counties["adcode"].str.startswith(stripped(adcode))
    return counties[inside].reset_index(drop=True) if inside.any() else None


def _schematic(zones: pd.DataFrame) -> Boundaries:
    degrees = zones[["lon", "lat"]].to_numpy(dtype=np.float64)
    west, south, east, north = extent_of(degrees)
    projection = Projection.suited((west - 0.2, south - 0.2, east + 0.2, north + 0.2))
    points = shapely.points(projection.project(degrees))
    outline = _surroundings(points)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=outline))
    cells = cells if len(cells) else np.array([outline])
    around = [next((cell for cell in cells if shapely.intersects(cell, point)), outline) for point in points]
    shapes = [shapely.intersection(cell, outline) for cell in around]
    counties = gpd.GeoDataFrame(
        {
            "adcode": zones["zone_id"],
            "name_zh": zones["name_zh"],
            "name_en": zones["name_en"],
            "prefecture_adcode": zones["prefecture_adcode"].fillna("").astype(str),
        },
        geometry=shapes,
        crs=projection.crs,
    )
    return replace(_joined(projection, counties, zones, None), schematic=True)


def _surroundings(points: NDArray[np.object_]) -> Any:
    """Return what lies near points [m], reaching further until it is in one piece, or far enough."""
    reach = _NEAR_M
    if len(points) > 1:
        distances = np.array([shapely.distance(point, points) for point in points])
        np.fill_diagonal(distances, np.inf)
        reach = float(np.clip(np.median(distances.min(axis=1)), _NEAR_M / 4.0, _FAR_M))
    outline = shapely.union_all(shapely.buffer(points, reach))
    while outline.geom_type != "Polygon" and reach < _FAR_M:
        reach *= 1.25
        outline = shapely.buffer(shapely.union_all(shapely.buffer(points, reach * 1.5)), -reach * 0.5)
    whole = [shapely.Polygon(part.exterior) for part in shapely.get_parts(outline)]
    return shapely.union_all(whole)


def _joined(
    projection: Projection,
    counties: gpd.GeoDataFrame,
    zones: pd.DataFrame,
    entry: RegionLayers | None,
) -> Boundaries:
    prefectures = counties.dissolve(by="prefecture_adcode", as_index=False)[["prefecture_adcode", "geometry"]]
    around = {name: None if entry is None else packaged(entry.folder, name) for name in ("context", "land")}
    shapes = {
        name: np.array([], dtype=object) if layer is None else projection.shapes(layer.geometry.values)
        for name, layer in around.items()
    }
    return Boundaries(
        projection=projection,
        counties=counties,
        prefectures=prefectures,
        region=shapely.union_all(prefectures.geometry.values),
        context=shapes["context"],
        land=shapes["land"],
        zone_area=_zone_areas(zones, counties, projection),
        entry=entry,
    )


def _zone_areas(zones: pd.DataFrame, counties: gpd.GeoDataFrame, projection: Projection) -> dict[str, int]:
    """Give a county's zone the area of its name in its prefecture, any other zone the area that it lies in."""
    by_name = {
        (str(row.prefecture_adcode), str(row.name_zh)): number for number, row in enumerate(rows(counties))
    }
    by_place = _areas_at(counties, projection.project(zones[["lon", "lat"]].to_numpy(dtype=np.float64)))
    names = zip(
        zones["zone_id"], zones["prefecture_adcode"].astype(str), zones["name_zh"], by_place, strict=True
    )
    return {str(zone): by_name.get((prefecture, name), place) for zone, prefecture, name, place in names}


def _areas_at(counties: gpd.GeoDataFrame, metres: NDArray[np.float64]) -> list[int]:
    if not len(metres):
        return []
    tree = shapely.STRtree(counties.geometry.values)
    return [int(row) for row in tree.query_nearest(shapely.points(metres), all_matches=False)[1]]
