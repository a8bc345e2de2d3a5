"""Cut the western green compute cluster (Songyuan and Baicheng) out of the packaged case of Jilin."""

from __future__ import annotations

import capplan

PREFECTURES = {"songyuan": "220700", "baicheng": "220800"}
GATE = "gate-beijing"


def western_cluster() -> capplan.Case:
    """Return the case: the cluster's counties, the exit to Beijing, and its part of the province's demand."""
    case = capplan.load_case("jilin-2025")
    tables = case.tables
    zones = tables["zones"]
    own = zones["prefecture_adcode"].isin(PREFECTURES.values())
    inside = zones[own | (zones["zone_id"] == GATE)]
    sites = tables["sites"][tables["sites"]["zone_id"].isin(inside["zone_id"])]
    members = tables["region_members"]
    regions = [*PREFECTURES, "western-cluster", case.study.region]
    drivers = tables["demand_drivers"].copy()
    amounts = ["base_amount", "base_amount_low", "base_amount_high"]
    drivers[amounts] *= zones.loc[own, "population"].sum() / zones["population"].sum()
    wanted = {
        "regions": ("region_id", regions),
        "grid_nodes": ("grid_node", sites["grid_node"]),
        "demand": ("zone_id", inside["zone_id"]),
        "existing": ("site_id", sites["site_id"]),
        "committed": ("site_id", sites["site_id"]),
        "targets": ("region", PREFECTURES),
        "limits": ("region", PREFECTURES),
    }
    kept = {
        name: tables[name][tables[name][column].isin(list(keys))] for name, (column, keys) in wanted.items()
    }
    ours = members["member_id"].isin([*inside["zone_id"], *sites["site_id"]])
    kept["region_members"] = members[ours & members["region_id"].isin(regions)]
    kept |= {"zones": inside, "sites": sites, "demand_drivers": drivers}
    study = case.study.model_copy(update={"name": "western-cluster", "scenarios": {}})
    return case.replace(study=study, tables=kept)
