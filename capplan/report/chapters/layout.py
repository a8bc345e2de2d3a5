"""The layout and why: the siting map, what stands where, and what speaks for each of the larger sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from capplan.report.chapters.reasons import reasons
from capplan.report.chapters.years import BUILT
from capplan.report.document.blocks import Block, Paragraph, Section, Spans, Table
from capplan.report.document.facts import table

if TYPE_CHECKING:
    from capplan.report.document.blocks import Figure
    from capplan.report.document.pen import Pen

__all__ = ["MAPS", "layout", "node_figure", "site_table", "sites_in_order"]

MAPS = ("siting", "demand")
"""Maps of this chapter, those that there are."""


def layout(pen: Pen) -> Section:
    """Return the chapter on the layout.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    if not pen.facts.has("capacity"):
        return Section("layout", pen.words("layout"), (pen.paragraph("nothing_stands"),))
    blocks: list[Block] = pen.parts(_told, _areas, _not_counted)
    blocks.append(pen.paragraph("map_below" if "siting" in pen.pictures else "no_map", style="note"))
    blocks += [pen.heading("sites_list"), pen.paragraph("sites_how")]
    blocks += [site_table(pen, sites_in_order(pen), pen.say("caption_sites", year=pen.last)), _edges(pen)]
    blocks += [pen.heading("why_here"), *reasons(pen)]
    blocks += [pen.pictures[name] for name in MAPS if name in pen.pictures]
    return Section("layout", pen.words("layout"), tuple(blocks))


def _told(pen: Pen) -> Paragraph:
    facts, now = pen.facts, ("year", "=", pen.last)
    return pen.paragraph(
        "layout_told",
        year=pen.last,
        sites=facts.number(table("capacity", "site_id", "distinct", now)),
        racks=facts.number(table("capacity", "standard_racks", "sum", now)),
        pflops=facts.number(table("capacity", "pflops_fp16", "sum", now)),
        mw=facts.number(table("capacity", "it_mw", "sum", now), 1),
    )


def node_figure(pen: Pen, *where: tuple[str, str, object]) -> Figure:
    """Return how many edge nodes are in service."""
    return pen.facts.number(table("capacity", "modules", "sum", *where, times="edge_nodes"))


def _areas(pen: Pen) -> Table:
    """Return what stands in each prefecture at the horizon's end."""
    now, area = ("year", "=", pen.last), pen.area
    held = pen.facts.rows("capacity", now)
    sites = pen.case.table("sites").set_index("site_id")[area.column].astype(str)
    racks = held.groupby(held["site_id"].map(sites))["it_mw"].sum()
    codes = [str(code) for code in racks.sort_values(ascending=False, kind="stable").index]
    rows = [[area.name(code), *_figures(pen, now, area.of(code))] for code in codes]
    rows.append([pen.words("together"), *_figures(pen, now)])
    columns = (
        pen.column("area", numeric=False, width=2.2, area=area.heading),
        pen.column("col_racks", width=1.3),
        pen.column("col_new", width=1.2),
        pen.column("col_retrofitted", width=1.2),
        pen.column("col_fp16", width=1.3),
        pen.column("col_fp64", width=1.2),
        pen.column("col_edge", width=1.0),
        pen.column("col_mw", width=1.1),
        pen.column("col_sites", width=0.9),
    )
    caption = pen.say("caption_areas", area=area.heading.lower(), year=pen.last)
    return pen.table(caption, columns, rows, total=True, small=True)


def _figures(pen: Pen, now: tuple[str, str, object], *where: tuple[str, str, object]) -> list[Figure]:
    facts = pen.facts
    new = table("builds", "modules", "sum", ("action", "in", BUILT), *where, times="standard_racks")
    old = table("builds", "modules", "sum", ("action", "=", "retrofit"), *where, times="standard_racks")
    return [
        facts.number(table("capacity", "standard_racks", "sum", now, *where)),
        facts.number(new),
        facts.number(old),
        facts.number(table("capacity", "pflops_fp16", "sum", now, *where)),
        facts.number(table("capacity", "pflops_fp64", "sum", now, *where), 1),
        node_figure(pen, now, *where),
        facts.number(table("capacity", "it_mw", "sum", now, *where), 1),
        facts.number(table("capacity", "site_id", "distinct", now, *where)),
    ]


