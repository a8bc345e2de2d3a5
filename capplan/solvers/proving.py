"""The search for the bound: branch and bound over a whole program, which takes others' values as its own."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.solution import Reason
from capplan.solvers import highs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.pool import Pool
    from capplan.solvers.turns import Turn

__all__ = ["options_of", "prove"]

NO_HEURISTICS: dict[str, object] = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""Options that leave the search for values to others."""
UNPRESOLVED: dict[str, object] = {"presolve": "off"}
"""Options of a second run where a claimed optimum is not that of its own values: HiGHS 1.16.0 lost part of the cost so."""
EARLY_NODES = 30
"""Nodes up to which starting anew costs little [-]."""
TURN_CALLS = 10
"""Least work before another search may run: calls back, about one for each relaxation [-]."""
ANEW_EARLY, ANEW_LATE = 0.15, 0.5
"""Part of the gap that better values must have closed to start anew, before and after that [ratio]."""


def options_of(
    pool: Pool, seed: int, *, gap: float, seconds: float, nodes: int | None = None
) -> dict[str, object]:
    """Return HiGHS options of one solve on one thread.

    Parameters
    ----------
    pool
        What is asked.
    seed
        Random seed [-].
    gap
        Relative gap at which to stop [fraction].
    seconds
        Time limit [s]; infinite for none.
    nodes
        Limit of branch-and-bound nodes [-].
    """
    options: dict[str, object] = {
        "mip_rel_gap": gap,
        "mip_abs_gap": 1e-9 * pool.scale,
        "threads": 1,
        "random_seed": seed % (2**31 - 1),
    }
    if math.isfinite(seconds):
        options["time_limit"] = max(0.0, seconds)
    if nodes is not None:
        options["mip_max_nodes"] = nodes
    return options


def prove(pool: Pool, *, turn: Turn | None = None) -> tuple[Reason, str, str]:
    """Run branch and bound until the gap is closed, a limit is reached or `pool` has ended; others look for values.

    Parameters
    ----------
    pool
        The program and what others found.
    turn
        Handed over after amounts of work, to let another search run meanwhile.

    Returns
    -------
    tuple
        The reason of the end as HiGHS gives it, its status, and its version.
    """
    arrays = replace(
        pool.arrays,
        cost=pool.arrays.cost * pool.scale,
        offset=pool.arrays.offset * pool.scale,
    )
    options = NO_HEURISTICS
    while True:
        reason, status, version = _proved(arrays, pool, options, turn)
        if reason is Reason.OPTIMAL and not pool.closed and options is NO_HEURISTICS:
            options = NO_HEURISTICS | UNPRESOLVED
        elif reason is not Reason.INTERRUPTED or pool.ended:
            return reason, status, version


def _proved(
    arrays: Arrays, pool: Pool, more: dict[str, object], turn: Turn | None
) -> tuple[Reason, str, str]:
    """Run branch and bound once, from the best values there are; interrupted where far better ones have come."""
    request = pool.request
    options = options_of(
        pool,
        request.seed,
        gap=request.gap,
        seconds=pool.left(),
        nodes=request.work_limit,
    )
    model = highs.loaded(arrays, options | more)
    values, primal, _ = pool.best()
    if values is not None:
        highs.start_from(model, values)
    _listen(model, pool, math.inf if values is None else primal, turn)
    model.run()
    status = model.getModelStatus().name
    info = model.getInfo()
    reason = highs.REASONS.get(status, Reason.NO_SOLUTION)
    pool.count(int(info.mip_node_count))
    if reason is not Reason.INFEASIBLE and info.primal_solution_status == highs.FEASIBLE:
        pool.offer(np.array(model.getSolution().col_value, dtype=np.float64))
    if reason not in (Reason.INFEASIBLE, Reason.UNBOUNDED):
        pool.raise_bound(_unscaled(info.mip_dual_bound, pool))
    return reason, status, str(model.version())


class _Work:
    """Counts the calls back of branch and bound, and hands over once as many are done as the other search left to do."""

    def __init__(self, turn: Turn | None) -> None:
        self.turn = turn
        self.calls = 0

    def done(self) -> None:
        """Count a call."""
        self.calls += 1
        if self.turn is not None and self.calls >= max(TURN_CALLS, self.turn.work):
            self.calls = 0
            self.turn.hand_over()


def _worth_starting_anew(pool: Pool, began_with: float, nodes: int) -> bool:
    """Say whether values are so much better than at the start that presolve and the root would fix far more.

    Parameters
    ----------
    pool
        What is known now.
    began_with
        Objective of the values at the start [unit of the objective]; infinite where there were none.
    nodes
        Nodes that would be lost [-].
    """
    if nodes < 1 or math.isinf(pool.primal) or math.isinf(pool.dual):
        return False
    closed = 1.0 if math.isinf(began_with) else (began_with - pool.primal) / max(began_with - pool.dual, 1e-9)
    return closed > (ANEW_EARLY if nodes < EARLY_NODES else ANEW_LATE)


def _unscaled(bound: float, pool: Pool) -> float | None:
    usable = highs.usable_bound(bound)
    return None if usable is None else usable / pool.scale


def _listen(model: Any, pool: Pool, began_with: float, turn: Turn | None) -> None:
    """Exchange values and bounds with the pool while HiGHS runs; interrupt it when it is worth starting anew."""
    import highspy

    kinds = highspy.cb.HighsCallbackType
    improving, asking = (
        int(kinds.kCallbackMipImprovingSolution),
        int(kinds.kCallbackMipUserSolution),
    )
    searching = int(kinds.kCallbackMipInterrupt)
    given = [math.inf]
    work = _Work(turn)

    def heard(kind: int, _message: str, out: Any, into: Any, _data: object) -> None:
        if kind == improving:
            pool.offer(np.array(out.mip_solution, dtype=np.float64))
        elif kind == asking:
            _give(pool, out, into, given)
        elif kind == searching:
            pool.raise_bound(_unscaled(out.mip_dual_bound, pool))
            work.done()
        if into is not None and (pool.ended or _worth_starting_anew(pool, began_with, out.mip_node_count)):
            into.user_interrupt = True

    model.setCallback(heard, None)
    for name in (
        "MipImprovingSolution",
        "MipUserSolution",
        "MipInterrupt",
        "SimplexInterrupt",
        "IpmInterrupt",
    ):
        model.startCallback(getattr(kinds, f"kCallback{name}"))


def _give(pool: Pool, out: Any, into: Any, given: list[float]) -> None:
    """Hand HiGHS the pool's values where they are better than its own; each once."""
    values: NDArray[np.float64] | None
    values, primal, _ = pool.best()
    own = highs.usable_bound(out.mip_primal_bound)
    own = math.inf if own is None else own / pool.scale
    if values is not None and primal < min(own, given[0]) - 1e-9 * abs(primal):
        given[0] = primal
        into.setSolution(values)
