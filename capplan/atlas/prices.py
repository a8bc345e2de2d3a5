"""The chart of prices: a line for each target and limit, what more costs to the right, what less saves to the left."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np

from capplan.atlas.box import Box
from capplan.atlas.files import SETTINGS, content
from capplan.atlas.fonts import writable
from capplan.atlas.paper import Ink, Paper
from capplan.errors import RenderError
from capplan.messages import msg

__all__ = ["Bar", "Mark", "PriceChart", "draw_prices"]

WIDTH, LABELS, MARGIN = 270.0, 96.0, 9.0
"""Width of the page, of the column of labels, and margin [mm]."""
TOP, BOTTOM, LINE = 25.0, 19.0, 8.4
"""Above and below the lines, and height of one [mm]."""
COSTS = ("#D55E00", "#F2B48A")
SAVES = ("#0072B2", "#8FC1E3")
"""The smaller and the larger step (Okabe and Ito 2008: told apart by the colour-blind)."""
INK, GREY, RULE = "#1d2733", "#5d6873", "#d9dee3"
ROOM = 1.13
"""Length of the axis over the longest interval [ratio]."""
MOST_TICKS = 5


@dataclass(frozen=True)
class Mark:
    """One step of a lever.

    Attributes
    ----------
    cost, low, high
        The difference and its interval, in the unit of the axis; negative where it saves. None where it is not known.
    text
        What stands at its end.
    """

    cost: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Bar:
    """One lever: its label, and its steps in each direction, the smaller first."""

    label: str
    note: str
    costs: tuple[Mark, ...]
    saves: tuple[Mark, ...]


@dataclass(frozen=True)
class PriceChart:
    """What the chart shows and says.

    Attributes
    ----------
    title, subtitle, axis
        Lines of text.
    legend
        Words by what they explain: ``cost_small``, ``cost_large``, ``save_small``, ``save_large``, ``interval``.
    bars
        The lines from top to bottom.
    note
        The line at the bottom.
    """

    title: str
    subtitle: str
    axis: str
    legend: Mapping[str, str]
    bars: tuple[Bar, ...]
    note: str


def draw_prices(chart: PriceChart, *, lang: str, formats: Sequence[str], folder: Path) -> list[Path]:
    """Draw the chart and write it as ``prices-<lang>.<format>``.

    Parameters
    ----------
    chart
        What it shows.
    lang
        ``zh`` or ``en``.
    formats
        Which of ``png``, ``svg`` and ``pdf``.
    folder
        Where the files go; made if it is not there.

    Raises
    ------
    RenderError
        If a file cannot be written.
    """
    written = []
    with mpl.rc_context(dict(SETTINGS)):
        paper = _drawn(chart)
        for kind in formats:
            path = folder / f"prices-{lang}.{kind}"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content(paper.figure, kind, chart.title))
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise RenderError(
                    msg("{path} could not be written: {reason}", path=str(path), reason=reason)
                ) from error
            written.append(path)
    return written


def _drawn(chart: PriceChart) -> Paper:
    height = TOP + BOTTOM + LINE * max(1, len(chart.bars))
    paper = Paper(WIDTH, height)
    paper.text(MARGIN, height - 8.0, writable([chart.title]), Ink(14.0, "bold"))
    paper.text(MARGIN, height - 14.5, writable([chart.subtitle]), Ink(8.5, colour=GREY))
    axis = _Axis(chart, height)
    _grid(paper, axis, chart, height)
    for place, bar in enumerate(chart.bars):
        _line(paper, axis, bar, height - TOP - (place + 0.5) * LINE, striped=place % 2 == 1)
    _legend(paper, chart.legend)
    paper.text(MARGIN, 3.8, writable([chart.note]), Ink(7.0, colour=GREY))
    return paper


class _Axis:
    """From money to millimetres."""

    def __init__(self, chart: PriceChart, height: float) -> None:
        marks = [mark for bar in chart.bars for mark in (*bar.costs, *bar.saves)]
        ends = [end for mark in marks for end in (mark.cost, mark.low, mark.high) if end is not None]
        self.least, self.most = ROOM * min([*ends, 0.0]), ROOM * max([*ends, 0.0])
        if self.most <= self.least:
            self.most = 1.0
        span = self.most - self.least
        self.least, self.most = min(self.least, -0.16 * span), max(self.most, 0.2 * span)
        self.left, self.right = MARGIN + LABELS, WIDTH - MARGIN
        self.top, self.bottom = height - TOP, BOTTOM

    def x(self, value: float) -> float:
        share = (value - self.least) / (self.most - self.least)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self) -> list[float]:
        rough = (self.most - self.least) / MOST_TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(size * power for size in (1.0, 2.0, 5.0, 10.0) if size * power >= rough)
        first, last = math.ceil(self.least / step), math.floor(self.most / step)
        return [place * step for place in range(first, last + 1)]


def _grid(paper: Paper, axis: _Axis, chart: PriceChart, height: float) -> None:
    for tick in axis.ticks():
        x = axis.x(tick)
        paper.lines(
            [[(x, axis.bottom), (x, axis.top)]],
            colour=GREY if tick == 0 else RULE,
            width=0.3 if tick == 0 else 0.15,
            z=3.0,
        )
        paper.text(x, axis.top + 2.2, f"{tick:,.10g}", Ink(7.5, colour=GREY), align="center")
    paper.text(axis.right, height - 14.5, writable([chart.axis]), Ink(8.0, colour=GREY), align="right")


def _line(paper: Paper, axis: _Axis, bar: Bar, y: float, *, striped: bool) -> None:
    if striped:
        paper.box(Box(MARGIN, y - LINE / 2, WIDTH - MARGIN, y + LINE / 2), face="#f5f7f9", z=0.5)
    paper.text(MARGIN + 1.0, y + 1.5, _fitted(bar.label, Ink(8.5)), Ink(8.5))
    paper.text(MARGIN + 1.0, y - 2.1, _fitted(bar.note, Ink(6.8)), Ink(6.8, colour=GREY))
    for marks, colours in ((bar.costs, COSTS), (bar.saves, SAVES)):
        _marks(paper, axis, marks, colours, y)


def _fitted(text: str, ink: Ink) -> str:
    line = writable([text])
    while line and ink.width(line) > LABELS - 3.0:
        line = line.removesuffix("…")[:-1].rstrip() + "…"
    return line


def _marks(paper: Paper, axis: _Axis, marks: tuple[Mark, ...], colours: tuple[str, str], y: float) -> None:
    """Draw the larger step behind, the smaller one before it, and an interval on each."""
    right = colours is COSTS
    ends = []
    for place, mark in reversed(list(enumerate(marks[-2:]))):
        small = place == 0 and len(marks) > 1
        half = 1.35 if small else 2.7
        if mark.cost is not None:
            first, last = sorted((axis.x(0.0), axis.x(mark.cost)))
            paper.box(
                Box(first, y - half, last, y + half),
                face=colours[0 if small else 1],
                z=4.0 + (1.0 if small else 0.0),
            )
            ends += [axis.x(mark.cost)]
        if mark.low is not None and mark.high is not None and mark.high > mark.low:
            ends += _interval(paper, axis, mark, y + (0.0 if small else 2.0))
    text = marks[-1].text if marks else ""
    if text:
        far = (max if right else min)([*ends, axis.x(0.0)])
        ink = Ink(7.2, halo="white")
        paper.text(
            far + (1.2 if right else -1.2), y, writable([text]), ink, align="left" if right else "right"
        )


def _interval(paper: Paper, axis: _Axis, mark: Mark, y: float) -> list[float]:
    first, last = axis.x(mark.low or 0.0), axis.x(mark.high or 0.0)
    paper.lines([np.array([(first, y), (last, y)])], colour=INK, width=0.28, z=7.0)
    for x in (first, last):
        paper.lines([np.array([(x, y - 0.7), (x, y + 0.7)])], colour=INK, width=0.28, z=7.0)
    return [first, last]


def _legend(paper: Paper, words: Mapping[str, str]) -> None:
    x, y = MARGIN, 10.5
    for name, colour in zip(
        ("cost_small", "cost_large", "save_small", "save_large"), (*COSTS, *SAVES), strict=True
    ):
        half = 1.35 if name.endswith("small") else 2.2
        paper.box(Box(x, y - half, x + 6.0, y + half), face=colour, z=4.0)
        x = paper.text(x + 7.5, y, writable([words[name]]), Ink(7.8)).right + 7.0
    paper.lines([np.array([(x, y), (x + 6.0, y)])], colour=INK, width=0.28)
    for end in (x, x + 6.0):
        paper.lines([np.array([(end, y - 0.8), (end, y + 0.8)])], colour=INK, width=0.28)
    paper.text(x + 7.5, y, writable([words["interval"]]), Ink(7.8))
