"""One sheet for each prefecture: its map, what stands there year by year, its sites and its targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from capplan.report.chapters.layout import node_figure, site_table, sites_in_order
from capplan.report.chapters.phases import stacked_by_technology
from capplan.report.chapters.targets import holds
from capplan.report.chapters.years import BUILT
from capplan.report.document.blocks import Block, Cards, PageBreak, Section, Table
from capplan.report.document.facts import table
from capplan.report.document.origins import Share, Source

if TYPE_CHECKING:
    from capplan.report.document.blocks import Picture
    from capplan.report.document.pen import Area, Pen

__all__ = ["MAPS", "sheets"]

MAPS = ("sheet", "parks")
"""Maps of one prefecture, each with its code after a dash."""
_SITES = 14
_BESIDE = 6
"""How many sites are listed, and how many beside a map on one page."""
_CHARTED = 3
"""From how many years on a sheet without a map has charts: fewer stand in its table at a glance."""
_NAMED = 40
"""How many parts of the region without anything are named."""


def sheets(pen: Pen) -> Section:
    """Return the chapter with a sheet for each prefecture.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    area = pen.area
    blocks: list[Block] = []
    codes = _codes(pen, area)
    own = any(f"{name}-{code}" in pen.pictures for name in MAPS for code in codes)
    for place, code in enumerate(codes):
        if place and own:
            blocks.append(PageBreak())
        blocks += _sheet(pen, area, code)
    blocks += [*_without(pen, area, codes), *_of_the_whole(pen, area)]
    title = pen.words("sheets", area=area.heading.lower())
    return Section("sheets", title, tuple(blocks) or (pen.paragraph("nothing_stands"),))


def _codes(pen: Pen, area: Area) -> list[str]:
    """Return the parts of the region in which anything stands, in the order of their codes."""
    if not pen.facts.has("capacity"):
        return []
    held = pen.facts.rows("capacity", ("modules", ">", 0))
    places = pen.case.table("sites").set_index("site_id", drop=False)[area.column].astype(str)
    return sorted(set(held["site_id"].map(places).dropna()))


def _of_the_whole(pen: Pen, area: Area) -> list[Picture]:
    """Return the maps of prefectures that no sheet shows, as where the whole region is one and its districts have sheets."""
    parts = {str(code) for name in ("zones", "sites") for code in pen.case.table(name)[area.column]}
    names = [(name, name.partition("-")) for name in pen.pictures]
    return [pen.pictures[name] for name, (kind, _, code) in names if kind in MAPS and code not in parts]


def _without(pen: Pen, area: Area, codes: Sequence[str]) -> list[Block]:
    """Return which parts of the region nothing stands in, in the order of their codes."""
    zones = pen.case.table("zones")
    own = zones[zones["kind"] != "gate"][area.column].astype(str)
    empty = [code for code in sorted(set(own) - set(codes)) if code]
    if not empty or not codes:
        return []
    shown = [pen.words.spans(area.name(code)) for code in empty[:_NAMED]]
    rest = tuple(empty[_NAMED:])
    if rest:
        origin = Source("case/data/zones.csv", area.column, "distinct", ((area.column, "in", rest),))
        shown.append(pen.say("and_more", count=pen.facts.number(origin)))
    return [pen.paragraph("sheets_without", style="note", names=pen.words.listed(shown))]


def _sheet(pen: Pen, area: Area, code: str) -> list[Block]:
    maps = [pen.pictures[f"{name}-{code}"] for name in MAPS if f"{name}-{code}" in pen.pictures]
    beside = [picture for picture in maps if picture.layout == "column"]
    most = _BESIDE if beside else _SITES
    blocks: list[Block] = [pen.heading("sheet_of", name=area.name(code)), _cards(pen, area, code), *beside]
    blocks.append(_years(pen, area, code))
    column = area.column
    sites = sites_in_order(pen, (column, "=", code))
    if sites:
        caption = pen.say("caption_sites_of", name=area.name(code), year=pen.last)
        blocks.append(site_table(pen, sites[:most], caption, placed=False))
        if len(sites) > most:
            count = table("sites", "", "rows", ("status", "!=", "edge"), (column, "=", code))
            blocks.append(pen.paragraph("sites_more", style="note", count=pen.facts.number(count)))
    blocks += pen.parts(lambda pen: _targets(pen, code))
    if not beside and len(pen.years) >= _CHARTED and len(sites) <= _SITES // 2:
        blocks += stacked_by_technology(pen, area.of(code), of=area.name(code), height=110.0)
    return [*blocks, *(picture for picture in maps if picture not in beside)]


