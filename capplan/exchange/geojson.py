"""GeoJSON (RFC 7946) of a layer: WGS-84, one feature per row, properties in the order of the columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from capplan.exchange.plain import write_json

__all__ = ["write_geojson"]


def write_geojson(path: Path, layer: gpd.GeoDataFrame, *, name: str, identity: str) -> None:
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
        The column whose values become the features' ids.
    """
    records = layer.drop(columns=layer.geometry.name).to_dict("records")
    shapes = shapely.get_coordinates(layer.geometry).tolist()
    kinds = layer.geometry.geom_type
    if not (kinds == "Point").all():
        shapes = [list(map(list, shapely.get_coordinates(shape).tolist())) for shape in layer.geometry]
    features = [
        _feature(record, kind, shape, identity)
        for record, kind, shape in zip(records, kinds, shapes, strict=True)
    ]
    write_json(path, {"type": "FeatureCollection", "name": name, "features": features})


def _feature(record: dict[Any, Any], kind: str, coordinates: object, identity: str) -> dict[str, Any]:
    properties = {name: None if pd.isna(value) else value for name, value in record.items()}
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": record[identity], "geometry": geometry, "properties": properties}
