"""Every layer of a plan as GeoParquet and as GeoJSON, for programs that read one file a layer."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd

from capplan.exchange.geojson import write_geojson

__all__ = ["write_gis", "write_parquet"]

_IDENTITIES = {
    "sites": "site_id",
    "zones": "zone_id",
    "grid_nodes": "grid_node",
    "routes": "route_id",
    "areas": "adcode",
}


def write_gis(folder: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write ``<layer>.geojson`` (RFC 7946) for every layer.

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
    folder.mkdir(exist_ok=True)
    for name, layer in layers.items():
        write_geojson(
            folder / f"{name}.geojson", layer, name=name, identity=_IDENTITIES.get(name), indent=None
        )


def write_parquet(folder: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write ``<layer>.parquet`` (GeoParquet 1.1) for every layer.

    Parameters
    ----------
    folder
        The folder, which is made.
    layers
        Layers by name, in EPSG:4326.

    Raises
    ------
    ImportError
        If pyarrow is not installed, or cannot be loaded.
    OSError
        Where a file could not be written.
    """
    import pyarrow as pa

    folder.mkdir(exist_ok=True)
    for name, layer in layers.items():
        place = folder / f"{name}.parquet"
        try:
            layer.to_parquet(place, index=False, schema_version="1.1.0", compression="zstd")
        except pa.ArrowException as fault:
            raise OSError(errno.EIO, str(fault), str(place)) from fault
