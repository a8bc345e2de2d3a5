"""Values of a large program: first ones by a sweep or a dive, then neighbouring blocks solved anew.

Programs of many integer columns are made whole part by part (`capplan.solvers.sweeping`); what rows that misses is
made up by adding to whole columns near them, all others as they are. Those of fewer are dived into
(`capplan.solvers.diving`); what is near a column left between whole numbers is then free. Either goes to
branch and bound as one program, and nearness widens row by row until that has a solution. Where none comes of it, the
columns at their lower bounds in the relaxation stay there. Then a block and those with which it shares most rows are freed
together, with all else as it is, again and again; a step can only better the values. Columns that belong to no block with
integer columns, accounts for example, are free in every step.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from capplan.solvers import highs
from capplan.solvers.diving import between
from capplan.solvers.improving import listen
from capplan.solvers.parts import matrix_of, near_whole
from capplan.solvers.proving import options_of
from capplan.solvers.sweeping import Sweep, missed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.diving import Dive
    from capplan.solvers.parts import Parts
    from capplan.solvers.pool import Pool

__all__ = ["Mending"]

WHOLE = 1e-6
"""Distance from its lower bound within which a column of the relaxation counts as unused [-]."""
KERNEL_FLOWS = (0.3, 1.0)
"""Shares of the unused flows among which first values are looked for, in turn [ratio]."""
KERNEL_SHARE, KERNEL_NODES = 0.5, 60
"""Limits of the search for first values: part of the time that is left, or nodes."""
DIVES = 6000
"""Integer columns up to which a dive comes before a sweep [-]: its runs of the whole relaxation grow dear."""
REACHES, SHORT_ROW = (1, 2, 3), 60
"""Rows between a free column and one that needs it, in turn [-], and coefficients of such rows, at most [-]."""
NEAR_SHARE, NEAR_NODES = 0.6, 20
"""Limits of branch and bound where a dive or a sweep ends: part of the time that is left, or nodes."""
NEAR_GAP = 0.003
"""Relative gap at which that ends [ratio]."""
STEP_SECONDS, STEP_NODES = 30.0, 40
"""Limits of one neighbourhood: seconds, or nodes."""
FINER = 0.03
"""Part of the gap asked for that all neighbourhoods together may leave [ratio]."""
TOGETHER = 1600
"""Integer columns that are freed together, at most [-]."""
SHORT = 60
"""Blocks that a row may join and still tell of neighbours [-]."""


class Mending:
    """Values of a program on their way from its relaxation to a solution.

    Parameters
    ----------
    pool
        Where solutions go.
    arrays
        The program.
    parts
        Its blocks.
    values
        A solution of its linear relaxation, shape (columns,).
    reduced
        Reduced costs of the columns there, shape (columns,).
    dive, sweep
        Two ways from the relaxation to whole numbers.
    by_nodes
        Whether limits count nodes, not seconds.
    """

    def __init__(
        self,
        pool: Pool,
        arrays: Arrays,
        parts: Parts,
        values: NDArray[np.float64],
        reduced: NDArray[np.float64],
        dive: Dive,
        sweep: Sweep,
        *,
        by_nodes: bool,
    ) -> None:
        self.pool, self.arrays, self.parts, self.by_nodes = pool, arrays, parts, by_nodes
        self.dive, self.sweep = dive, sweep
        self.matrix = matrix_of(arrays)
        self.columns = self.matrix.tocsc()
        self.values = np.clip(values, arrays.column_lower, arrays.column_upper)
        self.reduced = reduced
        self.total = abs(arrays.objective(values))
        self.whole = np.bincount(parts.block[(parts.block >= 0) & arrays.integer], minlength=parts.count)
        self.common = (parts.block < 0) | (self.whole[parts.block] == 0)
        self.links = self._links()
        self.random = np.random.default_rng(pool.request.seed)
        self.round, self.told = 0, "no values"

    def run(self, rounds: int | None = None) -> None:
        """Find first values, then free ever other neighbours, until the pool ends or for a number of rounds over all."""
        few = int(self.arrays.integer.sum()) <= DIVES
        for way in (self._dive, self._sweep) if few else (self._sweep, self._dive):
            if self._best() is None and not self._over():
                way()
        for share in KERNEL_FLOWS:
            if self._best() is None and not self._over():
                self._kernel(share)
        while not self.pool.ended and (rounds is None or self.round < rounds):
            values = self._best()
            if values is None:
                self.told = "no values among the columns of the relaxation"
                return
            self.values = values.copy()
            for group in self._groups():
                if self._over():
                    return
                self._solve(group)
                self.pool.offer(self.values.copy())
            self.round += 1
            self.told = f"{self.round} rounds of neighbours"

    def _over(self) -> bool:
        return self.pool.ended

    def _best(self) -> NDArray[np.float64] | None:
        return self.pool.best()[0]

    def _dive(self) -> None:
        """Dive, then solve what is near the columns left between whole numbers."""
        point = self.dive.run()
        if point is not None:
            self._widening(between(point, self.arrays.integer), np.round(point), "a dive")

    def _sweep(self) -> None:
        """Sweep, then add to whole columns near the rows that are missed."""
        point = self.sweep.run()
        if point is not None:
            rows = self.matrix[missed(self.arrays, point)]
            self._widening(np.unique(rows.indices), np.round(point), "a sweep", rising=True)

    def _widening(
        self,
        columns: NDArray[np.int64],
        at: NDArray[np.float64],
        told: str,
        *,
        rising: bool = False,
    ) -> None:
        """Solve with integer columns at values but for those near some columns, ever wider, until values come of it.

        Parameters
        ----------
        columns
            What is near these is free; where there are none, nothing is.
        at
            Values, shape (columns,).
        told
            Where the values came from.
        rising
            Whether free columns may only rise.
        """
        arrays = self.arrays
        short = self.matrix[np.flatnonzero(np.diff(self.matrix.indptr) <= SHORT_ROW)]
        short.data = np.ones_like(short.data)
        near = np.zeros(arrays.width)
        near[columns] = 1.0
        for _ in REACHES:
            if self._best() is not None or self._over():
                break
            near = ((short.T @ ((short @ near) > 0)) + near > 0).astype(float)
            lower, upper = arrays.column_lower.copy(), arrays.column_upper.copy()
            kept = arrays.integer & (near == 0)
            raised = arrays.integer if rising else kept
            lower[raised] = np.clip(at, lower, upper)[raised]
            upper[kept] = lower[kept]
            self._search(
                replace(arrays, column_lower=lower, column_upper=upper), NEAR_GAP, NEAR_SHARE, NEAR_NODES
            )
        self.told = f"values of {told}"

    def _kernel(self, share: float) -> None:
        """Solve on the integer columns that the relaxation uses, its flows, and a share of the others, the cheapest."""
        arrays = self.arrays
        upper = arrays.column_upper.copy()
        flows = ~near_whole(arrays)
        unused = self.values - arrays.column_lower < WHOLE
        limit = np.quantile(self.reduced[flows & unused], share) if (flows & unused).any() else 0.0
        kept = unused & (arrays.integer | (flows & (self.reduced > limit)))
        upper[kept] = arrays.column_lower[kept]
        gap = FINER * 10.0 * self.pool.request.gap
        self._search(replace(arrays, column_upper=upper), gap, KERNEL_SHARE, KERNEL_NODES)
        self.told = "first values"

    def _search(self, arrays: Arrays, gap: float, share: float, nodes: int) -> None:
        """Solve a narrowed program and offer what comes of it, within a share of the time that is left, or nodes."""
        pool = self.pool
        program = replace(arrays, cost=arrays.cost * pool.scale, offset=arrays.offset * pool.scale)
        options = options_of(
            pool, pool.request.seed, gap=gap,
            seconds=pool.left() * (1.0 if self.by_nodes else share),
            nodes=nodes if self.by_nodes else None,
        )  # fmt: skip
        model = highs.loaded(program, options)
        listen(model, pool)
        model.run()
        info = model.getInfo()
        pool.count(int(info.mip_node_count))
        if info.primal_solution_status == highs.FEASIBLE:
            pool.offer(np.array(model.getSolution().col_value, dtype=np.float64))

    def _links(self) -> sparse.csr_matrix:
        """Return how many shared rows join two blocks, shape (blocks, blocks)."""
        row = np.repeat(np.arange(self.arrays.height), np.diff(self.arrays.indptr))
        block = self.parts.block[self.arrays.indices]
        use = (self.parts.inner[row] < 0) & (block >= 0)
        shape = (self.parts.count, self.arrays.height)
        pattern = sparse.csr_matrix((np.ones(int(use.sum())), (block[use], row[use])), shape=shape)
        pattern.data = np.ones_like(pattern.data)
        short = np.asarray(pattern.sum(axis=0)).ravel() <= SHORT
        pattern = pattern[:, np.flatnonzero(short)]
        return (pattern @ pattern.T).tocsr()

    def _groups(self) -> list[NDArray[np.int64]]:
        """Return the blocks that are solved together: a random one with its nearest, until all had a turn."""
        left, groups = np.ones(self.parts.count, dtype=np.bool_), []
        for number in self.random.permutation(self.parts.count):
            if not left[number]:
                continue
            near = self.links[number].toarray().ravel() * self.random.uniform(0.5, 1.5, self.parts.count)
            near[number] = np.inf
            order = np.argsort(-near, kind="stable")
            order = order[near[order] > 0]
            group = order[np.cumsum(self.whole[order]) <= max(TOGETHER, self.whole[number])]
            left[group] = False
            groups.append(group)
        return groups

    def _solve(self, group: NDArray[np.int64]) -> None:
        """Solve some blocks anew with all else as it is, and take what is better."""
        chosen = np.zeros(self.parts.count + 1, dtype=np.bool_)
        chosen[group] = True
        inside = np.flatnonzero(chosen[self.parts.block] | self.common)
        part = self.columns[:, inside]
        rows = np.unique(part.indices)
        own, pool, cost = part.tocsr()[rows], self.pool, self.arrays.cost[inside]
        own.sort_indices()
        activity, here = self.matrix[rows] @ self.values, own @ self.values[inside]
        program = replace(
            self.arrays,
            cost=cost * pool.scale,
            offset=0.0,
            indptr=own.indptr.astype(np.int64),
            indices=own.indices.astype(np.int64),
            data=own.data,
            # what stands is within the rows, up to the crumbs of its arithmetic
            row_lower=np.minimum(self.arrays.row_lower[rows], activity) - activity + here,
            row_upper=np.maximum(self.arrays.row_upper[rows], activity) - activity + here,
            column_lower=self.arrays.column_lower[inside],
            column_upper=self.arrays.column_upper[inside],
            integer=self.arrays.integer[inside],
        )
        room = FINER * max(pool.request.gap, 1e-4) * self.total * len(group) / self.parts.count * pool.scale
        options = options_of(
            pool, pool.request.seed + self.round, gap=0.0,
            seconds=pool.left() if self.by_nodes else min(STEP_SECONDS, pool.left()),
            nodes=STEP_NODES if self.by_nodes else None,
        )  # fmt: skip
        model = highs.loaded(program, options | {"mip_abs_gap": room})
        highs.start_from(model, self.values[inside])
        model.run()
        info = model.getInfo()
        pool.count(int(info.mip_node_count))
        if info.primal_solution_status == highs.FEASIBLE:
            found = np.array(model.getSolution().col_value, dtype=np.float64)
            if cost @ found < cost @ self.values[inside]:
                self.values[inside] = found
