"""A plan without a solver for which every map can be drawn: built over all periods, on any case."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from capplan.case import Case, load_case
from capplan.plan import Plan
from tests.support.fake_plan import Uncertified
from tests.support.served_plan import served_plan

_MODULES = {"cloud-hall": 5, "ai-hall": 4, "edge-node": 1, "dr-vault": 2}
_AMOUNTS = ["standard_racks", "pflops_fp16", "pflops_fp64", "it_mw"]


def atlas_plan(case: Case | str = "jilin-2025") -> Plan:
    """Return a plan of a case that builds something in every period and has rows in every table that a map needs."""
    case = load_case(case) if isinstance(case, str) else case
    end = served_plan(case, new=_new(case))
    years = [int(year) for year in case.study.periods]
    capacity = pd.concat([_in_year(end, years, place) for place in range(len(years))], ignore_index=True)
    capacity = capacity[capacity["modules"] > 0]
    service = pd.concat([end.tables["service"].assign(year=year) for year in years], ignore_index=True)
    energy = pd.concat([end.tables["energy"].assign(year=year) for year in years], ignore_index=True)
    tables = {
        **end.tables,
        "capacity": capacity,
        "service": service,
        "energy": energy,
        "builds": _builds(case, capacity, years),
        "costs": _costs(capacity),
    }
    return Plan(case, tables, end.record, Uncertified())


def _new(case: Case) -> Mapping[str, Mapping[str, int]]:
    """Return something for every other candidate: first halls, then all kinds in turn."""
    kinds = [name for name in _MODULES if name in case.technologies]
    sites = case.tables["sites"]["site_id"].iloc[::2]
    found = {}
    for number, site in enumerate(sites):
        size = 1 + (7 * number) % 5
        main, other = kinds[number % 2 % len(kinds)], kinds[number % len(kinds)]
        found[str(site)] = {main: size * _MODULES[main], other: _MODULES[other]}
    return found


def _in_year(end: Plan, years: list[int], place: int) -> pd.DataFrame:
    """Return the capacity of a year: what exists, and that share of what is built which is due by then."""
    held = end.tables["capacity"].copy()
    existing = end.case.tables["existing"].groupby(["site_id", "technology"])["modules"].sum()
    keys = pd.MultiIndex.from_frame(held[["site_id", "technology"]])
    before = existing.reindex(keys).fillna(0).to_numpy(dtype=float)
    added = held["modules"].to_numpy(dtype=float) - before
    modules = before + np.floor(added * (place + 1) / len(years))
    share = modules / held["modules"].to_numpy(dtype=float)
    for column in _AMOUNTS:
        held[column] = held[column].astype(float) * share
    return held.assign(year=years[place], modules=modules.astype(int))


def _builds(case: Case, capacity: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    wide = capacity.pivot_table(
        index=["site_id", "technology"], columns="year", values="modules", aggfunc="sum", fill_value=0
    )
    existing = case.tables["existing"].groupby(["site_id", "technology"])["modules"].sum()
    before = existing.reindex(wide.index).fillna(0).astype(int)
    found = []
    for year in years:
        grown = (wide[year] - before).clip(lower=0)
        found.append(grown.rename("modules").reset_index().assign(year=year))
        before = wide[year]
    builds = pd.concat(found, ignore_index=True)
    builds = builds[builds["modules"] > 0]
    return builds.assign(action="build", capex_cny=builds["modules"] * 2.0e7)


def _costs(capacity: pd.DataFrame) -> pd.DataFrame:
    costs = capacity.groupby(["site_id", "year"], as_index=False)["it_mw"].sum()
    return costs.assign(term="capex", cny=costs["it_mw"] * 1.0e7)[["term", "year", "site_id", "cny"]]
