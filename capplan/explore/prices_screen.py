"""What must be solved and what is settled without: by the base plan, and by the relaxation's duals.

- Where the base plan keeps a tighter limit too, tightening costs nothing that can be told apart: the plan is one of
  the variant, and the base's bound holds for it.
- The relaxation's cost is convex in its bounds, so that its duals bound what loosening saves; where that is next to
  nothing, limits are loosened all at once in one program, whose bound holds for each of them alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from capplan.explore.prices_answer import Answer, Chain, Origin
from capplan.explore.prices_table import Entry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.explore.prices_shift import Lever
    from capplan.solution import Solution

__all__ = ["Screened", "screen"]

HOLDS = 1e-7
"""Largest violation of a limit that the base plan keeps, relative to its size [-]."""
TRIFLE = 0.1
"""Part of the base's gap below which an expected difference is no reason to solve a variant by itself [ratio]."""
NEAR = 1e-6
"""How much tighter a limit is made to see whether it binds [ratio]."""


@dataclass(frozen=True)
class Screened:
    """What was found before any variant was solved.

    Attributes
    ----------
    settled
        Variants that need no solve.
    chains
        Variants to solve, most valuable first.
    grouped
        Variants to solve together.
    binding
        Paths of the levers that bind in the base plan.
    """

    settled: list[Entry]
    chains: list[Chain]
    grouped: list[Entry]
    binding: frozenset[str]

    def entries(self, answers: Mapping[str, tuple[Answer, ...]]) -> list[Entry]:
        """Return every variant but the grouped ones with its answer.

        Parameters
        ----------
        answers
            Answers of the chains by their place and path; those that are missing are not known.
        """
        found = list(self.settled)
        for place, chain in enumerate(self.chains):
            given = answers.get(f"{place} {chain.lever.path}", ())
            known = {(answer.step, answer.value): answer for answer in given}
            for step, value in chain.steps:
                answer = known.get((step, value), Answer(step, value, "none"))
                found.append(Entry(chain.lever, answer, chain.lever.path in self.binding, chain.expected))
        return found

    def joined(self, entries: list[Entry], group: tuple[Answer, ...] | None) -> list[Entry]:
        """Return the variants with the grouped ones, whose bound is the better of their own and the group's.

        Parameters
        ----------
        entries
            The others.
        group
            What the group's program answers; None where it was not solved.
        """
        bound = group[0].dual if group else None
        for entry in self.grouped:
            own, better = entry.answer, bound is not None and bound > (entry.answer.dual or -np.inf)
            answer = replace(own, dual=bound, method="grouped") if better else own
            entries = [*entries, replace(entry, answer=answer)]
        return entries


def screen(origin: Origin, linear: Solution, levers: Sequence[Lever], steps: Sequence[float]) -> Screened:
    """Sort the variants of levers into what is settled and what is to be solved.

    Parameters
    ----------
    origin
        The program and its best plan.
    linear
        The solution of its relaxation, with duals.
    levers
        The levers.
    steps
        Steps, each taken tighter and looser [ratio].
    """
    look = _Look(origin, linear)
    settled: list[Entry] = []
    chains: list[Chain] = []
    grouped: list[Entry] = []
    trifle = TRIFLE * max(origin.primal - origin.dual, 0.0)
    binding = frozenset(lever.path for lever in levers if look.binds(lever))
    for lever in levers:
        for variants in _variants(lever, steps):
            step, value = variants[0]
            expected = look.expected(lever, value)
            if step > 0 and look.holds(lever, value):
                answers = [
                    Answer(*each, "plan_holds", origin.primal, origin.dual, possible=True)
                    for each in variants
                ]
                settled += [Entry(lever, answer, lever.path in binding, 0.0) for answer in answers]
            elif step < 0 and look.linear_in(lever) and abs(expected) <= trifle:
                for each in variants:
                    bound = look.bound(lever, each[1])
                    answer = Answer(*each, "relaxation", origin.primal, bound, possible=True)
                    grouped.append(Entry(lever, answer, lever.path in binding, expected))
            else:
                chains.append(Chain(lever, variants, expected))
    order = {"aspiration": np.inf}
    chains.sort(key=lambda chain: -order.get(chain.lever.kind, abs(chain.expected)))
    return Screened(settled, chains, _widest(grouped), binding)


