"""A plan without a solver: plausible tables on a packaged case, for tests of everything that is drawn from a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

from capplan.case import Case, load_case
from capplan.frames import plain_text
from capplan.plan import Plan

_NEW = {
    "220103-beihu": {"cloud-hall": 14, "ai-hall": 8},
    "220172-jingyue": {"cloud-hall": 12, "ai-hall": 9, "supercomputing-hall": 6, "edge-node": 2},
    "220173-gaoxin": {"cloud-hall": 15, "edge-node": 2},
    "220171-etdz": {"cloud-hall": 9},
    "220174-auto-zone": {"cloud-hall": 6, "edge-node": 1},
    "220113-sino-korean": {"cloud-hall": 5, "dr-vault": 2},
    "220202-changyi": {"cloud-hall": 2, "edge-node": 1},
    "220802-taobei": {"ai-hall": 12, "dr-vault": 4, "edge-node": 1},
    "220822-tongyu": {"ai-hall": 30},
    "220881-taonan": {"ai-hall": 9},
    "220702-ningjiang": {"cloud-hall": 2, "edge-node": 1},
    "220302-tiexi": {"edge-node": 2},
    "220402-longshan": {"edge-node": 1},
    "220502-dongchang": {"edge-node": 2},
    "220602-hunjiang": {"edge-node": 1},
    "222401-yanji": {"edge-node": 2, "dr-vault": 1},
    "222404-hunchun": {"cloud-hall": 1},
    "220581-meihekou": {"edge-node": 1},
    "220382-shuangliao": {"edge-node": 1},
    "222403-dunhua": {"dr-vault": 3},
}
_ACHIEVED = {"pflops_fp16": 2000.0, "pflops_fp64": 10.0, "standard_racks": 61_000.0, "dr_centres": 1.0}


@dataclass(frozen=True)
class Uncertified:
    """A certificate that says that it holds; there is nothing behind it."""

    holds: bool = True

    def to_json(self) -> Mapping[str, Any]:
        return {"holds": True}


def bare_case(case: Case, **changes: Any) -> Case:
    """Return what a plan needs of a case, unchecked, with some of it changed."""
    parts = {name: getattr(case, name) for name in ("name", "study", "tables", "technologies", "files")}
    return cast("Case", SimpleNamespace(**{**parts, **changes}))


@plain_text
def fake_plan(case: Case | str = "jilin-2025", *, new: Mapping[str, Mapping[str, int]] | None = None) -> Plan:
    """Return a plan of a case that no solver has seen."""
    case = load_case(case) if isinstance(case, str) else case
    year = case.study.periods[-1]
    added = _NEW if new is None else new
    capacity = _capacity(case, added, year)
    tables = {
        "capacity": capacity,
        "sites": _sites(case, capacity, added, year),
        "targets": _targets(case, year),
        "service": _service(case, capacity, year),
    }
    record = {"case": case.name, "status": "optimal", "objective_cny": 1.0e10, "gap": 0.0008}
    return Plan(case, tables, record, Uncertified())


def _capacity(case: Case, added: Mapping[str, Mapping[str, int]], year: int) -> pd.DataFrame:
    existing = case.tables["existing"]
    modules: dict[tuple[str, str], int] = {}
    for row in existing.itertuples():
        modules[row.site_id, row.technology] = modules.get((row.site_id, row.technology), 0) + int(
            row.modules
        )
    for site, built in added.items():
        for technology, count in built.items():
            modules[site, technology] = modules.get((site, technology), 0) + count
    prefecture = case.tables["sites"].set_index("site_id")["prefecture_adcode"]
    rows = []
    for (site, technology), count in sorted(modules.items()):
        kind = case.technologies[technology]
        rows.append(
            {
                "site_id": site,
                "prefecture_adcode": prefecture[site],
                "technology": technology,
                "year": year,
                "modules": count,
                "standard_racks": count * kind.standard_racks.value,
                "pflops_fp16": count * kind.pflops_fp16.value,
                "pflops_fp64": count * kind.pflops_fp64.value,
                "it_mw": count * kind.it_kw.value / 1000.0,
            }
        )
    return pd.DataFrame(rows)


def _sites(case: Case, capacity: pd.DataFrame, added: Mapping[str, Any], year: int) -> pd.DataFrame:
    sites = case.tables["sites"]
    held = sites[sites["site_id"].isin(capacity["site_id"])].reset_index(drop=True)
    new = ~held["site_id"].isin(case.tables["existing"]["site_id"])
    return held[["site_id", "name_zh", "name_en", "prefecture_adcode", "zone_id", "lon", "lat"]].assign(
        status=np.where(new, "new", "existing"),
        opened_year=np.where(new, year, 2015),
        cooling="indirect-evaporative",
        pue=1.2 + 0.02 * (np.arange(len(held)) % 8) + 0.1 * ~held["site_id"].isin(list(added)),
        connection_mva=40.0,
        land_ha=2.0,
    )


def _targets(case: Case, year: int) -> pd.DataFrame:
    targets = case.tables["targets"]
    value = targets["value"].astype(float)
    achieved = np.where(
        targets["kind"].eq("hard"), value * 1.02, targets["metric"].map(_ACHIEVED).fillna(value)
    )
    return targets[["target_id", "region", "metric", "relation", "kind", "document_id"]].assign(
        year=year, required=value, achieved=achieved, margin=achieved - value, binding=False
    )


def _service(case: Case, capacity: pd.DataFrame, year: int) -> pd.DataFrame:
    zones = case.tables["zones"]
    site = capacity.sort_values("it_mw")["site_id"].iloc[-1]
    amount = zones["output_cny"].astype(float) / max(zones["output_cny"].astype(float).sum(), 1.0) * 40_000.0
    return pd.DataFrame(
        {
            "zone_id": zones["zone_id"],
            "class": case.tables["classes"]["class_id"].iloc[0],
            "site_id": site,
            "year": year,
            "amount": amount.where(amount > 0.0, 500.0),
            "unit": "standard_rack",
            "route_km": 100.0,
            "latency_ms": 2.0,
            "latency_limit_ms": 10.0,
        }
    )
