"""``capplan show``: the summary of a plan folder, or one of its tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from capplan.cli import _kinds
from capplan.cli._plan import read_shown
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, show, write
from capplan.cli._usage import Misuse
from capplan.errors import Fault, InputError, nearest_name
from capplan.messages import msg

if TYPE_CHECKING:
    import pandas as pd

    from capplan.plan import Plan


@click.command(
    cls=Command,
    short_help="Show a plan's summary, or one of its tables.",
    epilog="Example: capplan show plans/jilin-2025 --table capacity > capacity.csv",
)
@click.argument("plan", type=_kinds.FOLDER)
@click.option("--table", metavar="NAME", help="A table: readable on a terminal, CSV elsewhere.")
@spoken
@click.pass_obj
def command(session: Session, plan: Path, table: str | None) -> int:
    """Show the summary of the plan folder PLAN, or one of its tables."""
    found = read_shown(plan, session)
    if table is None:
        _show_summary(found, plan, session)
    else:
        _show_table(_table(found, table), table, session)
    return 0


def _show_summary(plan: Plan, folder: Path, session: Session) -> None:
    if session.json:
        lacks = {"missing": list(plan.missing)} if plan.missing else {}
        print_json({**plan.record, "folder": str(folder), **lacks})
        return
    from capplan.cli._render import section_lines
    from capplan.report.summary import summary

    try:
        sections = summary(plan, session.lang, folder=folder)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError([_no_record(error)]) from error
    show(*section_lines(sections))


def _no_record(error: Exception) -> Fault:
    problem = msg("the file is not the record of a plan: {reason}", reason=f"{type(error).__name__}: {error}")
    remedy = msg("restore the file, or write the plan again with capplan plan")
    return Fault("plan.json", None, "", "", problem, remedy)


def _table(plan: Plan, name: str) -> pd.DataFrame:
    if name in plan.tables or name in plan.missing_tables:
        return plan.tables[name]
    nearest = nearest_name(name, plan.tables)
    if nearest is None:
        raise Misuse(msg("there is no table {name}; there are {known}", name=name, known=sorted(plan.tables)))
    raise Misuse(msg("there is no table {name}; the nearest is {nearest}", name=name, nearest=nearest))


def _show_table(frame: pd.DataFrame, name: str, session: Session) -> None:
    if session.json:
        print_json(
            {"table": name, "rows": frame.astype(object).where(frame.notna(), None).to_dict("records")}
        )
    elif sys.stdout.isatty():
        from capplan.cli._render import GridTable, frame_grid
        from capplan.exchange.headings import heading

        headings = [heading(name, column, session.lang) for column in frame.columns]
        show(GridTable(frame_grid(frame, headings)))
    else:
        from capplan.exchange.tables import as_csv

        write(as_csv(frame))
