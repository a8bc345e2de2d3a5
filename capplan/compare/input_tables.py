"""What differs between the input tables of two cases: rows by their key, cells by their column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from capplan.compare.change import InputChange
from capplan.compare.roles import role_of_column
from capplan.reading.table import cell_texts, key_texts
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from capplan.case import Case
    from capplan.schema.spec import Column, TableSpec

__all__ = ["table_changes"]

_OF_CLASS = "class unit"
_OF_UNIT = "CNY/unit"


def table_changes(before: Case, after: Case) -> Iterator[InputChange]:
    """Yield what differs between the tables of two cases, in the order of tables, keys and columns.

    Parameters
    ----------
    before, after
        The cases.
    """
    for name, spec in TABLES.items():
        one = _Rows(spec, before.tables.shared(name), before)
        other = _Rows(spec, after.tables.shared(name), after)
        if not one.frame.equals(other.frame):
            yield from _changes(one, other)


@dataclass(frozen=True)
class _Rows:
    """A table's cells as texts, by key."""

    spec: TableSpec
    frame: pd.DataFrame
    case: Case

    @cached_property
    def keys(self) -> dict[str, int]:
        """Number of each row by its key."""
        return {key: row for row, key in enumerate(key_texts(self.spec, self.frame))}

    @cached_property
    def cells(self) -> dict[str, list[str]]:
        """Cells by column."""
        return {name: cell_texts(self.frame[name]) for name in self.spec.names}

    def said(self, key: str) -> tuple[tuple[str, str, str], ...]:
        """Return what a row says beside its key and its source: column, value and unit."""
        row = self.keys[key]
        return tuple(
            (column.name, text, self.unit(key, column))
            for column in self.spec.columns
            if column.name not in self.spec.key and role_of_column(column.name) == "value"
            for text in (self.cells[column.name][row],)
            if text
        )

    def told(self, key: str) -> str:
        """Return what a row says, as ``column=value; ...``."""
        return "; ".join(f"{name}={text}" for name, text, _ in self.said(key))

    def unit(self, key: str, column: Column) -> str:
        """Return the unit of a cell; where the column leaves it to the row, the row's."""
        if column.unit not in (_OF_CLASS, _OF_UNIT):
            return "" if column.unit == "1" else column.unit
        row, unit = self.keys[key], ""
        if "unit" in self.cells:
            unit = self.cells["unit"][row]
        elif "class_id" in self.cells:
            unit = self._units.get(self.cells["class_id"][row], "")
        if not unit:
            return column.unit
        return unit if column.unit == _OF_CLASS else f"CNY/{unit}"

    @cached_property
    def _units(self) -> dict[str, str]:
        classes = self.case.tables.shared("classes")
        return dict(zip(classes["class_id"].astype(str), classes["unit"].astype(str), strict=True))


def _changes(one: _Rows, other: _Rows) -> Iterator[InputChange]:
    spec = one.spec
    role = role_of_column("", spec.name)
    for key in [*one.keys, *(key for key in other.keys if key not in one.keys)]:
        if key not in other.keys:
            yield _whole(one, key, InputChange(spec.file, key, "", "removed", one.told(key), "", role=role))
        elif key not in one.keys:
            yield _whole(other, key, InputChange(spec.file, key, "", "added", "", other.told(key), role=role))
        else:
            yield from _cells(one, other, key)


def _whole(rows: _Rows, key: str, change: InputChange) -> InputChange:
    return replace(change, keys=(rows.spec.name, key), cells=rows.said(key))


def _cells(one: _Rows, other: _Rows, key: str) -> Iterator[InputChange]:
    spec, was, now = one.spec, one.keys[key], other.keys[key]
    for column in spec.columns:
        before, after = one.cells[column.name][was], other.cells[column.name][now]
        if before == after:
            continue
        yield InputChange(
            spec.file,
            key,
            column.name,
            "changed",
            before,
            after,
            other.unit(key, column),
            role_of_column(column.name, spec.name),
            (spec.name, key, column.name),
            f"{spec.name}.{key}.{column.name}",
            _value(column, after),
        )


def _value(column: Column, text: str) -> object:
    """Return a cell as a setting takes it: a number where the column holds numbers."""
    if column.kind == "text" or not text:
        return text
    number = float(text)
    return int(number) if number.is_integer() else number
