"""Broken workbooks: every fault is told at once, with sheet, row, column, value and remedy, and never a traceback."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from capplan.case import Case, load_case
from capplan.cli._case import read_case
from capplan.errors import InputError
from capplan.exchange.input_book import case_workbook
from capplan.reading.workbook_layout import FIRST_ROW, HEADER_ROW
from tests.support.faults import faults_of_workbook, the_fault_of_workbook
from tests.support.tiny_case import tiny_case

Edit = Callable[[openpyxl.Workbook], object]
BOOK = "toy.xlsx"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return tiny_case(tmp_path_factory.mktemp("case") / "toyland")


@pytest.fixture(scope="module")
def content(case: Case) -> bytes:
    return case_workbook(case, "zh")


@pytest.fixture
def edited(content: bytes, tmp_path: Path) -> Callable[[Edit], Path]:
    """Return what edits the workbook of Toyland as a spreadsheet program would, and saves it."""

    def save(edit: Edit) -> Path:
        book = openpyxl.load_workbook(io.BytesIO(content))
        edit(book)
        book.save(tmp_path / BOOK)
        return tmp_path / BOOK

    return save


def column(sheet: Worksheet, name: str) -> int:
    """Return the number of a column by its name."""
    return next(cell.column for cell in sheet[HEADER_ROW] if cell.value == name)


def put(sheet: str, row: int, name: str, value: object) -> Edit:
    """Return an edit of one cell, by its row from the first one of values."""

    def edit(book: openpyxl.Workbook) -> None:
        page = book[sheet]
        page.cell(FIRST_ROW + row, column(page, name)).value = value  # type: ignore[assignment]

    return edit


def key_row(sheet: Worksheet, key: str) -> int:
    """Return the row of a key."""
    return next(row for row in range(FIRST_ROW, sheet.max_row + 1) if sheet.cell(row, 1).value == key)


def test_a_spreadsheet_program_may_save_it(case: Case, edited: Callable[[Edit], Path]) -> None:
    back = load_case(edited(lambda _: None))
    assert dict(back.files) == dict(case.files)


CELLS = [
    ("zones", 0, "population", "many", "not a number"),
    ("zones", 1, "lat", 120.5, "out of its range"),
    ("zones", 1, "population", dt.datetime(2025, 1, 2), "a date stands"),  # noqa: DTZ001
    ("zones", 2, "population", "=1/0", "nobody has computed"),
    ("zones", 0, "urban_population", "#REF!", "holds an error"),
    ("zones", 1, "urban_population", None, "the cell is empty"),
    ("zones", 0, "output_cny", True, "not a number"),
    ("zones", 0, "kind", "County", "not known"),
    ("sites", 1, "zone_id", "990102x", "zone is not known"),
    ("existing", 0, "modules", 1.5, "not a whole number"),
    ("sites", 0, "prefecture_adcode", 90100, "does not have the form"),
    ("region_members", 0, "share", "80 %", "percentage"),
]


def test_broken_cells_are_told_all_at_once_with_their_places(edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        for sheet, row, name, value, _ in CELLS:
            put(sheet, row, name, value)(book)

    found = faults_of_workbook(edited(edit))
    for sheet, row, name, _, says in CELLS:
        places = (f"{BOOK}!{sheet}", FIRST_ROW + row, name)
        told = [str(fault.problem) for fault in found if (fault.file, fault.row, fault.column) == places]
        assert says in told[0], (sheet, name, told)
        if name not in {"lat", "prefecture_adcode"}:  # of which a second check has its own to say
            assert len(told) == 1


def test_what_people_do_to_sheets_is_taken_well(case: Case, edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        zones = book["zones"]
        zones.cell(FIRST_ROW, column(zones, "name_en")).value = "  West county "
        zones.cell(FIRST_ROW, column(zones, "population")).value = " 800000 "
        zones.insert_rows(FIRST_ROW + 1, 2)
        zones.insert_rows(1)
        zones["A1"] = "Checked by the bureau"
        book["sites"].sheet_state = "hidden"
        book["documents"].cell(FIRST_ROW, 6).value = dt.datetime(2023, 5, 1)  # noqa: DTZ001
        book.create_sheet("_my notes")["A1"] = "=1+1"
        book.create_sheet("＿会议纪要")["A1"] = "=1+1"
        book["contents"]["A1"] = "anything"
        book.move_sheet("zones", 5)
        study = book["study"]
        study.cell(key_row(study, "solver.gap"), 2).value = "0.0001"

    path = edited(edit)
    assert column(openpyxl.load_workbook(path)["documents"], "date") == 6
    back = load_case(path)
    assert back.tables["documents"]["date"].iloc[0] == "2023-05-01"
    assert back.tables["zones"]["population"].iloc[0] == 800_000
    assert "West county" in set(back.tables["zones"]["name_en"])
    assert back.study == case.study


def test_rows_are_those_of_the_sheet(edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sites = book["sites"]
        sites.cell(FIRST_ROW, column(sites, "name_en")).value = "two\nlines"
        sites.insert_rows(FIRST_ROW + 1)
        sites.cell(FIRST_ROW + 2, column(sites, "lat")).value = 100
        sites.cell(FIRST_ROW + 3, 1).value = sites.cell(FIRST_ROW, 1).value

    by_column = {fault.column: fault for fault in faults_of_workbook(edited(edit))}
    assert by_column["lat"].row == FIRST_ROW + 2
    assert by_column["site_id"].row == FIRST_ROW + 3
    assert f"line {FIRST_ROW} already" in str(by_column["site_id"].problem)


def test_a_row_of_sums_is_told_once(edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        row = book["zones"].max_row + 1
        for position, value in enumerate(("合计", None, None, None, 1_100_000), start=1):
            book["zones"].cell(row, position).value = value

    (fault,) = faults_of_workbook(edited(edit))
    assert (fault.file, str(fault.problem)) == (f"{BOOK}!zones", "the row is a sum of others: 合计")


def test_merged_cells_are_told_once(edited: Callable[[Edit], Path]) -> None:
    found = faults_of_workbook(
        edited(lambda book: book["zones"].merge_cells(f"B{FIRST_ROW}:C{FIRST_ROW + 1}"))
    )
    assert [fault.value for fault in found] == [f"B{FIRST_ROW}:C{FIRST_ROW + 1}"]
    assert "merged" in str(found[0].problem)

    def edit(book: openpyxl.Workbook) -> None:
        book["technologies"].merge_cells(f"C{FIRST_ROW}:C{FIRST_ROW + 3}")
        serves = next(row for row in book["technologies"] if row[1].value == "serves")
        serves[2].value = "[训练]"

    found = faults_of_workbook(edited(edit))
    assert sum("merged" in str(fault.problem) for fault in found) == 1
    assert any(str(fault.remedy).startswith("write an id: Latin letters") for fault in found)


def test_a_missing_sheet_is_told_with_the_nearest_name(edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book["zones"].title = "zone"
        del book["climate"]
        del book["study"]

    said = {(fault.file, str(fault.problem)): fault for fault in faults_of_workbook(edited(edit))}
    assert said[f"{BOOK}!zones", "the sheet is missing"].nearest == "zone"
    assert said[f"{BOOK}!zone", "capplan knows no sheet of this name"].nearest == "zones"
    assert (f"{BOOK}!climate", "the sheet is missing") in said
    assert (f"{BOOK}!study", "the sheet is missing") in said


def test_a_sheet_that_was_given_a_chinese_name_is_known_by_its_columns(
    edited: Callable[[Edit], Path],
) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book["zones"].title = "需求区"
        book["study"].title = "规划"
        book.create_sheet("Sheet1")
        book.create_sheet("草稿")["A1"] = "42"

    said = {fault.file: fault for fault in faults_of_workbook(edited(edit))}
    assert said[f"{BOOK}!需求区"].nearest == "zones"
    assert said[f"{BOOK}!zones"].nearest == "需求区"
    assert f"{BOOK}!Sheet1" not in said
    assert said[f"{BOOK}!草稿"].nearest is None
    assert "begin its name with _" in str(said[f"{BOOK}!草稿"].remedy)


def test_merged_names_of_columns_are_told_for_what_they_are(edited: Callable[[Edit], Path]) -> None:
    found = faults_of_workbook(edited(lambda book: book["zones"].merge_cells(f"B{HEADER_ROW}:C{HEADER_ROW}")))
    assert (found[0].row, found[0].value) == (HEADER_ROW, f"B{HEADER_ROW}:C{HEADER_ROW}")
    assert "merged" in str(found[0].problem)
    assert not any("no name" in str(fault.problem) for fault in found)


SLIPS = [
    ("zones", "population", "１２", "write 12"),
    ("zones", "population", "12万", "write 120000, if"),
    ("zones", "population", "1，200", "write 1200"),
    ("sites", "copies_eligible", "是", "yes"),
    ("targets", "relation", "≥", ">="),
    ("targets", "kind", "硬性", "hard"),
    ("targets", "region", "玩具省", "toyland"),
    ("targets", "value", "6万架", "write 60000, if that is meant in the unit of its row"),
    ("zones", "zone_id", "990101\u200b", "write 990101"),
]


@pytest.mark.parametrize(("sheet", "name", "value", "meant"), SLIPS)
def test_what_was_meant_is_said(
    edited: Callable[[Edit], Path], sheet: str, name: str, value: str, meant: str
) -> None:
    found = faults_of_workbook(edited(put(sheet, 0, name, value)))
    places = (f"{BOOK}!{sheet}", FIRST_ROW, name)
    told = next(fault for fault in found if (fault.file, fault.row, fault.column) == places)
    assert meant in {told.nearest, str(told.remedy)[: len(meant)]}


def test_slips_in_the_sheets_of_keys_are_said_as_well(edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        study = book["study"]
        for key, value in (("solver.gap", "0.1%"), ("base_year", "２０２３"), ("solver.seed", "1,200")):
            study.cell(key_row(study, key), 2).value = value

    said = {fault.column: str(fault.remedy) for fault in faults_of_workbook(edited(edit))}
    assert said == {"solver.gap": "write 0.001", "base_year": "write 2023", "solver.seed": "write 1200"}


def test_renamed_and_additional_columns_are_told(edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        zones = book["zones"]
        zones.cell(HEADER_ROW, column(zones, "population")).value = "Population"
        zones.cell(HEADER_ROW, zones.max_column + 1).value = "my column"
        zones.cell(FIRST_ROW, zones.max_column + 1).value = "no name"

    said = {str(fault.problem): fault for fault in faults_of_workbook(edited(edit))}
    assert said["the column is missing"].column == "population"
    assert said["the column has cells but no name"].row == FIRST_ROW
    assert said["the column is not known"].row == HEADER_ROW
    assert "Population" in {fault.value for fault in faults_of_workbook(edited(edit))}


def test_a_sheet_without_its_header_is_told(edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        for name in ("zones", "study", "technologies"):
            book[name].delete_rows(1, HEADER_ROW)

    said = {fault.file: str(fault.problem) for fault in faults_of_workbook(edited(edit))}
    assert said[f"{BOOK}!zones"] == "no row names the columns of this table"
    assert said[f"{BOOK}!study"] == "a column of this sheet is missing"


def test_keys_are_told_by_their_row(edited: Callable[[Edit], Path]) -> None:
    rows = {}

    def edit(book: openpyxl.Workbook) -> None:
        study, technologies = book["study"], book["technologies"]
        for key, value in (("base_year", "soon"), ("periods", "[2024, "), ("solver.gap", 2.0)):
            rows[key] = key_row(study, key)
            study.cell(rows[key], 2).value = value
        for key, value in (("solver.gap", 0.1), ("solver.gapp", 0.1), ("a..b", 1), ("features.sizing.x", 1)):
            study.append([key, value])
        technologies.cell(FIRST_ROW, column(technologies, "value")).value = ""
        book["scenario_settings"].append(["no-such", "solver.gap", 0.1])

    path = edited(edit)
    with pytest.raises(InputError) as caught:
        read_case(str(path))
    said = {(fault.column, str(fault.problem)): fault for fault in caught.value.faults}
    assert said["base_year", "this is not a number"].row == rows["base_year"]
    assert said["value", "the list or text in the cell does not end or is not YAML"].row == rows["periods"]
    assert said["key", "the key stands twice"].value == "solver.gap"
    assert said["key", "this is no key"].value == "a..b"
    assert said["solver.gapp", "the key is not known"].nearest == "gap"
    assert said["scenario", "the scenario is not known"].file == f"{BOOK}!scenario_settings"
    assert any(
        fault.file == f"{BOOK}!technologies" and fault.row == FIRST_ROW for fault in caught.value.faults
    )


def test_rules_are_told_by_their_row(edited: Callable[[Edit], Path]) -> None:
    path = edited(lambda book: book["study"].append(["features.servise", "{}"]))
    with pytest.raises(InputError) as caught:
        read_case(str(path))
    (fault,) = caught.value.faults
    assert (fault.file, fault.nearest) == (f"{BOOK}!study", "service")
    assert fault.row is not None


def test_quantities_are_told_by_their_row(edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        page = book["technologies"]
        row = next(row for row in range(FIRST_ROW, page.max_row) if page.cell(row, 2).value == "it_kw")
        page.cell(row, column(page, "low")).value = 1e9
        page.cell(row, column(page, "confidence")).value = "guess"
        page.cell(row + 1, column(page, "unit")).value = None

    found = faults_of_workbook(edited(edit))
    assert {fault.file for fault in found} == {f"{BOOK}!technologies"}
    assert any(fault.column.endswith("it_kw.confidence") for fault in found)
    assert any(fault.column.endswith(".unit") for fault in found)


def test_another_workbook_is_told_once(edited: Callable[[Edit], Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        del book["study"]
        del book["technologies"]

    assert "does not hold the inputs" in str(the_fault_of_workbook(edited(edit)).problem)


def test_a_folder_with_a_workbook_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / BOOK).write_bytes(content)
    assert str(tmp_path / "mine" / BOOK) in str(the_fault_of_workbook(tmp_path / "mine").remedy)


@pytest.mark.parametrize("named", ["other.geojson", "../secret.geojson"])
def test_areas_that_are_not_beside_the_workbook_are_told(
    edited: Callable[[Edit], Path], named: object
) -> None:
    fault = the_fault_of_workbook(edited(lambda book: book["about"].append(["boundaries", named])))
    assert fault.file == f"{BOOK}!about"
    assert "beside the workbook" in str(fault.problem)


def test_faults_of_areas_name_their_file(edited: Callable[[Edit], Path], tmp_path: Path) -> None:
    (tmp_path / "areas.json").write_text("{}")
    fault = the_fault_of_workbook(edited(lambda book: book["about"].append(["boundaries", "areas.json"])))
    assert fault.file == "areas.json"
