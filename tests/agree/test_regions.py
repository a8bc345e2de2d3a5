"""Made-up regions of the benchmarks: cases without fault, the same for the same seed, with plans that hold."""

from __future__ import annotations

from pathlib import Path

import pytest

import capplan
from benchmarks.country import country
from benchmarks.regions import region
from capplan.build import build
from capplan.certificate import certify
from capplan.solvers import solve_matrix
from capplan.tabulate import tabulate


@pytest.mark.parametrize(("counties", "seed"), [(20, 0), (40, 3)])
def test_a_region_is_a_case_that_files_give_back(counties: int, seed: int, tmp_path: Path) -> None:
    case = region(counties, seed=seed)
    again = capplan.load_case(case.write(tmp_path / "case"))
    assert again.fingerprints() == case.fingerprints() == region(counties, seed=seed).fingerprints()
    zones = case.table("zones")
    assert int((zones["kind"] == "county").sum()) == counties
    assert region(counties, seed=seed + 1).fingerprints() != case.fingerprints()


@pytest.mark.parametrize("counties", [20, 300])
def test_people_are_heavy_tailed_and_every_prefecture_has_counties(counties: int) -> None:
    land = country(counties, 0)
    assert len(land.counties) == counties
    assert set(land.counties["prefecture"]) == set(land.prefectures.index)
    assert land.prefectures.groupby("province")["capital"].sum().eq(1).all()
    people = land.counties["people"]
    assert people.max() > 3.0 * people.median()


def test_a_study_that_keeps_to_the_nearest_has_fewer_arcs_and_no_other_demand() -> None:
    near, wide = (build(region(30, reach=reach, periods=1)) for reach in (3, None))
    sizes = [len(built.program.columns["serve"].index) for built in (near, wide)]
    assert sizes[0] < 0.7 * sizes[1]
    assert len(near.program.columns["replica"].index) < len(wide.program.columns["replica"].index)
    keys = ["zone_id", "class_id", "year", "obligation"]
    amounts = [built.data.commodities[0].sort_values(keys)["amount"].tolist() for built in (near, wide)]
    assert amounts[0] == amounts[1]


def test_a_region_has_a_plan_with_a_certificate_that_holds() -> None:
    case = region(20, periods=3)
    built = build(case)
    solution = solve_matrix(built.program.matrix(), engine="highs", gap=0.2, threads=1, time_limit=300)
    assert solution.values is not None
    tables = tabulate(built, solution.values)
    certificate = certify(case, tables, {"objective_cny": solution.termination.primal_bound})
    assert certificate.holds, certificate
