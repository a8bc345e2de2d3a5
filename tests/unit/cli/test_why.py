"""``capplan why``: ways out as text and as one document, exit code 4, and proposals that can be typed back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FAR = "targets.racks-2025.value=100000"


@pytest.fixture
def told(call: Callable[..., Any], toy_folder: Path) -> Any:
    return call("why", toy_folder, "--set", FAR, "--json", "--lang", "en", "--threads", "1")


def test_a_case_that_cannot_be_planned_is_explained_and_ends_with_4(told: Any) -> None:
    assert told.code == 4
    assert told.document["feasible"] is False
    (way, *_) = told.document["alternatives"]
    assert way["tier"] == ["target"]
    assert way["enough"]
    assert way["cost_cny"] > 0
    (change,) = way["changes"]
    assert (change["path"], change["from"], change["region"], change["year"]) == (
        "targets.racks-2025.value",
        100000,
        "toyland",
        2025,
    )
    assert way["set"] == [f"targets.racks-2025.value={change['to']:.12g}"]


def test_what_is_proposed_can_be_planned(
    call: Callable[..., Any], told: Any, toy_folder: Path, tmp_path: Path
) -> None:
    for place, way in enumerate(told.document["alternatives"]):
        options = [word for setting in (FAR, *way["set"]) for word in ("--set", setting)]
        ended = call("plan", toy_folder, *options, "--out", tmp_path / str(place), "--quiet")
        assert ended.code == 0


def test_the_text_has_a_section_for_each_way(call: Callable[..., Any], toy_folder: Path) -> None:
    ended = call("why", toy_folder, "--set", FAR, "--lang", "zh", "--iis", "--quiet")
    assert ended.code == 4
    assert "没有任何方案能满足全部目标和限制" in ended.out
    assert "(1) 放宽目标" in ended.out
    assert "相互矛盾之处" in ended.out
    assert "--set targets.racks-2025.value=" in ended.out


def test_changes_do_not_go_with_a_plan_folder(call: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    assert call("why", tmp_path, "--set", FAR).code == 2


def test_a_plan_that_fails_says_the_ways_out(
    call: Callable[..., Any], toy_folder: Path, tmp_path: Path
) -> None:
    ended = call("plan", toy_folder, "--set", FAR, "--out", tmp_path / "plan", "--json", "--lang", "en")
    assert ended.code == 4
    error = ended.document["error"]
    assert error["alternatives"][0]["tier"] == ["target"]
    assert any("--set targets.racks-2025.value=" in line for line in error["conflicts"])
