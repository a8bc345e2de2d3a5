"""``capplan plan``: from a case to a plan folder that holds, with its siting maps and a summary."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capplan.cli import _kinds
from capplan.cli._options import out_option, scenario_option, set_option, solving_options
from capplan.cli._outcome import outcome_of
from capplan.cli._progress import watch
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, show, write
from capplan.cli._usage import Misuse
from capplan.errors import (
    CapplanError,
    SolverMissing,
    VerificationError,
    nearest_name,
)
from capplan.messages import msg
from capplan.progress import Callback, stage

if TYPE_CHECKING:
    from capplan.plan import Plan

DEFAULT_CASE = "jilin-2025"


@dataclass(frozen=True, slots=True)
class Wish:
    """How to solve; None leaves it to the study file."""

    gap: float | None
    time_limit: float | None
    solver: str | None
    threads: int | None
    seed: int | None


@click.command(
    cls=Command,
    short_help="Plan a case and write its plan folder.",
    epilog="Example: capplan plan jilin-2025 --set targets.changchun-3000p.kind=hard --out plans/3000p",
)
@click.argument("case", default=DEFAULT_CASE)
@out_option("The plan folder; default plans/<case>.")
@solving_options(
    (
        "Stop at this relative gap, as 0.001.",
        "Stop solving after this time.",
        "Engine, as highs, ortools-scip or pulp-cbc.",
        "Threads of the engine.",
        "Random seed of the engine.",
    )
)
@set_option()
@scenario_option(", before any --set")
@click.option(
    "--all-scenarios",
    is_flag=True,
    help="Plan the case and each of its scenarios, side by side; DIR then takes one folder each.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Your Dask scheduler, as tcp://host:8786, for --all-scenarios."
)
@click.option("--workers", type=_kinds.THREADS, metavar="N", help="How many scenarios run at once here.")
@click.option(
    "--resume/--no-resume",
    default=True,
    help="Keep scenarios that were planned before with the same inputs and settings; the default.",
)
@spoken
@click.pass_obj
def command(session: Session, /, case: str, all_scenarios: bool, **given: Any) -> int:  # noqa: FBT001
    """Plan CASE, a packaged name, a folder or a workbook, and write the plan folder with its siting maps.

    The plan folder holds plan.json, the resolved inputs, tables, a workbook, a GeoPackage, the certificate and the
    maps in Chinese and English. A former plan there is replaced only when the new one is complete. Scenarios go to
    plans/<case>--<scenario>, and --all-scenarios adds a table of their results.
    """
    wish = Wish(**{name: given.pop(name) for name in Wish.__dataclass_fields__})
    require_solver(wish.solver)
    if all_scenarios:
        from capplan.cli._scenarios import Batch, plan_all

        return plan_all(Batch(case=case, options=asdict(wish), **given), session)
    if given["scheduler"] is not None or given["workers"] is not None:
        raise Misuse(msg("--scheduler and --workers go with --all-scenarios"))
    return _plan_one(session, case, wish, given)


def _plan_one(session: Session, name: str, wish: Wish, given: dict[str, Any]) -> int:
    from capplan.cli._case import read_case
    from capplan.cli._scenarios import folder_name
    from capplan.cli._target import require_target
    from capplan.explore.planning import solve_or_explain

    with watch(session) as progress:
        with stage("read", progress):
            case = read_case(name, given["settings"], given["scenarios"])
        target = given["out"] or Path("plans") / folder_name(case)
        require_target(target)
        plan = solve_or_explain(case, asdict(wish), progress)
        failures = _write(plan, target, session.lang, progress)
    return _tell(plan, target, failures, session)


def require_solver(name: str | None) -> None:
    """Refuse an engine that is not known, or not installed.

    Parameters
    ----------
    name : str or None
        The engine asked for; None leaves it to the study file.

    Raises
    ------
    Misuse
        If no engine has that name.
    SolverMissing
        If it is known but not installed.
    """
    if name is None:
        return
    from capplan.solvers import available

    engines = available()
    if name not in engines:
        nearest = nearest_name(name, engines)
        if nearest is None:
            known = list(engines)
            raise Misuse(msg("there is no solver {name}; there are {known}", name=name, known=known))
        raise Misuse(msg("there is no solver {name}; the nearest is {nearest}", name=name, nearest=nearest))
    if not engines[name].installed:
        raise SolverMissing(
            msg("the solver {name} is not installed: {remedy}", name=name, remedy=engines[name].remedy)
        )


def _write(plan: Plan, target: Path, lang: str, progress: Callback) -> list[CapplanError]:
    from capplan.explore.planning import maps

    failures: list[CapplanError] = []
    if not plan.certificate.holds:
        rejected = plan.write(target, lang=lang, lacking=failures)
        raise VerificationError(
            msg(
                "the certificate does not hold; the plan is written as {path} and must not be used",
                path=rejected,
            )
        )
    with stage("write", progress):
        plan.write(target, lang=lang, also=[maps(plan, progress, failures)], lacking=failures)
    return failures


def _tell(plan: Plan, target: Path, failures: Sequence[CapplanError], session: Session) -> int:
    """Tell how it went; a map that failed is told beside the plan, and decides the exit code."""
    if session.json:
        targets = plan.tables["targets"].to_dict("records")
        failed = outcome_of(failures[0]).document(session.lang) if failures else {}
        print_json({**plan.record, "folder": str(target), "targets": targets, **failed})
        return failures[0].exit_code if failures else 0
    if not session.quiet:
        _show(plan, target, session)
    for failure in failures[1:]:
        write(session.say(failure.message) + "\n", stream=sys.stderr)
    if failures:
        raise failures[0]
    return 0


def _show(plan: Plan, target: Path, session: Session) -> None:
    from capplan.cli._render import section_lines
    from capplan.report.summary import summary

    if sys.stderr.isatty() and sys.stdout.isatty():
        write("\n")
    show(*section_lines(summary(plan, session.lang, folder=target)))
