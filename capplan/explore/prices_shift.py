"""A lever is one number of a case that asks for something or allows it; a shift is how the program changes with it.

Most levers stand in the program linearly: a bound of rows or columns, or a share in front of a ledger. Those have a
`Shift`, so that a variant is the built matrix with a few numbers moved. For the others (a latency limit, a PUE cap) the
program is built anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers import Arrays

__all__ = ["NOTHING", "Lever", "Shift", "key_path", "shifted"]

NOTHING = (np.array([], dtype=np.int64), np.array([], dtype=np.float64))
"""No rows or columns, and no rates."""


@dataclass(frozen=True)
class Shift:
    """What one unit more of a lever's value adds to the program, which is linear in it.

    Attributes
    ----------
    row_bounds, columns
        Rows whose bounds move, and columns whose upper bound moves, each with by how much [own unit per lever unit].
    terms
        Coefficients that move: row, column, by how much [row unit per column unit and lever unit].
    """

    row_bounds: tuple[NDArray[np.int64], NDArray[np.float64]]
    columns: tuple[NDArray[np.int64], NDArray[np.float64]] = NOTHING
    terms: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]] | None = None

    @property
    def empty(self) -> bool:
        """Whether the program does not hold the lever at all."""
        return not len(self.row_bounds[0]) and not len(self.columns[0])


@dataclass(frozen=True)
class Lever:
    """One number of the inputs that asks for something, or allows it.

    Attributes
    ----------
    path
        Where it is set, as ``--set`` takes it.
    kind, name, region, year
        What it is, in ids of the case; the year is None where it holds in several.
    value, unit
        The number and its unit.
    sense
        1 where more of it asks for more, -1 where more of it allows more.
    document_id
        The document that states it; empty where none does.
    least, most
        Values beyond which it means nothing [its unit].
    whole
        Whether it moves in whole units.
    monotone
        Whether tightening can only cost: not where the program also chooses anew what is no decision of it.
    setting
        What requires it, where it is only aspired to; empty elsewhere.
    shift
        How the program changes with it; None where it is built anew.
    """

    path: str
    kind: str
    name: str
    region: str
    year: int | None
    value: float
    unit: str
    sense: int
    document_id: str = ""
    least: float = 0.0
    most: float = np.inf
    whole: bool = False
    monotone: bool = True
    setting: Mapping[str, Any] = field(default_factory=dict)
    shift: Shift | None = None

    def moved(self, step: float) -> float:
        """Return the value a step tighter, looser where the step is negative [its unit]; its own where there is none.

        Parameters
        ----------
        step
            By how much, of the value [ratio].

        Examples
        --------
        >>> Lever("", "target", "racks", "", None, 60.0, "standard_rack", 1).moved(0.05)
        63.0
        >>> Lever("", "target", "nodes", "", None, 1.0, "edge_node", 1, whole=True).moved(0.05)
        2.0
        """
        change = self.sense * step * self.value
        if self.whole:
            change = np.sign(change) * np.ceil(abs(change) - 1e-9)
        return float(np.clip(round(self.value + change, 12), self.least, self.most))


def key_path(table: str, row: Mapping[Any, Any], column: str) -> str:
    """Return the path of a cell, as ``--set`` takes it.

    Parameters
    ----------
    table, row, column
        A table of the case, one of its rows, and a column.

    Examples
    --------
    >>> key_path("limits", {"limit": "land_ha", "region": "west", "year": float("nan")}, "bound")
    'limits.land_ha,west,.bound'
    """
    spec = TABLES[table]
    parts = [_key_text(row[name]) for name in spec.key]
    return f"{table}.{','.join(parts)}.{column}"


def _key_text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


def shifted(arrays: Arrays, changes: Mapping[int, float], levers: list[Lever]) -> Arrays:
    """Return the program with some levers moved.

    Parameters
    ----------
    arrays
        The program.
    changes
        By how much each lever moves [its unit], by its place among the levers; these have a `Shift`.
    levers
        The levers.
    """
    lower, upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    column_upper = arrays.column_upper.copy()
    parts = []
    for place, change in changes.items():
        shift = levers[place].shift
        if shift is None:
            message = f"{levers[place].path} is not linear in the program"
            raise ValueError(message)
        rows, rates = shift.row_bounds
        np.add.at(lower, rows, change * rates)
        np.add.at(upper, rows, change * rates)
        columns, rates = shift.columns
        np.add.at(column_upper, columns, change * rates)
        if shift.terms is not None:
            row, column, rate = shift.terms
            parts.append((row, column, change * rate))
    moved = replace(arrays, row_lower=lower, row_upper=upper, column_upper=column_upper)
    return _with_terms(moved, parts) if parts else moved


def _with_terms(
    arrays: Arrays, parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]
) -> Arrays:
    shape = (arrays.height, arrays.width)
    row, column, change = (np.concatenate([part[place] for part in parts]) for place in range(3))
    more = sparse.coo_matrix((change, (row, column)), shape=shape).tocsr()
    matrix = sparse.csr_matrix((arrays.data, arrays.indices, arrays.indptr), shape=shape) + more
    matrix.sort_indices()
    return replace(
        arrays,
        indptr=matrix.indptr.astype(np.int64),
        indices=matrix.indices.astype(np.int64),
        data=matrix.data.astype(np.float64),
    )
