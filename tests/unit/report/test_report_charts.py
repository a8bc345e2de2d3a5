"""Labels of the report's charts: measured in the packaged font, none crosses another and none leaves its picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from capplan import resources
from capplan.report.document.blocks import Document, Figure, Picture
from capplan.report.document.charts import Series, columns
from capplan.report.document.glyphs import FONTS
from capplan.report.document.origins import Source

ASCENT, DESCENT = 0.8, 0.12
"""Parts of the size that figures, letters and Han characters take above and below the line."""
Box = tuple[float, float, float, float]


@cache
def advances() -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    name = next(name for name in FONTS if "Regular" in name or "regular" in name)
    font = TTFont(BytesIO(resources.read_bytes("maps", name)), lazy=True)
    return font.getBestCmap(), dict(font["hmtx"].metrics), int(font["head"].unitsPerEm)


def wide(text: str, size: float) -> float:
    glyphs, metrics, em = advances()
    return sum(metrics[glyphs[ord(char)]][0] for char in text) * size / em


def labels(svg: bytes) -> tuple[list[tuple[str, Box]], float, float]:
    """Return the labels of a chart with their boxes, and the width and height of the picture."""
    root = ET.fromstring(svg)  # noqa: S314 - our own picture
    found = []
    for node in root.iter("{http://www.w3.org/2000/svg}text"):
        text, size = node.text or "", float(node.get("font-size", "8"))
        width, x, y = wide(text, size), float(node.get("x", "0")), float(node.get("y", "0"))
        left = x - {"end": width, "middle": width / 2.0}.get(node.get("text-anchor", ""), 0.0)
        found.append((text, (left, y - ASCENT * size, left + width, y + DESCENT * size)))
    _, _, across, high = map(float, root.get("viewBox", "").split())
    return found, across, high


def crossings(svg: bytes) -> list[str]:
    """Return the labels that cross another or leave the picture."""
    found, across, high = labels(svg)
    faults = [
        f"{text} leaves the picture"
        for text, (left, top, right, bottom) in found
        if left < -0.5 or top < -0.5 or right > across + 0.5 or bottom > high + 0.5
    ]
    for place, (text, one) in enumerate(found):
        for other, two in found[place + 1 :]:
            if one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]:
                faults.append(f"{text} crosses {other}")
    return faults


def figure(value: float, text: str = "") -> Figure:
    return Figure(text or f"{value:,.0f}", value, 1.0, "", Source("tables/x.csv", "x"))


def series(names: list[str], years: int, value: float) -> list[Series]:
    return [
        Series(name, "#1f5c99", tuple(figure(value * (-1) ** place * (year + 1)) for year in range(years)))
        for place, name in enumerate(names)
    ]


def test_labels_of_a_report_cross_nowhere(document: Document) -> None:
    charts = [
        block for section in document.sections for block in section.blocks if isinstance(block, Picture)
    ]
    drawn = [block.content for block in charts if block.kind == "svg" and block.points]
    assert len(drawn) >= 3
    assert [fault for content in drawn for fault in crossings(content)] == []


@pytest.mark.parametrize("value", [0.0003, 7.0, 2.4e9])
@pytest.mark.parametrize("years", [1, 5, 31])
def test_labels_cross_nowhere_whatever_is_drawn(value: float, years: int) -> None:
    names = ["网络", "容（需）量电费", "W" * 60, "长" * 300, "operation of IT equipment", *"abcdefgh"]
    told = [str(2026 + year) for year in range(years)]
    svg = columns(told, series(names, years, value), unit="PFLOPS FP16", alt="a")
    assert crossings(svg) == []


def test_a_crossing_is_seen() -> None:
    svg = columns(["2026"], series(["a"], 1, 1.0), unit="x", alt="a")
    assert crossings(svg) == []
    assert crossings(svg.replace(b"</svg>", b'<text x="240" y="146" font-size="40">2026</text></svg>'))
