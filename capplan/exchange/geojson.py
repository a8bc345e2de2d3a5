"""GeoJSON (RFC 7946) of a layer: WGS-84, one feature per row, properties in the order of the columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely.geometry

from capplan.exchange.plain import write_json

__all__ = ["write_geojson"]


def write_geojson(
    path: Path, layer: gpd.GeoDataFrame, *, name: str, identity: str | None, indent: int | None = 2
) -> None:
    """Write a layer as a GeoJSON feature collection; empty numbers become null.

    Parameters
    ----------
    path
        The file.
    layer
        Rows with a geometry in EPSG:4326.
    name
        The collection's name.
    identity
        The column whose values become the features' ids; None for none.
    indent
        Blanks per level; None for one line.
    """
    records = layer.drop(columns=layer.geometry.name).to_dict("records")
    shapes = [shapely.geometry.mapping(shape) for shape in layer.geometry]
    features = [_feature(record, shape, identity) for record, shape in zip(records, shapes, strict=True)]
    write_json(path, {"type": "FeatureCollection", "name": name, "features": features}, indent=indent)


def _feature(record: dict[Any, Any], shape: dict[str, Any], identity: str | None) -> dict[str, Any]:
    properties = {name: None if pd.isna(value) else value for name, value in record.items()}
    named = {} if identity is None else {"id": record[identity]}
    return {"type": "Feature", **named, "geometry": shape, "properties": properties}
