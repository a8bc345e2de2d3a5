"""Latency and resilience: how near each class is served, how full halls are, where second copies stand, who is covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capplan.report.document.blocks import Block, Section, Table
from capplan.report.document.facts import table
from capplan.report.document.origins import Share, Source, Total
from capplan.report.memo_use import usage

if TYPE_CHECKING:
    from capplan.report.document.pen import Pen

__all__ = ["MAPS", "service"]

MAPS = ("latency", "flows", "flows-ai", "flows-hpc")
"""Maps of this chapter, those that there are."""


def service(pen: Pen) -> Section:
    """Return the chapter on latency and resilience.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    blocks: list[Block] = [*pen.parts(_latency), pen.heading("use"), *pen.parts(_use)]
    blocks += [pen.heading("copies"), *pen.parts(_copies, _coverage)]
    blocks += [pen.pictures[name] for name in MAPS if name in pen.pictures]
    return Section("service", pen.words("service"), tuple(blocks))


def _latency(pen: Pen) -> list[Block]:
    if not pen.facts.has("service"):
        return [pen.paragraph("no_service")]
    return [pen.paragraph("latency_how"), _classes(pen)]


def _present(pen: Pen, name: str) -> list[str]:
    """Return the classes of a table's last year, in the order of the case."""
    held = set(pen.facts.rows(name, ("year", "=", pen.last), ("amount", ">", 0))["class"])
    return [str(each) for each in pen.case.table("classes")["class_id"] if each in held]


def _classes(pen: Pen) -> Table:
    facts = pen.facts
    rows: list[list[object]] = []
    for name in _present(pen, "service"):
        own = (("year", "=", pen.last), ("class", "=", name), ("amount", ">", 0))
        limit = facts.number(table("service", "latency_limit_ms", "min", *own), 1)
        rows.append(
            [
                pen.names.service_class(name),
                pen.words("no_limit") if limit.value is None else limit,
                facts.number(table("service", "latency_ms", "max", *own), 2),
                facts.number(table("service", "latency_ms", "mean", *own, weight="amount"), 2),
                facts.number(table("service", "route_km", "mean", *own, weight="amount"), 0),
                facts.number(table("service", "amount", "sum", *own), 0),
                pen.names.unit(str(facts.rows("service", *own)["unit"].iloc[0])),
            ]
        )
    heads = (
        pen.column("col_class", numeric=False, width=1.8),
        pen.column("col_limit", width=0.9),
        pen.column("col_worst", width=0.9),
        pen.column("col_mean", width=0.9),
        pen.column("col_route", width=1.0),
        pen.column("col_amount", width=1.0),
        pen.column("col_unit", numeric=False, width=1.9),
    )
    return pen.table(pen.say("caption_latency", year=pen.last), heads, rows)


_MEASURES = {"standard_rack": "standard_racks", "pflops_fp16": "pflops_fp16", "pflops_fp64": "pflops_fp64"}


def _use(pen: Pen) -> list[Block]:
    """Return what is held, used and empty by year."""
    frame = usage(pen.plan)
    if frame.empty:
        return [pen.paragraph("no_service")]
    facts, units = pen.facts, pen.case.table("classes").set_index("class_id")["unit"]
    rows: list[list[object]] = []
    for row in frame.to_dict("records"):
        unit, now = str(row["unit"]), ("year", "=", int(row["year"]))
        classes = set(units.index[units == unit])
        able = tuple(name for name, item in pen.case.technologies.items() if classes & set(item.serves))
        held = table("capacity", _MEASURES[unit], "sum", now, ("technology", "in", able))
        used = ((1.0, table("service", "amount", "sum", now, ("unit", "=", unit))),)
        copies = ((1.0, table("replicas", "amount", "sum", now, ("unit", "=", unit))),)
        own, both = Total(((1.0, held),)), Total((*used, *copies))
        empty = Total((*own.parts, *((-factor, part) for factor, part in both.parts)))
        digits = 1 if unit == "pflops_fp64" else 0
        rows.append(
            [
                pen.year(row["year"]),
                pen.names.unit(unit),
                facts.number(own, digits),
                facts.number(both, digits),
                facts.number(empty, digits),
                facts.percent(Share(both, own)),
            ]
        )
    heads = (
        pen.column("year", numeric=False, width=0.8),
        pen.column("col_unit", numeric=False, width=2.4),
        pen.column("col_held"),
        pen.column("col_in_use"),
        pen.column("col_empty"),
        pen.column("col_utilisation"),
    )
    return [pen.table(pen.say("caption_use"), heads, rows, note=pen.say("use_note"))]


def _copies(pen: Pen) -> list[Block]:
    facts = pen.facts
    if facts.rows("replicas", ("year", "=", pen.last), ("amount", ">", 0)).empty:
        return [pen.paragraph("no_copies")]
    asked = pen.case.table("classes").set_index("class_id")["copy_min_km"]
    rows: list[list[object]] = []
    for name in _present(pen, "replicas"):
        own = (("year", "=", pen.last), ("class", "=", name), ("amount", ">", 0))
        amount = table("replicas", "amount", "sum", *own)
        diverse = table("replicas", "amount", "sum", *own, ("route_diverse", "=", True))
        least = Source("case/data/classes.csv", "copy_min_km", "value", (("class_id", "=", name),))
        rows.append(
            [
                pen.names.service_class(name),
                facts.number(amount),
                facts.number(least) if name in asked.index else "",
                facts.number(table("replicas", "distance_km", "min", *own)),
                facts.number(table("replicas", "distance_km", "mean", *own, weight="amount")),
                facts.number(table("replicas", "copy_site_id", "distinct", *own)),
                facts.percent(Share(diverse, amount), 0),
            ]
        )
    heads = (
        pen.column("col_class", numeric=False, width=1.8),
        pen.column("col_copies"),
        pen.column("col_least_km"),
        pen.column("col_nearest_km"),
        pen.column("col_mean_km"),
        pen.column("col_copy_sites"),
        pen.column("col_diverse"),
    )
    return [pen.paragraph("copies_how"), pen.table(pen.say("caption_copies", year=pen.last), heads, rows)]


def _coverage(pen: Pen) -> list[Block]:
    """Return the share of residents near an edge node, where the study asks for one."""
    rule = pen.case.study.features.get("edge_coverage")
    if rule is None or not pen.facts.has("coverage"):
        return []
    facts = pen.facts
    rows: list[list[object]] = []
    for year in pen.years:
        now = ("year", "=", year)
        asked = facts.percent(table("limits", "bound", "value", ("limit", "=", "edge_coverage"), now))
        share = table("coverage", "covered", "mean", now, weight="population")
        nodes = facts.number(table("capacity", "modules", "sum", now, times="edge_nodes"))
        rows.append([pen.year(year), nodes, "" if asked.value is None else asked, facts.percent(share)])
    heads = (
        pen.column("year", numeric=False),
        pen.column("col_edge"),
        pen.column("col_coverage_asked"),
        pen.column("col_coverage"),
    )
    limit = facts.number(Source("case/study.yaml", "features.edge_coverage.latency_ms"), 1)
    told = (
        pen.paragraph("coverage_how") if limit.value is None else pen.paragraph("coverage_within", ms=limit)
    )
    return [pen.heading("coverage"), told, pen.table(pen.say("caption_coverage"), heads, rows)]
