"""The commands that look: cases, datasets, check, new, show, verify."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from capplan.case import load_case
from capplan.feature import Recount

Call = Callable[..., Any]


def test_cases_are_listed(call: Call) -> None:
    listed = call("cases", "--json").document["cases"]
    assert "jilin-2025" in [case["name"] for case in listed]
    ended = call("cases", "--lang", "zh")
    assert ended.code == 0
    assert "jilin-2025" in ended.out
    assert "情景数" in ended.out


def test_datasets_are_listed_with_licence_and_size(call: Call) -> None:
    listed = call("datasets", "--json").document["datasets"]
    assert listed
    assert all(dataset["licences"] and dataset["bytes"] > 0 and dataset["sources"] for dataset in listed)
    assert listed[0]["licences"][0] in call("datasets").out


def test_a_sound_case_has_no_faults_and_a_size(call: Call, toy_folder: Path) -> None:
    ended = call("check", toy_folder)
    assert ended.code == 0
    assert ended.out.startswith(
        "toyland: no faults\nzones: 3; gates of outside demand: 1; candidate sites: 3;"
    )
    document = call("check", toy_folder, "--json").document
    assert document["faults"] == []
    assert document["size"]["periods"] == [2024, 2025]
    assert call("check", toy_folder, "--quiet").out == ""


def test_faults_of_files_rules_and_solver_come_together(call: Call, toy_folder: Path, tmp_path: Path) -> None:
    case = tmp_path / "broken"
    shutil.copytree(toy_folder, case)
    study = case / "study.yaml"
    text = study.read_text(encoding="utf-8")
    study.write_text(
        text.replace("features:\n", "features:\n  servise: {}\n").replace("name: highs", "name: hihgs"),
        encoding="utf-8",
    )
    (case / "data" / "sites.csv").unlink()
    ended = call("check", case, "--json")
    assert ended.code == 3
    faults = {(fault["file"], fault["column"]): fault for fault in ended.document["error"]["faults"]}
    assert ("data/sites.csv", "") in faults
    assert faults["study.yaml", "features.servise"]["nearest"] == "service"
    assert faults["study.yaml", "solver.name"]["nearest"] == "highs"
    lines = study.read_text(encoding="utf-8").splitlines()
    assert lines[faults["study.yaml", "features.servise"]["row"] - 1].strip() == "servise: {}"


def test_a_region_that_only_a_rule_names_comes_with_the_other_faults(
    call: Call, toy_folder: Path, tmp_path: Path
) -> None:
    case = tmp_path / "broken"
    shutil.copytree(toy_folder, case)
    study = case / "study.yaml"
    text = study.read_text(encoding="utf-8")
    green = "features:\n  green_share:\n    share:\n      toylant:\n        2025: 0.1\n"
    study.write_text(text.replace("features:\n", green), encoding="utf-8")
    sites = case / "data" / "sites.csv"
    told = [call("check", case, "--json").document["error"]["faults"]]
    sites.write_text(sites.read_text(encoding="utf-8").replace("gn-west", "gn-wets"), encoding="utf-8")
    told.append(call("check", case, "--json").document["error"]["faults"])
    for faults in told:
        fault = next(item for item in faults if item["file"] == "study.yaml")
        assert (fault["column"], fault["nearest"]) == ("features.green_share.share.toylant", "toyland")
        written = study.read_text(encoding="utf-8").splitlines()
        assert written[fault["row"] - 1].strip() == "toylant:"
        assert "toyland" in fault["remedy"]
    assert "data/sites.csv" in {fault["file"] for fault in told[1]}


def test_a_case_that_does_not_exist_names_the_nearest(call: Call) -> None:
    fault = call("check", "jilin-2052", "--json").document["error"]["faults"][0]
    assert fault["nearest"] == "jilin-2025"


@pytest.mark.parametrize(
    "name", ["", "\x01\x02", "x" * 5000, "no/such/folder", "长春", "/dev/null", "/", "~nobody-here", "-"]
)
def test_odd_case_names_are_bad_input(call: Call, name: str) -> None:
    ended = call("check", "--json", "--", name)
    assert ended.code == 3
    assert ended.document["error"]["faults"]


def test_new_writes_a_whole_case(call: Call, toy_folder: Path, tmp_path: Path) -> None:
    ended = call("new", tmp_path / "mine", "--from", toy_folder)
    assert ended.code == 0
    assert f"capplan check {tmp_path / 'mine'}" in ended.out
    assert load_case(tmp_path / "mine").fingerprints() == load_case(toy_folder).fingerprints()


def test_new_fills_an_empty_folder_in_which_one_stands(
    call: Call, toy_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    assert call("new", ".", "--from", toy_folder).code == 0
    assert tmp_path.stat().st_ino == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "README.md",
        "data",
        "study.yaml",
        "technologies",
    ]


@pytest.mark.parametrize("taken", ["file", "folder", "link"])
def test_new_leaves_alone_what_is_there(call: Call, toy_folder: Path, tmp_path: Path, taken: str) -> None:
    target = tmp_path / "mine"
    if taken == "file":
        target.write_text("mine")
    elif taken == "link":
        target.symlink_to(tmp_path / "nowhere")
    else:
        target.mkdir()
        (target / "thesis.docx").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    ended = call("new", target, "--from", toy_folder)
    assert ended.code == 7
    assert "is left alone" in ended.err
    assert sorted(tmp_path.rglob("*")) == before


def test_show_tells_the_summary(call: Call, plan_folder: Path) -> None:
    ended = call("show", plan_folder, "--lang", "zh")
    assert ended.code == 0
    assert "净现值成本" in ended.out
    document = call("show", plan_folder, "--json").document
    assert (document["case"], document["folder"]) == ("toyland", str(plan_folder))


@pytest.mark.parametrize(
    "record", ["{}", '{"objective_cny": "much"}', '{"objective_cny": 1, "binding": [3]}']
)
def test_a_record_that_is_none_is_bad_input(
    call: Call, plan_folder: Path, tmp_path: Path, record: str
) -> None:
    broken = tmp_path / "plan"
    shutil.copytree(plan_folder, broken)
    (broken / "plan.json").write_text(record, encoding="utf-8")
    for command in ("show", "map", "report", "verify"):
        ended = call(command, broken)
        assert ended.code == 3
        assert "plan.json" in ended.err


def test_a_table_that_names_what_the_plan_lacks_is_bad_input(
    call: Call, plan_folder: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "plan"
    shutil.copytree(plan_folder, broken)
    table = broken / "tables" / "capacity.csv"
    site = pd.read_csv(table)["site_id"].iloc[0]
    table.write_text(table.read_text(encoding="utf-8").replace(f"{site},", "ghost,"), encoding="utf-8")
    ended = call("map", broken, "--map", "siting")
    assert ended.code == 3
    assert "tables/capacity.csv:site_id  [ghost]" in ended.err
    shutil.rmtree(broken / "case")
    assert "the folder of the inputs is missing" in call("show", broken).err


def test_a_table_is_csv_where_no_terminal_reads_it(call: Call, plan_folder: Path) -> None:
    ended = call("show", plan_folder, "--table", "capacity")
    printed = pd.read_csv(io.StringIO(ended.out), dtype={"prefecture_adcode": str})
    written = pd.read_csv(plan_folder / "tables" / "capacity.csv", dtype={"prefecture_adcode": str})
    pd.testing.assert_frame_equal(printed, written)


def test_a_table_is_readable_on_a_terminal(
    call: Call, plan_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ended = call("show", plan_folder, "--table", "capacity", "--lang", "zh")
    assert "站点编号" in ended.out
    assert "alpha" in ended.out


def test_a_table_that_does_not_exist_names_the_nearest(call: Call, plan_folder: Path) -> None:
    ended = call("show", plan_folder, "--table", "capacities")
    assert ended.code == 2
    assert "there is no table capacities; the nearest is capacity" in ended.err


@pytest.mark.parametrize("command", ["show", "verify"])
def test_what_is_no_plan_is_bad_input(call: Call, tmp_path: Path, command: str) -> None:
    ended = call(command, tmp_path / "nothing")
    assert ended.code == 3
    assert "there is no such folder" in ended.err


class FakeCertificate:
    """What a recount found, told as wanted."""

    def __init__(self, violation: float) -> None:
        self.families = (Recount("capacity", "service", 12, violation, "alpha,2025"),)
        self.failures = self.families if violation else ()
        self.fingerprints = ("data/zones.csv",) if violation else ()
        self.objective_stated = self.objective_recomputed = 5e9
        self.holds = not violation

    def to_json(self) -> dict[str, Any]:
        return {"holds": self.holds}


@pytest.mark.parametrize(("violation", "code"), [(0.0, 0), (0.5, 8), (float("inf"), 8)])
def test_verify_tells_what_does_not_hold(
    call: Call, monkeypatch: pytest.MonkeyPatch, violation: float, code: int
) -> None:
    asked: list[bool] = []

    def verify(_folder: Path, *, recompute_only: bool) -> FakeCertificate:
        asked.append(recompute_only)
        return FakeCertificate(violation)

    monkeypatch.setattr("capplan.certificate.verify", verify)
    ended = call("verify", "somewhere")
    assert ended.code == code
    assert ("THE PLAN DOES NOT HOLD" in ended.out) == bool(code)
    assert ("alpha,2025" in ended.out) == bool(code)
    assert ("data/zones.csv" in ended.out) == bool(code)
    document = call("verify", "somewhere", "--recompute-only", "--json").document
    assert document["exit_code"] == code
    assert ("error" in document) == bool(code)
    assert asked == [False, True]
