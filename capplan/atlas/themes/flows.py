"""Who is served where: the service of one unit, from groups of zones to sites, and how much of it each map leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.facts import Facts
from capplan.atlas.remember import remembered
from capplan.atlas.rows import rows
from capplan.atlas.themes.places import Group, groups_of, in_year

__all__ = ["Flow", "Flows", "Served", "flows_of"]

_SMALL = 100.0


@dataclass(frozen=True, slots=True)
class Flow:
    """What a site serves of a group's demand.

    Attributes
    ----------
    group
        Whom it serves.
    site_id
        The site.
    amount
        How much [unit of the flows].
    local
        Whether the site stands in the group's own prefecture or area.
    """

    group: Group
    site_id: str
    amount: float
    local: bool


@dataclass(frozen=True, slots=True)
class Served:
    """What a site serves in all.

    Attributes
    ----------
    site_id
        The site.
    own, other, outside
        For its own prefecture or area, for others of the region, and for demand from outside [unit of the flows].
    """

    site_id: str
    own: float
    other: float
    outside: float

    @property
    def amount(self) -> float:
        """All of it [unit of the flows]."""
        return self.own + self.other + self.outside


@dataclass(frozen=True, eq=False)
class Flows:
    """The service of one unit at the plan's end.

    Attributes
    ----------
    unit
        The unit, as the table of service has it.
    flows
        From groups to sites, the largest first.
    sites
        What each site serves, the largest first.
    demand
        What is served of each group's demand, by key of the group [unit].
    """

    unit: str
    flows: tuple[Flow, ...]
    sites: tuple[Served, ...]
    demand: Mapping[str, float]

    @property
    def total(self) -> float:
        """All that is served [unit]."""
        return sum(flow.amount for flow in self.flows)

    @property
    def digits(self) -> int:
        """Decimals with which amounts are written, so that small ones, as of supercomputing, are not all nought."""
        return 2 if self.total < _SMALL else 0

    def between(self, least_share: float, most: int) -> tuple[Flow, ...]:
        """Return the flows that leave their own area: the largest ones, none below a share of the total."""
        leaving = [flow for flow in self.flows if not flow.local and flow.amount >= least_share * self.total]
        return tuple(leaving[:most])


@remembered
def flows_of(facts: Facts, boundaries: Boundaries, unit: str, *, fine: bool = False) -> Flows:
    """Return who is served where, in one unit, at the plan's end.

    Parameters
    ----------
    facts
        What is shown of the plan.
    boundaries
        The areas.
    unit
        ``standard_rack``, ``pflops_fp16`` or ``pflops_fp64``.
    fine
        Whether areas are told apart although there are several prefectures.
    """
    service = in_year(facts.tables.get("service"), facts.year)
    if not service.empty:
        service = service[(service["unit"] == unit) & (service["amount"] > 0.0)]
    if service.empty:
        return Flows(unit, (), (), {})
    by_zone = {
        str(zone): float(amount) for zone, amount in service.groupby("zone_id")["amount"].sum().items()
    }
    groups = groups_of(facts, boundaries, by_zone, fine=fine)
    home = _homes(facts, groups.of_zone)
    known = service.assign(group=service["zone_id"].astype(str).map(dict(groups.of_zone)))
    summed = known.groupby(["group", "site_id"])[["amount"]].sum().reset_index()
    found = [
        Flow(
            groups.by_key[str(row.group)],
            str(row.site_id),
            float(row.amount),
            home.get(str(row.site_id)) == str(row.group),
        )
        for row in rows(summed)
    ]
    found.sort(key=lambda flow: (-flow.amount, flow.group.key, flow.site_id))
    demand: dict[str, float] = {}
    for flow in found:
        demand[flow.group.key] = demand.get(flow.group.key, 0.0) + flow.amount
    return Flows(unit, tuple(found), _served(found), demand)


def _homes(facts: Facts, of_zone: Mapping[str, str]) -> dict[str, str]:
    """Return the group in which each site stands."""
    sites = facts.inputs["sites"]
    pairs = zip(sites["site_id"].astype(str), sites["zone_id"].astype(str), strict=True)
    return {site: of_zone[zone] for site, zone in pairs if zone in of_zone}


def _served(flows: list[Flow]) -> tuple[Served, ...]:
    sums: dict[str, list[float]] = {}
    for flow in flows:
        part = 2 if flow.group.gate else (0 if flow.local else 1)
        sums.setdefault(flow.site_id, [0.0, 0.0, 0.0])[part] += flow.amount
    found = [Served(site, *parts) for site, parts in sums.items()]
    return tuple(sorted(found, key=lambda one: (-one.amount, one.site_id)))
