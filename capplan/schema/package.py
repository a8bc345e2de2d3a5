"""The Frictionless data package of a case: which tables there are and what their columns hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from capplan.schema.spec import Column, TableSpec

PACKAGE_FILE = "data/datapackage.json"
"""Path of the description inside a case."""

BOUNDARIES_FILE = "data/boundaries.geojson"
"""Path of the areas that maps colour, where a case brings its own."""

PACKAGE_KEYS = ("name", "title", "description", "version", "licenses", "sources", "contributors")
"""Keys of a data package that are kept as they are; the resources are always derived from the schema."""

_TYPES = {"text": "string", "integer": "integer", "number": "number"}


def table_schema(spec: TableSpec, columns: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the Frictionless Table Schema of a table.

    Parameters
    ----------
    spec : TableSpec
        The table.
    columns : iterable of str, optional
        Columns that the file has, in its order; those that every file must have where not given.
    """
    names = tuple(columns) if columns is not None else tuple(c.name for c in spec.columns if c.required)
    schema: dict[str, Any] = {
        "fields": [field(spec.column(name)) for name in names],
        "primaryKey": list(spec.key),
        "missingValues": [""],
    }
    keys = [key for name in names if (key := _foreign_key(spec.column(name))) is not None]
    return schema | ({"foreignKeys": keys} if keys else {})


def field(column: Column) -> dict[str, Any]:
    """Return the Frictionless description of a column."""
    limits: dict[str, Any] = {"required": not column.empty}
    if column.minimum is not None:
        limits["minimum"] = _plain(column.minimum)
    if column.maximum is not None:
        limits["maximum"] = _plain(column.maximum)
    if column.choices:
        limits["enum"] = list(column.choices)
    if column.pattern:
        limits["pattern"] = column.pattern
    found = {"name": column.name, "type": _TYPES[column.kind], "description": column.description}
    return found | ({"unit": column.unit} if column.unit else {}) | {"constraints": limits}


def resource(spec: TableSpec, columns: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the Frictionless description of a table's file, beside which ``datapackage.json`` stands."""
    return {
        "name": spec.name,
        "title": spec.title,
        "path": f"{spec.name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": table_schema(spec, columns),
    }


def boundaries_resource() -> dict[str, Any]:
    """Return the Frictionless description of the areas that maps colour."""
    return {
        "name": "boundaries",
        "title": "Areas that maps colour: adcode, names and prefecture of each",
        "path": BOUNDARIES_FILE.rpartition("/")[2],
        "profile": "data-resource",
        "format": "geojson",
        "mediatype": "application/geo+json",
        "encoding": "utf-8",
    }


def data_package(
    about: Mapping[str, Any], columns: Mapping[str, Iterable[str]], *, boundaries: bool = False
) -> dict[str, Any]:
    """Return the data package of a case.

    Parameters
    ----------
    about : mapping
        Values of `PACKAGE_KEYS`.
    columns : mapping of str to iterable of str
        The columns of each table's file, by table.
    boundaries : bool
        Whether the case has boundaries of its own; the package is then not of tables alone.
    """
    head = {key: about[key] for key in PACKAGE_KEYS if key in about}
    resources = [resource(spec, columns[name]) for name, spec in TABLES.items() if name in columns]
    if boundaries:
        return head | {"profile": "data-package", "resources": [*resources, boundaries_resource()]}
    return head | {"profile": "tabular-data-package", "resources": resources}


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _foreign_key(column: Column) -> dict[str, Any] | None:
    other, _, name = column.reference.partition(".")
    if column.many or other not in TABLES:
        return None
    return {"fields": [column.name], "reference": {"resource": other, "fields": [name]}}
