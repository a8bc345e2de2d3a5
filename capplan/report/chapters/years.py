"""What is in service, built and spent in each year: the table that several chapters show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capplan.report.document.facts import table

if TYPE_CHECKING:
    from capplan.report.document.blocks import Table
    from capplan.report.document.pen import Pen

__all__ = ["BUILT", "year_table"]

BUILT = ("build", "committed", "project")
"""Actions that add halls."""


def year_table(pen: Pen) -> Table:
    """Return what is in service, built and spent in each year.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    facts = pen.facts
    rows = []
    for year in pen.years:
        now = ("year", "=", year)
        new = (now, ("action", "in", BUILT))
        rows.append(
            [
                pen.year(year),
                facts.number(table("capacity", "standard_racks", "sum", now)),
                facts.number(table("builds", "modules", "sum", *new, times="standard_racks")),
                facts.number(table("capacity", "pflops_fp16", "sum", now)),
                facts.number(table("builds", "modules", "sum", *new, times="pflops_fp16")),
                facts.number(table("capacity", "it_mw", "sum", now), 1),
                facts.number(table("capacity", "site_id", "distinct", now)),
                facts.large_money(table("builds", "capex_cny", "sum", now), 2),
            ]
        )
    heads = (
        pen.column("year"),
        pen.column("col_racks"),
        pen.column("col_new_racks"),
        pen.column("col_fp16"),
        pen.column("col_new_fp16"),
        pen.column("col_mw"),
        pen.column("col_sites"),
        pen.column("col_capex", unit=pen.facts.large_unit),
    )
    return pen.table(pen.say("caption_years"), heads, rows, note=pen.say("years_note"))
