"""Which packaged base layers serve a region, and their reading."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Literal

import geopandas as gpd
import shapely
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from capplan import resources
from capplan.atlas.projection import Bounds
from capplan.errors import RenderError, packaged_file
from capplan.messages import msg
from capplan.phrases import Phrase

__all__ = ["Locator", "Phrase", "Place", "RegionLayers", "features", "layers_for", "packaged", "stripped"]

INDEX = "layers.yaml"


class Place(BaseModel):
    """A name around the region, with points (lon, lat) [deg] to try in turn."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["province", "country", "sea"]
    zh: str
    en: str
    points: tuple[tuple[float, float], ...] = Field(min_length=1)


class Locator(BaseModel):
    """What the small map shows: its extent [deg] and its title."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bounds: Bounds
    title: Phrase


class RegionLayers(BaseModel):
    """One entry of the index of base layers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    prefix: str = Field(pattern=r"^\d{2,6}$")
    folder: str
    source: Phrase
    locator: Locator | None = None
    places: tuple[Place, ...] = ()


class _Index(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    regions: tuple[RegionLayers, ...]


def stripped(adcode: str) -> str:
    """Return an administrative code without the pairs of zeros at its end.

    Examples
    --------
    >>> stripped("220000"), stripped("222400"), stripped("420106")
    ('22', '2224', '420106')
    """
    code = adcode.strip()
    while len(code) > 2 and code.endswith("00"):  # noqa: PLR2004  (two digits are a province)
        code = code[:-2]
    return code


def layers_for(adcode: str) -> RegionLayers | None:
    """Return the entry of the index that serves the region of an administrative code, or None.

    Raises
    ------
    RenderError
        If the index is missing or broken.
    """
    code = stripped(adcode)
    if not code:
        return None
    fitting = [
        entry for entry in _index().regions if code.startswith(entry.prefix) or entry.prefix.startswith(code)
    ]
    return max(fitting, key=lambda entry: len(entry.prefix), default=None)


@cache
def _index() -> _Index:
    try:
        return _Index.model_validate(yaml.safe_load(resources.read_text("maps", INDEX)))
    except (OSError, yaml.YAMLError, ValidationError) as fault:
        raise RenderError(packaged_file(INDEX, fault)) from fault


def _mended(shape: Any) -> Any:
    """Return a polygon that crosses itself as polygons that do not: others could not be joined or cut."""
    if shape is None or shape.is_valid:
        return shape
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def packaged(folder: str, name: str) -> gpd.GeoDataFrame | None:
    """Return a packaged layer in EPSG:4326, or None where the folder has no such layer."""
    try:
        content = resources.read_bytes("maps", f"{folder}/{name}.geojson")
    except FileNotFoundError:
        return None
    return features(content, f"maps/{folder}/{name}.geojson")


def features(content: bytes, file: str) -> gpd.GeoDataFrame:
    """Return the polygons of a GeoJSON file with their properties.

    Parameters
    ----------
    content
        The file.
    file
        Its name, for what is said when it cannot be read.

    Raises
    ------
    RenderError
        If it is no feature collection of polygons.
    """
    try:
        found: list[dict[str, Any]] = json.loads(content)["features"]
        shapes = [_mended(shapely.from_geojson(json.dumps(item["geometry"]))) for item in found]
        properties = [dict(item.get("properties") or {}) for item in found]
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as fault:
        raise RenderError(
            msg("{file} is no GeoJSON feature collection: {reason}", file=file, reason=str(fault))
        ) from fault
    if not all(shape is not None and shape.geom_type in {"Polygon", "MultiPolygon"} for shape in shapes):
        raise RenderError(msg("{file} holds other shapes than polygons", file=file))
    return gpd.GeoDataFrame(properties, geometry=shapes, crs="EPSG:4326")
