"""From the text of a CSV file to a typed table, sorted by its key."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capplan.messages import Message, msg
from capplan.reading.cells import Cells, number_text, parse

if TYPE_CHECKING:
    from capplan.reading.faults import Faults
    from capplan.schema.spec import TableSpec


@dataclass(frozen=True)
class TableData:
    """A typed table with the place of every row.

    Attributes
    ----------
    spec : TableSpec
        What the table holds.
    frame : pandas.DataFrame
        The rows sorted by key, with every column of the specification.
    lines : array of int
        Line of each row in the file, from 1.
    header : tuple of str
        The columns that the file has, in its order.
    """

    spec: TableSpec
    frame: pd.DataFrame
    lines: NDArray[np.int64]
    header: tuple[str, ...]

    @property
    def file(self) -> str:
        """Path of the table inside a case."""
        return self.spec.file

    def keys(self) -> pd.Series[str]:
        """Return the key of each row as one text."""
        return key_texts(self.spec, self.frame)


@dataclass(frozen=True)
class _Raw:
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: NDArray[np.int64]
    ragged: NDArray[np.bool_]


def read_table(spec: TableSpec, text: str, faults: Faults) -> TableData | None:
    """Return the typed table of a CSV text, or None where not even the header can be read.

    Parameters
    ----------
    spec : TableSpec
        What the table should hold.
    text : str
        The CSV text.
    faults : Faults
        Collector; faulty cells read as empty.
    """
    raw = _split(spec, text, faults)
    return None if raw is None else _typed(spec, raw, faults)


def from_frame(spec: TableSpec, frame: pd.DataFrame, faults: Faults) -> TableData:
    """Return a table given as a data frame after the same checks as a file; rows count as lines from 2."""
    names = tuple(str(name) for name in frame.columns)
    _check_header(spec, names, faults)
    columns = [cell_texts(frame.iloc[:, position]) for position in range(len(names))]
    rows = [list(row) for row in zip(*columns, strict=True)] if columns else []
    lines = np.arange(2, len(rows) + 2, dtype=np.int64)
    return _typed(spec, _Raw(names, rows, lines, np.zeros(len(rows), dtype=bool)), faults)


def cell_texts(values: pd.Series[Any]) -> list[str]:
    """Return the cells of a column as canonical texts."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return ["yes" if value else "no" for value in values]
    if pd.api.types.is_integer_dtype(values.dtype):
        return ["" if pd.isna(value) else str(int(value)) for value in values]
    if pd.api.types.is_float_dtype(values.dtype):
        return [number_text(value) if np.isfinite(value) else _odd(value) for value in values.astype(float)]
    return ["" if value is None or value is pd.NA else _odd(value) for value in values]


def key_texts(spec: TableSpec, frame: pd.DataFrame) -> pd.Series[str]:
    """Return the key of each row as one text, composite keys joined by commas."""
    parts = [cell_texts(frame[name]) for name in spec.key]
    return pd.Series([",".join(row) for row in zip(*parts, strict=True)], index=frame.index, dtype="object")


