"""Drop-down lists and allowed ranges of the cells of an input workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from capplan.exchange.input_rows import technology_parameters
from capplan.exchange.input_words import allowed
from capplan.messages import msg
from capplan.reading.cells import number_text
from capplan.reading.workbook_layout import FIRST_ROW, SCENARIOS
from capplan.reading.xlsx_cells import column_letters
from capplan.schema.spec import CONFIDENCES
from capplan.schema.tables import TABLES
from capplan.schema.technology import Technology

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.schema.spec import Column, TableSpec

__all__ = ["LISTS", "Lists", "parameter_choices"]

LISTS = "_lists"
"""Hidden sheet of names that other sheets choose from; its name says that it is not read."""

_SPARE = 1000  # rows below the last one that lists and ranges cover too
_FURTHEST = 20_000
_LONGEST_LIST = 255  # characters of a list that stands in the rule itself


class Lists:
    """Adds lists and ranges to sheets; names chosen from other sheets grow with those sheets."""

    def __init__(self, book: Workbook, case: Case, lang: str) -> None:
        self._book, self._lang = book, lang
        self._names: dict[str, str] = {}
        fixed: dict[str, list[Any]] = {
            "technologies": sorted(case.technologies),
            "parameters": list(technology_parameters()),
        }
        for spec in TABLES.values():
            for column in spec.columns:
                self._reference(column, case, fixed)
        self._fixed = {name: values for name, values in fixed.items() if values}
        for position, (name, values) in enumerate(self._fixed.items()):
            self._define(name, LISTS, position, last=FIRST_ROW + len(values) - 1)
        self._define("scenarios", SCENARIOS, 0)

    def _reference(self, column: Column, case: Case, fixed: dict[str, list[Any]]) -> None:
        """Name the cells that a column chooses from: a key as it grows, else the values there are."""
        other, _, target = column.reference.partition(".")
        if other not in TABLES or (key := f"{other}_{target}") in self._names or key in fixed:
            return
        spec = TABLES[other]
        if spec.key == (target,):
            self._define(key, other, spec.names.index(target))
        else:
            fixed[key] = [value for value in pd.unique(case.tables.shared(other)[target]) if value != ""]

    def _define(self, name: str, sheet: str, position: int, *, last: int | None = None) -> None:
        letters = column_letters(position)
        first = f"'{sheet}'!${letters}${FIRST_ROW}"
        if last is None:
            whole = f"{first}:${letters}${_FURTHEST}"
            cells = f"{first}:INDEX({whole},MAX(1,COUNTA({whole})))"
        else:
            cells = f"{first}:${letters}${last}"
        self._names[name] = f"list_{name}"
        self._book.define_name(f"list_{name}", f"={cells}")

    def write(self, sheet: Worksheet) -> None:
        """Write the values that have no sheet of their own."""
        for position, (name, values) in enumerate(self._fixed.items()):
            sheet.write_string(FIRST_ROW - 2, position, name)
            for row, value in enumerate(values, FIRST_ROW - 1):
                if isinstance(value, str):
                    sheet.write_string(row, position, value)
                else:
                    sheet.write_number(row, position, value)
        sheet.hide()

    def table(self, sheet: Worksheet, spec: TableSpec, rows: int) -> None:
        """Add what may stand in the cells of a table."""
        for position, column in enumerate(spec.columns):
            rule = self._rule(column)
            if rule is not None:
                self._add(sheet, position, rule, rows=rows)

    def choose(
        self, sheet: Worksheet, position: int, name: str, *, rows: int, first: int = FIRST_ROW
    ) -> None:
        """Let the cells of a column choose from a named list."""
        self._add(sheet, position, self._names_rule(name), rows=rows, first=first)

    def words(self, sheet: Worksheet, position: int, choices: tuple[str, ...], row: int, rows: int) -> None:
        """Let cells of a column choose from some words."""
        self._add(sheet, position, self._words_rule(choices), rows=rows, first=row, spare=0)

    def confidence(self, sheet: Worksheet, position: int, rows: int) -> None:
        """Let the cells of a column choose how reliable a number is."""
        self._add(sheet, position, self._words_rule(CONFIDENCES), rows=rows)

    def _rule(self, column: Column) -> dict[str, Any] | None:
        other, _, target = column.reference.partition(".")
        name = other if other == "technologies" else f"{other}_{target}"
        if name in self._names and not column.many:
            return self._names_rule(name)
        if column.choices and len(",".join(column.choices)) <= _LONGEST_LIST:
            return self._words_rule(column.choices)
        if column.kind == "text":
            return None
        return self._range_rule(column)

    def _names_rule(self, name: str) -> dict[str, Any]:
        told = msg("There is no row of this name yet. Keep it all the same?")
        return {"validate": "list", "source": f"={self._names[name]}", **self._told(told, "warning")}

    def _words_rule(self, choices: tuple[str, ...]) -> dict[str, Any]:
        told = msg("Choose one of: {choices}", choices=", ".join(choices))
        return {"validate": "list", "source": list(choices), **self._told(told, "stop")}

    def _range_rule(self, column: Column) -> dict[str, Any]:
        low = -1e14 if column.minimum is None else column.minimum
        high = 1e14 if column.maximum is None else column.maximum
        told = msg(
            "A number from {low} to {high} {unit} is wanted here",
            low=number_text(low),
            high="∞" if column.maximum is None else number_text(high),
            unit=allowed(column),
        )
        kind = "integer" if column.kind == "integer" else "decimal"
        limits = {"criteria": "between", "minimum": low, "maximum": high}
        return {"validate": kind, **limits, **self._told(told, "stop")}

    def _told(self, message: Any, kind: str) -> dict[str, Any]:
        return {
            "error_title": "capplan",
            "error_message": message.text(self._lang)[:255],
            "error_type": kind,
            "ignore_blank": True,
        }

    @staticmethod
    def _add(
        sheet: Worksheet,
        position: int,
        rule: Mapping[str, Any],
        *,
        rows: int,
        first: int = FIRST_ROW,
        spare: int = _SPARE,
    ) -> None:
        sheet.data_validation(first - 1, position, first + rows + spare - 2, position, dict(rule))


def parameter_choices(parameter: str) -> tuple[str, ...]:
    """Return the words that a parameter of a technology may be; none where it is no word."""
    field = Technology.model_fields.get(parameter)
    if field is None:
        return ()
    if field.annotation is bool:
        return ("TRUE", "FALSE")
    return tuple(get_args(field.annotation)) if get_origin(field.annotation) is Literal else ()
