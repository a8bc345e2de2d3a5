"""The summary of a plan: what a memo needs, in both languages, whatever the plan lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from capplan.case import Case
from capplan.cli._render import fitted_widths, section_lines
from capplan.cli._streams import show
from capplan.plan import Plan
from capplan.report.memo_use import usage
from capplan.report.sections import Grid
from capplan.report.summary import summary
from tests.support.sample_plan import sample_plan
from tests.support.tiny_case import tiny_case

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return Toyland."""
    return tiny_case(tmp_path_factory.mktemp("cases") / "toyland")


@pytest.fixture(scope="module")
def plan(toy: Case) -> Plan:
    """Return a plan of Toyland with bounds, things that bind, energy and contracts."""
    energy = pd.DataFrame(
        {
            "site_id": ["alpha", "gamma"],
            "year": 2025,
            "it_mwh": [20000.0, 1000.0],
            "facility_mwh": [25000.0, 1300.0],
            "grid_mwh": [20000.0, 1300.0],
            "green_mwh": [5000.0, 0.0],
            "green_share": [0.2, 0.0],
            "cost_cny": [1.2e7, 6e5],
        }
    )
    contracts = pd.DataFrame(
        {
            "site_id": [""],
            "group": ["toyland"],
            "zone": ["west"],
            "type": ["grid_green"],
            "year": 2025,
            "mw": [2.0],
            "mwh": [5000.0],
            "price_cny_per_mwh": [30.0],
            "offer_id": ["green-north"],
        }
    )
    builds = pd.DataFrame(
        {
            "site_id": ["alpha", "gamma"],
            "technology": ["cloud-hall", "edge-node"],
            "year": [2025, 2025],
            "modules": [1, 2],
            "action": ["build", "committed"],
            "capex_cny": [1.1e8, 1e7],
        }
    )
    service = sample_plan(toy).tables["service"]
    service = service.assign(amount=service["amount"].clip(upper=700.0))
    made = sample_plan(
        toy, status="feasible", energy=energy, contracts=contracts, builds=builds, service=service
    )
    bounds = {
        "dual_bound": 3.3e8,
        "gap": 0.0143,
        "gap_controllable": 0.03,
        "termination": {"reason": "time_limit"},
        "binding": [
            _binding("target", "racks-2025", "toyland", 1500.0, 1500.0, 3.2e6),
            _binding("limit", "land_ha", "west", 40.0, 39.6, 0.0),
            _binding("limit", "green_share", "toyland", 0.0, 0.0, 0.0),
        ],
    }
    return replace(made, record={**made.record, **bounds})


def _binding(kind: str, name: str, region: str, bound: float, used: float, worth: float) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "region": region,
        "year": 2025,
        "bound": bound,
        "used": used,
        "value_of_one_percent_cny": worth,
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_summary_reads_as_it_should(
    plan: Plan, lang: str, golden: Callable[[str, Path], str], capsys: pytest.CaptureFixture[str]
) -> None:
    show(*section_lines(summary(plan, lang, folder=Path("plans/toyland"))))
    text = capsys.readouterr().out
    assert text == golden(text, GOLDEN / f"summary-{lang}.txt")


def test_an_empty_plan_is_told_too(toy: Case) -> None:
    whole = sample_plan(toy)
    bare = Plan(toy, {}, {"objective_cny": 0.0, "status": "feasible"}, whole.certificate)
    titles = [section.title for section in summary(bare)]
    assert titles[0].startswith("Toyland (toyland)")
    assert titles[-2:] == ["What binds", "Inputs that this plan does not use"]


def test_no_bound_is_said(toy: Case) -> None:
    lines = summary(sample_plan(toy))[0].lines
    assert any("proved no bound" in line for line in lines)


def test_what_is_used_and_empty_adds_up(plan: Plan) -> None:
    frame = usage(plan)
    assert ((frame["used"] + frame["empty"] - frame["held"]).abs() < 1e-9 * frame["held"]).all()
    copies = float(plan.tables["replicas"]["amount"].sum())
    racks = frame[(frame["unit"] == "standard_rack") & (frame["year"] == 2025)].iloc[0]
    service = plan.tables["service"]
    assert racks["used"] == pytest.approx(
        copies + float(service.loc[service["unit"] == "standard_rack", "amount"].sum())
    )


@pytest.mark.parametrize("available", [40, 60, 80, 200])
def test_numbers_are_never_broken(available: int) -> None:
    grid = Grid(
        ("place", "standard racks", "name"),
        (("Changchun", "1,234,567", "changchun-30000-racks-added"), ("延边朝鲜族自治州", "5", "x")),
        (False, True, False),
    )
    widths = fitted_widths(grid, available)
    assert widths[1] >= len("1,234,567")
    assert sum(widths) + 2 * 2 <= available


def test_names_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    from capplan.report.sections import Section

    show(*section_lines([Section("a\x1b[2J", Grid(("h",), (("x\ny\x07",),), (False,)), ("l\x00",))]))
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "x y" in told
