"""``capplan plan``: from a case to a plan folder that holds, with its siting maps and a summary."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capplan.cli import _kinds
from capplan.cli._outcome import outcome_of
from capplan.cli._progress import watch
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, show, write
from capplan.cli._usage import Misuse
from capplan.errors import (
    CapplanError,
    Infeasible,
    RenderError,
    SolverMissing,
    VerificationError,
    nearest_name,
)
from capplan.messages import LANGUAGES, msg
from capplan.progress import Callback, stage

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.plan import Plan

DEFAULT_CASE = "jilin-2025"
MAP_FORMATS = ("png", "svg", "pdf")


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
@click.option("--out", type=_kinds.FOLDER, metavar="DIR", help="The plan folder; default plans/<case>.")
@click.option("--gap", type=_kinds.GAP, metavar="FRACTION", help="Stop at this relative gap, as 0.001.")
@click.option("--time-limit", type=_kinds.SECONDS, metavar="SECONDS", help="Stop solving after this time.")
@click.option("--solver", metavar="NAME", help="Engine, as highs, ortools-scip or pulp-cbc.")
@click.option("--threads", type=_kinds.THREADS, metavar="N", help="Threads of the engine.")
@click.option("--seed", type=_kinds.SEED, metavar="N", help="Random seed of the engine.")
@click.option(
    "--set",
    "settings",
    type=_kinds.SETTING,
    multiple=True,
    metavar="PATH=VALUE",
    help="Change an input: a dotted key of the study, or table.key.column. May be repeated.",
)
@spoken
@click.pass_obj
def command(
    session: Session,
    /,
    case: str,
    out: Path | None,
    settings: tuple[str, ...],
    **wishes: Any,
) -> int:
    """Plan CASE, a packaged name or a folder, and write the plan folder with its siting maps.

    The plan folder holds plan.json, the resolved inputs, tables, a workbook, a GeoPackage, the certificate and the
    maps in Chinese and English. A former plan there is replaced only when the new one is complete.
    """
    from capplan.cli._case import read_case
    from capplan.cli._target import require_target

    wish = Wish(**wishes)
    require_solver(wish.solver)
    with watch(session) as progress:
        with stage("read", progress):
            loaded = read_case(case, settings)
        target = out or Path("plans") / loaded.name
        require_target(target)
        plan = _solve(loaded, wish, progress)
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


def _solve(case: Case, wish: Wish, progress: Callback) -> Plan:
    from capplan.planner import solve

    try:
        return solve(
            case,
            gap=wish.gap,
            time_limit=wish.time_limit,
            solver=wish.solver,
            threads=wish.threads,
            seed=wish.seed,
            progress=progress,
        )
    except Infeasible as error:
        if error.conflicts:
            raise
        raise _explained(case, error, progress) from error


def _explained(case: Case, error: Infeasible, progress: Callback) -> Infeasible:
    """Return the error with what conflicts; where that cannot be found out, it still is what it is."""
    with stage("explain", progress):
        try:
            from capplan.explore.diagnose import explain

            return Infeasible(error.message, tuple(explain(case, progress=progress)))
        except Exception as failure:  # noqa: BLE001  (an explanation that fails must not hide the finding)
            reason = f"{type(failure).__name__}: {failure}"
            return Infeasible(
                error.message, [msg("what conflicts could not be found out: {reason}", reason=reason)]
            )


def _write(plan: Plan, target: Path, lang: str, progress: Callback) -> list[CapplanError]:
    failures: list[CapplanError] = []
    if not plan.certificate.holds:
        rejected = plan.write(target, lang=lang)
        raise VerificationError(
            msg(
                "the certificate does not hold; the plan is written as {path} and must not be used",
                path=rejected,
            )
        )
    with stage("write", progress):
        plan.write(target, lang=lang, also=[_maps(plan, progress, failures)])
    return failures


def _maps(plan: Plan, progress: Callback, failures: list[CapplanError]) -> Callable[[Path], None]:
    """Return what draws the maps; a map that fails costs the map, not the plan."""

    def draw(folder: Path) -> None:
        with stage("map", progress):
            for lang in LANGUAGES:
                try:
                    _draw(plan, lang, folder / "maps")
                except RenderError as error:
                    failures.append(error)
                except Exception as error:  # noqa: BLE001  (whatever a drawing library raises)
                    failures.append(RenderError(_not_drawn(error)))

    return draw


def _draw(plan: Plan, lang: str, folder: Path) -> None:
    from capplan.atlas import draw_siting

    draw_siting(plan, lang=lang, folder=folder, formats=MAP_FORMATS)


def _not_drawn(error: Exception) -> Any:
    return msg(
        "the plan is written, but its siting map could not be drawn: {kind}: {text}",
        kind=type(error).__name__,
        text=str(error),
    )


def _tell(plan: Plan, target: Path, failures: Sequence[CapplanError], session: Session) -> int:
    """Tell how it went; a map that failed is told beside the plan, and decides the exit code."""
    if session.json:
        targets = plan.tables["targets"].to_dict("records")
        failed = outcome_of(failures[0]).document(session.lang) if failures else {}
        print_json({**plan.record, "folder": str(target), "targets": targets, **failed})
        return failures[0].exit_code if failures else 0
    if not session.quiet:
        _show(plan, target, session)
    if failures:
        raise failures[0]
    return 0


def _show(plan: Plan, target: Path, session: Session) -> None:
    from capplan.cli._render import section_lines
    from capplan.report.summary import summary

    if sys.stderr.isatty() and sys.stdout.isatty():
        write("\n")
    show(*section_lines(summary(plan, session.lang, folder=target)))
