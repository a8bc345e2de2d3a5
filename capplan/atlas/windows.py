"""The windows of a map: the main one, the corners kept free in it, and the enlargement of its crowd."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.box import Box
from capplan.atlas.enlarge import crowd_of, enlarged
from capplan.atlas.facts import Facts, SiteFacts
from capplan.atlas.frame import Frame
from capplan.atlas.labels import Places, boxes_along
from capplan.atlas.marginalia import ScaleBar, scale_bar
from capplan.atlas.sheet import View, listed, symbol_radius
from capplan.atlas.style import Style

__all__ = [
    "NORTH_MM",
    "bar_of",
    "enlargement",
    "extent_in",
    "free_corner",
    "keep_bar",
    "keep_cards",
    "keep_north",
    "leaders",
    "main_view",
    "site_boxes",
]

_BAR_MM, _BAR_SHARE = 70.0, 0.3
"""Longest scale bar [mm], and of the window's width [ratio]."""

NORTH_MM = 15.0
"""Height of the north arrow [mm]."""

_BAR_BOX = (17.0, 14.0)
_NORTH_BOX = (14.0, 25.0)
_CORNER = 3.0
_CLEAR = 3.4
"""Room about a symbol [mm]."""
_CROWDING = 20
_COVERED = 0.15
"""How much of what stands in a corner may lie on the region [ratio]."""
_ROOM = 0.12
_LEAST_ROOM_M = 4000.0


def main_view(
    boundaries: Boundaries,
    box: Box,
    zoom: float = 1.0,
    sites: Sequence[SiteFacts] = (),
    *,
    margin: float = 7.0,
) -> View:
    """Return the map's window, the region in its middle; or sites, where some are given.

    Parameters
    ----------
    boundaries
        The areas.
    box
        The window [mm].
    zoom
        Millimetres of the real page for one of the drawn page.
    sites
        Sites that fill the window instead of the region.
    margin
        Room left at every side [mm].
    """
    extent = _extent(boundaries, sites)
    frame = Frame.fitted(box, boundaries.projection, extent, margin=margin, zoom=zoom)
    return View(frame, Places(box.grown(-1.0)))


def _extent(boundaries: Boundaries, sites: Sequence[SiteFacts]) -> tuple[float, float, float, float]:
    """Return what the window must show, in the projection [m]."""
    if not sites:
        west, south, east, north = (float(side) for side in boundaries.region.bounds)
        return west, south, east, north
    points = boundaries.projection.project([(site.lon, site.lat) for site in sites])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    room = max(_LEAST_ROOM_M, _ROOM * float(max(east - west, north - south)))
    return float(west) - room, float(south) - room, float(east) + room, float(north) + room


def bar_of(frame: Frame) -> ScaleBar:
    """Return the scale bar of a window."""
    return scale_bar(frame, min(_BAR_MM, _BAR_SHARE * frame.box.width))


def site_boxes(view: View, facts: Facts, style: Style, among: frozenset[str] | None = None) -> list[Box]:
    """Return what the symbols of sites cover in a window [mm], with a little room.

    Parameters
    ----------
    view
        The window.
    facts
        What is shown of the plan.
    style
        The map's style.
    among
        The sites that the map draws, by site_id; None for all.
    """
    sites = [site for site in facts.sites if among is None or site.site_id in among]
    points = view.frame.points([(site.lon, site.lat) for site in sites])
    sides = [2.0 * (symbol_radius(facts, style, site.it_mw) + _CLEAR) for site in sites]
    return [Box.around(float(x), float(y), side, side) for (x, y), side in zip(points, sides, strict=True)]


def free_corner(corners: Sequence[Box], sites: Sequence[Box]) -> Box:
    """Return the first of the corners that hide least of the sites [mm]."""
    return min(corners, key=lambda corner: sum(corner.overlap(site) for site in sites))


def _hit(corner: Box, sites: Sequence[Box]) -> int:
    return sum(corner.overlap(site) > 0.0 for site in sites)


def keep_bar(view: View, boundaries: Boundaries, sites: Sequence[Box] = ()) -> Box:
    """Take room for the scale bar in the lower corner that the region leaves free, and return it.

    Where sites [mm] stand in both, it goes to an upper one.
    """
    box = view.frame.box
    width, high = bar_of(view.frame).millimetres + _BAR_BOX[0], _BAR_BOX[1]
    lefts = (box.left + _CORNER, box.right - _CORNER - width)
    lower, upper = (
        [Box(left, bottom, left + width, bottom + high) for left in lefts]
        for bottom in (box.bottom + _CORNER, box.top - _CORNER - high)
    )
    free = [corner for corner in lower if not _hit(corner, sites)]
    return _kept(view, boundaries, free or [*lower, *upper], sites)


