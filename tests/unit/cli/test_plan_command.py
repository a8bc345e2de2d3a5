"""``capplan plan`` around a solve that is not made: what it asks, writes, refuses and says."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capplan.case import Case
from capplan.errors import Infeasible, NoSolutionInTime, RenderError, SolveError
from capplan.messages import msg
from capplan.plan import Plan, read_plan
from tests.support.sample_plan import sample_plan

Call = Callable[..., Any]


class Planner:
    """Stands for the solver: remembers what it was asked, and answers or fails as told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.failure: BaseException | None = None
        self.holds = True

    def __call__(self, case: Case, **options: Any) -> Plan:
        self.asked.append({"case": case, **options})
        if self.failure is not None:
            raise self.failure
        return sample_plan(case, holds=self.holds)


@pytest.fixture
def planner(monkeypatch: pytest.MonkeyPatch) -> Planner:
    planner = Planner()
    monkeypatch.setattr("capplan.planner.solve", planner)
    return planner


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand for the atlas."""
    languages: list[str] = []

    def draw(_plan: Plan, *, lang: str, folder: Path, formats: tuple[str, ...]) -> None:
        languages.append(lang)
        folder.mkdir(exist_ok=True)
        for ending in formats:
            (folder / f"siting-{lang}.{ending}").write_text("map")

    monkeypatch.setattr("capplan.atlas.draw_siting", draw, raising=False)
    return languages


def test_a_plan_is_written_with_maps_in_both_languages(
    call: Call, planner: Planner, toy_folder: Path, tmp_path: Path, drawn: list[str]
) -> None:
    ended = call("plan", toy_folder, "--out", tmp_path / "plan")
    assert ended.code == 0
    assert sorted(path.name for path in (tmp_path / "plan" / "maps").iterdir()) == [
        f"siting-{lang}.{ending}" for lang in ("en", "zh") for ending in ("pdf", "png", "svg")
    ]
    assert sorted(drawn) == ["en", "zh"]
    assert read_plan(tmp_path / "plan").case.name == "toyland"
    assert "Net present cost" in ended.out
    assert len(planner.asked) == 1


def test_options_reach_the_solver(call: Call, planner: Planner, toy_folder: Path, tmp_path: Path) -> None:
    call(
        "plan", toy_folder, "--out", tmp_path / "plan", "--gap", "0.02", "--time-limit", "7.5", "--threads", "2",
        "--seed", "9", "--solver", "highs", "--set", "targets.racks-2025.value=3500", "--set", "solver.seed=4",
    )  # fmt: skip
    asked = planner.asked[0]
    assert {name: asked[name] for name in ("gap", "time_limit", "threads", "seed", "solver")} == {
        "gap": 0.02,
        "time_limit": 7.5,
        "threads": 2,
        "seed": 9,
        "solver": "highs",
    }
    case = asked["case"]
    assert case.study.solver.seed == 4
    assert set(case.table("targets").set_index("target_id").loc[["racks-2025"], "value"]) == {3500.0}


def test_without_options_the_study_decides(
    call: Call, planner: Planner, toy_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = call("plan", toy_folder, "--json")
    assert {planner.asked[0][name] for name in ("gap", "time_limit", "threads", "seed", "solver")} == {None}
    assert ended.document["folder"] == str(Path("plans") / "toyland")
    assert (tmp_path / "plans" / "toyland" / "plan.json").is_file()


def test_json_is_the_record_of_the_plan(
    call: Call, planner: Planner, toy_folder: Path, tmp_path: Path
) -> None:
    ended = call("plan", toy_folder, "--out", tmp_path / "plan", "--json")
    assert planner.asked
    assert ended.document["status"] == "optimal"
    assert ended.document["targets"][0]["target_id"]
    assert ended.code == 0


def test_quiet_says_nothing(call: Call, planner: Planner, toy_folder: Path, tmp_path: Path) -> None:
    ended = call("plan", toy_folder, "--out", tmp_path / "plan", "--quiet")
    assert planner.asked
    assert (ended.code, ended.out, ended.err) == (0, "", "")


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Infeasible("no plan", [msg("{text}", text="519 racks short")]), 4),
        (NoSolutionInTime("none in time"), 5),
        (SolveError("crashed"), 6),
        (KeyboardInterrupt(), 130),
    ],
)
def test_a_solve_that_fails_leaves_the_former_plan(
    call: Call, planner: Planner, toy_folder: Path, tmp_path: Path, failure: BaseException, code: int
) -> None:
    call("plan", toy_folder, "--out", tmp_path / "plan")
    before = {path: path.read_bytes() for path in (tmp_path / "plan").rglob("*") if path.is_file()}
    planner.failure = failure
    ended = call("plan", toy_folder, "--out", tmp_path / "plan", "--json")
    assert (ended.code, ended.document["error"]["exit_code"]) == (code, code)
    assert {path: path.read_bytes() for path in (tmp_path / "plan").rglob("*") if path.is_file()} == before
    assert list(tmp_path.iterdir()) == [tmp_path / "plan"]


def test_infeasible_is_explained(
    call: Call, planner: Planner, toy_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner.failure = Infeasible("no plan")
    explained = [msg("{text}", text="519 racks short, plus 25 MVA")]
    monkeypatch.setattr("capplan.explore.diagnose.explain", lambda *_, **__: explained)
    ended = call("plan", toy_folder, "--out", tmp_path / "plan")
    assert ended.code == 4
    assert "519 racks short, plus 25 MVA" in ended.err


def test_a_plan_that_is_refused_is_kept_apart(
    call: Call, planner: Planner, toy_folder: Path, tmp_path: Path
) -> None:
    planner.holds = False
    ended = call("plan", toy_folder, "--out", tmp_path / "plan")
    assert ended.code == 8
    assert str(tmp_path / "plan.rejected") in ended.err
    assert not (tmp_path / "plan").exists()
    assert (tmp_path / "plan.rejected" / "plan.json").is_file()


@pytest.mark.parametrize("failure", [RenderError("no font"), ValueError("odd geometry")])
def test_a_map_that_fails_costs_the_map_only(
    call: Call,
    planner: Planner,
    toy_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
) -> None:
    def draw(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr("capplan.atlas.draw_siting", draw, raising=False)
    ended = call("plan", toy_folder, "--out", tmp_path / "plan")
    assert ended.code == 7
    assert "maps/siting-en.*, maps/siting-zh.*" in ended.err.replace("\n", " ")
    assert str(failure) in ended.err
    assert (tmp_path / "plan" / "plan.json").is_file()
    document = call("plan", toy_folder, "--out", tmp_path / "plan", "--json").document
    assert (document["status"], document["error"]["exit_code"]) == ("optimal", 7)
    assert planner.asked


@pytest.mark.parametrize(("package", "lost"), [("pyarrow", "gis/*.parquet"), ("xlsxwriter", "plan.xlsx")])
def test_a_package_that_is_missing_costs_what_needs_it(
    call: Call,
    planner: Planner,
    toy_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    lost: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "capplan.exchange.workbook", raising=False)
    ended = call("plan", toy_folder, "--out", tmp_path / "plan", "--lang", "zh")
    assert ended.code == RenderError.exit_code
    assert f"{lost}：缺少 Python 软件包 {package}：pip install {package}" in "".join(ended.err.split("\n"))
    assert not list((tmp_path / "plan").glob(lost))
    assert len(list((tmp_path / "plan").iterdir())) >= 8
    assert read_plan(tmp_path / "plan").case.name == "toyland"
    with pytest.raises(RenderError, match=package):
        planner(read_plan(tmp_path / "plan").case).write(tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("what", ["file", "thesis", "below-a-file"])
def test_a_place_that_is_not_ours_is_refused_before_solving(
    call: Call, planner: Planner, toy_folder: Path, tmp_path: Path, what: str
) -> None:
    target = tmp_path / "plan"
    if what == "thesis":
        target.mkdir()
        (target / "thesis.docx").write_text("mine")
    else:
        target.write_text("mine")
    out = target / "deep" / "plan" if what == "below-a-file" else target
    ended = call("plan", toy_folder, "--out", out)
    assert ended.code == 7
    assert "--out" in ended.err
    assert planner.asked == []


def test_a_name_that_is_too_long_is_refused_before_solving(
    call: Call, planner: Planner, toy_folder: Path, tmp_path: Path
) -> None:
    ended = call("plan", toy_folder, "--out", tmp_path / ("x" * 300))
    assert ended.code == 7
    assert planner.asked == []


def test_a_bad_setting_is_bad_input(call: Call, planner: Planner, toy_folder: Path) -> None:
    ended = call("plan", toy_folder, "--set", "targets.racks-2052.value=1", "--json")
    assert ended.code == 3
    assert ended.document["error"]["faults"][0]["nearest"]
    assert planner.asked == []


def test_a_solver_that_is_not_installed(
    call: Call, planner: Planner, toy_folder: Path, monkeypatch: Any
) -> None:
    from dataclasses import replace

    from capplan import solvers

    engines = {name: replace(found, installed=False) for name, found in solvers.available().items()}
    monkeypatch.setattr("capplan.solvers.available", lambda: engines)
    ended = call("plan", toy_folder, "--solver", "highs")
    assert ended.code == 6
    assert "is not installed" in ended.err
    assert planner.asked == []
