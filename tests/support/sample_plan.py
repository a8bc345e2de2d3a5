"""A plan of Toyland made by hand, not by a solver: small, complete, and with cells that are hard to write and read.

Run as a program it writes that plan and stops where it is told, for tests that kill it there::

    python -m tests.support.sample_plan CASE_FOLDER PLAN_FOLDER MOMENT
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from capplan.case import Case, load_case
from capplan.exchange import staging
from capplan.frames import plain_text
from capplan.plan import Plan

HOSTILE = '=HYPERLINK("http://x"), "quoted"\n<b>&amp;</b> 㐀𠮷😀' + "长" * 300
"""A name as nobody should write one."""


@dataclass(frozen=True)
class SampleCertificate:
    """A certificate that says what it is told to say."""

    holds: bool = True

    def to_json(self) -> Mapping[str, Any]:
        """Return it as ``certificate.json`` holds it."""
        return {"holds": self.holds, "families": []}


@plain_text
def sample_tables() -> dict[str, pd.DataFrame]:
    """Return tables of a plan of Toyland, in no particular order of rows or columns."""
    capacity = pd.DataFrame(
        {
            "technology": ["edge-node", "cloud-hall", "cloud-hall", "ai-hall"],
            "site_id": ["gamma", "alpha", "alpha", "alpha"],
            "prefecture_adcode": [990200, 990100, 990100, 990100],
            "year": [2025, 2024, 2025, 2025],
            "modules": [2.0, 2.0, 3.0, 1.0],
            "standard_racks": [100, 1000, 1500, 120],
            "pflops_fp16": [0.0, 0.0, 0.0, 100.0],
            "pflops_fp64": 0.0,
            "it_mw": [0.25, 2.5, 3.75, 0.1 + 0.2],
        }
    )
    sites = pd.DataFrame(
        {
            "site_id": ["gamma", "alpha"],
            "name_zh": ["丙园", HOSTILE],
            "name_en": ["Gamma park", HOSTILE],
            "prefecture_adcode": ["990200", "990100"],
            "zone_id": ["990201", "990101"],
            "lon": [122.03, 120.02],
            "lat": [44.12, 44.01],
            "status": ["edge", "existing"],
            "opened_year": [2025, None],
            "cooling": ["free-air", ""],
            "pue": [1.0 / 3.0 + 1.0, None],
            "connection_mva": [20.0, 30.0],
            "land_ha": [0.04, 1.7],
            "grid_node": ["gn-east", "gn-west"],
        }
    )
    service = pd.DataFrame(
        {
            "zone_id": ["990101", "990201", "990101"],
            "class": ["regional", "regional", "training"],
            "site_id": ["alpha", "gamma", "alpha"],
            "year": 2025,
            "amount": [1e-7, 12345.678901234567, 80.0],
            "unit": ["standard_rack", "standard_rack", "pflops_fp16"],
            "route_km": [3.0, 4.0, 3.0],
            "latency_ms": [0.4, 0.5, 0.4],
            "latency_limit_ms": [10.0, 10.0, None],
        }
    )
    targets = pd.DataFrame(
        {
            "target_id": ["racks-2025", "pflops-2025"],
            "region": "toyland",
            "metric": ["standard_racks", "pflops_fp16"],
            "year": 2025,
            "relation": ">=",
            "kind": ["hard", "aspirational"],
            "required": [1500.0, 300.0],
            "achieved": [1500.0, 100.0],
            "margin": [0.0, -200.0],
            "binding": [True, False],
            "document_id": "TOY2023",
        }
    )
    replicas = pd.DataFrame(
        {
            "zone_id": ["990101"],
            "class": ["archive"],
            "primary_site_id": ["alpha"],
            "copy_site_id": ["gamma"],
            "year": [2025],
            "amount": [2.5],
            "unit": ["standard_rack"],
            "distance_km": [161.0],
            "route_diverse": [True],
        }
    )
    costs = pd.DataFrame(
        {"term": ["land", "capex"], "year": [2025, 2024], "site_id": ["alpha", None], "cny": [1.5e6, 1e9 / 3]}
    )
    limits = pd.DataFrame(
        {
            "limit": ["land_ha"],
            "region": ["west"],
            "year": [None],
            "bound": [40.0],
            "used": [1.7],
            "binding": [False],
        }
    )
    quotes = pd.DataFrame(
        {"row": ["b", "a"], "price_cny": [1.0, None], "steps": [3, 4], "hard": [True, False]}
    )
    return {
        "capacity": capacity,
        "sites": sites,
        "service": service,
        "targets": targets,
        "replicas": replicas,
        "costs": costs,
        "limits": limits,
        "quotes": quotes,
    }


@plain_text
def sample_plan(case: Case, *, holds: bool = True, status: str = "optimal", **tables: pd.DataFrame) -> Plan:
    """Return the plan, with other tables where some are given."""
    record = {
        "status": status,
        "case": case.name,
        "objective_cny": 1e9 / 3 + 1.5e6,
        "gap": 0.0,
        "gap_controllable": float("nan"),
        "seconds": {"solve": 1.5},
        "cost_by_term": {"land": 1.5e6, "capex": 1e9 / 3},
        "key_figures": {"standard_racks": 1620.0},
        "binding": [],
        "our_own": [1, "二"],
    }
    return Plan(case, {**sample_tables(), **tables}, record, SampleCertificate(holds))


def _stop() -> None:
    """Say that the moment has come, and wait to be killed."""
    sys.stdout.write("reached\n")
    sys.stdout.flush()
    sys.stdin.read()


def _stop_at(moment: str) -> Callable[[Path], None]:
    """Return what stops the run while files are written, having arranged for any later moment."""
    swap, rename = staging._swap, Path.rename

    def stopped_swap(new: Path, target: Path) -> None:
        if moment == "before-swap":
            _stop()
        swap(new, target)
        if moment == "after-swap":
            _stop()

    def stopped_rename(old: Path, goal: Path) -> Path:
        if ".part-" in old.name:
            _stop()
        return rename(old, goal)

    staging._swap = stopped_swap
    if moment == "between-renames":
        staging._exchange = lambda *_: False
        Path.rename = stopped_rename  # type: ignore[assignment, method-assign]
    return lambda _: _stop() if moment == "writing" else None


if __name__ == "__main__":
    source, goal, moment = sys.argv[1:]
    sample_plan(load_case(source), status="new").write(goal, also=[_stop_at(moment)])
