"""The search for values: round the linear relaxation, then solve ever new neighbourhoods of the best values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.solution import Reason
from capplan.solvers import highs
from capplan.solvers.neighbourhoods import Neighbourhoods
from capplan.solvers.proving import options_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.pool import Pool
    from capplan.solvers.turns import Turn

__all__ = ["improve", "listen"]

WHOLE = 1e-6
"""Distance within which a value of the relaxation counts as whole [-]."""
LEAST_SECONDS, MOST_SECONDS = 4.0, 30.0
"""Limits of the time that one sub-problem may take [s]."""
TIME_SHARE = 0.12
"""Part of the time limit that one sub-problem may take [ratio]."""
ROUND_NODES = 20
"""Nodes of one sub-problem where limits count nodes [-]."""
FIRST_NODES = 5
"""The same for first values: what heuristics find at the root is worth more than what branching adds [-]."""
GAIN = 0.1
"""Part of the gap that a sub-problem must close to be followed by another at once [ratio]."""
MOST_OWED = 6
"""Largest multiple of a sub-problem's work that is left to another search after several that improved nothing [-]."""
FIRST_FAILURES = 2
"""Sub-problems in a row that gain little, every kind once tried, before the other search has its first turn: a bound
begun with poor values has to begin anew with better ones [-]."""
FINER = 0.25
"""Gap of sub-problems over the gap asked for [ratio]."""
IDLE_SECONDS = 0.2


def improve(
    pool: Pool,
    original: int,
    *,
    seed: int,
    first: bool = True,
    turn: Turn | None = None,
) -> None:
    """Offer ever better values to the pool until it ends.

    Parameters
    ----------
    pool
        The program and the best values.
    original
        Number of columns that may be fixed; those behind follow from them.
    seed
        Seed of the random choices [-].
    first
        Whether this search rounds the relaxation; others wait for its values.
    turn
        Handed over after sub-problems that gained little, with as much work for the other search as they took, or a
        multiple of it; limits count nodes then, not seconds.
    """
    search = _Search(pool, original, seed, by_nodes=turn is not None)
    relaxed = search.relaxed()
    if relaxed is None or not len(search.integers):
        return
    if first:
        search.start(relaxed)
    draw = Neighbourhoods(pool.arrays, relaxed, search.integers, seed)
    failed, slow, waiting = 0, 0, False
    while not pool.ended:
        waiting = waiting or pool.values is None or (slow >= FIRST_FAILURES and draw.all_tried)
        if turn is not None and slow and waiting:
            turn.hand_over(search.calls * min(1 + failed, MOST_OWED))
        values, primal, former = pool.best()
        if values is None:
            if turn is None:
                pool.done.wait(IDLE_SECONDS)
            slow += 1
            continue
        kind, free = draw.draw(values, former)
        settled = search.around(values, free)
        failed = 0 if pool.primal < primal else failed + 1
        closed = (primal - pool.primal) / max(primal - pool.dual, 1e-9 * abs(primal))
        slow = 0 if closed >= GAIN else slow + 1
        draw.learn(kind, improved=failed == 0, settled=settled)


