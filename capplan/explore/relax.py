"""Ways out of an infeasible program: how far which levers must move, least first in the order asked.

Each way lets the levers of some tiers move. The elastic linear relaxation comes first: it is quick, its optimum is a
proven lower bound on what must move, and it names the guilty levers. Then only these may move in the program with its
integers, for amounts that whole modules can meet; where no solution comes in time, the bound is all that is known.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from capplan.explore.levers import effects_of, needed
from capplan.program import Tier
from capplan.solution import Reason
from capplan.solvers import Arrays, solve_matrix
from capplan.solvers.elastic import given, loosened
from capplan.solvers.hubs import with_hubs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from capplan.explore.levers import Lever

__all__ = ["Search", "Way", "Wish"]

TRIFLE = 1e-6
"""Moves below this part of a lever's size are none [-]."""
GAP = 0.02
"""Relative gap of the integer programs [fraction]; more than the least is enough too."""
COUNTED = 0.25
"""Most of a lever's size that counts when the gap is taken, however far out of reach its bound is [-]."""
LED = 0.002
"""What the whole cost of the plan weighs against a move of one lever by its size [-]."""
MANY = 1_500
"""Integers from which on values are first sought among the columns that the relaxation uses [-]."""
LINEAR = "highs-ipm"
"""Engine of the linear programs; those with integers are searched."""
NEAR = 1.02
"""Moves that sum to less than this over the proven bound are called least [-]."""
LAST = {Tier.TARGET: 1.0, Tier.POLICY: 1.0, Tier.RESOURCE: 30.0, Tier.SERVICE: 300.0}
"""Weights with which a later tier moves only as far as an earlier one cannot [-]."""


@dataclass(frozen=True)
class Wish:
    """Which tiers may give; `even`: all alike, for the least change in all, instead of one after the other."""

    tiers: tuple[Tier, ...]
    even: bool = False


@dataclass(frozen=True)
class Way:
    """One way out.

    Attributes
    ----------
    wish : Wish
        Which tiers may give.
    moves : mapping of int to float
        By how much which lever moves [its unit].
    enough : bool
        Whether whole modules are enough; otherwise `moves` are those of the linear relaxation.
    least : bool
        Whether it is proven that nothing less would do, to within two percent and rounding.
    values : ndarray or None
        Values of the program's columns once the levers have moved.
    """

    wish: Wish
    moves: Mapping[int, float]
    enough: bool
    least: bool
    values: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Linear:
    """What the linear relaxation says: moves of all levers, their weighted sum, and values of the columns."""

    moves: NDArray[np.float64]
    total: float
    values: NDArray[np.float64]


