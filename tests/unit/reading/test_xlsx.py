"""Sheets as other programs write them: every kind of cell is told from every other."""

from __future__ import annotations

import datetime as dt
import io
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
import xlsxwriter

from capplan.reading.faults import Faults
from capplan.reading.xlsx import Book, open_book
from capplan.reading.xlsx_cells import (
    Odd,
    column_letters,
    column_number,
    grid,
    plain_text,
    styles,
    without_empty,
)

DAY = dt.datetime(2025, 1, 2)  # noqa: DTZ001  (sheets know no zones)


def read(data: bytes) -> Book:
    faults = Faults()
    book = open_book(data, "a.xlsx", faults)
    assert book is not None, faults.listed()
    return book


@pytest.fixture(scope="module")
def written() -> Book:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("zones")
    sheet.write_string(0, 0, "  two\r\nlines _x000D_ ")
    sheet.write_number(1, 1, 0.5)
    sheet.write_formula(2, 0, "=1+1", None, 2)
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    sheet.write_datetime(3, 0, DAY, book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}))
    sheet.write_number(3, 1, 5, book.add_format({"num_format": '0 "days"'}))
    sheet.write_boolean(4, 0, True)  # noqa: FBT003
    sheet.merge_range(5, 0, 6, 1, "merged")
    sheet.write_rich_string(7, 0, "ab", book.add_format({"bold": True}), "cd")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=zones!$B$2:$B$2"})
    book.add_chartsheet("chart").set_chart(chart)
    book.add_worksheet("hidden").hide()
    book.close()
    return read(buffer.getvalue())


def test_cells_are_told_apart(written: Book) -> None:
    rows = written.sheets[0].grid.rows
    assert rows[1][0] == "  two\r\nlines _x000D_ "
    assert rows[2] == {1: 0.5}
    assert rows[3] == {0: 2.0, 1: Odd("error", "#DIV/0!")}
    assert rows[4] == {0: Odd("date", "2025-01-02"), 1: 5.0}
    assert rows[5] == {0: True}
    assert rows[6][0] == rows[6][1] == Odd("merged", "A6:B7")
    assert rows[8] == {0: "abcd"}


def test_sheets_are_named_and_charts_left_out(written: Book) -> None:
    assert [(sheet.name, sheet.hidden) for sheet in written.sheets] == [("zones", False), ("hidden", True)]


def test_a_formula_that_nobody_computed_is_no_empty_cell() -> None:
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["C2"] = "=1+1", DAY, 1904  # type: ignore[index]
    book.save(buffer)
    rows = read(buffer.getvalue()).sheets[0].grid.rows
    assert rows[1] == {0: Odd("formula", "=1+1"), 1: Odd("date", "2025-01-02")}
    assert rows[2] == {2: 1904.0}


def test_rows_and_cells_without_a_number_follow_each_other() -> None:
    data = '<s><sheetData><row><c t="n"><v>1</v></c><c t="b"><v>0</v></c></row><row><c t="d"><v>2025-01-02</v></c>'
    data += '<c t="str"><f>A1</f><v>x</v></c><c r="E2" t="s"><v>0</v></c><c><v>1e999</v></c></row></sheetData></s>'
    found = grid(fromstring(data), ["shared"], ())  # noqa: S314
    assert found.rows[1] == {0: 1.0, 1: False}
    assert found.rows[2] == {0: Odd("date", "2025-01-02"), 1: "x", 4: "shared", 5: Odd("number", "1e999")}


def test_a_merge_of_the_whole_sheet_costs_nothing() -> None:
    data = '<s><sheetData><row r="3"><c><v>1</v></c></row></sheetData><mergeCells>{}</mergeCells></s>'
    data = data.format('<mergeCell ref="A1:XFD1048576"/><mergeCell ref="nonsense"/>' * 50)
    assert len(grid(fromstring(data), [], ()).rows[3]) == 256  # noqa: S314


def test_phonetic_guides_are_no_text() -> None:
    node = fromstring("<si><t>长</t><rPh><t>chang</t></rPh><r><t>春_x0021_</t></r></si>")  # noqa: S314
    assert plain_text(node) == "长春!"


@pytest.mark.parametrize(
    ("code", "dated"),
    [
        ("yyyy-mm-dd", True),
        ("[h]:mm", True),
        ("0.00", False),
        ('0 "m"', False),
        ("General", False),
        ("[Red]0", False),
    ],
)
def test_formats_of_dates_are_known(code: str, dated: bool) -> None:  # noqa: FBT001
    escaped = code.replace('"', "&quot;")
    root = f'<s><numFmts><n numFmtId="164" formatCode="{escaped}"/></numFmts><cellXfs><x numFmtId="164"/></cellXfs></s>'
    assert styles(fromstring(root)) == (dated,)  # noqa: S314


def test_columns_have_letters() -> None:
    assert [column_number(column_letters(number)) for number in (0, 25, 26, 701, 702, 16383)] == [
        0,
        25,
        26,
        701,
        702,
        16383,
    ]


def test_a_sheet_formatted_to_its_end_is_read_without_what_is_empty() -> None:
    empty = b"".join(
        b'<row r="%d" ht="13.8"><c r="A%d" s="3"/><c r="B%d" s="4" /></row>' % (row, row, row)
        for row in range(3, 80_000)
    )
    head = b'<worksheet><sheetData><row r="1"><c r="A1" s="1"/><c r="B1" t="s"><v>0</v></c></row><row r="2"/>'
    truth = b'<c r="A80000" t="b"><f aca="false">TRUE()</f><v>1</v></c><c r="B80000" s="2"/>'
    sum_of = b'<c r="C80000"><f>1+4</f><v>5</v></c>'
    tail = b'<row r="80000" s="1">' + truth + sum_of + b"</row></sheetData></worksheet>"
    data = head + empty + tail
    kept = without_empty(data)
    assert len(kept) < 500
    root = fromstring(kept)  # noqa: S314
    assert grid(root, ["a"], ()).formulas == ("C80000",)
    assert grid(root, ["a"], ()).rows == {1: {1: "a"}, 80_000: {0: True, 2: 5.0}}
    unplaced = data.replace(b'<c r="C80000">', b"<c>")
    assert without_empty(unplaced) == unplaced
