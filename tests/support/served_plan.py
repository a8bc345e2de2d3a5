"""A plan without a solver that also serves, draws power and buys green electricity: for tests of thematic maps.

Every zone is served by the nearest sites of the fake plan; each fourth part goes to the largest site. Connections follow
the load, substations give it, direct lines and pooled contracts cover part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from capplan.case import Case, load_case
from capplan.derived import Derived
from capplan.plan import Plan
from tests.support.fake_plan import Uncertified, fake_plan

_HOURS, _PUE, _FACTOR = 8760.0 * 0.6, 1.25, 0.95
_PER_HEAD = {"standard_rack": 1.0 / 500.0, "pflops_fp16": 1.0 / 12_000.0, "pflops_fp64": 1.0 / 2.4e6}
_GATE = 2.0e6
_MOST = 8


def served_plan(
    case: Case | str = "jilin-2025",
    *,
    new: Mapping[str, Mapping[str, int]] | None = None,
    **changes: pd.DataFrame,
) -> Plan:
    """Return a plan of a case whose tables of service, energy, contracts, connections and limits hold something."""
    case = load_case(case) if isinstance(case, str) else case
    plan = fake_plan(case, new=new)
    year = case.study.periods[-1]
    service = _service(case, plan, year)
    connections = _connections(case, plan, year)
    contracts = _contracts(case, year)
    tables = {
        "service": service,
        "connections": connections,
        "contracts": contracts,
        "energy": _energy(plan, contracts, year),
        "limits": _limits(case, connections, year),
    }
    return Plan(case, {**plan.tables, **tables, **changes}, plan.record, Uncertified())


def _service(case: Case, plan: Plan, year: int) -> pd.DataFrame:
    capacity = plan.tables["capacity"]
    held = capacity.groupby("site_id")[["standard_racks", "pflops_fp16", "pflops_fp64"]].sum()
    paths = Derived(case).paths
    paths = paths[paths["site_id"].isin(held.index)]
    people = case.tables["zones"].set_index("zone_id")["population"].astype(float)
    people = people.where(case.tables["zones"].set_index("zone_id")["kind"] != "gate", _GATE)
    found = []
    for row in case.tables["classes"].itertuples():
        column = "standard_racks" if row.unit == "standard_rack" else row.unit
        able = paths[paths["site_id"].isin(held.index[held[column] > 0.0])]
        limit = float("nan") if pd.isna(row.latency_limit_ms) else float(row.latency_limit_ms)
        able = able[~(able["latency_ms"] > limit)].sort_values(["zone_id", "latency_ms", "site_id"])
        first = able.drop_duplicates("zone_id").assign(part=0.75)
        largest = held[column].nlargest(_MOST).index
        later = able[able["site_id"].isin(largest)].drop_duplicates("zone_id", keep="last").assign(part=0.25)
        both = pd.concat([first, later], ignore_index=True)
        amount = both["part"] * both["zone_id"].map(people) * _PER_HEAD[row.unit]
        rows = both[["zone_id", "site_id", "route_km", "latency_ms"]].assign(amount=amount, unit=row.unit)
        found.append(rows.assign(year=year, latency_limit_ms=limit, **{"class": row.class_id}))
    served = pd.concat(found, ignore_index=True)
    keys = ["zone_id", "class", "site_id", "year", "unit"]
    return served.groupby(keys, as_index=False).agg(
        amount=("amount", "sum"),
        route_km=("route_km", "max"),
        latency_ms=("latency_ms", "max"),
        latency_limit_ms=("latency_limit_ms", "max"),
    )


def _connections(case: Case, plan: Plan, year: int) -> pd.DataFrame:
    power = plan.tables["capacity"].groupby("site_id")["it_mw"].sum() * _PUE / _FACTOR
    sites = case.tables["sites"].set_index("site_id")
    step = 5.0
    extra = (power - sites.loc[power.index, "connection_existing_mva"].astype(float)).clip(lower=0.0)
    steps = np.ceil(extra / step).astype(int)
    return pd.DataFrame(
        {
            "site_id": power.index,
            "year": year,
            "grid_node": sites.loc[power.index, "grid_node"].to_numpy(),
            "voltage_kv": sites.loc[power.index, "connection_voltage_kv"].astype(float).to_numpy(),
            "steps": steps.to_numpy(),
            "line": (steps > 0).astype(int).to_numpy(),
            "capacity_mva": np.maximum(power, steps * step).to_numpy(),
            "contracted_mva": power.to_numpy(),
        }
    )


def _contracts(case: Case, year: int) -> pd.DataFrame:
    offers = case.tables["energy_offers"]
    offers = offers[offers["first_year"].astype(int) <= year]
    found: list[dict[str, Any]] = []
    for row in offers.itertuples():
        sites = case.tables["sites"]
        near = sites.loc[sites["energy_zone"] == row.energy_zone, "site_id"]
        direct = row.type == "direct_line"
        mw = float(row.available_mw) * 0.5
        found.append(
            {
                "site_id": near.iloc[0] if direct and len(near) else "",
                "group": case.study.region,
                "zone": row.energy_zone,
                "type": row.type,
                "year": year,
                "mw": mw,
                "mwh": mw * float(row.full_load_hours),
                "price_cny_per_mwh": float(row.price_cny_per_mwh),
                "offer_id": row.offer_id,
            }
        )
    return pd.DataFrame(found)


def _energy(plan: Plan, contracts: pd.DataFrame, year: int) -> pd.DataFrame:
    power = plan.tables["capacity"].groupby("site_id")["it_mw"].sum()
    facility = power * _HOURS * _PUE
    own = contracts[contracts["site_id"] != ""].groupby("site_id")["mwh"].sum() if len(contracts) else {}
    direct = np.minimum(power.index.map(dict(own)).to_numpy(dtype=float, na_value=0.0), facility * 0.5)
    green = direct + 0.4 * (facility - direct)
    return pd.DataFrame(
        {
            "site_id": power.index,
            "year": year,
            "it_mwh": (power * _HOURS).to_numpy(),
            "facility_mwh": facility.to_numpy(),
            "grid_mwh": (facility - direct).to_numpy(),
            "green_mwh": green.to_numpy(),
            "green_share": (green / facility).to_numpy(),
            "cost_cny": 1.0e6,
            "direct_mwh": np.asarray(direct),
        }
    )


def _limits(case: Case, connections: pd.DataFrame, year: int) -> pd.DataFrame:
    nodes = case.tables["grid_nodes"]
    nodes = nodes[nodes["grid_node"].isin(case.tables["sites"]["grid_node"])]
    used = (connections["steps"] * 5.0).groupby(connections["grid_node"]).sum()
    bound = nodes["headroom_mva"].astype(float)
    taken = np.minimum(nodes["grid_node"].map(used).fillna(0.0), bound)
    grid = pd.DataFrame({"region": nodes["grid_node"], "bound": bound, "used": taken})
    grid = grid.assign(limit="grid_headroom", unit="MVA", binding=(taken > bound - 5.0))
    green = pd.DataFrame(
        {
            "region": [case.study.region],
            "bound": [0.4],
            "used": [0.43],
            "limit": "green_share",
            "unit": "ratio",
            "binding": [True],
        }
    )
    return pd.concat([grid, green], ignore_index=True).assign(year=year)
