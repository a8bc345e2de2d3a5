"""A case in a workbook: its sheets become the files of a case folder, which then are read as every folder is.

So a workbook can say no more and no less than a folder, and both are checked by the same rules; only the places of
faults are those of sheets and rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.errors import nearest_name, system_reason
from capplan.messages import msg
from capplan.reading.boundaries import MAX_BOUNDARIES_BYTES
from capplan.reading.faults import Faults
from capplan.reading.virtual import VirtualFolder, folder_of
from capplan.reading.workbook_layout import (
    ABOUT,
    BOUNDARIES_KEY,
    KEY_SHEETS,
    LEFT_ASIDE,
    NEEDED,
    known_sheets,
)
from capplan.reading.workbook_places import Places, sheet_file
from capplan.reading.workbook_sheets import KeySheets, package_text
from capplan.reading.workbook_tables import find_header, table_file
from capplan.reading.xlsx import ENDINGS, MAX_WORKBOOK_BYTES, open_book
from capplan.schema.package import BOUNDARIES_FILE, PACKAGE_FILE
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from capplan.reading.xlsx import Sheet

__all__ = ["Workbook", "formula_cells", "is_workbook", "read_workbook"]


@dataclass(frozen=True)
class Workbook:
    """A case that was found in a workbook.

    Attributes
    ----------
    root : VirtualFolder
        The files of the case.
    places : Places
        Where they stand in the workbook.
    origin : mapping of str to str
        SHA-256 of the workbook, and of the file of areas beside it, by name.
    """

    root: VirtualFolder
    places: Places
    origin: Mapping[str, str]


def is_workbook(path: Path) -> bool:
    """Say whether a file is to be read as a workbook, by its name or its first bytes."""
    if path.suffix.lower() in ENDINGS:
        return True
    try:
        with path.open("rb") as file:
            return file.read(4) in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}
    except OSError:
        return False


def read_workbook(path: Path, faults: Faults) -> Workbook | None:
    """Return the case in a workbook, or None where the file is no workbook or holds no case.

    Parameters
    ----------
    path : Path
        The workbook.
    faults : Faults
        Collector.
    """
    data = _content(path, faults)
    book = None if data is None else open_book(data, path.name, faults)
    if book is None or data is None:
        return None
    if not {sheet.name.strip() for sheet in book.sheets}.intersection(NEEDED):
        remedy = msg("write one with capplan new DIR --from CASE --excel")
        faults.add(path.name, msg("the workbook does not hold the inputs of a case"), remedy)
        return None
    places = Places(path.name)
    sheets = _named(book.sheets, places, faults)
    keys = KeySheets(sheets, places, faults)
    about = keys.about()
    tables = {
        spec.file: table_file(spec, sheets[name], places, faults)
        for name, spec in TABLES.items()
        if name in sheets
    }
    files = {file: text.encode() for file, text in tables.items() if text}
    files |= keys.study() | keys.technologies() | keys.readme()
    files[PACKAGE_FILE] = package_text(about, [file.rpartition("/")[2] for file in tables])
    origin = {path.name: hashlib.sha256(data).hexdigest()}
    areas = _areas(path, about.get(BOUNDARIES_KEY), places, faults)
    if areas is not None:
        files[BOUNDARIES_FILE] = areas
        origin[places.boundaries] = hashlib.sha256(areas).hexdigest()
    return Workbook(folder_of(path.name, files), places, origin)


def formula_cells(path: Path) -> tuple[str, ...]:
    """Return the cells of the sheets that are read whose values are computed, as ``zones!C5``.

    Parameters
    ----------
    path : Path
        A workbook that can be read.
    """
    book = open_book(path.read_bytes(), path.name, Faults())
    known = known_sheets()
    sheets = () if book is None else book.sheets
    return tuple(
        f"{sheet.name.strip()}!{cell}"
        for sheet in sheets
        if sheet.name.strip() in known
        for cell in sheet.grid.formulas
    )


def _content(path: Path, faults: Faults) -> bytes | None:
    try:
        if path.stat().st_size <= MAX_WORKBOOK_BYTES:
            return path.read_bytes()
        problem = msg("the workbook is larger than {limit} MiB", limit=MAX_WORKBOOK_BYTES // 2**20)
        faults.add(path.name, problem, msg("leave out what the plan does not need"))
    except OSError as error:
        problem = msg("the file cannot be read: {reason}", reason=system_reason(error))
        faults.add(path.name, problem, msg("close it in other programs, and give the permission to read it"))
    return None


def _named(sheets: Iterable[Sheet], places: Places, faults: Faults) -> dict[str, Sheet]:
    """Return the sheets that are read, by name; a sheet that can be seen and is not known is a fault."""
    known = known_sheets()
    found: dict[str, Sheet] = {}
    others: list[Sheet] = []
    for sheet in sheets:
        name = sheet.name.strip()
        if name in known:
            found[name] = sheet
        elif _counts(sheet, name):
            others.append(sheet)
    missing = [name for name in known if name not in found]
    near = {sheet.name: nearest_name(sheet.name, missing) or _alike(sheet, missing) for sheet in others}
    places.others = {name: sheet for sheet, name in near.items() if name is not None}
    places.present = frozenset(found)
    for sheet in others:
        remedy = (
            msg("give it the name of the sheet that it is, or begin its name with _ to have it left aside")
            if near[sheet.name]
            else msg("begin its name with _ to have it left aside, or delete it")
        )
        faults.add(
            sheet_file(places.book, sheet.name),
            msg("capplan knows no sheet of this name"),
            remedy,
            value=sheet.name,
            nearest=near[sheet.name],
        )
    return found


def _counts(sheet: Sheet, name: str) -> bool:
    """Tell whether a sheet of an unknown name may hold something that is meant for the plan."""
    return bool(
        name not in LEFT_ASIDE and not name.startswith(_ASIDE) and not sheet.hidden and sheet.grid.rows
    )


def _alike(sheet: Sheet, missing: Iterable[str]) -> str | None:
    """Return the missing sheet whose columns a sheet has, whatever it is called."""
    shares = {}
    for name in missing:
        columns = KEY_SHEETS[name] if name in KEY_SHEETS else TABLES[name].names
        header = find_header(sheet, columns)
        held = set() if header is None else set(header.names.values()).intersection(columns)
        shares[name] = len(held) / len(columns)
    best = max(shares, key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= _ALIKE else None


_ASIDE = ("_", "＿")  # with the one that Chinese keyboards type
_ALIKE = 0.6  # share of a sheet's columns from which another sheet is taken for it


def _areas(path: Path, named: object, places: Places, faults: Faults) -> bytes | None:
    """Return the file of areas that the workbook names, which stands beside it."""
    if named is None:
        return None
    beside = path.with_name(str(named)) if _is_name(named) else None
    try:
        if beside is not None:
            with beside.open("rb") as file:
                areas = file.read(MAX_BOUNDARIES_BYTES + 1)
            places.boundaries = beside.name
            return areas
    except (OSError, ValueError):
        pass
    row = places.keys.get(PACKAGE_FILE, {}).get(BOUNDARIES_KEY, (ABOUT, None))[1]
    faults.add(
        sheet_file(places.book, ABOUT),
        msg("there is no such file beside the workbook"),
        msg("put the file of areas beside the workbook, or clear this row"),
        row=row,
        column="value",
        value=named,
    )
    return None


def _is_name(named: object) -> bool:
    return isinstance(named, str) and named not in {"", ".", ".."} and not set(named) & set("/\\\0:")
