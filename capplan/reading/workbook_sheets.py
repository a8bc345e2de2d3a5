"""From the sheets of keys and values to the texts of study, technologies and data package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from capplan.messages import msg
from capplan.reading.inputs import README_FILE, STUDY_FILE, technology_file
from capplan.reading.workbook_keys import key_path, nested, same_keys, value_of
from capplan.reading.workbook_layout import (
    ABOUT,
    BOUNDARIES_KEY,
    KEY_SHEETS,
    MEANING,
    QUANTITY,
    README,
    SCENARIOS,
    SETTINGS,
    STUDY,
    TECHNOLOGIES,
)
from capplan.reading.workbook_places import Places, odd_fault, sheet_file
from capplan.reading.workbook_tables import find_header, said
from capplan.reading.xlsx_cells import Odd, Value
from capplan.reading.yaml_file import Path, dump_yaml
from capplan.schema.package import PACKAGE_FILE, PACKAGE_KEYS
from capplan.schema.technology import QUANTITY_UNITS

if TYPE_CHECKING:
    from capplan.reading.faults import Faults
    from capplan.reading.xlsx import Sheet

__all__ = ["KeySheets", "package_text"]

Row = tuple[int, dict[str, Value]]


@dataclass
class KeySheets:
    """Reads the sheets that hold keys and values.

    Attributes
    ----------
    sheets : mapping of str to Sheet
        The sheets of the workbook by name.
    places : Places
        Takes the rows of keys.
    faults : Faults
        Collector.
    """

    sheets: Mapping[str, Sheet]
    places: Places
    faults: Faults
    _unread: set[str] = field(default_factory=set)

    def study(self) -> dict[str, bytes]:
        """Return the study file; nothing where there is no sheet of it."""
        pairs = [*self._pairs(STUDY, STUDY_FILE), *self._scenarios()]
        if STUDY not in self.sheets or STUDY in self._unread:
            return {}
        return {STUDY_FILE: dump_yaml(nested(pairs)).encode()}

    def technologies(self) -> dict[str, bytes]:
        """Return one file for every technology."""
        found: dict[str, list[tuple[Path, Any]]] = {}
        rows: dict[str, list[int]] = {}
        for number, cells in self._rows(TECHNOLOGIES):
            name, path = self._text(cells, "technology"), self._path(TECHNOLOGIES, number, cells, "parameter")
            if not name:
                self._empty(TECHNOLOGIES, number, "technology")
            if not name or path is None:
                continue
            places = self.places.keys.setdefault(technology_file(name), {"": (TECHNOLOGIES, number)})
            places.setdefault(".".join(map(str, path)), (TECHNOLOGIES, number))
            value = self._quantity(number, cells, path)
            if value is not None:
                found.setdefault(name, []).append((path, value[0]))
                rows.setdefault(name, []).append(number)
        files = {}
        for name, pairs in found.items():
            self._check_twice(TECHNOLOGIES, pairs, rows[name], "parameter")
            files[technology_file(name)] = dump_yaml({"id": name} | nested(pairs)).encode()
        return files

    def about(self) -> dict[str, Any]:
        """Return what the data package says of itself, and the name of the file of areas."""
        content = nested(self._pairs(ABOUT, PACKAGE_FILE))
        for key in content:
            if key not in (*PACKAGE_KEYS, BOUNDARIES_KEY):
                row = self.places.keys.get(PACKAGE_FILE, {}).get(str(key), (ABOUT, None))[1]
                known = (*PACKAGE_KEYS, BOUNDARIES_KEY)
                self.faults.add_unknown(
                    self._file(ABOUT), msg("the key"), str(key), known, row=row, column="key"
                )
        return content

    def readme(self) -> dict[str, bytes]:
        """Return the text for people, one line a row."""
        if README not in self.sheets:
            return {}
        rows = {number: cells.get("text", "") for number, cells in self._rows(README)}
        header = find_header(self.sheets[README], KEY_SHEETS[README])
        if not rows or header is None:
            return {}
        lines = [_line(rows.get(number, "")) for number in range(header.row + 1, max(rows) + 1)]
        return {README_FILE: ("\n".join(lines) + "\n").encode()}

    def _scenarios(self) -> Iterator[tuple[Path, Any]]:
        names: dict[str, int] = {}
        for number, cells in self._rows(SCENARIOS):
            name = self._text(cells, "scenario")
            if not name:
                self._empty(SCENARIOS, number, "scenario")
                continue
            if name in names:
                self._add(
                    SCENARIOS,
                    number,
                    "scenario",
                    name,
                    msg("the key stands twice"),
                    msg("delete one of the two"),
                )
            names[name] = number
            self._note(STUDY_FILE, SCENARIOS, number, ("scenarios", name))
            for lang in ("zh", "en"):
                if title := self._text(cells, f"title_{lang}"):
                    yield ("scenarios", name, "title", lang), title
            yield ("scenarios", name, "set"), {}
        yield from self._settings(names)

    def _settings(self, names: Mapping[str, int]) -> Iterator[tuple[Path, Any]]:
        pairs, rows = [], []
        for number, cells in self._rows(SETTINGS):
            name, path = self._text(cells, "scenario"), self._text(cells, "path")
            for column, text in (("scenario", name), ("path", path)):
                if not text:
                    self._empty(SETTINGS, number, column)
            if name and name not in names:
                self.faults.add_unknown(
                    self._file(SETTINGS), msg("the scenario"), name, names, row=number, column="scenario"
                )
            elif name and path:
                value = self._value(SETTINGS, number, cells, "value")
                self._note(STUDY_FILE, SETTINGS, number, ("scenarios", name, "set", path))
                if value is None:
                    self._empty(SETTINGS, number, "value")
                else:
                    pairs.append((("scenarios", name, "set", path), value[0]))
                    rows.append(number)
        self._check_twice(SETTINGS, pairs, rows, "path")
        return iter(pairs)

    def _pairs(self, sheet: str, file: str) -> list[tuple[Path, Any]]:
        pairs, rows = [], []
        for number, cells in self._rows(sheet):
            path = self._path(sheet, number, cells, "key")
            if path is None:
                continue
            value = self._value(sheet, number, cells, "value")
            self._note(file, sheet, number, path)
            if value is not None:
                pairs.append((path, value[0]))
                rows.append(number)
        self._check_twice(sheet, pairs, rows, "key")
        return pairs

    def _quantity(self, number: int, cells: dict[str, Value], path: Path) -> tuple[Any] | None:
        """Return the value of a parameter in a tuple; a quantity with its range, unit and source."""
        values = {name: self._value(TECHNOLOGIES, number, cells, name) for name in ("value", "low", "high")}
        texts = {name: text for name in QUANTITY[3:] if (text := self._text(cells, name))}
        numbers = {name: value[0] for name, value in values.items() if value is not None}
        if not numbers and not texts:
            return None
        if ".".join(map(str, path)) not in QUANTITY_UNITS and not texts and set(numbers) == {"value"}:
            return (numbers["value"],)
        return (numbers | texts,)

    def _rows(self, name: str) -> Iterator[Row]:
        """Return the rows below the header of a sheet by the names of its columns; none where there is no sheet."""
        sheet = self.sheets.get(name)
        if sheet is None:
            return
        known = KEY_SHEETS[name]
        header = find_header(sheet, known)
        named = () if header is None else tuple(header.names.values())
        missing = [item for item in known[:_MUST] if item not in named]
        if header is None or missing:
            remedy = msg("write the names of the columns in one row: {header}", header=", ".join(known))
            problem = msg("a column of this sheet is missing")
            self.faults.add(
                self._file(name),
                problem,
                remedy,
                row=None if header is None else header.row,
                column=missing[0],
            )
            self._unread.add(name)
            return
        for item in named:
            if item not in (*known, MEANING):
                self.faults.add_unknown(
                    self._file(name), msg("the column"), item, known, row=header.row, column=item
                )
        for number, values in sheet.grid.rows.items():
            cells = {
                header.names[place]: value
                for place, value in values.items()
                if place in header.names and header.names[place] != MEANING
            }
            if number > header.row and any(map(_full, cells.values())):
                yield number, self._plain(name, number, cells)

    def _plain(self, sheet: str, number: int, cells: dict[str, Value]) -> dict[str, Value]:
        """Return cells without those that hold no value, of which a fault is added."""
        for name, value in cells.items():
            if isinstance(value, Odd):
                if value.kind != "merged" or (sheet, 0, value.shown) not in self.places.told:
                    self._add(sheet, number, name, value.shown, *odd_fault(value))
                if value.kind == "merged":
                    self.places.told.add((sheet, 0, value.shown))
                self.places.told |= {(sheet, number, name), (sheet, number, "")}
        return {name: value for name, value in cells.items() if not isinstance(value, Odd)}

    def _text(self, cells: dict[str, Value], name: str) -> str:
        value = cells.get(name, "")
        return value if isinstance(value, str) and name not in _IDS else said(value)

    def _path(self, sheet: str, number: int, cells: dict[str, Value], name: str) -> Path | None:
        text = self._text(cells, name)
        path = key_path(text) if text else None
        if not text:
            self._empty(sheet, number, name)
        elif path is None:
            self._add(
                sheet,
                number,
                name,
                text,
                msg("this is no key"),
                msg("write words with dots between them, as solver.gap"),
            )
        return path

    def _value(self, sheet: str, number: int, cells: dict[str, Value], name: str) -> tuple[Any] | None:
        cell = cells.get(name)
        if cell is None or isinstance(cell, Odd) or (isinstance(cell, str) and not cell.strip()):
            return None
        try:
            return (value_of(cell),)
        except ValueError:
            problem = msg("the list or text in the cell does not end or is not YAML")
            self._add(sheet, number, name, str(cell), problem, _REMEDY)
            self.places.told |= {(sheet, number, name), (sheet, number, "")}
            return None

    def _check_twice(
        self, sheet: str, pairs: Sequence[tuple[Path, Any]], rows: list[int], column: str
    ) -> None:
        for position in same_keys(pairs):
            shown = ".".join(map(str, pairs[position][0]))
            problem = msg("the key stands twice")
            self._add(sheet, rows[position], column, shown, problem, msg("delete one of the two"))

    def _note(self, file: str, sheet: str, number: int, path: Path) -> None:
        rows = self.places.keys.setdefault(file, {})
        for end in range(1, len(path) + 1):
            rows.setdefault(".".join(map(str, path[:end])), (sheet, number))

    def _empty(self, sheet: str, number: int, column: str) -> None:
        if (sheet, number, column) not in self.places.told:
            self._add(sheet, number, column, "", msg("the cell is empty"), msg("fill the cell in"))

    def _add(self, sheet: str, row: int, column: str, value: str, *wrong: Any) -> None:
        self.faults.add(self._file(sheet), *wrong, row=row, column=column, value=value)

    def _file(self, sheet: str) -> str:
        return sheet_file(self.places.book, sheet)


_REMEDY = msg("write a list as {list}, a mapping as {mapping}", list="[a, b]", mapping="{a: 1}")
_MUST = 3  # columns of a sheet, from its left, without which its rows say nothing
_IDS = frozenset({"technology", "parameter", "scenario", "path", "key", "unit", "confidence"})


def _full(value: Value) -> bool:
    return isinstance(value, Odd) or bool(said(value))


def _line(value: Value) -> str:
    return value if isinstance(value, str) else said(value)


def package_text(about: Mapping[str, Any], tables: Iterable[str]) -> bytes:
    """Return the data package of a case: what it says of itself, and the files of its tables."""
    head = {key: about[key] for key in PACKAGE_KEYS if key in about}
    return json.dumps(head | {"resources": [{"path": path} for path in tables]}).encode()
