"""What must change is found, is enough as it is typed, is the least where that is said, and is told in both languages."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from capplan.build import build
from capplan.case import Case, load_case, parse_setting
from capplan.errors import InputError
from capplan.explore import diagnose, relax
from capplan.explore.diagnose import explain, why
from capplan.explore.lever_rules import levers_of
from capplan.explore.levers import Lever
from capplan.explore.names import Names
from capplan.explore.outcome import Alternative, Explanation
from capplan.explore.prove import Change, Proof, settings, typed
from capplan.explore.wording import heading, number, said
from capplan.messages import Text
from capplan.program import Tier
from capplan.solution import Reason
from capplan.solvers import Arrays, solve_matrix
from tests.support.full_case import full_case

SOMEWHERE = Text(zh="某地", en="Somewhere")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return full_case(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="module")
def far(case: Case) -> tuple[Case, Explanation]:
    """Return a case whose target is out of reach, with its explanation."""
    asked = case.override({"targets.racks-2025.value": 20000})
    found = why(asked)
    assert found is not None
    return asked, found


def reason(case: Case) -> Reason:
    return solve_matrix(build(case).program.matrix(), threads=1).termination.reason


def applied(case: Case, way: Alternative) -> Case:
    """Return the case with what a way proposes, taken from its text as a planner types it."""
    return case.override(dict(parse_setting(option.removeprefix("--set ")) for option in way.options))


def lever(**changes: object) -> Lever:
    given: dict[str, object] = {
        "path": "limits.energy_gwh,west,2025.bound",
        "family": "energy_gwh",
        "tier": Tier.POLICY,
        "sign": 1,
        "before": 100.0,
        "unit": "GWh",
        "region": "west",
        "place": SOMEWHERE,
        "year": 2025,
    }
    return Lever(**{**given, **changes})  # type: ignore[arg-type]


def test_a_case_that_can_be_planned_needs_no_change(case: Case) -> None:
    assert why(case) is None


def test_a_target_out_of_reach_gives_just_enough(far: tuple[Case, Explanation]) -> None:
    asked, found = far
    assert reason(asked) is Reason.INFEASIBLE
    way = next(each for each in found.proven if each.tiers == (Tier.TARGET,))
    (change,) = way.changes
    assert (change.lever.path, change.lever.unit, change.year) == (
        "targets.racks-2025.value",
        "standard_racks",
        2025,
    )
    assert way.least
    assert reason(applied(asked, way)) is Reason.OPTIMAL
    assert reason(asked.override({change.lever.path: change.after * 1.05})) is Reason.INFEASIBLE


def test_what_is_told_is_in_both_languages_and_as_json(far: tuple[Case, Explanation]) -> None:
    _, found = far
    assert any(line.strip().startswith("target racks-2025: Toyland has") for line in found.text("en"))
    assert any("玩具省" in line for line in found.text("zh"))
    assert [str(message) for message in found] == found.text("en")
    assert len(found) == len(found.messages)
    assert found.sections("en")[0].title == "No plan satisfies every target and limit"
    (first, *_) = found.document("en")["alternatives"]
    assert set(first) >= {"tier", "cost_cny", "gap", "least", "set", "changes"}
    assert set(first["changes"][0]) == {"path", "from", "to", "unit", "region", "year", "text"}
    assert first["changes"][0]["from"] == 20000


SETTINGS: tuple[dict[str, object], ...] = (
    {"grid_nodes.gn-west.headroom_mva": 1, "grid_nodes.gn-east.headroom_mva": 1},
    {"limits.energy_gwh,toyland,2025.bound": 5},
    {"funding.own,2024.limit_cny": 1, "funding.own,2025.limit_cny": 1},
    {"classes.regional.latency_limit_ms": 0.0},
    {"features.edge_coverage.min_share.2025": 1.0, "technologies.edge-node.max_modules": 0},
    {"features.shares.max_share": 0.05},
)


@pytest.mark.parametrize("given", SETTINGS, ids=lambda given: next(iter(given)))
def test_every_way_out_is_enough_by_itself_as_it_is_typed(case: Case, given: dict[str, object]) -> None:
    weak = case.override(given)
    if reason(weak) is not Reason.INFEASIBLE:
        assert why(weak) is None
        return
    found = why(weak)
    assert found is not None
    assert found.proven
    for way in found.proven:
        assert reason(applied(weak, way)) is Reason.OPTIMAL
        assert way.proof is not None
        assert way.proof.gap is not None


def test_ways_are_ranked_by_cost_and_each_stands_once(case: Case) -> None:
    weak = case.override({"limits.energy_gwh,toyland,2025.bound": 5})
    found = explain(weak)
    costs = [way.cost for way in found.proven]
    assert len(costs) > 1
    assert costs == sorted(costs)
    assert len({way.options for way in found.alternatives}) == len(found.alternatives)
    assert "the cheapest" in " ".join(found.text("en"))


def test_what_was_not_planned_in_time_is_a_lower_bound(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnose, "prove", lambda *_, **__: None)
    found = explain(case.override({"targets.racks-2025.value": 20000}))
    assert not found.proven
    assert found.alternatives
    text = found.text("en")
    assert text[0].startswith("at least this must give")
    assert "perhaps more" in text[1]
    assert not any("--set" in line for line in text)


def test_what_no_input_bounds_is_called_a_contradiction(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnose, "levers_of", lambda *_: [])
    found = explain(case.override({"targets.racks-2025.value": 20000}))
    assert not found.possible
    assert found.contradiction is not None
    assert "targets.racks-2025" in {clash.path for clash in found.contradiction.clashes}
    assert "矛盾" in " ".join(found.text("zh"))


def test_demand_that_is_served_in_part_is_less_demand(case: Case) -> None:
    whole = build(case).data.demand
    less = build(case.override({"features.service.served_share.regional.west.2025": 0.9})).data.demand
    both = whole.merge(less, on=["zone_id", "class_id", "year", "obligation"], suffixes=("", "_less"))
    inside = both["zone_id"].isin(["990101", "990102"]) & (both["class_id"] == "regional")
    mine = inside & (both["year"] == 2025) & (both["obligation"] == "must")
    assert mine.any()
    assert np.allclose(both["amount_less"] / both["amount"], np.where(mine, 0.9, 1.0))


def test_every_lever_is_an_input_that_can_be_set(case: Case) -> None:
    built = build(case)
    levers = levers_of(built, Names(built))
    assert {each.family for each in levers} >= {
        "target", "budget", "grid_headroom", "site_power", "site_land", "green_available", "green_share",
        "edge_coverage", "max_share", "min_share", "pue_cap", "copies", "demand", "energy_gwh", "land_ha",
    }  # fmt: skip
    assert {each.tier for each in levers} == {Tier.TARGET, Tier.POLICY, Tier.RESOURCE, Tier.SERVICE}
    for each in levers:
        step = min(each.most, max(0.01 * abs(each.before), 1e-3))
        after = each.before + each.sign * step
        assert case.override(settings([Change(each, after, each.year)])) is not case


def test_levers_without_a_year_hold_in_all_years_without_their_own(case: Case) -> None:
    built = build(case)
    levers = {each.path: each for each in levers_of(built, Names(built))}
    found = [each for path, each in levers.items() if path.startswith("limits.") and ",." in path]
    assert found
    assert all(each.year is None and len(each.rows.at) > 1 for each in found)


def test_a_rule_by_year_is_loosened_in_its_year_only(case: Case) -> None:
    even = case.override({"features.green_share.share": {"toyland": {2024: 0.2}}})
    built = build(even)
    first = next(
        each
        for each in levers_of(built, Names(built))
        if each.path == "features.green_share.share.toyland.2024"
    )
    assert settings([Change(first, 0.1, 2024)]) == {
        "features.green_share.share.toyland.2024": 0.1,
        "features.green_share.share.toyland.2025": 0.2,
    }


def test_amounts_are_typed_outward() -> None:
    grid = lever(before=150.0, step=1.0)
    assert typed(grid, 41.337) == 192.0
    assert typed(grid, 41.337, 0.1) == 196.0
    assert typed(lever(before=5.0, step=1.0), 0.01234) == 5.0124
    target = lever(sign=-1, before=200_000.0, most=200_000.0, step=1.0)
    assert typed(target, 148_064.0) == 51_900.0
    assert typed(target, 200_000.0) == 0.0
    assert typed(target, 0.0) == 200_000.0


def test_the_most_generous_of_one_path_holds() -> None:
    share = lever(path="features.shares.max_share", before=0.5)
    assert settings([Change(share, 0.6, None), Change(replace(share), 0.7, None)]) == {
        "features.shares.max_share": 0.7
    }


def test_whole_and_long_ways_are_told() -> None:
    changes = tuple(Change(lever(place=Text(zh=f"地{n}", en=f"Place {n}")), 110.0, 2025) for n in range(20))
    way = Alternative(
        (Tier.POLICY,), changes, (SOMEWHERE,) * 20, {"solver.gap": 0.5}, Proof(2e9, 1.9e9), excess=0.4
    )
    dear = replace(way, proof=Proof(3e9, None), excess=None)
    text = Explanation((way, dear), None, possible=True, whole=True).text("en")
    assert "whole modules do not fit" in text[0]
    assert any("8 more" in line for line in text)
    assert any("at most 40.0% less" in line for line in text)
    assert any("gap unknown" in line and "more than (1)" in line for line in text)
    nothing = Explanation((), None, possible=True)
    assert "--time-limit" in nothing.text("en")[0]


@pytest.mark.parametrize(
    ("changes", "after", "en"),
    [
        ({}, 142.0, "energy quota of Somewhere in 2025: 42 GWh more, 142 GWh in all"),
        (
            {"family": "green_share", "unit": "ratio", "sign": -1, "before": 0.8},
            0.75,
            "green share of the electricity used in Somewhere in 2025: 5 percentage points less, 75 %",
        ),
        (
            {"family": "max_share", "unit": "ratio", "before": 0.5},
            0.6,
            "most that any prefecture may hold of all  (Somewhere in 2025): 10 percentage points more, 60 %",
        ),
        (
            {"family": "budget", "unit": "CNY", "before": 1e9, "subject": Text(zh="自有", en="own")},
            2.5e9,
            "funding in 2025, account own: 1.5 billion CNY more, 2.5 billion CNY in all",
        ),
        ({"family": "pue_cap", "unit": "ratio", "before": 1.2}, 1.25, "PUE cap for new halls: 0.05 more, 1.25 in all"),
        (
            {"family": "mine", "unit": "t", "sign": -1},
            90.0,
            "limit mine of Somewhere in 2025: 10 t less, 90 t in all",
        ),
    ],
)  # fmt: skip
def test_changes_are_sentences(changes: dict[str, object], after: float, en: str) -> None:
    message = said(Change(lever(**changes), after, 2025), SOMEWHERE)
    assert message.text("en") == en
    assert message.text("zh") != en


def test_headings_name_what_gives() -> None:
    assert heading((Tier.SERVICE,)).text("en").startswith("some demand stays unserved")
    assert "the least in all" in heading((Tier.TARGET, Tier.SERVICE)).text("en")
    assert [number(value) for value in (1300.0, 0.5, -0.00000001)] == ["1,300", "0.5", "-0.00000001"]


def test_an_infeasible_case_on_disk_is_explained_from_its_folder(case: Case, tmp_path: Path) -> None:
    case.override({"targets.racks-2025.value": 20000}).write(tmp_path / "case")
    from capplan.case import load_case

    assert why(load_case(tmp_path / "case")) is not None


def test_shares_of_demand_name_classes_and_places_that_exist(case: Case) -> None:
    with pytest.raises(InputError) as raised:
        case.override(
            {
                "features.service.served_share.regionl.west.2025": 0.9,
                "features.service.served_share.regional.wes.2025": 0.9,
            }
        )
    assert {(fault.value, fault.nearest) for fault in raised.value.faults} == {
        ("regionl", "regional"),
        ("wes", "west"),
    }


def test_large_programs_are_first_sought_among_few_columns(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relax, "MANY", 0)
    asked = case.override({"targets.racks-2025.value": 20000})
    found = why(asked)
    assert found is not None
    assert found.proven
    assert all(reason(applied(asked, way)) is Reason.OPTIMAL for way in found.proven)


def test_one_centre_is_no_trifle_beside_many_racks() -> None:
    """Targets weigh by their own metric: a vault is not given up so that a few hundred PFLOPS fewer are missing."""
    racks = lever(family="target", unit="standard_racks", before=100000.0)
    fewer = replace(racks, before=10.0)
    centre = replace(racks, unit="dr_centres", before=1.0)
    assert relax._sizes([racks, fewer, centre]).tolist() == [100000.0, 10001.0, 1.0]


def test_a_green_share_of_a_large_region_can_give_far_enough() -> None:
    """How much a share of all energy is worth is known once values are: 0.1 of Wuhan's is more than 90,000 MWh."""
    asked = load_case("wuhan-2022").override(
        {"features.green_share.share": {"wuhan": {2021: 0.9, 2022: 1.0}}}
    )
    built = build(asked)
    arrays = Arrays.of(built.program.matrix())
    search = relax.Search(arrays, levers_of(built, Names(built)), deadline=math.inf)
    found = search.linear(relax.Wish((Tier.POLICY,)))
    assert found is not None
    moves = {search.levers[place].path: found.moves[place] for place in np.flatnonzero(found.moves)}
    assert set(moves) == {f"features.green_share.share.wuhan.{year}" for year in (2021, 2022)}
    assert 0.6 < moves["features.green_share.share.wuhan.2021"] <= 0.9
