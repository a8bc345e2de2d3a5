"""Proposals: moves of levers as settings that a planner can type, and the plan that shows that they are enough."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from capplan.build import build
from capplan.errors import InputError
from capplan.explore.levers import settings_of
from capplan.solution import relative_gap
from capplan.solvers import Arrays, solve_matrix
from capplan.solvers.hubs import with_hubs

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from capplan.case import Case
    from capplan.explore.levers import Lever

__all__ = ["Change", "Proof", "prove", "settings", "typed"]

SEARCHED = 0.75
"""Part of the time of a proof that is spent on its plan; the rest is for a bound where the search brings none [-]."""
DIGITS = 2
"""Digits after the first that a typed move keeps [-]."""


@dataclass(frozen=True)
class Change:
    """One setting of a proposal: a lever from its present value to another [its unit], due in `year`."""

    lever: Lever
    after: float
    year: int | None

    @property
    def amount(self) -> float:
        """By how much it changes [unit of the lever]."""
        return abs(self.after - self.lever.before)


@dataclass(frozen=True)
class Proof:
    """A plan of the case with a proposal's settings.

    Attributes
    ----------
    cost
        Net present cost of the best plan found [CNY].
    bound
        Proven lower bound of it [CNY]; None where there is none.
    """

    cost: float
    bound: float | None

    @property
    def gap(self) -> float | None:
        """Relative gap [fraction]; None without a bound."""
        return relative_gap(self.cost, self.bound)


def typed(lever: Lever, move: float, margin: float = 0.0) -> float:
    """Return the value to which a lever is set: a number that people type, and enough.

    Parameters
    ----------
    lever
        The lever.
    move
        How far it must move [its unit].
    margin
        What is added to the move [ratio].
    """
    move = min(move * (1.0 + margin), lever.most)
    exact = lever.before + lever.sign * move
    finest = (
        min(part for part in (move, abs(exact) if lever.sign < 0 else move) if part > 0.0) if move else 1.0
    )
    grain = 10.0 ** (math.floor(math.log10(finest)) - DIGITS)
    if move >= lever.step > 0.0:
        grain = max(grain, lever.step)
    parts = exact / grain
    whole = math.ceil(parts - 1e-6) if lever.sign > 0 else math.floor(parts + 1e-6)
    after = round(whole * grain, 12)
    return max(after, lever.before - lever.most) if lever.sign < 0 else after


def settings(changes: list[Change]) -> dict[str, object]:
    """Return changes as settings; where several speak of one path, the most generous holds."""
    found: dict[str, float] = {}
    for change in changes:
        path, after = change.lever.path, change.after
        pick = max if change.lever.sign > 0 else min
        found[path] = pick(found[path], after) if path in found else after
    return settings_of(found, [change.lever for change in changes])


def prove(
    case: Case,
    given: Mapping[str, object],
    *,
    values: NDArray[np.float64] | None,
    gap: float,
    seconds: float,
    threads: int,
    stop: threading.Event,
) -> Proof | None:
    """Plan a case with settings; None where no plan is found.

    Parameters
    ----------
    case
        The case as it is.
    given
        The settings.
    values
        Values of the columns of the unchanged program that ought to hold; None where there are none.
    gap
        Relative gap at which to stop [fraction].
    seconds
        Wall-clock limit [s].
    threads
        Threads of the search [-].
    stop
        Set to end the search.

    Returns
    -------
    Proof or None
        The plan's cost and bound.
    """
    try:
        built = build(case.override(dict(given)))
    except InputError:
        return None
    arrays = Arrays.of(built.program.matrix())
    start = None
    if values is not None and len(values) == arrays.width:
        start = solve_matrix(
            arrays.fixed(values), engine="highs", threads=1, time_limit=seconds, stop=stop
        ).values
    return _planned(arrays, start, gap=gap, seconds=seconds, threads=threads, stop=stop)


def _planned(
    arrays: Arrays,
    start: NDArray[np.float64] | None,
    *,
    gap: float,
    seconds: float,
    threads: int,
    stop: threading.Event,
) -> Proof | None:
    until = time.monotonic() + seconds
    solution = solve_matrix(
        arrays,
        engine="search",
        gap=gap,
        threads=threads,
        time_limit=max(1.0, SEARCHED * seconds),
        warm_start=start,
        stop=stop,
    )
    best = solution.values if solution.values is not None else start
    if best is None:
        return None
    bound = solution.termination.dual_bound
    if bound is None:
        bound = _relaxed_bound(arrays, max(1.0, until - time.monotonic()), stop)
    return Proof(arrays.objective(best), bound)


def _relaxed_bound(arrays: Arrays, seconds: float, stop: threading.Event) -> float | None:
    hubs = with_hubs(arrays.relaxed())
    return solve_matrix(
        hubs.arrays, engine="highs", threads=1, time_limit=seconds, stop=stop
    ).termination.dual_bound
