"""GeoJSON (RFC 7946) of a layer: WGS-84, one feature per row, properties in the order of the columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
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
        The column whose values become the features' ids; None for the numbers of the rows.
    indent
        Blanks per level; None for one line.
    """
    records = layer.drop(columns=layer.geometry.name).to_dict("records")
    turned = shapely.orient_polygons(layer.geometry.to_numpy(), exterior_cw=False)  # by the right-hand rule
    shapes = [None if shape is None else shapely.geometry.mapping(shape) for shape in turned]
    features = [
        _feature(record, shape, _identity(record, number, identity))
        for number, (record, shape) in enumerate(zip(records, shapes, strict=True), 1)
    ]
    drawn = layer.geometry.notna().any()
    extent = {"bbox": [float(edge) for edge in layer.total_bounds]} if drawn else {}
    whole = {"type": "FeatureCollection", "name": name, **extent, "features": features}
    write_json(path, whole, indent=indent)


def _identity(record: dict[Any, Any], number: int, identity: str | None) -> object:
    """Return the id of a feature: its row's number, from 1, where no column tells rows apart."""
    return number if identity is None else record[identity]


def _feature(record: dict[Any, Any], shape: dict[str, Any] | None, identity: object) -> dict[str, Any]:
    properties = {name: None if pd.isna(value) else value for name, value in record.items()}
    return {"type": "Feature", "id": identity, "geometry": shape, "properties": properties}
