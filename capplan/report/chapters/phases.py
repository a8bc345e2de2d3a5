"""The phases: what is in service and what is built, year by year, and what becomes of announced projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from capplan.report.chapters.years import BUILT, year_table
from capplan.report.document.blocks import Block, Bullets, Name, Paragraph, Picture, Section, Table, plain
from capplan.report.document.charts import Series, columns, palette
from capplan.report.document.facts import table

if TYPE_CHECKING:
    from capplan.report.document.blocks import Figure
    from capplan.report.document.pen import Pen

__all__ = ["MAPS", "phases", "stacked_by_technology"]

MAPS = ("periods",)
"""Maps of this chapter, those that there are."""
_SHOWN = 24


def phases(pen: Pen) -> Section:
    """Return the chapter on the phases.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    if not pen.facts.has("capacity"):
        return Section("phases", pen.words("phases"), (pen.paragraph("nothing_stands"),))
    blocks: list[Block] = pen.parts(_told, year_table, stacked_by_technology)
    blocks += [pen.heading("technologies"), _technologies(pen)]
    blocks += [pen.heading("actions"), *pen.parts(_actions, _projects)]
    blocks += [pen.pictures[name] for name in MAPS if name in pen.pictures]
    return Section("phases", pen.words("phases"), tuple(blocks))


def _told(pen: Pen) -> Paragraph:
    return Paragraph(pen.words.sentences([_of_year(pen, year) for year in pen.years]))


def _of_year(pen: Pen, year: int) -> tuple:  # type: ignore[type-arg]
    facts, new = pen.facts, (("action", "in", BUILT), ("year", "=", year))
    racks = table("builds", "modules", "sum", *new, times="standard_racks")
    compute = table("builds", "modules", "sum", *new, times="pflops_fp16")
    if not facts.value(racks) and not facts.value(compute):
        return pen.say("year_nothing", year=year)
    name = "year_both" if facts.value(racks) and facts.value(compute) else "year_racks"
    if not facts.value(racks):
        name = "year_compute"
    return pen.say(
        name,
        year=year,
        racks=facts.number(racks),
        pflops=facts.number(compute),
        capex=facts.money(table("builds", "capex_cny", "sum", ("year", "=", year))),
    )


def stacked_by_technology(
    pen: Pen, *where: tuple[str, str, object], of: str = "", height: float = 150.0
) -> list[Block]:
    """Return charts of racks and AI compute in service by year, stacked by technology.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    *where : condition
        Which sites.
    of : str
        Name of the place that they stand in; empty for the whole region.
    height : float
        Height of each plot [pt].
    """
    blocks: list[Block] = []
    for measure, caption, unit in (
        ("standard_racks", "chart_racks", pen.words("unit_racks")),
        ("pflops_fp16", "chart_compute", "PFLOPS FP16"),
    ):
        series = [
            Series(
                pen.names.technology(name),
                palette()["kinds"].get(pen.facts.kinds[name], palette()["other"])
                if place == 0
                else _shade(palette()["kinds"].get(pen.facts.kinds[name], palette()["other"]), place),
                tuple(
                    pen.facts.number(
                        table(
                            "capacity", measure, "sum", ("year", "=", year), ("technology", "=", name), *where
                        )
                    )
                    for year in pen.years
                ),
            )
            for name, place in _ordered(pen)
        ]
        shown = [row for row in series if any(figure.value for figure in row.figures)]
        if not shown:
            continue
        told = pen.say("chart_of", name=of, chart=(pen.words(caption),)) if of else pen.say(caption)
        alt = plain(told)
        content = columns([str(year) for year in pen.years], shown, unit=unit, alt=alt, height=height)
        points = tuple(figure for row in shown for figure in row.figures)
        blocks.append(Picture(content, "svg", told, alt, points=points))
    return blocks


def _ordered(pen: Pen) -> list[tuple[str, int]]:
    """Return technologies with their place among those of their kind."""
    seen: dict[str, int] = {}
    found = []
    for name in pen.case.technologies:
        kind = pen.facts.kinds[name]
        found.append((name, seen.get(kind, 0)))
        seen[kind] = seen.get(kind, 0) + 1
    return found


def _shade(colour: str, place: int) -> str:
    """Return a lighter shade of a colour for the second and later technologies of a kind."""
    part = min(0.32 * place, 0.72)
    parts = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return "#" + "".join(f"{round(value + (255 - value) * part):02x}" for value in parts)


