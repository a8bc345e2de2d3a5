r"""Totals: integer columns for sums that rows already take, so that branching and cuts can act on them.

Where one row gives the same coefficient *a* to a set *S* of integer columns, it depends on them only through their
sum. For every such set this adds one integer column and one row, and lets every row that treats *S* alike refer to it::

    total[S] = sum_{j in S} x[j],      a * sum_{j in S} x[j]  ->  a * total[S]

Nothing is cut off and nothing is added: solutions map one to one, and a bound of the new program is a bound of the old.
"How many halls in all" is decided before "where", which a search over single sites finds late or never. The bounds of
a total are tightened by the rows it stands in; a total whose bounds are implied would be taken out by presolve again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays

__all__ = ["Totals", "with_totals"]

LEAST = 3
"""Smallest set of columns worth a total [-]."""
MOST = 2000
"""Largest number of totals [-]; the sets that stand in most rows are taken."""
SLACK = 1e-6
"""Distance within which a bound of a total counts as whole [-]."""
PASSES = 3
"""Rounds of bound tightening [-]."""


@dataclass(frozen=True)
class Totals:
    """A program with totals, and the way between its values and those of the program it came from.

    Attributes
    ----------
    arrays : Arrays
        The program; its last columns and rows are the totals and their definitions.
    sums : csr_matrix
        Which columns each total sums, shape (totals, columns of the original).
    """

    arrays: Arrays
    sums: sparse.csr_matrix

    @property
    def width(self) -> int:
        """Number of columns of the original."""
        return int(self.sums.shape[1])

    def extended(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values of all columns from those of the original's, shape (columns + totals,)."""
        return np.concatenate([values, self.sums @ values])

    def restricted(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values of the original's columns, shape (columns,)."""
        return np.asarray(values[: self.width], dtype=np.float64)


def with_totals(arrays: Arrays) -> Totals:
    """Add totals to a program.

    Parameters
    ----------
    arrays
        The program.

    Returns
    -------
    Totals
        The same program with totals; without any where no row has three alike integer columns.

    Examples
    --------
    >>> import numpy as np
    >>> from capplan.solvers.arrays import Arrays
    >>> one = np.ones(3)
    >>> row = (np.array([0, 3]), np.arange(3), 2 * one, np.array([3.0]), np.array([np.inf]))
    >>> found = with_totals(Arrays(one, 0.0, *row, 0 * one, 9 * one, one > 0))
    >>> found.sums.toarray(), float(found.arrays.column_lower[-1])
    (array([[1., 1., 1.]]), 2.0)
    """
    entries, sets = _sets(arrays)
    if not sets:
        return Totals(arrays, sparse.csr_matrix((0, arrays.width)))
    member = np.concatenate([np.array(columns) for columns in sets])
    owner = np.repeat(np.arange(len(sets)), [len(columns) for columns in sets])
    sums = sparse.csr_matrix((np.ones(len(member)), (owner, member)), shape=(len(sets), arrays.width))
    return Totals(_tightened(_extended(arrays, entries, sets, sums), arrays.width), sums)


def _sets(arrays: Arrays) -> tuple[list[tuple[NDArray[np.int64], int, float]], list[tuple[int, ...]]]:
    """Return (positions of the coefficients, set, coefficient) of every use of a set, and the sets, most used first."""
    row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    free = arrays.integer & (arrays.column_upper > arrays.column_lower)
    where = np.flatnonzero(free[arrays.indices])
    value = arrays.data[where]
    order = np.lexsort((arrays.indices[where], value, row[where]))
    where, value = where[order], value[order]
    edge = np.flatnonzero((np.diff(row[where]) != 0) | (np.diff(value) != 0)) + 1
    uses: dict[tuple[int, ...], list[tuple[NDArray[np.int64], float]]] = {}
    for part in np.split(where, edge):
        if len(part) >= LEAST:
            key = tuple(arrays.indices[part].tolist())
            uses.setdefault(key, []).append((part, float(arrays.data[part[0]])))
    sets = sorted(uses, key=lambda key: (-len(uses[key]), -len(key), key))[:MOST]
    entries = [(part, number, value) for number, key in enumerate(sets) for part, value in uses[key]]
    return entries, sets


def _extended(
    arrays: Arrays,
    entries: list[tuple[NDArray[np.int64], int, float]],
    sets: list[tuple[int, ...]],
    sums: sparse.csr_matrix,
) -> Arrays:
    """Return the program in which rows refer to totals in place of the sets they treat alike."""
    width, height, count = arrays.width, arrays.height, len(sets)
    row = np.repeat(np.arange(height), np.diff(arrays.indptr))
    kept = np.ones(len(arrays.data), dtype=np.bool_)
    for part, _, _ in entries:
        kept[part] = False
    use_row = np.array([row[part[0]] for part, _, _ in entries])
    use_column = np.array([width + number for _, number, _ in entries])
    use_value = np.array([value for _, _, value in entries])
    define = sums.tocoo()
    numbers = np.arange(count)
    rows = np.concatenate([row[kept], use_row, height + define.row, height + numbers])
    columns = np.concatenate([arrays.indices[kept], use_column, define.col, width + numbers])
    data = np.concatenate([arrays.data[kept], use_value, define.data, -np.ones(count)])
    matrix = sparse.csr_matrix((data, (rows, columns)), shape=(height + count, width + count))
    matrix.sort_indices()
    none = np.zeros(count)
    return replace(
        arrays,
        cost=np.concatenate([arrays.cost, none]),
        indptr=matrix.indptr.astype(np.int64),
        indices=matrix.indices.astype(np.int64),
        data=matrix.data,
        row_lower=np.concatenate([arrays.row_lower, none]),
        row_upper=np.concatenate([arrays.row_upper, none]),
        column_lower=np.concatenate([arrays.column_lower, sums @ arrays.column_lower]),
        column_upper=np.concatenate([arrays.column_upper, _summed(sums, arrays.column_upper)]),
        integer=np.concatenate([arrays.integer, np.ones(count, dtype=np.bool_)]),
    )


def _summed(sums: sparse.csr_matrix, bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    endless = np.isinf(bounds)
    total = sums @ np.where(endless, 0.0, bounds)
    return np.where(sums @ endless.astype(float) > 0, np.inf, total)


def _tightened(arrays: Arrays, first: int) -> Arrays:
    """Tighten the bounds of the columns from `first` on by the activity bounds of the rows they stand in."""
    lower, upper = arrays.column_lower.copy(), arrays.column_upper.copy()
    row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    column, value = arrays.indices, arrays.data
    mine = column >= first
    for _ in range(PASSES):
        with np.errstate(invalid="ignore", over="ignore"):
            least = np.where(value > 0, value * lower[column], value * upper[column])
            most = np.where(value > 0, value * upper[column], value * lower[column])
            low = _others(row, least, arrays.height, -np.inf)
            high = _others(row, most, arrays.height, np.inf)
            above = (arrays.row_upper[row] - low) / value
            below = (arrays.row_lower[row] - high) / value
        most_of = np.where(value > 0, above, below)[mine]
        least_of = np.where(value > 0, below, above)[mine]
        np.fmin.at(upper, column[mine], np.floor(most_of + SLACK))
        np.fmax.at(lower, column[mine], np.ceil(least_of - SLACK))
    return replace(arrays, column_lower=lower, column_upper=np.maximum(lower, upper))


def _others(
    row: NDArray[np.int64], term: NDArray[np.float64], height: int, endless: float
) -> NDArray[np.float64]:
    """Return for each coefficient the sum of its row's other terms; `endless` where one of those has no bound."""
    infinite = ~np.isfinite(term)
    finite = np.where(infinite, 0.0, term)
    total = np.bincount(row, weights=finite, minlength=height)[row] - finite
    unbounded = np.bincount(row, weights=infinite, minlength=height)[row] - infinite
    return np.where(unbounded > 0, endless, total)
