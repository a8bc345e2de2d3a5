"""Which input change goes with which difference of two plans: each group of changes is planned alone, and all but it.

Variants that are the same case are planned once, and those that are one of the two plans not at all. They run side by
side through `capplan.explore.executor`, each as it was asked for in the first plan unless said otherwise.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from capplan.compare.attribution import ALONE, WITHOUT, Attribution, Effect, Variant
from capplan.compare.groups import Group, grouped
from capplan.compare.together import Taking, briefly, needed, taking
from capplan.errors import CapplanError, Infeasible, InputError, NoSolutionInTime
from capplan.explore.executor import run_all
from capplan.messages import Message, msg

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.compare.comparison import PlanComparison
    from capplan.explore.executor import Finished
    from capplan.explore.kept import KeptSolves
    from capplan.plan import Plan

__all__ = ["Attempt", "asked_of_plan", "attempts_of", "attribute", "plan_variant", "variant_of"]

_TABLES = ("capacity", "costs", "sites")


@dataclass(frozen=True)
class Attempt:
    """A case that must be planned to find out effects.

    Attributes
    ----------
    name
        What it is called while it runs.
    groups
        The groups of changes that it has beside the base.
    case
        The case; None where the inputs are no case together.
    reason
        Why they are none.
    needs
        The other groups that the group takes, or that it must go with, for a case.
    """

    name: str
    groups: frozenset[str]
    case: Case | None
    reason: Message | None = None
    needs: tuple[Group, ...] = ()


def asked_of_plan(plan: Plan, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the solves of variants are asked: what is given, else what the plan was asked.

    Parameters
    ----------
    plan
        The plan that variants should be as good as.
    options
        gap, time_limit, solver, threads, seed; None where the plan decides.
    """
    record, said = plan.record, plan.case.study.solver
    end = _mapping(record.get("termination"))
    former = {
        "gap": end.get("gap_asked", said.gap),
        "time_limit": end.get("time_limit_seconds", said.time_limit_seconds),
        "solver": _mapping(record.get("solver")).get("name", said.name),
        "threads": record.get("threads", said.threads),
        "seed": record.get("seed", said.seed),
    }
    asked = former | {name: value for name, value in options.items() if value is not None}
    return asked | {"threads": asked["threads"] or 1}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def attempts_of(
    pair: PlanComparison, *, level: str = "auto", both: bool = True
) -> tuple[list[Group], list[Attempt]]:
    """Return the groups of input changes of a comparison, and the cases that must be planned.

    Parameters
    ----------
    pair
        The comparison.
    level
        How finely changes are grouped, as `capplan.compare.groups.grouped` takes it.
    both
        Whether all changes but each group are planned too.
    """
    groups = grouped(pair.inputs, level)
    every = frozenset(group.name for group in groups)
    before, after = pair.base.plan.case, pair.other.plan.case
    there, back = taking(before, after, pair.inputs), taking(after, before, pair.inputs)
    found: dict[frozenset[str], Attempt] = {}
    for group in groups:
        own = frozenset({group.name})
        if own != every and own not in found:
            found[own] = _attempt(f"+ {group.name}", own, there, group, groups)
    for group in groups if both else ():
        rest = every - {group.name}
        if rest and rest not in found:
            found[rest] = _attempt(f"− {group.name}", rest, back, group, groups)
    return groups, list(found.values())


def _attempt(name: str, own: frozenset[str], made: Taking, group: Group, groups: Sequence[Group]) -> Attempt:
    """Return the case that a group makes; where it makes none by itself, what it takes beside it."""
    try:
        return Attempt(name, own, made([group]))
    except InputError as error:
        return Attempt(name, own, None, briefly(error), needed(group, groups, made))


