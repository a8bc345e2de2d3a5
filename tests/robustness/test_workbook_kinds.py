"""Files that are no workbook, or one of another kind: each is told for what it is, and none is read without bounds."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from capplan.case import Case, load_case
from capplan.exchange.input_book import case_workbook
from capplan.reading import xlsx
from tests.support.faults import faults_of_workbook, the_fault_of_workbook
from tests.support.tiny_case import tiny_case

BOOK = "toy.xlsx"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return tiny_case(tmp_path_factory.mktemp("case") / "toyland")


@pytest.fixture(scope="module")
def content(case: Case) -> bytes:
    return case_workbook(case, "zh")


def packed(**parts: bytes) -> bytes:
    """Return an archive of some files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr({"types": "[Content_Types].xml", "content": "content.xml"}.get(name, name), data)
    return buffer.getvalue()


TYPES = '<Types><Override PartName="/xl/workbook.xml" ContentType="{}"/></Types>'
BINARY = TYPES.format("application/vnd.ms-excel.sheet.binary.macroEnabled.main").encode()
WORD = TYPES.format(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
).encode()
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600

FILES = {
    "text.xlsx": (b"zone_id,name\n1,2\n", "not an Excel workbook"),
    "empty.xlsx": (b"", "not an Excel workbook"),
    "old.xls": (OLD, "old format"),
    "locked.xlsx": (OLD + "EncryptedPackage".encode("utf-16-le"), "password"),
    "binary.xlsb": (packed(types=BINARY), "binary"),
    "~$toy.xlsx": (b"\x05Anna", "open in a spreadsheet program"),
    "letter.xlsx": (packed(types=WORD), "not an Excel workbook"),
    "open.ods": (packed(mimetype=b"x", content=b"<a/>"), "OpenDocument"),
    "photos.xlsx": (packed(readme=b"x"), "archive"),
    "cut.xlsx": (packed(types=BINARY)[:60], "damaged"),
    "xml.xlsx": (packed(types=b"<Types><broken"), "damaged"),
    "bomb.xlsx": (packed(types=b'<!DOCTYPE a [<!ENTITY b "c">]><Types/>'), "entities"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_workbook_is_named_for_what_it_is(tmp_path: Path, name: str) -> None:
    content, says = FILES[name]
    (tmp_path / name).write_bytes(content)
    fault = the_fault_of_workbook(tmp_path / name)
    assert fault.file == name
    assert says in str(fault.problem)
    assert str(fault.remedy)


def test_a_workbook_that_unpacks_without_end_is_refused(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "_MAX_UNPACKED", 2**20)
    (tmp_path / BOOK).write_bytes(packed(types=b"0" * 2**21))
    assert "unpacks to more than" in str(the_fault_of_workbook(tmp_path / BOOK).problem)
    monkeypatch.setattr(xlsx, "_MAX_UNPACKED", 2**22)
    monkeypatch.setattr(xlsx, "_MAX_PARSED", 2**20)
    assert "empty rows" in str(the_fault_of_workbook(tmp_path / BOOK).remedy)
    monkeypatch.setattr(xlsx, "MAX_WORKBOOK_BYTES", 2**10)
    (tmp_path / BOOK).write_bytes(content)
    assert "larger than" in str(the_fault_of_workbook(tmp_path / BOOK).problem)


def test_parts_that_are_not_what_they_should_be_are_told(tmp_path: Path, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, wrong in (
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/_rels/workbook.xml.rels", None),
        ("xl/worksheets/sheet2.xml", b'<worksheet><sheetData><row r="x"/></sheetData></worksheet>'),
    ):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for part, data in parts.items():
                if part != name or wrong is not None:
                    archive.writestr(part, wrong if part == name and wrong is not None else data)
        (tmp_path / BOOK).write_bytes(buffer.getvalue())
        found = faults_of_workbook(tmp_path / BOOK)
        assert all(str(fault.problem) for fault in found)


def test_a_workbook_with_macros_is_read_without_them(case: Case, content: bytes, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "[Content_Types].xml":
                kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
                part = part.replace(kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
            new.writestr(name, part)
        new.writestr("xl/vbaProject.bin", b"never looked at")
    (tmp_path / "toy.xlsm").write_bytes(buffer.getvalue())
    assert dict(load_case(tmp_path / "toy.xlsm").files) == dict(case.files)
