"""What gives is found, is enough, is the least, and is said in both languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from capplan.build import build
from capplan.case import Case
from capplan.explore.conflict import Names, _money, conflicts_of, grouped, number, rounded_up
from capplan.explore.diagnose import diagnose, explain
from capplan.explore.relax import Give, Search, Way
from capplan.explore.wording import share_sentences, unserved
from capplan.program import Program, Terms, Tier
from capplan.solution import Reason
from capplan.solvers import Arrays, solve_matrix
from tests.support.full_case import full_case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return full_case(tmp_path_factory.mktemp("full"))


def reason(case: Case) -> Reason:
    return solve_matrix(build(case).program.matrix(), threads=1).termination.reason


def test_a_target_out_of_reach_gives_just_enough(case: Case) -> None:
    far = case.override({"targets.racks-2025.value": 20000})
    assert reason(far) is Reason.INFEASIBLE
    found = explain(far, time_limit=60.0)
    way = found.alternatives[0]
    assert (way.tiers, way.enough, way.least) == ((Tier.TARGET,), True, True)
    (conflict,) = found.conflicts
    assert conflict.family == "target"
    assert conflict.labels["target_id"] == "racks-2025"
    assert conflict.unit == "standard_racks"
    assert conflict.bound == 20000.0
    reached = 20000 - conflict.amount
    assert reason(case.override({"targets.racks-2025.value": reached})) is Reason.OPTIMAL
    assert reason(case.override({"targets.racks-2025.value": reached * 1.05})) is Reason.INFEASIBLE


def loosened(arrays: Arrays, gives: tuple[Give, ...]) -> Arrays:
    """Return the program whose rows have given."""
    lower, upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    for give in gives:
        side = lower if give.side > 0 else upper
        side[give.row] -= give.side * rounded_up(give.amount)
    return replace(arrays, row_lower=lower, row_upper=upper)


def test_every_way_out_is_enough_by_itself(case: Case) -> None:
    weak = case.override({"grid_nodes.gn-west.headroom_mva": 1, "grid_nodes.gn-east.headroom_mva": 1})
    tried = search(build(weak).program)
    ways = tried.ways()
    assert (Tier.RESOURCE,) in [way.tiers for way in ways]
    assert solve_matrix(tried.arrays, threads=1).termination.reason is Reason.INFEASIBLE
    for way in ways:
        assert way.enough
        assert {Tier(int(tried.tier[give.row])) for give in way.gives} <= set(way.tiers)
        assert solve_matrix(loosened(tried.arrays, way.gives), threads=1).values is not None


def test_the_sentences_are_in_both_languages_and_can_be_raised(case: Case) -> None:
    found = explain(case.override({"targets.racks-2025.value": 20000}), time_limit=60.0)
    assert found.text("en")[-1].strip().startswith("target racks-2025: Toyland has")
    assert "玩具省" in found.text("zh")[-1]
    assert [str(message) for message in found] == found.text("en")
    assert found[0] is found.messages[0]
    assert len(found) == len(found.messages)


def index(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"site_id": list(names)})


def toy(*, target: float, room: float, physics: float) -> Program:
    """Return: build whole modules of 10 up to `physics`, each taking 1 of `room`; reach `target`."""
    program = Program()
    block = program.add_columns("count", index("a"), unit="module", upper=physics, integer=True)
    one = [Terms.of([0], block.ids)]
    ten = [Terms.of([0], block.ids, 10.0)]
    program.add_rows("goal", index("a"), ten, unit="rack", tier=Tier.TARGET, lower=target)
    program.add_rows("room", index("a"), one, unit="MVA", tier=Tier.RESOURCE, upper=room)
    program.add_rows("least", index("a"), one, unit="module", tier=Tier.PHYSICS, lower=0.0)
    return program


def search(program: Program) -> Search:
    return Search(program, engine="highs", threads=1, time_limit=60.0)


def test_each_tier_alone_is_a_way_out() -> None:
    ways = search(toy(target=95.0, room=4.0, physics=20.0)).ways()
    assert [way.tiers for way in ways] == [(Tier.TARGET,), (Tier.RESOURCE,)]
    assert [[(give.row, give.side, round(give.amount, 6)) for give in way.gives] for way in ways] == [
        [(0, 1, 55.0)],
        [(1, -1, 6.0)],
    ]
    assert all(way.enough and way.least for way in ways)


def test_targets_and_resources_give_together_where_neither_is_enough_alone() -> None:
    program = toy(target=95.0, room=-1.0, physics=6.0)
    ways = search(program).ways()
    assert [way.tiers for way in ways] == [(Tier.TARGET, Tier.POLICY, Tier.RESOURCE)]
    assert {give.row: round(give.amount, 6) for give in ways[0].gives} == {0: 95.0, 1: 1.0}


def test_physics_never_gives_and_is_named() -> None:
    program = toy(target=0.0, room=4.0, physics=3.0)
    block = program.columns["count"]
    program.feature = "commitments"
    terms = [Terms.of([0], block.ids)]
    program.add_rows("committed", index("a"), terms, unit="module", tier=Tier.PHYSICS, lower=5.0)
    built = SimpleNamespace(program=program)
    found = diagnose(built, time_limit=60.0)  # type: ignore[arg-type]
    assert found.physics == ("committed[a]",)
    assert found.alternatives == ()
    assert found.text("en")[1].strip() == "commitments: committed[a]"
    assert "矛盾" in found.text("zh")[0]


def test_long_families_are_added_up_and_unknown_ones_have_a_sentence(case: Case) -> None:
    built = build(case)
    names = Names(built)
    demand = next(rows for rows in built.program.rows if rows.name == "demand")
    same = demand.index[demand.index["class_id"] == "regional"]
    gives = tuple(Give(demand.start + int(row), 1, 2.0) for row in same.index)
    told = conflicts_of(gives, names)
    assert len(told) == len(same)
    assert told[0].message.text("zh") != told[0].message.text("en")
    frame = built.data.commodities[0]
    for each in told:
        zones = set(frame.loc[frame["commodity"] == each.labels["commodity"], "zone_id"])
        assert {place.en for place in names.places(each.labels)} == {names.text(zone).en for zone in zones}
    many = [
        replace(told[0], labels={"zone_id": f"z{n}", "class_id": "regional"}, amount=float(n))
        for n in range(1, 6)
    ]
    (line,) = grouped(many, names)
    assert line.amount == 15.0
    assert line.place.en == "z5, z4, z3 and 2 more"
    odd = replace(demand, name="my_rule", feature="mine")
    built.program.rows[built.program.rows.index(demand)] = odd
    (unknown,) = conflicts_of((Give(odd.start, 1, 2.0),), names)
    assert str(unknown).startswith("mine: give 2 ")


def test_a_target_far_out_of_reach_says_what_is_reachable(case: Case) -> None:
    far = explain(case.override({"targets.racks-2025.value": 20_000_000}), time_limit=60.0)
    near = explain(case.override({"targets.racks-2025.value": 20_000}), time_limit=60.0)
    reached = [found.conflicts[0].bound - found.conflicts[0].amount for found in (far, near)]  # type: ignore[operator]
    assert reached[0] == pytest.approx(reached[1], rel=0.02)
    assert reason(case.override({"targets.racks-2025.value": reached[0]})) is Reason.OPTIMAL


def test_targets_of_other_metrics_do_not_set_the_scale() -> None:
    program = Program()
    block = program.add_columns("count", index("a", "b"), unit="module", upper=[60_000, 68], integer=True)
    labels = pd.DataFrame({"target_id": ["t1", "t2"], "metric": ["racks", "pflops"]})
    terms = [Terms.of([0, 1], block.ids)]
    program.add_rows("target", labels, terms, unit="metric", tier=Tier.TARGET, lower=[60_000, 100_000])
    (way,) = search(program).ways()
    assert [(give.row, round(give.amount, 6)) for give in way.gives] == [(1, 99_932.0)]
    assert way.values is not None
    assert round(float(way.values[1])) == 68


def test_what_only_whole_modules_break_is_not_an_empty_way() -> None:
    program = toy(target=95.0, room=9.5, physics=20.0)
    ways = search(program).ways()
    assert [[round(give.amount, 6) for give in way.gives] for way in ways] == [[5.0], [0.5]]


def test_lower_bounds_stand_apart_from_ways(monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    ways = [
        Way((Tier.TARGET,), (Give(0, 1, 2.0),), enough=False, least=False),
        Way((Tier.RESOURCE,), (Give(1, -1, 3.0),), enough=True, least=True),
    ]
    monkeypatch.setattr(Search, "ways", lambda _: ways)
    lines = diagnose(build(case)).text("en")
    assert lines[0] == "this makes a plan possible:"
    assert lines[1].startswith("(1) resources")
    other = lines.index("of other ways only this is known, and it may not be enough:")
    assert lines[other + 1].startswith("(2) targets")
    monkeypatch.setattr(Search, "ways", lambda _: ways[:1])
    assert diagnose(build(case)).text("zh")[0].startswith("至少")


def test_ways_not_found_in_time_are_not_called_a_contradiction(
    monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    monkeypatch.setattr(Search, "_linear", lambda _self, _tiers: ())
    monkeypatch.setattr(Search, "_whole", lambda _self, tiers, *_: Way(tiers, (), enough=False, least=False))
    (line,) = diagnose(build(case)).messages
    assert str(line).startswith("whole modules do not fit")


def test_rows_of_shares_are_said_in_points() -> None:
    limit = SimpleNamespace(share=np.array([0.4]), total=lambda _values: np.array([200.0]))
    rows = SimpleNamespace(name="max_share", start=7)
    names = SimpleNamespace(limits={"max_share": limit})
    found = Names.share(names, rows, Give(7, -1, 10.0), np.zeros(1))  # type: ignore[arg-type]
    assert found == (0.4, 0.05)
    assert Names.share(names, rows, Give(7, -1, 10.0), None) == (None, None)  # type: ignore[arg-type]
    said = share_sentences()["max_share"](
        {"place": "X", "year": 2025, "percent": "5", "share": "45", "name": "racks"}
    )
    assert str(said).endswith("in 2025: 5 percentage points more, 45 %")
    assert "至 45 %" in said.text("zh")


def test_money_is_in_the_units_of_each_language() -> None:
    assert [(_money(value).zh, _money(value).en) for value in (215.0, 10_700.0)] == [
        ("2.15 亿元", "215 million CNY"),
        ("107 亿元", "10.7 billion CNY"),
    ]


def test_unserved_demand_says_why() -> None:
    labels = {"commodity": "c", "class_id": "k", "year": 2024}
    arcs = pd.DataFrame({"commodity": ["c"], "year": [2024], "site_id": ["s"]})
    pairs = pd.DataFrame(
        {
            "site_id": ["s"],
            "technology": ["hall"],
            "limit": [5.0],
            "committed": [0.0],
            "earliest": [2025],
            "convertible": [False],
        }
    )
    hosting = pd.DataFrame({"technology": ["hall"], "class_id": ["k"]})

    def why(reached: pd.DataFrame, sites: pd.DataFrame) -> str:
        data = SimpleNamespace(commodities=(None, reached), site_technologies=sites, hosting=hosting)
        return str(unserved(data, labels))  # type: ignore[arg-type]

    assert "lead times" in why(arcs, pairs)
    assert "latency" in why(arcs[:0], pairs)
    assert why(arcs, pairs.assign(earliest=2024)) == "None"
    assert why(arcs, pairs.assign(convertible=True)) == "None"


def test_amounts_are_rounded_up_to_stay_enough() -> None:
    amounts = np.array([0.012345, 1.0, 999.4, 18350.0, 0.0])
    assert [rounded_up(float(amount)) for amount in amounts] == [0.0124, 1.0, 1000.0, 18400.0, 0.0]
    assert [number(value) for value in (1300.0, 0.5, -0.00001)] == ["1,300", "0.5", "0"]


def test_an_infeasible_case_on_disk_is_explained_from_its_folder(case: Case, tmp_path: Path) -> None:
    case.override({"targets.racks-2025.value": 20000}).write(tmp_path / "case")
    from capplan.case import load_case

    assert explain(load_case(tmp_path / "case"), time_limit=60.0).conflicts
