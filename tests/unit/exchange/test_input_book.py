"""The workbook of inputs: what is read back is what was written, bit for bit, and a spreadsheet can edit it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from capplan.case import Case, load_case
from capplan.errors import WriteError
from capplan.exchange.input_book import LONGEST_CELL, case_workbook, workbook_files
from capplan.exchange.input_words import column_words, parameter_words, study_words, words
from capplan.features import registry
from capplan.reading.workbook_layout import FIRST_ROW, HEADER_ROW, KEY_SHEETS, known_sheets
from capplan.schema.study import Scenario, SolverOptions, Study
from capplan.schema.tables import TABLES
from capplan.schema.technology import Technology
from tests.support.full_case import full_case
from tests.support.random_case import drawn
from tests.support.sample_plan import HOSTILE
from tests.support.tiny_case import Parts, tiny_case, write_parts

Book = openpyxl.Workbook


def hostile(parts: Parts) -> None:
    """Put into the inputs what is hard to write into a sheet and to read from one."""
    parts.rows("zones")[0] |= {"name_zh": HOSTILE.replace("\n", " "), "name_en": "_x000D_ +1 'quoted'"}
    parts.rows("sites")[0] |= {"lon": repr(120.0 + 0.1 + 0.2), "name_en": "@SUM(A1)", "name_zh": "=1+1"}
    parts.rows("documents")[0] |= {"title_zh": "two\nlines", "date": "2023-05", "number": "007"}
    parts.readme = f"# Toyland\n\n=cmd|' /C calc'!A0\n\n\n  {HOSTILE}\n"
    parts.study["title"] = {"zh": "-1", "en": '"quoted": [a, b]'}
    parts.study["description"] = {"zh": HOSTILE, "en": " a\n\nb \x0b\r"}
    parts.study["scenarios"]["more-racks"]["set"] |= {
        "features.green_share": {"share": {"toyland": {2024: 0.1, 2025: 1 / 3}}, "direct_lines": False},
        "solver.gap": 0.00012345678901234567,
        "features.sizing": None,
        "title.zh": "null",
    }
    parts.study["scenarios"]["none"] = {"title": {"zh": "无", "en": "true"}, "set": {}}


CASES: dict[str, Callable[[Path], Case]] = {
    "tiny": tiny_case,
    "full": full_case,
    "hostile": lambda folder: tiny_case(folder, edit=hostile),
    "packaged": lambda _: load_case("wuhan-2022"),
}


@pytest.mark.parametrize(
    ("name", "lang"), [("tiny", "en"), ("full", "zh"), ("hostile", "en"), ("packaged", "zh")]
)
def test_a_case_reads_back_bit_for_bit(tmp_path: Path, name: str, lang: str) -> None:
    case = CASES[name](tmp_path / "case")
    for file, content in workbook_files(case, lang).items():
        (tmp_path / file).write_bytes(content)
    back = load_case(tmp_path / f"{case.name}.xlsx")
    assert dict(back.files) == dict(case.files)
    assert list(back.technologies) == list(case.technologies)
    assert list(back.study.scenarios) == list(case.study.scenarios)
    for table in TABLES:
        pd.testing.assert_frame_equal(back.tables[table], case.tables[table])
    assert set(back.origin) == set(workbook_files(case, lang))


ODD_IDS = ("001", "1e5", "TRUE", "2024-01", "NA", "0x1F", "1.10")
ODD_NAMES = ("=1+1", "+1", "-1", "@x", "'quoted", "NA", "0", "1,200", "🙂" * 150, "𠮷" + "长" * 299)


def odd(parts: Parts) -> None:
    """Give sites ids that look like numbers, words and dates, and names that look like formulas."""
    rows = parts.rows("sites")
    renamed = {row["site_id"]: new for row, new in zip(rows, ODD_IDS, strict=False)}
    for table in parts.tables.values():
        for row in table:
            if row.get("site_id") in renamed:
                row["site_id"] = renamed[row["site_id"]]
    for table, column in (("sites", "name_zh"), ("zones", "name_en"), ("documents", "title_zh")):
        for row, name in zip(parts.rows(table), ODD_NAMES, strict=False):
            row[column] = name
    for row, value in zip(parts.rows("zones"), (1e-17, 1 / 3, 0.0), strict=False):
        row["output_cny"] = repr(value)
    parts.rows("zones")[1]["lon"] = repr(120.12345678901234)


def test_ids_and_names_that_look_like_something_else_stay_texts(tmp_path: Path) -> None:
    case = tiny_case(tmp_path / "case", edit=odd)
    (tmp_path / "odd.xlsx").write_bytes(case_workbook(case, "zh"))
    back = load_case(tmp_path / "odd.xlsx")
    assert dict(back.files) == dict(case.files)
    assert list(back.tables["sites"]["site_id"]) == sorted(ODD_IDS[:3])
    assert set(case.tables["zones"]["output_cny"]) >= {1e-17, 1 / 3, 0.0}
    assert case_workbook(back, "zh") == case_workbook(case, "zh")


def test_random_cases_read_back(tmp_path: Path) -> None:
    for number, parts in enumerate(drawn(6)):
        case = load_case(write_parts(parts, tmp_path / str(number)))
        book = tmp_path / f"{number}.xlsx"
        book.write_bytes(case_workbook(case, "en"))
        assert dict(load_case(book).files) == dict(case.files)


def test_areas_stand_beside_the_workbook(tmp_path: Path) -> None:
    words = {"adcode": "990101", "name_zh": "甲", "name_en": "A", "prefecture_adcode": "990100"}
    ring = [[119, 43], [121, 43], [121, 45], [119, 43]]
    feature = {"type": "Feature", "properties": words, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    case = dataclasses.replace(tiny_case(tmp_path / "case"), boundaries=content)
    files = workbook_files(case, "en")
    assert set(files) == {"toyland.xlsx", "boundaries.geojson"}
    for file, data in files.items():
        (tmp_path / file).write_bytes(data)
    assert load_case(tmp_path / "toyland.xlsx").boundaries == content


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return full_case(tmp_path_factory.mktemp("full") / "case")


@pytest.fixture(scope="module", params=["zh", "en"])
def book(request: pytest.FixtureRequest, case: Case, tmp_path_factory: pytest.TempPathFactory) -> Book:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    path.write_bytes(case_workbook(case, request.param))
    return openpyxl.load_workbook(path)


def test_equal_cases_give_equal_workbooks(case: Case) -> None:
    assert case_workbook(case, "zh") == case_workbook(case, "zh")


def test_there_is_a_sheet_for_everything(book: Book) -> None:
    assert set(book.sheetnames) == {"contents", "_lists", *known_sheets()}
    assert book["_lists"].sheet_state == "hidden"
    assert not any(sheet.protection.sheet for sheet in book)
    links = [
        cell.hyperlink.location for row in book["contents"].iter_rows() for cell in row if cell.hyperlink
    ]
    assert {link.partition("!")[0].strip("'") for link in links} == set(known_sheets())


def test_columns_are_explained_above_their_names(book: Book) -> None:
    for name, spec in TABLES.items():
        sheet = book[name]
        assert [cell.value for cell in sheet[HEADER_ROW]][: len(spec.columns)] == list(spec.names)
        assert sheet.freeze_panes == f"B{FIRST_ROW}"
        units = [cell.value for cell in sheet[HEADER_ROW - 1]]
        for column, unit in zip(spec.columns[1:], units[1:], strict=False):
            if column.unit:
                assert unit == f"[{column.unit}]"
    for name, columns in KEY_SHEETS.items():
        assert [cell.value for cell in book[name][HEADER_ROW]][: len(columns)] == list(columns)


def test_ids_and_words_are_chosen_from_lists(book: Book, case: Case) -> None:
    rules = {}
    for rule in book["sites"].data_validations.dataValidation:
        for cells in rule.sqref.ranges:
            rules[book["sites"].cell(HEADER_ROW, cells.min_col).value] = rule
    assert rules["zone_id"].formula1 == "list_zones_zone_id"
    assert rules["status"].formula1 == '"existing,candidate"'
    assert (rules["lat"].type, rules["lat"].formula1, rules["lat"].formula2) == ("decimal", "-90", "90")
    assert rules["opened_year"].type == "whole"
    first = f"'zones'!$A${FIRST_ROW}"
    assert book.defined_names["list_zones_zone_id"].attr_text.startswith(f"{first}:INDEX({first}:")
    sheet, cells = book.defined_names["list_technologies"].attr_text.split("!")
    listed = [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]
    assert listed == sorted(case.technologies)


def test_codes_are_texts_and_numbers_are_numbers(book: Book, case: Case) -> None:
    sheet = book["zones"]
    columns = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    code = sheet.cell(FIRST_ROW, columns["prefecture_adcode"])
    assert (code.data_type, code.number_format) == ("s", "@")
    assert sheet.cell(FIRST_ROW, columns["lon"]).value == case.tables["zones"]["lon"].iloc[0]
    assert {cell.data_type for page in book for row in page.iter_rows() for cell in row} <= {"s", "n", "b"}


def test_a_text_too_long_for_a_cell_is_refused(tmp_path: Path) -> None:
    def long_note(parts: Parts) -> None:
        parts.rows("documents")[0]["title_en"] = "😀" * (LONGEST_CELL // 2 + 1)

    with pytest.raises(WriteError, match="documents, row 5, column title_en"):
        case_workbook(tiny_case(tmp_path / "case", edit=long_note))


def test_everything_is_explained_in_chinese() -> None:
    said = []
    for spec in TABLES.values():
        said.append(words(spec.title, "zh"))
        said += [column_words(spec, column, "zh") for column in spec.columns]
    said += [parameter_words(name, "zh") for name in Technology.model_fields]
    said += [study_words((name,), "zh") for name in Study.model_fields]
    said += [study_words(("solver", name), "zh") for name in SolverOptions.model_fields]
    said += [study_words(("scenarios", "x", name), "zh") or "略" for name in Scenario.model_fields]
    for name, feature in registry().items():
        said += [study_words(("features", name, key), "zh") for key in feature.parameters.model_fields]
    assert [text for text in said if not re.search("[一-龥]", text)] == []
