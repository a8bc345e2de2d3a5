"""Why here: what the plan's tables say in favour of each of the larger sites, beside the mean of all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from capplan.report.document.blocks import Block, Spans
from capplan.report.document.facts import table
from capplan.report.document.origins import Share, Source

if TYPE_CHECKING:
    from capplan.report.document.pen import Pen

__all__ = ["reasons"]

_SITES = 12
_CHEAPER = 0.99
_NOTABLE = 0.02
_UNITS = ("standard_rack", "pflops_fp16", "pflops_fp64")


def reasons(pen: Pen) -> list[Block]:
    """Return a table of the larger sites with what speaks for each.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    sites = pen.facts.rows("sites", ("status", "!=", "edge"))
    held = pen.facts.rows("capacity", ("year", "=", pen.last))
    power = held[held["site_id"].isin(sites["site_id"])].groupby("site_id")["it_mw"].sum()
    order = [str(name) for name in power.sort_values(ascending=False, kind="stable").index if power[name] > 0]
    if not order:
        return [pen.paragraph("nothing_stands")]
    parts: tuple[Callable[[Pen, str], Spans | None], ...] = (
        _stood,
        _committed,
        _renewed,
        _served,
        _direct,
        _cheap,
        _copies,
        _near,
    )
    rows = []
    for site in order[:_SITES]:
        said = [told for part in parts if (told := pen.told(part, site)) is not None]
        rows.append([pen.names.site(site), pen.words.clauses(said)])
    columns = (
        pen.column("col_site", numeric=False, width=1.0),
        pen.column("col_why", numeric=False, width=3.2),
    )
    return [
        pen.paragraph("reasons_how"),
        pen.table(pen.say("caption_reasons"), columns, rows, small=True),
    ]


def _stood(pen: Pen, site: str) -> Spans | None:
    where = (("site_id", "=", site),)
    racks = Source("case/data/existing.csv", "modules", "sum", where, times="standard_racks")
    value = pen.facts.value(racks) or 0.0
    if value <= 0:
        return None
    return pen.say("why_stood", racks=pen.facts.number(racks), year=pen.case.study.base_year)


def _committed(pen: Pen, site: str) -> Spans | None:
    own = ("site_id", "=", site)
    for action, name in (("committed", "why_committed"), ("project", "why_project")):
        modules = table("builds", "modules", "sum", own, ("action", "=", action))
        if pen.facts.value(modules):
            return pen.say(name, modules=pen.facts.number(modules))
    return None


def _renewed(pen: Pen, site: str) -> Spans | None:
    racks = table(
        "builds",
        "modules",
        "sum",
        ("site_id", "=", site),
        ("action", "=", "retrofit"),
        times="standard_racks",
    )
    return pen.say("why_renewed", racks=pen.facts.number(racks)) if pen.facts.value(racks) else None


def _served(pen: Pen, site: str) -> Spans | None:
    """Return how much of what is served comes from the site's own prefecture, and from where most of the rest."""
    facts, area = pen.facts, pen.area
    where = (("site_id", "=", site), ("year", "=", pen.last), ("amount", ">", 0))
    served = facts.rows("service", *where)
    if served.empty:
        return None
    unit = next(name for name in _UNITS if name in set(served["unit"]))
    if "pflops_fp16" in set(served["unit"]) and _main_is_ai(pen, site):
        unit = "pflops_fp16"
    own = str(pen.case.table("sites").set_index("site_id")[area.column].get(site, ""))
    whole = table("service", "amount", "sum", *where, ("unit", "=", unit))
    zones = pen.case.table("zones").set_index("zone_id", drop=False)[area.column].astype(str)
    rows = served[served["unit"] == unit]
    totals = rows.groupby(rows["zone_id"].map(zones))["amount"].sum().sort_values(ascending=False)
    first = str(totals.index[0]) if len(totals) else own
    at = table(
        "service", "amount", "sum", *where, ("unit", "=", unit), ("zone_id", "within", (area.column, first))
    )
    share = facts.percent(Share(at, whole), 0)
    outside = first not in set(pen.case.table("sites")[area.column].astype(str))
    unit_name, place = pen.names.unit(unit), area.name(first)
    if not str(place).strip():
        return pen.say("why_served_gates", share=share, unit=unit_name)
    name = "why_served_own" if first == own else "why_served_outside" if outside else "why_served_other"
    return pen.say(name, share=share, place=place, unit=unit_name)


def _main_is_ai(pen: Pen, site: str) -> bool:
    held = pen.facts.rows("capacity", ("site_id", "=", site), ("year", "=", pen.last))
    compute = held["pflops_fp16"] > 0
    return float(held.loc[compute, "it_mw"].sum()) > float(held.loc[~compute, "it_mw"].sum())


def _direct(pen: Pen, site: str) -> Spans | None:
    where = (("site_id", "=", site), ("year", "=", pen.last))
    if "direct_mwh" not in pen.facts.frame("tables/energy.csv").columns:
        return None
    share = Share(
        table("energy", "direct_mwh", "sum", *where), table("energy", "facility_mwh", "sum", *where)
    )
    value = pen.facts.value(share) or 0.0
    return pen.say("why_direct", share=pen.facts.percent(share, 0)) if value > _NOTABLE else None


def _cheap(pen: Pen, site: str) -> Spans | None:
    now = ("year", "=", pen.last)
    own = Share(
        table("energy", "cost_cny", "sum", ("site_id", "=", site), now),
        table("energy", "facility_mwh", "sum", ("site_id", "=", site), now),
    )
    every = Share(table("energy", "cost_cny", "sum", now), table("energy", "facility_mwh", "sum", now))
    here, mean = pen.facts.value(own), pen.facts.value(every)
    if here is None or mean is None or here > _CHEAPER * mean:
        return None
    return pen.say("why_cheap", price=pen.facts.number(own), mean=pen.facts.number(every))


def _copies(pen: Pen, site: str) -> Spans | None:
    where = (("copy_site_id", "=", site), ("year", "=", pen.last))
    copies = table("replicas", "amount", "sum", *where)
    return pen.say("why_copies", amount=pen.facts.number(copies)) if pen.facts.value(copies) else None


def _near(pen: Pen, site: str) -> Spans | None:
    where = (
        ("site_id", "=", site),
        ("year", "=", pen.last),
        ("amount", ">", 0),
        ("latency_limit_ms", "filled", ""),
    )
    if pen.facts.rows("service", *where).empty:
        return None
    mean = table("service", "latency_ms", "mean", *where, weight="amount")
    return pen.say("why_near", ms=pen.facts.number(mean, 2))
