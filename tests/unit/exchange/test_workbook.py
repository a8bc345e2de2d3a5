"""The workbook, read back with another library: every table, two heading rows, and no formula."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import pytest

from capplan.exchange import workbook
from capplan.exchange.workbook import write_workbook
from capplan.messages import Text
from capplan.plan_tables import PLAN_TABLES, conform, empty
from tests.support.sample_plan import HOSTILE, sample_tables

TITLE = Text(zh="玩具省", en="Toyland")
RECORD = {
    "status": "optimal",
    "objective_cny": 1.5e9,
    "gap": 0.0005,
    "cost_by_term": {"land": 1.0, "=energy": 2.0},
    "key_figures": {"standard_racks": 1620, "note": "=1+1", "size": {"zones": 4}, "none": None, "done": True},
}


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    given = sample_tables()
    tables = {name: conform(name, given[name]) if name in given else empty(name) for name in PLAN_TABLES}
    return tables | {"quotes": conform("quotes", given["quotes"])}


def written(path: Path, tables: dict[str, pd.DataFrame], lang: str = "en") -> openpyxl.Workbook:
    write_workbook(path, tables, RECORD, title=TITLE, lang=lang)
    return openpyxl.load_workbook(path)


def test_a_sheet_for_each_table_between_summary_and_columns(
    tmp_path: Path, tables: dict[str, pd.DataFrame]
) -> None:
    assert written(tmp_path / "a.xlsx", tables).sheetnames == ["summary", *tables, "columns"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rows_follow_ids_and_headings(tmp_path: Path, tables: dict[str, pd.DataFrame], lang: str) -> None:
    book = written(tmp_path / "a.xlsx", tables, lang)
    for name, frame in tables.items():
        first, second, *rows = list(book[name].iter_rows(values_only=True))
        assert list(first) == list(frame.columns)
        assert all(second)
        assert len(rows) == len(frame)
    assert book["costs"]["D2"].value == {"zh": "金额 [CNY]", "en": "Cost [CNY]"}[lang]
    assert book["costs"].freeze_panes == "B3"
    assert book["costs"].auto_filter.ref == "A2:D4"


def test_values_are_those_of_the_tables(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    book = written(tmp_path / "a.xlsx", tables)
    assert [row[3] for row in book["costs"].iter_rows(min_row=3, values_only=True)] == tables["costs"][
        "cny"
    ].tolist()
    assert book["capacity"]["B3"].value == "990100"
    assert book["capacity"]["B3"].data_type == "s"
    assert book["targets"]["J3"].value is False
    assert book["sites"]["I3"].value is None
    assert book["sites"]["K3"].value is None
    assert book["costs"]["D3"].number_format == "#,##0"


def test_no_cell_is_a_formula_or_breaks_the_file(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    rude = tables["sites"].assign(name_zh=["=1+1", "+1\x00\x1f\ufffe"], name_en=["-1", "@SUM(A1)"])
    book = written(tmp_path / "a.xlsx", {**tables, "sites": rude})
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b"}
    assert [row[1].value for row in book["sites"].iter_rows(min_row=3)] == ["=1+1", "+1\ufffd\ufffd\ufffd"]
    assert written(tmp_path / "b.xlsx", tables)["sites"]["B3"].value == HOSTILE


def test_the_summary_has_targets_and_key_figures(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    cells = list(written(tmp_path / "a.xlsx", tables)["summary"].iter_rows(values_only=True))
    assert cells[0][0] == "Toyland"
    assert any(row[0] == "racks-2025" and row[6] == 1500 for row in cells)
    assert ("standard_racks", 1620) in {row[:2] for row in cells}
    assert ("note", "=1+1") in {row[:2] for row in cells}
    assert ("size", "zones: 4") in {row[:2] for row in cells}


def test_the_columns_sheet_explains_every_column(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    rows = list(written(tmp_path / "a.xlsx", tables, "zh")["columns"].iter_rows(min_row=2, values_only=True))
    assert [row[:2] for row in rows] == [
        (name, column) for name, frame in tables.items() for column in frame.columns
    ]


def test_equal_plans_give_equal_files(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    written(tmp_path / "a.xlsx", tables)
    written(tmp_path / "b.xlsx", tables)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_table_too_long_for_a_sheet_is_left_to_its_file(
    tmp_path: Path, tables: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_LONGEST", 2)
    book = written(tmp_path / "a.xlsx", tables)
    assert "3 rows" in book["service"]["A1"].value
    assert "tables/service.csv" in book["service"]["A1"].value
    assert book["costs"].max_row == 4


def test_every_part_is_well_formed_and_says_its_extent(
    tmp_path: Path, tables: dict[str, pd.DataFrame]
) -> None:
    written(tmp_path / "a.xlsx", tables)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert book.testzip() is None
        parts = {name: ET.fromstring(book.read(name)) for name in book.namelist() if name.endswith(".xml")}  # noqa: S314
    extents = {node.get("ref") for part in parts.values() for node in part if node.tag.endswith("}dimension")}
    assert "A1:D4" in extents
