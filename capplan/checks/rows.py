"""Helpers that the checks share: faults at rows of a table, and columns that can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capplan.messages import Message
from capplan.reading.table import TableData, cell_texts

if TYPE_CHECKING:
    from capplan.reading.faults import Faults
    from capplan.reading.inputs import Inputs


def table_with(inputs: Inputs, name: str, *columns: str) -> TableData | None:
    """Return a table, or None where it or one of the columns could not be read."""
    table = inputs.tables.get(name)
    return table if table is not None and set(columns) <= set(table.header) else None


def numbers(table: TableData, name: str) -> NDArray[np.float64]:
    """Return a column as numbers."""
    return table.frame[name].to_numpy(dtype=float)


def texts(table: TableData, name: str) -> pd.Series[Any]:
    """Return a column as the texts that the file would have."""
    return pd.Series(cell_texts(table.frame[name]), dtype="object")


def add_rows(
    faults: Faults,
    table: TableData,
    wrong: NDArray[np.bool_] | pd.Series[bool],
    column: str,
    problem: Message | Callable[[int], Message],
    remedy: Message | Callable[[int], Message],
) -> None:
    """Add one fault for every row that is wrong; the column's cell is the value."""
    rows = np.flatnonzero(np.asarray(wrong, dtype=bool))
    shown = texts(table, column) if len(rows) else None
    for row in map(int, rows):
        faults.add(
            table.file,
            problem if isinstance(problem, Message) else problem(row),
            remedy if isinstance(remedy, Message) else remedy(row),
            row=int(table.lines[row]),
            column=column,
            value="" if shown is None else shown.iloc[row],
        )