class Search:
    """The search for ways out of one program.

    Parameters
    ----------
    arrays
        The program.
    levers
        What may move.
    deadline
        When to stop, on the monotonic clock [s].
    """

    def __init__(self, arrays: Arrays, levers: list[Lever], *, deadline: float) -> None:
        self.arrays, self.levers, self.deadline = arrays, levers, deadline
        self.stop = threading.Event()
        self.tier = np.array([int(lever.tier) for lever in levers], dtype=np.int64)
        self.size = _sizes(levers)

    @property
    def left(self) -> float:
        """Time left [s]."""
        return max(1.0, self.deadline - time.monotonic())

    def linear(self, wish: Wish) -> Linear | None:
        """Return what must move in the linear relaxation; None where that is not enough."""
        levers = np.isin(self.tier, [int(tier) for tier in wish.tiers])
        # what a share is of is not known yet, so how far it gives is not either
        free = [lever if lever.whole is None else replace(lever, most=np.inf) for lever in self.levers]
        first = self._linear(free, levers, self.size, wish)
        if first is None or not (first.moves > TRIFLE * self.size).any():
            return first
        # again, with shares of what is really used, and in units of what can be reached
        there = [lever.at(first.values) for lever in self.levers]
        guilty = first.moves > TRIFLE * self.size
        after = np.array([lever.before for lever in self.levers]) - first.moves
        falls = np.array([lever.sign < 0 for lever in self.levers]) & guilty & (after > 0.0)
        size = np.where(falls, np.minimum(self.size, np.maximum(after, 1e-6 * self.size)), self.size)
        rated = any(lever.whole is not None and moved for lever, moved in zip(there, guilty, strict=True))
        if not rated and not (size < 0.1 * self.size).any():
            return first
        second = self._linear(there, levers if rated else guilty, size, wish)
        if second is None:
            return first
        total = float((self.weight(wish) * second.moves / self.size).sum())
        return replace(second, total=min(total, first.total) if not rated else total)

    def whole(self, wish: Wish, linear: Linear, seconds: float) -> Way:
        """Return the way with moves that are enough for whole modules, or the relaxation's if none came in time.

        First the very levers that moved in the relaxation may move, then their families, then their tiers. Of many
        integers, those at zero in the relaxation stay there first, and all levers of the tiers may move: then first
        values come soon.
        """
        levers = [lever.at(linear.values) for lever in self.levers]
        guilty = linear.moves > TRIFLE * self.size
        families = {lever.family for lever, moved in zip(levers, guilty, strict=True) if moved}
        tiered = np.isin(self.tier, [int(tier) for tier in wish.tiers])
        same = tiered & np.array([lever.family in families for lever in levers])
        began = time.monotonic()
        reachable = given(self.arrays, effects_of(levers), np.where(guilty, linear.moves, 0.0))
        bare = reachable.integer & (linear.values < TRIFLE)
        lean = replace(
            reachable,
            column_upper=np.where(bare, np.maximum(reachable.column_lower, 0.0), reachable.column_upper),
        )
        few = int(reachable.integer.sum()) < MANY
        steps = ((0.6, guilty, reachable), (0.8, same, reachable), (1.0, tiered, reachable))
        for part, mask, arrays in steps if few else ((0.8, tiered, lean), (1.0, tiered, reachable)):
            spent = time.monotonic() - began
            limit = min(part * seconds - spent, self.left)
            if not mask.any() or limit < 1.0:
                continue
            way = self._search(wish, linear, levers, mask, arrays, limit)
            if way is not None:
                return way
        moves = {int(place): float(linear.moves[place]) for place in np.flatnonzero(guilty)}
        return Way(wish, moves, enough=False, least=False)

    def _search(
        self,
        wish: Wish,
        linear: Linear,
        levers: list[Lever],
        mask: NDArray[np.bool_],
        reachable: Arrays,
        seconds: float,
    ) -> Way | None:
        most = np.array([lever.most for lever in levers]) - linear.moves
        weight = self.weight(wish)
        elastic = loosened(
            reachable,
            effects_of(levers).of(mask),
            size=self.size,
            weight=np.where(mask, weight, 0.0),
            most=np.where(mask, np.maximum(most, 0.0), 0.0),
        )
        offset = float((weight * np.minimum(linear.moves / self.size, COUNTED)).sum())
        # a little of the cost leads the search, and makes the plan that it finds a good start
        cost = elastic.arrays.cost.copy()
        paid = self.arrays.cost
        cost[: elastic.width] = paid * (LED / max(abs(float(paid @ linear.values)), 1e-9))
        solution = solve_matrix(
            replace(elastic.arrays, cost=cost, offset=offset),
            engine="search",
            gap=GAP,
            threads=1,
            time_limit=seconds,
            stop=self.stop,
        )
        if solution.values is None:
            return None
        values = solution.values[: self.arrays.width]
        moves = needed(self.levers, self.arrays, values)
        moves = np.where(mask & (moves > TRIFLE * self.size), moves, 0.0)
        found = {int(place): float(moves[place]) for place in np.flatnonzero(moves)}
        whole = int(self.arrays.integer.sum()) < MANY
        proven = whole and len(found) == 1 and solution.termination.reason is Reason.OPTIMAL
        total = float((weight * moves / self.size).sum())
        least = proven or (bool(found) and total <= NEAR * linear.total + TRIFLE)
        return Way(wish, found, enough=True, least=least, values=values)

    def _linear(
        self, levers: list[Lever], mask: NDArray[np.bool_], size: NDArray[np.float64], wish: Wish
    ) -> Linear | None:
        most = np.where(mask, [lever.most for lever in levers], 0.0)
        weight = self.weight(wish) * size / self.size
        weight /= weight[mask].min(initial=1.0)
        elastic = loosened(
            self.arrays.relaxed(), effects_of(levers).of(mask), size=size, weight=weight, most=most
        )
        hubs = with_hubs(elastic.arrays)
        solution = solve_matrix(hubs.arrays, engine=LINEAR, threads=1, time_limit=self.left, stop=self.stop)
        if solution.values is None:
            return None
        values = hubs.restricted(solution.values)
        moves = elastic.moved(values)
        moves = np.where(moves > TRIFLE * size, moves, 0.0)
        total = float((self.weight(wish) * moves / self.size).sum())
        return Linear(moves, total, values[: elastic.width])

    def weight(self, wish: Wish) -> NDArray[np.float64]:
        """Return the price of a move of each lever by its size [-], shape (levers,)."""
        if wish.even:
            return np.ones(len(self.levers))
        return np.array([LAST.get(lever.tier, 1.0) for lever in self.levers])


def _sizes(levers: list[Lever]) -> NDArray[np.float64]:
    """Return what counts as one move of each lever [its unit]: its value, or a fifth of the usual one where that is more.

    Usual is what its family has in the same unit: one centre is not a trifle beside 100,000 racks.
    """
    before = np.abs(np.array([lever.before for lever in levers], dtype=np.float64))
    kinds = [f"{lever.family} {lever.unit}" for lever in levers]
    for kind in sorted(set(kinds)):
        mine = np.array([each == kind for each in kinds])
        known = before[mine & (before > 0.0)]
        usual = float(np.median(known)) if len(known) else 1.0
        before[mine] = np.maximum(before[mine], 0.2 * usual)
    stated = np.array([np.nan if lever.size is None else lever.size for lever in levers])
    return np.where(np.isnan(stated), before, stated)
