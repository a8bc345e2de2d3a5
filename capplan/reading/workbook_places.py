"""Where the parts of a case stand in a workbook, so that faults name sheet and row instead of file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from capplan.errors import Fault
from capplan.messages import Message, msg
from capplan.reading.inputs import STUDY_FILE
from capplan.reading.workbook_layout import ABOUT, README, STUDY, TECHNOLOGIES
from capplan.reading.xlsx_cells import Odd
from capplan.schema.package import BOUNDARIES_FILE, PACKAGE_FILE

__all__ = ["Places", "odd_fault", "sheet_file"]

_MISSING = ("the file is missing", "the folder is missing")


def sheet_file(book: str, sheet: str) -> str:
    """Return how a fault names a sheet.

    Examples
    --------
    >>> sheet_file("my-region.xlsx", "zones")
    'my-region.xlsx!zones'
    """
    return f"{book}!{sheet}"


def odd_fault(odd: Odd) -> tuple[Message, Message]:
    """Return what is wrong with a cell that holds no value, and what would be right."""
    value = msg("write the value itself")
    return {
        "error": (msg("the cell holds an error"), msg("correct the formula, or write the value itself")),
        "date": (
            msg("a date stands where a number or a word should be"),
            msg("write the value itself, and give the cell the format of a number or a text"),
        ),
        "formula": (
            msg("nobody has computed the formula of this cell"),
            msg("open the workbook in a spreadsheet program and save it, or write the value itself"),
        ),
        "merged": (
            msg("the cell is merged with others"),
            msg("take the merge apart and fill each cell in"),
        ),
        "number": (msg("this is not a finite number"), value),
    }[odd.kind]


@dataclass
class Places:
    """Where what a case holds stands in its workbook.

    Attributes
    ----------
    book : str
        Name of the workbook.
    lines : dict
        For each table's file, the row of every line.
    keys : dict
        For each YAML file, sheet and row of every dotted key; the empty key stands for the whole.
    told : set
        Places (sheet, row, column) of which it is known already that they hold no value; without a column for the
        row of a key.
    others : mapping of str to str
        Sheets of names that are not known, by the missing sheet that they seem to be.
    present : frozenset of str
        Sheets that are read.
    boundaries : str
        Name of the file of areas beside the workbook.
    """

    book: str
    lines: dict[str, dict[int, int]] = field(default_factory=dict)
    keys: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    told: set[tuple[str, int, str]] = field(default_factory=set)
    others: Mapping[str, str] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    boundaries: str = BOUNDARIES_FILE

    def moved(self, faults: Iterable[Fault]) -> list[Fault]:
        """Return faults of a folder as those of the workbook, without those of cells already spoken of."""
        return list(dict.fromkeys(self._moved(faults)))

    def _moved(self, faults: Iterable[Fault]) -> Iterator[Fault]:
        for fault in faults:
            sheet, row, column = self._place(fault)
            if not sheet:
                yield self._beside(fault)
            elif fault.problem.template in _MISSING and not column and sheet in self.present:
                continue  # it is there, and what it lacks is told already
            elif (
                row is not None
                and (sheet, row, "") in self.told
                and fault.problem.template == "the key is missing"
            ):
                continue  # its value could not be read, which is told already
            elif row is None or (sheet, row, column) not in self.told:
                yield self._in_sheet(fault, sheet, row, column)

    def _beside(self, fault: Fault) -> Fault:
        return replace(fault, file=self.boundaries) if fault.file == BOUNDARIES_FILE else fault

    def _place(self, fault: Fault) -> tuple[str, int | None, str]:
        folder, _, name = fault.file.rpartition("/")
        if fault.file in self.keys or fault.file == STUDY_FILE or folder == "technologies":
            return self._key(fault)
        if fault.file in {"technologies", PACKAGE_FILE, "README.md"}:
            known = {"technologies": TECHNOLOGIES, PACKAGE_FILE: ABOUT, "README.md": README}
            return known[fault.file], None, fault.column
        if folder == "data" and name.endswith(".csv"):
            rows = self.lines.get(fault.file, {})
            return name.removesuffix(".csv"), rows.get(fault.row or 0), fault.column
        return "", None, ""

    def _key(self, fault: Fault) -> tuple[str, int | None, str]:
        """Return the place of a key, or of the nearest key above it."""
        rows = self.keys.get(fault.file, {})
        default = STUDY if fault.file == STUDY_FILE else TECHNOLOGIES
        parts = fault.column.split(".") if fault.column else []
        technology = fault.file.rpartition("/")[2].removesuffix(".yaml")
        said = ".".join([technology, *parts]) if default == TECHNOLOGIES else fault.column
        for end in range(len(parts), -1, -1):
            found = rows.get(".".join(parts[:end]))
            if found is not None:
                return *found, said
        return default, None, said

    def _in_sheet(self, fault: Fault, sheet: str, row: int | None, column: str) -> Fault:
        place = sheet_file(self.book, sheet)
        if fault.problem.template in _MISSING and not column:
            remedy = msg("add the sheet, or give it this name again")
            near = self.others.get(sheet)
            return replace(
                fault, file=place, row=None, problem=msg("the sheet is missing"), remedy=remedy, nearest=near
            )
        problem = _renumbered(fault.problem, self.lines.get(fault.file, {}))
        return replace(fault, file=place, row=row, column=column, problem=problem)


def _renumbered(problem: Message, rows: Mapping[int, int]) -> Message:
    """Return a message in which the lines of a table are rows of its sheet."""
    fields = problem.params
    line = fields.get("line")
    if not isinstance(line, int):
        return problem
    return Message(problem.template, **{**fields, "line": rows.get(line, line)})