def _cards(pen: Pen, area: Area, code: str) -> Cards:
    facts, here, now = pen.facts, area.of(code), ("year", "=", pen.last)
    words = pen.words
    items = [
        (
            words("racks"),
            facts.number(table("capacity", "standard_racks", "sum", now, here)),
            words("unit_racks_short"),
        ),
        (
            words("ai_compute"),
            facts.number(table("capacity", "pflops_fp16", "sum", now, here)),
            "PFLOPS FP16",
        ),
        (words("edge_nodes"), node_figure(pen, now, here), words("unit_nodes")),
        (words("investment"), facts.money(table("builds", "capex_cny", "sum", here)), ""),
    ]
    return Cards(tuple(items))


def _years(pen: Pen, area: Area, code: str) -> Table:
    facts, here = pen.facts, area.of(code)
    rows: list[list[object]] = []
    for year in pen.years:
        now = ("year", "=", year)
        facility = table("energy", "facility_mwh", "sum", now, here)
        new = table("builds", "modules", "sum", now, here, ("action", "in", BUILT), times="standard_racks")
        rows.append(
            [
                pen.year(year),
                facts.number(table("capacity", "standard_racks", "sum", now, here)),
                facts.number(new),
                facts.number(table("capacity", "pflops_fp16", "sum", now, here)),
                facts.number(table("capacity", "it_mw", "sum", now, here), 1),
                facts.number(facility, 0, unit="GWh", scale=1e-3),
                facts.percent(Share(table("energy", "green_mwh", "sum", now, here), facility)),
                facts.large_money(table("builds", "capex_cny", "sum", now, here), 2),
            ]
        )
    heads = (
        pen.column("year"),
        pen.column("col_racks"),
        pen.column("col_new_racks"),
        pen.column("col_fp16"),
        pen.column("col_mw"),
        pen.column("col_facility"),
        pen.column("col_green_share"),
        pen.column("col_capex", unit=pen.facts.large_unit),
    )
    return pen.table(pen.say("caption_years_of", name=area.name(code)), heads, rows, small=True)


def _targets(pen: Pen, code: str) -> Table | None:
    """Return the targets of the regions with this code."""
    regions = pen.case.table("regions")
    named = set(regions.loc[regions["adcode"].astype(str) == code, "region_id"])
    found = pen.facts.frame("tables/targets.csv")
    found = found[found["region"].isin(named)] if len(found) else found
    if found.empty:
        return None
    rows: list[list[object]] = []
    for row in found.sort_values(["year", "target_id"]).to_dict("records"):
        own = ("target_id", "=", row["target_id"])
        digits = 1 if row["metric"] == "pflops_fp64" else 0
        sign = "≥ " if row["relation"] == ">=" else "≤ "
        rows.append(
            [
                pen.names.metric(str(row["metric"])),
                pen.year(row["year"]),
                (sign, pen.facts.number(table("targets", "required", "value", own), digits)),
                pen.facts.number(table("targets", "achieved", "value", own), digits),
                pen.names.kind(str(row["kind"])),
                pen.met(holds(row)),
            ]
        )
    heads = (
        pen.column("measure", numeric=False, width=2.0),
        pen.column("due"),
        pen.column("required"),
        pen.column("achieved"),
        pen.column("kind", numeric=False),
        pen.column("verdict", numeric=False),
    )
    return pen.table(pen.say("caption_targets_of", name=pen.area.name(code)), heads, rows, small=True)
