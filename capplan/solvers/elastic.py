r"""Elastic programs: chosen rows may give, at a price, and the least that must give is found.

A row *i* of a chosen set gets slacks in units of its scale :math:`\sigma_i`::

    lower_i - sigma_i * short_i <= row_i <= upper_i + sigma_i * over_i,        minimise sum(short + over)

The costs of the program itself do not count. Where the answer is asked in an order of meaning, the slacks of rows
that should give last are minimised first and then held (J. W. Chinneck, *Feasibility and Infeasibility in
Optimization*, Springer 2008, chapter 6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from capplan.solvers.arrays import Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Elastic", "row_sizes", "soften", "without_rows"]


@dataclass(frozen=True)
class Elastic:
    """A program whose chosen rows may give.

    Attributes
    ----------
    arrays : Arrays
        The program with its slack columns, whose cost is their sum.
    row : ndarray
        Row of each slack, shape (slacks,).
    side : ndarray
        +1 where the slack lets a row fall short of its lower bound, -1 where it lets it exceed its upper, (slacks,).
    scale : ndarray
        Unit of each slack [unit of its row], shape (slacks,).
    start : int
        First slack column.
    """

    arrays: Arrays
    row: NDArray[np.int64]
    side: NDArray[np.int64]
    scale: NDArray[np.float64]
    start: int

    def amounts(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much each slack lets its row give [unit of the row], shape (slacks,)."""
        return values[self.start :] * self.scale

    def weighted(self, weight: NDArray[np.float64]) -> Elastic:
        """Return the program in which slacks cost `weight` per scale [-], shape (slacks,)."""
        cost = self.arrays.cost.copy()
        cost[self.start :] = weight
        return replace(self, arrays=replace(self.arrays, cost=cost))

    def held(self, rows: NDArray[np.bool_], total: float) -> Elastic:
        """Return the program in which the slacks of `rows` (mask over rows) cost nothing and sum to at most `total`.

        Parameters
        ----------
        rows
            Mask over the rows of the program, shape (m,).
        total
            Largest sum of those slacks, in units of their scales [-].
        """
        given = rows[self.row]
        columns = self.start + np.flatnonzero(given)
        cost = self.arrays.cost.copy()
        cost[columns] = 0.0
        arrays = self.arrays
        arrays = replace(
            arrays,
            cost=cost,
            indptr=np.append(arrays.indptr, arrays.indptr[-1] + len(columns)),
            indices=np.concatenate([arrays.indices, columns]),
            data=np.concatenate([arrays.data, np.ones(len(columns))]),
            row_lower=np.append(arrays.row_lower, -np.inf),
            row_upper=np.append(arrays.row_upper, total),
        )
        return replace(self, arrays=arrays)

    def free(self, rows: NDArray[np.bool_]) -> Elastic:
        """Return the program in which the slacks of `rows` (mask over rows) cost nothing."""
        cost = self.arrays.cost.copy()
        cost[self.start + np.flatnonzero(rows[self.row])] = 0.0
        return replace(self, arrays=replace(self.arrays, cost=cost))


def soften(arrays: Arrays, rows: NDArray[np.bool_], scale: NDArray[np.float64]) -> Elastic:
    """Return the elastic program.

    Parameters
    ----------
    arrays
        The program.
    rows
        Mask of the rows that may give, shape (m,).
    scale
        Unit of violation of each row [unit of the row], positive, shape (m,).

    Returns
    -------
    Elastic
        Slacks for every finite bound of the chosen rows.
    """
    short = np.flatnonzero(rows & np.isfinite(arrays.row_lower))
    over = np.flatnonzero(rows & np.isfinite(arrays.row_upper))
    row = np.concatenate([short, over])
    side = np.concatenate([np.ones(len(short), dtype=np.int64), -np.ones(len(over), dtype=np.int64)])
    count, width = len(row), arrays.width
    place = np.concatenate([np.repeat(np.arange(arrays.height), np.diff(arrays.indptr)), row])
    column = np.concatenate([arrays.indices, width + np.arange(count)])
    data = np.concatenate([arrays.data, side * scale[row]])
    order = np.lexsort((column, place))
    ends = np.cumsum(np.bincount(place, minlength=arrays.height))
    softened = Arrays(
        cost=np.concatenate([np.zeros(width), np.ones(count)]),
        offset=0.0,
        indptr=np.concatenate([[0], ends]).astype(np.int64),
        indices=column[order],
        data=data[order],
        row_lower=arrays.row_lower,
        row_upper=arrays.row_upper,
        column_lower=np.concatenate([arrays.column_lower, np.zeros(count)]),
        column_upper=np.concatenate([arrays.column_upper, np.full(count, np.inf)]),
        integer=np.concatenate([arrays.integer, np.zeros(count, dtype=np.bool_)]),
    )
    return Elastic(softened, row, side, scale[row], width)


def row_sizes(
    arrays: Arrays, family: NDArray[np.int64], values: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return a unit of violation for each row, so that rows of different units can be weighed against each other.

    It is the largest of the row's bounds, of half its terms' sizes at `values` where there are any, of the median of
    these over the row's family, and of its largest coefficient where all of these vanish.

    Parameters
    ----------
    arrays
        The program.
    family
        Number of the block that each row belongs to, shape (m,).
    values
        Values at which to take the terms, shape (n,) or longer.

    Returns
    -------
    ndarray
        Positive scales [unit of the row], shape (m,).
    """
    height = arrays.height
    row = np.repeat(np.arange(height), np.diff(arrays.indptr))
    size = np.zeros(height)
    for bound in (arrays.row_lower, arrays.row_upper):
        size = np.maximum(size, np.where(np.isfinite(bound), np.abs(bound), 0.0))
    if values is not None:
        terms = np.bincount(row, weights=np.abs(arrays.data * values[arrays.indices]), minlength=height)
        size = np.maximum(size, terms / 2.0)
    for block in np.unique(family):
        inside = family == block
        positive = size[inside & (size > 0.0)]
        if len(positive):
            size[inside] = np.maximum(size[inside], np.median(positive))
    largest = np.zeros(height)
    np.maximum.at(largest, row, np.abs(arrays.data))
    return np.where(size > 0.0, size, np.where(largest > 0.0, largest, 1.0))


def without_rows(arrays: Arrays, rows: NDArray[np.bool_]) -> Arrays:
    """Return the program in which the rows of a mask no longer bind."""
    return replace(
        arrays,
        row_lower=np.where(rows, -np.inf, arrays.row_lower),
        row_upper=np.where(rows, np.inf, arrays.row_upper),
    )
