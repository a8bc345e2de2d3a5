"""``capplan plan --all-scenarios``: the case and each of its scenarios, with their folders, their table and exit code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capplan.cli._board import board
from capplan.cli._case import read_case
from capplan.cli._outcome import outcome_of
from capplan.cli._streams import print_json, show
from capplan.cli._target import require_target
from capplan.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd

    from capplan.case import Case
    from capplan.cli._session import Session
    from capplan.explore.scenarios import Outcome, Task

__all__ = ["Batch", "folder_name", "plan_all", "portable"]

_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.ASCII | re.IGNORECASE)
"""Names that are devices on Windows, whatever follows after a dot."""

_SEVERITY = (8, 6, 7, 5, 3, 1)
"""Exit codes of scenarios that have neither plan nor explanation, the gravest first."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is planned side by side, and how.

    Attributes
    ----------
    case : str
        A packaged name or a folder.
    scenarios : tuple of str
        Scenarios that apply to every plan.
    settings : tuple of str
        ``PATH=VALUE`` texts that apply to every plan.
    out : Path or None
        Folder that takes all plans; None for ``plans/``.
    options : dict
        What `capplan.solve` is asked; None where the study decides.
    scheduler : str or None
        Address of the planner's Dask scheduler.
    workers : int or None
        Processes on this machine.
    resume : bool
        Whether plans with the same inputs and settings are kept.
    """

    case: str
    scenarios: tuple[str, ...]
    settings: tuple[str, ...]
    out: Path | None
    options: dict[str, Any]
    scheduler: str | None
    workers: int | None
    resume: bool


def folder_name(case: Case) -> str:
    """Return the name of a case's plan folder: that of the case, and the scenarios applied.

    Parameters
    ----------
    case : Case
        The inputs.
    """
    return portable("--".join(filter(None, (case.name, "+".join(case.study.applied)))))


def portable(name: str) -> str:
    """Return the name of a folder that every system can make: Windows takes no device's name and no dot at the end.

    Parameters
    ----------
    name : str
        The name of a case or a scenario.

    Examples
    --------
    >>> portable("con"), portable("jilin."), portable("jilin-2025")
    ('con-plan', 'jilin.-plan', 'jilin-2025')
    """
    return f"{name}-plan" if name.endswith(".") or _DEVICE.match(name) else name


def plan_all(batch: Batch, session: Session) -> int:
    """Plan a case and each of its scenarios; return the exit code.

    Parameters
    ----------
    batch : Batch
        What is planned, and how.
    session : Session
        How to speak.

    Raises
    ------
    InputError
        With every fault of the case and its scenarios, before anything is planned.
    WriteError
        If a plan could not be written where it belongs, before anything is planned.
    """
    tasks = _tasks(batch)
    for task in tasks:
        require_target(task.folder)
    path = _table_path(batch, tasks[0])
    outcomes = _run(batch, tasks, path, session)
    table = _tabulate(outcomes, tasks, path)
    return _tell(outcomes, tasks, table, path, session)


def _tasks(batch: Batch) -> list[Task]:
    """Return the base and every scenario on top of it; the names of scenarios that are applied already are skipped."""
    from capplan.case import load_case

    base = read_case(batch.case, batch.settings, batch.scenarios)
    itself = load_case(batch.case) if batch.settings or batch.scenarios else base
    cases, faults = [base], dict[Fault, None]()
    for name in base.study.scenarios:
        if name in base.study.applied:
            continue
        try:
            applied = (*batch.scenarios, name)
            cases.append(read_case(batch.case, batch.settings, applied, loaded=itself))
        except InputError as error:
            faults |= dict.fromkeys(replace(fault, file=f"{fault.file} ({name})") for fault in error.faults)
    if faults:
        raise InputError(list(faults))
    return [_task(case, batch) for case in cases]


def _task(case: Case, batch: Batch) -> Task:
    from capplan.explore.scenarios import Task, asked_of

    applied = "+".join(case.study.applied)
    folder = (
        Path("plans") / folder_name(case) if batch.out is None else batch.out / portable(applied or case.name)
    )
    return Task(applied or case.name, case, folder, asked_of(case, batch.options))


def _table_path(batch: Batch, base: Task) -> Path:
    if batch.out is not None:
        return batch.out / "scenarios.csv"
    return base.folder.with_name(f"{base.folder.name}--scenarios.csv")


def _run(batch: Batch, tasks: Sequence[Task], path: Path, session: Session) -> dict[str, Outcome]:
    """Plan what is not there yet; the table is written anew after each, so that it always says what is there."""
    from capplan.explore.scenarios import known_outcome, plan_side_by_side

    found = {task.name: known for task in tasks if batch.resume and (known := known_outcome(task))}
    left = [task for task in tasks if task.name not in found]
    with board(session, [task.name for task in tasks]) as shown:
        for outcome in found.values():
            shown.ended(outcome)
        runs = plan_side_by_side(
            left, lang=session.lang, scheduler=batch.scheduler, workers=batch.workers, progress=shown
        )
        with closing(runs):
            for outcome in runs:
                found[outcome.task.name] = outcome
                shown.ended(outcome)
                _tabulate(found, tasks, path)
    return found


def _tabulate(found: dict[str, Outcome], tasks: Sequence[Task], path: Path) -> pd.DataFrame:
    from capplan.explore.scenario_table import scenario_table, write_scenario_table

    ordered = [found[task.name] for task in tasks if task.name in found]
    table = scenario_table(ordered, tasks[0].name)
    write_scenario_table(table, path)
    return table


def _exit_code(outcomes: dict[str, Outcome], base: str) -> int:
    """Return 0 if every scenario has a plan or an explanation and the base a plan; else what went wrong worst."""
    codes = {
        outcome_of(outcome.error).exit_code
        for outcome in outcomes.values()
        if outcome.error is not None and outcome.status != "infeasible"
    }
    grave = next((code for code in _SEVERITY if code in codes), 0)
    return grave or (4 if outcomes[base].status == "infeasible" else 0)


def _tell(
    outcomes: dict[str, Outcome], tasks: Sequence[Task], table: pd.DataFrame, path: Path, session: Session
) -> int:
    from capplan.report.scenarios import scenario_sections

    code = _exit_code(outcomes, tasks[0].name)
    if session.json:
        documents = [_document(outcomes[task.name], session) for task in tasks]
        case = tasks[0].case
        print_json({"case": case.name, "scenarios": documents, "table": str(path), "exit_code": code})
    elif not session.quiet or code:
        from capplan.cli._render import section_lines

        title = tasks[0].case.study.title.text
        show(*section_lines(scenario_sections(table, title, session.lang, file=path)))
    return code


def _document(outcome: Outcome, session: Session) -> dict[str, Any]:
    told: dict[str, Any] = {
        "scenario": outcome.task.name,
        "scenarios": list(outcome.task.case.study.applied),
        "status": outcome.status,
        "folder": None if outcome.folder is None else str(outcome.folder),
        "kept": outcome.kept,
        "attempts": outcome.attempts,
    }
    record = outcome.record or {}
    told |= {
        name: record.get(name) for name in ("objective_cny", "dual_bound", "gap", "key_figures") if record
    }
    if outcome.error is not None:
        told |= outcome_of(outcome.error).document(session.lang)
    return told
