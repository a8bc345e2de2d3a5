"""What a plan's map shows, taken from the plan's tables alone: sites, targets, areas' quantities, totals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.atlas.fonts import named, writable
from capplan.atlas.rows import rows
from capplan.errors import RenderError
from capplan.messages import Text, msg
from capplan.partial import or_none

if TYPE_CHECKING:
    from capplan.atlas.focus import Region
    from capplan.plan import Plan

__all__ = ["KINDS", "QUANTITIES", "Facts", "SiteFacts", "TargetFacts", "facts_of"]

KINDS = ("ai", "hall", "supercomputing", "vault", "legacy", "edge")
"""Kinds of facilities, the first winning where a site has as much of two."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """One site at the end of the horizon.

    Attributes
    ----------
    site_id, name, zone_id, status
        As the plan's tables have them.
    kind
        The kind of most of its IT power, one of `KINDS`.
    kinds
        Every kind that stands there, in the order of `KINDS`.
    lon, lat
        Position [deg].
    it_mw
        IT power [MW].
    standard_racks
        Standard racks, those that AI and supercomputing halls occupy included [standard rack].
    racks_built
        Standard racks built within the horizon, committed ones included and retrofits not [standard rack]; not a
        number where the table of building is missing.
    pflops_fp16, pflops_fp64
        Computing power [PFLOPS].
    pue
        Load-weighted PUE [ratio]; None where the plan has none.
    edge_modules
        Edge modules there.
    """

    site_id: str
    name: Text
    zone_id: str
    status: str
    kind: str
    kinds: tuple[str, ...]
    lon: float
    lat: float
    it_mw: float
    standard_racks: float
    racks_built: float
    pflops_fp16: float
    pflops_fp64: float
    pue: float | None
    edge_modules: int

    def label(self, lang: str) -> str:
        """Return its name as the packaged font can write it."""
        other = "en" if lang == "zh" else "zh"
        return writable((self.name.in_(lang), self.name.in_(other), self.site_id))


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """A target, or the same target of several regions, and whether the plan reaches it.

    Attributes
    ----------
    region
        Name of the region; of the first one where there are several.
    regions, reached
        How many regions have it, and how many reach it.
    metric, year, relation, kind
        As the plan's table has them.
    required, achieved
        Summed over the regions only where there is one [see metric].
    """

    region: Text
    regions: int
    reached: int
    metric: str
    year: int
    relation: str
    kind: str
    required: float
    achieved: float

    @property
    def met(self) -> bool:
        """Whether all regions reach it."""
        return self.reached == self.regions


@dataclass(frozen=True, eq=False)
class Facts:
    """What is shown of a plan.

    Attributes
    ----------
    year
        The last year of the plan.
    region
        Name of the region that is shown.
    study_region
        Name of the study region, of which `region` may be a part.
    title
        Title of the study.
    sites
        Every site with capacity in service, most IT power first.
    targets
        The targets, hard ones first.
    totals
        Sums over the sites by column of the table of capacity.
    tables
        The tables of the plan.
    inputs
        The tables of the case.
    names
        Names of regions by administrative code.
    status
        ``optimal`` or ``feasible``.
    gap
        Relative gap [ratio], if the record has one.
    largest_mw
        IT power of the largest site at the end of the horizon, by which symbols are scaled [MW].
    years
        The years of the plan.
    scope
        The region that is shown, where that is not all of the study region.
    groups
        Regions within it that a map tells apart.
    kinds
        Kind of each technology by its id.
    in_year
        Returns what is shown of another year.
    memo
        What was computed from these facts already, by name: maps in another language or size take it from here.
    """

    year: int
    region: Text
    study_region: Text
    title: Text
    sites: tuple[SiteFacts, ...]
    targets: tuple[TargetFacts, ...]
    totals: Mapping[str, float]
    tables: Mapping[str, pd.DataFrame]
    inputs: Mapping[str, pd.DataFrame]
    names: Mapping[str, Text]
    status: str
    gap: float | None
    largest_mw: float = 0.0
    years: tuple[int, ...] = ()
    scope: Region | None = None
    groups: tuple[Region, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    in_year: Callable[[int], Facts] | None = None
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    def at(self, year: int) -> Facts:
        """Return what is shown at the end of another year of the plan."""
        return self if self.in_year is None or year == self.year else self.in_year(year)


_BUILT = ("build", "committed", "project")
_SUMS = ("standard_racks", "pflops_fp16", "pflops_fp64", "it_mw")


def facts_of(plan: Plan, *, year: int | None = None, scope: Region | None = None) -> Facts:
    """Return what is shown of a plan.

    Parameters
    ----------
    plan
        The plan.
    year
        The year at whose end; None for the last one.
    scope
        A region whose sites and targets alone are shown; None for all.

    Raises
    ------
    RenderError
        If nothing is in service in the plan.
    """
    everywhere = plan.tables["capacity"]
    everywhere = everywhere[everywhere["modules"] > 0]
    if everywhere.empty:
        raise RenderError(msg("nothing is in service in this plan: there is nothing to draw"))
    capacity = everywhere if scope is None else everywhere[everywhere["site_id"].isin(scope.sites)]
    end = int(everywhere["year"].max())
    shown = end if year is None else year
    last = capacity[capacity["year"] == shown]
    kinds = {name: str(technology.kind) for name, technology in plan.case.technologies.items()}
    racks = or_none(lambda: _racks_built(_until(plan.tables["builds"], shown), everywhere))
    regions, coded = _region_names(plan.case.tables["regions"])
    study = plan.case.study
    gap = plan.record.get("gap")
    whole = regions.get(study.region, named(study.title.zh, study.title.en, study.name))
    return Facts(
        year=shown,
        region=whole if scope is None else scope.name,
        title=study.full_title,
        sites=_sites(plan.tables["sites"], last, kinds, racks),
        targets=or_none(lambda: _targets(_targets_in(plan, scope), regions, _prefectures(plan))) or (),
        totals=MappingProxyType({name: float(last[name].sum()) for name in _SUMS}),
        tables=plan.tables,
        inputs=plan.case.tables,
        names=MappingProxyType(coded),
        status=str(plan.record.get("status", "")),
        gap=float(gap) if isinstance(gap, int | float) else None,
        study_region=whole,
        largest_mw=_largest(capacity[capacity["year"] == end]),
        years=tuple(sorted({int(one) for one in everywhere["year"]})),
        scope=scope,
        kinds=MappingProxyType(kinds),
        in_year=lambda other: facts_of(plan, year=other, scope=scope),
    )


def _region_names(regions: pd.DataFrame) -> tuple[dict[str, Text], dict[str, Text]]:
    """Return the names of regions by region_id, and by administrative code."""
    found = {str(row.region_id): named(row.name_zh, row.name_en, row.region_id) for row in rows(regions)}
    coded = {
        str(row.adcode): found[str(row.region_id)]
        for row in rows(regions)
        if isinstance(row.adcode, str) and row.adcode.strip()
    }
    return found, coded


def _prefectures(plan: Plan) -> set[str]:
    regions = plan.case.tables["regions"]
    return set(regions.loc[regions["kind"] == "prefecture", "region_id"])


def _targets_in(plan: Plan, scope: Region | None) -> pd.DataFrame:
    """Return the targets of a region and of the groups within it; all of them for the whole study region."""
    targets = plan.tables["targets"]
    if scope is None:
        return targets
    return targets[targets["region"].isin({scope.region_id, *scope.inner})]


def _until(table: pd.DataFrame, year: int) -> pd.DataFrame:
    return table[table["year"] <= year]


def _largest(capacity: pd.DataFrame) -> float:
    return float(capacity.groupby("site_id")["it_mw"].sum().max()) if len(capacity) else 0.0


def _racks_built(builds: pd.DataFrame, capacity: pd.DataFrame) -> dict[str, float]:
    """Return the standard racks built at each site, from the racks of a module of each technology."""
    totals = capacity.groupby("technology")[["modules", "standard_racks"]].sum()
    per_module = totals["standard_racks"] / totals["modules"]
    built = builds[builds["action"].isin(_BUILT)]
    racks = built["modules"] * built["technology"].map(per_module).fillna(0.0)
    return {str(site): float(total) for site, total in racks.groupby(built["site_id"]).sum().items()}


def _sites(
    sites: pd.DataFrame, last: pd.DataFrame, kinds: Mapping[str, str], built: Mapping[str, float] | None
) -> tuple[SiteFacts, ...]:
    held = last.assign(
        kind=[kinds.get(name, "edge" if "edge" in name else "hall") for name in last["technology"]]
    )
    held["rank"] = held["kind"].map({kind: rank for rank, kind in enumerate(KINDS)}).fillna(len(KINDS))
    power = held.groupby(["site_id", "kind", "rank"])[["it_mw"]].sum().reset_index()
    power = power.sort_values(["it_mw", "rank"], ascending=[False, True])
    main = power.groupby("site_id")["kind"].first()
    present = {site: tuple(same["kind"]) for site, same in power.sort_values("rank").groupby("site_id")}
    sums = held.groupby("site_id")[list(_SUMS)].sum()
    edges = held[held["kind"] == "edge"].groupby("site_id")["modules"].sum()
    found = [
        SiteFacts(
            site_id=str(row.site_id),
            name=named(row.name_zh, row.name_en, row.site_id),
            zone_id=str(row.zone_id),
            status=str(row.status),
            kind=str(main[row.site_id]),
            kinds=present[row.site_id],
            lon=float(row.lon),
            lat=float(row.lat),
            it_mw=float(sums.loc[row.site_id, "it_mw"]),
            standard_racks=float(sums.loc[row.site_id, "standard_racks"]),
            racks_built=math.nan if built is None else built.get(str(row.site_id), 0.0),
            pflops_fp16=float(sums.loc[row.site_id, "pflops_fp16"]),
            pflops_fp64=float(sums.loc[row.site_id, "pflops_fp64"]),
            pue=None if pd.isna(row.pue) else float(row.pue),
            edge_modules=int(edges.get(row.site_id, 0)),
        )
        for row in rows(sites)
        if row.site_id in sums.index
    ]
    return tuple(sorted(found, key=lambda site: (-site.it_mw, site.site_id)))


_KIND_ORDER = {"hard": 0, "priced": 1, "aspirational": 2}


def _targets(
    targets: pd.DataFrame, names: Mapping[str, Text], prefectures: set[str]
) -> tuple[TargetFacts, ...]:
    judged = targets.assign(
        holds=[_holds(row.relation, row.required, row.achieved) for row in rows(targets)],
        order=targets["kind"].map(_KIND_ORDER).fillna(3),
        group=[row.region if row.region not in prefectures else "" for row in rows(targets)],
    )
    keys = ["group", "metric", "year", "relation", "kind", "required", "order"]
    found = []
    for key, same in judged.groupby(keys, sort=False):
        first = same.iloc[0]
        region = str(first["region"])
        found.append(
            (
                key[-1],
                TargetFacts(
                    region=names.get(region, Text(zh=region, en=region)),
                    regions=len(same),
                    reached=int(same["holds"].sum()),
                    metric=str(first["metric"]),
                    year=int(first["year"]),
                    relation=str(first["relation"]),
                    kind=str(first["kind"]),
                    required=float(first["required"]),
                    achieved=float(first["achieved"]),
                ),
            )
        )
    ranked = sorted(found, key=lambda pair: (pair[0], -pair[1].required))
    return tuple(target for _, target in ranked)


def _holds(relation: str, required: float, achieved: float) -> bool:
    slack = 1e-6 * max(abs(required), 1.0)
    return achieved <= required + slack if relation == "<=" else achieved >= required - slack


def _demand_of(unit: str) -> Callable[[Facts], dict[str, float]]:
    def values(facts: Facts) -> dict[str, float]:
        service = facts.tables["service"]
        served = service[(service["year"] == facts.year) & (service["unit"] == unit)]
        sums = served.groupby("zone_id")["amount"].sum()
        return {str(zone): float(amount) for zone, amount in sums.items()}

    return values


def _capacity_of(column: str) -> Callable[[Facts], dict[str, float]]:
    def values(facts: Facts) -> dict[str, float]:
        found: dict[str, float] = {}
        for site in facts.sites:
            found[site.zone_id] = found.get(site.zone_id, 0.0) + float(getattr(site, column))
        return found

    return values


QUANTITIES: Mapping[str, Callable[[Facts], dict[str, float]]] = MappingProxyType(
    {
        "demand_racks": _demand_of("standard_rack"),
        "demand_fp16": _demand_of("pflops_fp16"),
        "demand_fp64": _demand_of("pflops_fp64"),
        "standard_racks": _capacity_of("standard_racks"),
        "it_mw": _capacity_of("it_mw"),
        "pflops_fp16": _capacity_of("pflops_fp16"),
    }
)
"""What areas can be coloured by: the amount by zone_id, summed over the zones of an area."""
