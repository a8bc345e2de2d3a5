"""Large programs part by part: a bound from priced blocks, and values from blocks solved one after the other.

The linear relaxation is solved once by interior point. Its prices give a bound that holds whatever their errors
(`capplan.solvers.parts`), and solving every block with whole numbers at these prices raises it block by block; then
prices are bettered by cuts of the blocks (`capplan.solvers.pricing`) and larger blocks solved at those. First values come
from the relaxation, made whole part by part; then neighbouring blocks are solved anew together with all else as it is
(`capplan.solvers.mending`). Nothing solves the program as a whole but the relaxation and what makes up for rows that
first values miss. Where the time does not do for the relaxation, parts are bounded alone, at prices of what must be
covered (`capplan.solvers.covering`), then without prices; there are no values then.

With two threads or more one raises the bound while another finds values. With one, or with a work limit, they take
turns in a fixed order, and limits count nodes: runs with a seed are repeatable.
"""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.solution import Progress, Reason
from capplan.solvers import highs
from capplan.solvers.covering import Covering
from capplan.solvers.diving import Dive
from capplan.solvers.engine import Capabilities, Outcome
from capplan.solvers.mending import Mending
from capplan.solvers.parts import box_minimum, divided, fitting, matrix_of, narrowed, tightened
from capplan.solvers.pool import Pool
from capplan.solvers.pricing import Pricing
from capplan.solvers.proving import options_of
from capplan.solvers.sweeping import Sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.engine import Hooks, Request

ENGINES = {
    "regional": Capabilities(
        library="highspy",
        remedy="pip install highspy",
        progress=True,
        incumbents=True,
        repeatable=False,
        work_unit="branch-and-bound nodes of one block",
    )
}

LARGE = 8000
"""Integer columns from which `search` hands a program over [-]."""
RELAXED_SHARE = 0.7
"""Part of the time that the relaxation may take; the rest is for bounds of blocks without its prices [ratio]."""
UNRELAXED, PATIENT = 100_000, 3600.0
"""Integer columns from which the relaxation is not tried [-] in less time than this [s]: on one thread it would not end."""
BLOCK_INTEGERS, NEIGHBOUR_INTEGERS = 1600, 400
"""Integer columns of a block that bounds, and of one whose neighbours are solved anew with it, at most [-]."""
BLOCK_SECONDS, BLOCK_NODES = 30.0, 200
"""Limits of one block's branch and bound: seconds, or nodes where runs are repeatable."""
ROUNDS_OF_CUTS = 3
"""Rounds in which prices are bettered before larger blocks are solved [-]."""
LEVELS = 3
"""Sizes of blocks, each twice the one before [-]."""
FINER = 0.05
"""Part of the gap asked for that all blocks together may leave [ratio]."""
POLL_SECONDS = 0.2
ROUNDS = 4
"""Rounds of neighbourhoods over all blocks where limits count nodes [-]."""


def present(_engine: str) -> bool:
    """Whether the engine is there once its library is."""
    return True


def run(arrays: Arrays, request: Request, warm_start: NDArray[np.float64] | None, hooks: Hooks) -> Outcome:
    """Solve part by part; see `capplan.solvers.engine.Adapter`. A program without integers goes to HiGHS as it is."""
    if not arrays.integer.any():
        return highs.run(arrays, request, warm_start, hooks)
    pool = Pool(arrays, request, hooks)
    if warm_start is not None:
        pool.offer(warm_start)
    return _Regional(pool).outcome()


