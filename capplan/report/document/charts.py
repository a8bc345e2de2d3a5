"""Charts as small SVG pictures: stacked columns by year, in the palette of the maps.

The same bytes stand in the PDF and in the HTML page. Text is text, so that it can be searched, and is escaped.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import yaml

from capplan import resources
from capplan.errors import RenderError, packaged_file
from capplan.partial import MissingTable
from capplan.report.document.blocks import Figure
from capplan.report.document.glyphs import clean, shown

__all__ = ["FILE", "Series", "columns", "palette"]

FILE = "report/style.yaml"
_WIDTH = 482.0
_SIZE = 8.0
_TICKS = 4
_LEFT = 44.0
_GAP = 6.0
"""Least room to the left of a plot, and between two labels [pt]."""
_BROAD = frozenset("MWmw@%")
_MAJOR = (1.0, 2.0, 2.5, 5.0, 10.0)


@cache
def palette() -> dict[str, Any]:
    """Return the colours of the report.

    Raises
    ------
    RenderError
        If the packaged file is missing or broken.
    """
    try:
        found = yaml.safe_load(resources.read_text("maps", FILE))
        return {str(name): value for name, value in found.items()}
    except (OSError, yaml.YAMLError, AttributeError) as fault:
        raise RenderError(packaged_file(FILE, fault)) from fault


@dataclass(frozen=True, slots=True)
class Series:
    """One row of the legend: its name, colour, and a figure for each category."""

    name: str
    colour: str
    figures: tuple[Figure, ...]

    def value(self, place: int) -> float:
        """Return what is drawn at a category, in the unit written."""
        return _drawn(self.figures[place])


@dataclass
class _Drawing:
    """An SVG picture in points."""

    height: float
    parts: list[str] = field(default_factory=list)

    def text(
        self, x: float, y: float, text: str, *, anchor: str = "start", size: float = _SIZE, ink: str = ""
    ) -> None:
        """Write a text with its baseline at y."""
        colour = ink or palette()["ink"]
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}">'
            f"{escape(_line(text))}</text>"
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str, told: str = "") -> None:
        """Draw a rectangle; what it tells is shown where the pointer rests."""
        title = f"<title>{escape(_line(told))}</title>" if told else ""
        self.parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{max(width, 0.0):.2f}" height="{max(height, 0.0):.2f}" '
            f'fill="{colour}">{title}</rect>'
        )

    def line(self, x: float, y: float, x2: float, y2: float, *, width: float = 0.5, colour: str = "") -> None:
        """Draw a line."""
        stroke = colour or palette()["rule"]
        self.parts.append(
            f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="{width:g}"/>'
        )

    def svg(self, alt: str) -> bytes:
        """Return the picture."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {self.height:g}" width="{_WIDTH:g}" '
            f'height="{self.height:g}" role="img" aria-label={quoteattr(_line(alt))} '
            'font-family="Noto Sans SC, sans-serif">'
        )
        return (head + "".join(self.parts) + "</svg>").encode()


def columns(
    categories: Sequence[str], series: Sequence[Series], *, unit: str, alt: str, height: float = 150.0
) -> bytes:
    """Return stacked columns, one for each category; parts below zero hang from the axis.

    Parameters
    ----------
    categories
        What stands under the columns, as years.
    series
        What is stacked, from the axis outwards.
    unit
        Unit of the axis.
    alt
        What the chart shows, for those who do not see it.
    height
        Height of the plot without its legend [pt].
    """
    shown = [row for row in series if any(row.value(place) for place in range(len(categories)))]
    shown = [replace(row, name=_clipped(row.name, _WIDTH - _LEFT - 30.0)) for row in shown]
    rows = _legend_rows([row.name for row in shown])
    top, bottom = 16.0, 18.0
    drawing = _Drawing(height + 14.0 * len(rows) + 4.0)
    highest = max((_stack(shown, place, 1.0) for place in range(len(categories))), default=0.0)
    lowest = min((_stack(shown, place, -1.0) for place in range(len(categories))), default=0.0)
    step = _step(highest - lowest)
    high, low = math.ceil(highest / step - 1e-9) * step or step, math.floor(lowest / step + 1e-9) * step
    plot = height - top - bottom

    def y(value: float) -> float:
        return top + plot * (high - value) / (high - low)

    drawing.text(0.0, 9.0, unit, ink=palette()["quiet"])
    ticks = [low + place * step for place in range(round((high - low) / step) + 1)]
    left = max(_LEFT, 7.0 + max(_wide(_tick(tick, step)) for tick in ticks))
    for tick in ticks:
        drawing.line(left, y(tick), _WIDTH, y(tick), colour=palette()["grid"])
        drawing.text(left - 5.0, y(tick) + 2.8, _tick(tick, step), anchor="end", ink=palette()["quiet"])
    room = (_WIDTH - left) / max(len(categories), 1)
    width = min(room * 0.56, 54.0)
    every = math.ceil((_GAP + max(map(_wide, categories), default=0.0)) / room)
    for place, category in enumerate(categories):
        middle = left + room * (place + 0.5)
        _column(drawing, shown, place, middle - width / 2.0, width, y)
        if place % every == 0:
            centre = min(middle, _WIDTH - _wide(category) / 2.0)
            drawing.text(centre, top + plot + 12.0, category, anchor="middle")
    drawing.line(left, y(0.0), _WIDTH, y(0.0), width=0.8, colour=palette()["ink"])
    _legend(drawing, shown, rows, height)
    return drawing.svg(alt)


