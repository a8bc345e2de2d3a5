"""Tables as CSV: they read back bit for bit, and every fault has its file, row and column."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from capplan.errors import Fault
from capplan.exchange.tables import read_tables, write_tables
from capplan.plan_tables import PLAN_TABLES, conform, empty
from tests.support.sample_plan import sample_tables

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ROW = st.fixed_dictionaries(
    {
        "zone_id": TEXT,
        "class": TEXT,
        "site_id": TEXT,
        "year": st.integers(1990, 2100),
        "amount": st.floats(allow_nan=False, allow_infinity=False),
        "unit": TEXT,
        "route_km": st.floats(0, 1e6),
        "latency_ms": st.floats(0, 1e3),
        "latency_limit_ms": st.floats(0, 1e3) | st.none(),
        "note": TEXT,
        "tested": st.booleans(),
    }
)


def all_tables(**changes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    given_tables = sample_tables() | changes
    tables = {name: conform(name, given_tables.get(name, empty(name))) for name in PLAN_TABLES}
    return tables | {name: conform(name, frame) for name, frame in given_tables.items() if name not in tables}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tables(tmp_path, all_tables())
    return tmp_path


def test_tables_read_back_as_they_were(folder: Path) -> None:
    tables, faults = read_tables(folder)
    assert faults == []
    assert list(tables) == list(all_tables())
    for name, frame in all_tables().items():
        assert_frame_equal(tables[name], frame, check_exact=True)


@given(st.lists(ROW, max_size=5))
@settings(
    max_examples=50,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_any_text_and_any_number_read_back_as_they_were(
    tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    expected = conform("service", pd.DataFrame(rows) if rows else empty("service"))
    write_tables(tmp_path, {"service": expected})
    tables, faults = read_tables(tmp_path)
    assert "tables/service.csv" not in {fault.file for fault in faults}
    assert_frame_equal(tables["service"], expected, check_exact=True)


def test_files_are_utf8_with_one_header_row_and_lf(folder: Path) -> None:
    text = (folder / "costs.csv").read_bytes()
    assert text.splitlines()[0] == b"term,year,site_id,cny"
    assert b"333333333.3333333" in text
    assert b"\r" not in text


def test_frictionless_accepts_the_package(folder: Path) -> None:
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])


def test_a_table_added_later_is_read_without_a_description(folder: Path) -> None:
    (folder / "why.csv").write_text("target,price,exact,note\nb,1.5,true,\na,,false,x\n", encoding="utf-8")
    tables, faults = read_tables(folder)
    assert faults == []
    assert tables["why"].to_dict("list")["exact"] == [False, True]
    assert str(tables["why"]["price"].dtype) == "float64"


def faults_after(folder: Path, name: str, old: str, new: str) -> list[Fault]:
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return read_tables(folder)[1]


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("costs", "1500000.0", "1,500,000", ("tables/costs.csv", 3, "")),
        ("costs", "1500000.0", "nan", ("tables/costs.csv", 3, "cny")),
        ("costs", "1500000.0", "1_5", ("tables/costs.csv", 3, "cny")),
        ("costs", "1500000.0", "", ("tables/costs.csv", 3, "cny")),
        ("costs", "2025", "2025.0", ("tables/costs.csv", 3, "year")),
        ("costs", "site_id", "site", ("tables/costs.csv", 1, "site_id")),
        ("costs", "site_id", "term", ("tables/costs.csv", 1, "term")),
        ("targets", "true", "yes", ("tables/targets.csv", 3, "binding")),
        ("sites", ",grid_node", ",gridnode", ("tables/sites.csv", 1, "grid_node")),
    ],
)
def test_faults_name_file_row_and_column(
    folder: Path, name: str, old: str, new: str, place: tuple[str, int, str]
) -> None:
    found = [(fault.file, fault.row, fault.column) for fault in faults_after(folder, name, old, new)]
    assert place in found
    assert {file for file, _, _ in found} == {place[0]}


def test_the_nearest_name_is_offered(folder: Path) -> None:
    (fault,) = faults_after(folder, "costs", "site_id", "site_ids")
    assert fault.nearest == "site_ids"
    (folder / "capacity.csv").rename(folder / "capacities.csv")
    assert "capacities" in {fault.nearest for fault in read_tables(folder)[1]}


def test_all_faults_are_found_at_once(folder: Path) -> None:
    (folder / "costs.csv").write_bytes("费用,年\n".encode("gbk"))
    (folder / "limits.csv").write_text("", encoding="utf-8")
    (folder / "capacity.csv").unlink()
    (folder / "datapackage.json").write_text("[", encoding="utf-8")
    files = [fault.file for fault in read_tables(folder)[1]]
    named = ("datapackage.json", "capacity.csv", "costs.csv", "limits.csv")
    assert sorted(files) == sorted(f"tables/{name}" for name in named)


@pytest.mark.parametrize("content", ["{}", '{"resources": [{"name": "costs"}]}', "null"])
def test_a_description_out_of_form_is_one_fault(folder: Path, content: str) -> None:
    (folder / "datapackage.json").write_text(content, encoding="utf-8")
    assert [fault.file for fault in read_tables(folder)[1]] == ["tables/datapackage.json"]


def test_a_description_with_an_unknown_type_is_a_fault(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"][0]["schema"]["fields"][0]["type"] = "geopoint"
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (fault,) = read_tables(folder)[1]
    assert "geopoint" in str(fault)


def test_no_folder_means_that_every_table_is_missing(tmp_path: Path) -> None:
    tables, faults = read_tables(tmp_path / "nowhere")
    assert tables == {}
    assert [fault.file for fault in faults] == [f"tables/{name}.csv" for name in PLAN_TABLES]
