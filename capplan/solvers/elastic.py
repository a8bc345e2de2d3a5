r"""Elastic programs: chosen bounds may give, at a price, and the least that must give is found.

A *lever* is one number of the inputs that bounds rows or columns. Moved by :math:`\delta_l \ge 0` it loosens them at a
rate each::

    lower_i - sum_l rate_il * delta_l <= row_i,      row_i <= upper_i + sum_l rate_il * delta_l
    x_j <= upper_j + sum_l rate_jl * delta_l,        minimise sum_l weight_l * delta_l / size_l

The costs of the program itself do not count. Softening every row by a slack of its own is the first phase of the
simplex method: where its optimum is positive, the rows with a dual contradict each other (J. W. Chinneck,
*Feasibility and Infeasibility in Optimization*, Springer 2008, chapters 6 and 7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from capplan.solvers.arrays import Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Effects", "Elastic", "loosened", "only_rows", "soften", "violations"]

ROOM = 1e7
"""Most that a loosened column may exceed its upper bound by, so that bounds stay finite [its unit]."""


@dataclass(frozen=True)
class Effects:
    """What levers loosen: entries of a table, one for each row or column that a lever acts on.

    Attributes
    ----------
    row, row_lever : ndarray
        Row and lever of each entry, shape (entries,).
    side : ndarray
        +1 where the lower bound of the row gives, -1 where the upper one does, shape (entries,).
    row_rate : ndarray
        What one unit of the lever gives [unit of the row per unit of the lever], positive, shape (entries,).
    column, column_lever, column_rate : ndarray
        The same for upper bounds of columns.
    """

    row: NDArray[np.int64]
    row_lever: NDArray[np.int64]
    side: NDArray[np.int64]
    row_rate: NDArray[np.float64]
    column: NDArray[np.int64]
    column_lever: NDArray[np.int64]
    column_rate: NDArray[np.float64]

    def of(self, levers: NDArray[np.bool_]) -> Effects:
        """Return the entries of some levers (mask over levers)."""
        rows, columns = levers[self.row_lever], levers[self.column_lever]
        return Effects(
            self.row[rows],
            self.row_lever[rows],
            self.side[rows],
            self.row_rate[rows],
            self.column[columns],
            self.column_lever[columns],
            self.column_rate[columns],
        )


@dataclass(frozen=True)
class Elastic:
    """A program with levers as further columns, in units of their sizes, whose weights are its cost.

    Attributes
    ----------
    arrays : Arrays
        The program: its own columns, then one for each lever.
    size : ndarray
        Size of each lever [its unit], shape (levers,).
    width : int
        Number of the program's own columns.
    """

    arrays: Arrays
    size: NDArray[np.float64]
    width: int

    def moved(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much each lever moved [its unit], shape (levers,)."""
        return values[self.width :] * self.size


def loosened(
    arrays: Arrays,
    effects: Effects,
    *,
    size: NDArray[np.float64],
    weight: NDArray[np.float64],
    most: NDArray[np.float64],
) -> Elastic:
    """Return the elastic program of levers.

    Parameters
    ----------
    arrays
        The program.
    effects
        What the levers loosen.
    size
        What counts as one move of each lever [its unit], positive, shape (levers,).
    weight
        Price of one move [-], shape (levers,); levers that must not move get `most` zero.
    most
        How far each lever can move [its unit], shape (levers,).

    Returns
    -------
    Elastic
        The program; its own costs do not count.
    """
    count, width, height = len(size), arrays.width, arrays.height
    tied, place = np.unique(effects.column, return_inverse=True)
    rate = np.concatenate([effects.side * effects.row_rate, -effects.column_rate])
    lever = np.concatenate([effects.row_lever, effects.column_lever])
    row = np.concatenate([effects.row, height + place])
    old = np.repeat(np.arange(height), np.diff(arrays.indptr))
    rows = np.concatenate([old, height + np.arange(len(tied)), row])
    columns = np.concatenate([arrays.indices, tied, width + lever])
    data = np.concatenate([arrays.data, np.ones(len(tied)), rate * size[lever]])
    order = np.lexsort((columns, rows))
    total = height + len(tied)
    ends = np.cumsum(np.bincount(rows, minlength=total))
    upper = arrays.column_upper.copy()
    reach = np.zeros(len(tied))
    by = np.minimum(most, 1e30)[effects.column_lever] * effects.column_rate
    np.add.at(reach, place, np.minimum(by, ROOM))
    upper[tied] += np.minimum(reach, ROOM)
    grown = Arrays(
        cost=np.concatenate([np.zeros(width), weight]),
        offset=0.0,
        indptr=np.concatenate([[0], ends]).astype(np.int64),
        indices=columns[order].astype(np.int64),
        data=data[order],
        row_lower=np.concatenate([arrays.row_lower, np.full(len(tied), -np.inf)]),
        row_upper=np.concatenate([arrays.row_upper, arrays.column_upper[tied]]),
        column_lower=np.concatenate([arrays.column_lower, np.zeros(count)]),
        column_upper=np.concatenate([upper, most / size]),
        integer=np.concatenate([arrays.integer, np.zeros(count, dtype=np.bool_)]),
    )
    return Elastic(grown, size, width)


