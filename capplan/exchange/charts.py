"""Native charts of a plan's workbook: each beside the small table that it shows, so that both can be taken on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from xlsxwriter.format import Format

    from capplan.exchange.overview import Block

__all__ = ["CHARTS", "Charts"]

CHARTS = "charts"
"""Name of the sheet."""

_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999", "#F0E442", "#000000")
"""Okabe and Ito (2008), told apart by colour-blind readers."""

_ROW = 20  # pixels
_WIDTH = 760
_LEFT = 1  # the column in which tables begin, right of the charts
_LEAST = 300
_PAGE = 42  # rows on a printed page
_CLEAR = 4  # pixels between a chart and the row where a page may begin
_GREY = "#595959"


class Charts:
    """Writes small tables and their charts onto one sheet.

    Parameters
    ----------
    book
        The workbook.
    sheet
        The sheet.
    font
        The font of charts.
    name
        Called with a name and its cells, to define it.
    """

    def __init__(
        self, book: xlsxwriter.Workbook, sheet: Worksheet, font: str, name: Callable[[str, str], None]
    ) -> None:
        self._book, self._sheet, self._font, self._name = book, sheet, font, name
        self._numbers: dict[str, Format] = {}
        self._title = book.add_format({"font_name": font, "font_size": 12, "bold": True})
        self._head = book.add_format(
            {
                "font_name": font,
                "font_size": 10,
                "bold": True,
                "bottom": 1,
                "bg_color": "#E8EEF4",
                "text_wrap": True,
            }
        )
        over = {"font_name": font, "font_size": 10, "bold": True, "bottom": 1, "bg_color": "#E8EEF4"}
        self._over = book.add_format({**over, "text_wrap": True, "align": "right"})
        self._text = book.add_format({"font_name": font, "font_size": 10, "num_format": "@"})

    def write(self, blocks: Sequence[Block], say: Callable[[Any], str]) -> None:
        """Write every block, one under the other, its chart on the left.

        Parameters
        ----------
        blocks
            What is shown.
        say
            Gives a message in the language of the workbook.
        """
        columns = max((block.frame.shape[1] for block in blocks), default=1)
        self._sheet.set_column(0, 0, _WIDTH / 7)  # room for the charts
        self._sheet.set_column(1, 1, 46)
        self._sheet.set_column(2, max(columns, 2), 14)
        self._sheet.hide_gridlines(2)
        row, top, breaks = 0, 0, []
        for block in blocks:
            title = say(block.title)
            self._table(block, title, row)
            height = max(_LEAST, _ROW * (len(block.frame) + 4)) if block.kind == "bar" else _LEAST + 20
            chart = self._chart(block, title, row + 1)
            chart.set_size({"width": _WIDTH, "height": height})
            self._sheet.insert_chart(row, 0, chart, {"object_position": 2, "y_offset": _CLEAR})
            end = row + max(height // _ROW, len(block.frame) + 2) + 2
            if row > top and end - top > _PAGE:
                breaks.append(row)
                top = row
            row = end
        self._sheet.set_h_pagebreaks(breaks)
        self._sheet.set_v_pagebreaks([_LEFT])  # the charts on pages of their own, the tables on others
        self._sheet.set_print_scale(80)

    def _table(self, block: Block, title: str, row: int) -> None:
        self._sheet.write_string(row, _LEFT, title, self._title)
        frame = block.frame
        for column, head in enumerate(map(str, frame.columns), _LEFT):
            words = column == _LEFT and isinstance(frame.iloc[0, 0], str)
            self._sheet.write_string(row + 1, column, head, self._head if words else self._over)
            for offset, value in enumerate(frame.iloc[:, column - _LEFT], 2):
                if isinstance(value, str):
                    self._sheet.write_string(row + offset, column, value, self._text)
                else:
                    pattern = "0" if column == _LEFT else "0.0%" if head == block.line else block.pattern
                    self._sheet.write_number(row + offset, column, float(value), self._number(pattern))
        last = xlsxwriter.utility.xl_rowcol_to_cell(
            row + 1 + len(frame), _LEFT + frame.shape[1] - 1, row_abs=True, col_abs=True
        )
        self._name(f"overview.{block.name}", f"={CHARTS}!$B${row + 2}:{last}")

    def _number(self, pattern: str) -> Format:
        if pattern not in self._numbers:
            look = {"font_name": self._font, "font_size": 10, "num_format": pattern}
            self._numbers[pattern] = self._book.add_format(look)
        return self._numbers[pattern]

    def _chart(self, block: Block, title: str, head: int) -> Chart:
        """Return the chart of a block whose headings stand in a row."""
        kinds = {
            "stacked": {"type": "column", "subtype": "stacked"},
            "column": {"type": "column"},
            "bar": {"type": "bar"},
        }
        chart = self._book.add_chart(kinds[block.kind])
        heads = list(map(str, block.frame.columns))
        bars = [position for position in range(1, len(heads)) if heads[position] != block.line]
        for number, position in enumerate(bars):
            chart.add_series(self._series(block, head, position, number))
        if block.line:
            chart.combine(self._line(block, head, heads.index(block.line)))
        font = {"name": self._font, "size": 9, "color": _GREY}
        chart.set_title(
            {"name": title, "name_font": {"name": self._font, "size": 12, "bold": True}, "overlay": False}
        )
        chart.set_legend({"none": True} if len(heads) <= 2 else {"position": "bottom", "font": font})  # noqa: PLR2004
        values: dict[str, Any] = {
            "num_font": font,
            "num_format": "0%" if block.pattern.endswith("%") else "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
            "line": {"none": True},
        }
        if block.limit is not None:
            values |= {"min": 0, "max": block.limit, "major_unit": block.limit / 4}
        labels = {"num_font": font, "num_format": "0", "line": {"color": "#A6A6A6"}, "label_position": "low"}
        if block.kind == "bar":  # labels from the top down, and numbers under the last one
            small = {"name": self._font, "size": 8, "color": _GREY}
            chart.set_y_axis(
                labels | {"num_font": small, "num_format": "@", "reverse": True, "interval_unit": 1}
            )
            chart.set_x_axis(values | {"label_position": "high"})
        else:
            chart.set_x_axis(labels)
            chart.set_y_axis(values)
        return chart

    def _series(self, block: Block, head: int, position: int, number: int) -> dict[str, Any]:
        first, last = head + 1, head + len(block.frame)
        colour = _COLOURS[number % len(_COLOURS)]
        series: dict[str, Any] = {
            "name": [CHARTS, head, _LEFT + position],
            "categories": [CHARTS, first, _LEFT, last, _LEFT],
            "values": [CHARTS, first, _LEFT + position, last, _LEFT + position],
            "fill": {"color": colour},
            "border": {"color": "#FFFFFF", "width": 0.5},
            "gap": 45 if block.kind == "bar" else 60,
        }
        if block.kind == "bar":
            font = {"name": self._font, "size": 8, "color": _GREY}
            series |= {
                "data_labels": {"value": True, "num_format": block.pattern, "font": font},
                "invert_if_negative": True,
                "invert_if_negative_color": "#D55E00",
            }
        return series

    def _line(self, block: Block, head: int, position: int) -> Chart:
        line = self._book.add_chart({"type": "line"})
        first, last = head + 1, head + len(block.frame)
        font = {"name": self._font, "size": 9, "color": _GREY}
        line.add_series(
            {
                "name": [CHARTS, head, _LEFT + position],
                "categories": [CHARTS, first, _LEFT, last, _LEFT],
                "values": [CHARTS, first, _LEFT + position, last, _LEFT + position],
                "y2_axis": True,
                "line": {"color": "#000000", "width": 1.75},
                "marker": {
                    "type": "circle",
                    "size": 6,
                    "fill": {"color": "#FFFFFF"},
                    "border": {"color": "#000000"},
                },
                "data_labels": {"value": True, "num_format": "0%", "position": "above", "font": font},
            }
        )
        line.set_y2_axis({"min": 0, "max": 1, "num_format": "0%", "num_font": font, "line": {"none": True}})
        return line
