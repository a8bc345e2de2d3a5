"""What a block of the panel is, and the heading that all have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from capplan.atlas.box import Box
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Sheet
from capplan.atlas.wrap import LEAST

__all__ = ["GREY", "HEADING_MM", "INK", "SMALL", "Block", "heading", "panel_width"]

INK = Ink(7.6)
SMALL = Ink(LEAST, colour="#5b6570")
GREY = "#5b6570"
HEADING_MM = 8.0
_PADDING = 4.0
_HEADING = Ink(11.5, "bold")


@dataclass(frozen=True)
class Block:
    """A block of the panel.

    Attributes
    ----------
    name
        What a style calls it.
    height
        Its height [mm]; None where it takes what the others leave.
    draw
        Draws it into a rectangle.
    rows_in
        For a block that lists sites: how many it can list in a height [mm].
    least
        For a block that takes what the others leave: the least that it needs [mm].
    optional
        Whether it gives way where there is no room for all.
    wants
        For a block that takes what the others leave: what it can make use of at most [mm]; None for all there is.
    title
        Word of its heading; empty where that is its name.
    rows
        For a block that lists sites: how many there are at most; None for the sites of the plan.
    """

    name: str
    height: Callable[[Sheet], float | None]
    draw: Callable[[Sheet, Box], None]
    rows_in: Callable[[Sheet, float], int] | None = None
    least: float = 20.0
    optional: bool = False
    wants: Callable[[Sheet], float] | None = None
    title: str = ""
    rows: Callable[[Sheet], int] | None = None

    def need(self, sheet: Sheet) -> float:
        """Return the least height that it needs [mm]."""
        own = self.height(sheet)
        return self.least if own is None else own


def panel_width(sheet: Sheet) -> float:
    """Return the width of the blocks in a column of the panel [mm]."""
    return sheet.style.paper.panel - 2.0 * _PADDING


def heading(sheet: Sheet, box: Box, text: str, note: str = "") -> float:
    """Write a block's heading over a thin line, and return the height [mm] at which the block goes on."""
    paper = sheet.paper
    drawn = paper.text(box.left, box.top - 2.6, text, _HEADING, role="panel")
    if note:
        paper.text(drawn.right + 2.5, box.top - 2.9, note, SMALL, role="panel")
    y = box.top - 6.0
    paper.lines([[(box.left, y), (box.right, y)]], colour="#9fb4c7", width=0.2, z=11.0)
    return box.top - HEADING_MM
