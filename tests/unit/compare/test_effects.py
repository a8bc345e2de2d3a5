"""Which change brings which difference: groups planned alone and all but one, with bounds that hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from capplan.case import Case
from capplan.compare import PlanComparison, compare_plans
from capplan.compare.attribution import ALONE, WITHOUT, Attribution, Variant
from capplan.compare.sections import pair_sections
from capplan.errors import Infeasible
from capplan.explore import attribution
from capplan.explore.executor import Finished
from capplan.explore.kept import KeptSolves
from capplan.messages import msg
from capplan.plan import Plan
from tests.support.sample_plan import sample_plan, sample_tables
from tests.support.solved import read_tiny
from tests.support.tiny_case import Parts

CHANGES = {
    "targets.racks-2025.value": 5000,
    "technologies.ai-hall.capex_cny.value": 8e6,
    "limits.land_ha,west,.bound": 39,
}
OPTIONS = {"gap": 0.0001, "time_limit": 60.0, "threads": 1}


def planned(case: Case) -> Plan:
    """Return what a solver would make of a case in which each rack asked for and each hall has its price."""
    targets = case.tables["targets"].set_index("target_id")
    racks = float(targets.loc["racks-2025", "value"])
    capex = case.technologies["ai-hall"].capex_cny.value
    tables = sample_tables()
    halls = (tables["capacity"]["technology"] == "cloud-hall") & (tables["capacity"]["year"] == 2025)
    tables["capacity"].loc[halls, "modules"] = racks / 500.0
    tables["costs"] = pd.DataFrame(
        {"term": ["racks", "halls"], "year": 2025, "site_id": None, "cny": [1e6 * racks, 3.0 * capex]}
    )
    cost = 1e6 * racks + 3.0 * capex
    record = {"objective_cny": cost, "dual_bound": 0.9999 * cost, "key_figures": {"standard_racks": racks}}
    plan = sample_plan(case, **tables)
    return replace(plan, record={**plan.record, **record, "solver": {"name": "highs"}})


def variant(case: Case, _options: object, *, progress: object) -> Variant:
    """Plan a variant here."""
    del progress
    return attribution.variant_of(planned(case))


@pytest.fixture(scope="module")
def pair() -> PlanComparison:
    case: Case = read_tiny()
    plans = [planned(one) for one in (case, case.override(CHANGES))]
    return compare_plans([("a", plans[0], None), ("b", plans[1], None)]).pairs[0]


def here(function: Any, tasks: Mapping[str, tuple[Any, ...]], **_given: object) -> Iterator[Finished]:
    """Run tasks one after the other in this process."""
    for key, arguments in tasks.items():
        try:
            result, error = function(*arguments, progress=lambda _event: None), None
        except Exception as failure:  # noqa: BLE001  (as the executor carries it)
            result, error = None, failure
        yield Finished(key, result, error, 1.0, "here", 1)


@pytest.fixture(scope="module")
def found(pair: PlanComparison) -> Attribution:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attribution, "run_all", here)
        patch.setattr(attribution, "plan_variant", variant)
        groups, attempts = attribution.attempts_of(pair)
        return attribution.attribute(pair, groups, attempts, OPTIONS)


def test_each_case_is_planned_once(pair: PlanComparison) -> None:
    groups, attempts = attribution.attempts_of(pair)
    assert [group.name for group in groups] == ["ai-hall", "targets/racks-2025", "limits/land_ha,west,"]
    assert len(attempts) == 6
    assert len(attribution.attempts_of(pair, both=False)[1]) == 3
    two = pair.base.plan.case.override({key: CHANGES[key] for key in list(CHANGES)[:2]})
    other = compare_plans([("a", pair.base.plan, None), ("c", _recased(pair, two), None)]).pairs[0]
    assert len(attribution.attempts_of(other)[1]) == 2
    one = pair.base.plan.case.override({"targets.racks-2025.value": 5000})
    single = compare_plans([("a", pair.base.plan, None), ("c", _recased(pair, one), None)]).pairs[0]
    assert attribution.attempts_of(single)[1] == []


def _recased(pair: PlanComparison, case: Case) -> Any:
    return replace(pair.other.plan, case=case)


def test_effects_lie_within_their_bounds_and_add_up(pair: PlanComparison, found: Attribution) -> None:
    effects = {(effect.group.name, effect.mode): effect for effect in found.effects}
    assert len(effects) == 6
    for effect in found.effects:
        low, high = effect.interval
        assert effect.cost is not None
        assert low is not None
        assert high is not None
        assert low <= effect.cost <= high
    racks = effects["targets/racks-2025", ALONE]
    assert racks.certain
    assert racks.cost is not None
    assert racks.cost > 0.0
    assert not effects["limits/land_ha,west,", ALONE].certain
    rest, low, high = found.together
    alone = sum(effect.cost or 0.0 for effect in found.of_mode(ALONE))
    assert rest == pytest.approx(pair.difference - alone)
    assert low is not None
    assert high is not None
    assert low <= rest <= high


def test_tables_say_which_difference_goes_with_which_group(found: Attribution) -> None:
    table = found.tables["attribution_changes"]
    modules = table[
        (table["subject"] == "capacity") & (table["item"] == "cloud-hall") & (table["mode"] == ALONE)
    ]
    shares = modules.set_index("group")["share"]
    assert shares["targets/racks-2025"] == pytest.approx(1.0)
    effects = found.tables["attribution"]
    assert set(effects["mode"]) == {ALONE, WITHOUT}
    assert effects["standard_racks"].notna().all()
    assert set(found.tables["attribution_inputs"]["group"]) == set(effects["group"])


def test_sections_judge_each_change(pair: PlanComparison, found: Attribution) -> None:
    sections = {section.title: section for section in pair_sections(pair.attributed(found), "en")}
    grid = sections["What each input change does to the cost"].grid
    assert grid is not None
    judged = {row[0].rsplit(": ", 1)[0]: row[5] for row in grid.rows}
    assert judged["Toyland, standard racks, 2025"] == "costs more"
    assert judged["land quota, West"] == "within the gaps"
    told = sections["Which difference goes with which input change"].grid
    assert told is not None
    in_all = [row[1] for row in told.rows if "CNY" in row[1]]
    assert in_all
    assert len({cell.split(" ", 1)[1] for cell in in_all}) == 1
    open_pair = replace(pair, base=replace(pair.base, plan=with_bound(pair.base.plan, 0.0)))
    open_pair = replace(open_pair, other=replace(pair.other, plan=with_bound(pair.other.plan, 0.0)))
    (unproved,) = (
        own for own in pair_sections(open_pair.attributed(found), "en") if own.title.startswith("What each")
    )
    assert unproved.grid is not None
    assert {row[4] for row in unproved.grid.rows} == {"-"}


def with_bound(plan: Plan, bound: float) -> Plan:
    return replace(plan, record={**plan.record, "dual_bound": bound})


def test_variants_without_a_plan_are_told_and_cost_no_other(
    pair: PlanComparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impossible(_function: object, tasks: Mapping[str, object], **_given: object) -> Iterator[Finished]:
        for key in tasks:
            yield Finished(key, None, Infeasible(msg("no plan satisfies every target and limit")), 1.0, "", 1)

    monkeypatch.setattr(attribution, "run_all", impossible)
    groups, attempts = attribution.attempts_of(pair)
    ended = []
    result = attribution.attribute(
        pair,
        groups,
        attempts,
        OPTIONS,
        ended=lambda attempt, variant: ended.append((attempt.name, variant.status)),
    )
    assert {status for _, status in ended} == {"infeasible"}
    assert result.together == (None, None, None)
    lines = [line for section in pair_sections(pair.attributed(result), "zh") for line in section.lines]
    assert sum(line.startswith("玩具省、标准机架、2025：") for line in lines) == 1


def with_parks(parts: Parts) -> None:
    """Give Toyland a region of two sites, a scenario and a limit."""
    row = parts.row("regions", region_id="west")
    parts.rows("regions").append(
        row | {"region_id": "parks", "name_zh": "园区", "name_en": "Parks", "adcode": ""}
    )
    member = parts.row("region_members", region_id="west", member_id="990101") | {"member_kind": "site"}
    for name in ("alpha", "beta"):
        parts.rows("region_members").append(member | {"region_id": "parks", "member_id": name})


def without_beta(parts: Parts) -> None:
    """Close the site beta, which a region held, and change what has nothing to do with it."""
    with_parks(parts)
    for table, key in (("sites", "site_id"), ("region_members", "member_id")):
        parts.tables[table] = [one for one in parts.rows(table) if one[key] != "beta"]
    parts.row("zones", zone_id="990101")["output_cny"] = "123456789"


def test_a_change_that_is_no_case_alone_says_which_other_change_it_takes() -> None:
    plans = [
        (name, sample_plan(read_tiny(edit)), None) for name, edit in (("a", with_parks), ("b", without_beta))
    ]
    one = compare_plans(plans).pairs[0]
    groups, attempts = attribution.attempts_of(one)
    failed = {
        attempt.name: [group.name for group in attempt.needs] for attempt in attempts if attempt.case is None
    }
    assert failed == {
        "+ sites/beta": ["region_members/parks,site,beta"],
        "− region_members/parks,site,beta": ["sites/beta"],
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attribution, "run_all", here)
        patch.setattr(attribution, "plan_variant", variant)
        done = one.attributed(attribution.attribute(one, groups, attempts, OPTIONS))
    for lang, judged, told in (
        (
            "en",
            "only with: Member of a region: ",
            "cannot be made alone, but together with Member of a region: ",
        ),
        ("zh", "须与其他变化一起：区域的成员：", "不能单独变化，须与以下变化一起：区域的成员："),
    ):
        (grid, lines) = next(
            (section.grid, section.lines)
            for section in pair_sections(done, lang)
            if section.title.startswith(("What each", "各项输入"))
        )
        assert grid is not None
        assert any(row[5].startswith(judged) for row in grid.rows), [row[5] for row in grid.rows]
        assert any(told in line for line in lines), lines
    table = done.attribution.tables["attribution"] if done.attribution else pd.DataFrame()
    assert "region_members/parks,site,beta" in set(table["needs"])


def test_solves_are_asked_as_the_first_plan_was(pair: PlanComparison) -> None:
    asked = attribution.asked_of_plan(pair.base.plan, {"gap": None, "time_limit": 5.0})
    assert asked["gap"] == 0.0001
    assert asked["time_limit"] == 5.0
    assert asked["threads"] >= 1
    assert asked["solver"] == "highs"


def test_finished_solves_survive_an_interrupt_and_are_not_solved_again(
    pair: PlanComparison, found: Attribution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptSolves.beside(tmp_path / "out")
    solved: list[str] = []

    def interrupted(
        function: Any, tasks: Mapping[str, tuple[Any, ...]], **given: object
    ) -> Iterator[Finished]:
        for number, done in enumerate(here(function, tasks, **given)):
            solved.append(done.key)
            yield done
            if number == 1:
                raise KeyboardInterrupt

    monkeypatch.setattr(attribution, "plan_variant", variant)
    monkeypatch.setattr(attribution, "run_all", interrupted)
    groups, attempts = attribution.attempts_of(pair)
    with pytest.raises(KeyboardInterrupt):
        attribution.attribute(pair, groups, attempts, OPTIONS, kept=kept)
    assert kept.count() == 2
    broken = min(kept.folder.iterdir())
    broken.write_text("{", encoding="utf-8")
    first, solved[:] = set(solved), []
    monkeypatch.setattr(attribution, "run_all", lambda *given, **more: _noted(solved, here(*given, **more)))
    again = attribution.attribute(pair, groups, attempts, OPTIONS, kept=kept)
    assert len(solved) == len(attempts) - 1
    assert len(first - set(solved)) == 1
    for name in ("attribution_changes", "attribution_inputs"):
        pd.testing.assert_frame_equal(again.tables[name], found.tables[name])
    assert kept.find(attempts[0].case, {**OPTIONS, "gap": 0.5}) is None  # type: ignore[arg-type]
    (kept.folder / "notes.txt").write_text("mine", encoding="utf-8")
    kept.clear()
    assert [file.name for file in kept.folder.iterdir()] == ["notes.txt"]


def _noted(solved: list[str], runs: Iterator[Finished]) -> Iterator[Finished]:
    for done in runs:
        solved.append(done.key)
        yield done


def test_a_case_without_a_plan_is_kept_with_its_reason_and_a_failure_is_not(
    pair: PlanComparison, tmp_path: Path
) -> None:
    kept, case = KeptSolves(tmp_path / "kept"), pair.base.plan.case
    kept.keep(case, OPTIONS, Variant("failed", reason=msg("the disk is full")))
    assert kept.find(case, OPTIONS) is None
    kept.keep(case, OPTIONS, Variant("infeasible", reason=msg("no plan satisfies every target and limit")))
    found = kept.find(case, OPTIONS)
    assert found is not None
    assert found.reason is not None
    assert found.reason.text("zh") == msg("no plan satisfies every target and limit").text("zh")
