"""How near the plan is to what latency allows: by zone the worst share of the limit, by class limit, mean and worst."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capplan.atlas.facts import Facts
from capplan.atlas.fonts import named
from capplan.atlas.remember import remembered
from capplan.atlas.rows import rows
from capplan.atlas.themes.places import in_year
from capplan.messages import Text

__all__ = ["NEAR", "ClassLatency", "Link", "class_latencies", "tight_links", "worst_shares"]

NEAR = 0.8
"""From this share of its limit on, latency is near it [ratio]."""


@dataclass(frozen=True, slots=True)
class ClassLatency:
    """The latency of one service class over all that is served.

    Attributes
    ----------
    name, unit
        Name of the class, and unit of its amount.
    limit
        Largest round trip allowed [ms]; None for none.
    least, mean, worst
        Latency [ms]; the mean by amount.
    mean_km
        Fibre route, mean by amount [km].
    amount
        What is served [unit].
    near
        Share of it that takes `NEAR` of the limit or more [ratio]; None without a limit.
    outside
        Share of it that comes from gates [ratio].
    """

    name: Text
    unit: str
    limit: float | None
    least: float
    mean: float
    worst: float
    mean_km: float
    amount: float
    near: float | None
    outside: float


@dataclass(frozen=True, slots=True)
class Link:
    """The service of a zone that comes nearest to its limit: where from, where, how near."""

    zone_id: str
    site_id: str
    class_id: str
    latency_ms: float
    share: float


def _service(facts: Facts) -> pd.DataFrame:
    service = in_year(facts.tables.get("service"), facts.year)
    return service if service.empty else service[service["amount"] > 0.0]


def _limited(facts: Facts) -> pd.DataFrame:
    service = _service(facts)
    if service.empty:
        return service
    limited = service[service["latency_limit_ms"].fillna(0.0) > 0.0]
    return limited.assign(share=limited["latency_ms"] / limited["latency_limit_ms"])


@remembered
def worst_shares(facts: Facts) -> dict[str, float]:
    """Return the largest share of a limit that the service of each zone takes [ratio], by zone_id."""
    limited = _limited(facts)
    if limited.empty:
        return {}
    return {str(zone): float(share) for zone, share in limited.groupby("zone_id")["share"].max().items()}


@remembered
def tight_links(facts: Facts, least_share: float = NEAR) -> tuple[Link, ...]:
    """Return, for each zone that comes near a limit, the link that comes nearest, the nearest first."""
    limited = _limited(facts)
    if limited.empty:
        return ()
    near = limited[limited["share"] >= least_share]
    first = near.sort_values(["share", "amount", "site_id"], ascending=[False, False, True])
    return tuple(
        Link(str(row.zone_id), str(row.site_id), str(row.class_id), float(row.latency_ms), float(row.share))
        for row in rows(first.drop_duplicates("zone_id").rename(columns={"class": "class_id"}))
    )


@remembered
def class_latencies(facts: Facts) -> tuple[ClassLatency, ...]:
    """Return the latency of each class that is served, the shortest limit first and those without one last."""
    service = _service(facts)
    if service.empty:
        return ()
    zones = facts.inputs["zones"]
    gates = set(zones.loc[zones["kind"] == "gate", "zone_id"].astype(str))
    names = {
        str(row.class_id): named(row.name_zh, row.name_en, row.class_id)
        for row in rows(facts.inputs["classes"])
    }
    found = [
        _class_latency(names.get(str(name), Text(zh=str(name), en=str(name))), part, gates)
        for name, part in service.groupby("class", sort=True)
    ]
    return tuple(sorted(found, key=lambda one: (one.limit is None, one.limit or 0.0, -one.amount)))


def _class_latency(name: Text, part: pd.DataFrame, gates: set[str]) -> ClassLatency:
    amount = part["amount"].astype(float)
    total = float(amount.sum())
    limits = part["latency_limit_ms"].dropna()
    limit = float(limits.min()) if len(limits) else None
    near = None
    if limit is not None:
        near = float(amount[part["latency_ms"] >= NEAR * part["latency_limit_ms"]].sum()) / total
    return ClassLatency(
        name=name,
        unit=str(part["unit"].iloc[0]),
        limit=limit,
        least=float(part["latency_ms"].min()),
        mean=float((amount * part["latency_ms"]).sum()) / total,
        worst=float(part["latency_ms"].max()),
        mean_km=float((amount * part["route_km"]).sum()) / total,
        amount=total,
        near=near,
        outside=float(amount[part["zone_id"].astype(str).isin(gates)].sum()) / total,
    )
