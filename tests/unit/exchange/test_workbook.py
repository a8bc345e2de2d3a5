"""The workbook, read back with another library: every table, two heading rows, and no formula."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import pytest

from capplan.case import Case
from capplan.exchange import workbook
from capplan.exchange.names import Names
from capplan.exchange.summary_sheet import TRUTH
from capplan.exchange.workbook import write_workbook
from capplan.messages import Text
from capplan.plan_tables import PLAN_TABLES, conform, empty
from tests.support.sample_plan import HOSTILE, sample_tables
from tests.support.tiny_case import tiny_case

CASES: list[Case] = []
TITLE = Text(zh="玩具省", en="Toyland")
RECORD = {
    "status": "optimal",
    "objective_cny": 1.5e9,
    "gap": 0.0005,
    "cost_by_term": {"land": 1.0, "=energy": 2.0},
    "key_figures": {"standard_racks": 1620, "note": "=1+1", "size": {"zones": 4}, "none": None, "done": True},
}


@pytest.fixture(scope="module", autouse=True)
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    CASES.append(tiny_case(tmp_path_factory.mktemp("case") / "toyland"))
    yield CASES[-1]
    CASES.pop()


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    given = sample_tables()
    tables = {name: conform(name, given[name]) if name in given else empty(name) for name in PLAN_TABLES}
    return tables | {"quotes": conform("quotes", given["quotes"])}


def written(path: Path, tables: dict[str, pd.DataFrame], lang: str = "en") -> openpyxl.Workbook:
    write_workbook(path, tables, RECORD, title=TITLE, names=Names(CASES[-1], lang))
    return openpyxl.load_workbook(path)


def test_a_sheet_for_each_table_between_charts_and_columns(
    tmp_path: Path, tables: dict[str, pd.DataFrame]
) -> None:
    wanted = ["contents", "summary", "charts", *tables, "columns"]
    assert written(tmp_path / "a.xlsx", tables).sheetnames == wanted


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
    (target,) = [row for row in cells if row[8] == "racks-2025"]
    assert target[:2] == ("Toyland · standard racks", 1500)
    assert (target[4], target[5], target[6]) == (2025, "hard", "yes")
    assert ("standard racks in service", 1620, "figure.standard_racks") in {row[:3] for row in cells}
    assert ("status", "the gap asked for was reached") in {row[:2] for row in cells}
    assert ("note", "=1+1") in {row[:2] for row in cells}
    assert ("size", "zones: 4") in {row[:2] for row in cells}


def test_sheets_are_set_up_for_printing(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    book = written(tmp_path / "a.xlsx", tables, "zh")
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape", sheet.title
        assert sheet.page_setup.paperSize == 9
        assert "&P" in str(sheet.oddFooter.right.text)
    for name in tables:
        assert book[name].print_title_rows == "$1:$2"
        assert book[name].print_title_cols == "$A:$A"
        assert book[name].page_setup.fitToHeight == 0
    assert book["costs"].page_setup.fitToWidth in {None, 1}
    assert book["limits"]["F3"].number_format == TRUTH


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


def cells_of(book: openpyxl.Workbook, reference: str) -> list[object]:
    """Return the values of a range such as ``costs!$A$3:$D$4``, row by row."""
    sheet, _, cells = reference.partition("!")
    found = book[sheet.strip("'")][cells.replace("$", "")]
    rows = found if isinstance(found, tuple) else ((found,),)
    return [cell.value for row in rows for cell in (row if isinstance(row, tuple) else (row,))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_mean_the_cells_they_say(tmp_path: Path, tables: dict[str, pd.DataFrame], lang: str) -> None:
    book = written(tmp_path / "a.xlsx", tables, lang)
    named = {name: item.attr_text for name, item in book.defined_names.items()}
    for name, frame in tables.items():
        for column in frame.columns:
            found = cells_of(book, named[f"{name}.{column}"])
            shown = [None if pd.isna(value) or value == "" else value for value in frame[column]] or [None]
            assert found == shown, (name, column)
    assert cells_of(book, named["figure.standard_racks"]) == [1620]
    assert cells_of(book, named["plan.gap"]) == [0.0005]
    assert cells_of(book, named["cost._energy"]) == [2]
    assert cells_of(book, named["costs"]) == [
        value for row in tables["costs"].to_numpy() for value in (v or None for v in row)
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_show_cells_that_hold_their_figures(
    tmp_path: Path, tables: dict[str, pd.DataFrame], lang: str
) -> None:
    energy = {"site_id": ["alpha"], "year": [2025], "it_mwh": 10.0, "facility_mwh": 12.0, "grid_mwh": 12.0}
    energy |= {"green_mwh": 3.0, "green_share": 0.25, "cost_cny": 6.0}
    builds = {"site_id": ["alpha"], "technology": "ai-hall", "year": 2025, "modules": 1, "action": "build"}
    more = {"energy": energy, "builds": builds | {"capex_cny": 6e7}}
    tables |= {name: conform(name, pd.DataFrame(rows)) for name, rows in more.items()}
    book = written(tmp_path / "a.xlsx", tables, lang)
    charts = book["charts"]._charts
    assert len(charts) == 6
    for chart in charts:
        for series in chart.series:
            assert len(cells_of(book, series.tx.strRef.f)) == 1
            labels = cells_of(book, (series.cat.strRef or series.cat.numRef).f)
            values = cells_of(book, series.val.numRef.f)
            assert len(labels) == len(values) > 0
            assert None not in labels
            assert all(isinstance(value, int | float) for value in values)
    racks = cells_of(book, book.defined_names["overview.capacity_standard_racks"].attr_text)
    assert racks[4:] == [2024, 1000, 0, 0, 2025, 1500, 120, 100]


def test_links_lead_to_sheets(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    book = written(tmp_path / "a.xlsx", tables)
    links = [
        cell.hyperlink.location for row in book["contents"].iter_rows() for cell in row if cell.hyperlink
    ]
    assert [link.partition("!")[0].strip("'") for link in links] == book.sheetnames[1:]


def test_names_that_spreadsheets_refuse_are_left_out(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    odd = pd.DataFrame({"A1": [1.0], "=x y": [2.0], "R1C1": [3.0]})
    book = written(tmp_path / "a.xlsx", {**tables, "A1": conform("A1", odd), "9 <b>": conform("9 <b>", odd)})
    assert {"A1", "9 <b>"} <= set(book.sheetnames)
    assert {"A1.A1", "A1._x_y"} <= set(book.defined_names)
    assert not {"A1", "9_b_", "R1C1"} & set(book.defined_names)