class _Search:
    """Sub-problems of one program: bounds of integer columns narrowed, all else as it is."""

    def __init__(self, pool: Pool, original: int, seed: int, *, by_nodes: bool) -> None:
        self.pool, self.seed, self.by_nodes = pool, seed, by_nodes
        self.calls = 0
        scaled = replace(
            pool.arrays,
            cost=pool.arrays.cost * pool.scale,
            offset=pool.arrays.offset * pool.scale,
        )
        self.arrays = scaled
        movable = scaled.integer & (scaled.column_upper > scaled.column_lower)
        self.integers = np.flatnonzero(movable[:original])

    def relaxed(self) -> NDArray[np.float64] | None:
        """Return a solution of the linear relaxation, None where there is none."""
        model = self._run(self.arrays.relaxed(), None)
        solution = model.getSolution()
        if model.getModelStatus().name != "kOptimal" or not solution.value_valid:
            return None
        bound = highs.usable_bound(model.getInfo().objective_function_value)
        self.pool.raise_bound(None if bound is None else bound / self.pool.scale)
        return np.array(solution.col_value, dtype=np.float64)

    def start(self, relaxed: NDArray[np.float64]) -> None:
        """Find first values: columns at zero in the relaxation stay; or whole ones stay and others move by one."""
        for narrowed in (self._zeros_stay, self._whole_stay):
            if self.pool.values is None and not self.pool.ended:
                self._solve(*narrowed(relaxed), None, nodes=FIRST_NODES)

    def around(self, values: NDArray[np.float64], free: NDArray[np.bool_]) -> bool:
        """Solve with all but the free columns at `values`; say whether that was settled within its limit."""
        lower, upper = self.arrays.column_lower.copy(), self.arrays.column_upper.copy()
        fixed = self.integers[~free[self.integers]]
        lower[fixed] = upper[fixed] = np.round(values[fixed])
        return self._solve(lower, upper, values)

    def _zeros_stay(self, relaxed: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        lower, upper = self.arrays.column_lower.copy(), self.arrays.column_upper.copy()
        zero = self.integers[(relaxed - lower)[self.integers] < WHOLE]
        upper[zero] = lower[zero]
        return lower, upper

    def _whole_stay(self, relaxed: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        lower, upper = self.arrays.column_lower.copy(), self.arrays.column_upper.copy()
        at, here = self.integers, relaxed[self.integers]
        step = np.where(np.abs(here - np.round(here)) > WHOLE, 1.0, 0.0)
        lower[at] = np.maximum(lower[at], np.floor(here + WHOLE) - step)
        upper[at] = np.minimum(upper[at], np.ceil(here - WHOLE) + step)
        return lower, np.maximum(lower, upper)

    def _solve(
        self,
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        start: NDArray[np.float64] | None,
        nodes: int = ROUND_NODES,
    ) -> bool:
        """Solve a sub-problem and offer what it finds; say whether it was settled within its limit."""
        model = self._run(replace(self.arrays, column_lower=lower, column_upper=upper), start, nodes)
        reason = highs.REASONS.get(model.getModelStatus().name, Reason.NO_SOLUTION)
        info = model.getInfo()
        self.pool.count(int(info.mip_node_count))
        if info.primal_solution_status == highs.FEASIBLE:
            self.pool.offer(np.array(model.getSolution().col_value, dtype=np.float64))
        return reason in (Reason.OPTIMAL, Reason.INFEASIBLE)

    def _run(self, arrays: Arrays, start: NDArray[np.float64] | None, nodes: int = ROUND_NODES) -> Any:
        pool = self.pool
        limit = pool.request.time_limit
        share = MOST_SECONDS if limit is None else min(max(TIME_SHARE * limit, LEAST_SECONDS), MOST_SECONDS)
        gap = FINER * pool.request.gap
        if self.by_nodes:
            options = options_of(pool, self.seed, gap=gap, seconds=pool.left(), nodes=nodes)
        else:
            options = options_of(pool, self.seed, gap=gap, seconds=min(share, pool.left()))
        model = highs.loaded(arrays, options)
        if start is not None:
            highs.start_from(model, start)
        calls = listen(model, pool)
        model.run()
        self.calls = len(calls)
        return model


def listen(model: Any, pool: Pool) -> list[int]:
    """Offer values as they come, and stop when the pool has ended; return a list to which each call back is added."""
    import highspy

    kinds = highspy.cb.HighsCallbackType
    improving, searching = int(kinds.kCallbackMipImprovingSolution), int(kinds.kCallbackMipInterrupt)
    calls: list[int] = []

    def heard(kind: int, _message: str, out: Any, into: Any, _data: object) -> None:
        if kind == improving:
            pool.offer(np.array(out.mip_solution, dtype=np.float64))
        elif kind == searching:
            calls.append(kind)
        if into is not None and pool.ended:
            into.user_interrupt = True

    model.setCallback(heard, None)
    for name in (
        "MipImprovingSolution",
        "MipInterrupt",
        "SimplexInterrupt",
        "IpmInterrupt",
    ):
        model.startCallback(getattr(kinds, f"kCallback{name}"))
    return calls
