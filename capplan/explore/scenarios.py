"""A case and its scenarios side by side: each is planned by itself, written at once, and never planned twice.

A scenario that cannot be met is a result: it is told with what conflicts. Plans stand in folders of their own, which
are what a later run goes by: what has the same inputs and settings there is kept.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capplan import __version__
from capplan.errors import (
    CapplanError,
    Infeasible,
    NoSolutionInTime,
    VerificationError,
)
from capplan.exchange.plain import write_json
from capplan.exchange.staging import Owner, replacing
from capplan.explore.executor import run_all
from capplan.explore.planning import Packed, plan_and_pack, unexplained, unpack
from capplan.messages import LANGUAGES, msg
from capplan.plan import place_plan, read_plan

if TYPE_CHECKING:
    import pandas as pd

    from capplan.case import Case
    from capplan.explore.executor import Finished
    from capplan.messages import Text

__all__ = ["Outcome", "Task", "asked_of", "known_outcome", "plan_side_by_side", "refused_folder"]

_OUTCOME = "outcome.json"
_OWNER = Owner(frozenset({_OUTCOME}), re.compile(r"outcome\.json|why-\w+\.txt|case"))
_UNEXPLAINED = unexplained(RuntimeError())


@dataclass(frozen=True)
class Task:
    """One case to be planned: the case itself, or one of its scenarios.

    Attributes
    ----------
    name : str
        The applied scenarios joined by ``+``; the name of the case where there are none.
    case : Case
        The inputs, with the scenarios applied.
    folder : Path
        Where its plan goes.
    options : mapping
        What `capplan.solve` is asked: gap, time_limit, solver, threads, seed; all of them said.
    """

    name: str
    case: Case
    folder: Path
    options: Mapping[str, Any]

    @property
    def title(self) -> Text:
        """The titles of its scenarios, or of the case."""
        study = self.case.study
        known = [study.scenarios[name].title.text for name in study.applied if name in study.scenarios]
        return known[-1] if len(known) == 1 else study.full_title


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    Attributes
    ----------
    task : Task
        The task.
    status : str
        ``optimal`` or ``feasible`` as in ``plan.json``; ``infeasible``; ``no_plan`` within the limit; ``rejected``,
        where the certificate does not hold; ``failed``.
    folder : Path or None
        Where the plan or the explanation is.
    record : mapping
        What ``plan.json`` holds; empty without a plan.
    targets, sites : pandas.DataFrame or None
        These tables of the plan.
    error : Exception or None
        Why there is no plan, or no map.
    seconds : float
        How long it took [s]; 0 where it was kept.
    attempts : int
        How often it was begun; 0 where it was kept.
    """

    task: Task
    status: str
    folder: Path | None = None
    record: Mapping[str, Any] | None = None
    targets: pd.DataFrame | None = None
    sites: pd.DataFrame | None = None
    error: Exception | None = None
    seconds: float = 0.0
    attempts: int = 0

    @property
    def planned(self) -> bool:
        """Whether there is a plan that holds."""
        return self.status in {"optimal", "feasible"}

    @property
    def kept(self) -> bool:
        """Whether it was there already."""
        return not self.attempts


