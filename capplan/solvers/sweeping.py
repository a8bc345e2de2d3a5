"""A sweep over the parts of a large program: one after the other made whole, the rest as it stands.

From a solution of the linear relaxation, every part (`capplan.solvers.parts.divided`) is solved with whole numbers, on
the integer columns that the relaxation uses, while all other parts stay as they are. Columns that belong to no part with
integer columns, accounts for example, are free every time: without them no part could spend more than its fractions did.
Rows that couple a part with others may be missed at a price, and what one part misses the next one sees and can make
up. The sweep ends with whole numbers that miss few rows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from capplan.solvers import highs
from capplan.solvers.parts import divided, matrix_of, narrowed
from capplan.solvers.proving import options_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.pool import Pool

__all__ = ["Sweep", "missed", "usual_cost", "with_slack"]

UNUSED = 1e-6
"""Distance from its lower bound within which a column of the relaxation counts as unused [-]."""
PART_INTEGERS = 2000
"""Integer columns of a part, at most [-]."""
PART_SECONDS, PART_NODES = 20.0, 3
"""Limits of one part: seconds, where time counts, and nodes."""
PART_GAP = 0.003
"""Relative gap at which a part is left [ratio]."""
TIMES = 10.0
"""Price of missing a row over its price in the relaxation [ratio]."""
MISSED = 1e-6
"""Violation of a row, relative to the larger of its bound and 1, from which it counts as missed [ratio]."""


def missed(arrays: Arrays, values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows that values miss.

    Parameters
    ----------
    arrays
        The program.
    values
        Values of its columns, shape (columns,).
    """
    activity = matrix_of(arrays) @ values
    size = np.ones(arrays.height)
    for bound in (arrays.row_lower, arrays.row_upper):
        size = np.maximum(size, np.where(np.isfinite(bound), np.abs(bound), 0.0))
    return np.flatnonzero(
        np.maximum(arrays.row_lower - activity, activity - arrays.row_upper) > MISSED * size
    )


class Sweep:
    """One sweep.

    Parameters
    ----------
    pool
        Says when to end.
    arrays
        The program, with integer columns and finite bounds.
    values
        A solution of its linear relaxation, shape (columns,).
    prices
        Prices of the rows there, shape (rows,).
    by_nodes
        Whether limits count nodes alone.
    """

    def __init__(
        self,
        pool: Pool,
        arrays: Arrays,
        values: NDArray[np.float64],
        prices: NDArray[np.float64],
        *,
        by_nodes: bool,
    ) -> None:
        self.pool, self.arrays, self.by_nodes = pool, arrays, by_nodes
        self.matrix = matrix_of(arrays)
        self.columns = self.matrix.tocsc()
        self.values = np.clip(values, arrays.column_lower, arrays.column_upper)
        self.unused = arrays.integer & (self.values - arrays.column_lower < UNUSED)
        self.fee = TIMES * np.abs(prices) + usual_cost(arrays)

    def run(self) -> NDArray[np.float64] | None:
        """Return values with whole integer columns, shape (columns,), some rows missed; None where the time ended."""
        parts = divided(self.arrays, PART_INTEGERS)
        inside = parts.block >= 0
        whole = np.bincount(parts.block[inside & self.arrays.integer], minlength=parts.count)
        common = ~inside | (whole[parts.block] == 0)
        for number in np.argsort(-whole, kind="stable"):
            if whole[number] and not self.pool.ended:
                self._solve(np.flatnonzero((parts.block == number) | common), parts.inner != number)
        whole_now = np.abs(self.values - np.round(self.values)) <= UNUSED
        return self.values if whole_now[self.arrays.integer].all() else None

    def _solve(self, inside: NDArray[np.int64], coupling: NDArray[np.bool_]) -> None:
        """Make some columns whole, with all else as it stands, missing coupling rows at a fee."""
        pool, arrays = self.pool, self.arrays
        rows = np.unique(self.columns[:, inside].indices).astype(np.int64)
        program = narrowed(arrays, self.columns, inside, rows)
        own = matrix_of(program)
        rest = self.matrix[rows] @ self.values - own @ self.values[inside]
        elastic = np.flatnonzero(coupling[rows])
        program = with_slack(program, own, rest, elastic, self.fee[rows[elastic]])
        program.column_upper[: len(inside)] = np.where(
            self.unused[inside], arrays.column_lower[inside], arrays.column_upper[inside]
        )
        size = abs(float(arrays.cost[inside] @ self.values[inside])) * pool.scale
        options = options_of(
            pool, pool.request.seed, gap=PART_GAP, nodes=PART_NODES,
            seconds=pool.left() if self.by_nodes else min(PART_SECONDS, pool.left()),
        )  # fmt: skip
        scaled = replace(program, cost=program.cost * pool.scale)
        model = highs.loaded(scaled, options | {"mip_abs_gap": PART_GAP * size})
        model.run()
        info = model.getInfo()
        pool.count(int(info.mip_node_count))
        if info.primal_solution_status == highs.FEASIBLE:
            found = np.array(model.getSolution().col_value, dtype=np.float64)[: len(inside)]
            self.values[inside] = np.where(arrays.integer[inside], np.round(found), found)


def usual_cost(arrays: Arrays) -> NDArray[np.float64]:
    """Return what a unit of each row usually costs: the median of its columns' costs over their coefficients, shape (rows,).

    Parameters
    ----------
    arrays
        The program.
    """
    row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    each = np.abs(arrays.cost[arrays.indices] / arrays.data)
    order = np.lexsort((each, row))
    order = order[each[order] > 0]
    count = np.bincount(row[order], minlength=arrays.height)
    priced = arrays.cost[arrays.cost > 0]
    usual = np.full(arrays.height, float(np.median(priced)) if len(priced) else 1.0)
    middle = np.cumsum(count) - count + count // 2
    usual[count > 0] = each[order][middle[count > 0]]
    return usual


def with_slack(
    program: Arrays,
    own: sparse.csr_matrix,
    rest: NDArray[np.float64],
    elastic: NDArray[np.int64],
    fee: NDArray[np.float64],
) -> Arrays:
    """Return a program whose rows hold what others take of them already, and that may miss some of them at a fee.

    Parameters
    ----------
    program
        The program.
    own
        Its coefficients.
    rest
        What others take of every row, shape (rows,).
    elastic
        Rows that may be missed.
    fee
        Fee for a unit of each of these.
    """
    count, none = len(elastic), np.zeros(2 * len(elastic))
    give = sparse.csr_matrix((np.ones(count), (elastic, np.arange(count))), shape=(program.height, count))
    matrix = sparse.hstack([own, give, -give]).tocsr()
    matrix.sort_indices()
    return replace(
        program,
        cost=np.concatenate([program.cost, fee, fee]),
        indptr=matrix.indptr.astype(np.int64),
        indices=matrix.indices.astype(np.int64),
        data=matrix.data,
        row_lower=program.row_lower - rest,
        row_upper=program.row_upper - rest,
        column_lower=np.concatenate([program.column_lower, none]),
        column_upper=np.concatenate([program.column_upper, none + np.inf]),
        integer=np.concatenate([program.integer, none > 0]),
    )