def _widest(grouped: list[Entry]) -> list[Entry]:
    return sorted(grouped, key=lambda entry: (entry.lever.path, entry.answer.step))


def _variants(lever: Lever, steps: Sequence[float]) -> list[tuple[tuple[float, float], ...]]:
    """Return the steps of a lever in each direction, the largest first: the step in truth taken, and the value."""
    if lever.setting:
        return [((0.0, lever.value),)]
    found = []
    for sign in (1.0, -1.0):
        values = dict.fromkeys(lever.moved(sign * step) for step in sorted(steps, reverse=True))
        taken = [(lever.sense * (value / lever.value - 1.0), value) for value in values if lever.value]
        taken = [(round(step, 9), value) for step, value in taken if abs(step) > HOLDS]
        if taken:
            found.append(tuple(taken))
    return found


class _Look:
    """What the base plan and the relaxation say of a variant."""

    def __init__(self, origin: Origin, linear: Solution) -> None:
        arrays = origin.arrays
        self.origin, self.arrays = origin, arrays
        matrix = sparse.csr_matrix(
            (arrays.data, arrays.indices, arrays.indptr), shape=(arrays.height, arrays.width)
        )
        self.activity: NDArray[np.float64] = np.asarray(matrix @ origin.values)
        self.relaxed = float(linear.termination.primal_bound or 0.0)
        self.duals = np.zeros(arrays.height) if linear.duals is None else linear.duals
        self.point = np.asarray(linear.values, dtype=np.float64)
        self.reduced = arrays.cost - matrix.T @ self.duals

    def linear_in(self, lever: Lever) -> bool:
        """Say whether the relaxation's cost is convex in a lever, so that duals bound it."""
        return lever.shift is not None and lever.shift.terms is None

    def expected(self, lever: Lever, value: float) -> float:
        """Return what the relaxation's duals say that a value costs [CNY]; 0 where they say nothing."""
        shift, change = lever.shift, value - lever.value
        if shift is None:
            return 0.0
        rows, rates = shift.row_bounds
        cost = float(self.duals[rows] @ (change * rates))
        columns, own = shift.columns
        at_upper = np.minimum(self.reduced[columns], 0.0)
        cost += float(at_upper @ (change * own))
        if shift.terms is not None:
            row, column, rate = shift.terms
            cost -= float((self.duals[row] * change * rate * self.point[column]).sum())
        return cost

    def bound(self, lever: Lever, value: float) -> float:
        """Return a bound on the cost of any plan at a looser value [CNY], by convexity."""
        return min(self.relaxed + min(self.expected(lever, value), 0.0), self.origin.primal)

    def holds(self, lever: Lever, value: float) -> bool:
        """Say whether the base plan is one of the variant."""
        shift, change = lever.shift, value - lever.value
        if shift is None:
            return False
        rows, rates = shift.row_bounds
        moved = np.zeros(self.arrays.height)
        np.add.at(moved, rows, change * rates)
        activity = self.activity[rows] + self._more(lever, change)[rows]
        lower, upper = (bound[rows] + moved[rows] for bound in (self.arrays.row_lower, self.arrays.row_upper))
        size = np.maximum(1.0, np.abs(activity))
        columns, own = shift.columns
        most = self.arrays.column_upper[columns] + change * own
        inside: NDArray[np.bool_] = (activity >= lower - HOLDS * size) & (activity <= upper + HOLDS * size)
        below = self.origin.values[columns] <= most + HOLDS * np.maximum(1.0, np.abs(most))
        return bool(inside.all() and below.all())

    def _more(self, lever: Lever, change: float) -> NDArray[np.float64]:
        more = np.zeros(self.arrays.height)
        if lever.shift is not None and lever.shift.terms is not None:
            row, column, rate = lever.shift.terms
            np.add.at(more, row, change * rate * self.origin.values[column])
        return more

    def binds(self, lever: Lever) -> bool:
        """Say whether the base plan breaks a lever that is the least bit tighter."""
        if lever.shift is None or lever.setting:
            return False
        return not self.holds(lever, lever.value * (1.0 + lever.sense * 10 * NEAR))
