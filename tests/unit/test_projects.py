"""Announced projects: taken when committed, left when dropped, refused when they cannot be; and a grid that comes late."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from capplan.build import build
from capplan.case import Case
from capplan.certificate import certify
from capplan.errors import InputError
from capplan.features import check_case
from tests.support.full_case import full_edit
from tests.support.solved import Solved, full, read_tiny, solved
from tests.support.tiny_case import Parts


@pytest.fixture(scope="module")
def case() -> Case:
    return read_tiny(full_edit)


def taken(plan: Solved) -> dict[str, float]:
    """Return the year from which each project is taken."""
    table = plan.tables["projects"]
    return dict(zip(table["project_id"], table["taken_year"].astype(float), strict=True))


def test_committed_comes_in_its_year_and_dropped_never() -> None:
    found = taken(full())
    assert found["firm"] == 2024
    assert pd.isna(found["gone"])


def test_a_setting_commits_a_project_and_the_certificate_holds(case: Case) -> None:
    plan = solved(case.override({"projects.windy.status": "committed"}))
    assert taken(plan)["windy"] == 2025
    built = plan.tables["builds"].query("action == 'project'").set_index("site_id")["modules"]
    assert dict(built) == {"beta": 1, "gamma": 1}
    assert plan.record["objective_cny"] >= full().record["objective_cny"] - 1.0
    assert certify(plan.built.case, plan.tables, plan.record).holds


def test_without_a_setting_back_a_dropped_project_costs_nothing(case: Case) -> None:
    plan = solved(case.override({"projects.firm.status": "dropped"}))
    assert taken(plan) == pytest.approx(dict.fromkeys(("firm", "gone", "windy"), float("nan")), nan_ok=True)
    assert "project" not in set(plan.tables["costs"]["term"])


def _no_offer(parts: Parts) -> None:
    parts.row("projects", project_id="windy")["offer_id"] = ""


def _after_itself(parts: Parts) -> None:
    parts.row("projects", project_id="windy")["after"] = "windy"


def _edge(parts: Parts) -> None:
    parts.row("projects", project_id="gone")["technology"] = "edge-node"


@pytest.mark.parametrize(
    ("edit", "column"), [(_no_offer, "offer_id"), (_after_itself, "after"), (_edge, "technology")]
)
def test_projects_that_cannot_be_are_refused(edit: Callable[[Parts], None], column: str) -> None:
    def both(parts: Parts) -> None:
        full_edit(parts)
        edit(parts)

    found = check_case(read_tiny(both))
    assert [fault.column for fault in found] == [column]
    assert found[0].problem.text("zh") != found[0].problem.text("en")


def test_a_project_must_name_a_site_that_is_there() -> None:
    def nowhere(parts: Parts) -> None:
        full_edit(parts)
        parts.row("projects", project_id="gone")["site_id"] = "alfa"

    with pytest.raises(InputError) as caught:
        read_tiny(nowhere)
    assert [(fault.file, fault.column, fault.nearest) for fault in caught.value.faults] == [
        ("data/projects.csv", "site_id", "alpha")
    ]


def headroom(case: Case) -> dict[int, float]:
    """Return the headroom of the eastern substation by year [MVA]."""
    limit = next(limit for limit in build(case).limits if limit.rows.name == "grid_headroom")
    frame = limit.rows.index.assign(bound=limit.bound)
    east = frame[frame["region"] == "gn-east"]
    return dict(zip(east["year"], east["bound"], strict=True))


def test_a_substation_grows_in_its_year_and_later_with_a_delay(case: Case) -> None:
    assert headroom(case) == {2024: 150.0, 2025: 180.0}
    assert headroom(case.override({"features.power.delay_years": 1})) == {2024: 150.0, 2025: 150.0}


def test_a_delay_puts_off_every_step(case: Case) -> None:
    late = build(case.override({"features.power.delay_years": 2}))
    steps = late.program.columns["connection_steps"]
    assert (late.program.upper(steps) == 0).all()


def test_a_case_without_the_tables_has_none_and_writes_none() -> None:
    plain = read_tiny()
    assert plain.tables["projects"].empty
    assert not {path for path in plain.files if "projects" in path or "reinforcements" in path}
