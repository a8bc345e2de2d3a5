"""What a plan makes of announced projects: which it takes and from when, and what is doubtful about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from capplan.messages import msg
from capplan.report.numbers import amount
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    from capplan.plan import Plan
    from capplan.report.names import Names

__all__ = ["projects"]

_STATUS = {
    "optional": msg("optional"),
    "committed": msg("committed"),
    "dropped": msg("dropped"),
}


def projects(plan: Plan, names: Names) -> Section | None:
    """Return every announced project with its size, the year from which the plan takes it, and its doubts.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    taken = plan.tables.get("projects")
    if taken is None or taken.empty:
        return None
    since = taken.set_index("project_id")["taken_year"]
    listed = plan.case.tables["projects"].to_dict("records")
    technologies = plan.case.technologies
    rows, doubts = [], []
    for row in listed:
        technology = technologies[str(row["technology"])]
        size = float(row["modules"])
        year = since.get(row["project_id"])
        name = str(row[f"name_{names.lang}"])
        rows.append(
            (
                name,
                names.site(str(row["site_id"])),
                amount(size * technology.standard_racks.value, 0),
                amount(size * technology.pflops_fp16.value, 0),
                str(row["first_year"]),
                names.say(_STATUS[str(row["status"])]),
                names.say(msg("left")) if year is None or pd.isna(year) else str(int(year)),
            )
        )
        doubts.append(
            names.say(msg("{project}: {doubt}", project=name, doubt=str(row[f"doubt_{names.lang}"])))
        )
    headings = (
        msg("project"),
        msg("site"),
        msg("standard racks"),
        msg("PFLOPS FP16"),
        msg("first year possible"),
        msg("status"),
        msg("taken from"),
    )
    grid = Grid(names.headings(headings), tuple(rows), (False, False, True, True, True, False, True))
    return Section(names.say(msg("Announced projects, with their doubts")), grid, tuple(doubts))