def _column(
    drawing: _Drawing, series: Sequence[Series], place: int, left: float, width: float, y: Any
) -> None:
    """Draw one stack, with its sum above it."""
    up = down = 0.0
    for row in series:
        value = row.value(place)
        told = f"{row.name}: {row.figures[place].text}"
        if value > 0:
            drawing.box(left, y(up + value), width, y(up) - y(up + value), row.colour, told)
            up += value
        elif value < 0:
            drawing.box(left, y(down), width, y(down + value) - y(down), row.colour, told)
            down += value


def _drawn(figure: Figure) -> float:
    """Return a figure in the unit written, nothing where its table has none; what nobody knows is not drawn."""
    if figure.lacks:
        raise MissingTable(figure.lacks)
    return 0.0 if figure.value is None else figure.value * figure.scale


def _stack(series: Sequence[Series], place: int, sign: float) -> float:
    return sum(row.value(place) for row in series if row.value(place) * sign > 0)


def _step(span: float) -> float:
    """Return a round distance between ticks."""
    if span <= 0:
        return 1.0
    raw = span / _TICKS
    size = 10.0 ** math.floor(math.log10(raw))
    return next(size * part for part in _MAJOR if size * part >= raw - 1e-12 * raw)


def _tick(value: float, step: float) -> str:
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    digits += 0 if abs(step * 10.0**digits - round(step * 10.0**digits)) < 1e-9 else 1  # noqa: PLR2004 - steps of 2.5
    return f"{value or 0.0:,.{digits}f}"


def _legend_rows(names: Sequence[str]) -> list[list[int]]:
    """Return which names stand in which row of the legend."""
    rows: list[list[int]] = [[]]
    used = 0.0
    for place, name in enumerate(names):
        width = _wide(name) + 26.0
        if rows[-1] and used + width > _WIDTH - _LEFT:
            rows.append([])
            used = 0.0
        rows[-1].append(place)
        used += width
    return [row for row in rows if row]


def _legend(drawing: _Drawing, series: Sequence[Series], rows: Sequence[Sequence[int]], y: float) -> None:
    for line, row in enumerate(rows):
        x = _LEFT
        for place in row:
            drawing.box(x, y + 14.0 * line + 1.0, 8.0, 8.0, series[place].colour)
            drawing.text(x + 12.0, y + 14.0 * line + 8.2, series[place].name)
            x += _wide(series[place].name) + 26.0


def _wide(text: str, size: float = _SIZE) -> float:
    """Return about how wide a text is [pt]."""
    return size * sum(map(_part, text))


def _part(char: str) -> float:
    """Return about how wide a character is over its size."""
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    return 0.93 if char in _BROAD else 0.68 if char.isupper() else 0.57


def _clipped(text: str, room: float) -> str:
    text = _line(text)
    if _wide(text) <= room:
        return text
    while text and _wide(text) > room - _SIZE:
        text = text[:-1]
    return f"{text}…"


def _line(text: str) -> str:
    """Return a text on one line in characters that the packaged font has."""
    return shown(clean(text))
