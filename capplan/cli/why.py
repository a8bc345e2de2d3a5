"""``capplan why``: what must change where no plan is possible, and what every target costs where one is."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capplan.cli import _kinds
from capplan.cli._progress import watch
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, show, write
from capplan.cli._usage import Misuse
from capplan.errors import Infeasible
from capplan.messages import msg
from capplan.progress import stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from capplan.case import Case
    from capplan.explore.diagnose import Explanation
    from capplan.plan import Plan

SECONDS = 50.0
"""Time limit of an explanation where none is given [s]."""


@click.command(
    cls=Command,
    short_help="Explain why a case cannot be planned, or price its targets.",
    epilog="Example: capplan why jilin-2025 --set targets.changchun-50000-racks.value=200000",
)
@click.argument("case", metavar="CASE|PLAN")
@click.option(
    "--set",
    "settings",
    type=_kinds.SETTING,
    multiple=True,
    metavar="PATH=VALUE",
    help="Change an input: a dotted key of the study, or table.key.column. May be repeated.",
)
@click.option("--time-limit", type=_kinds.SECONDS, metavar="SECONDS", help="Stop looking after this time.")
@click.option("--threads", type=_kinds.THREADS, metavar="N", help="How many searches run at once.")
@click.option("--iis", is_flag=True, help="Also name the smallest set of rules that contradict each other.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Dask scheduler that prices run on; else a local cluster."
)
@spoken
@click.pass_obj
def command(session: Session, /, case: str, settings: tuple[str, ...], **wishes: Any) -> int:
    """Say what must change so that CASE can be planned; where it can be, what every target and limit costs.

    CASE is a packaged name or a folder. Changes are told in the planner's units, each way out with its cost and with
    the --set options that make it so. PLAN is a plan folder, which is priced. Exit code 4 if no plan is possible.
    """
    with watch(session) as progress:
        plan = _plan(case, settings)
        if plan is not None:
            return _price(plan.case, plan, Path(case), wishes, session, progress)
        from capplan.cli._case import read_case

        with stage("read", progress):
            loaded = read_case(case, settings)
        with stage("explain", progress):
            found = _explained(loaded, wishes, progress)
        if found is None:
            return _price(loaded, None, None, wishes, session, progress)
    return _tell(loaded, found, session)


def _plan(name: str, settings: tuple[str, ...]) -> Plan | None:
    """Return the plan of a plan folder; None where the name is that of a case."""
    from capplan import resources

    if name in resources.case_names() or not (Path(name) / "plan.json").is_file():
        return None
    if settings:
        raise Misuse(msg("--set changes a case; name the case, or the folder case/ inside the plan folder"))
    from capplan.plan import read_plan

    return read_plan(Path(name))


def _explained(case: Case, wishes: dict[str, Any], progress: Callable[[object], None]) -> Explanation | None:
    from capplan.explore.diagnose import why

    return why(
        case,
        threads=wishes["threads"],
        time_limit=wishes["time_limit"] or SECONDS,
        iis=wishes["iis"],
        progress=progress,
    )


def _price(
    case: Case,
    plan: Plan | None,
    folder: Path | None,
    wishes: dict[str, Any],
    session: Session,
    progress: Callable[[object], None],
) -> int:
    """Price the targets of a case that can be planned."""
    try:
        prices = importlib.import_module("capplan.explore.prices")
    except ImportError:
        if session.json:
            print_json({"case": case.name, "feasible": True})
        elif not session.quiet:
            write(f"{session.say(msg('{case} can be planned: nothing must change', case=case.name))}\n")
        return 0
    return int(
        prices.price_targets(case, plan=plan, folder=folder, session=session, progress=progress, **wishes)
    )


def _tell(case: Case, found: Explanation, session: Session) -> int:
    if session.json:
        print_json({"case": case.name, "feasible": False, **found.document(session.lang)})
    else:
        from capplan.cli._render import section_lines

        show(*section_lines(found.sections(session.lang)))
    return Infeasible.exit_code
