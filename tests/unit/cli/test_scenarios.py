"""``--scenario`` and ``--all-scenarios`` around solves that are not made: folders, table, resuming, exit codes, words."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from capplan import __version__
from capplan.case import Case
from capplan.errors import Infeasible, NoSolutionInTime
from capplan.explore.executor import Finished, Started
from capplan.messages import msg
from capplan.plan import Plan, read_plan
from capplan.progress import StageEvent
from capplan.solution import Progress
from tests.support.sample_plan import sample_plan
from tests.support.tiny_case import Parts, write_tiny_case

Call = Callable[..., Any]
NAMES = ("toyland", "more-racks", "late-grid")


class Planner:
    """Stands for the solver: remembers what it was asked, and fails for the scenarios it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.failures: dict[str, Exception] = {}
        self.options: dict[str, Any] = {}

    def __call__(self, case: Case, *, progress: Any, **options: Any) -> Plan:
        applied = case.study.applied
        self.asked.append(applied)
        self.options = options
        progress(StageEvent("solve", "start"))
        progress(Progress(1.0, 5e8, 4e8))
        failure = self.failures.get("+".join(applied) or case.name)
        if failure is not None:
            raise failure
        plan = sample_plan(case)
        record = {
            **plan.record,
            "inputs": case.fingerprints(),
            "scenarios": list(applied),
            "solver": {"name": options["solver"], "version": "1"},
            "seed": options["seed"],
            "threads": options["threads"],
            "termination": {
                "reason": "optimal",
                "gap_asked": options["gap"],
                "time_limit_seconds": options["time_limit"],
            },
            "versions": {"capplan": __version__},
        }
        return dataclasses.replace(plan, record=record)


