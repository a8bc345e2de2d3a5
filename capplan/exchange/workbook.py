"""A workbook of every plan table: contents, a summary, charts, one sheet a table, and one that explains every column.

In each table's sheet row 1 holds the columns' names, row 2 their headings and units in the language asked for, and the
rows follow; ``table.column`` names the cells of a column. Texts are written as texts whatever they begin with, so no
cell of ours is ever a formula. XlsxWriter makes the workbook with headings, formats and charts; the long rows are
written by :mod:`capplan.exchange.sheet`.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from capplan.exchange.charts import CHARTS, Charts
from capplan.exchange.headings import about, heading
from capplan.exchange.overview import blocks
from capplan.exchange.print_setup import breadth, pages_wide, set_up
from capplan.exchange.sheet import fill_sheets
from capplan.exchange.summary_sheet import SUMMARY, TRUTH, Looks, SummarySheet
from capplan.exchange.tables import columns_of
from capplan.messages import Message, Text, msg

if TYPE_CHECKING:
    from capplan.columns import Column
    from capplan.exchange.names import Names
    from capplan.exchange.overview import Block

__all__ = ["write_workbook"]

_LONGEST = 100_000  # rows of a sheet; longer tables are left to their CSV
_WIDTHS = (9.0, 44.0)
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}
_FONTS = {"zh": "Microsoft YaHei", "en": "Arial"}
_FORMATS = {"CNY": "#,##0", "ratio": "0.0%", "deg": "0.0000", "MWh": "#,##0", "standard_rack": "#,##0"}


def write_workbook(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    record: Mapping[str, Any],
    *,
    title: Text,
    names: Names,
) -> None:
    """Write a plan's tables as a workbook.

    Parameters
    ----------
    path
        The file.
    tables
        The plan's tables.
    record
        What ``plan.json`` holds.
    title
        The plan's title.
    names
        What ids are called, in the language of headings and summary.
    """
    lang = names.lang
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    book.set_properties({"title": title.in_(lang), "author": "capplan", "created": _CREATED})
    writer = _Writer(book, names)
    writer.contents(tables, title)
    writer.summary(tables, record, title)
    writer.charts(blocks(tables, names))
    filled = {}
    for name, frame in tables.items():
        if len(frame) > _LONGEST:
            writer.note(name, frame)
        else:
            filled[writer.table(name, frame)] = frame
    writer.columns(tables)
    book.close()
    path.write_bytes(fill_sheets(buffer.getvalue(), filled))


class _Writer:
    """Writes sheets of one workbook in one language."""

    def __init__(self, book: xlsxwriter.Workbook, names: Names) -> None:
        self.book = book
        self.names = names
        self.lang = names.lang
        self.count = 0
        self.named: set[str] = set()
        self.font = _FONTS[self.lang]
        font = {"font_name": self.font, "font_size": 10}
        self.plain = book.add_format(font)
        self.wrong = book.add_format({**font, "bold": True, "font_color": "#C00000"})
        self.link = book.add_format({**font, "font_color": "#0563C1", "underline": 1})
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.small = book.add_format({**font, "font_color": "#666666", "font_size": 9})
        self.head = book.add_format(
            {**font, "bold": True, "bottom": 1, "bg_color": "#E8EEF4", "text_wrap": True, "indent": 1}
        )
        self.over = book.add_format(
            {**font, "bold": True, "bottom": 1, "bg_color": "#E8EEF4", "text_wrap": True, "align": "right"}
        )
        self.formats: dict[str, Format] = {}

    def sheet(self, name: str) -> Worksheet:
        self.count += 1
        sheet = self.book.add_worksheet(_sheet_name(name))
        set_up(sheet, name, self.font)
        return sheet

    def format(self, column: Column, cells: pd.Series[Any]) -> Format:
        """Return how a column looks: numbers to the right, with as many places as its largest asks for."""
        if column.kind == "boolean":
            return self.numbers(TRUTH)
        if column.kind == "integer" or column.name.endswith("year"):
            return self.numbers("0")
        if column.kind == "string":
            return self.numbers("@")
        return self.numbers(_FORMATS.get(column.unit) or _places(cells))

    def numbers(self, pattern: str) -> Format:
        """Return the format of a pattern; texts stand a little off the numbers on their left."""
        if pattern not in self.formats:
            look = {"font_name": self.font, "font_size": 10, "num_format": pattern}
            look |= {"indent": 1, "align": "left"} if pattern == "@" else {}
            look |= {"align": "center"} if pattern == TRUTH else {}
            self.formats[pattern] = self.book.add_format(look)
        return self.formats[pattern]

    def say(self, message: Message) -> str:
        return message.text(self.lang)

    def table(self, name: str, frame: pd.DataFrame) -> int:
        """Write a table's headings and one row of formats; return the sheet's number in the file."""
        sheet = self.sheet(name)
        columns = columns_of(name, frame)
        widths: list[float] = []
        for position, column in enumerate(columns):
            words = heading(name, column.name, self.lang)
            sheet.write_string(0, position, column.name, self.small)
            sheet.write_string(1, position, words, self.head if column.kind == "string" else self.over)
            sheet.write_blank(2, position, None, self.format(column, frame[column.name]))
            widths.append(_width([column.name, words], frame[column.name]))
            sheet.set_column(position, position, widths[-1])
            self.define(f"{name}.{column.name}", sheet, position, len(frame), position)
        sheet.freeze_panes(2, 1)
        sheet.repeat_rows(0, 1)
        sheet.repeat_columns(0)
        sheet.fit_to_pages(pages_wide(widths), 0)
        if columns:
            sheet.autofilter(1, 0, len(frame) + 1, len(columns) - 1)
            self.define(name, sheet, 0, len(frame), len(columns) - 1)
        return self.count

    def define(self, name: str, sheet: Worksheet, first: int, rows: int, last: int) -> None:
        """Name the cells of columns from row 3 on; the first row where there is none."""
        cells = xl_range_abs(2, first, 1 + max(rows, 1), last)
        self.name(name, f"={quote_sheetname(sheet.get_name())}!{cells}")

    def name(self, name: str, cells: str) -> None:
        """Define a name once, of what names may consist of; one that a spreadsheet would refuse is left out."""
        fit = re.sub(r"[^\w.]", "_", name)
        if _NAME.fullmatch(fit) and not _CELL.fullmatch(fit) and fit.lower() not in self.named:
            self.named.add(fit.lower())
            self.book.define_name(fit, cells)

    def contents(self, tables: Mapping[str, pd.DataFrame], title: Text) -> None:
        """Write the first sheet: what the others hold, with links."""
        sheet = self.sheet("contents")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 30)
        sheet.set_column(2, 2, 78)
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, title.in_(self.lang), self.title)
        rule = msg("Row 1 of each table names its columns, row 2 explains them with their units.")
        sheet.write_string(1, 0, self.say(rule), self.plain)
        for column, head in enumerate((msg("sheet"), msg("table"), msg("what one row is"), msg("rows"))):
            sheet.write_string(3, column, self.say(head), self.head)
        rows: list[tuple[str, str, str, int | None]] = [
            (
                SUMMARY,
                self.say(msg("Summary")),
                self.say(msg("status, targets, cost and key figures")),
                None,
            ),
            (
                CHARTS,
                self.say(msg("Charts")),
                self.say(msg("capacity, energy, cost and targets as charts")),
                None,
            ),
            *(
                (name, heading(name, None, self.lang), about(name, self.lang), len(frame))
                for name, frame in tables.items()
            ),
            ("columns", self.say(msg("Columns")), self.say(msg("what every column says")), None),
        ]
        for row, (name, words, told, count) in enumerate(rows, 4):
            target = quote_sheetname(_sheet_name(name))
            sheet.write_url(row, 0, f"internal:{target}!A1", self.link, _sheet_name(name))
            sheet.write_string(row, 1, words, self.plain)
            sheet.write_string(row, 2, told, self.plain)
            if count is not None:
                sheet.write_number(row, 3, count, self.numbers("#,##0"))

    def charts(self, shown: Sequence[Block]) -> None:
        """Write the sheet of charts."""
        sheet = self.sheet(CHARTS)
        Charts(self.book, sheet, self.font, self.name).write(shown, lambda message: message.in_(self.lang))

    def note(self, name: str, frame: pd.DataFrame) -> None:
        sheet = self.sheet(name)
        file = f"tables/{name}.csv"
        text = msg(
            "This table has {count} rows, too many for a sheet: see {file}", count=len(frame), file=file
        )
        sheet.write_string(0, 0, self.say(text))

    def columns(self, tables: Mapping[str, pd.DataFrame]) -> None:
        sheet = self.sheet("columns")
        heads = [msg("table"), msg("column"), msg("meaning"), msg("type"), msg("unit")]
        rows = [
            [name, column.name, heading(name, column.name, self.lang), column.kind, column.unit]
            for name, frame in tables.items()
            for column in columns_of(name, frame)
        ]
        self.block(sheet, [self.say(head) for head in heads], rows)
        sheet.set_column(0, 4, 18)
        sheet.set_column(2, 2, 44)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)

    def summary(self, tables: Mapping[str, pd.DataFrame], record: Mapping[str, Any], title: Text) -> None:
        """Write the sheet of figures and targets."""
        sheet = self.sheet(SUMMARY)
        place = quote_sheetname(SUMMARY)
        font = {"font_name": self.font}
        faint = {**font, "font_size": 8, "font_color": "#666666", "indent": 1}
        wrapped = {"text_wrap": True, "valign": "vcenter"}
        small, source = self.book.add_format(faint), self.book.add_format(faint | wrapped)
        value = self.book.add_format({**font, **wrapped, "font_size": 10, "align": "right"})
        looks = Looks(self.title, self.head, self.over, small, self.wrong, value, source, self.numbers)
        summary = SummarySheet(
            sheet,
            self.names,
            looks,
            lambda name, row: self.name(
                name, f"={place}!{xl_rowcol_to_cell(row, 1, row_abs=True, col_abs=True)}"
            ),
        )
        summary.write(tables["targets"], record, title.in_(self.lang))

    def block(self, sheet: Worksheet, heads: list[str], rows: Iterable[Iterable[str]]) -> None:
        """Write a heading and rows under it."""
        for position, head in enumerate(heads):
            sheet.write_string(0, position, head, self.head)
        for row, values in enumerate(rows, 1):
            for position, value in enumerate(values):
                sheet.write_string(row, position, value, self.numbers("@"))


_NAME = re.compile(r"[^\W\d][\w.]*")
_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|[RrCc]")


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "_", name)[:31]


def _places(cells: pd.Series[Any]) -> str:
    """Return a pattern without decimal places where all numbers are whole, with four where they are small."""
    values = pd.to_numeric(cells, errors="coerce").dropna().abs()
    if (values % 1 == 0).all():
        return "#,##0"
    return "#,##0.00" if float(values.max()) >= 1.0 else "0.0000"


def _width(heads: Iterable[str], cells: pd.Series[Any]) -> float:
    shown = [breadth(head) for head in heads] + [breadth(str(cell)) for cell in cells.head(50)]
    numbers = not isinstance(cells.dtype, pd.StringDtype) and cells.dtype != object
    widest = max(shown[:2]) if numbers else max(shown)
    return min(max(widest + 3.0, _WIDTHS[0]), _WIDTHS[1])