class _Regional:
    """One program, its relaxation, its blocks and what is known of them."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.notes = pool, list[str]()
        self.arrays = tightened(pool.arrays)
        self.by_nodes = pool.request.threads == 1 or pool.request.work_limit is not None
        self.version = ""

    def outcome(self) -> Outcome:
        """Run all of it and return the best values and the bound."""
        model = self._relaxed()
        reason = self._unpriced(model) if isinstance(model, Reason) else self._parts(model)
        pool = self.pool
        if pool.closed:
            reason = Reason.OPTIMAL
        elif pool.hooks.stop.is_set():
            reason = Reason.INTERRUPTED
        values, _, _ = pool.best()
        return Outcome(
            reason=reason,
            values=values,
            dual_bound=highs.usable_bound(pool.dual),
            nodes=pool.nodes,
            detail="; ".join(self.notes) or "values and bound met",
            version=self.version,
        )

    def _relaxed(self) -> Any:
        """Return HiGHS with the linear relaxation solved, or the reason why it is not."""
        pool = self.pool
        if pool.left() < PATIENT and int(self.arrays.integer.sum()) > UNRELAXED:
            self.notes.append("too large for its relaxation")
            return Reason.TIME_LIMIT
        scaled = replace(
            self.arrays, cost=self.arrays.cost * pool.scale, offset=self.arrays.offset * pool.scale
        ).relaxed()
        options = options_of(pool, pool.request.seed, gap=0.0, seconds=RELAXED_SHARE * pool.left())
        model = highs.loaded(scaled, options | {"solver": "ipm", "run_crossover": "on"})
        model.run()
        self.version = str(model.version())
        status = model.getModelStatus().name
        found = highs.REASONS.get(status, Reason.NO_SOLUTION)
        solution = model.getSolution()
        if not solution.dual_valid or found in (Reason.INFEASIBLE, Reason.UNBOUNDED):
            self.notes.append(f"the relaxation ended with {status}")
            return found if found is not Reason.OPTIMAL else Reason.FAILED
        return model

    def _unpriced(self, ended: Reason) -> Reason:
        """Bound by parts at prices of what must be covered, then by blocks at none, where the time did not do for more."""
        if ended is Reason.TIME_LIMIT and not self.pool.ended:
            bounds = Covering(self.pool, self.arrays).run()
            self.notes.append(f"{bounds} bounds by prices of covering rows")
        if ended is Reason.TIME_LIMIT and not self.pool.ended:
            bounding = _Bounding(self, np.zeros(self.arrays.height))
            bounding.solve_all(0)
            self._tell()
            self.notes.append(f"{bounding.done} blocks bounded, each alone")
        return ended

    def _parts(self, model: Any) -> Reason:
        """Bound by blocks and mend values by blocks, side by side or in turn."""
        solution = model.getSolution()
        values = np.array(solution.col_value, dtype=np.float64)
        prices = np.array(solution.row_dual, dtype=np.float64) / self.pool.scale
        parts = divided(self.arrays, NEIGHBOUR_INTEGERS)
        prices = fitting(self.arrays, prices)
        bounding = _Bounding(self, prices)
        bounding.pricing = Pricing(self.pool, self.arrays, model, BLOCK_INTEGERS, by_nodes=self.by_nodes)
        dive = Dive(self.pool, self.arrays, model)
        sweep = Sweep(self.pool, self.arrays, values, prices, by_nodes=self.by_nodes)
        mending = Mending(
            self.pool, self.arrays, parts, values, bounding.reduced, dive, sweep, by_nodes=self.by_nodes
        )
        if self.by_nodes:
            bounding.run(range(1))
            mending.run(1)
            bounding.run(range(1, 2))
            mending.run(ROUNDS)
        else:
            self._side_by_side(bounding, mending)
        self._tell()
        self.notes.append(f"{parts.count} blocks, {bounding.done} bounded; {mending.told}")
        ended = self.pool.left() <= 0.0
        return Reason.TIME_LIMIT if ended else Reason.WORK_LIMIT

    def _side_by_side(self, bounding: _Bounding, mending: Mending) -> None:
        threads = [
            threading.Thread(target=self._guarded, args=(one.run,), daemon=True)
            for one in (bounding, mending)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            for thread in threads:
                thread.join(POLL_SECONDS)
            self._tell()

    def _guarded(self, run: object) -> None:
        """Run one side; what goes wrong there is told and does not stop the other."""
        try:
            run()  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 - a side that fails must not take the plan with it
            self.notes.append(f"a side failed: {error}")

    def _tell(self) -> None:
        """Pass on the newest values and bounds, in this thread."""
        newest, news = None, False
        while not self.pool.news.empty():
            values = self.pool.news.get()
            newest, news = (newest if values is None else values), True
        hooks = self.pool.hooks
        if newest is not None:
            hooks.improve(newest)
        if news:
            primal, dual = highs.usable_bound(self.pool.primal), highs.usable_bound(self.pool.dual)
            hooks.report(Progress(hooks.seconds, primal, dual))


class _Bounding:
    """The bound, raised block by block, then with larger blocks."""

    pricing: Pricing | None = None

    def __init__(self, regional: _Regional, prices: NDArray[np.float64]) -> None:
        self.pool, self.by_nodes = regional.pool, regional.by_nodes
        self.arrays, self.done = regional.arrays, 0
        self.columns = matrix_of(self.arrays).tocsc()
        self._priced(prices)
        self._divide(BLOCK_INTEGERS)

    def run(self, levels: range = range(LEVELS)) -> None:
        """Solve every block with integer columns at the prices, the largest first, then larger ones at better prices."""
        for level in levels:
            if level:
                self._better()
                self._divide(BLOCK_INTEGERS * 2**level)
            self.solve_all(level)

    def solve_all(self, level: int) -> None:
        """Solve the blocks that have integer columns, the largest first."""
        whole = np.bincount(self.block[(self.block >= 0) & self.arrays.integer], minlength=self.count)
        for number in np.argsort(-whole, kind="stable"):
            if self.pool.ended:
                return
            if whole[number]:
                self._solve(int(number), BLOCK_SECONDS * 2.0**level)
                self._raise()

    def _better(self) -> None:
        """Take better prices, where a few rounds of cuts give some."""
        for _ in range(ROUNDS_OF_CUTS):
            prices = None if self.pricing is None or self.pool.ended else self.pricing.better()
            if prices is not None:
                self._priced(fitting(self.arrays, prices))

    def _priced(self, prices: NDArray[np.float64]) -> None:
        """Take prices, and work out what they say of every row and column."""
        arrays = self.arrays
        speaks = np.where(prices > 0, _finite(arrays.row_lower), _finite(arrays.row_upper))
        self.prices, self.paid = prices, prices * speaks
        self.reduced = arrays.cost - self.columns.T @ prices
        self.least = box_minimum(self.reduced, arrays.column_lower, arrays.column_upper)

    def _divide(self, most: int) -> None:
        """Begin with blocks of a size, each known by what the prices say of it."""
        parts, arrays = divided(self.arrays, most), self.arrays
        self.block, self.inner, self.count = parts.block, parts.inner, max(parts.count, 1)
        block, inner = self.block, self.inner
        known = np.bincount(block[block >= 0], self.least[block >= 0], self.count)
        self.known = known + np.bincount(inner[inner >= 0], self.paid[inner >= 0], self.count)
        self.rest = arrays.offset + float(self.paid[inner < 0].sum()) + float(self.least[block < 0].sum())
        # only coupling rows are priced inside the blocks
        self.cost = arrays.cost - self.columns.T @ np.where(inner < 0, self.prices, 0.0)
        self._raise()

    def _raise(self) -> None:
        bound = self.rest + float(self.known.sum())
        if math.isfinite(bound):
            self.pool.raise_bound(bound)

    def _solve(self, number: int, most: float) -> None:
        """Raise the bound of one block by branch and bound."""
        pool = self.pool
        inside, rows = np.flatnonzero(self.block == number), np.flatnonzero(self.inner == number)
        part = narrowed(self.arrays, self.columns, inside, rows)
        part = replace(part, cost=self.cost[inside] * pool.scale, offset=0.0)
        room = FINER * max(pool.request.gap, 1e-4) * max(abs(pool.dual), 1.0) / self.count * pool.scale
        options = options_of(
            pool, pool.request.seed, gap=0.0,
            seconds=pool.left() if self.by_nodes else min(most, pool.left()),
            nodes=BLOCK_NODES if self.by_nodes else None,
        )  # fmt: skip
        model = highs.loaded(part, options | {"mip_abs_gap": room})
        model.run()
        info = model.getInfo()
        pool.count(int(info.mip_node_count))
        bound = highs.usable_bound(info.mip_dual_bound)
        if highs.REASONS.get(model.getModelStatus().name) is not Reason.INFEASIBLE and bound is not None:
            self.known[number] = max(self.known[number], bound / pool.scale)
            self.done += 1


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, 0.0)
