"""``capplan why``: what must change where no plan is possible, and what every target costs where one is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capplan.cli import _kinds
from capplan.cli._options import scenario_option, set_option
from capplan.cli._progress import watch
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, show
from capplan.cli._usage import Misuse
from capplan.errors import Infeasible
from capplan.messages import msg
from capplan.progress import stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from capplan.case import Case
    from capplan.explore.diagnose import Explanation
    from capplan.explore.prices import Prices
    from capplan.plan import Plan

SECONDS = 50.0
"""Time limit of an explanation where none is given [s]."""
PRICE_SECONDS = 300.0
"""Time limit of prices where none is given [s]."""


@click.command(
    cls=Command,
    short_help="Explain why a case cannot be planned, or price its targets.",
    epilog="Example: capplan why jilin-2025 --set targets.changchun-50000-racks.value=200000",
)
@click.argument("case", metavar="CASE|PLAN")
@set_option()
@scenario_option(", before any --set")
@click.option("--time-limit", type=_kinds.SECONDS, metavar="SECONDS", help="Stop looking after this time.")
@click.option("--threads", type=_kinds.THREADS, metavar="N", help="How many searches run at once.")
@click.option("--iis", is_flag=True, help="Also name the smallest set of rules that contradict each other.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Dask scheduler that prices run on; else a local cluster."
)
@click.option(
    "--only",
    multiple=True,
    metavar="PATH",
    help="Price only what is set by paths that begin so, as targets. or limits.land_ha. May be repeated.",
)
@spoken
@click.pass_obj
def command(session: Session, /, case: str, settings: tuple[str, ...], **wishes: Any) -> int:
    """Say what must change so that CASE can be planned; where it can be, what every target and limit costs.

    CASE is a packaged name or a folder. Changes are told in the planner's units, each way out with its cost and with
    the --set options that make it so. PLAN is a plan folder, which is priced. Exit code 4 if no plan is possible.
    """
    with watch(session) as progress:
        tell = _answer(case, settings, wishes, session, progress)
    return tell()


def _answer(
    name: str,
    settings: tuple[str, ...],
    wishes: dict[str, Any],
    session: Session,
    progress: Callable[[object], None],
) -> Callable[[], int]:
    """Find the answer, and return what tells it."""
    plan = _plan(name, (*settings, *wishes["scenarios"]))
    if plan is not None:
        prices = _price(plan, wishes, progress)
        files = _write(prices, Path(name), session, progress)
        return partial(_tell_prices, prices, files, session)
    from capplan.cli._case import read_case

    with stage("read", progress):
        loaded = read_case(name, settings, wishes["scenarios"])
    with stage("explain", progress):
        found = _explained(loaded, wishes, progress)
    if found is not None:
        return partial(_tell, loaded, found, session)
    return partial(_tell_prices, _price(loaded, wishes, progress), (), session)


def _plan(name: str, changes: tuple[str, ...]) -> Plan | None:
    """Return the plan of a plan folder; None where the name is that of a case."""
    from capplan import resources

    if name in resources.case_names() or not (Path(name) / "plan.json").is_file():
        return None
    if changes:
        raise Misuse(
            msg(
                "--set and --scenario change a case; name the case, or the folder case/ inside the plan folder"
            )
        )
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


def _price(loaded: Case | Plan, wishes: dict[str, Any], progress: Callable[[object], None]) -> Prices:
    from capplan.explore.prices import price_targets

    return price_targets(
        loaded,
        only=wishes["only"],
        time_limit=wishes["time_limit"] or PRICE_SECONDS,
        workers=wishes["threads"],
        scheduler=wishes["scheduler"],
        progress=progress,
    )


def _write(prices: Prices, folder: Path, session: Session, progress: Callable[[object], None]) -> list[Path]:
    from capplan.explore.prices_files import write_prices

    with stage("write", progress):
        return write_prices(prices, folder, lang=session.lang)


def _tell_prices(prices: Prices, files: Sequence[Path], session: Session) -> int:
    if session.json:
        print_json({"feasible": True, **prices.to_json(), "files": [str(path) for path in files]})
    elif not session.quiet:
        from capplan.cli._render import section_lines
        from capplan.report.price_section import price_sections

        show(*section_lines(price_sections(prices.table, prices.case, session.lang, files=files)))
    return 0


def _tell(case: Case, found: Explanation, session: Session) -> int:
    if session.json:
        print_json({"case": case.name, "feasible": False, **found.document(session.lang)})
    else:
        from capplan.cli._render import section_lines

        show(*section_lines(found.sections(session.lang)))
    return Infeasible.exit_code
