r"""Parts of a large program: blocks of columns that belong together, and the bound that follows from solving them apart.

Columns near integer ones (they share a row with one, or with a column that does) are joined row by row, shortest rows
first, as long as a block stays small; so a site's halls, lines and works come together, then the sites that share a
quota. Other columns, flows between blocks, go with the first of their rows that a block holds, or stay loose. A row
whose columns are all of one block is *inner*, the others *couple*. For any prices *y* of coupling rows, zero where a row
has no bound on the side that its sign speaks of,

.. math:: \sum_i y_i b_i + \sum_k \min_{x \in X_k} (c_k - A_k^T y) x \;\le\; \min \{ c x : A x \in [b], x \in X \}

(Lagrange; Geoffrion, 1974, doi:10.1007/BFb0120690): whatever *y*, the left side is a bound, and where the blocks are
solved with whole numbers it is at least as good as the linear relaxation's for the prices that belong to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays

__all__ = ["Parts", "box_minimum", "divided", "fitting", "matrix_of", "narrowed", "near_whole", "tightened"]

LOOSE = -1
NEAR_STEPS = 2
"""Rows between a column and an integer one up to which it is near [-]."""
PASSES = 6
WIDER = 1e-9
"""What implied bounds are wider than computed [ratio]."""


@dataclass(frozen=True)
class Parts:
    """Blocks of a program.

    Attributes
    ----------
    block : ndarray
        Block of every column, -1 for loose ones, shape (columns,).
    inner : ndarray
        Block of every row whose columns all are of it, -1 for rows that couple, shape (rows,).
    count : int
        Number of blocks.
    """

    block: NDArray[np.int64]
    inner: NDArray[np.int64]
    count: int


def matrix_of(arrays: Arrays) -> sparse.csr_matrix:
    """Return the coefficients of a program, shape (rows, columns)."""
    return sparse.csr_matrix(
        (arrays.data, arrays.indices, arrays.indptr), shape=(arrays.height, arrays.width)
    )


def divided(arrays: Arrays, most: int) -> Parts:
    """Divide a program into blocks.

    Parameters
    ----------
    arrays
        The program.
    most
        Largest number of integer columns of a block [-].
    """
    matrix = matrix_of(arrays)
    near = near_whole(arrays)
    group = _joined(matrix, near, arrays.integer, most)
    roots, block = np.unique(group, return_inverse=True)
    block = np.where(near, block.ravel(), LOOSE).astype(np.int64)
    used, block[near] = np.unique(block[near], return_inverse=True)
    block = _adopted(matrix, block)
    row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    low, high = np.full(arrays.height, len(roots)), np.full(arrays.height, LOOSE)
    np.minimum.at(low, row, block[arrays.indices])
    np.maximum.at(high, row, block[arrays.indices])
    return Parts(block, np.where(low == high, low, LOOSE).astype(np.int64), len(used))


def near_whole(arrays: Arrays) -> NDArray[np.bool_]:
    """Say which columns are integer or few rows away from an integer one."""
    pattern = matrix_of(arrays)
    pattern.data = np.ones_like(pattern.data)
    found = arrays.integer.astype(float)
    for _ in range(NEAR_STEPS):
        found = ((pattern.T @ ((pattern @ found) > 0)) + found > 0).astype(float)
    return found > 0


def _joined(
    matrix: sparse.csr_matrix, near: NDArray[np.bool_], integer: NDArray[np.bool_], most: int
) -> NDArray[np.int64]:
    """Join near columns row by row, the shortest rows first, up to a number of integer ones; return group roots."""
    weight = integer.astype(np.int64).tolist()
    parent = list(range(matrix.shape[1]))

    def root(column: int) -> int:
        while parent[column] != column:
            parent[column] = parent[parent[column]]
            column = parent[column]
        return column

    held = near[matrix.indices]
    length = np.bincount(
        np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[held], minlength=matrix.shape[0]
    )
    for row in np.argsort(length, kind="stable")[np.searchsorted(np.sort(length), 2) :]:
        inside = slice(matrix.indptr[row], matrix.indptr[row + 1])
        roots = {root(column) for column in matrix.indices[inside][held[inside]].tolist()}
        if len(roots) > 1 and sum(weight[one] for one in roots) <= most:
            first = min(roots)
            weight[first] = sum(weight[one] for one in roots)
            for one in roots:
                parent[one] = first
    return np.array([root(column) for column in range(len(parent))], dtype=np.int64)


def _adopted(matrix: sparse.csr_matrix, block: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give loose columns the block of their shortest row that has columns of one block only, beside loose ones."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    own = block[matrix.indices]
    low, high = np.full(matrix.shape[0], np.iinfo(np.int64).max), np.full(matrix.shape[0], LOOSE)
    np.minimum.at(low, row[own >= 0], own[own >= 0])
    np.maximum.at(high, row, own)
    single = (high >= 0) & (low == high)
    entry = np.flatnonzero((own == LOOSE) & single[row])
    length = np.diff(matrix.indptr)[row[entry]]
    order = np.lexsort((row[entry], length, matrix.indices[entry]))
    column, first = np.unique(matrix.indices[entry][order], return_index=True)
    adopted = block.copy()
    adopted[column] = high[row[entry][order][first]]
    return adopted


def tightened(arrays: Arrays) -> Arrays:
    """Return the program with the bounds that rows imply where columns have none; its solutions are the same."""
    row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    lower, upper = arrays.column_lower.copy(), arrays.column_upper.copy()
    sides = [(arrays.data, arrays.row_upper), (-arrays.data, -arrays.row_lower)]
    for _ in range(PASSES):
        before = np.isinf(upper).sum() + np.isinf(lower).sum()
        for data, limit in sides:
            _imply(data, arrays.indices, row, limit, lower, upper)
        if np.isinf(upper).sum() + np.isinf(lower).sum() in (0, before):
            break
    return replace(arrays, column_lower=lower, column_upper=upper)


def _imply(
    data: NDArray[np.float64],
    column: NDArray[np.int64],
    row: NDArray[np.int64],
    limit: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> None:
    """Put bounds where there are none, from rows ``data @ x <= limit`` whose other columns are bounded; in place."""
    least = np.where(data > 0, lower[column], upper[column]) * data
    endless = ~np.isfinite(least)
    number = np.bincount(row[endless], minlength=len(limit))
    total = np.bincount(row[~endless], weights=least[~endless], minlength=len(limit))
    others = number[row] - endless
    rest = total[row] - np.where(endless, 0.0, least)
    known = (others == 0) & np.isfinite(limit[row])
    reach = (limit[row] - rest) / data
    reach += WIDER * np.maximum(1.0, np.abs(reach)) * np.sign(data)
    for side, bound, pick in ((data > 0, upper, np.minimum), (data < 0, lower, np.maximum)):
        open_ended = known & side & np.isinf(bound[column])
        fresh = np.full(len(bound), np.inf if pick is np.minimum else -np.inf)
        pick.at(fresh, column[open_ended], reach[open_ended])
        here = np.isinf(bound) & np.isfinite(fresh)
        bound[here] = fresh[here]


def fitting(arrays: Arrays, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return prices of rows without those whose sign speaks of a bound that the row does not have, shape (rows,)."""
    speaks = np.where(prices > 0, arrays.row_lower, arrays.row_upper)
    return np.where(np.isfinite(speaks), prices, 0.0)


