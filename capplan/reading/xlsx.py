"""An Excel workbook (Office Open XML) as sheets of typed cells: bounded in size, and nothing lost in silence.

A library that reads formulas without values or error values as empty cells would let a plan be made of less than
what the sheet shows, so cells are told apart here: a value, an error, a date, a formula that nobody computed.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, fromstring

from capplan.messages import Message, msg
from capplan.reading.xlsx_cells import Grid, Styles, grid, local, plain_text, styles, without_empty

if TYPE_CHECKING:
    from capplan.reading.faults import Faults

__all__ = ["ENDINGS", "MAX_WORKBOOK_BYTES", "Book", "Sheet", "open_book"]

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".ods", ".et", ".numbers")
"""Endings of files that are taken for workbooks, whether they can be read or not."""

MAX_WORKBOOK_BYTES = 64 * 2**20
"""Largest workbook that is read [byte]."""

_MAX_UNPACKED = 512 * 2**20
_MAX_PARSED = 192 * 2**20
_MAX_ENTRIES = 10_000
_MAIN = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.ms-excel.template.macroEnabled.main+xml",
    }
)
"""Kinds of workbook that are read; macros are never run, and not even looked at."""
_SAVE_AS = msg("save it as an Excel workbook (.xlsx)")
_AGAIN = msg("open it in a spreadsheet program and save it as an Excel workbook (.xlsx) again")


@dataclass(frozen=True)
class Sheet:
    """One worksheet.

    Attributes
    ----------
    name : str
        Its name.
    hidden : bool
        Whether it is hidden.
    grid : Grid
        Its cells.
    """

    name: str
    hidden: bool
    grid: Grid


@dataclass(frozen=True)
class Book:
    """The worksheets of a workbook, in its order."""

    sheets: tuple[Sheet, ...]


class _Refused(Exception):  # noqa: N818  (says what is refused; becomes a fault)
    """A file that is no workbook we read."""

    def __init__(self, problem: Message, remedy: Message) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(str(problem))


def open_book(data: bytes, file: str, faults: Faults) -> Book | None:
    """Return the sheets of a workbook, or None with a fault that says what the file is instead.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name, for faults.
    faults : Faults
        Collector.
    """
    try:
        with _archive(data, file) as parts:
            return Book(tuple(_sheets(parts)))
    except _Refused as refused:
        faults.add(file, refused.problem, refused.remedy)
    except (ParseError, RecursionError, ValueError, KeyError, IndexError) as error:
        problem = msg("the workbook is damaged: {reason}", reason=str(error) or type(error).__name__)
        faults.add(file, problem, _AGAIN)
    return None


class _Parts:
    """The parts of the archive, read within bounds."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left, self._parsed = _MAX_UNPACKED, _MAX_PARSED
        self.names = set(archive.namelist())

    def xml(self, name: str) -> Element:
        """Return the root of a part."""
        data = without_empty(self._read(name))
        self._parsed -= len(data)
        if self._parsed < 0:
            raise _too_much()
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise _Refused(msg("the workbook declares entities, as no spreadsheet program does"), _AGAIN)
        return fromstring(data)  # noqa: S314  (no document type, so nothing can be expanded)

    def _read(self, name: str) -> bytes:
        try:
            with self._archive.open(name) as part:
                data = part.read(self._left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise _Refused(msg("the workbook is damaged: {reason}", reason=str(error)), _AGAIN) from error
        except RuntimeError as error:  # an archive whose entries are encrypted
            raise _Refused(msg("the workbook is protected by a password"), _unprotect()) from error
        self._left -= len(data)
        if self._left < 0:
            raise _too_much()
        return data


@contextmanager
def _archive(data: bytes, file: str) -> Iterator[_Parts]:
    if len(data) > MAX_WORKBOOK_BYTES:
        raise _too_large()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _compound(data)
    if not data.startswith(b"PK"):
        if file.startswith("~$"):
            problem = msg(
                "this marks that a workbook is open in a spreadsheet program; it is no workbook itself"
            )
            raise _Refused(problem, msg("name the workbook itself: {file}", file=file.removeprefix("~$")))
        raise _Refused(msg("this is not an Excel workbook"), _SAVE_AS)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _Refused(msg("the workbook is damaged: {reason}", reason=str(error)), _AGAIN) from error
    with archive:
        entries = archive.infolist()
        if len(entries) > _MAX_ENTRIES or sum(entry.file_size for entry in entries) > _MAX_UNPACKED:
            raise _too_much()
        yield _Parts(archive)


def _too_large() -> _Refused:
    return _Refused(
        msg("the workbook is larger than {limit} MiB", limit=MAX_WORKBOOK_BYTES // 2**20),
        msg("leave out what the plan does not need"),
    )


def _too_much() -> _Refused:
    """Tell a workbook whose sheets are formatted down to their last row, or made to fill the memory."""
    return _Refused(
        msg("the workbook unpacks to more than {limit} MiB", limit=_MAX_PARSED // 2**20),
        msg("delete the empty rows and columns below and beside the tables, and save it again"),
    )


def _compound(data: bytes) -> _Refused:
    """Tell an encrypted workbook from one of the old format; both are compound files."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _Refused(msg("the workbook is protected by a password"), _unprotect())
    return _Refused(msg("this is a workbook of the old format (.xls)"), _SAVE_AS)


def _unprotect() -> Message:
    return msg("open it with its password and save it without one")


def _sheets(parts: _Parts) -> Iterator[Sheet]:
    path = _main_part(parts)
    book = parts.xml(path)
    relations = _relations(parts, path)
    strings = _strings(parts, relations)
    looks = _styles(parts, relations)
    shifted = any(
        node.get("date1904") in {"1", "true"} for node in book.iter() if local(node) == "workbookPr"
    )
    for node in book.iter():
        if local(node) != "sheet":
            continue
        key = next((value for name, value in node.items() if name.rpartition("}")[2] == "id"), "")
        kind, target = relations.get(key, ("", ""))
        if kind == "worksheet":
            hidden = node.get("state", "visible") != "visible"
            cells = grid(parts.xml(target), strings, looks, shifted=shifted)
            yield Sheet(node.get("name", ""), hidden, cells)


def _main_part(parts: _Parts) -> str:
    if "mimetype" in parts.names and "content.xml" in parts.names:
        raise _Refused(msg("this is an OpenDocument sheet (.ods)"), _SAVE_AS)
    if "[Content_Types].xml" not in parts.names:
        raise _Refused(msg("this is an archive, not an Excel workbook"), _SAVE_AS)
    kinds = {
        node.get("PartName", ""): node.get("ContentType", "") for node in parts.xml("[Content_Types].xml")
    }
    for part, kind in kinds.items():
        if kind in _MAIN:
            return part.lstrip("/")
    for kind in kinds.values():
        if "sheet.binary" in kind:
            raise _Refused(msg("this is a binary workbook (.xlsb)"), _SAVE_AS)
    raise _Refused(msg("this is an Office file, but not an Excel workbook"), _SAVE_AS)


def _relations(parts: _Parts, path: str) -> dict[str, tuple[str, str]]:
    """Return kind and path of every part that the workbook refers to, by key."""
    folder, _, name = path.rpartition("/")
    found = {}
    for node in parts.xml(posixpath.join(folder, "_rels", f"{name}.rels")):
        target = node.get("Target", "")
        place = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        found[node.get("Id", "")] = (node.get("Type", "").rpartition("/")[2], place)
    return found


def _strings(parts: _Parts, relations: dict[str, tuple[str, str]]) -> list[str]:
    for kind, target in relations.values():
        if kind == "sharedStrings":
            return [plain_text(node) for node in parts.xml(target) if local(node) == "si"]
    return []


def _styles(parts: _Parts, relations: dict[str, tuple[str, str]]) -> Styles:
    for kind, target in relations.values():
        if kind == "styles":
            return styles(parts.xml(target))
    return ()
