"""Plan tables as CSV files of full precision, described by a Frictionless ``datapackage.json``, and back again.

Numbers are written so that they read back bit for bit; an empty cell is a missing number or an empty text.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from capplan.columns import Column, Kind, free_column, kind_of, typed
from capplan.errors import Fault, nearest_name, system_reason
from capplan.exchange.plain import write_json
from capplan.messages import Message, msg
from capplan.partial import ESSENTIAL, absent
from capplan.plan_tables import LATER_TABLES, PLAN_TABLES, conform, specified

__all__ = ["as_csv", "columns_of", "read_tables", "write_tables"]

_DESCRIPTION = "datapackage.json"
_KINDS: tuple[Kind, ...] = ("string", "integer", "number", "boolean")
_TRUTH = {"true": True, "false": False, "True": True, "False": False}


def columns_of(name: str, frame: pd.DataFrame) -> list[Column]:
    """Return the specification of each column of a plan table, in its order.

    Parameters
    ----------
    name
        The table's name.
    frame
        The table; columns that :data:`~capplan.plan_tables.PLAN_TABLES` does not know are described by their dtype.
    """
    table = specified(name)
    known = {column.name: column for column in table.columns} if table else {}
    return [known.get(label) or free_column(label, frame[label]) for label in map(str, frame.columns)]


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write each table as ``<name>.csv`` and the description of all as ``datapackage.json``.

    Parameters
    ----------
    folder
        An existing folder.
    tables
        Tables as :func:`~capplan.plan_tables.conform` gives them.
    """
    for name, frame in tables.items():
        (folder / f"{name}.csv").write_text(as_csv(frame), encoding="utf-8", newline="\n")
    resources = [_resource(name, frame) for name, frame in tables.items()]
    package = {"name": "plan-tables", "profile": "tabular-data-package", "resources": resources}
    write_json(folder / _DESCRIPTION, package)


def as_csv(frame: pd.DataFrame) -> str:
    """Return a table as the text of its file: full precision, lower-case booleans.

    Parameters
    ----------
    frame
        A table as :func:`~capplan.plan_tables.conform` gives it.
    """
    shown = frame.copy(deep=False)
    for label in frame.columns:
        if pd.api.types.is_bool_dtype(frame[label].dtype):
            shown[label] = np.where(frame[label], "true", "false")
    texts = [shown[label] for label in frame.columns if kind_of(frame[label]) == "string"]
    bare_returns = any(text.str.contains("\r", regex=False).any() for text in texts)
    buffer = io.StringIO(newline="")
    quoting: Literal[0, 2] = (
        csv.QUOTE_NONNUMERIC if bare_returns else csv.QUOTE_MINIMAL
    )  # which leaves a lone CR unquoted
    shown.to_csv(buffer, index=False, lineterminator="\n", quoting=quoting)
    return buffer.getvalue()


