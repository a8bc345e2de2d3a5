"""Charts of the page of a comparison, as SVG that takes its colours from the style sheet: bars from zero, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from unicodedata import east_asian_width

from capplan.compare.wording import oneline

__all__ = ["Bar", "bars"]

_WIDTH, _LABEL, _VALUE, _ROW, _THICK = 760.0, 210.0, 110.0, 25.0, 13.0
_LONGEST = 32
"""What fits beside the bars; a Han character counts twice."""


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes
    ----------
    label
        What it is.
    value
        Its length; None draws none.
    text
        What is written at its end.
    low, high
        Ends of its interval; None where there is none.
    even
        Whether its sign tells nothing, so that it is grey.
    """

    label: str
    value: float | None
    text: str
    low: float | None = None
    high: float | None = None
    even: bool = False


def bars(rows: Sequence[Bar], title: str) -> str:
    """Return horizontal bars to either side of zero; nothing where there is no row.

    Parameters
    ----------
    rows
        The bars, from the top.
    title
        What the chart shows, for those who do not see it.
    """
    if not rows:
        return ""
    ends = [value for row in rows for value in (row.value, row.low, row.high, 0.0) if value is not None]
    least, most = min(ends), max(ends)
    room, span = _WIDTH - _LABEL - _VALUE, most - least
    scale = room / span if span > 0.0 else 0.0
    zero = _LABEL - least * scale
    height = _ROW * len(rows) + 8.0
    parts = [
        f'<svg viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">',
        f'<line class="axis" x1="{zero:.1f}" x2="{zero:.1f}" y1="2" y2="{height - 2.0:.1f}"/>',
    ]
    for place, row in enumerate(rows):
        parts += _bar(row, 4.0 + (place + 0.5) * _ROW, zero, scale)
    return "".join([*parts, "</svg>"])


def _fitting(text: str) -> str:
    """Return a label cut to what fits; a Han character is as wide as two others."""
    widths = [2 if east_asian_width(char) in "WF" else 1 for char in text]
    if sum(widths) <= _LONGEST:
        return text
    return f"{text[: sum(total < _LONGEST for total in accumulate(widths))]}…"


def _bar(row: Bar, y: float, zero: float, scale: float) -> list[str]:
    value = row.value or 0.0
    left, right = sorted((zero, zero + value * scale))
    kind = "even" if row.even else "more" if value > 0.0 else "less"
    name = escape(_fitting(oneline(row.label, 300)))
    whole = f"<title>{escape(oneline(row.label, 300))}</title>"
    size = f'width="{max(right - left, 0.6):.1f}" height="{_THICK:.1f}"'
    found = [
        f'<text x="{_LABEL - 8.0:.1f}" y="{y + 4.0:.1f}" text-anchor="end">{name}{whole}</text>',
        f'<rect class="bar-{kind}" x="{left:.1f}" y="{y - _THICK / 2.0:.1f}" {size} rx="1.5"/>',
    ]
    ends = [right]
    if row.low is not None and row.high is not None:
        low, high = zero + row.low * scale, zero + row.high * scale
        tips = f"M{low:.1f} {y - 4.0:.1f}v8M{high:.1f} {y - 4.0:.1f}v8M{low:.1f} {y:.1f}H{high:.1f}"
        found.append(f'<path class="span" fill="none" d="{tips}"/>')
        ends.append(high)
    found.append(f'<text class="quiet" x="{max(ends) + 6.0:.1f}" y="{y + 4.0:.1f}">{escape(row.text)}</text>')
    return found
