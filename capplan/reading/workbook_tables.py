"""From the sheet of a table to the text of its file, row by row, so that both are read by the same rules."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from capplan.messages import msg
from capplan.reading.cells import number_text
from capplan.reading.workbook_places import Places, odd_fault, sheet_file
from capplan.reading.xlsx_cells import Odd, Value, column_letters

if TYPE_CHECKING:
    from collections.abc import Collection

    from capplan.reading.faults import Faults
    from capplan.reading.xlsx import Sheet
    from capplan.schema.spec import TableSpec

__all__ = ["Header", "find_header", "said", "table_file"]

_SEARCHED = 40
_TRUTH = {True: "TRUE", False: "FALSE"}


@dataclass(frozen=True)
class Header:
    """The row in which the names of columns stand.

    Attributes
    ----------
    row : int
        Its number.
    names : mapping of int to str
        The names by column, from 0.
    """

    row: int
    names: Mapping[int, str]


def find_header(sheet: Sheet, known: Collection[str]) -> Header | None:
    """Return the row that names most of the known columns; what stands above it is for people."""
    best: Header | None = None
    most = 0
    for number in list(sheet.grid.rows)[:_SEARCHED]:
        names = {column: text for column, value in sheet.grid.rows[number].items() if (text := said(value))}
        count = len(set(known).intersection(names.values()))
        if count > most:
            best, most = Header(number, names), count
    return best


def said(value: Value) -> str:
    """Return a cell's content as a text without blanks around it; empty where it holds no value."""
    if isinstance(value, Odd):
        return ""
    if isinstance(value, bool):
        return _TRUTH[value]
    return value.strip() if isinstance(value, str) else number_text(value)


def table_file(spec: TableSpec, sheet: Sheet, places: Places, faults: Faults) -> str:
    """Return the text of a table's file, and note which row of the sheet each line is.

    Parameters
    ----------
    spec : TableSpec
        The table.
    sheet : Sheet
        Its sheet.
    places : Places
        Takes the rows of lines.
    faults : Faults
        Collector.
    """
    header = find_header(sheet, spec.names)
    file = sheet_file(places.book, sheet.name)
    if header is None:
        remedy = msg("write the names of the columns in one row: {header}", header=spec.header)
        faults.add(file, msg("no row names the columns of this table"), remedy)
        return ""
    _check_outside(sheet, header, file, faults)
    text, line = "", 1
    rows: dict[int, int] = {}
    parts = []
    for number, values in sheet.grid.rows.items():
        if number < header.row:
            continue
        cells = _cells(spec, number, values, header, places, faults)
        if any(cells):
            text = _record(cells)
            rows[line] = number
            parts.append(text)
            line += len(io.StringIO(text, newline="").readlines())
    places.lines[spec.file] = rows
    return "".join(parts)


def _record(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return buffer.getvalue()


def _cells(
    spec: TableSpec,
    number: int,
    values: Mapping[int, Value],
    header: Header,
    places: Places,
    faults: Faults,
) -> list[str]:
    cells = []
    for position, name in header.names.items():
        value = values.get(position, "")
        column = spec.by_name.get(name)
        if isinstance(value, Odd):
            cells.append(_odd(value, number, name, spec, places, faults))
        elif isinstance(value, bool) and column is not None and "yes" in column.choices:
            cells.append("yes" if value else "no")
        else:
            cells.append(said(value))
    return cells


def _odd(odd: Odd, number: int, name: str, spec: TableSpec, places: Places, faults: Faults) -> str:
    """Return the text of a date where texts stand; else add a fault, once for what was merged."""
    column = spec.by_name.get(name)
    if odd.kind == "date" and column is not None and column.kind == "text" and not column.pattern:
        return odd.shown
    file = sheet_file(places.book, spec.name)
    if odd.kind != "merged" or (spec.name, 0, odd.shown) not in places.told:
        faults.add(file, *odd_fault(odd), row=number, column=name, value=odd.shown)
    if odd.kind == "merged":
        places.told.add((spec.name, 0, odd.shown))
    places.told.add((spec.name, number, name))
    return ""


def _check_outside(sheet: Sheet, header: Header, file: str, faults: Faults) -> None:
    """Add one fault for every column that has cells and no name, or whose name was merged away."""
    seen: set[int] = set()
    merged = {value for value in sheet.grid.rows[header.row].values() if isinstance(value, Odd)}
    for odd in sorted(merged, key=lambda item: item.shown):
        faults.add(file, *odd_fault(odd), row=header.row, value=odd.shown)
    for number, values in sheet.grid.rows.items():
        if number <= header.row or merged:
            continue
        for position in values.keys() - header.names.keys() - seen:
            seen.add(position)
            remedy = msg("name the column in row {row}, or clear it; remarks go into note", row=header.row)
            problem = msg("the column has cells but no name")
            value = values[position]
            shown = value.shown if isinstance(value, Odd) else said(value)
            if shown:
                column = column_letters(position)
                faults.add(file, problem, remedy, row=number, column=column, value=shown)