def _not_counted(pen: Pen) -> Paragraph | None:
    """Return which racks the targets for racks leave out, where they leave any out."""
    targets = pen.case.table("targets")
    counts = {
        str(cell)
        for cell in targets.loc[targets["metric"].isin(["standard_racks", "standard_racks_added"]), "counts"]
    }
    counted = {name for cell in counts for name in cell.split(";")}
    if not counts or "all" in counted:
        return None
    held = pen.facts.rows("capacity", ("year", "=", pen.last))
    racks = held.groupby("technology")["standard_racks"].sum()
    left = tuple(name for name in pen.case.technologies if racks.get(name, 0.0) > 0 and name not in counted)
    if not left:
        return None
    origin = table("capacity", "standard_racks", "sum", ("year", "=", pen.last), ("technology", "in", left))
    names: list[Spans] = [pen.words.spans(pen.names.technology(name)) for name in left]
    return pen.paragraph(
        "not_counted", style="note", racks=pen.facts.number(origin), names=pen.words.listed(names)
    )


def sites_in_order(pen: Pen, *where: tuple[str, str, object]) -> list[str]:
    """Return the sites with more than edge nodes, those with most IT power first.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    *where : condition
        Which sites.
    """
    sites = pen.facts.rows("sites", ("status", "!=", "edge"), *where)
    power = pen.facts.rows("capacity", ("year", "=", pen.last)).groupby("site_id")["it_mw"].sum()
    power = power[power.index.isin(sites["site_id"])].sort_values(ascending=False, kind="stable")
    return [str(name) for name in power.index]


def site_table(pen: Pen, sites: list[str], caption: Spans, *, placed: bool = True) -> Table:
    """Return a table of sites at the horizon's end.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    sites : list of str
        Ids.
    caption : spans
        Title of the table.
    placed : bool
        Whether each site's prefecture is told.
    """
    columns = [
        pen.column("col_site", numeric=False, width=2.6),
        pen.column("area", numeric=False, width=2.0, area=pen.area.heading),
        pen.column("col_status", numeric=False, width=1.0),
        pen.column("col_opened", width=1.0),
        pen.column("col_racks", width=1.1),
        pen.column("col_fp16", width=1.1),
        pen.column("col_mw", width=1.0),
        pen.column("col_pue", width=0.9),
        pen.column("col_mva", width=0.9),
        pen.column("col_ha", width=0.9),
    ]
    rows = [_site(pen, site) for site in sites]
    if not placed:
        columns, rows = [columns[0], *columns[2:]], [[row[0], *row[2:]] for row in rows]
    return pen.table(caption, columns, rows, small=True)


def _site(pen: Pen, site: str) -> list[object]:
    facts, own, now = pen.facts, ("site_id", "=", site), ("year", "=", pen.last)
    row = facts.rows("sites", own).iloc[0]
    opened = "" if pd.isna(row["opened_year"]) else str(row["opened_year"])
    status = f"status_{row['status']}"
    return [
        pen.names.site(site),
        pen.area.name(str(row[pen.area.column])),
        pen.words(status) if status in pen.words else str(row["status"]),
        opened,
        facts.number(table("capacity", "standard_racks", "sum", own, now)),
        facts.number(table("capacity", "pflops_fp16", "sum", own, now)),
        facts.number(table("capacity", "it_mw", "sum", own, now), 1),
        facts.number(table("sites", "pue", "value", own), 3),
        facts.number(table("sites", "connection_mva", "value", own), 1),
        facts.number(table("sites", "land_ha", "value", own), 1),
    ]


def _edges(pen: Pen) -> Paragraph:
    only = table("sites", "site_id", "distinct", ("status", "=", "edge"))
    nodes = node_figure(pen, ("year", "=", pen.last))
    if nodes.value == 0:
        return pen.paragraph("edges_absent", style="note")
    name = "edges_told" if pen.facts.value(only) else "edges_none"
    return pen.paragraph(name, style="note", sites=pen.facts.number(only), nodes=nodes)
