"""The ``datapackage.json`` of a data folder: it must be there and agree with the tables beside it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from capplan.messages import msg
from capplan.reading.text import MAX_YAML_BYTES, read_text
from capplan.schema.package import PACKAGE_FILE, PACKAGE_KEYS

if TYPE_CHECKING:
    from capplan.reading.faults import Faults
    from capplan.reading.table import TableData

PackageFile = Mapping[str, Any]
"""The content of a ``datapackage.json``."""

_JOINED = ("licenses", "sources", "contributors")


def read_package(
    entry: Traversable | None,
    csv_names: Collection[str],
    names: Collection[str],
    tables: Mapping[str, TableData],
    faults: Faults,
) -> PackageFile | None:
    """Return a data package, or None with faults.

    Parameters
    ----------
    entry : Traversable or None
        The file, None where it is missing.
    csv_names, names : collection of str
        The CSV files of the folder, and all its files with those whose absence is a fault of its own.
    tables : mapping of str to TableData
        The tables that were read there, by name.
    faults : Faults
        Collector.
    """
    content = None if entry is None else _content(entry, faults)
    if entry is None:
        faults.add(
            PACKAGE_FILE, msg("the file is missing"), msg("add it; it lists every CSV file of the folder")
        )
    if content is None:
        return None
    listed = _listed(content, faults)
    if listed is None:
        return None
    for name in sorted(set(csv_names) - set(listed)):
        problem = msg("the resources do not list {name}", name=name)
        faults.add(
            PACKAGE_FILE, problem, msg("add a resource with this path"), column="resources", value=name
        )
    for name in sorted(set(listed) - set(names)):
        problem = msg("a file that is listed is missing")
        remedy = msg("add the file or delete its resource")
        faults.add(PACKAGE_FILE, problem, remedy, column="resources", value=name)
    for table in tables.values():
        _check_fields(listed.get(f"{table.spec.name}.csv", {}), table, faults)
    return content


def merged(packages: Iterable[PackageFile]) -> dict[str, Any]:
    """Return what several data packages say of themselves: lists joined, else the first one's word."""
    about: dict[str, Any] = {}
    for package in packages:
        for key in PACKAGE_KEYS:
            if key not in package:
                continue
            if key in _JOINED and isinstance(package[key], list):
                before = about.get(key, [])
                about[key] = before + [item for item in package[key] if item not in before]
            else:
                about.setdefault(key, package[key])
    return {key: about[key] for key in PACKAGE_KEYS if key in about}


def _content(entry: Traversable, faults: Faults) -> dict[str, Any] | None:
    text = read_text(entry, PACKAGE_FILE, faults, limit=MAX_YAML_BYTES)
    if text is None:
        return None
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        problem = msg("the JSON cannot be read: {reason}", reason=error.msg)
        faults.add(PACKAGE_FILE, problem, msg("correct this line or the one before it"), row=error.lineno)
        return None
    except (RecursionError, ValueError):
        faults.add(
            PACKAGE_FILE, msg("the JSON cannot be read: {reason}", reason="nesting"), msg("simplify it")
        )
        return None
    if isinstance(content, dict):
        return content
    faults.add(PACKAGE_FILE, msg("this is not a data package"), msg("write an object with resources"))
    return None


def _listed(content: PackageFile, faults: Faults) -> dict[str, dict[str, Any]] | None:
    resources = content.get("resources")
    if not isinstance(resources, list):
        remedy = msg("add a list with one resource for every CSV file")
        faults.add(PACKAGE_FILE, msg("the key is missing"), remedy, column="resources")
        return None
    listed: dict[str, dict[str, Any]] = {}
    for position, resource in enumerate(resources):
        path = resource.get("path") if isinstance(resource, dict) else None
        column = f"resources.{position}"
        if not isinstance(path, str):
            problem = msg("the resource has no path")
            faults.add(PACKAGE_FILE, problem, msg("add the path of its file"), column=column)
        elif path in listed:
            problem = msg("the file is listed twice")
            faults.add(PACKAGE_FILE, problem, msg("delete one of the two"), column=column, value=path)
        else:
            listed[path] = resource
    return listed


def _check_fields(resource: Mapping[str, Any], table: TableData, faults: Faults) -> None:
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list):
        return
    named = [field.get("name") if isinstance(field, dict) else None for field in fields]
    if sorted(map(str, named)) != sorted(table.header):
        problem = msg("the fields of {name} are not the columns of its file", name=table.spec.name)
        remedy = msg("list these fields: {columns}", columns=", ".join(table.header))
        different = sorted(set(map(str, named)) ^ set(table.header))
        faults.add(
            PACKAGE_FILE, problem, remedy, column=f"resources.{table.spec.name}", value=", ".join(different)
        )