def _resource(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    table = specified(name)
    schema: dict[str, Any] = {"fields": [_field(column) for column in columns_of(name, frame)]}
    if table is not None:
        schema["primaryKey"] = list(table.key)
    schema["missingValues"] = [""]
    title = {"title": table.en, "title_zh": table.zh, "description": table.about_en} if table else {}
    head = {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "encoding": "utf-8"}
    return {**head, **title, "schema": schema}


def _field(column: Column) -> dict[str, Any]:
    constraints = {} if column.nullable or column.kind == "string" else {"constraints": {"required": True}}
    unit = {"unit": column.unit} if column.unit else {}
    return {
        "name": column.name,
        "type": column.kind,
        "title": column.en,
        "title_zh": column.zh,
        **unit,
        **constraints,
    }


def read_tables(
    folder: Path, *, missing: list[str] | None = None
) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Read every CSV of a plan's ``tables/`` folder, typed as it was written.

    Parameters
    ----------
    folder
        The folder; tables that have been added since are read too.
    missing
        Takes the names of tables that are not there and without which a plan can still be shown; each is a fault
        where nothing is given.

    Returns
    -------
    tuple of dict and list
        The tables that could be read, those of :data:`~capplan.plan_tables.PLAN_TABLES` first; and every fault.
    """
    faults: list[Fault] = []
    described = _described(folder, faults)
    found = {path.stem: path for path in sorted(folder.glob("*.csv"))} if folder.is_dir() else {}
    for name in [name for name in dict.fromkeys([*PLAN_TABLES, *described]) if name not in found]:
        if missing is not None and name not in ESSENTIAL:
            missing.append(name)
        elif name not in LATER_TABLES:
            faults.append(absent(name, nearest_name(name, found)))
    tables = {}
    for name in [
        *(name for name in PLAN_TABLES if name in found),
        *(name for name in found if name not in PLAN_TABLES),
    ]:
        reader = _Reader(f"tables/{name}.csv", faults)
        frame = reader.read(found[name], _specification(name, described.get(name, {})))
        if frame is not None:
            tables[name] = conform(name, frame)
    return tables, faults


def _described(folder: Path, faults: list[Fault]) -> dict[str, dict[str, Column]]:
    path = folder / _DESCRIPTION
    if not path.is_file():
        return {}
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        return {item["name"]: _described_columns(item["schema"]["fields"]) for item in package["resources"]}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        problem = msg("the file is no data package: {reason}", reason=str(fault))
        faults.append(
            Fault(
                f"tables/{_DESCRIPTION}",
                None,
                "",
                "",
                problem,
                msg("restore the file, or write the plan again with capplan plan"),
            )
        )
        return {}


def _described_columns(fields: Iterable[Mapping[str, Any]]) -> dict[str, Column]:
    columns = {}
    for field in fields:
        name, kind = str(field["name"]), field["type"]
        if kind not in _KINDS:
            message = f"type {kind!r} of field {name!r}"
            raise ValueError(message)
        nullable = not field.get("constraints", {}).get("required", False)
        columns[name] = Column(name, kind, field.get("unit", ""), name, name, nullable=nullable)
    return columns


def _specification(name: str, described: Mapping[str, Column]) -> dict[str, Column]:
    table = specified(name)
    return {**described, **({column.name: column for column in table.columns} if table else {})}


class _Reader:
    """Reads one file and notes every fault with its row, counted from 1 as editors do, and its column."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file = file
        self.faults = faults

    def read(self, path: Path, columns: Mapping[str, Column]) -> pd.DataFrame | None:
        before = len(self.faults)
        rows = self._rows(path)
        if not rows:
            return None
        header = rows[0]
        self._check_header(header, columns)
        self._check_widths(rows)
        if len(self.faults) > before:
            return None
        cells = list(zip(*rows[1:], strict=True)) or [() for _ in header]
        frame = {
            name: self._column(name, values, columns.get(name))
            for name, values in zip(header, cells, strict=True)
        }
        return pd.DataFrame(frame) if len(self.faults) == before else None

    def _rows(self, path: Path) -> list[list[str]]:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.reader(file, strict=True))
        except (OSError, UnicodeDecodeError, csv.Error) as fault:
            reason = system_reason(fault) if isinstance(fault, OSError) else str(fault)
            self._note(None, "", "", msg("the file cannot be read: {reason}", reason=reason))
            return []
        if not rows:
            self._note(1, "", "", msg("the file is empty"))
        return rows

    def _check_header(self, header: list[str], columns: Mapping[str, Column]) -> None:
        for name in sorted({name for name in header if header.count(name) > 1}):
            self._note(1, name, name, msg("the column stands twice"))
        for column in columns.values():
            if column.required and column.name not in header:
                near = nearest_name(column.name, [name for name in header if name not in columns])
                self._note(1, column.name, "", msg("the column is missing"), near)

    def _check_widths(self, rows: list[list[str]]) -> None:
        for number, row in enumerate(rows[1:], start=2):
            if len(row) != len(rows[0]):
                problem = msg(
                    "the row has {count} cells, the heading {wanted}", count=len(row), wanted=len(rows[0])
                )
                self._note(number, "", "", problem)

    def _column(self, name: str, cells: tuple[str, ...], column: Column | None) -> pd.Series[Any]:
        column = column or _guessed(name, cells)
        values = pd.Series(_parsed(cells, column.kind), dtype="object")
        before = len(self.faults)
        for position in np.flatnonzero([value is _BAD for value in values]):
            problem = msg("the value is not of type {kind}", kind=column.kind)
            self._note(int(position) + 2, name, cells[position], problem)
        if not column.nullable:
            for position in np.flatnonzero([value is None for value in values]):
                self._note(int(position) + 2, name, "", msg("the cell is empty"))
        return typed(values, column) if len(self.faults) == before else values

    def _note(
        self, row: int | None, column: str, value: str, problem: Message, nearest: str | None = None
    ) -> None:
        remedy = msg("restore the file, or write the plan again with capplan plan")
        self.faults.append(Fault(self.file, row, column, value, problem, remedy, nearest))


_BAD = object()


def _integer(cell: str) -> object:
    try:
        return int(cell) if "_" not in cell else _BAD
    except ValueError:
        return _BAD


def _number(cell: str) -> object:
    try:
        number = float(cell) if "_" not in cell else math.nan
    except ValueError:
        return _BAD
    return number if math.isfinite(number) else _BAD


def _boolean(cell: str) -> object:
    return _TRUTH.get(cell, _BAD)


_PARSERS: Mapping[Kind, Callable[[str], object]] = MappingProxyType(
    {"integer": _integer, "number": _number, "boolean": _boolean}
)


def _parsed(cells: Iterable[str], kind: Kind) -> list[object]:
    if kind == "string":
        return list(cells)
    parse = _PARSERS[kind]
    return [parse(cell) if cell else None for cell in cells]


def _guessed(name: str, cells: tuple[str, ...]) -> Column:
    full = [cell for cell in cells if cell]
    fitting = (kind for kind in _PARSERS if full and not any(value is _BAD for value in _parsed(full, kind)))
    kind: Kind = next(fitting, "string")
    if kind == "boolean" and len(full) < len(cells):
        kind = "string"
    return Column(name, kind, "", name, name, nullable=kind != "boolean")