def asked_of(case: Case, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a solve among others is asked: what is given, else what the study says, and one thread at least.

    Parameters
    ----------
    case : Case
        The inputs.
    options : mapping
        gap, time_limit, solver, threads, seed; None where the study decides.

    Examples
    --------
    >>> from capplan import load_case
    >>> asked_of(load_case("jilin-2025"), {"gap": 0.01, "seed": None})["gap"]
    0.01
    """
    said = case.study.solver
    study = {
        "gap": said.gap,
        "time_limit": said.time_limit_seconds,
        "solver": said.name,
        "threads": said.threads or 1,
        "seed": said.seed,
    }
    return study | {name: value for name, value in options.items() if value is not None}


def plan_side_by_side(
    tasks: Sequence[Task],
    *,
    lang: str = "en",
    scheduler: str | None = None,
    workers: int | None = None,
    draw: bool = True,
    progress: Callable[[str, object], None] | None = None,
) -> Generator[Outcome, None, None]:
    """Plan tasks side by side; write each plan, or why there is none, as soon as it is known, and yield what became of it.

    Close the iterator (`contextlib.closing`) where it may be left before its end.

    Parameters
    ----------
    tasks : sequence of Task
        What to plan.
    lang : str
        Language of the workbooks' headings, ``zh`` or ``en``.
    scheduler : str, optional
        Address of the planner's Dask scheduler; else processes of this machine.
    workers : int, optional
        How many processes; by default as many as cores and memory allow.
    draw : bool
        Whether maps are drawn.
    progress : callable, optional
        Called with the name of a task and its events.

    Yields
    ------
    Outcome
        Each task once.

    Raises
    ------
    SolveError
        If the planner's scheduler cannot be used.
    """
    by_name = {task.name: task for task in tasks}
    jobs = {task.name: (task.case, task.options, lang, draw) for task in tasks}
    threads = max((task.options["threads"] for task in tasks), default=1)
    runs = run_all(
        plan_and_pack, jobs, scheduler=scheduler, workers=workers, threads=threads, progress=progress
    )
    with contextlib.closing(runs):
        for done in runs:
            yield _settled(by_name[done.key], done)


def _settled(task: Task, done: Finished) -> Outcome:
    """Write what a worker gave and say what became of the task; what cannot be written costs this task alone."""
    outcome = Outcome(task, "failed", error=done.error, seconds=done.seconds, attempts=done.attempts)
    try:
        if isinstance(done.result, Packed):
            return _planned(outcome, done.result)
        if isinstance(done.error, Infeasible):
            return replace(outcome, status="infeasible", folder=_explain(task, done.error))
    except CapplanError as error:
        return replace(outcome, error=error)
    return replace(outcome, status="no_plan") if isinstance(done.error, NoSolutionInTime) else outcome


def _planned(outcome: Outcome, packed: Packed) -> Outcome:
    folder = place_plan(outcome.task.folder, [lambda part: unpack(packed, part)], packed.holds)
    if packed.holds:
        _forget(refused_folder(outcome.task.folder))
    rejected = VerificationError(
        msg("the certificate does not hold; the plan is written as {path} and must not be used", path=folder)
    )
    return replace(
        outcome,
        status=str(packed.record["status"]) if packed.holds else "rejected",
        folder=folder,
        record=packed.record,
        targets=packed.targets,
        sites=packed.sites,
        error=next(iter(packed.failures), None) if packed.holds else rejected,
    )


# ------------------------------------------------------------------ what is there already


def known_outcome(task: Task) -> Outcome | None:
    """Return what became of a task in an earlier run with the same inputs and settings; None where there was none.

    Parameters
    ----------
    task : Task
        The task.
    """
    try:
        return _known_refusal(task) or _known_plan(task)
    except (CapplanError, OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _known_plan(task: Task) -> Outcome | None:
    path = task.folder / "plan.json"
    if not path.is_file() or not (task.folder / "maps").is_dir():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    end = record["termination"]
    asked = {
        "gap": end["gap_asked"],
        "time_limit": end["time_limit_seconds"],
        "solver": record["solver"]["name"],
        "threads": record["threads"],
        "seed": record["seed"],
    }
    same = (record["inputs"], asked, record["versions"]["capplan"]) == _identity(task)
    if not same or end["reason"] == "interrupted":
        return None
    plan = read_plan(task.folder)
    if not plan.certificate.holds:
        return None
    return Outcome(
        task, str(record["status"]), task.folder, plan.record, plan.tables["targets"], plan.tables["sites"]
    )


def _identity(task: Task) -> tuple[dict[str, str], dict[str, Any], str]:
    return task.case.fingerprints(), dict(task.options), __version__


def refused_folder(folder: Path) -> Path:
    """Return where it stands why there is no plan in a folder."""
    return folder.with_name(f"{folder.name}.infeasible")


def _explain(task: Task, error: Infeasible) -> Path:
    """Write why a task cannot be planned, with its inputs; return the folder."""
    inputs, asked, version = _identity(task)
    document = {
        "case": task.case.name,
        "scenarios": list(task.case.study.applied),
        "status": "infeasible",
        "inputs": inputs,
        "asked": asked,
        "versions": {"capplan": version},
        "message": {lang: error.message.text(lang) for lang in LANGUAGES},
        "explained": _UNEXPLAINED.template not in {item.template for item in error.conflicts},
        "conflicts": [{lang: item.text(lang) for lang in LANGUAGES} for item in error.conflicts],
    }
    target = refused_folder(task.folder)
    with replacing(target, owner=_OWNER) as folder:
        write_json(folder / _OUTCOME, document)
        for lang in LANGUAGES:
            (folder / f"why-{lang}.txt").write_text(error.text(lang) + "\n", encoding="utf-8", newline="\n")
        task.case.write(folder / "case")
    return target


def _known_refusal(task: Task) -> Outcome | None:
    folder = refused_folder(task.folder)
    if not (folder / _OUTCOME).is_file():
        return None
    found = json.loads((folder / _OUTCOME).read_text(encoding="utf-8"))
    same = (found["inputs"], found["asked"], found["versions"]["capplan"]) == _identity(task)
    if not (same and found["explained"]):
        return None
    conflicts = [msg("{text}", text=_Both(item)) for item in found["conflicts"]]
    error = Infeasible(msg("{text}", text=_Both(found["message"])), conflicts)
    return Outcome(task, "infeasible", folder, error=error)


class _Both(dict[str, str]):
    """A sentence that was written in every language."""

    def in_(self, lang: str) -> str:
        """Return it in ``lang``."""
        return self[lang]


def _forget(folder: Path) -> None:
    """Remove an explanation that no longer holds."""
    if (folder / _OUTCOME).is_file():
        shutil.rmtree(folder, ignore_errors=True)
