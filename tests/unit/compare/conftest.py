"""What tests of comparisons share: Toyland, edited in ways that differ everywhere, and plans that no solver made."""

from __future__ import annotations

from pathlib import Path

import pytest

from capplan.case import Case
from capplan.compare import Comparison, compare_plans
from capplan.plan import Plan
from tests.support.full_case import full_edit, technology
from tests.support.sample_plan import HOSTILE, sample_plan, sample_tables
from tests.support.solved import read_tiny
from tests.support.tiny_case import Parts


def edited(parts: Parts) -> None:
    """Change the full Toyland in its study, in a technology, and in cells and rows of tables."""
    full_edit(parts)
    parts.study["base_year"], parts.study["periods"] = 2023, [2024, 2025]
    parts.study["features"]["pue_cap"]["limit"] = 1.25
    parts.study["features"]["green_share"]["share"]["east"] = {2025: 0.1}
    del parts.study["features"]["shares"]
    parts.study["solver"]["seed"] = 3
    parts.study["title"]["en"] = "Toyland, again"
    parts.technologies["ai-hall"]["capex_cny"] |= {"value": 1e7, "note": "dearer"}
    parts.technologies["ai-hall"]["serves"] = ["training", "archive"]
    technology(parts, "edge-node", "edge-hut", capex_cny=2.9e6)
    parts.row("targets", target_id="racks-2025")["value"] = "3200"
    parts.row("targets", target_id="pflops-high")["kind"] = "hard"
    parts.row("limits", limit="land_ha", region="west")["bound"] = "35"
    parts.tables["targets"] = [row for row in parts.rows("targets") if row["target_id"] != "edge-east"]
    parts.rows("targets").append(
        parts.row("targets", target_id="racks-2025")
        | {"target_id": "racks-2024", "year": "2024", "value": "1200"}
    )
    parts.row("sites", site_id="beta")["name_en"] = "Beta city"


@pytest.fixture(scope="session")
def full() -> Case:
    """Return Toyland with every feature on."""
    return read_tiny(full_edit)


@pytest.fixture(scope="session")
def other() -> Case:
    """Return it edited."""
    return read_tiny(edited)


def changed_tables() -> dict[str, object]:
    """Return tables of the sample plan in which a site is gone, one new, one larger, and a target is reached."""
    tables = sample_tables()
    capacity, sites, targets, costs = (tables[name] for name in ("capacity", "sites", "targets", "costs"))
    capacity = capacity.assign(site_id=capacity["site_id"].replace("gamma", "beta"))
    large = (capacity["technology"] == "ai-hall").to_numpy()
    capacity.loc[large, ["modules", "pflops_fp16"]] = [3.0, 300.0]
    capacity.loc[large, "it_mw"] = 0.9
    sites = sites.assign(site_id=sites["site_id"].replace("gamma", "beta"), zone_id=["990102", "990101"])
    high = (targets["target_id"] == "pflops-2025").to_numpy()
    targets.loc[high, ["achieved", "margin"]] = [300.0, 0.0]
    return {
        "capacity": capacity,
        "sites": sites,
        "targets": targets,
        "costs": costs.assign(cny=costs["cny"] * 1.1),
    }


@pytest.fixture(scope="session")
def plans(full: Case) -> tuple[Plan, Plan]:
    """Return two plans of Toyland with hostile names."""
    from dataclasses import replace

    named = full.override({"sites.alpha.name_en": HOSTILE, "sites.alpha.name_zh": HOSTILE})
    one = sample_plan(named)
    two = sample_plan(named, **changed_tables())  # type: ignore[arg-type]
    bound = {"dual_bound": one.record["objective_cny"] * 0.99}
    cost = float(two.tables["costs"]["cny"].sum())
    return (
        replace(one, record={**one.record, **bound}),
        replace(
            two,
            record={**two.record, "objective_cny": cost, "dual_bound": cost * 0.995},
            missing=("certificate.json",),
        ),
    )


@pytest.fixture(scope="session")
def comparison(plans: tuple[Plan, Plan]) -> Comparison:
    """Return their comparison."""
    return compare_plans([("before", plans[0], Path("plans/before")), ("after", plans[1], None)])
