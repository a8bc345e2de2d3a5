"""A bound where the time does not do for the relaxation of a program: parts alone, at prices of what must be covered.

Rows that nobody keeps by doing nothing (demand to be served, say) tell most of what a program costs. Every part
(`capplan.solvers.parts.divided`) is relaxed alone, with its own rows and the covering rows of which it holds more than
half, which it may miss at a fee. The prices of covering rows that come of it, those that were missed left out, price what
couples parts; all else that couples them costs nothing. At shares of these prices every part is relaxed once more.

Parts that know nothing of each other value the same row differently, so that the bound is far below the relaxation's;
but it costs a part of the time, and it holds whatever the prices are worth, since it is worked out from the rows as
they stand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from capplan.solvers import highs
from capplan.solvers.parts import box_minimum, divided, fitting, matrix_of, narrowed
from capplan.solvers.proving import options_of
from capplan.solvers.sweeping import usual_cost, with_slack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.pool import Pool

__all__ = ["Covering", "bound_at"]

PART_INTEGERS = 6000
"""Integer columns of a part, at most [-]."""
SHARES = (1.0, 0.75, 0.5, 0.0)
"""Shares of the prices of covering rows at which parts are bounded, in turn [ratio]."""
MOSTLY = 0.5
"""Part of a covering row's columns from which it is priced by the part that holds them [ratio]."""
LOCAL = 150
"""Coefficients of a row that tells of its surroundings, at most [-]."""
FEE = 100.0
"""Fee for missing a covering row over what a unit of it usually costs [ratio]."""
EASED = 0.99
"""Part of a covering row that a part must cover to price it [ratio]: bounds that the row itself implies would hide its price."""
MISSED = 1e-7


def bound_at(arrays: Arrays, prices: NDArray[np.float64]) -> float:
    """Return the bound on the cost that prices of the rows give, whatever they are [unit of the objective].

    Parameters
    ----------
    arrays
        The program, its columns bounded.
    prices
        A price of every row, shape (rows,).
    """
    prices = fitting(arrays, prices)
    speaks = np.where(prices > 0, arrays.row_lower, arrays.row_upper)
    paid = prices * np.where(prices == 0, 0.0, speaks)
    reduced = arrays.cost - matrix_of(arrays).T @ prices
    least = box_minimum(reduced, arrays.column_lower, arrays.column_upper)
    return arrays.offset + float(paid.sum()) + float(least.sum())


class Covering:
    """The parts of a program and the prices of what they must cover.

    Parameters
    ----------
    pool
        Says when to end, and takes the bounds.
    arrays
        The program, its columns bounded.
    """

    def __init__(self, pool: Pool, arrays: Arrays) -> None:
        self.pool, self.arrays = pool, arrays
        self.columns = matrix_of(arrays).tocsc()
        self.parts = divided(arrays, PART_INTEGERS)
        self.bounds = 0
        row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
        least = np.where(
            arrays.data > 0, arrays.column_lower[arrays.indices], arrays.column_upper[arrays.indices]
        )
        idle = np.bincount(row, weights=arrays.data * least, minlength=arrays.height)
        rises = np.bincount(row, weights=arrays.data < 0, minlength=arrays.height) == 0
        self.covers = (
            (self.parts.inner < 0) & rises & (idle < arrays.row_lower) & (np.diff(arrays.indptr) <= LOCAL)
        )
        self.eased = np.where(self.covers, idle + EASED * (arrays.row_lower - idle), arrays.row_lower)
        self.fee = FEE * usual_cost(arrays)

    def run(self) -> int:
        """Raise the pool's bound; return how many bounds were worked out."""
        local = self._local()
        if local is not None:
            for share in SHARES:
                prices = self._relaxed(share * local)
                if prices is None:
                    break
                self.pool.raise_bound(bound_at(self.arrays, prices))
                self.bounds += 1
        return self.bounds

    def _members(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Yield every part that has columns, with these."""
        order = np.argsort(self.parts.block, kind="stable")
        start = np.searchsorted(self.parts.block[order], np.arange(self.parts.count + 1))
        for number in range(self.parts.count):
            yield number, np.sort(order[start[number] : start[number + 1]])

    def _local(self) -> NDArray[np.float64] | None:
        """Return prices of covering rows, each as the part that mostly holds it has it; None where the time ended."""
        arrays, prices = self.arrays, np.zeros(self.arrays.height)
        length = np.maximum(np.diff(arrays.indptr), 1)
        for number, inside in self._members():
            held = np.bincount(self.columns[:, inside].indices, minlength=arrays.height) / length
            rows = np.flatnonzero((self.parts.inner == number) | (self.covers & (held > MOSTLY)))
            if not self.covers[rows].any():
                continue
            part = narrowed(arrays, self.columns, inside, rows)
            elastic = np.flatnonzero(self.covers[rows])
            upper = np.where(self.covers[rows], np.inf, part.row_upper)
            part = replace(part, row_lower=self.eased[rows], row_upper=upper)
            part = with_slack(part, matrix_of(part), np.zeros(len(rows)), elastic, self.fee[rows[elastic]])
            found = self._solved(part)
            if found is None:
                return None
            values, dual = found
            slack = values[len(inside) :].reshape(2, -1).sum(axis=0)
            prices[rows[elastic]] = np.where(slack > MISSED, 0.0, dual[elastic])
        return np.where(self.covers, np.maximum(prices, 0.0), 0.0)

    def _relaxed(self, coupling: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return prices of all rows, of inner ones as parts relaxed alone have them; None where the time ended."""
        prices = coupling.copy()
        reduced = self.arrays.cost - self.columns.T @ coupling
        for number, inside in self._members():
            rows = np.flatnonzero(self.parts.inner == number)
            if len(rows):
                part = narrowed(self.arrays, self.columns, inside, rows)
                found = self._solved(replace(part, cost=reduced[inside]))
                if found is None:
                    return None
                prices[rows] = found[1]
        return prices

    def _solved(self, part: Arrays) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return values and prices of a part's relaxation; prices of nothing where it has none, None where the time ended."""
        pool = self.pool
        if pool.ended:
            return None
        scaled = replace(part, cost=part.cost * pool.scale).relaxed()
        options = options_of(pool, pool.request.seed, gap=0.0, seconds=pool.left())
        model = highs.loaded(scaled, options | {"solver": "ipm", "run_crossover": "on", "threads": 1})
        model.run()
        solution = model.getSolution()
        if not (solution.value_valid and solution.dual_valid):
            return None if pool.ended else (np.zeros(part.width), np.zeros(part.height))
        values, prices = (
            np.array(side, dtype=np.float64) for side in (solution.col_value, solution.row_dual)
        )
        return values, prices / pool.scale
