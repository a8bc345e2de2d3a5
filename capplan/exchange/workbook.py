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
from capplan.exchange.plain import plain
from capplan.exchange.sheet import fill_sheets
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
_FIGURES = ("status", "objective_cny", "primal_bound", "dual_bound", "gap", "gap_controllable", "solver")
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
        self.inset = book.add_format({**font, "indent": 1})
        self.link = book.add_format({**font, "font_color": "#0563C1", "underline": 1})
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.small = book.add_format({**font, "font_color": "#666666", "font_size": 9})
        self.head = book.add_format(
            {**font, "bold": True, "bottom": 1, "bg_color": "#E8EEF4", "text_wrap": True}
        )
        self.formats: dict[str, Format] = {}

    def sheet(self, name: str) -> Worksheet:
        self.count += 1
        sheet = self.book.add_worksheet(_sheet_name(name))
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def format(self, column: Column) -> Format:
        pattern = {"string": "@", "integer": "0", "boolean": "General"}.get(column.kind)
        return self.numbers(pattern or _FORMATS.get(column.unit, "#,##0.00"))

    def numbers(self, pattern: str) -> Format:
        if pattern not in self.formats:
            look = {"font_name": self.font, "font_size": 10, "num_format": pattern}
            self.formats[pattern] = self.book.add_format(look)
        return self.formats[pattern]

    def say(self, message: Message) -> str:
        return message.text(self.lang)

    def table(self, name: str, frame: pd.DataFrame) -> int:
        """Write a table's headings and one row of formats; return the sheet's number in the file."""
        sheet = self.sheet(name)
        columns = columns_of(name, frame)
        for position, column in enumerate(columns):
            words = heading(name, column.name, self.lang)
            sheet.write_string(0, position, column.name, self.small)
            sheet.write_string(1, position, words, self.head)
            sheet.write_blank(2, position, None, self.format(column))
            sheet.set_column(position, position, _width([column.name, words], frame[column.name]))
            self.define(f"{name}.{column.name}", sheet, position, len(frame), position)
        sheet.freeze_panes(2, 1)
        sheet.repeat_rows(0, 1)
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
                "summary",
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
        self.block(sheet, 0, [self.say(head) for head in heads], rows)
        sheet.set_column(0, 4, 18)
        sheet.set_column(2, 2, 44)
        sheet.freeze_panes(1, 0)

    def summary(self, tables: Mapping[str, pd.DataFrame], record: Mapping[str, Any], title: Text) -> None:
        sheet = self.sheet("summary")
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 12, 16)
        sheet.write_string(0, 0, title.in_(self.lang), self.title)
        row = self.block(sheet, 2, [self.say(msg("figure")), self.say(msg("value"))], self.figures(record))
        self.name_figures(sheet, "plan", [name for name in _FIGURES if name in record], 3)
        targets = tables["targets"]
        heads = [heading("targets", column, self.lang) for column in targets.columns]
        row = self.block(sheet, row + 1, heads, targets.itertuples(index=False, name=None))
        terms = (msg("cost term"), msg("cost [CNY]"))
        row = self.pairs(sheet, row + 1, terms, record.get("cost_by_term"), "#,##0", "cost")
        figures = (msg("key figure"), msg("value"))
        self.pairs(sheet, row + 1, figures, record.get("key_figures"), "#,##0.00", "figure")

    def name_figures(self, sheet: Worksheet, prefix: str, names: Sequence[str], first: int) -> None:
        """Name the cells beside a list of names, as ``figure.standard_racks``."""
        place = quote_sheetname(sheet.get_name())
        for row, name in enumerate(names, first):
            self.name(f"{prefix}.{name}", f"={place}!{xl_rowcol_to_cell(row, 1, row_abs=True, col_abs=True)}")

    def figures(self, record: Mapping[str, Any]) -> list[list[object]]:
        labels = {
            "status": msg("status"),
            "objective_cny": msg("objective [CNY]"),
            "primal_bound": msg("primal bound [CNY]"),
            "dual_bound": msg("dual bound [CNY]"),
            "gap": msg("gap"),
            "gap_controllable": msg("gap on controllable cost"),
            "solver": msg("solver"),
        }
        return [[self.say(labels[name]), record[name]] for name in _FIGURES if name in record]

    def pairs(
        self,
        sheet: Worksheet,
        row: int,
        heads: tuple[Message, ...],
        pairs: object,
        pattern: str,
        prefix: str,
    ) -> int:
        if not isinstance(pairs, Mapping) or not pairs:
            return row
        rows = [[str(name), value] for name, value in pairs.items()]
        self.name_figures(sheet, prefix, [name for name, _ in rows], row + 1)
        after = self.block(sheet, row, [self.say(head) for head in heads], rows, pattern=pattern)
        called = {"cost": self.names.term, "figure": self.names.figure}[prefix]
        for offset, (name, _) in enumerate(rows, row + 1):
            sheet.write_string(offset, 2, called(name), self.inset)
        return after

    def block(
        self,
        sheet: Worksheet,
        row: int,
        heads: list[str],
        rows: Iterable[Iterable[object]],
        *,
        pattern: str = "",
    ) -> int:
        """Write a heading and rows under it; return the row after them."""
        for position, head in enumerate(heads):
            sheet.write_string(row, position, head, self.head)
        for values in rows:
            row += 1
            for position, value in enumerate(values):
                self.cell(sheet, row, position, plain(value), pattern)
        return row + 1

    def cell(self, sheet: Worksheet, row: int, column: int, value: object, pattern: str) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.numbers("General"))
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self.numbers(pattern or _pattern(value)))
        elif value is not None:
            sheet.write_string(row, column, _text(value)[:32_000], self.numbers("@"))


_NAME = re.compile(r"[^\W\d][\w.]*")
_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|[RrCc]")


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "_", name)[:31]


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {item}" for name, item in value.items())
    return str(value)


def _pattern(value: float) -> str:
    if abs(value) >= 10_000:  # noqa: PLR2004  (beyond years, where thousands are told apart)
        return "#,##0"
    return "0" if float(value).is_integer() else "0.0000"


def _width(heads: Iterable[str], cells: pd.Series[Any]) -> float:
    shown = [_breadth(head) for head in heads] + [_breadth(str(cell)) for cell in cells.head(50)]
    numbers = not isinstance(cells.dtype, pd.StringDtype) and cells.dtype != object
    widest = max(shown[:2]) if numbers else max(shown)
    return min(max(widest + 2.0, _WIDTHS[0]), _WIDTHS[1])


def _breadth(text: str) -> float:
    return float(sum(2 if ord(letter) > 0x2E80 else 1 for letter in text))  # noqa: PLR2004  (CJK is twice as wide)