def box_minimum(
    cost: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the least that each column can cost between its bounds, shape (columns,).

    Examples
    --------
    >>> box_minimum(np.array([2.0, -1.0]), np.array([1.0, 0.0]), np.array([5.0, 3.0])).tolist()
    [2.0, -3.0]
    """
    at = np.where(cost > 0, lower, upper)
    return np.where(cost == 0, 0.0, cost * np.where(cost == 0, 0.0, at))


def narrowed(
    arrays: Arrays, columns: sparse.csc_matrix, inside: NDArray[np.int64], rows: NDArray[np.int64]
) -> Arrays:
    """Return the program of some columns and rows.

    Parameters
    ----------
    arrays
        The program.
    columns
        Its coefficients by column.
    inside, rows
        Columns and rows that remain.
    """
    part = columns[:, inside].tocsr()[rows]
    part.sort_indices()
    return replace(
        arrays,
        cost=arrays.cost[inside],
        offset=0.0,
        indptr=part.indptr.astype(np.int64),
        indices=part.indices.astype(np.int64),
        data=part.data,
        row_lower=arrays.row_lower[rows],
        row_upper=arrays.row_upper[rows],
        column_lower=arrays.column_lower[inside],
        column_upper=arrays.column_upper[inside],
        integer=arrays.integer[inside],
    )