@pytest.fixture
def planner(monkeypatch: pytest.MonkeyPatch) -> Planner:
    """Stand for solver, atlas and cluster."""
    planner = Planner()

    def draw(_plan: Plan, *, lang: str, folder: Path, formats: tuple[str, ...]) -> None:
        folder.mkdir(exist_ok=True)
        (folder / f"siting-{lang}.{formats[0]}").write_text("map")

    def run_all(function: Any, tasks: Mapping[str, Any], **given: Any) -> Iterator[Finished]:
        progress = given["progress"]
        for key, arguments in tasks.items():
            progress(key, Started("worker", 1))
            result, failure = None, None
            try:
                result = function(*arguments, progress=lambda event, key=key: progress(key, event))
            except Exception as error:  # noqa: BLE001
                failure = error
            yield Finished(key, result, failure, 2.0, "worker", 1)

    for writer in ("exchange.workbook.write_workbook", "plan.write_geopackage", "plan.write_geojson"):
        monkeypatch.setattr(f"capplan.{writer}", lambda path, *_, **__: path.touch())
    monkeypatch.setattr("capplan.planner.solve", planner)
    monkeypatch.setattr("capplan.atlas.draw_siting", draw)
    monkeypatch.setattr("capplan.explore.scenarios.run_all", run_all)
    return planner


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of Toyland with two scenarios, from an empty working folder."""

    def late_grid(parts: Parts) -> None:
        parts.study["scenarios"]["late-grid"] = {
            "title": {"zh": "电网晚到", "en": "Late grid"},
            "set": {"voltages.66.lead_time_years": 2},
        }

    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return write_tiny_case(tmp_path / "toy", edit=late_grid)


def table(path: str = "plans/toyland--scenarios.csv") -> dict[str, dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return {row["scenario"]: row for row in csv.DictReader(file)}


def test_scenarios_compose_in_the_folders_name_and_in_the_plan(
    call: Call, planner: Planner, toy: Path
) -> None:
    chosen = ("--scenario", "late-grid", "--scenario", "more-racks", "--threads", "1", "--seed", "1")
    ended = call("plan", toy, *chosen, "--lang", "zh")
    assert (ended.code, planner.asked) == (0, [("late-grid", "more-racks")])
    assert "玩具省 · 电网晚到 + 更多机架" in ended.out
    plan = read_plan("plans/toyland--late-grid+more-racks")
    assert plan.record["scenarios"] == ["late-grid", "more-racks"]
    assert set(plan.case.table("voltages")["lead_time_years"]) == {0.0, 2.0}


def test_a_scenario_that_is_not_known(call: Call, planner: Planner, toy: Path) -> None:
    for command in (("plan", toy), ("check", toy), ("plan", toy, "--all-scenarios")):
        ended = call(*command, "--scenario", "more-rack", "--json")
        assert ended.code == 3
        assert ended.document["error"]["faults"][0]["nearest"] == "more-racks"
    assert planner.asked == []


def test_all_scenarios_are_planned_told_and_tabulated(call: Call, planner: Planner, toy: Path) -> None:
    ended = call("plan", toy, "--all-scenarios", "--threads", "2")
    assert ended.code == 0
    assert planner.asked == [(), ("more-racks",), ("late-grid",)]
    assert planner.options["threads"] == 2
    for name in ("toyland", "toyland--more-racks", "toyland--late-grid"):
        assert read_plan(Path("plans") / name).certificate.holds
        assert (Path("plans") / name / "maps").is_dir()
    assert list(table()) == list(NAMES)
    assert {row["status"] for row in table().values()} == {"optimal"}
    assert "Scenarios of Toyland" in ended.out
    assert "more-racks: begun" in ended.err
    assert "more-racks: planned · net present cost" in ended.err


def test_what_was_planned_is_kept_unless_asked_otherwise(call: Call, planner: Planner, toy: Path) -> None:
    call("plan", toy, "--all-scenarios", "--quiet")
    planner.asked.clear()
    again = call("plan", toy, "--all-scenarios", "--lang", "zh")
    assert (again.code, planner.asked) == (0, [])
    assert "late-grid: 已规划，沿用先前结果" in again.err
    assert list(table()) == list(NAMES)
    call("plan", toy, "--all-scenarios", "--quiet", "--seed", "4", "--set", "targets.racks-2025.value=2900")
    assert len(planner.asked) == 3
    call("plan", toy, "--all-scenarios", "--quiet", "--seed", "4", "--no-resume")
    assert len(planner.asked) == 6


def test_an_interrupted_run_goes_on_where_it_stopped(
    call: Call, planner: Planner, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from capplan.explore import scenarios

    whole = scenarios.run_all

    def first_only(*arguments: Any, **given: Any) -> Iterator[Finished]:
        runs = whole(*arguments, **given)
        yield next(runs)
        raise KeyboardInterrupt

    monkeypatch.setattr(scenarios, "run_all", first_only)
    assert call("plan", toy, "--all-scenarios", "--quiet").code == 130
    assert list(table()) == ["toyland"]
    monkeypatch.setattr(scenarios, "run_all", whole)
    planner.asked.clear()
    assert call("plan", toy, "--all-scenarios", "--quiet").code == 0
    assert planner.asked == [("more-racks",), ("late-grid",)]


def test_a_scenario_that_cannot_be_met_is_a_result(call: Call, planner: Planner, toy: Path) -> None:
    conflict = msg("{text}", text="519 racks short")
    planner.failures["late-grid"] = Infeasible(msg("no plan satisfies every target and limit"), [conflict])
    ended = call("plan", toy, "--all-scenarios")
    assert ended.code == 0
    assert "late-grid: cannot be met\n  no plan satisfies every target and limit\n" in ended.out
    assert "519 racks short" in table()["late-grid"]["explanation_en"]
    planner.asked.clear()
    document = call("plan", toy, "--all-scenarios", "--json").document
    assert planner.asked == []
    late = document["scenarios"][2]
    assert (late["status"], late["kept"], late["error"]["conflicts"]) == (
        "infeasible",
        True,
        ["519 racks short"],
    )
    planner.failures.clear()
    call("plan", toy, "--all-scenarios", "--quiet", "--no-resume")
    assert not Path("plans/toyland--late-grid.infeasible").exists()
    assert table()["late-grid"]["status"] == "optimal"


@pytest.mark.parametrize(
    ("name", "failure", "code"),
    [
        ("toyland", Infeasible("no plan", [msg("{text}", text="too many")]), 4),
        ("late-grid", NoSolutionInTime("none in time"), 5),
        ("late-grid", KeyError("strange"), 1),
    ],
)
def test_the_exit_code_tells_what_is_missing(
    call: Call, planner: Planner, toy: Path, name: str, failure: Exception, code: int
) -> None:
    planner.failures[name] = failure
    ended = call("plan", toy, "--all-scenarios", "--json")
    assert (ended.code, ended.document["exit_code"]) == (code, code)
    assert len(planner.asked) == 3
    assert ended.document["scenarios"][NAMES.index(name)]["error"]["exit_code"] == code


def test_a_folder_of_ones_own_takes_them_all(call: Call, planner: Planner, toy: Path, tmp_path: Path) -> None:
    ended = call(
        "plan", toy, "--all-scenarios", "--out", tmp_path / "out", "--json", "--scenario", "late-grid"
    )
    assert ended.document["table"] == str(tmp_path / "out" / "scenarios.csv")
    assert planner.asked == [("late-grid",), ("late-grid", "more-racks")]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "late-grid",
        "late-grid+more-racks",
        "scenarios.csv",
    ]


def test_a_place_that_is_not_ours_is_refused_before_anything_is_planned(
    call: Call, planner: Planner, toy: Path
) -> None:
    Path("plans").mkdir()
    Path("plans/toyland--late-grid").write_text("mine", encoding="utf-8")
    assert call("plan", toy, "--all-scenarios").code == 7
    assert planner.asked == []


def test_a_cluster_without_scenarios_is_wrong_usage(call: Call, planner: Planner, toy: Path) -> None:
    assert call("plan", toy, "--workers", "2").code == 2
    assert call("plan", toy, "--scheduler", "tcp://127.0.0.1:1").code == 2
    assert planner.asked == []


def test_check_new_and_cases_know_scenarios(call: Call, toy: Path) -> None:
    assert "scenarios: more-racks (More racks), late-grid (Late grid)" in call("check", toy).out
    document = call("check", toy, "--scenario", "late-grid", "--json").document
    assert document["applied"] == ["late-grid"]
    assert document["scenarios"]["late-grid"]["zh"] == "电网晚到"
    assert call("new", "mine", "--from", toy, "--scenario", "late-grid").code == 0
    assert call("check", "mine", "--json").document["applied"] == ["late-grid"]
    listed = call("cases", "--scenarios", "--lang", "zh").out
    assert "不允许绿电直连" in listed
    assert "no-direct-lines" in listed
