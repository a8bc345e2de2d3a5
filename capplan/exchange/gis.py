"""Every layer of a plan as GeoParquet and as GeoJSON, for programs that read one file a layer."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pyarrow as pa

from capplan.exchange.geojson import write_geojson

__all__ = ["write_gis"]

_IDENTITIES = {
    "sites": "site_id",
    "zones": "zone_id",
    "grid_nodes": "grid_node",
    "routes": "route_id",
    "areas": "adcode",
}


def write_gis(folder: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write ``<layer>.parquet`` (GeoParquet 1.1) and ``<layer>.geojson`` (RFC 7946) for every layer.

    Parameters
    ----------
    folder
        The folder, which is made.
    layers
        Layers by name, in EPSG:4326.

    Raises
    ------
    OSError
        Where a file could not be written.
    """
    folder.mkdir()
    for name, layer in layers.items():
        place = folder / f"{name}.parquet"
        try:
            layer.to_parquet(place, index=False, schema_version="1.1.0", compression="zstd")
        except pa.ArrowException as fault:
            raise OSError(errno.EIO, str(fault), str(place)) from fault
        write_geojson(
            folder / f"{name}.geojson", layer, name=name, identity=_IDENTITIES.get(name), indent=None
        )
