"""The first sheet of figures of a plan's workbook: what it costs, what it holds, and which targets it meets, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from capplan.exchange.headings import SIGNS
from capplan.exchange.plain import plain
from capplan.exchange.print_setup import breadth
from capplan.messages import Message, msg

if TYPE_CHECKING:
    from capplan.exchange.names import Names

__all__ = ["SUMMARY", "Looks", "SummarySheet"]

SUMMARY = "summary"
"""Name of the sheet."""

_WIDTHS = (40, 17, 13, 13, 8, 13, 9, 11, 24, 48)
_NUMBERS = range(1, 5)  # columns of numbers
_SHARES = frozenset({"green_share", "rack_utilisation", "gap", "gap_controllable"})
_LARGE = 1000.0
_LINE, _MOST_LINES = 12.0, 12  # points, and lines of one cell
_SMALL = 0.66  # width of small letters to that of others
_FIGURES: Mapping[str, Message] = {
    "status": msg("status"),
    "objective_cny": msg("objective [CNY]"),
    "primal_bound": msg("primal bound [CNY]"),
    "dual_bound": msg("dual bound [CNY]"),
    "gap": msg("gap"),
    "gap_controllable": msg("gap on controllable cost"),
    "solver": msg("solver"),
}
_STATUS: Mapping[object, Message] = {
    "optimal": msg("the gap asked for was reached"),
    "feasible": msg("a plan that holds; the gap asked for was not reached"),
}
_ID = "name in formulas"


@dataclass(frozen=True)
class Looks:
    """How cells of the sheet look.

    Attributes
    ----------
    title, head, over, small, wrong, value, source
        Formats of the title, of headings, of those over numbers, of ids, of what is missed, of a value in words, and
        of a document's title.
    numbers
        Gives the format of a pattern.
    """

    title: Format
    head: Format
    over: Format
    small: Format
    wrong: Format
    value: Format
    source: Format
    numbers: Callable[[str], Format]


class SummarySheet:
    """Writes the sheet.

    Parameters
    ----------
    sheet
        The sheet.
    names
        What ids are called.
    looks
        How cells look.
    name
        Called with a name and a row, to name the value in it.
    """

    def __init__(
        self, sheet: Worksheet, names: Names, looks: Looks, name: Callable[[str, int], None]
    ) -> None:
        self._sheet, self._names, self._looks, self._name = sheet, names, looks, name
        self._row = 2

    def write(self, targets: pd.DataFrame, record: Mapping[str, Any], title: str) -> None:
        """Write the blocks of the sheet, one below the other.

        Parameters
        ----------
        targets
            The plan's targets.
        record
            What ``plan.json`` holds.
        title
            The plan's title.
        """
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        self._sheet.hide_gridlines(2)
        self._sheet.write_string(0, 0, title, self._looks.title)
        reached = {name: record[name] for name in _FIGURES if name in record}
        heads = (msg("key figure"), msg("value"), msg("name in formulas"))
        self._block(heads, record.get("key_figures"), "figure", self._names.figure)
        self._targets(targets)
        terms = (msg("cost term"), msg("cost [CNY]"), msg("name in formulas"))
        self._block(terms, record.get("cost_by_term"), "cost", self._names.term)
        what = (msg("how it was reached"), msg("value"), msg("name in formulas"))
        self._block(what, reached, "plan", lambda name: self._names.say(_FIGURES[name]))

    def _block(
        self, heads: Sequence[Message], values: object, prefix: str, called: Callable[[str], str]
    ) -> None:
        """Write a heading, and names with their values under it."""
        if not isinstance(values, Mapping) or not values:
            return
        self._heads(heads)
        for name, value in values.items():
            self._sheet.write_string(self._row, 0, called(str(name))[:_LONGEST], self._looks.numbers("@"))
            self._value(str(name), value)
            self._sheet.write_string(self._row, 2, f"{prefix}.{name}"[:_LONGEST], self._looks.small)
            self._name(f"{prefix}.{name}", self._row)
            self._row += 1
        self._row += 1

    def _value(self, name: str, value: object) -> None:
        shown = plain(value)
        if name == "status" and shown in _STATUS:
            shown = self._names.say(_STATUS[shown])
        if name == "solver" and isinstance(shown, Mapping):
            shown = " ".join(str(item) for item in shown.values())
        if isinstance(shown, str):
            self._wrapped(1, shown, self._looks.value)
        else:
            self._cell(1, shown, _pattern(name, shown))

    def _targets(self, targets: pd.DataFrame) -> None:
        names = self._names
        heads = (
            msg("target"),
            msg("required"),
            msg("achieved"),
            msg("margin"),
            msg("year"),
            msg("kind"),
            msg("met"),
            msg("binds"),
            msg("target_id"),
            msg("document"),
        )
        self._heads(heads)
        for row in targets.sort_values(["metric", "region", "year"], kind="stable").to_dict("records"):
            short = _short(row)
            sign, pattern = SIGNS.get(str(row["relation"]), ""), _pattern("", row["required"])
            said = f"{names.region(str(row['region']))} · {names.metric(str(row['metric']))}"
            met = names.say(msg("missed") if short else msg("yes"))
            binds = names.say(msg("binds now")) if row["binding"] else ""
            document = str(row["document_id"])
            self._cell(0, said, "@")
            self._cell(1, row["required"], f'"{sign} "{pattern}' if sign else pattern)
            self._cell(2, row["achieved"], _pattern("", row["achieved"]))
            self._cell(3, row["margin"], _pattern("", row["margin"]))
            self._cell(4, row["year"], "0")
            self._cell(5, names.kind(str(row["kind"])), "@")
            self._sheet.write_string(
                self._row, 6, met, self._looks.wrong if short else self._looks.numbers("@")
            )
            self._cell(7, binds, "@")
            self._sheet.write_string(self._row, 8, str(row["target_id"])[:_LONGEST], self._looks.small)
            said = names.document(document) if document else ""
            self._wrapped(9, said, self._looks.source, _SMALL)
            self._row += 1
        self._row += 1

    def _wrapped(self, column: int, text: str, look: Format, size: float = 1.0) -> None:
        """Write a text on as many lines as it needs: LibreOffice makes no row higher by itself."""
        lines = -int(-breadth(text) * size // _WIDTHS[column])
        if lines > 1:
            self._sheet.set_row(self._row, _LINE * min(lines, _MOST_LINES))
        self._sheet.write_string(self._row, column, text[:_LONGEST], look)

    def _heads(self, heads: Sequence[Message]) -> None:
        for position, head in enumerate(heads):
            look = self._looks.over if position in _NUMBERS and head.template != _ID else self._looks.head
            self._sheet.write_string(self._row, position, self._names.say(head), look)
        self._row += 1

    def _cell(self, column: int, value: object, pattern: str) -> None:
        shown = plain(value)
        if isinstance(shown, bool):
            self._sheet.write_boolean(self._row, column, shown, self._looks.numbers(TRUTH))
        elif isinstance(shown, int | float):
            self._sheet.write_number(self._row, column, shown, self._looks.numbers(pattern))
        elif shown is not None:
            self._sheet.write_string(self._row, column, _text(shown)[:_LONGEST], self._looks.numbers("@"))


TRUTH = '"TRUE";"TRUE";"FALSE"'
"""Format of truth values; without one LibreOffice shows some of them as 0 and 1."""

_LONGEST = 32_000


def _short(row: Mapping[Any, Any]) -> bool:
    """Tell whether a target is missed by more than rounding."""
    return float(row["margin"]) < -1e-6 * max(1.0, abs(float(row["required"])))


def _pattern(name: str, value: object) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "@"
    if name in _SHARES:
        return "0.00%" if name.startswith("gap") else "0.0%"
    if name == "pue":
        return "0.00"
    return "#,##0" if abs(value) >= _LARGE or float(value).is_integer() else "#,##0.0"


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {item}" for name, item in value.items())
    return str(value)
