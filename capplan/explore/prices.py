"""The price of every target and limit, by re-solving: what the next 5 and 10 per cent cost, and what less would save.

Every price is a difference between two plans that were sought with whole modules, with an interval that holds for
certain: ``[dual(variant) - primal(base), primal(variant) - dual(base)]``, narrowed by what is known of neighbours: a
tighter variant is never cheaper than a looser one of the same lever, nor than the base.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.build import build
from capplan.explore.prices_answer import Answer, Effort, Origin
from capplan.explore.prices_levers import levers_of
from capplan.explore.prices_screen import Screened, screen
from capplan.explore.prices_solve import prove_variant, solve_chain
from capplan.explore.prices_table import Entry, price_rows
from capplan.frames import plain_text
from capplan.plan import Plan
from capplan.plan_tables import conform
from capplan.progress import stage
from capplan.solution import Solution, relative_gap
from capplan.solvers import Arrays, raise_without_values, solve_matrix

if TYPE_CHECKING:
    import pandas as pd

    from capplan.case import Case
    from capplan.explore.prices_shift import Lever

__all__ = ["STEPS", "Priced", "Prices", "price_targets"]

STEPS = (0.05, 0.10)
"""How much tighter and looser [ratio]."""
BASE_SHARE = 0.2
"""Part of the time limit that the base may take [ratio]."""
FINER = 0.2, 0.5
"""Gaps of the base and of variants over that of the study [ratio]."""
COARSE, ENOUGH = 0.005, 0.1
"""Widest gap of a variant [fraction], and the width of its interval over what it is expected to cost [ratio]."""
SEEK_SHARE, PROOF_SHARE = 0.7, 0.15
"""Parts of the time limit by which plans are found, and that one proof may take [ratio]."""
LEAST_SECONDS = 3.0
"""What one solve may take at least [s]."""


@dataclass(frozen=True)
class Priced:
    """News of a run: so many of the levers' directions are settled, this one the last.

    Attributes
    ----------
    done, total
        How many [-].
    name
        The lever's path.
    seconds
        Since the run began [s].
    """

    done: int
    total: int
    name: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Prices:
    """Prices of a case's targets and limits.

    Attributes
    ----------
    case
        The case.
    table
        A row for every step of every lever, as ``tables/prices.csv`` holds it.
    primal_bound, dual_bound
        Cost of the plan that variants are compared with, and the bound on that of any plan [CNY].
    seconds
        How long it took [s].
    time_limit
        How long it was allowed to take [s].
    """

    case: Case
    table: pd.DataFrame
    primal_bound: float
    dual_bound: float
    seconds: float
    time_limit: float

    @property
    def gap(self) -> float:
        """Relative gap of the base [fraction]."""
        return relative_gap(self.primal_bound, self.dual_bound) or 0.0

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        rows = self.table.astype(object).where(self.table.notna(), None).to_dict("records")
        return {
            "case": self.case.name,
            "primal_bound": self.primal_bound,
            "dual_bound": self.dual_bound,
            "gap": self.gap,
            "seconds": round(self.seconds, 3),
            "time_limit_seconds": self.time_limit,
            "prices": rows,
        }


@plain_text
def price_targets(  # noqa: PLR0913 - the options of a run
    plan_or_case: Plan | Case,
    *,
    steps: Sequence[float] = STEPS,
    only: Sequence[str] = (),
    gap: float | None = None,
    time_limit: float = 300.0,
    solver: str | None = None,
    threads: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    in_process: bool = False,
    progress: Callable[[object], None] | None = None,
) -> Prices:
    """Price every target and limit of a case by solving it again with each a little tighter and looser.

    Parameters
    ----------
    plan_or_case
        A feasible case, or a plan of it, whose bounds are then used too.
    steps
        How much tighter and looser [ratio].
    only
        Beginnings of paths of levers, such as ``targets.``; none for all.
    gap
        Relative gap of every solve [fraction]; None: finer than the study's, and coarse where much is at stake.
    time_limit
        Wall-clock limit of the whole [s]; what does not fit is told from the relaxation, with wider intervals.
    solver, threads, seed
        Engine, threads of one solve [-] and random seed; None: what the study says.
    workers, scheduler
        Processes on this machine [-], 1 for none beside this one; or the address of a Dask scheduler.
    in_process
        Solve in this process rather than in workers of the solver.
    progress
        Told of stages, of the solver's news for the base, and `Priced`.

    Raises
    ------
    Infeasible, NoSolutionInTime, SolveError
        As `capplan.solve`, for the base.
    """
    run = _Run(
        plan_or_case if isinstance(plan_or_case, Plan) else None,
        plan_or_case.case if isinstance(plan_or_case, Plan) else plan_or_case,
        tuple(sorted(set(steps), reverse=True)),
        only=tuple(only),
        gap=gap,
        time_limit=time_limit,
        options={"engine": solver, "threads": threads, "seed": seed, "in_process": in_process},
        where={"workers": workers, "scheduler": scheduler},
        progress=progress,
    )
    return run.prices()


class _Run:
    """One call of `price_targets`."""

    def __init__(  # noqa: PLR0913 - the options of a run
        self,
        plan: Plan | None,
        case: Case,
        steps: tuple[float, ...],
        *,
        only: tuple[str, ...],
        gap: float | None,
        time_limit: float,
        options: Mapping[str, Any],
        where: Mapping[str, Any],
        progress: Callable[[object], None] | None,
    ) -> None:
        self.plan, self.case, self.steps, self.gap, self.progress = plan, case, steps, gap, progress
        self.only = only
        self.began, self.time_limit = time.time(), time_limit
        given = case.study.solver
        self.engine = options["engine"] or given.name
        self.threads = options["threads"] or given.threads or 1
        self.seed = given.seed if options["seed"] is None else options["seed"]
        self.in_process = options["in_process"]
        self.where = where

    def prices(self) -> Prices:
        """Do it all."""
        with stage("build", self.progress):
            built = build(self.case)
            arrays = Arrays.of(built.program.matrix())
        with stage("solve", self.progress):
            origin, linear = self._base(arrays)
        levers = [
            lever for lever in levers_of(built, origin.values) if lever.path.startswith(self.only or "")
        ]
        found = screen(origin, linear, levers, self.steps)
        entries = self._priced(origin, found)
        stated = self._stated(origin)
        rows, primal, dual = price_rows(entries, stated, linear.termination.primal_bound)
        table = conform("prices", rows)
        return Prices(self.case, table, primal, dual, time.time() - self.began, self.time_limit)

    def _stated(self, origin: Origin) -> tuple[float, float]:
        """Return the best bounds of the base: of this run, and of the plan where there is one that holds."""
        primal, dual = origin.primal, origin.dual
        if self.plan is not None and self.plan.certificate.holds:
            primal = min(primal, float(self.plan.record["objective_cny"]))
            bound = self.plan.record.get("dual_bound")
            dual = dual if bound is None else max(dual, float(bound))
        return primal, min(primal, dual)

    def _base(self, arrays: Arrays) -> tuple[Origin, Solution]:
        options = {"engine": self.engine, "seed": self.seed, "in_process": self.in_process}
        linear = solve_matrix(arrays.relaxed(), engine="highs", threads=1, in_process=self.in_process)
        raise_without_values(linear)
        solution = solve_matrix(
            arrays,
            gap=FINER[0] * self.case.study.solver.gap if self.gap is None else self.gap,
            time_limit=BASE_SHARE * self.time_limit,
            threads=max(self.threads, self._workers(2)),
            progress=self.progress,
            **options,
        )
        raise_without_values(solution, time_limit=BASE_SHARE * self.time_limit)
        bounds = [solution.termination.dual_bound, linear.termination.primal_bound]
        primal = float(solution.termination.primal_bound or 0.0)
        dual = min(primal, max(bound for bound in bounds if bound is not None))
        values = np.asarray(solution.values, dtype=np.float64)
        return Origin(arrays, values, primal, dual, self.case), linear

    def _workers(self, tasks: int) -> int:
        if self.where["workers"] is not None:
            return int(self.where["workers"])
        if self.in_process:
            return 1
        from capplan.explore.cluster import local_workers

        return local_workers(tasks, self.threads)

    def _priced(self, origin: Origin, found: Screened) -> list[Entry]:
        """Seek plans for what must be solved, most valuable first, then prove bounds as long as there is time."""
        count = sum(len(chain.steps) for chain in found.chains)
        until = self.began + SEEK_SHARE * self.time_limit
        share = (until - time.time()) * self._workers(count) / max(1, count)
        effort = Effort(
            engine=self.engine,
            threads=self.threads,
            seed=self.seed,
            gap=0.0,
            seconds=max(LEAST_SECONDS, share),
            until=until,
            resolution=max(origin.primal - origin.dual, 1e-9 * abs(origin.primal)),
            in_process=self.in_process,
        )
        tasks = {
            f"{place} {chain.lever.path}": ("chain", _trimmed(origin, [chain.lever]), chain, fine)
            for place, chain in enumerate(found.chains)
            for fine in [replace(effort, gap=self._gap(origin, chain.expected))]
        }
        with stage("price", self.progress):
            entries = found.entries(dict(self._solved(tasks)))
        with stage("prove", self.progress):
            return self._proved(origin, entries, found, effort)

    def _proved(self, origin: Origin, entries: list[Entry], found: Screened, effort: Effort) -> list[Entry]:
        """Solve with everything free what is not settled finely enough, most valuable first."""
        until = self.began + self.time_limit
        effort = replace(effort, until=until, seconds=max(LEAST_SECONDS, PROOF_SHARE * self.time_limit))
        tasks: dict[str, tuple[Any, ...]] = {}
        if found.grouped:
            levers, values = (
                [entry.lever for entry in found.grouped],
                [entry.value for entry in found.grouped],
            )
            known = Answer(0.0, 0.0, "grouped", origin.primal, possible=True)
            wide = replace(effort, gap=self._gap(origin, 0.0), seconds=BASE_SHARE * self.time_limit)
            tasks["group"] = ("proof", replace(origin, case=None), (levers, known, values), wide)
        open_ones = [place for place, entry in enumerate(entries) if self._open(origin, entry)]
        for place in sorted(open_ones, key=lambda place: -abs(entries[place].cost(origin.primal))):
            entry = entries[place]
            fine = replace(effort, gap=self._gap(origin, entry.cost(origin.primal)))
            given = ([entry.lever], entry.answer, [entry.value])
            tasks[f"{place} {entry.lever.path}"] = ("proof", _trimmed(origin, [entry.lever]), given, fine)
        answers = {key.split(" ")[0]: answer for key, answer in self._solved(tasks)}
        for place in open_ones:
            (better,) = answers.get(str(place)) or (entries[place].answer,)
            entries[place] = replace(entries[place], answer=better)
        return found.joined(entries, answers.get("group"))

    def _open(self, origin: Origin, entry: Entry) -> bool:
        """Say whether a variant was sought and is not known as finely as it is worth."""
        answer = entry.answer
        if answer.method not in ("sought", "relaxation", "none") or answer.possible is False:
            return False
        return answer.gap is None or answer.gap > self._gap(origin, entry.cost(origin.primal))

    def _gap(self, origin: Origin, cost: float) -> float:
        """Return the gap at which a variant is settled that costs about so much: finer where little is at stake."""
        if self.gap is not None:
            return self.gap
        least = FINER[1] * self.case.study.solver.gap
        stake = ENOUGH * abs(cost) / max(abs(origin.primal), 1e-9)
        return float(np.clip(stake, least, max(least, COARSE)))

    def _solved(self, tasks: Mapping[str, tuple[Any, ...]]) -> Iterator[tuple[str, tuple[Answer, ...]]]:
        """Yield what each task answers; a task that failed answers nothing."""
        with contextlib.closing(self._run(tasks)) as finished:
            for done, (key, answer) in enumerate(finished, start=1):
                if self.progress is not None:
                    self.progress(Priced(done, len(tasks), key.partition(" ")[2], time.time() - self.began))
                yield key, answer

    def _run(
        self, tasks: Mapping[str, tuple[Any, ...]]
    ) -> Generator[tuple[str, tuple[Answer, ...]], None, None]:
        workers = self._workers(len(tasks))
        if self.where["scheduler"] is None and workers == 1:
            yield from ((key, solve_task(*arguments)) for key, arguments in tasks.items())
            return
        from capplan.explore.executor import run_all

        given = {"scheduler": self.where["scheduler"], "workers": workers, "threads": self.threads}
        with contextlib.closing(run_all(solve_task, tasks, **given)) as finished:
            for end in finished:
                yield end.key, end.result if end.error is None else ()


def _trimmed(origin: Origin, levers: Sequence[Lever]) -> Origin:
    """Return the origin with the case only where the program is built anew from it."""
    return replace(origin, case=None) if all(lever.shift is not None for lever in levers) else origin


@plain_text
def solve_task(
    what: str,
    origin: Origin,
    given: Any,
    effort: Effort,
    *,
    progress: Callable[[object], None] | None = None,
) -> tuple[Answer, ...]:
    """Solve one task, wherever it runs.

    Parameters
    ----------
    what
        ``chain`` or ``proof``.
    origin
        The program that is varied.
    given
        A `Chain`; or levers, what is known, and their values.
    effort
        How much may be spent.
    progress
        Told the solver's news.
    """
    if what == "chain":
        return solve_chain(origin, given, effort, progress=progress)
    levers, answer, values = given
    return prove_variant(origin, levers, answer, values, effort, progress=progress)
