"""Scale bar and north arrow of a window of the map."""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely
from shapely.affinity import rotate

from capplan.atlas.box import Box
from capplan.atlas.frame import Frame
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.symbols import nice_below
from capplan.atlas.wrap import LEAST

__all__ = ["ScaleBar", "draw_north", "draw_scale_bar", "scale_bar"]

_DARK = "#1d2733"
_SMALL_MM = 34.0
_PARTS = {"1": 5, "2": 4, "5": 5}
_FEWER = 2


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length on the ground and on paper.

    Attributes
    ----------
    kilometres
        What it says [km].
    millimetres
        How long it is drawn [mm].
    """

    kilometres: float
    millimetres: float


_BETWEEN = 0.4
"""Between two figures of a scale bar; one that has no room is left out [mm]."""


def scale_bar(frame: Frame, longest: float) -> ScaleBar:
    """Return the longest bar of a round length that is not longer than `longest` [mm].

    The length on paper is that of the distance on the ellipsoid at the middle of the frame, not of the nominal scale.
    """
    lon, lat = frame.degrees([frame.box.centre])[0]
    mm_per_km = 1000.0 * frame.mm_per_metre / frame.projection.metres_per_map_metre(float(lon), float(lat))
    kilometres = nice_below(longest / mm_per_km)
    return ScaleBar(kilometres, kilometres * mm_per_km)


def draw_scale_bar(
    paper: Paper, bar: ScaleBar, left: float, bottom: float, *, note: str = "", z: float = 12.0
) -> None:
    """Draw a bar with its figures above and a note below.

    Parameters
    ----------
    paper
        The page.
    bar
        The bar.
    left, bottom
        Lower left corner of the bar itself [mm].
    note
        What stands below it.
    z
        Drawing order.
    """
    small = bar.millimetres < _SMALL_MM
    parts = _FEWER if small else _PARTS[f"{bar.kilometres:e}"[0]]
    ink = Ink(LEAST if small else 7.0, colour=_DARK)
    step = bar.millimetres / parts
    height = 1.1 if small else 1.5
    for part in range(parts):
        box = Box(left + part * step, bottom, left + (part + 1) * step, bottom + height)
        paper.box(box, face=_DARK if part % 2 == 0 else "#ffffff", edge=_DARK, width=0.18, z=z)
    taken = float("inf")
    for part in range(parts, -1, -1):
        text = f"{bar.kilometres * part / parts:g}" + (" km" if part == parts else "")
        figure = text.removesuffix(" km")
        x = left + part * step - ink.width(figure) / 2.0
        if x + ink.width(figure) < taken:
            paper.text(x, bottom + height + 1.9, text, ink, z=z, role="scale")
            taken = x - _BETWEEN
    if note:
        paper.text(
            left, bottom - 2.2, note, Ink(max(ink.size - 0.4, LEAST), colour="#4a545f"), z=z, role="scale"
        )


def draw_north(paper: Paper, frame: Frame, x: float, y: float, *, letter: str, height: float = 15.0) -> None:
    """Draw an arrow about a point [mm] that shows true north there."""
    lon, lat = frame.degrees([(x, y)])[0]
    turn = math.radians(frame.projection.north_at(float(lon), float(lat)))
    half, wing = height / 2.0, height * 0.24

    for side, face in ((-wing, _DARK), (wing, "#ffffff")):
        points = [(x, y + half), (x + side, y - half), (x, y - half * 0.6)]
        shape = rotate(shapely.Polygon(points), turn, origin=(x, y), use_radians=True)
        paper.shapes([shape], face=face, edge=_DARK, width=0.2, z=12.0)
    paper.text(
        x - math.sin(turn) * (half + 3.0),
        y + math.cos(turn) * (half + 3.0),
        letter,
        Ink(12.0, "bold", _DARK, halo="#ffffff"),
        align="center",
        role="north",
    )
