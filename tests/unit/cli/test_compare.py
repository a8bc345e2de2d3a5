"""``capplan compare``: exit codes, languages, JSON, and the folder it writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capplan.case import Case
from capplan.plan import Plan
from tests.support.sample_plan import sample_plan
from tests.unit.cli.conftest import Ended

Call = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the fonts of pages, which take longer than all else here."""
    monkeypatch.setattr("capplan.compare.page.face_rules", lambda _characters: "")


@pytest.fixture(scope="module")
def other_folder(toy: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan: Plan = sample_plan(
        toy.override({"targets.racks-2025.value": 3500, "limits.land_ha,west,.bound": 39})
    )
    return plan.write(tmp_path_factory.mktemp("plans") / "other")


def test_a_comparison_is_told_and_written(
    call: Call, plan_folder: Path, other_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ended = call("compare", plan_folder, other_folder, "--out", out, "--format", "html", "--lang", "zh")
    assert ended.code == 0
    assert "不同的输入：2 处" in ended.out
    assert sorted(path.name for path in out.iterdir()) == [
        "compare-en.html",
        "compare-zh.html",
        "compare.json",
        "tables",
    ]


def test_identical_plans_differ_in_nothing_and_json_says_so(
    call: Call, plan_folder: Path, tmp_path: Path
) -> None:
    ended = call("compare", plan_folder, plan_folder, "--out", tmp_path / "out", "--json", "--format", "html")
    assert ended.code == 0
    assert ended.document["comparisons"][0]["same"] is True
    assert ended.document["out"] == str(tmp_path / "out")


def test_the_default_folder_is_named_after_the_plans(
    call: Call, plan_folder: Path, other_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("compare", plan_folder, other_folder, "--format", "html", "--quiet").code == 0
    assert (tmp_path / "plans" / "compare-toyland--other" / "compare.json").is_file()


def test_solving_runs_each_group_once_with_what_the_plan_was_asked(
    call: Call, plan_folder: Path, other_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def run_all(_function: object, tasks: dict[str, Any], **_given: object) -> Any:
        from capplan.explore.attribution import variant_of
        from capplan.explore.executor import Finished

        for key, (case, options) in tasks.items():
            asked.append(options)
            yield Finished(key, variant_of(sample_plan(case)), None, 1.0, "here", 1)

    monkeypatch.setattr("capplan.explore.attribution.run_all", run_all)
    arguments = (
        "compare",
        plan_folder,
        other_folder,
        "--out",
        tmp_path / "out",
        "--format",
        "html",
        "--lang",
        "en",
    )
    ended = call(*arguments, "--solve", "--by", "row", "--time-limit", "7")
    assert ended.code == 0
    assert len(asked) == 2
    assert all(options["time_limit"] == 7.0 for options in asked)
    assert "What each input change does to the cost" in ended.out
    assert "within the gaps" in ended.out or "-" in ended.out
    told = json.loads((tmp_path / "out" / "compare.json").read_text(encoding="utf-8"))
    assert len(told["comparisons"][0]["attribution"]["effects"]) == 4


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("PLAN",), 2),
        (("PLAN", "PLAN", "--gap", "0.1"), 2),
        (("PLAN", "PLAN", "--solve", "--by", "cell"), 2),
        (("PLAN", "PLAN", "--format", "docx"), 2),
        (("PLAN", "PLAN", "--solve", "--solver", "nobody"), 2),
        (("PLAN", "missing"), 3),
        (("missing", "PLAN"), 3),
        (("PLAN", "missing", "PLAN"), 3),
        (("PLAN",) * 13, 2),
    ],
)
def test_what_cannot_be_compared_has_its_exit_code(
    call: Call, plan_folder: Path, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    given = [
        plan_folder if word == "PLAN" else tmp_path / word if word == "missing" else word
        for word in arguments
    ]
    ended = call("compare", *given, "--out", tmp_path / "out", "--lang", "en")
    assert ended.code == code
    assert ended.err.strip()
    assert str(tmp_path / "missing") in ended.err or "missing" not in arguments
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_elses_is_not_touched(call: Call, plan_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert call("compare", plan_folder, plan_folder, "--out", tmp_path).code == 7
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    for command in (("compare", plan_folder, plan_folder), ("map", plan_folder, "--map", "siting", "--page")):
        ended = call(*command, "--out", tmp_path / "thesis.txt", "--lang", "en")
        assert ended.code == 7
        assert "thesis.txt is a file, not a folder" in ended.err
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_what_is_write_protected_stays(call: Call, plan_folder: Path, tmp_path: Path) -> None:
    held = tmp_path / "held"
    assert call("compare", plan_folder, plan_folder, "--out", held, "--format", "html").code == 0
    page = held / "compare-zh.html"
    for place, mode in ((page, 0o444), (held, 0o555)):
        before = place.stat().st_mode
        place.chmod(mode)
        ended = call("compare", plan_folder, plan_folder, "--out", held, "--lang", "zh")
        place.chmod(before)
        assert ended.code == 7
        assert "写保护" in ended.err or "没有权限" in ended.err
    assert page.is_file()
