"""Ways out of an infeasible program: the least that targets, policy limits or resources must give.

Rows give by their `Tier`; physics never does. For each way the elastic linear relaxation is solved first: it is quick
and names the guilty families of rows. Then only these may give in the program with its integers, for the amounts that
are really enough; where no solution comes in time, the relaxation's amounts are kept and called lower bounds.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from capplan.program import Tier
from capplan.solution import Reason
from capplan.solvers import Arrays, conflicting_rows, solve_matrix
from capplan.solvers.elastic import Elastic, row_sizes, soften, without_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.program import Program, Rows

__all__ = ["Give", "Search", "Way"]

TRIFLE = 1e-6
"""Amounts below this part of a row's scale are none [-]."""
GAP = 0.02
"""Relative gap of the integer programs [fraction]; more than the least is enough too."""
COUNTED = 0.25
"""Most of a row's scale that counts when the gap is taken, however far out of reach its bound is [-]."""
WEIGHTS = {Tier.TARGET: 1.0, Tier.POLICY: 100.0, Tier.RESOURCE: 10_000.0}
"""Prices of a unit of violation where several tiers give at once in the integer program [-]."""
WHOLE = {"highs": "search"}
"""Engines that find whole modules sooner than those they stand for."""
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
    values : ndarray or None
        Values of the program's columns, or None where a way holds only lower bounds.
    """

    tiers: tuple[Tier, ...]
    gives: tuple[Give, ...]
    enough: bool
    least: bool
    values: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)


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
        self.kind = _kinds(program.rows)
        self.possible = False

    def ways(self) -> list[Way]:
        """Return every way in which one tier alone can give, and others only where those are too few.

        Where neither policy limits nor resources alone can give enough, both together are tried, so that targets
        hold; where nothing was found, targets and the others give together. A way of which not even a lower bound
        is known, because only whole modules conflict and no solution came in time, is left out.
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
                self.possible = bool(found)
                ways = list(pool.map(lambda tiers: self._whole(tiers, found[tiers], share), found))
                return [way for way in ways if way.gives]
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
        scale = row_sizes(relaxed, self.kind)
        values = self._values(soften(relaxed, rows, scale))
        if values is None:
            return None
        elastic = soften(relaxed, rows, row_sizes(relaxed, self.kind, values))
        for tier in sorted(tiers, reverse=True):
            others = np.isin(self.tier, [int(other) for other in tiers if other < tier])
            values = self._values(elastic.free(others))
            if values is None:
                return None
            mine = self.tier == int(tier)
            total = float(values[elastic.start :][mine[elastic.row]].sum())
            if others.any():
                elastic = elastic.held(mine, total * (1.0 + 1e-4) + 1e-7)
        return self._sharpened(_gives(elastic, values))

    def _sharpened(self, gives: tuple[Give, ...]) -> tuple[Give, ...]:
        """Return what the same rows give, solved again in units of what can be reached.

        A bound a thousand times out of reach is else known only to the tolerance of its own size.
        """
        rows = np.zeros(len(self.tier), dtype=np.bool_)
        rows[[give.row for give in gives]] = True
        relaxed = self.arrays.relaxed()
        reachable = _given(relaxed, gives)
        scale = row_sizes(reachable, self.kind)
        values = self._values(self._priced(soften(relaxed, rows, scale), gives)) if gives else None
        return gives if values is None else _broken(relaxed, values[: relaxed.width], rows, scale)

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
        reachable = _given(self.arrays, linear)
        scale = row_sizes(reachable, self.kind)
        for part, mask in ((0.6, rows), (0.8, tiered & same), (1.0, tiered)):
            seconds = min(part * share - (time.monotonic() - began), self._left())
            if not mask.any() or seconds < 1.0:
                continue
            elastic = self._priced(soften(reachable, mask, scale), linear)
            solution = solve_matrix(
                elastic.arrays,
                engine=WHOLE.get(self.engine, self.engine),
                gap=GAP,
                threads=1,
                time_limit=seconds,
                stop=self.stop,
            )
            if solution.values is not None:
                least = solution.termination.reason is Reason.OPTIMAL
                values = self._least_values(solution.values[: self.arrays.width], mask, scale)
                gives = _broken(self.arrays, values, mask, scale)
                return Way(tiers, gives, enough=True, least=least, values=values)
        return Way(tiers, linear, enough=False, least=False)

    def _least_values(
        self, values: NDArray[np.float64], mask: NDArray[np.bool_], scale: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the values with the same whole modules for which rows of a mask give least."""
        whole, integer = np.round(values), self.arrays.integer
        fixed = replace(
            self.arrays.relaxed(),
            column_lower=np.where(integer, whole, self.arrays.column_lower),
            column_upper=np.where(integer, whole, self.arrays.column_upper),
        )
        better = self._values(soften(fixed, mask, scale))
        return values if better is None else better[: len(values)]

    def _priced(self, elastic: Elastic, linear: tuple[Give, ...]) -> Elastic:
        """Return the program with its tiers weighed, and with what gives anyway as the offset that the gap refers to."""
        if not len(elastic.row):
            return elastic
        weight = np.array([WEIGHTS.get(Tier(int(tier)), 1.0) for tier in self.tier[elastic.row]])
        weight /= weight.min()
        size = {
            int(row): (part, price)
            for row, part, price in zip(elastic.row, elastic.scale, weight, strict=True)
        }
        parts = [(give.amount / size[give.row][0], size[give.row][1]) for give in linear if give.row in size]
        offset = float(sum(min(part, COUNTED) * price for part, price in parts))
        elastic = elastic.weighted(weight)
        return replace(elastic, arrays=replace(elastic.arrays, offset=offset))


def _kinds(blocks: list[Rows]) -> NDArray[np.int64]:
    """Return a number for each row, the same where rows are of one block and, for targets, of one metric."""
    names: list[tuple[int, str]] = []
    for place, block in enumerate(blocks):
        metrics = block.index["metric"].astype(str) if "metric" in block.index else [""] * len(block.index)
        names += [(place, metric) for metric in metrics]
    number = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names], dtype=np.int64)


def _given(arrays: Arrays, gives: tuple[Give, ...]) -> Arrays:
    """Return the program whose rows have given."""
    lower, upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    for give in gives:
        side = lower if give.side > 0 else upper
        side[give.row] -= give.side * give.amount
    return replace(arrays, row_lower=lower, row_upper=upper)


def _broken(
    arrays: Arrays, values: NDArray[np.float64], mask: NDArray[np.bool_], scale: NDArray[np.float64]
) -> tuple[Give, ...]:
    """Return by how much values break the rows of a mask, shortfalls first."""
    row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    reached = np.bincount(row, weights=arrays.data * values[arrays.indices], minlength=arrays.height)
    found = []
    for side, by in ((1, arrays.row_lower - reached), (-1, reached - arrays.row_upper)):
        found += [
            Give(int(place), side, float(by[place])) for place in np.flatnonzero(mask & (by > TRIFLE * scale))
        ]
    return tuple(found)


def _gives(elastic: Elastic, values: NDArray[np.float64]) -> tuple[Give, ...]:
    amounts = elastic.amounts(values)
    large = np.flatnonzero(amounts > TRIFLE * elastic.scale)
    return tuple(
        Give(int(elastic.row[slack]), int(elastic.side[slack]), float(amounts[slack])) for slack in large
    )
