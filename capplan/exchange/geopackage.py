"""A GeoPackage of layers that QGIS opens styled, with headings in Chinese or English as field aliases.

Each layer has its style from ``maps/qgis/<layer>.qml`` in both languages; that of the language asked for is the
default. The file holds no time of writing, so equal plans give equal files.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from capplan.exchange.headings import heading
from capplan.messages import LANGUAGES
from capplan.resources import find, read_text

__all__ = ["write_geopackage"]

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
_STYLE_NAMES = {"zh": "中文", "en": "English"}


def write_geopackage(path: Path, layers: Mapping[str, gpd.GeoDataFrame], *, lang: str = "en") -> None:
    """Write layers, with their styles, as one GeoPackage.

    Parameters
    ----------
    path
        The file, which must not exist.
    layers
        Layers by name, in EPSG:4326; the first is drawn on top.
    lang
        The language of the default style, ``zh`` or ``en``.

    Raises
    ------
    OSError
        Where the file could not be written.
    """
    with _as_os_errors(path):
        for name, layer in layers.items():
            _write_layer(path, name, layer, lang)
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            _add_styles(database, layers, lang)
            database.execute("UPDATE gpkg_contents SET last_change = ?", (_EPOCH,))
            _check_counts(database, layers)


def _write_layer(path: Path, name: str, layer: gpd.GeoDataFrame, lang: str) -> None:
    kind = layer.geom_type.iloc[0] if len(layer) else "Unknown"
    title = heading(name, None, lang)
    pyogrio.write_dataframe(
        layer, path, layer=name, driver="GPKG", geometry_type=kind, layer_options={"IDENTIFIER": title}
    )


def _check_counts(database: sqlite3.Connection, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    for name, layer in layers.items():
        (count,) = database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()  # noqa: S608  (a layer of ours)
        if count != len(layer):
            message = f"layer {name} holds {count} of {len(layer)} rows"
            raise sqlite3.DatabaseError(message)


def _add_styles(database: sqlite3.Connection, layers: Mapping[str, gpd.GeoDataFrame], lang: str) -> None:
    database.execute(_STYLE_TABLE)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
        (_EPOCH,),
    )
    for name, layer in layers.items():
        if not find("maps", f"qgis/{name}.qml").is_file():
            continue
        for language in LANGUAGES:
            style = _style(name, layer, language)
            row = (
                "",
                "",
                name,
                "geom",
                _STYLE_NAMES[language],
                style,
                "",
                language == lang,
                "capplan",
                "",
                None,
                _EPOCH,
            )
            database.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
                "styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )


def _style(name: str, layer: gpd.GeoDataFrame, lang: str) -> str:
    fields = [str(field) for field in layer.columns if field != layer.geometry.name]
    aliases = "\n".join(
        f"    <alias index={quoteattr(str(position))} field={quoteattr(field)} name={quoteattr(heading(name, field, lang))}/>"
        for position, field in enumerate(fields, start=1)
    )
    return (
        read_text("maps", f"qgis/{name}.qml").replace("@aliases@", aliases).replace("@name@", f"name_{lang}")
    )


@contextlib.contextmanager
def _as_os_errors(path: Path) -> Iterator[None]:
    """Report the failures of GDAL and SQLite as what they are: the operating system's."""
    try:
        yield
    except (*_GDAL_ERRORS, sqlite3.Error) as fault:
        full = shutil.disk_usage(path.parent).free < _SMALL_CHANGE
        raise OSError(errno.ENOSPC if full else errno.EIO, str(fault), str(path)) from fault
