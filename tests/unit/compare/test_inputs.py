"""Input differences: every one is listed, and those that can be set make the one case into the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capplan.case import Case, load_case, parse_setting
from capplan.compare import InputChange, input_changes
from capplan.compare.groups import FINE, grouped
from capplan.compare.inputs import settings as settings_of
from capplan.compare.patch import patched
from capplan.errors import InputError

FILES = {"README.md", "data/datapackage.json"}
SETTABLE = {
    "solver.gap": [0.01, 0.5],
    "features.pue_cap.limit": [1.3, 1.4],
    "features.green_share.share.toyland.2024": [0.1, 0.0],
    "features.water": [None],
    "targets.racks-2025.value": [3100, 1.5],
    "targets.pflops-high.kind": ["hard", "priced"],
    "targets.pflops-high.price_cny_per_unit": [5, 1e7],
    "limits.land_ha,west,.bound": [39.5],
    "sites.beta.name_zh": ["=1+1", "<b>乙</b>", "220100", "yes", "null", "a: b"],
    "technologies.ai-hall.capex_cny.value": [1e7, 8.5e6],
    "technologies.ai-hall.serves": [["training", "archive"]],
    "technologies.ai-hall.buildable": [False],
    "demand_drivers.regional.growth_per_year": [0.25],
}


def told(changes: list[InputChange]) -> list[tuple[str, str, str, str]]:
    return [(change.file, change.row, change.column, change.change) for change in changes]


def test_a_case_does_not_differ_from_itself(full: Case) -> None:
    assert input_changes(full, full) == []


def test_every_kind_of_difference_is_listed_with_place_value_unit_and_role(full: Case, other: Case) -> None:
    found = {(change.file, change.row, change.column): change for change in input_changes(full, other)}
    limit = found["study.yaml", "", "features.pue_cap.limit"]
    assert (limit.before, limit.after, limit.role, limit.setting) == (
        "1.1975",
        "1.25",
        "value",
        "features.pue_cap.limit=1.25",
    )
    assert limit.ratio == pytest.approx(0.0525 / 1.1975)
    rule = found["study.yaml", "", "features.shares"]
    assert (rule.change, rule.setting) == ("removed", "features.shares=null")
    assert found["study.yaml", "", "solver.seed"].role == "solving"
    assert found["study.yaml", "", "title.en"].role == "text"
    capex = found["technologies/ai-hall.yaml", "", "capex_cny.value"]
    assert (capex.unit, capex.difference, capex.path) == ("CNY", 1e6, "technologies.ai-hall.capex_cny.value")
    assert found["technologies/ai-hall.yaml", "", "capex_cny.note"].role == "text"
    assert found["technologies/edge-hut.yaml", "", ""].change == "added"
    racks = found["data/targets.csv", "racks-2025", "value"]
    assert (racks.unit, racks.difference, racks.setting) == (
        "standard_rack",
        200.0,
        "targets.racks-2025.value=3200",
    )
    assert found["data/targets.csv", "edge-east", ""].change == "removed"
    assert "value=1200" in found["data/targets.csv", "racks-2024", ""].after
    assert found["data/sites.csv", "beta", "name_en"].role == "text"


def test_differences_are_mirrored_the_other_way_round(full: Case, other: Case) -> None:
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    there, back = input_changes(full, other), input_changes(other, full)
    mirrored = {(file, row, column, opposite[change]) for file, row, column, change in told(back)}
    assert set(told(there)) == mirrored
    values = {told([change])[0][:3]: (change.after, change.before) for change in back}
    assert all(values[told([change])[0][:3]] == (change.before, change.after) for change in there)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_can_be_set_makes_one_case_into_the_other(full: Case, data: Any) -> None:
    paths = data.draw(st.sets(st.sampled_from(sorted(SETTABLE)), min_size=1))
    target = full.override({path: data.draw(st.sampled_from(SETTABLE[path])) for path in sorted(paths)})
    changes = input_changes(full, target)
    assert {change.path for change in changes if change.path} >= paths - {"solver.gap"}
    assert all(change.path for change in changes if change.role in {"value", "solving"})
    for given_settings in (
        settings_of(changes),
        dict(parse_setting(change.setting) for change in changes if change.path),
    ):
        left = input_changes(full.override(given_settings), target)
        assert [change for change in left if change.role != "text"] == []


def test_taking_over_all_differences_gives_the_other_case(full: Case, other: Case) -> None:
    for case, goal in ((full, other), (other, full)):
        made = patched(case, goal, input_changes(case, goal))
        same = {name: content for name, content in made.files.items() if name not in FILES}
        assert same == {name: content for name, content in goal.files.items() if name not in FILES}


def test_each_group_is_taken_over_alone(full: Case, other: Case) -> None:
    changes = input_changes(full, other)
    for group in grouped(changes, "row"):
        made = patched(full, other, group.changes)
        left = {told([change])[0] for change in input_changes(made, other)}
        assert left == set(told(changes)) - set(told(list(group.changes)))
        back = patched(made, full, group.changes)
        assert input_changes(full, back) == []


def test_inputs_that_are_no_case_together_are_told(full: Case) -> None:
    removed = InputChange("data/zones.csv", "990101", "", "removed", "", "", keys=("zones", "990101"))
    with pytest.raises(InputError) as caught:
        patched(full, load_case("wuhan-2022"), [removed])
    assert any(fault.value == "990101" for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("level", "names"),
    [
        ("file", {"study", "ai-hall", "edge-hut", "targets", "limits"}),
        (
            "auto",
            {
                "study/features.pue_cap",
                "study/features.green_share",
                "study/features.shares",
                "ai-hall",
                "edge-hut",
                "targets/racks-2025",
                "targets/racks-2024",
                "targets/edge-east",
                "targets/pflops-high",
                "limits/land_ha,west,",
            },
        ),
    ],
)
def test_groups_hold_what_belongs_together_and_leave_out_what_decides_nothing(
    full: Case, other: Case, level: str, names: set[str]
) -> None:
    assert {group.name for group in grouped(input_changes(full, other), level)} == names


def test_a_table_that_changes_everywhere_is_grouped_by_column() -> None:
    changes = [
        InputChange("data/t.csv", f"r{row}", column, "changed", "1", "2", keys=("t", f"r{row}", column))
        for row in range(FINE + 1)
        for column in ("a", "b")
    ]
    assert [group.name for group in grouped(changes)] == ["t/a", "t/b"]


def test_packaged_cases_that_have_little_in_common_are_listed_whole() -> None:
    one, two = load_case("wuhan-2022"), load_case("jilin-2025")
    changes = input_changes(one, two)
    assert sum(change.file == "data/zones.csv" and change.change == "removed" for change in changes) == len(
        one.tables["zones"]
    )
    made = patched(one, two, changes)
    assert {change.file for change in input_changes(made, two)} <= FILES
