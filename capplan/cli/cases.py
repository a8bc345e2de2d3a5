"""``capplan cases``: the packaged cases."""

from __future__ import annotations

from typing import Any

import click

from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, show
from capplan.messages import msg


@click.command(cls=Command, short_help="List the packaged cases.", epilog="Example: capplan cases --lang zh")
@click.option("--scenarios", is_flag=True, help="List the scenarios of each case instead.")
@spoken
@click.pass_obj
def command(session: Session, *, scenarios: bool) -> int:
    """List the packaged cases: name, title, years, rules, size; or the scenarios that each of them has."""
    from capplan.report.packaged import case_records

    records = case_records()
    if session.json:
        print_json({"cases": records})
        return 0
    from capplan.cli._render import GridTable
    from capplan.report.sections import Grid

    if scenarios:
        heads = tuple(map(session.say, (msg("case"), msg("scenario"), msg("title"))))
        titles = [(record["name"], record["scenario_titles"]) for record in records]
        listed = tuple(
            (case, name, title[session.lang]) for case, found in titles for name, title in found.items()
        )
        show(GridTable(Grid(heads, listed, (False,) * 3)))
        return 0

    headings = (msg("case"), msg("title"), msg("years"), msg("dataset"), msg("rules"), msg("scenarios"))
    rows = tuple(_row(record, session.lang) for record in records)
    show(GridTable(Grid(tuple(map(session.say, headings)), rows, (False,) * 4 + (True, True))))
    return 0


def _row(record: dict[str, Any], lang: str) -> tuple[str, ...]:
    years = record["periods"]
    span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    datasets = ", ".join(record["datasets"])
    return (
        record["name"],
        record["title"][lang],
        span,
        datasets,
        str(len(record["features"])),
        str(len(record["scenarios"])),
    )
