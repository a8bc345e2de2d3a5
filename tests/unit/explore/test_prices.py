"""Prices: equal to brute force, monotone, with intervals that hold, the same however they are computed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from capplan.build import build
from capplan.case import Case
from capplan.errors import Infeasible
from capplan.explore.prices import Priced, Prices, price_targets
from capplan.explore.prices_answer import Answer, Chain, Effort, Origin, fingerprint
from capplan.explore.prices_levers import levers_of
from capplan.explore.prices_reach import farthest
from capplan.explore.prices_shift import Lever, shifted
from capplan.explore.prices_solve import solve_chain
from capplan.explore.prices_table import Entry, price_rows
from capplan.planner import solve
from capplan.solvers import Arrays, solve_matrix
from tests.support.solved import Solved, full, full_one_period

EXACT: dict[str, Any] = {
    "gap": 0.0,
    "time_limit": 600.0,
    "solver": "highs",
    "threads": 1,
    "workers": 1,
    "in_process": True,
}


SOME = (
    "targets.racks-2025",
    "targets.racks-low",
    "targets.dr.",
    "targets.pflops-high",
    "limits.energy_gwh,west",
    "limits.sites",
    "features.green_share.share.west",
    "features.shares.max_share",
    "features.edge_coverage.min_share",
    "features.pue_cap",
    "funding.bond",
    "energy_offers.grid-wind",
    "sites.gamma",
    "classes.regional.latency",
    "classes.archive.copy_share",
)
"""One lever of every kind, or two: pricing all of them takes a minute."""


@pytest.fixture(scope="module")
def toy() -> Solved:
    return full_one_period()


@pytest.fixture(scope="module")
def prices(toy: Solved) -> Prices:
    return price_targets(toy.built.case, only=SOME, **EXACT)


def cost(case: Case) -> float | None:
    """Return the least cost of a case, or None where there is no plan."""
    found = solve_matrix(
        build(case).program.matrix(), engine="highs", gap=0.0, threads=1, seed=0, in_process=True
    )
    return found.termination.primal_bound


def setting(row: Any) -> dict[str, object]:
    return {row.input_path: "hard" if row.direction == "require" else row.bound_new}


def test_every_kind_of_target_and_limit_is_priced(prices: Prices) -> None:
    kinds = {"target", "aspiration", "quota", "share", "green_share", "coverage", "account", "supply", "site"}
    assert kinds | {"latency", "copies", "pue"} <= set(prices.table["kind"])
    assert {"tighten", "loosen", "require"} == set(prices.table["direction"])
    assert set(prices.table["status"]) == {"priced", "nothing", "impossible"}


def test_prices_equal_brute_force(prices: Prices) -> None:
    base = cost(prices.case)
    assert base is not None
    assert prices.primal_bound == pytest.approx(base, rel=1e-7)
    table = prices.table
    telling = table[
        (table["status"] == "priced") & (table["step"] != 0.05) & (table["direction"] != "loosen")
    ]
    telling = pd.concat(
        [telling, table[(table["status"] == "priced") & (table["direction"] == "loosen")].iloc[::4]]
    )
    assert len(telling) > 8
    for row in telling.itertuples():
        again = cost(prices.case.override(setting(row)))
        assert again is not None, row.input_path
        assert row.cost_cny == pytest.approx(again - base, abs=1e-6 * base), row.input_path
    for row in table[table["status"] == "impossible"].itertuples():
        assert cost(prices.case.override(setting(row))) is None, row.input_path


def test_what_costs_nothing_costs_nothing(prices: Prices) -> None:
    base = cost(prices.case)
    assert base is not None
    quiet = prices.table[(prices.table["status"] == "nothing") & (prices.table["step"] != 0.05)]
    for _, group in quiet.groupby("method"):
        row = next(group.itertuples())
        again = cost(prices.case.override(setting(row)))
        assert again == pytest.approx(base, rel=1e-7), row.input_path


def test_intervals_hold_and_prices_are_monotone(prices: Prices) -> None:
    known = prices.table[prices.table["status"] != "impossible"]
    assert (known["cost_low_cny"] <= known["cost_cny"]).all()
    assert (known["cost_cny"] <= known["cost_high_cny"]).all()
    assert (known.loc[known["direction"] == "tighten", "cost_low_cny"] >= 0).all()
    assert (known.loc[known["direction"] == "loosen", "cost_high_cny"] <= 0).all()
    for _, group in known.groupby(["input_path", "direction"]):
        ordered = group.sort_values("step")["cost_cny"].abs()
        assert ordered.is_monotonic_increasing


def test_unit_prices_are_costs_by_units(prices: Prices) -> None:
    rows = prices.table.set_index(["input_path", "direction", "step"])
    share = rows.loc[("features.green_share.share.west.2025", "tighten", 0.1)]
    assert share["unit_price_per"] == "percentage_point"
    assert share["unit_price_cny"] == pytest.approx(share["cost_cny"] / 3.0)
    racks = rows.loc[("targets.racks-2025.value", "tighten", 0.1)]
    assert racks["unit_price_cny"] == pytest.approx(racks["cost_cny"] / 300.0)
    assert racks["document_id"] == "TOY2023"
    assert racks["binding"]


def test_moved_bounds_are_those_of_a_program_built_anew() -> None:
    solved = full()
    arrays = Arrays.of(solved.built.program.matrix())
    levers = [lever for lever in levers_of(solved.built, solved.values) if lever.shift is not None]
    values = [lever.moved(0.1) for lever in levers]
    settings = {lever.path: value for lever, value in zip(levers, values, strict=True)}
    anew = Arrays.of(build(solved.built.case.override(settings)).program.matrix())
    changes = {
        place: value - lever.value for place, (lever, value) in enumerate(zip(levers, values, strict=True))
    }
    moved = shifted(arrays, changes, levers)
    assert {"target", "quota", "share", "green_share", "coverage", "account", "supply", "site"} == {
        lever.kind for lever in levers
    }
    for lever, change in zip(levers, changes.values(), strict=True):
        assert fingerprint(shifted(arrays, {0: change}, [lever])) != fingerprint(arrays), lever.path
    for name in ("row_lower", "row_upper", "column_upper", "cost", "indptr", "indices", "data"):
        np.testing.assert_allclose(
            getattr(moved, name), getattr(anew, name), rtol=1e-9, atol=1e-9, err_msg=name
        )


def test_the_largest_step_that_can_be_had_is_found(toy: Solved) -> None:
    arrays = Arrays.of(toy.built.program.matrix())
    racks = next(each for each in levers_of(toy.built, toy.values) if each.path == "targets.racks-2025.value")
    far = farthest(arrays, racks, 5.0, racks.moved(5.0), effort())
    assert far is not None
    assert 0.0 < far < 5.0
    assert cost(toy.built.case.override({racks.path: racks.moved(far * 0.999)})) is not None
    assert cost(toy.built.case.override({racks.path: racks.moved(far + 0.02 * 5.0)})) is None


def effort(**changes: Any) -> Effort:
    given: dict[str, Any] = {
        "engine": "highs",
        "threads": 1,
        "seed": 0,
        "gap": 0.0,
        "seconds": 60.0,
        "until": time.time() + 600.0,
        "resolution": 0.0,
        "in_process": True,
    }
    return Effort(**(given | changes))


def test_when_time_is_over_nothing_is_claimed(toy: Solved) -> None:
    arrays = Arrays.of(toy.built.program.matrix())
    racks = next(each for each in levers_of(toy.built, toy.values) if each.path == "targets.racks-2025.value")
    origin = Origin(arrays, toy.values, 100.0, 99.0)
    chain = Chain(racks, ((0.1, racks.moved(0.1)),), 7.0)
    (answer,) = solve_chain(origin, chain, effort(until=time.time()))
    assert (answer.method, answer.primal, answer.dual, answer.possible) == ("none", None, None, None)
    table, _, _ = price_rows([Entry(racks, answer, binding=True, expected=7.0)], (100.0, 99.0), 98.0)
    assert table.loc[0, "status"] == "unknown"
    assert table.loc[0, "cost_low_cny"] == 0.0


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_side_by_side_is_as_alone(toy: Solved) -> None:
    some = {"only": ("targets.racks-2025", "targets.dr."), "gap": 0.0, "solver": "highs"}
    told: list[object] = []
    alone = price_targets(toy.built.case, workers=1, in_process=True, progress=told.append, **some)
    together = price_targets(toy.built.case, workers=2, **some)
    assert_frame_equal(alone.table, together.table, rtol=1e-7)
    assert any(isinstance(event, Priced) and event.done == event.total for event in told)


def test_a_plan_gives_its_bounds(toy: Solved) -> None:
    case = toy.built.case
    plan = solve(case, gap=0.0, solver="highs", threads=1, in_process=True)
    found = price_targets(plan, only=("targets.racks-2025",), **EXACT)
    assert found.primal_bound == pytest.approx(plan.record["objective_cny"], rel=1e-9)
    assert set(found.table["input_path"]) == {"targets.racks-2025.value"}
    assert found.to_json()["prices"][0]["year"] == 2025


def test_a_case_without_a_plan_is_not_priced(toy: Solved) -> None:
    far = toy.built.case.override({"targets.racks-2025.value": 2_000_000})
    with pytest.raises(Infeasible):
        price_targets(far, **EXACT)


LEVER = Lever("targets.t.value", "target", "t", "r", 2025, 100.0, "standard_rack", 1)


def rows(*answers: Answer, lever: Lever = LEVER, base: tuple[float, float] = (1000.0, 990.0)) -> pd.DataFrame:
    entries = [Entry(lever, answer, binding=False, expected=0.0) for answer in answers]
    return price_rows(entries, base, 900.0)[0].set_index("step")


def test_neighbours_narrow_each_other() -> None:
    table = rows(
        Answer(0.05, 105.0, "solved", 1100.0, 1020.0, possible=True),
        Answer(0.10, 110.0, "sought", 1060.0, 1010.0, possible=True),
    )
    assert table.loc[0.05, "cost_high_cny"] == pytest.approx(70.0)
    assert table.loc[0.05, "cost_cny"] == pytest.approx(60.0)
    assert table.loc[0.10, "cost_low_cny"] == pytest.approx(20.0)


def test_a_plan_of_a_tighter_variant_is_one_of_the_base() -> None:
    entries = [
        Entry(LEVER, Answer(0.05, 105.0, "solved", 995.0, 992.0, possible=True), binding=False, expected=0.0),
        Entry(LEVER, Answer(-0.05, 95.0, "solved", 994.0, 993.0, possible=True), binding=False, expected=0.0),
    ]
    table, primal, dual = price_rows(entries, (1000.0, 990.0), None)
    assert (primal, dual) == (995.0, 993.0)
    assert table["status"].tolist() == ["small", "small"]


def test_a_rule_that_chooses_anew_may_cost_either_way() -> None:
    free = replace(LEVER, monotone=False)
    table = rows(Answer(0.05, 105.0, "solved", 980.0, 975.0, possible=True), lever=free)
    assert table.loc[0.05, "cost_cny"] == pytest.approx(-20.0)
    assert table.loc[0.05, "status"] == "priced"


def test_what_lies_between_nothing_and_something_is_small() -> None:
    table = rows(Answer(0.05, 105.0, "solved", 1004.0, 980.0, possible=True))
    assert table.loc[0.05, "status"] == "small"
    assert pd.isna(table.loc[0.05, "unit_price_cny"])
    assert table.loc[0.05, "cost_high_cny"] == pytest.approx(14.0)
    impossible = rows(Answer(0.05, 105.0, "relaxation", possible=False, farthest=0.02))
    assert impossible.loc[0.05, "status"] == "impossible"
    assert impossible.loc[0.05, "largest_step"] == pytest.approx(0.02)
