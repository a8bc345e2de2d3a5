"""Solving variants of a program: one lever in one direction is one task, which can run anywhere.

First a plan is sought near the base plan, which takes seconds, and the relaxation gives a bound; then, as time allows,
variants are solved with everything free for a better bound. The larger step comes first: its plan may serve the smaller
one as a start, and where it costs less than can be told apart, the smaller one is settled with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.build import build
from capplan.errors import InputError
from capplan.explore.prices_answer import (
    LEAST_SECONDS,
    Answer,
    Chain,
    Effort,
    Method,
    Origin,
    fingerprint,
    holds,
)
from capplan.explore.prices_reach import farthest
from capplan.explore.prices_shift import Lever, shifted
from capplan.solution import Reason
from capplan.solvers import Arrays, solve_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solution import Solution

__all__ = ["prove_variant", "solve_chain"]

WHOLE = 1e-6
"""Distance within which the relaxation and a plan agree [-]."""


def solve_chain(
    origin: Origin,
    chain: Chain,
    effort: Effort,
    *,
    progress: Callable[[object], None] | None = None,
) -> tuple[Answer, ...]:
    """Find plans for a lever's variants in one direction, and bounds from their relaxations.

    Parameters
    ----------
    origin
        The program that is varied.
    chain
        The lever and its steps.
    effort
        How much may be spent.
    progress
        Told the solver's news.

    Returns
    -------
    tuple of Answer
        One for each step, in their order.
    """
    starts = [origin.values]
    answers: list[Answer] = []
    for step, value in chain.steps:
        answer = _settled(origin, chain, answers, effort) or _tried(
            origin, chain.lever, (step, value), starts, effort, progress
        )
        starts += [answer.values] if answer.values is not None else []
        answers.append(replace(answer, step=step, value=value))
    return tuple(answers)


def _settled(origin: Origin, chain: Chain, answers: list[Answer], effort: Effort) -> Answer | None:
    """Return what a larger step says of a smaller one, where that is enough."""
    if not answers or not chain.lever.monotone:
        return None
    larger = answers[-1]
    if larger.method == "same_program":
        return larger
    tighter = chain.steps[0][0] > 0
    low, high = (origin.dual, larger.primal) if tighter else (larger.dual, origin.primal)
    if low is None or high is None or high - low > effort.resolution:
        return None
    return Answer(0.0, 0.0, "larger_step", high, low, possible=True)


def _tried(
    origin: Origin,
    lever: Lever,
    variant: tuple[float, float],
    starts: list[NDArray[np.float64]],
    effort: Effort,
    progress: Callable[[object], None] | None,
) -> Answer:
    """Return what is found of one variant: nothing, where time is over before it begins."""
    step, value = variant
    arrays = None if effort.left < LEAST_SECONDS else variant_of(origin, [lever], [value])
    if arrays is None:
        return Answer(step, value, "none")
    if lever.shift is None and fingerprint(arrays) == fingerprint(origin.arrays):
        return Answer(step, value, "same_program", origin.primal, origin.dual, possible=True)
    if step >= 0 and lever.monotone and holds(arrays, origin.values):
        return Answer(step, value, "plan_holds", origin.primal, origin.dual, possible=True)
    answer = sought(arrays, origin.values, starts, effort, progress)
    if answer.possible is False:
        answer = replace(answer, farthest=farthest(origin.arrays, lever, step, value, effort))
    return answer


def variant_of(origin: Origin, levers: list[Lever], values: list[float]) -> Arrays | None:
    """Return the program with levers at other values; None where the inputs would be refused.

    Parameters
    ----------
    origin
        The program that is varied.
    levers, values
        The levers and their values [their units].
    """
    if all(lever.shift is not None for lever in levers):
        changes = {place: value - levers[place].value for place, value in enumerate(values)}
        return shifted(origin.arrays, changes, levers)
    if origin.case is None:
        return None
    settings: dict[str, object] = {}
    for lever, value in zip(levers, values, strict=True):
        settings |= lever.setting or {lever.path: value}
    try:
        return Arrays.of(build(origin.case.override(settings)).program.matrix())
    except InputError:
        return None


def sought(
    arrays: Arrays,
    near: NDArray[np.float64],
    starts: list[NDArray[np.float64]],
    effort: Effort,
    progress: Callable[[object], None] | None = None,
) -> Answer:
    """Find a plan of a program near a known one, and the bound of the relaxation.

    Whole numbers in which the relaxation and the known plan agree stay as they are (relaxation-induced
    neighbourhood, Danna, Rothberg and Le Pape 2005); where that leaves nothing, what is zero in both stays zero.

    Parameters
    ----------
    arrays
        The program.
    near
        A plan of a program like it; it need not hold here.
    starts
        Plans that may hold here.
    effort
        How much may be spent.
    progress
        Told the solver's news.
    """
    options: dict[str, Any] = {
        "engine": "highs",
        "threads": 1,
        "in_process": effort.in_process,
        "progress": progress,
    }
    linear = solve_matrix(arrays.relaxed(), time_limit=effort.until - time.time(), **options)
    reason = linear.termination.reason
    if reason is Reason.INFEASIBLE:
        return Answer(0.0, 0.0, "relaxation", possible=False)
    relaxed = linear.termination.primal_bound if reason is Reason.OPTIMAL else None
    start = _best_start(arrays, starts)
    known = Answer(
        0.0, 0.0, "relaxation", dual=relaxed, relaxed=relaxed, values=start,
        primal=None if start is None else arrays.objective(start), possible=None if start is None else True,
    )  # fmt: skip
    if linear.values is None or near.shape != (arrays.width,):
        return known
    for narrowed in (_agreeing, _zero_in_both):
        if effort.left < LEAST_SECONDS or (known.primal is not None and known.method == "sought"):
            break
        small = narrowed(arrays, linear.values, near)
        found = solve_matrix(
            small, gap=effort.gap, time_limit=effort.left, seed=effort.seed, warm_start=start, **options
        )
        if found.values is not None:
            known = replace(_joined(known, found, dual=None), method="sought")
    return known


def _agreeing(arrays: Arrays, linear: NDArray[np.float64], near: NDArray[np.float64]) -> Arrays:
    """Return the program whose integers stay where the relaxation and a plan agree."""
    same = arrays.integer & (np.abs(linear - np.round(near)) < WHOLE)
    return _fixed(arrays, same, np.round(near))


def _zero_in_both(arrays: Arrays, linear: NDArray[np.float64], near: NDArray[np.float64]) -> Arrays:
    """Return the program whose integers stay at their least where the relaxation and a plan have them there."""
    least = arrays.column_lower
    idle = arrays.integer & np.isfinite(least) & (linear < least + WHOLE) & (near < least + WHOLE)
    return _fixed(arrays, idle, least)


def _fixed(arrays: Arrays, mask: NDArray[np.bool_], values: NDArray[np.float64]) -> Arrays:
    inside = np.clip(values, arrays.column_lower, arrays.column_upper)
    return replace(
        arrays,
        column_lower=np.where(mask, inside, arrays.column_lower),
        column_upper=np.where(mask, inside, arrays.column_upper),
    )


def prove_variant(
    origin: Origin,
    levers: list[Lever],
    answer: Answer,
    values: list[float],
    effort: Effort,
    *,
    progress: Callable[[object], None] | None = None,
) -> tuple[Answer, ...]:
    """Solve a variant with everything free, from the plan that is known, for a plan or a bound that is better.

    Parameters
    ----------
    origin
        The program that is varied.
    levers
        The levers.
    answer
        What is known.
    values
        Where the levers go [their units].
    effort
        How much may be spent.
    progress
        Told the solver's news.
    """
    arrays = None if effort.left < LEAST_SECONDS else variant_of(origin, levers, values)
    if arrays is None:
        return (replace(answer, values=None),)
    found = solve_matrix(
        arrays, engine=effort.engine, gap=effort.gap, time_limit=effort.left, threads=effort.threads, seed=effort.seed,
        warm_start=_best_start(arrays, [values for values in (answer.values, origin.values) if values is not None]),
        in_process=effort.in_process, progress=progress,
    )  # fmt: skip
    if found.termination.reason is Reason.INFEASIBLE and answer.primal is None:
        far = farthest(origin.arrays, levers[0], answer.step, answer.value, effort)
        return (replace(answer, method="solved", possible=False, dual=None, values=None, farthest=far),)
    better = _joined(answer, found, dual=found.termination.dual_bound)
    method: Method = "solved" if better != answer else answer.method
    return (replace(better, method=method, values=None),)


def _joined(known: Answer, found: Solution, *, dual: float | None) -> Answer:
    """Return what is known before a solve together with the plan that it found, and a bound that it proved."""
    primal = found.termination.primal_bound
    if found.values is not None and primal is not None and (known.primal is None or primal < known.primal):
        known = replace(known, primal=primal, values=found.values, possible=True)
    if dual is not None and (known.dual is None or dual > known.dual):
        known = replace(known, dual=dual)
    if known.primal is not None and known.dual is not None and known.dual > known.primal:
        known = replace(known, dual=known.primal)
    return known


def _best_start(arrays: Arrays, starts: list[NDArray[np.float64]]) -> NDArray[np.float64] | None:
    """Return the cheapest of the plans that hold in a program."""
    able = [values for values in starts if holds(arrays, values)]
    return min(able, key=arrays.objective, default=None)
