"""A workbook with all inputs of a case: to be changed in a spreadsheet program, and read back by ``load_case``.

Above the names of the columns (row 4) stand what a row is, what each column says, and its unit or allowed words; the
rows follow from row 5. Every value can be read back bit for bit.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from capplan.errors import WriteError
from capplan.exchange.input_lists import LISTS, Lists, parameter_choices
from capplan.exchange.input_rows import BOUNDARIES_NAME, key_frames
from capplan.exchange.input_words import allowed, column_words, table_words
from capplan.exchange.print_setup import pages_wide, set_up
from capplan.exchange.sheet import fill_sheets
from capplan.messages import Message, msg
from capplan.reading.workbook_layout import (
    ABOUT,
    CONTENTS,
    FIRST_ROW,
    HEADER_ROW,
    MEANING,
    README,
    SCENARIOS,
    SETTINGS,
    STUDY,
    TECHNOLOGIES,
)
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.schema.spec import TableSpec

__all__ = ["case_workbook", "workbook_files"]

LONGEST_CELL = 32_767
"""Most characters that a cell of a sheet holds (UTF-16 code units)."""

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_FONTS = {"zh": "Microsoft YaHei", "en": "Arial"}
_WIDTHS = {
    "value": 30.0,
    MEANING: 90.0,
    "text": 120.0,
    "source": 40.0,
    "note": 40.0,
    "key": 42.0,
    "path": 42.0,
}
_SHEETS: Mapping[str, Message] = {
    STUDY: msg("What is planned, for when, by which rules: one key a row"),
    SCENARIOS: msg("Variations of the study"),
    SETTINGS: msg("What each scenario sets: one path a row, as --set takes it"),
    TECHNOLOGIES: msg("Kinds of module: one parameter of one technology a row; numbers are per module"),
    ABOUT: msg("What the data say of themselves: title, licences, sources"),
    README: msg("Text for people, one line a row"),
}
_STEPS = (
    msg("Change what stands below the row of names; what stands above it explains, and is not read."),
    msg(
        "Keep the names of sheets and columns. Rows may be added, deleted and sorted; their order means nothing."
    ),
    msg("Choose ids and words from the lists of their cells. Several names in one cell have ; between them."),
    msg(
        "Codes such as adcodes are texts. Numbers are plain, in the unit of their column; shares are 0 to 1."
    ),
    msg(
        "In the sheets of keys a list is written as [2026, 2027], and a key that is left empty is not given."
    ),
    msg("Formulas are read as what they last showed: save the workbook in a spreadsheet program first."),
    msg("A sheet of your own is left aside when its name begins with _."),
)


def workbook_files(case: Case, lang: str) -> dict[str, bytes]:
    """Return the workbook of a case, and the file of areas that stands beside it, by name.

    Parameters
    ----------
    case
        The case.
    lang
        The language of explanations, ``zh`` or ``en``.

    Raises
    ------
    WriteError
        If a text is longer than a cell can hold.
    """
    files = {f"{case.name}.xlsx": case_workbook(case, lang)}
    return files | ({BOUNDARIES_NAME: case.boundaries} if case.boundaries else {})


def case_workbook(case: Case, lang: str = "en") -> bytes:
    """Return all inputs of a case but its areas as an Excel workbook.

    Parameters
    ----------
    case
        The case.
    lang
        The language of explanations, ``zh`` or ``en``.

    Raises
    ------
    WriteError
        If a text is longer than a cell can hold.
    """
    frames = key_frames(case, lang) | {name: case.tables.shared(name) for name in TABLES}
    _check_lengths(frames)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    book.set_properties({"title": case.study.title.in_(lang), "author": "capplan", "created": _CREATED})
    numbers = _Sheets(book, case, lang).write(frames)
    book.close()
    filled = {number: frames[name] for name, number in numbers.items()}
    return fill_sheets(buffer.getvalue(), filled, first=FIRST_ROW, exact=True)


def _check_lengths(frames: Mapping[str, pd.DataFrame]) -> None:
    for name, frame in frames.items():
        for column in frame.columns:
            cells = frame[column]
            if pd.api.types.is_numeric_dtype(cells.dtype):
                continue
            for row, cell in enumerate(cells):
                if (
                    isinstance(cell, str)
                    and len(cell.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_CELL
                ):
                    raise WriteError(
                        msg(
                            "{sheet}, row {row}, column {column}: the text is longer than the {count} characters of a cell; "
                            "shorten it, or use the case as a folder",
                            sheet=name,
                            row=row + FIRST_ROW,
                            column=column,
                            count=LONGEST_CELL,
                        )
                    )


class _Sheets:
    """Writes the sheets of one workbook in one language, but for their rows."""

    def __init__(self, book: xlsxwriter.Workbook, case: Case, lang: str) -> None:
        self.book, self.case, self.lang = book, case, lang
        font = {"font_name": _FONTS[lang], "font_size": 10, "valign": "top"}
        self.title = self._format(font, bold=True, font_size=16)
        self.subtitle = self._format(font, bold=True, font_size=12)
        self.plain = self._format(font, text_wrap=True)
        self.small = self._format(font, font_size=9, font_color="#555555", text_wrap=True)
        self.unit = self._format(font, font_size=9, font_color="#555555", italic=True)
        head = {"bold": True, "bottom": 1, "font_color": "#FFFFFF"}
        looks: dict[str, dict[str, Any]] = {
            "key": {**head, "bg_color": "#1F4E79"},
            "must": {**head, "bg_color": "#2E75B6"},
            "may": {**head, "bold": False, "bg_color": "#8497B0"},
        }
        self.head = self._format(font, looks["must"])
        self.heads = {name: self._format(font, look, align="left", indent=1) for name, look in looks.items()}
        self.over = {name: self._format(font, look, align="right") for name, look in looks.items()}
        self.link = self._format(font, font_color="#0563C1", underline=1)
        self.text = self._format(font, num_format="@", align="left", indent=1)
        self.told = self._format(font, font_size=9, font_color="#555555", indent=1)
        self.whole = self._format(font, num_format="0")
        self.number = self._format(font, num_format="General")
        self.value = self._format(font, num_format="General", align="left", indent=1)
        self.count = 0

    def _format(self, *parts: Mapping[str, Any], **more: Any) -> Format:
        merged: dict[str, Any] = {}
        for part in (*parts, more):
            merged |= part
        return self.book.add_format(merged)

    def say(self, message: Message) -> str:
        return message.text(self.lang)

    def write(self, frames: Mapping[str, pd.DataFrame]) -> dict[str, int]:
        """Write every sheet; return the number of each that has rows to be filled in."""
        self._contents(frames)
        lists = Lists(self.book, self.case, self.lang)
        keys = [name for name in frames if name in _SHEETS and name not in {ABOUT, README}]
        order = [*keys, *TABLES, ABOUT, README]
        numbers = {}
        for number, name in enumerate(order, 2):
            frame = frames[name]
            sheet = self.book.add_worksheet(name)
            if name in TABLES:
                self._table(sheet, TABLES[name], frame, lists)
            else:
                self._keys(sheet, name, frame, lists)
            if len(frame):
                numbers[name] = number
        lists.write(self.book.add_worksheet(LISTS))
        return numbers

    def _contents(self, frames: Mapping[str, pd.DataFrame]) -> None:
        sheet = self.book.add_worksheet(CONTENTS)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 92)
        sheet.set_column(2, 2, 10)
        study = self.case.study
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, study.title.in_(self.lang), self.title)
        sheet.merge_range(1, 0, 1, 2, "", self.plain)
        sheet.write_string(1, 0, study.description.in_(self.lang), self.plain)
        sheet.set_row(1, 15 * (1 + _breadth(study.description.in_(self.lang)) // 115))
        sheet.write_string(3, 0, self.say(msg("How to use this workbook")), self.subtitle)
        check = msg(
            "Then: capplan check {file}, and capplan plan {file}. Faults are told with sheet, row and column.",
            file=f"{self.case.name}.xlsx",
        )
        for row, step in enumerate((*_STEPS, check), 4):
            sheet.merge_range(row, 0, row, 2, "", self.plain)
            sheet.write_string(row, 0, f"{row - 3}. {self.say(step)}", self.plain)
        top = 5 + len(_STEPS) + 1
        for column, head in enumerate((msg("sheet"), msg("what one row is"), msg("rows"))):
            sheet.write_string(top, column, self.say(head), self.head)
        listed = [*(name for name in _SHEETS if name not in {ABOUT, README}), *TABLES, ABOUT, README]
        for row, name in enumerate(listed, top + 1):
            sheet.write_url(row, 0, f"internal:'{name}'!A{HEADER_ROW}", self.link, name)
            sheet.write_string(row, 1, self._about(name), self.plain)
            sheet.write_number(row, 2, len(frames[name]), self.whole)
        set_up(sheet, CONTENTS, _FONTS[self.lang])

    def _about(self, name: str) -> str:
        return table_words(TABLES[name], self.lang) if name in TABLES else self.say(_SHEETS[name])

    def _table(self, sheet: Worksheet, spec: TableSpec, frame: pd.DataFrame, lists: Lists) -> None:
        heads = [
            (
                column.name,
                column_words(spec, column, self.lang),
                allowed(column),
                (self.heads if column.kind == "text" else self.over)[
                    "key" if column.name in spec.key else "must" if column.required else "may"
                ],
                self.text
                if column.kind == "text"
                else self.whole
                if column.kind == "integer"
                else self.number,
            )
            for column in spec.columns
        ]
        self._columns(sheet, spec.name, frame, heads)
        lists.table(sheet, spec, len(frame))
        sheet.ignore_errors({"number_stored_as_text": f"A{FIRST_ROW}:XFD{FIRST_ROW + len(frame) + 1000}"})

    def _keys(self, sheet: Worksheet, name: str, frame: pd.DataFrame, lists: Lists) -> None:
        heads = []
        for position, column in enumerate(map(str, frame.columns)):
            number = column in {"low", "high"}
            look = self.number if number else self.told if column == MEANING else self.text
            kind = "key" if position == 0 else "may" if column == MEANING else "must"
            head = (self.over if number else self.heads)[kind]
            heads.append((column, "", "", head, self.value if column == "value" else look))
        self._columns(sheet, name, frame, heads)
        if name == SETTINGS:
            lists.choose(sheet, 0, SCENARIOS, rows=len(frame))
        if name == TECHNOLOGIES:
            self._technologies(sheet, frame, lists)

    def _technologies(self, sheet: Worksheet, frame: pd.DataFrame, lists: Lists) -> None:
        columns = list(frame.columns)
        lists.choose(sheet, columns.index("technology"), "technologies", rows=len(frame))
        lists.choose(sheet, columns.index("parameter"), "parameters", rows=len(frame))
        lists.confidence(sheet, columns.index("confidence"), len(frame))
        for row, parameter in enumerate(frame["parameter"], FIRST_ROW):
            choices = parameter_choices(parameter)
            if choices:
                lists.words(sheet, columns.index("value"), choices, row, 1)

    def _columns(
        self,
        sheet: Worksheet,
        name: str,
        frame: pd.DataFrame,
        heads: Sequence[tuple[str, str, str, Format, Format]],
    ) -> None:
        """Write what stands above the rows, and one row of formats."""
        sheet.write_string(0, 0, f"{name} · {self._about(name)}", self.subtitle)
        sheet.write_url(1, 0, f"internal:'{CONTENTS}'!A1", self.link, self.say(msg("← contents")))
        widths: list[float] = []
        explained = any(meaning for _, meaning, _, _, _ in heads)
        for position, (column, meaning, unit, head, look) in enumerate(heads):
            if explained and position:
                sheet.write_string(1, position, meaning, self.small)
            elif explained:
                sheet.write_string(2, 0, meaning, self.small)
            if position and unit:
                sheet.write_string(2, position, unit, self.unit)
            sheet.write_string(HEADER_ROW - 1, position, column, head)
            sheet.write_blank(FIRST_ROW - 1, position, None, look)
            width = _WIDTHS.get(column) or _width([column, unit], frame[column])
            sheet.set_column(position, position, width, look)
            widths.append(width)
        if explained:
            sheet.set_row(1, 50)
        sheet.freeze_panes(HEADER_ROW, 1)
        if name != README:
            sheet.autofilter(HEADER_ROW - 1, 0, HEADER_ROW - 1 + max(len(frame), 1), len(heads) - 1)
        set_up(sheet, name, _FONTS[self.lang])
        sheet.repeat_rows(HEADER_ROW - 1)
        if len(heads) > 1:
            sheet.repeat_columns(0)
        sheet.fit_to_pages(pages_wide(widths), 0)


def _width(heads: Iterable[str], cells: pd.Series[Any]) -> float:
    shown = [_breadth(head) + 3 for head in heads] + [_breadth(str(cell)) for cell in cells.head(80)]
    return float(min(max([*shown, 9]) + 1, 36))


def _breadth(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)  # noqa: PLR2004  (CJK is twice as wide)
