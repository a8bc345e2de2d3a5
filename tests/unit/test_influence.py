"""What moves a plan most: equal to a full recount, of every kind, and bounded by what all of a field do together."""

from __future__ import annotations

import pandas as pd
import pytest

from capplan.certificate import certify
from capplan.influence import COLUMNS, influences, numbers_of
from capplan.plan import Plan
from tests.support.report_plan import report_plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return report_plan()


@pytest.fixture(scope="module")
def ranking(plan: Plan) -> pd.DataFrame:
    return influences(plan, most=50)


def test_every_range_of_the_case_is_a_number(plan: Plan) -> None:
    names = [number.name for number in numbers_of(plan.case)]
    assert len(names) == len(set(names)) > 5
    assert "demand_drivers.regional.base_amount" in names
    assert "technologies.cloud-hall.capex_cny" in names


def test_the_largest_stand_first(ranking: pd.DataFrame) -> None:
    assert tuple(ranking.columns) == COLUMNS
    assert ranking["influence"].is_monotonic_decreasing
    assert (ranking["influence"] > 0).all()
    assert {"cost", "demand"} <= set(ranking["basis"])


def test_a_number_inside_the_cost_moves_it_as_the_certificate_recounts(
    plan: Plan, ranking: pd.DataFrame
) -> None:
    row = ranking[ranking["name"] == "technologies.ai-hall.capex_cny"].iloc[0]
    high = plan.case.technologies["ai-hall"].capex_cny.high
    changed = plan.case.override({"technologies.ai-hall.capex_cny.value": high})
    recounted = certify(changed, plan.tables, plan.record).objective_recomputed
    assert row["high_cny"] == pytest.approx(recounted - plan.record["objective_cny"], rel=1e-6)
    assert row["influence"] == pytest.approx(abs(row["high_cny"]) / plan.record["objective_cny"])


def test_demand_counts_by_what_is_spent_on_its_class(plan: Plan, ranking: pd.DataFrame) -> None:
    costs = plan.tables["costs"]
    spent = float(costs.loc[(costs["cny"] > 0) & (costs["site_id"] != ""), "cny"].sum())
    demand = ranking[(ranking["basis"] == "demand") & (ranking["column"] == "base_amount")]
    drivers = plan.case.table("demand_drivers").set_index("class_id")
    shares = [
        row["high_cny"]
        / (drivers.loc[row["kind"], "base_amount_high"] / drivers.loc[row["kind"], "base_amount"] - 1)
        for row in demand.to_dict("records")
    ]
    assert 0 < sum(shares) <= spent * (1 + 1e-9)


def test_few_are_found_as_they_stand_among_many(plan: Plan, ranking: pd.DataFrame) -> None:
    few = influences(plan, most=3)
    pd.testing.assert_frame_equal(few, ranking.head(3))
