"""Scenarios of a case: applied in order, the later wins, and told wherever the case is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from capplan.case import Case, load_case
from capplan.errors import InputError
from tests.support.tiny_case import Parts, tiny_case


def with_scenarios(parts: Parts) -> None:
    title = {"zh": "少机架", "en": "Fewer racks"}
    parts.study["scenarios"]["fewer-racks"] = {
        "title": title,
        "set": {"targets.racks-2025.value": 2500, "solver.seed": 7},
    }


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return Toyland with the scenarios more-racks (3,500) and fewer-racks (2,500, seed 7)."""
    return tiny_case(tmp_path_factory.mktemp("toy"), edit=with_scenarios)


def racks(case: Case) -> float:
    return float(case.table("targets").set_index("target_id").loc["racks-2025", "value"])


def test_the_later_scenario_wins(case: Case) -> None:
    assert racks(case) == 3000
    one, other = case.scenario("more-racks", "fewer-racks"), case.scenario("fewer-racks", "more-racks")
    assert (racks(one), one.study.solver.seed) == (2500, 7)
    assert (racks(other), other.study.solver.seed) == (3500, 7)
    assert racks(case) == 3000


def test_one_call_or_several_give_the_same_case_but_for_what_they_note(case: Case) -> None:
    once = case.scenario("fewer-racks", "more-racks")
    twice = case.scenario("fewer-racks").scenario("more-racks")
    differing = {path for path, content in once.files.items() if content != twice.files[path]}
    assert differing == {"data/targets.csv"}
    assert racks(once) == racks(twice)
    assert once.study == twice.study


def test_settings_win_over_scenarios(case: Case) -> None:
    found = case.scenario("more-racks", settings={"targets.racks-2025.value": 3100})
    assert racks(found) == 3100
    assert found.study.applied == ("more-racks",)


def test_no_scenario_is_the_case_itself(case: Case) -> None:
    assert case.scenario() is case
    assert b"applied" not in case.files["study.yaml"]


def test_what_is_applied_travels_with_the_case(case: Case, tmp_path: Path) -> None:
    found = load_case(case.scenario("more-racks").write(tmp_path / "case"))
    assert found.study.applied == ("more-racks",)
    assert found.scenario("fewer-racks").study.applied == ("more-racks", "fewer-racks")
    assert found.fingerprints() == case.scenario("more-racks").fingerprints()


def test_titles_name_what_is_applied(case: Case) -> None:
    title = case.scenario("more-racks", "fewer-racks").study.full_title
    assert title.in_("zh") == "玩具省 · 更多机架 + 少机架"
    assert title.in_("en") == "Toyland · More racks + Fewer racks"
    assert case.study.full_title == case.study.title.text


def test_every_name_that_is_not_known_is_told_with_the_nearest(case: Case) -> None:
    with pytest.raises(InputError) as raised:
        case.scenario("more-rack", "fewer-racks", "zzz")
    assert [(fault.file, fault.value, fault.nearest) for fault in raised.value.faults] == [
        ("--scenario", "more-rack", "more-racks"),
        ("--scenario", "zzz", None),
    ]
    assert "use one of: more-racks, fewer-racks" in raised.value.text("en")


def test_a_scenario_of_a_case_without_any(case: Case) -> None:
    bare = case.replace(study=case.study.model_copy(update={"scenarios": {}}))
    with pytest.raises(InputError, match="none is defined"):
        bare.scenario("more-racks")