def _technologies(pen: Pen) -> Table:
    """Return what stands at the horizon's end by technology."""
    facts, now = pen.facts, ("year", "=", pen.last)
    held = facts.rows("capacity", now).groupby("technology")["modules"].sum()
    rows: list[list[object]] = []
    for name in (name for name in pen.case.technologies if held.get(name, 0) > 0):
        own = (now, ("technology", "=", name))
        built = table(
            "builds", "modules", "sum", ("technology", "=", name), ("action", "in", (*BUILT, "retrofit"))
        )
        rows.append(
            [
                pen.names.technology(name),
                facts.number(table("capacity", "modules", "sum", *own)),
                facts.number(built),
                facts.number(table("capacity", "standard_racks", "sum", *own)),
                facts.number(table("capacity", "pflops_fp16", "sum", *own)),
                facts.number(table("capacity", "pflops_fp64", "sum", *own), 1),
                facts.number(table("capacity", "it_mw", "sum", *own), 1),
            ]
        )
    heads = (
        pen.column("col_technology", numeric=False, width=2.2),
        pen.column("col_modules"),
        pen.column("col_built"),
        pen.column("col_racks"),
        pen.column("col_fp16"),
        pen.column("col_fp64"),
        pen.column("col_mw"),
    )
    return pen.table(pen.say("caption_technologies", year=pen.last), heads, rows)


def _actions(pen: Pen) -> list[Block]:
    """Return the largest building actions, in the order of the years."""
    builds = pen.facts.rows("builds", ("modules", ">", 0))
    if builds.empty:
        return [pen.paragraph("built_nothing")]
    costly = builds[builds["capex_cny"] > 0]
    ranked = (
        (builds if costly.empty else costly)
        .sort_values(
            ["capex_cny", "modules", "site_id", "technology"],
            ascending=[False, False, True, True],
            kind="stable",
        )
        .head(_SHOWN)
    )
    ranked = ranked.sort_values(["year", "capex_cny"], ascending=[True, False], kind="stable")
    rows = [_action(pen, row) for row in ranked.to_dict("records")]
    heads = (
        pen.column("year", numeric=False, width=0.7),
        pen.column("col_site", numeric=False, width=2.4),
        pen.column("col_technology", numeric=False, width=1.7),
        pen.column("col_action", numeric=False, width=1.2),
        pen.column("col_modules", width=0.9),
        pen.column("col_racks", width=1.0),
        pen.column("col_fp16", width=1.1),
        pen.column("col_capex", width=1.3, unit=pen.facts.large_unit),
    )
    blocks: list[Block] = [pen.table(pen.say("caption_actions"), heads, rows, small=True)]
    if len(builds) > len(rows):
        count = pen.facts.number(table("builds", "", "rows", ("modules", ">", 0)))
        blocks.append(pen.paragraph("actions_more", style="note", count=count))
    return blocks


def _action(pen: Pen, row: dict) -> list[object]:  # type: ignore[type-arg]
    facts = pen.facts
    own = tuple((name, "=", row[name]) for name in ("site_id", "technology", "year", "action"))
    sign: Callable[[str], Figure] = lambda name: facts.number(  # noqa: E731
        table("builds", "modules", "sum", *own, times=name)
    )
    return [
        pen.year(row["year"]),
        pen.names.site(str(row["site_id"])),
        pen.names.technology(str(row["technology"])),
        pen.names.action(str(row["action"])),
        facts.number(table("builds", "modules", "sum", *own)),
        sign("standard_racks"),
        sign("pflops_fp16"),
        facts.large_money(table("builds", "capex_cny", "sum", *own), 2),
    ]


def _projects(pen: Pen) -> list[Block]:
    """Return announced projects, which of them the plan takes, and what is doubtful about each."""
    listed = pen.case.table("projects")
    taken = pen.facts.frame("tables/projects.csv")
    if listed.empty or taken.empty or "taken_year" not in taken.columns:
        return []
    since = taken.set_index("project_id")["taken_year"]
    rows, doubts = [], []
    for row in listed.to_dict("records"):
        name, own = str(row[f"name_{pen.lang}"]), (("project_id", "=", row["project_id"]),)
        year = since.get(row["project_id"])
        rows.append(_project(pen, row, own, None if pd.isna(year) else str(int(year))))
        doubts.append(pen.say("doubt", name=name, doubt=str(row[f"doubt_{pen.lang}"])))
    heads = (
        pen.column("col_project", numeric=False, width=3.0),
        pen.column("col_site", numeric=False, width=2.0),
        pen.column("col_racks", width=1.0),
        pen.column("col_fp16", width=1.0),
        pen.column("col_first", width=1.0),
        pen.column("col_status", numeric=False, width=1.0),
        pen.column("col_taken", width=1.0),
    )
    return [
        pen.heading("projects"),
        pen.table(pen.say("caption_projects"), heads, rows, small=True),
        pen.paragraph("doubts_how"),
        Bullets(tuple(doubts)),
    ]


def _project(pen: Pen, row: dict, own: tuple, year: str | None) -> list[object]:  # type: ignore[type-arg]
    from capplan.report.document.origins import Source

    def size(field: str) -> Figure:
        origin = Source("case/data/projects.csv", "modules", "sum", own, times=field)
        return pen.facts.number(origin)

    status = f"project_{row['status']}"
    return [
        str(row[f"name_{pen.lang}"]),
        pen.names.site(str(row["site_id"])),
        size("standard_racks"),
        size("pflops_fp16"),
        pen.year(row["first_year"]),
        pen.words(status) if status in pen.words else str(row["status"]),
        pen.words("left_out") if year is None else Name(year),
    ]
