"""From what an engine claims to what may be believed: integers made whole, rows checked, bounds recomputed.

When an engine's values have fractional crumbs in integer columns, those columns are fixed at the nearest whole
numbers and the remaining linear program is solved again, so that rows hold to about ``1e-9``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from capplan.solution import Incumbent, Reason, Solution, Termination, relative_gap
from capplan.solvers.arrays import ROW_TOLERANCE
from capplan.solvers.engine import Hooks, Outcome, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.engine import Adapter

__all__ = ["judged", "polished", "told_apart"]

CLEAN = 1e-8
"""Row violation, relative to the row's largest term, up to which values need no second solve [-]."""
EQUAL = 1e-6
"""Distance at which two bounds are one [unit of the objective]."""
LEAST_POLISH_SECONDS = 20.0
"""Wall-clock allowance of the linear program with fixed integers, at least [s]."""


def polished(arrays: Arrays, outcome: Outcome, request: Request, adapter: Adapter) -> Outcome:
    """Return the outcome with clean values: whole integers, and the best continuous values that go with them.

    Parameters
    ----------
    arrays
        The program.
    outcome
        What the engine claims.
    request
        What was asked of it; its time limit scales the allowance of the second solve.
    adapter
        The engine's `run`, which solves the linear program that remains.

    Returns
    -------
    Outcome
        The better of the engine's values, rounded, and those of the second solve; with row duals where the
        engine gives them.
    """
    if outcome.values is None or not arrays.integer.any():
        return outcome
    rounded = arrays.rounded(outcome.values)
    allowance = max(LEAST_POLISH_SECONDS, 0.1 * (request.time_limit or 0.0))
    # one thread: HiGHS refuses another number than the first run in this thread had
    asked = replace(request, time_limit=allowance, work_limit=None, threads=1)
    again = adapter(arrays.fixed(rounded), asked, None, Hooks())
    if again.values is None:
        detail = f"{outcome.detail}; values not polished ({again.detail or again.reason})"
        return replace(outcome, values=rounded, detail=detail)
    better = arrays.rounded(again.values)
    worst, _ = arrays.worst(rounded)
    if worst <= CLEAN and arrays.objective(rounded) < arrays.objective(better):
        better = rounded
    return replace(outcome, values=better, duals=again.duals)


def told_apart(arrays: Arrays, outcome: Outcome, request: Request, adapter: Adapter) -> Outcome:
    """Return the outcome, having made sure of a claim that the objective has no bound.

    Engines say "unbounded" of a relaxation, or "unbounded or infeasible" of a presolve. The same program without
    costs is solved: if it has a feasible point, the claim stands; otherwise the reason is that of the second solve.
    """
    if outcome.reason is not Reason.UNBOUNDED:
        return outcome
    again = adapter(replace(arrays, cost=np.zeros(arrays.width), offset=0.0), request, None, Hooks())
    reason = Reason.UNBOUNDED if again.values is not None else again.reason
    return replace(outcome, reason=reason, values=None, dual_bound=None)


def judged(
    arrays: Arrays,
    outcome: Outcome,
    request: Request,
    *,
    seconds: float,
    incumbents: Sequence[Incumbent] = (),
) -> Solution:
    """Return the solution that follows from an outcome when nothing in it is believed but the dual bound.

    A status "optimal" whose recomputed gap is wider than the gap asked for, values that break a row, and a bound
    above the objective of checked values are all said in the termination's detail.
    """
    reason, values, detail = outcome.reason, outcome.values, outcome.detail
    primal: float | None = None
    worst = 0.0
    if values is not None:
        values = arrays.rounded(values)
        worst, row = arrays.worst(values)
        if worst > ROW_TOLERANCE:
            detail = f"{detail}; values break row {row} by {worst:.3g} of its largest term"
            values = None
            reason = Reason.NO_SOLUTION if reason is Reason.OPTIMAL else reason
        else:
            primal = arrays.objective(values)
    dual, remark = _sane_bound(primal, outcome.dual_bound)
    reason = _honest_reason(reason, primal, dual, request)
    return Solution(
        values=values,
        termination=Termination(
            reason, primal, dual, seconds, outcome.nodes, "; ".join(filter(None, (detail, remark)))
        ),
        engine=request.engine,
        version=outcome.version,
        incumbents=tuple(incumbents),
        duals=outcome.duals if values is not None else None,
        worst_row=worst if values is not None else 0.0,
    )


def _sane_bound(primal: float | None, dual: float | None) -> tuple[float | None, str]:
    if primal is None or dual is None or dual <= primal:
        return dual, ""
    if dual - primal <= 1e-6 * max(1.0, abs(primal)):
        return primal, ""
    return None, f"the engine's bound {dual!r} lies above the checked objective {primal!r} and is not used"


def _honest_reason(reason: Reason, primal: float | None, dual: float | None, request: Request) -> Reason:
    reached = _within(primal, dual, request.gap)
    if reason is Reason.OPTIMAL and primal is None:
        return Reason.NO_SOLUTION
    if reason is Reason.OPTIMAL and not reached:
        return Reason.NO_SOLUTION if dual is None else Reason.WORK_LIMIT
    if reason in (Reason.INFEASIBLE, Reason.UNBOUNDED) and primal is not None:
        return Reason.FAILED
    stopped = (Reason.TIME_LIMIT, Reason.WORK_LIMIT, Reason.INTERRUPTED, Reason.NO_SOLUTION)
    return Reason.OPTIMAL if reached and reason in stopped else reason


def _within(primal: float | None, dual: float | None, gap: float) -> bool:
    found = relative_gap(primal, dual)
    if primal is None or dual is None or found is None:
        return False
    return found <= gap + 1e-7 or primal - dual <= EQUAL
