"""Ways out of an infeasible program: the least that targets, policy limits or resources must give.

Rows give by their `Tier`; physics never does. For each way the elastic linear relaxation is solved first: it is quick
and names the guilty families of rows. Then only these may give in the program with its integers, for the amounts that
are really enough; where no solution comes in time, the relaxation's amounts are kept and called lower bounds.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from capplan.program import Tier
from capplan.solution import Reason
from capplan.solvers import Arrays, conflicting_rows, solve_matrix
from capplan.solvers.elastic import Elastic, row_sizes, soften, without_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.program import Program

__all__ = ["Give", "Search", "Way"]

TRIFLE = 1e-6
"""Amounts below this part of a row's scale are none [-]."""
GAP = 0.02
"""Relative gap of the integer programs [fraction]; more than the least is enough too."""
WEIGHTS = {Tier.TARGET: 1.0, Tier.POLICY: 100.0, Tier.RESOURCE: 10_000.0}
"""Prices of a unit of violation where several tiers give at once in the integer program [-]."""
ALONE = ((Tier.TARGET,), (Tier.POLICY,), (Tier.RESOURCE,))
TARGETS_HOLD = ((Tier.POLICY, Tier.RESOURCE),)
TOGETHER = ((Tier.TARGET, Tier.POLICY),), ((Tier.TARGET, Tier.POLICY, Tier.RESOURCE),)


@dataclass(frozen=True)
class Give:
    """One row gives: `side` is +1 where it falls short of its lower bound and -1 where it exceeds its upper one."""

    row: int
    side: int
    amount: float


@dataclass(frozen=True)
class Way:
    """One way out.

    Attributes
    ----------
    tiers : tuple of Tier
        Which rows give.
    gives : tuple of Give
        By how much.
    enough : bool
        Whether a plan exists once they have given; otherwise these are lower bounds.
    least : bool
        Whether nothing less would do, to within the gap of the search.
    """

    tiers: tuple[Tier, ...]
    gives: tuple[Give, ...]
    enough: bool
    least: bool


class Search:
    """The search for ways out of one infeasible program.

    Parameters
    ----------
    program
        The program, for its blocks of rows and their tiers.
    engine
        Engine of the elastic programs.
    threads
        How many ways are tried at once [-].
    time_limit
        Wall-clock limit of the whole search [s].
    """

    def __init__(self, program: Program, *, engine: str, threads: int, time_limit: float) -> None:
        self.arrays = Arrays.of(program.matrix())
        self.engine, self.threads = engine, max(1, threads)
        self.deadline = time.monotonic() + time_limit
        self.stop = threading.Event()
        sizes = [len(rows.index) for rows in program.rows]
        self.family = np.repeat(np.arange(len(sizes)), sizes)
        self.tier = np.repeat(np.array([int(rows.tier) for rows in program.rows], dtype=np.int64), sizes)

    def ways(self) -> list[Way]:
        """Return every way in which one tier alone can give, and others only where those are too few.

        Where neither policy limits nor resources alone can give enough, both together are tried, so that targets
        hold; where nothing was found, targets and the others give together.
        """
        with ThreadPoolExecutor(max_workers=self.threads) as pool:
            try:
                found = self._able(pool, ALONE)
                if all(tiers == (Tier.TARGET,) for tiers in found):
                    found |= self._able(pool, TARGETS_HOLD)
                for choice in TOGETHER:
                    found = found or self._able(pool, choice)
                rounds = -(-len(found) // self.threads)
                share = 0.9 * self._left() / max(1, rounds)
                return list(pool.map(lambda tiers: self._whole(tiers, found[tiers], share), found))
            except BaseException:
                self.stop.set()
                raise

    def physics(self) -> NDArray[np.int64]:
        """Return rows that conflict although everything else gives; empty where none were found in time."""
        arrays = without_rows(self.arrays, self.tier != int(Tier.PHYSICS))
        return conflicting_rows(arrays, time_limit=max(5.0, self._left()))

    def _left(self) -> float:
        return max(1.0, self.deadline - time.monotonic())

    def _able(
        self, pool: ThreadPoolExecutor, choices: tuple[tuple[Tier, ...], ...]
    ) -> dict[tuple[Tier, ...], tuple[Give, ...]]:
        """Return the choices of tiers that can give enough, with what they give in the linear relaxation."""
        linear = pool.map(self._linear, choices)
        return {tiers: gives for tiers, gives in zip(choices, linear, strict=True) if gives is not None}

    def _linear(self, tiers: tuple[Tier, ...]) -> tuple[Give, ...] | None:
        """Return what the rows of tiers must give in the linear relaxation; None where that is not enough."""
        rows = np.isin(self.tier, [int(tier) for tier in tiers])
        relaxed = self.arrays.relaxed()
        scale = row_sizes(relaxed, self.family)
        values = self._values(soften(relaxed, rows, scale))
        if values is None:
            return None
        elastic = soften(relaxed, rows, row_sizes(relaxed, self.family, values))
        for tier in sorted(tiers, reverse=True):
            others = np.isin(self.tier, [int(other) for other in tiers if other < tier])
            values = self._values(elastic.free(others))
            if values is None:
                return None
            mine = self.tier == int(tier)
            total = float(values[elastic.start :][mine[elastic.row]].sum())
            if others.any():
                elastic = elastic.held(mine, total * (1.0 + 1e-4) + 1e-7)
        return _gives(elastic, values)

    def _values(self, elastic: Elastic) -> NDArray[np.float64] | None:
        solution = solve_matrix(
            elastic.arrays, engine=self.engine, threads=1, time_limit=self._left(), stop=self.stop
        )
        return solution.values

    def _whole(self, tiers: tuple[Tier, ...], linear: tuple[Give, ...], share: float) -> Way:
        """Return the way with amounts that are enough for whole modules, or the relaxation's if none came in time.

        First the very rows that gave in the relaxation may give, then their families, then the tiers.
        """
        tiered = np.isin(self.tier, [int(tier) for tier in tiers])
        same = np.isin(self.family, self.family[[give.row for give in linear]])
        began = time.monotonic()
        rows = np.zeros_like(tiered)
        rows[[give.row for give in linear]] = True
        for part, mask in ((0.6, rows), (0.8, tiered & same), (1.0, tiered)):
            seconds = min(part * share - (time.monotonic() - began), self._left())
            if not mask.any() or seconds < 1.0:
                continue
            elastic = self._priced(soften(self.arrays, mask, row_sizes(self.arrays, self.family)))
            solution = solve_matrix(
                elastic.arrays, engine=self.engine, gap=GAP, threads=1, time_limit=seconds, stop=self.stop
            )
            if solution.values is not None:
                least = solution.termination.reason is Reason.OPTIMAL
                return Way(tiers, _gives(elastic, solution.values), enough=True, least=least)
        return Way(tiers, linear, enough=False, least=False)

    def _priced(self, elastic: Elastic) -> Elastic:
        weight = np.array([WEIGHTS.get(Tier(int(tier)), 1.0) for tier in self.tier[elastic.row]])
        return elastic.weighted(weight / weight.min()) if len(weight) else elastic


def _gives(elastic: Elastic, values: NDArray[np.float64]) -> tuple[Give, ...]:
    amounts = elastic.amounts(values)
    large = np.flatnonzero(amounts > TRIFLE * elastic.scale)
    return tuple(
        Give(int(elastic.row[slack]), int(elastic.side[slack]), float(amounts[slack])) for slack in large
    )