def attribute(  # noqa: PLR0913 - the options of a run
    pair: PlanComparison,
    groups: Sequence[Group],
    attempts: Sequence[Attempt],
    options: Mapping[str, Any],
    *,
    both: bool = True,
    scheduler: str | None = None,
    workers: int | None = None,
    progress: Callable[[str, object], None] | None = None,
    ended: Callable[[Attempt, Variant], None] | None = None,
    kept: KeptSolves | None = None,
) -> Attribution:
    """Plan what must be planned, and say what each group of input changes does.

    Parameters
    ----------
    pair
        The comparison.
    groups, attempts
        What `attempts_of` gives.
    options
        What `capplan.solve` is asked, all of it said.
    both
        Whether all changes but each group are told too.
    scheduler, workers
        Address of the planner's Dask scheduler; or processes of this machine.
    progress
        Called with the name of a run and its news.
    ended
        Called as each variant is known.
    kept
        Where finished solves are kept, and those of an earlier run are found.

    Raises
    ------
    SolveError
        If the planner's scheduler cannot be used.
    WriteError
        If a finished solve cannot be kept.
    """
    began = time.monotonic()
    every = frozenset(group.name for group in groups)
    base, other = variant_of(pair.base.plan), variant_of(pair.other.plan)
    known = {frozenset[str](): base, every: other} | _no_cases(attempts, ended)
    known |= _found_again(attempts, options, kept, ended)
    by_name = {attempt.name: attempt for attempt in attempts if attempt.groups not in known}
    jobs = {name: (attempt.case, options) for name, attempt in by_name.items()}
    many = {"scheduler": scheduler, "workers": workers, "threads": options["threads"]}
    runs = run_all(plan_variant, jobs, progress=progress, **many)
    with contextlib.closing(runs):
        for done in runs:
            attempt, variant = by_name[done.key], _settled(done)
            known[attempt.groups] = variant
            _keep(kept, attempt, options, variant)
            _tell(ended, attempt, variant)
    effects = _effects(groups, known, every, both=both)
    return Attribution(base, other, tuple(effects), time.monotonic() - began)


def _no_cases(
    attempts: Sequence[Attempt], ended: Callable[[Attempt, Variant], None] | None
) -> dict[frozenset[str], Variant]:
    """Return what is known of attempts whose inputs are no case together."""
    found = {}
    for attempt in attempts:
        if attempt.case is None:
            found[attempt.groups] = Variant("no_case", reason=attempt.reason, needs=attempt.needs)
            _tell(ended, attempt, found[attempt.groups])
    return found


def _keep(kept: KeptSolves | None, attempt: Attempt, options: Mapping[str, Any], variant: Variant) -> None:
    if kept is not None and attempt.case is not None:
        kept.keep(attempt.case, options, variant)


def _found_again(
    attempts: Sequence[Attempt],
    options: Mapping[str, Any],
    kept: KeptSolves | None,
    ended: Callable[[Attempt, Variant], None] | None,
) -> dict[frozenset[str], Variant]:
    """Return what an earlier run that was interrupted has found."""
    found: dict[frozenset[str], Variant] = {}
    for attempt in attempts if kept is not None else ():
        variant = None if attempt.case is None or kept is None else kept.find(attempt.case, options)
        if variant is not None:
            found[attempt.groups] = replace(variant, kept=True)
            _tell(ended, attempt, found[attempt.groups])
    return found


def _tell(ended: Callable[[Attempt, Variant], None] | None, attempt: Attempt, variant: Variant) -> None:
    if ended is not None:
        ended(attempt, variant)


def _effects(
    groups: Sequence[Group], known: Mapping[frozenset[str], Variant], every: frozenset[str], *, both: bool
) -> list[Effect]:
    base, other = known[frozenset()], known[every]
    found = []
    for group in groups:
        variant = known[frozenset({group.name})]
        found.append(Effect(group, ALONE, base, variant, variant))
    for group in groups if both else ():
        variant = known[every - {group.name}]
        found.append(Effect(group, WITHOUT, variant, other, variant))
    return found


def variant_of(plan: Plan) -> Variant:
    """Return a plan as one side of an effect; one that does not hold is no plan.

    Parameters
    ----------
    plan
        The plan.
    """
    status = str(plan.record.get("status", "feasible")) if plan.certificate.holds else "rejected"
    return Variant(status, dict(plan.record), {name: plan.tables[name] for name in _TABLES})


def plan_variant(case: Case, options: Mapping[str, Any], *, progress: Callable[[object], None]) -> Variant:
    """Plan a variant in a worker, and return what its effects are told from.

    Parameters
    ----------
    case
        The inputs.
    options
        What `capplan.solve` takes.
    progress
        Who wants to know.
    """
    from capplan.planner import solve

    return variant_of(solve(case, progress=progress, **options))


def _settled(done: Finished) -> Variant:
    if isinstance(done.result, Variant):
        found = done.result
        return Variant(found.status, found.record, found.tables, found.reason, done.seconds)
    error = done.error
    status = {Infeasible: "infeasible", NoSolutionInTime: "no_plan"}.get(type(error), "failed")
    told = (
        error.message
        if isinstance(error, CapplanError)
        else msg("{text}", text=f"{type(error).__name__}: {error}")
    )
    return Variant(status, reason=told, seconds=done.seconds)
