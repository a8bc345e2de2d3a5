"""From the cells of one column to typed values, with a remedy for the usual slips."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from capplan.messages import Message, Text, msg
from capplan.reading.slips import NUMBER, code_slip, form_remedy, meant_word, number_slip, shown_plain
from capplan.schema.spec import LIST_SEPARATOR, Column

if TYPE_CHECKING:
    from capplan.reading.faults import Faults

_UNUSUAL = re.compile(r"[^0-9eE+\-.\n]")
_NOT_FINITE = {"nan", "inf", "infinity", "na", "n/a", "null", "none", "#n/a", "#div/0!", "#value!", "#ref!"}


@dataclass(frozen=True)
class Cells:
    """The cells of one column with their places.

    Attributes
    ----------
    file : str
        File, for faults.
    column : Column
        What the column holds.
    lines : array of int
        Line of each cell in the file, from 1.
    texts : sequence of str
        The cells, without blanks around them.
    skip : array of bool
        Rows already found faulty, about which nothing more is said.
    """

    file: str
    column: Column
    lines: NDArray[np.int64]
    texts: Sequence[str]
    skip: NDArray[np.bool_]


def parse(cells: Cells, faults: Faults) -> NDArray[Any]:
    """Return typed values: texts as objects, whole numbers that must be there as int64, other numbers as float64."""
    _check_empty(cells, faults)
    if cells.column.kind == "text":
        return _texts(cells, faults)
    values = _numbers(cells, faults)
    if cells.column.kind == "integer":
        values = _whole(cells, values, faults)
    _check_range(cells, values, faults)
    if cells.column.kind == "integer" and not cells.column.empty:
        return np.where(np.abs(values) <= _LARGEST, values, 0.0).astype(np.int64)
    return values


def number_text(value: float) -> str:
    """Return the shortest text that reads back as the same number.

    Examples
    --------
    >>> number_text(500.0), number_text(0.1), number_text(float("nan"))
    ('500', '0.1', '')
    """
    if not math.isfinite(value):
        return "" if math.isnan(value) else str(value)
    return str(int(value)) if value == int(value) and abs(value) < _EXACT else repr(float(value))


_EXACT = 1e15
_LARGEST = 1e14
"""No quantity of a region comes near this in the units of the tables; a larger number is a slip."""


def _check_empty(cells: Cells, faults: Faults) -> None:
    if cells.column.empty:
        return
    remedy = msg("fill the cell in: {meaning}", meaning=cells.column.meaning)
    for row, text in enumerate(cells.texts):
        if not text and not cells.skip[row]:
            _add(cells, row, faults, msg("the cell is empty"), remedy)


def _texts(cells: Cells, faults: Faults) -> NDArray[Any]:
    column = cells.column
    texts = [_tidy_list(text) for text in cells.texts] if column.many else list(cells.texts)
    if column.choices:
        allowed = set(column.choices)
        for row, text in enumerate(texts):
            if text not in allowed and text and not cells.skip[row]:
                what, line = msg("the word"), int(cells.lines[row])
                meant = meant_word(text, column.choices)
                faults.add_unknown(
                    cells.file, what, text, column.choices, row=line, column=column.name, meant=meant
                )
    elif column.pattern:
        pattern = re.compile(column.pattern, re.ASCII)
        for row, text in enumerate(texts):
            if text and pattern.fullmatch(text) is None and not cells.skip[row]:
                _add(cells, row, faults, *_form(text, column.pattern, pattern))
    return np.array(texts, dtype=object)


def _form(text: str, form: str, pattern: re.Pattern[str]) -> tuple[Message, Message]:
    plain = shown_plain(text)
    if plain != text and pattern.fullmatch(plain):
        problem = msg("the text has full-width or invisible characters")
        return problem, msg("write {value}", value=plain)
    code = code_slip(plain)
    if code is not None and pattern.fullmatch(code):
        problem = msg("a spreadsheet turned the code into a number")
        remedy = msg("write {value}, if that was the code, and format the column as text", value=code)
        return problem, remedy
    return msg("the text does not have the form of its column"), form_remedy(form)


def _tidy_list(text: str) -> str:
    names = (name.strip() for name in text.replace("；", LIST_SEPARATOR).split(LIST_SEPARATOR))
    return LIST_SEPARATOR.join(name for name in names if name)


def _numbers(cells: Cells, faults: Faults) -> NDArray[np.float64]:
    if not _UNUSUAL.search("\n".join(cells.texts)):
        try:
            values = np.array([float(text) if text else math.nan for text in cells.texts], dtype=np.float64)
        except ValueError:
            return _numbers_one_by_one(cells, faults)
        if not np.isinf(values).any():
            return values + 0.0
    return _numbers_one_by_one(cells, faults)


def _numbers_one_by_one(cells: Cells, faults: Faults) -> NDArray[np.float64]:
    values = np.full(len(cells.texts), math.nan)
    for row, text in enumerate(cells.texts):
        if not text:
            continue
        value = float(text) if NUMBER.fullmatch(text) else math.nan
        if math.isfinite(value):
            values[row] = value + 0.0
        elif not cells.skip[row]:
            _add(cells, row, faults, *_slip(text, cells.column))
    return values


def _slip(text: str, column: Column) -> tuple[Message, Message]:
    plain = shown_plain(text)
    if plain.casefold() in _NOT_FINITE or NUMBER.fullmatch(plain.lstrip("+-").replace("inf", "1e999")):
        remedy = (
            msg("leave the cell empty")
            if column.empty
            else msg("write a finite number [{unit}]", unit=_unit(column))
        )
        if plain == text:
            return msg("this is not a finite number"), remedy
    wanted = msg("this is not a number"), msg("write a number [{unit}]", unit=_unit(column))
    return number_slip(text, _unit(column)) or wanted


def _unit(column: Column) -> str | Text:
    """Return the unit of a column; of one that leaves it to the row, words that say so."""
    return _ROWS if column.unit == "class unit" else column.unit


_ROWS = Text(zh="该行的单位", en="the unit of its row")


def _whole(cells: Cells, values: NDArray[np.float64], faults: Faults) -> NDArray[np.float64]:
    wrong = np.isfinite(values) & (values != np.floor(values)) & ~cells.skip
    for row in np.flatnonzero(wrong):
        _add(cells, int(row), faults, msg("this is not a whole number"), msg("write a whole number"))
    return np.where(wrong, math.nan, values)


def _check_range(cells: Cells, values: NDArray[np.float64], faults: Faults) -> None:
    column = cells.column
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    with np.errstate(invalid="ignore"):
        outside = ((values < low) | (values > high)) & ~cells.skip
        absurd = (np.abs(values) > _LARGEST) & ~outside & ~cells.skip
    for row in np.flatnonzero(absurd):
        remedy = _range_remedy(max(low, -_LARGEST), min(high, _LARGEST), _unit(column))
        _add(cells, int(row), faults, msg("the number is out of its range"), remedy)
    for row in np.flatnonzero(outside):
        value = values[row]
        negative = value < 0 and low == 0
        problem = msg("the number is negative") if negative else msg("the number is out of its range")
        _add(cells, int(row), faults, problem, _range_remedy(low, high, _unit(column)))


def _range_remedy(low: float, high: float, unit: str | Text) -> Message:
    if math.isinf(high):
        return msg("write a number of at least {low} [{unit}]", low=number_text(low), unit=unit)
    return msg(
        "write a number from {low} to {high} [{unit}]",
        low=number_text(low),
        high=number_text(high),
        unit=unit,
    )


def _add(cells: Cells, row: int, faults: Faults, problem: Message, remedy: Message) -> None:
    faults.add(
        cells.file,
        problem,
        remedy,
        row=int(cells.lines[row]),
        column=cells.column.name,
        value=cells.texts[row],
    )
