"""Folders of plans: names that every system can make, a page that a folder stands in the way of, newer plans."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from capplan.cli._scenarios import portable
from tests.unit.cli.conftest import Ended

Call = Callable[..., Ended]


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "lpt9.old", "jilin.", "aux."])
def test_names_that_windows_refuses_are_not_those_of_folders(name: str) -> None:
    assert portable(name) == f"{name}-plan"


@pytest.mark.parametrize("name", ["jilin-2025", "console", "com10", "a.con", "nul-2025"])
def test_other_names_stay(name: str) -> None:
    assert portable(name) == name


def test_a_newer_plan_is_shown_with_a_note(call: Call, plan_folder: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer"
    shutil.copytree(plan_folder, newer)
    record = json.loads((newer / "plan.json").read_text(encoding="utf-8"))
    record["versions"] = {**record.get("versions", {}), "capplan": "9.9.9"}
    (newer / "plan.json").write_text(json.dumps(record), encoding="utf-8")
    ended = call("show", newer, "--lang", "en")

    assert ended.code == 0
    assert "written by capplan 9.9.9, newer than this" in ended.err
    assert "newer than this" not in call("show", plan_folder, "--lang", "en").err


def test_a_folder_in_the_place_of_the_page_is_told(call: Call, plan_folder: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    shutil.copytree(plan_folder, blocked)
    (blocked / "map.html").mkdir(parents=True, exist_ok=True)
    ended = call("map", blocked, "--map", "nothing-known", "--page", "--lang", "en")
    assert ended.code == 2
    ended = call("map", blocked, "--map", "siting", "--page", "--format", "svg", "--lang", "en")

    assert ended.code == 7
    assert "map.html is a folder, not a file" in ended.err
    assert not any((blocked / "map.html").iterdir())