def _odd(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else number_text(value) if np.isfinite(value) else str(value)
    return str(value)


def _split(spec: TableSpec, text: str, faults: Faults) -> _Raw | None:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    before = 0
    try:
        for row in reader:
            if row:
                rows.append([cell.strip() for cell in row])
                lines.append(before + 1)
            before = reader.line_num
    except csv.Error as error:
        problem = msg("the line cannot be split into cells: {reason}", reason=str(error))
        faults.add(spec.file, problem, msg("check the quotation marks of this line"), row=before + 1)
        return None
    if not rows:
        remedy = msg("begin with the header {header}", header=spec.header)
        faults.add(spec.file, msg("the file is empty"), remedy, row=1)
        return None
    return _even(spec, rows, lines, faults)


def _even(spec: TableSpec, rows: list[list[str]], lines: list[int], faults: Faults) -> _Raw | None:
    header = tuple(rows[0])
    if not _is_header(spec, header, lines[0], faults):
        return None
    _check_header(spec, header, faults, lines[0])
    aside = set()
    for place in range(1, len(rows)):
        problem = _no_row(rows[place], header)
        if problem is not None:
            aside.add(place)
            faults.add(spec.file, problem, msg("delete the row"), row=lines[place])
    if aside:
        kept = [place for place in range(len(rows)) if place not in aside]
        rows, lines = [rows[place] for place in kept], [lines[place] for place in kept]
    body, places = rows[1:], np.array(lines[1:], dtype=np.int64)
    width = len(header)
    ragged = np.array([len(row) != width or not any(row) for row in body], dtype=bool)
    for index in np.flatnonzero(ragged):
        _add_ragged(spec, body[index], width, int(places[index]), faults)
        body[index] = (body[index] + [""] * width)[:width]
    return _Raw(header, body, places, ragged)


def _no_row(row: list[str], header: tuple[str, ...]) -> Message | None:
    """Return what a row is that says nothing of its own: the header again, or a sum of the others; None where it is none."""
    if tuple(row) == header:
        return msg("the header stands here again")
    first = next(filter(None, row), "")
    summed = first.casefold() in _SUMS and sum(map(bool, row)) < len(header) / 2
    return msg("the row is a sum of others: {word}", word=first) if summed else None


_SUMS = frozenset({"合计", "小计", "总计", "共计", "total", "subtotal", "sum"})


def _add_ragged(spec: TableSpec, row: list[str], width: int, line: int, faults: Faults) -> None:
    if not any(row):
        faults.add(spec.file, msg("the row is empty"), msg("delete the row"), row=line)
        return
    problem = msg("the row has {found} cells, the header {wanted}", found=len(row), wanted=width)
    many = len(row) > width
    remedy = (
        msg("put cells that contain a comma in double quotation marks, and write numbers without one")
        if many
        else msg("write a comma for every empty cell")
    )
    faults.add(spec.file, problem, remedy, row=line, value=",".join(row))


def _is_header(spec: TableSpec, header: Sequence[str], line: int, faults: Faults) -> bool:
    known = set(spec.names)
    if known.intersection(header):
        return True
    whole = ",".join(header)
    for mark, name in _MARKS:
        if len(known.intersection(part.strip().strip('"') for part in whole.split(mark))) > 1:
            problem = msg("the cells are separated by {mark}", mark=name)
            faults.add(spec.file, problem, msg("save the file with commas between the cells"), row=line)
            return False
    remedy = msg("begin with the header {header}", header=spec.header)
    faults.add(
        spec.file, msg("the first line is not the header of this table"), remedy, row=line, value=whole
    )
    return False


_MARKS = (
    (";", msg("semicolons")),
    ("\t", msg("tabs")),
    ("|", msg("vertical bars")),
    ("，", msg("full-width commas")),
)


def _check_header(spec: TableSpec, header: Sequence[str], faults: Faults, line: int = 1) -> None:
    missing = [column.name for column in spec.columns if column.required and column.name not in header]
    for position, name in enumerate(header):
        if not name:
            problem = msg("column {position} has no name", position=position + 1)
            faults.add(spec.file, problem, msg("name the column or delete it"), row=line)
        elif name in header[:position]:
            problem = msg("the column occurs twice")
            faults.add(spec.file, problem, msg("delete one of the two"), row=line, column=name)
        elif name not in spec.names:
            others = [known for known in spec.names if known not in header]
            if others:
                faults.add_unknown(spec.file, msg("the column"), name, others, row=line, column=name)
            else:
                problem = msg("{what} is not known", what=msg("the column"))
                faults.add(spec.file, problem, msg("delete the column"), row=line, column=name, value=name)
    for name in missing:
        remedy = msg("add it: {meaning}", meaning=spec.column(name).meaning)
        faults.add(spec.file, msg("the column is missing"), remedy, row=line, column=name)


def _typed(spec: TableSpec, raw: _Raw, faults: Faults) -> TableData:
    positions = {name: position for position, name in reversed(list(enumerate(raw.header)))}
    data: dict[str, NDArray[Any]] = {}
    for column in spec.columns:
        position = positions.get(column.name)
        skip = raw.ragged if position is not None else np.ones(len(raw.rows), dtype=bool)
        texts = ["" if position is None else row[position] for row in raw.rows]
        data[column.name] = parse(Cells(spec.file, column, raw.lines, texts, skip), faults)
    cells = {
        name: pd.array(part, dtype="str") if part.dtype == object else part for name, part in data.items()
    }
    frame = pd.DataFrame(cells, copy=False)
    header = tuple(dict.fromkeys(name for name in raw.header if name in spec.names))
    _check_rows(spec, frame, raw, faults)
    order = (
        np.lexsort([_sortable(frame[name]) for name in reversed(spec.key)]) if len(frame) else np.arange(0)
    )
    return TableData(spec, frame.iloc[order].reset_index(drop=True), raw.lines[order], header)


def _sortable(values: pd.Series[Any]) -> NDArray[Any]:
    if values.dtype.kind in "if":
        return values.to_numpy(dtype=float)
    _, codes = np.unique(values.to_numpy(dtype=object).astype(str), return_inverse=True)
    return codes


def _check_rows(spec: TableSpec, frame: pd.DataFrame, raw: _Raw, faults: Faults) -> None:
    if frame.empty:
        if not spec.may_be_empty:
            faults.add(spec.file, msg("the table has no rows"), msg("add at least one row"))
        return
    _check_keys(spec, frame, raw, faults)
    for column in spec.columns:
        if column.ranged:
            _check_order(spec, column.name, frame, raw, faults)


def _check_keys(spec: TableSpec, frame: pd.DataFrame, raw: _Raw, faults: Faults) -> None:
    if not set(spec.key) <= set(raw.header):
        return
    keys = key_texts(spec, frame)
    whole = ~raw.ragged
    for name in spec.key:
        if not spec.column(name).empty:
            whole &= np.array([bool(text) for text in cell_texts(frame[name])])
    first: dict[str, int] = {}
    for row in np.flatnonzero(keys.duplicated(keep=False).to_numpy() & whole):
        key, line = keys.iloc[row], int(raw.lines[row])
        if key not in first:
            first[key] = line
            continue
        problem = msg("the key stands in line {line} already", line=first[key])
        remedy = msg("give every row its own {key}", key=", ".join(spec.key))
        faults.add(spec.file, problem, remedy, row=line, column=spec.key[-1], value=key)


def _check_order(spec: TableSpec, name: str, frame: pd.DataFrame, raw: _Raw, faults: Faults) -> None:
    values, low, high = (frame[part].to_numpy(dtype=float) for part in (name, f"{name}_low", f"{name}_high"))
    with np.errstate(invalid="ignore"):
        wrong = ((low > values) | (high < values) | (low > high)) & ~raw.ragged
    for row in np.flatnonzero(wrong):
        side = "high" if high[row] < values[row] else "low"
        shown = " / ".join(number_text(part[row]) for part in (low, values, high))
        problem = msg("low <= value <= high does not hold")
        remedy = msg("put {name}_low, {name} and {name}_high in order", name=name)
        faults.add(spec.file, problem, remedy, row=int(raw.lines[row]), column=f"{name}_{side}", value=shown)