def keep_north(view: View, boundaries: Boundaries, sites: Sequence[Box] = ()) -> Box:
    """Take room for the north arrow, at the upper right if that is free, and return it."""
    box = view.frame.box
    width, high = _NORTH_BOX
    tops = (box.top - _CORNER, box.bottom + _CORNER + high, box.bottom + 24.0 + high)
    lefts = (box.right - _CORNER - width, box.left + _CORNER)
    corners = tuple(Box(left, top - high, left + width, top) for top in tops for left in lefts)
    return _kept(view, boundaries, corners, sites)


def keep_cards(
    view: View, boundaries: Boundaries, size: tuple[float, float], sites: Sequence[Box] = ()
) -> Box | None:
    """Take room for cards of a size [mm] in the corner that the region leaves free, if there is one, and return it."""
    box, (width, high) = view.frame.box.grown(-_CORNER), size
    corners = [
        Box(left, bottom, left + width, bottom + high)
        for bottom in (box.bottom, box.top - high)
        for left in (box.left, box.right - width)
    ]
    region = view.frame.shapes([boundaries.region])[0]
    free = [
        corner
        for corner in corners
        if box.holds(corner)
        and not any(corner.overlap(other) for other in (*view.places.taken, *sites))
        and _shared(region, corner) <= _COVERED * width * high
    ]
    if not free:
        return None
    best = min(free, key=lambda corner: _shared(region, corner))
    view.places.taken.append(best.grown(1.0))
    return best


def _kept(view: View, boundaries: Boundaries, corners: Sequence[Box], sites: Sequence[Box] = ()) -> Box:
    """Take the corner that hides the fewest sites, and of those the one that hides the least of the region."""
    region = view.frame.shapes([boundaries.region])[0]

    def hidden(corner: Box) -> tuple[float, float]:
        taken = 2.0 * sum(corner.overlap(other) for other in view.places.taken)
        return (_hit(corner, sites) + (taken > 0.0), _shared(region, corner) + taken)

    best = min(corners, key=hidden)
    view.places.taken.append(best)
    return best


def _shared(region: Any, box: Box) -> float:
    return float(shapely.intersection(region, _rectangle(box)).area)


def enlargement(
    view: View,
    boundaries: Boundaries,
    facts: Facts,
    style: Style,
    *,
    among: frozenset[str] | None = None,
) -> View | None:
    """Return a window that enlarges the crowd of sites, or None where there is no crowd or no free corner.

    The room that it takes, and the sites that are numbered in it, are noted in the main window.

    Parameters
    ----------
    view
        The map's window.
    boundaries
        The areas.
    facts
        What is shown of the plan.
    style
        The map's style, which says what is a crowd.
    among
        The sites that the map draws, by site_id; None for all.
    """
    wanted, sites = style.inset, listed(facts, style.listing(max(style.symbols.listed, _CROWDING)))
    sites = [site for site in sites if among is None or site.site_id in among]
    if wanted is None or not sites:
        return None
    points = view.frame.points([(site.lon, site.lat) for site in sites])
    radii = [symbol_radius(facts, style, site.it_mw) for site in sites]
    crowd = crowd_of(view.frame, points, radii, wanted.least_sites)
    if crowd is None:
        return None
    hindrance = shapely.union_all([*view.frame.shapes([boundaries.region]), _exits(view, facts)])
    frame = enlarged(view.frame, crowd, hindrance, view.places.taken, wanted.times)
    if frame is None:
        return None
    view.places.taken.append(frame.box.grown(1.0))
    window = extent_in(view, frame)
    view.hidden = frozenset(
        site.site_id for site, (x, y) in zip(sites, points, strict=True) if window.has(float(x), float(y))
    )
    view.places.soft.extend(boxes_along(leaders(window, frame.box), view.frame.box))
    return View(frame, Places(frame.box.grown(-0.8)), enlarged=True)


def _exits(view: View, facts: Facts) -> Any:
    """Return where the exits of the fibre network stand, with room for their names [mm]."""
    nodes = facts.inputs["nodes"]
    exits = nodes.loc[nodes["kind"] == "exit", ["lon", "lat"]].to_numpy(dtype=np.float64)
    points = view.frame.points(exits)
    return shapely.union_all([shapely.box(x - 4.0, y - 4.0, x + 24.0, y + 4.0) for x, y in points])


def extent_in(view: View, frame: Frame) -> Box:
    """Return what another window shows, as a rectangle in this one [mm]."""
    west, south, east, north = frame.seen()
    (left, bottom), (right, top) = view.frame.paper([(west, south), (east, north)])
    return Box(float(left), float(bottom), float(right), float(top))


def leaders(window: Box, inset: Box) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the lines between like corners of two rectangles that cross neither of them."""
    pairs = [
        ((x, y), (ix, iy))
        for x, ix in ((window.left, inset.left), (window.right, inset.right))
        for y, iy in ((window.bottom, inset.bottom), (window.top, inset.top))
    ]
    inner = [_rectangle(box.grown(-0.01)) for box in (window, inset)]
    return [
        pair for pair in pairs if not any(shapely.intersects(shapely.LineString(pair), box) for box in inner)
    ]


def _rectangle(box: Box) -> Any:
    return shapely.box(box.left, box.bottom, box.right, box.top)
