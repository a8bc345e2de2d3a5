"""``capplan report``: a plan as a report that can be handed on, as PDF and as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capplan.cli import _kinds
from capplan.cli._options import formats_option, out_option
from capplan.cli._outcome import outcome_of
from capplan.cli._plan import failure_lines, read_shown, tell_fontless
from capplan.cli._progress import watch
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, printable, show
from capplan.messages import msg
from capplan.progress import stage

if TYPE_CHECKING:
    from capplan.explore.reporting import Reports

_FORMATS = ("pdf", "html")


@click.command(
    cls=Command,
    short_help="Write the report of a plan as PDF and HTML.",
    epilog="Example: capplan report plans/jilin-2025 --lang zh --format pdf",
)
@click.argument("plan", type=_kinds.FOLDER)
@formats_option(_FORMATS, "Which of pdf and html.")
@click.option(
    "--maps",
    type=click.Choice(["draw", "found", "none"]),
    default="draw",
    show_default=True,
    help="Maps that do not lie in PLAN/maps are drawn; or take those found, or none.",
)
@out_option("Where the report goes; default the plan folder.")
@spoken
@click.pass_obj
def command(session: Session, /, plan: Path, formats: tuple[str, ...], maps: str, out: Path | None) -> int:
    """Write the report of the plan folder PLAN in the language of this call: report-zh.pdf, report-en.html, ...

    Every figure in it comes from a table of the plan folder and says from which. The rest of the folder stays as it
    is. Maps are those of capplan map; prices are those of capplan why.
    """
    with watch(session) as progress:
        with stage("read", progress):
            found = read_shown(plan, session)
        from capplan.explore.reporting import Wish, write_reports

        wish = Wish((session.lang,), formats, maps=maps != "none", draw=maps == "draw")
        reports = write_reports(found, plan, wish, out=out, progress=progress)
    return _tell(reports, found.missing, session)


def _tell(reports: Reports, missing: Sequence[str], session: Session) -> int:
    """Tell what was written; what failed is told beside it, and decides the exit code."""
    failures = list(reports.failures.values())
    if any(file.suffix == ".html" for file in reports.files):
        tell_fontless(session)
    if session.json:
        told: dict[str, Any] = {
            "files": [str(file) for file in reports.files],
            "failed": {name: fault.text(session.lang) for name, fault in reports.failures.items()},
            **({"missing": list(missing)} if missing else {}),
        }
        print_json({**told, **outcome_of(failures[0]).document(session.lang)} if failures else told)
        return failures[0].exit_code if failures else 0
    if not session.quiet:
        from rich.text import Text

        lines = [session.say(msg("report: {path}", path=str(file))) for file in reports.files]
        lines += failure_lines(reports.failures, session)
        show(*(Text(printable(line)) for line in lines))
    if failures:
        raise failures[0]
    return 0
