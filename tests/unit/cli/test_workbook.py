"""The workbook on the command line: written by ``new --excel``, taken by every command that takes a case."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from capplan.case import Case, load_case
from capplan.planner import solve

Call = Callable[..., Any]
ZONES = "xl/worksheets/sheet6.xml"


@pytest.fixture(scope="module")
def book(toy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from capplan.cli import main

    folder = tmp_path_factory.mktemp("book") / "mine"
    arguments = ["new", str(folder), "--from", str(toy_folder), "--excel", "--quiet", "--lang", "zh"]
    assert main(arguments, standalone_mode=False) == 0
    return folder / "toyland.xlsx"


def test_new_writes_one_workbook(book: Path, toy: Case) -> None:
    assert [path.name for path in book.parent.iterdir()] == ["toyland.xlsx"]
    assert load_case(book).fingerprints() == toy.fingerprints()
    assert "使用" in str(openpyxl.load_workbook(book)["contents"]["A4"].value)


def test_new_fills_the_empty_folder_in_which_one_stands(
    call: Call, toy_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = call("new", ".", "--from", toy_folder, "--excel", "--scenario", "more-racks")
    assert ended.code == 0
    assert "capplan check toyland.xlsx" in ended.out
    assert [path.name for path in tmp_path.iterdir()] == ["toyland.xlsx"]
    assert load_case("toyland.xlsx").study.applied == ("more-racks",)


def test_without_a_case_the_one_that_is_planned_by_default_is_written(call: Call, tmp_path: Path) -> None:
    document = call("new", tmp_path / "mine", "--excel", "--json").document
    assert document["files"] == ["jilin-2025.xlsx"]
    assert document["from"] == "jilin-2025"
    assert call("new", tmp_path / "other").code == 2


def test_check_reads_it(call: Call, book: Path) -> None:
    ended = call("check", book, "--lang", "zh")
    assert ended.code == 0
    assert "没有发现错误" in ended.out
    assert call("check", book, "--json").document["scenarios"]["more-racks"]["zh"] == "更多机架"


def test_check_tells_faults_in_both_languages(call: Call, book: Path, tmp_path: Path) -> None:
    edited = openpyxl.load_workbook(book)
    edited["zones"]["A5"] = "=A6"
    edited.create_sheet("scratch")["A1"] = 42
    edited.save(tmp_path / "broken.xlsx")
    for lang in ("en", "zh"):
        ended = call("check", tmp_path / "broken.xlsx", "--lang", lang)
        assert ended.code == 3
        assert "broken.xlsx!zones:5:zone_id" in ended.err
        assert "broken.xlsx!scratch" in ended.err
    assert "formula" not in ended.err


def test_check_names_the_cells_that_are_computed(call: Call, book: Path, tmp_path: Path) -> None:
    assert call("check", book, "--json").document["formulas"] == []
    path = tmp_path / "computed.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == ZONES:
                text, count = re.subn(rb"(<c r=\"([A-Z]+)5\"[^>]*>)<v>", rb"\1<f>2*1</f><v>", text)
                assert count > 2
            new.writestr(name, text)
    ended = call("check", path, "--lang", "zh")
    assert (ended.code, f"{count} 个单元格是公式" in ended.out, "zones!" in ended.out) == (0, True, True)
    assert len(call("check", path, "--json").document["formulas"]) == count
    assert load_case(path).fingerprints() == load_case(book).fingerprints()


def test_settings_win_over_the_workbook(book: Path) -> None:
    from capplan.cli._case import read_case

    assert read_case(str(book), ["solver.seed=7"], ["more-racks"]).study.solver.seed == 7


def test_plans_remember_the_workbook(book: Path, toy: Case) -> None:
    case = load_case(book).override({"solver.seed": 7})
    plan = solve(case, gap=0.1)
    assert plan.record["workbook"] == dict(case.origin)
    assert list(case.origin) == ["toyland.xlsx"]
    assert len(case.origin["toyland.xlsx"]) == 64
    assert set(plan.record["inputs"]) == set(toy.files)
    assert not toy.origin
