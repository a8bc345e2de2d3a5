"""From a case folder to a plan that holds, and from a cell that was changed to a plan that does not."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capplan.cli import main
from capplan.plan import read_plan
from tests.support.full_case import full_case

CELLS = [
    ("capacity", "modules"),
    ("capacity", "standard_racks"),
    ("service", "amount"),
    ("service", "latency_ms"),
    ("energy", "facility_mwh"),
    ("energy", "green_mwh"),
    ("builds", "modules"),
    ("builds", "capex_cny"),
    ("costs", "cny"),
    ("targets", "achieved"),
    ("sites", "connection_mva"),
    ("replicas", "amount"),
]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the plan folder of Toyland with every rule on."""
    folder = tmp_path_factory.mktemp("full")
    full_case(folder / "case")
    code = main(
        ["plan", str(folder / "case"), "--out", str(folder / "plan"), "--quiet"], standalone_mode=False
    )
    assert code == 0
    return folder / "plan"


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """Return what verifies a folder: exit code and document."""

    def run(folder: Path, *options: str) -> tuple[int, Any]:
        code = main(["verify", str(folder), "--json", *options], standalone_mode=False)
        return code, json.loads(capsys.readouterr().out)

    return run


def test_the_folder_is_whole(planned: Path) -> None:
    names = {path.name for path in planned.iterdir()}
    assert {
        "plan.json",
        "case",
        "tables",
        "plan.xlsx",
        "plan.gpkg",
        "sites.geojson",
        "certificate.json",
        "maps",
    } <= names
    assert {path.name for path in (planned / "maps").iterdir()} >= {"siting-zh.png", "siting-en.pdf"}
    record = read_plan(planned).record
    assert record["status"] == "optimal"
    assert record["gap"] <= record["termination"]["gap_asked"]


def test_it_holds(planned: Path, verify: Callable[..., tuple[int, Any]]) -> None:
    code, document = verify(planned)
    assert (code, document["holds"]) == (0, True)


def test_a_plan_can_be_made_again_from_its_own_folder(
    planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["plan", str(planned / "case"), "--out", str(tmp_path / "again"), "--json"]
    assert main(arguments, standalone_mode=False) == 0
    again = json.loads(capsys.readouterr().out)
    before = read_plan(planned).record
    assert again["inputs"] == before["inputs"]
    assert again["objective_cny"] == pytest.approx(before["objective_cny"], rel=1e-6)


@pytest.mark.parametrize(("table", "column"), CELLS)
def test_a_halved_cell_is_rejected(
    planned: Path, tmp_path: Path, verify: Callable[..., tuple[int, Any]], table: str, column: str
) -> None:
    changed = tmp_path / "plan"
    shutil.copytree(planned, changed, ignore=shutil.ignore_patterns("maps"))
    path = changed / "tables" / f"{table}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    row = max(rows, key=lambda found: abs(float(found[column] or 0.0)))
    value = float(row[column]) / 2
    assert value
    row[column] = str(int(value)) if column == "modules" else repr(value)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    code, document = verify(changed, "--recompute-only")
    assert (code, document["error"]["exit_code"]) == (8, 8)


def test_an_input_that_was_changed_is_told(
    planned: Path, tmp_path: Path, verify: Callable[..., tuple[int, Any]]
) -> None:
    changed = tmp_path / "plan"
    shutil.copytree(planned, changed, ignore=shutil.ignore_patterns("maps"))
    readme = changed / "case" / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8") + "One more line.\n", encoding="utf-8")
    code, document = verify(changed)
    assert code == 8
    assert document["fingerprints_that_differ"] == ["README.md"]
    assert verify(changed, "--recompute-only")[0] == 0


def test_what_cannot_be_is_explained(
    planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = [
        "--set",
        "targets.racks-2025.value=9000000",
        "--out",
        str(tmp_path / "plan"),
        "--lang",
        "zh",
        "--json",
    ]
    assert main(["plan", str(planned / "case"), *wish], standalone_mode=False) == 4
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["message"] == "没有任何方案能同时满足全部目标与限制"
    assert any("racks-2025" in line for line in error["conflicts"])
    assert list(tmp_path.iterdir()) == []
