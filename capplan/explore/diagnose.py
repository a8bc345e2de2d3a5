"""Why a case cannot be met, and what must change: ways out in planners' words, planned, and cheapest first."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from capplan.build import build
from capplan.explore.iis import contradiction
from capplan.explore.lever_rules import levers_of
from capplan.explore.levers import needed
from capplan.explore.names import Names
from capplan.explore.outcome import Alternative, Explanation
from capplan.explore.prove import Change, Proof, prove, settings, typed
from capplan.explore.reach import unreached
from capplan.explore.relax import Search, Wish
from capplan.frames import plain_text
from capplan.program import Tier
from capplan.solvers import Arrays, solve_matrix
from capplan.solvers.elastic import violations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from capplan.build import Built
    from capplan.case import Case
    from capplan.explore.levers import Lever
    from capplan.explore.relax import Linear
    from capplan.progress import Callback

__all__ = ["Alternative", "Explanation", "explain", "why"]

SECONDS = 50.0
"""Time limit where none is given [s]."""
RELAXED = 0.6
"""Part of the time of an alternative in which its program is relaxed with its integers [-]."""
MARGINS = (0.0, 0.02, 0.08, 0.3)
"""What is added to moves of the relaxation until a plan is found [ratio]."""
GAP = 0.01
"""Relative gap at which the plan of an alternative is good enough to rank it [fraction]."""
TINY = 1e-6
"""Violations below this are none [any unit]."""
ALL = (Tier.TARGET, Tier.POLICY, Tier.RESOURCE, Tier.SERVICE)
ALONE = tuple(Wish((tier,)) for tier in ALL)
MIXED = Wish(ALL, even=True)
TARGETS_HOLD = Wish((Tier.POLICY, Tier.RESOURCE))


@dataclass(frozen=True)
class Ground:
    """A program to relax: the case's own, or that of the case with latency limits that can be met.

    Attributes
    ----------
    built, search
        The program, and the search over its levers.
    base
        Changes that it has already.
    """

    built: Built
    search: Search
    base: tuple[Change, ...] = ()


@plain_text
def why(
    case: Case,
    *,
    threads: int | None = None,
    time_limit: float = SECONDS,
    iis: bool = False,
    progress: Callback | None = None,
) -> Explanation | None:
    """Find out whether a case can be planned, and what must change where it cannot.

    Parameters
    ----------
    case
        A case without faults.
    threads
        How many searches run at once [-]; None: two, or one on a machine of one core.
    time_limit
        Wall-clock limit [s].
    iis
        Whether the smallest set of contradicting rules is looked for as well.
    progress
        Told nothing yet; the stage around the call tells that it runs.

    Returns
    -------
    Explanation or None
        What must change; None where a plan exists.
    """
    del progress
    return _Diagnosis(case, threads=threads, time_limit=time_limit, iis=iis).run(known=False)


@plain_text
def explain(
    case: Case,
    *,
    threads: int | None = None,
    time_limit: float = SECONDS,
    iis: bool = False,
    progress: Callback | None = None,
) -> Explanation:
    """Find what must change so that a case known to be infeasible can be planned; parameters as of `why`.

    Returns
    -------
    Explanation
        Ways out, each enough by itself, cheapest first.
    """
    del progress
    found = _Diagnosis(case, threads=threads, time_limit=time_limit, iis=iis).run(known=True)
    return found or Explanation((), None, possible=True)


class _Diagnosis:
    """One run of the search for ways out."""

    def __init__(self, case: Case, *, threads: int | None, time_limit: float, iis: bool) -> None:
        self.case, self.iis = case, iis
        self.threads = max(1, threads or min(2, os.cpu_count() or 1))
        self.began = time.monotonic()
        self.deadline = self.began + time_limit
        self.built = build(case)
        self.names = Names(self.built)
        self.ground = self._ground(self.built)

    def _ground(self, built: Built, base: tuple[Change, ...] = ()) -> Ground:
        search = Search(
            Arrays.of(built.program.matrix()), levers_of(built, Names(built)), deadline=self.deadline
        )
        return Ground(built, search, base)

    @property
    def left(self) -> float:
        """Time left [s]."""
        return max(1.0, self.deadline - time.monotonic())

    def run(self, *, known: bool) -> Explanation | None:
        """Return the explanation; None where a plan exists.

        Parameters
        ----------
        known
            Whether the case is known to be infeasible.
        """
        with ThreadPoolExecutor(max_workers=self.threads) as pool:
            try:
                wishes = [MIXED, *ALONE]
                found = dict(zip(wishes, pool.map(self._linear, wishes), strict=True))
                least = found[MIXED]
                if not known and least is not None and not least[1].moves.any() and self._feasible():
                    return None
                found = self._chosen(found)
                jobs = [(wish, each[0], each[1]) for wish, each in found.items() if each is not None]
                rounds = -(-len(jobs) // self.threads)
                share = (0.95 if not self.iis else 0.75) * self.left / max(1, rounds)
                ways = list(pool.map(lambda job: self._alternative(*job, seconds=share), jobs))
            except BaseException:
                self.ground.search.stop.set()
                raise
        alternatives = _ranked([way for way in ways if way is not None])
        clash = None
        if self.iis or not jobs:
            clash = contradiction(self.built, self.ground.search.arrays, self.names, seconds=self.left)
        return Explanation(
            alternatives, clash, possible=bool(jobs), whole=bool(least and not least[1].moves.any())
        )

    def _feasible(self) -> bool:
        """Say whether a plan was found; what is not found in time is explained as if there were none."""
        solution = solve_matrix(
            self.ground.search.arrays,
            engine="search",
            gap=1.0,
            threads=self.threads,
            time_limit=self.left,
            stop=self.ground.search.stop,
        )
        return solution.values is not None

    def _linear(self, wish: Wish) -> tuple[Ground, Linear] | None:
        """Return what must move at least, and in which program; None where it is not enough."""
        found = self.ground.search.linear(wish)
        if found is not None or Tier.POLICY not in wish.tiers:
            return None if found is None else (self.ground, found)
        limits = unreached(self.built, self.names)
        if not limits:
            return None
        base = tuple(Change(lever, after, None) for lever, after in limits.items())
        ground = self._ground(build(self.case.override(settings(list(base)))), base)
        found = ground.search.linear(wish)
        return None if found is None else (ground, found)

    def _chosen(
        self, found: dict[Wish, tuple[Ground, Linear] | None]
    ) -> dict[Wish, tuple[Ground, Linear] | None]:
        """Return the wishes worth planning: each tier alone; both that spare targets together where neither can alone.

        The least change in all is kept where it moves several tiers, for else it is one of the others.
        """
        alone: dict[Wish, tuple[Ground, Linear] | None] = {
            wish: each for wish, each in found.items() if wish is not MIXED and each is not None
        }
        if not any(Tier.TARGET not in wish.tiers and Tier.SERVICE not in wish.tiers for wish in alone):
            both = self._linear(TARGETS_HOLD)
            if both is not None:
                alone[TARGETS_HOLD] = both
        mixed = found[MIXED]
        if mixed is not None:
            moved = {mixed[0].search.levers[place].tier for place in np.flatnonzero(mixed[1].moves)}
            if not alone or len(moved) > 1:
                alone[MIXED] = mixed
        return alone

    def _alternative(
        self, wish: Wish, ground: Ground, linear: Linear, *, seconds: float
    ) -> Alternative | None:
        """Return a way out that was planned; where no plan came in time, what must move at least."""
        search, until = ground.search, min(time.monotonic() + seconds, self.deadline)
        way = search.whole(wish, linear, RELAXED * seconds)
        moves = way.moves if way.enough else self._moves(search, linear)
        values = way.values if way.enough else None
        for place, margin in enumerate(MARGINS if values is not None else MARGINS[1:]):
            if until - time.monotonic() < 1.0:
                break
            changes = [
                *ground.base,
                *self._changes(ground, moves, linear.values if values is None else values, margin),
            ]
            proof = self._proof(changes, values, until, place)
            if proof is not None:
                total = sum(
                    search.weight(wish)[lever] * _moved(search.levers[lever], changes) / search.size[lever]
                    for lever in moves
                )
                exact = way.enough and way.least and margin == 0.0
                return self._told(wish, changes, proof, _excess(ground, total, linear.total, exact=exact))
        changes = [*ground.base, *self._changes(ground, self._moves(search, linear), linear.values, 0.0)]
        return self._told(wish, changes, None, None) if changes else None

    def _proof(
        self, changes: list[Change], values: NDArray[np.float64] | None, until: float, place: int
    ) -> Proof | None:
        seconds = until - time.monotonic()
        return prove(
            self.case,
            settings(changes),
            values=values,
            gap=GAP,
            seconds=seconds if values is not None or place > 0 else 0.6 * seconds,
            threads=1,
            stop=self.ground.search.stop,
        )

    def _moves(self, search: Search, linear: Linear) -> dict[int, float]:
        """Return the moves of the relaxation, exact where levers bound shares of what decisions change."""
        exact = needed(search.levers, search.arrays, linear.values)
        found = {}
        for place in np.flatnonzero(linear.moves):
            lever = search.levers[place]
            special = lever.measure is not None or lever.whole is not None
            found[int(place)] = float(exact[place] if special and exact[place] > 0 else linear.moves[place])
        return found

    def _changes(
        self, ground: Ground, moves: Mapping[int, float], values: NDArray[np.float64], margin: float
    ) -> list[Change]:
        levers = ground.search.levers
        return [
            Change(levers[place], typed(levers[place], move, margin), _due(ground, levers[place], values))
            for place, move in moves.items()
        ]

    def _told(
        self, wish: Wish, changes: list[Change], proof: Proof | None, excess: float | None
    ) -> Alternative:
        tiers = (
            tuple(tier for tier in ALL if any(change.lever.tier is tier for change in changes)) or wish.tiers
        )
        regions = [self.names.text(self.names.prefecture(change.lever.region)) for change in changes]
        return Alternative(tiers, tuple(changes), tuple(regions), settings(changes), proof, excess)


def _excess(ground: Ground, total: float, bound: float, *, exact: bool) -> float | None:
    """Return by how much the least may be less than what is proposed [ratio]; None where nothing is proven."""
    if ground.base:
        return None
    if exact:
        return 0.0
    return max(0.0, 1.0 - bound / total) if total > 0.0 and bound > 0.0 else None


def _moved(lever: Lever, changes: list[Change]) -> float:
    return max((change.amount for change in changes if change.lever is lever), default=0.0)


def _due(ground: Ground, lever: Lever, values: NDArray[np.float64]) -> int | None:
    """Return the year of a lever, or the first in which it is needed."""
    if lever.year is not None:
        return lever.year
    short, over, beyond = violations(ground.search.arrays, values)
    program, found = ground.built.program, []
    for block in program.rows:
        inside = lever.rows.at[(lever.rows.at >= block.start) & (lever.rows.at < block.stop)]
        broken = inside[(short + over)[inside] > TINY]
        if len(broken) and "year" in block.index:
            found += block.index["year"].iloc[broken - block.start].tolist()
    for columns in program.columns.values():
        inside = lever.columns.at[(lever.columns.at >= columns.start) & (lever.columns.at < columns.stop)]
        broken = inside[beyond[inside] > TINY]
        if len(broken) and "year" in columns.index:
            found += columns.index["year"].iloc[broken - columns.start].tolist()
    return min((int(year) for year in found), default=None)


def _ranked(found: list[Alternative]) -> tuple[Alternative, ...]:
    """Return ways out that were planned, cheapest first, then those of which only lower bounds are known; each once."""
    once: dict[tuple[object, ...], Alternative] = {}
    for each in found:
        key = tuple(sorted(map(str, each.settings.items())))
        once.setdefault(key, each)
    return tuple(sorted(once.values(), key=lambda each: each.cost))
