"""Broken files of a case: encodings, separators, kinds of file, YAML and the data package."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import pytest

from capplan.reading import text as text_module
from tests.support.faults import faults_of, the_fault
from tests.support.tiny_case import Edit, Parts, write_tiny_case

FolderEdit = Callable[[Path], object]


def _rewrite(table: str, change: Callable[[bytes], bytes]) -> FolderEdit:
    def edit(folder: Path) -> None:
        file = folder / "data" / f"{table}.csv"
        file.write_bytes(change(file.read_bytes()))

    return edit


def _replace_with_folder(folder: Path) -> None:
    (folder / "data" / "zones.csv").unlink()
    (folder / "data" / "zones.csv").mkdir()


def _replace_with_pipe(folder: Path) -> None:
    (folder / "data" / "zones.csv").unlink()
    os.mkfifo(folder / "data" / "zones.csv")


def _link_to_nothing(folder: Path) -> None:
    (folder / "data" / "zones.csv").unlink()
    (folder / "data" / "zones.csv").symlink_to(folder / "data" / "zones-of-old.csv")


def _link_to_itself(folder: Path) -> None:
    (folder / "data" / "zones.csv").unlink()
    (folder / "data" / "zones.csv").symlink_to(folder / "data" / "zones.csv")


FILES: list[tuple[str, FolderEdit, int | None, str]] = [
    ("GBK", _rewrite("zones", lambda data: data.decode().encode("gb18030")), 2, "in GBK"),
    ("UTF-16", _rewrite("zones", lambda data: data.decode().encode("utf-16")), None, "UTF-16"),
    ("semicolons", _rewrite("zones", lambda data: data.replace(b",", b";")), 1, "separated by semicolons"),
    ("tabs", _rewrite("zones", lambda data: data.replace(b",", b"\t")), 1, "separated by tabs"),
    ("binary", _rewrite("zones", lambda _: bytes(range(256)) * 40), 2, "no UTF-8 text"),
    ("NUL", _rewrite("zones", lambda data: data.replace(b"Ashire", b"As\0ire")), 2, "NUL byte"),
    ("a workbook", _rewrite("zones", lambda _: b"PK\x03\x04" + b"x" * 99), None, "workbook"),
    ("empty", _rewrite("zones", lambda _: b""), 1, "empty"),
    ("no header", _rewrite("zones", lambda data: data.split(b"\n", 1)[1]), 1, "not the header"),
    ("no rows", _rewrite("zones", lambda data: data.split(b"\n", 1)[0]), None, "no rows"),
    ("open quotation mark", _rewrite("zones", lambda data: data + b'"x'), 6, "cannot be split"),
    ("too many cells", _rewrite("zones", lambda data: data.replace(b"800000", b"800,000")), 2, "cells"),
    ("too few cells", _rewrite("zones", lambda data: data.replace(b",800000", b"")), 2, "cells"),
    ("an empty row", _rewrite("zones", lambda data: data + b",,,,\n"), 6, "row is empty"),
    (
        "the header again",
        _rewrite("zones", lambda data: data + data.split(b"\n", 1)[0] + b"\n"),
        6,
        "header stands here again",
    ),
    ("a link to nothing", _link_to_nothing, None, "a link to what is not there"),
    ("a folder", _replace_with_folder, None, "a folder stands"),
    ("a pipe", _replace_with_pipe, None, "not a regular file"),
    ("a link to itself", _link_to_itself, None, "a link to what is not there"),
]


@pytest.mark.parametrize(
    ("edit", "row", "says"), [item[1:] for item in FILES], ids=[item[0] for item in FILES]
)
def test_a_broken_file_is_named(tmp_path: Path, edit: FolderEdit, row: int | None, says: str) -> None:
    folder = write_tiny_case(tmp_path)
    edit(folder)
    fault, *more = (fault for fault in faults_of(folder) if fault.file == "data/zones.csv")
    assert fault.row == row
    assert "again" not in says or not more
    assert says in fault.problem.text()


def test_the_size_limit_is_kept(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    with (folder / "data" / "zones.csv").open("r+b") as file:
        file.truncate(text_module.MAX_BYTES + 1)
    fault = next(fault for fault in faults_of(folder) if fault.file == "data/zones.csv")
    assert "larger than 64 MiB" in fault.problem.text()


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_tiny_case(tmp_path)
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "zones.csv":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    fault = next(fault for fault in faults_of(folder) if fault.file == "data/zones.csv")
    assert "may not be read" in fault.problem.text()


STUDY: list[tuple[str, Callable[[str], str], str, str]] = [
    ("a list", lambda _: "- 1\n- 2\n", "", "holds a list"),
    ("a scalar", lambda _: "42\n", "", "holds a single value"),
    ("empty", lambda _: "", "", "empty"),
    ("only comments", lambda _: "# nothing\n", "", "empty"),
    ("tab", lambda text: text.replace("  zh: 玩具省", "\tzh: 玩具省"), "", "cannot be read"),
    ("key twice", lambda text: text + "region: toyland\n", "region", "stands twice"),
    ("unknown key", lambda text: text.replace("base_year:", "base-year:"), "base-year", "not known"),
    ("year as text", lambda text: text.replace("year: 2023", "year: '2023'"), "base_year", "not a number"),
    ("unknown region", lambda text: text.replace("region: toyland", "region: joyland"), "region", "region"),
    ("region a number", lambda text: text.replace("region: toyland", "region: 22"), "region", "not a text"),
    ("gap", lambda text: text.replace("gap: 0.0001", "gap: -1"), "solver.gap", "range"),
    ("infinite", lambda text: text.replace("gap: 0.0001", "gap: .inf"), "solver.gap", "finite"),
    (
        "objective",
        lambda text: text.replace("minimise: cost", "minimise: cots"),
        "objective.minimise",
        "word",
    ),
    ("anchor", lambda text: text.replace("service: {}", "service: &a {}"), "", "anchors"),
    ("tag", lambda text: text.replace("seed: 0", "seed: !!python/name:os.system 0"), "solver.seed", "tag"),
    ("a feature a word", lambda text: text.replace("sizing: {}", "sizing: yes"), "features.sizing", "keys"),
    ("a dataset", lambda text: text + "dataset: jilinn\n", "dataset", "dataset is not known"),
    (
        "a technology",
        lambda text: text.replace("gies: all", "gies: [cloud]"),
        "technologies",
        "technology is",
    ),
    (
        "scenario",
        lambda text: text.replace("targets.racks-2025.value", "targets.racks-2052.value"),
        "scenarios.more-racks.set.targets.racks-2052.value",
        "name is not known",
    ),
    (
        "scenario value",
        lambda text: text.replace("value: 3500", "value: many"),
        "scenarios.more-racks.set.targets.racks-2025.value",
        "not a number",
    ),
]


@pytest.mark.parametrize(
    ("change", "column", "says"), [item[1:] for item in STUDY], ids=[item[0] for item in STUDY]
)
def test_a_broken_study(tmp_path: Path, change: Callable[[str], str], column: str, says: str) -> None:
    folder = write_tiny_case(tmp_path)
    file = folder / "study.yaml"
    before = file.read_text(encoding="utf-8").split("\n")
    after = change("\n".join(before))
    file.write_text(after, encoding="utf-8")
    pairs = zip_longest(before, after.split("\n"))
    line = next(number for number, (old, new) in enumerate(pairs, start=1) if old != new)
    found = [fault for fault in faults_of(folder) if fault.file == "study.yaml"]
    wanted = [fault for fault in found if (fault.row, fault.column) == (line, column)]
    assert any(says in fault.problem.text() for fault in wanted), "\n".join(map(str, found))


@pytest.mark.parametrize(
    "text", ["periods: [", "features: [a]\n  x: y", "name: 'x", "a: b: c", "? - x", "\x07: 1"]
)
def test_yaml_that_cannot_be_read_is_said_with_its_line(tmp_path: Path, text: str) -> None:
    folder = write_tiny_case(tmp_path)
    (folder / "study.yaml").write_text(text)
    fault = next(fault for fault in faults_of(folder) if fault.file == "study.yaml")
    assert "the YAML cannot be read" in fault.problem.text() or "not a word" in fault.problem.text()


@pytest.mark.parametrize("years", [[2025, 2024], [2024, 2024], [2023, 2024], []])
def test_periods_increase_after_the_base_year(tmp_path: Path, years: list[int]) -> None:
    fault = the_fault(write_tiny_case(tmp_path, edit=lambda parts: parts.study.update(periods=years)))
    assert (fault.file, fault.column) == ("study.yaml", "periods")


TECHNOLOGY: list[tuple[str, Callable[[Parts], object], str, str]] = [
    ("unit", lambda p: p.technologies["ai-hall"]["it_kw"].update(unit="MW"), "it_kw.unit", "unit"),
    (
        "negative",
        lambda p: p.technologies["ai-hall"]["land_ha"].update(value=-1),
        "land_ha.value",
        "negative",
    ),
    ("no source", lambda p: p.technologies["ai-hall"]["land_ha"].pop("source"), "land_ha.source", "missing"),
    ("order", lambda p: p.technologies["ai-hall"]["capex_cny"].update(low=1e9), "capex_cny", "low <= value"),
    ("class", lambda p: p.technologies["ai-hall"].update(serves=["trainig"]), "serves.0", "service class"),
    ("cooling", lambda p: p.technologies["ai-hall"].update(cooling=["ice"]), "cooling.0", "cooling system"),
    ("id", lambda p: p.technologies["ai-hall"].update(id="a-hall"), "id", "not the name of the file"),
    ("key", lambda p: p.technologies["ai-hall"].update(it_kws=1), "it_kws", "key is not known"),
    ("bare number", lambda p: p.technologies["ai-hall"].update(it_kw=300), "it_kw", "keys with values"),
    ("text", lambda p: p.technologies["ai-hall"]["it_kw"].update(value="300"), "it_kw.value", "not a number"),
    (
        "above one",
        lambda p: p.technologies["ai-hall"]["utilisation_cap"].update(high=1.2),
        "utilisation_cap.high",
        "",
    ),
]


@pytest.mark.parametrize(
    ("edit", "column", "says"), [item[1:] for item in TECHNOLOGY], ids=[item[0] for item in TECHNOLOGY]
)
def test_a_broken_technology(tmp_path: Path, edit: Edit, column: str, says: str) -> None:
    found = faults_of(write_tiny_case(tmp_path, edit=edit))
    fault = next(fault for fault in found if fault.column == column)
    assert fault.file == "technologies/ai-hall.yaml"
    assert says in fault.problem.text()
    assert fault.row is not None
    assert fault.row >= 1


def test_files_that_are_not_there(tmp_path: Path) -> None:
    found = faults_of(tmp_path)
    assert {"study.yaml", "data", "technologies"} <= {fault.file for fault in found}


def test_the_data_package_lists_every_table(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    file = folder / "data" / "datapackage.json"
    package = json.loads(file.read_text(encoding="utf-8"))
    package["resources"] = [item for item in package["resources"] if item["name"] != "zones"]
    package["resources"][0]["schema"]["fields"].pop()
    package["resources"].append({"name": "gone", "path": "gone.geojson"})
    file.write_text(json.dumps(package), encoding="utf-8")
    found = {(fault.column, fault.value) for fault in faults_of(folder)}
    assert found == {
        ("resources", "zones.csv"),
        ("resources.regions", "confidence"),
        ("resources", "gone.geojson"),
    }


@pytest.mark.parametrize("content", ["", "[]", "{", '{"resources": 3}', '{"resources": [1]}', "[" * 10**5])
def test_a_broken_data_package(tmp_path: Path, content: str) -> None:
    folder = write_tiny_case(tmp_path)
    (folder / "data" / "datapackage.json").write_text(content)
    assert {fault.file for fault in faults_of(folder)} == {"data/datapackage.json"}
    (folder / "data" / "datapackage.json").unlink()
    assert the_fault(folder).problem.text() == "the file is missing"
