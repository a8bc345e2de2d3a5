"""The windows of a map: the main one, the corners kept free in it, and the enlargement of its crowd."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.box import Box
from capplan.atlas.enlarge import crowd_of, free_corner, inset_frame
from capplan.atlas.facts import Facts
from capplan.atlas.frame import Frame
from capplan.atlas.labels import Places
from capplan.atlas.marginalia import scale_bar
from capplan.atlas.sheet import View, listed, symbol_radius
from capplan.atlas.style import Style

__all__ = ["BAR_MM", "NORTH_MM", "enlargement", "keep_corners", "main_view"]

BAR_MM = 64.0
"""Longest scale bar [mm]."""

NORTH_MM = 15.0
"""Height of the north arrow [mm]."""

_INSET_SIZES = tuple((1.4 * size, size) for size in np.arange(92.0, 40.0, -3.0))
_BAR_BOX = (18.0, 15.0)
_CORNER = 3.0


def main_view(boundaries: Boundaries, box: Box) -> View:
    """Return the map's window, the region in its middle."""
    west, south, east, north = (float(side) for side in boundaries.region.bounds)
    frame = Frame.fitted(box, boundaries.projection, (west, south, east, north), margin=7.0)
    return View(frame, Places(box.grown(-1.0)))


def keep_corners(view: View, boundaries: Boundaries) -> tuple[Box, Box]:
    """Take room for the scale bar and the north arrow, in corners that the region leaves free, and return it."""
    box = view.frame.box
    region = view.frame.shapes([boundaries.region])[0]
    width = scale_bar(view.frame, BAR_MM).millimetres + _BAR_BOX[0]
    high = _BAR_BOX[1]
    bars = (
        Box(box.left + _CORNER, box.bottom + _CORNER, box.left + _CORNER + width, box.bottom + _CORNER + high),
        Box(box.right - _CORNER - width, box.bottom + _CORNER, box.right - _CORNER, box.bottom + _CORNER + high),
    )
    bar = min(bars, key=lambda corner: _shared(region, corner))
    view.places.taken.append(bar)
    norths = (
        Box(box.right - 21.0, box.top - 28.0, box.right - 5.0, box.top - 3.0),
        Box(box.left + 5.0, box.top - 28.0, box.left + 21.0, box.top - 3.0),
    )
    north = min(norths, key=lambda corner: _shared(region, corner))
    view.places.taken.append(north)
    return bar, north


def _shared(region: Any, box: Box) -> float:
    return float(shapely.intersection(region, shapely.box(box.left, box.bottom, box.right, box.top)).area)


def enlargement(view: View, boundaries: Boundaries, facts: Facts, style: Style) -> View | None:
    """Return a window that enlarges the crowd of sites, or None where there is no crowd or no free corner.

    The room that it takes, and the sites that are numbered in it, are noted in the main window.
    """
    wanted, sites = style.inset, listed(facts, style)
    if wanted is None or not sites:
        return None
    points = view.frame.points([(site.lon, site.lat) for site in sites])
    radii = [symbol_radius(facts, style, site.it_mw) for site in sites]
    crowd = crowd_of(view.frame, points, radii, wanted.least_sites)
    if crowd is None:
        return None
    region = view.frame.shapes([boundaries.region])[0]
    corner = free_corner(view.frame, region, _INSET_SIZES, view.places.taken)
    frame = None if corner is None else inset_frame(view.frame, crowd, corner, wanted.times)
    if frame is None:
        return None
    view.places.taken.append(frame.box.grown(1.0))
    window = extent_in(view, frame)
    view.hidden = frozenset(
        site.site_id for site, (x, y) in zip(sites, points, strict=True) if window.has(float(x), float(y))
    )
    return View(frame, Places(frame.box.grown(-0.8)), enlarged=True)


def extent_in(view: View, frame: Frame) -> Box:
    """Return what another window shows, as a rectangle in this one [mm]."""
    west, south, east, north = frame.seen()
    (left, bottom), (right, top) = view.frame.paper([(west, south), (east, north)])
    return Box(float(left), float(bottom), float(right), float(top))
