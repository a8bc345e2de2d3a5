"""Regions within the study region: the areas, zones and sites of each, for sheets that are repeated over regions.

A region's zones are its rows of ``region_members``; its sites are those of its zones and those that it names itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from capplan.atlas.fonts import named
from capplan.atlas.rows import rows
from capplan.atlas.style import Repeat
from capplan.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from capplan.plan import Plan

__all__ = ["Region", "groups_in", "region_of", "regions_of"]

_WHOLE = 0.5
"""Share of a zone from which on it counts as the region's [ratio]."""


@dataclass(frozen=True)
class Region:
    """A region of the case.

    Attributes
    ----------
    region_id, kind
        As the case's table of regions has them.
    adcode
        Its administrative code; empty where it has none.
    name
        Its name.
    zones
        Its zones that are no gates.
    sites
        Candidate sites in its zones, and those that it names.
    inner
        Regions whose sites are some of its own, by region_id.
    """

    region_id: str
    kind: str
    adcode: str
    name: Text
    zones: frozenset[str]
    sites: frozenset[str]
    inner: frozenset[str] = frozenset()

    @property
    def code(self) -> str:
        """What its sheets are called by: the administrative code, else the region_id."""
        return self.adcode or self.region_id


def regions_of(plan: Plan, repeat: Repeat) -> list[Region]:
    """Return the regions that a map is repeated over, in the order of their codes.

    Parameters
    ----------
    plan
        The plan.
    repeat
        Which regions; one that is all of the study region is none of them unless it holds groups of its own.
    """
    found = _all(plan.case.tables)
    inside = {zone for region in found for zone in region.zones}
    chosen = []
    for region in sorted(found, key=lambda one: one.code):
        if region.kind != repeat.kind or not region.sites or not region.zones:
            continue
        if repeat.having:
            if any(_within(group, region) for group in found if group.kind == repeat.having):
                chosen.append(region)
        elif region.zones != inside:
            chosen.append(region)
    return chosen


def region_of(plan: Plan, region_id: str) -> Region:
    """Return one region of a plan's case, with those that lie within it."""
    found = _all(plan.case.tables)
    region = next(one for one in found if one.region_id == region_id)
    inner = frozenset(one.region_id for one in found if one is not region and _within(one, region))
    return replace(region, inner=inner)


def groups_in(plan: Plan, region: Region, kind: str) -> list[Region]:
    """Return the regions of a kind that lie within a region and have sites, those with fewer sites first.

    Parameters
    ----------
    plan
        The plan.
    region
        The region around them.
    kind
        Their kind.
    """
    found = [group for group in _all(plan.case.tables) if group.kind == kind and _within(group, region)]
    return sorted(found, key=lambda group: (len(group.sites), group.region_id))


def _within(group: Region, region: Region) -> bool:
    return bool(group.sites) and group.sites <= region.sites


def _all(tables: Mapping[str, pd.DataFrame]) -> list[Region]:
    zones, sites, members = tables["zones"], tables["sites"], tables["region_members"]
    demand = set(zones.loc[zones["kind"] != "gate", "zone_id"])
    members = members[members["share"].astype(float) > _WHOLE]
    kinds = members["member_kind"]
    held_zones = members[kinds == "zone"].groupby("region_id")["member_id"].agg(set)
    held_sites = members[kinds == "site"].groupby("region_id")["member_id"].agg(set)
    zone_of = dict(zip(sites["site_id"], sites["zone_id"], strict=True))
    found = []
    for row in rows(tables["regions"]):
        own = set(held_zones.get(row.region_id, set())) & demand
        chosen = set(held_sites.get(row.region_id, set())) & set(zone_of)
        found.append(
            Region(
                region_id=str(row.region_id),
                kind=str(row.kind),
                adcode=row.adcode.strip() if isinstance(row.adcode, str) else "",
                name=named(row.name_zh, row.name_en, row.region_id),
                zones=frozenset(own),
                sites=frozenset({site for site, zone in zone_of.items() if zone in own} | chosen),
            )
        )
    return found