def given(arrays: Arrays, effects: Effects, amounts: NDArray[np.float64]) -> Arrays:
    """Return the program whose levers have moved by amounts [their units], shape (levers,)."""
    lower, upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    by = effects.row_rate * amounts[effects.row_lever]
    for side, bound in ((1, lower), (-1, upper)):
        mine = effects.side == side
        np.add.at(bound, effects.row[mine], -side * by[mine])
    most = arrays.column_upper.copy()
    np.add.at(most, effects.column, effects.column_rate * amounts[effects.column_lever])
    return replace(arrays, row_lower=np.minimum(lower, upper), row_upper=upper, column_upper=most)


def violations(arrays: Arrays, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return by how much values fall short of lower row bounds, exceed upper ones, and exceed upper column bounds."""
    row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    reached = np.bincount(row, weights=arrays.data * values[arrays.indices], minlength=arrays.height)
    short = np.maximum(arrays.row_lower - reached, 0.0)
    over = np.maximum(reached - arrays.row_upper, 0.0)
    return short, over, np.maximum(values - arrays.column_upper, 0.0)


def soften(arrays: Arrays) -> Arrays:
    """Return the program in which every row may give by a slack that costs its violation relative to its largest term.

    Parameters
    ----------
    arrays
        The program; its costs do not count and its integers are relaxed.

    Returns
    -------
    Arrays
        The program with slack columns; rows in their order, so that duals are those of the rows.
    """
    short = np.flatnonzero(np.isfinite(arrays.row_lower))
    over = np.flatnonzero(np.isfinite(arrays.row_upper))
    row = np.concatenate([short, over])
    count, width, height = len(row), arrays.width, arrays.height
    old = np.repeat(np.arange(height), np.diff(arrays.indptr))
    scale = np.ones(height)
    np.maximum.at(scale, old, np.abs(arrays.data))
    sign = np.concatenate([np.ones(len(short)), -np.ones(len(over))])
    rows = np.concatenate([old, row])
    columns = np.concatenate([arrays.indices, width + np.arange(count)])
    order = np.lexsort((columns, rows))
    return Arrays(
        cost=np.concatenate([np.zeros(width), np.ones(count)]),
        offset=0.0,
        indptr=np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=height))]).astype(np.int64),
        indices=columns[order].astype(np.int64),
        data=np.concatenate([arrays.data, sign * scale[row]])[order],
        row_lower=arrays.row_lower,
        row_upper=arrays.row_upper,
        column_lower=np.concatenate([arrays.column_lower, np.zeros(count)]),
        column_upper=np.concatenate([arrays.column_upper, np.full(count, np.inf)]),
        integer=np.zeros(width + count, dtype=np.bool_),
    )


def only_rows(arrays: Arrays, rows: NDArray[np.int64]) -> Arrays:
    """Return the program of some rows alone, in the order given; columns stay."""
    length = np.diff(arrays.indptr)[rows]
    ends = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    place = np.repeat(arrays.indptr[rows] - ends[:-1], length) + np.arange(int(ends[-1]))
    return replace(
        arrays,
        indptr=ends,
        indices=arrays.indices[place],
        data=arrays.data[place],
        row_lower=arrays.row_lower[rows],
        row_upper=arrays.row_upper[rows],
    )
