"""A GeoPackage of layers that QGIS opens styled, with headings in Chinese or English as field aliases.

Each layer has two styles, ``zh`` and ``en``, from ``maps/qgis/<layer>.qml``; that of the language asked for is the
default. Tables without shapes go in beside the layers, with headings alone. Codes are shown as the words they mean. The
file holds no time of writing, so equal plans give equal files.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from capplan.exchange.headings import about, heading
from capplan.exchange.qgis import layer_style
from capplan.messages import LANGUAGES

if TYPE_CHECKING:
    from capplan.exchange.codes import Codes

__all__ = ["write_geopackage"]

_SYNCHRONOUS = "OGR_SQLITE_SYNCHRONOUS"
_COUNTERS = (24, 92)  # bytes of the header: the counter, and for which count the header's size is valid
_VERSION = {"VERSION": "1.2"}  # which programs of several years ago read without a warning
_EPOCH = "2000-01-01T00:00:00.000Z"
_SMALL_CHANGE = 64 * 1024  # bytes: with less than this free, a failed write means a full disk
_GDAL_ERRORS = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError)
_STYLE_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
    ui TEXT(30), update_time DATETIME DEFAULT CURRENT_TIMESTAMP)
"""


def write_geopackage(
    path: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    tables: Mapping[str, pd.DataFrame] = MappingProxyType({}),
    codes: Codes = MappingProxyType({}),
    lang: str = "en",
) -> None:
    """Write layers and tables, with their styles, as one GeoPackage.

    Parameters
    ----------
    path
        The file, which must not exist.
    layers
        Layers by name, in EPSG:4326; the first is drawn on top.
    tables
        Tables without shapes by name; no name of a layer among them.
    codes
        What codes mean, by layer and field.
    lang
        The language of the default style, ``zh`` or ``en``.

    Raises
    ------
    OSError
        Where the file could not be written.
    """
    held = {**layers, **tables}
    with _as_os_errors(path):
        with _unhurried():
            for name, layer in held.items():
                _write_layer(path, name, layer, lang)
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            _add_styles(database, held, codes, lang)
            database.execute("UPDATE gpkg_contents SET last_change = ?", (_EPOCH,))
            _check_counts(database, held)
        _forget_writes(path)


def _forget_writes(path: Path) -> None:
    """Set SQLite's counter of writes, which goes by the seconds that GDAL took, to one value in both its places."""
    with path.open("r+b") as file:
        for place in _COUNTERS:
            file.seek(place)
            file.write(b"\0\0\0\1")


def _write_layer(path: Path, name: str, layer: pd.DataFrame, lang: str) -> None:
    options = {"IDENTIFIER": heading(name, None, lang), "DESCRIPTION": about(name, lang)}
    if isinstance(layer, gpd.GeoDataFrame):
        kind = next(iter(layer.geom_type.dropna()), "Unknown")
        pyogrio.write_dataframe(
            layer,
            path,
            layer=name,
            driver="GPKG",
            geometry_type=kind,
            layer_options=options,
            dataset_options=_VERSION,
        )
    else:
        pyogrio.write_dataframe(
            layer, path, layer=name, driver="GPKG", layer_options=options, dataset_options=_VERSION
        )


def _check_counts(database: sqlite3.Connection, layers: Mapping[str, pd.DataFrame]) -> None:
    for name, layer in layers.items():
        (count,) = database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()  # noqa: S608  (a layer of ours)
        if count != len(layer):
            message = f"layer {name} holds {count} of {len(layer)} rows"
            raise sqlite3.DatabaseError(message)


def _add_styles(
    database: sqlite3.Connection, layers: Mapping[str, pd.DataFrame], codes: Codes, lang: str
) -> None:
    database.execute(_STYLE_TABLE)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
        (_EPOCH,),
    )
    for name, layer in layers.items():
        shape = "geom" if isinstance(layer, gpd.GeoDataFrame) else ""
        for language in LANGUAGES:
            style = layer_style(name, layer, codes, language)
            told = heading(name, None, language)
            row = ("", "", name, shape, language, style, "", language == lang, told, "", None, _EPOCH)
            database.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
                "styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )


@contextlib.contextmanager
def _unhurried() -> Iterator[None]:
    """Let GDAL leave it to the operating system when a file that nobody reads yet reaches the disk."""
    before = pyogrio.get_gdal_config_option(_SYNCHRONOUS)
    pyogrio.set_gdal_config_options({_SYNCHRONOUS: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_SYNCHRONOUS: before})


@contextlib.contextmanager
def _as_os_errors(path: Path) -> Iterator[None]:
    """Report the failures of GDAL and SQLite as what they are: the operating system's."""
    try:
        yield
    except (*_GDAL_ERRORS, sqlite3.Error) as fault:
        full = shutil.disk_usage(path.parent).free < _SMALL_CHANGE
        raise OSError(errno.ENOSPC if full else errno.EIO, str(fault), str(path)) from fault
