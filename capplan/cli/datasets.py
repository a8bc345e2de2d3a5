"""``capplan datasets``: the packaged datasets."""

from __future__ import annotations

from typing import Any

import click

from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, show
from capplan.messages import msg


@click.command(
    cls=Command, short_help="List the packaged datasets.", epilog="Example: capplan datasets --json"
)
@spoken
@click.pass_obj
def command(session: Session) -> int:
    """List the packaged datasets: name, title, tables, size, licence, number of sources."""
    from capplan.report.packaged import dataset_records

    records = dataset_records()
    if session.json:
        print_json({"datasets": records})
        return 0
    from capplan.cli._render import GridTable
    from capplan.report.sections import Grid

    headings = (
        msg("dataset"),
        msg("title"),
        msg("tables"),
        msg("size [KiB]"),
        msg("licence"),
        msg("sources"),
    )
    rows = tuple(_row(record, session.lang) for record in records)
    numeric = (False, False, True, True, False, True)
    show(GridTable(Grid(tuple(map(session.say, headings)), rows, numeric)))
    return 0


def _row(record: dict[str, Any], lang: str) -> tuple[str, ...]:
    return (
        record["name"],
        record["title"][lang],
        str(len(record["tables"])),
        f"{record['bytes'] / 1024:,.0f}",
        ", ".join(record["licences"]),
        str(len(record["sources"])),
    )
