"""Places must lie in the region, and every zone and site must be reached over the route graph.

A place far from the others is a slip, unless its node of the network lies there too: then it is an outlying island.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from capplan.checks.rows import add_rows, numbers, table_with, texts
from capplan.messages import Message, msg

if TYPE_CHECKING:
    from capplan.reading.faults import Faults
    from capplan.reading.inputs import Inputs
    from capplan.reading.table import TableData

LEAST_MARGIN_DEG = 0.5
"""How far beyond the outermost zones a site may lie, at least [deg]; assumption: a county is not wider."""

MARGIN_SHARE = 0.15
"""The same as a share of the region's extent [ratio]; assumption."""

NEAR_NODE_DEG = 1.0
"""How near its node of the network bears witness of a place [deg]; assumption."""

_FAR_SPREADS = 8.0
_LEAST_SPREAD_DEG = 1.0


@dataclass(frozen=True)
class Box:
    """The extent of a region [deg]."""

    west: float
    east: float
    south: float
    north: float

    def holds(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say which positions lie inside."""
        return (lon >= self.west) & (lon <= self.east) & (lat >= self.south) & (lat <= self.north)


def check_geography(inputs: Inputs, faults: Faults) -> None:
    """Add a fault for every place outside the region and every one that no route reaches."""
    box = _region(inputs, faults)
    if box is not None:
        sites = table_with(inputs, "sites", "lon", "lat")
        if sites is not None:
            box = _check_inside(sites, box, _witnessed(inputs, sites), faults)
        nodes = table_with(inputs, "grid_nodes", "lon", "lat")
        if nodes is not None:
            _check_inside(nodes, box, np.zeros(len(nodes.frame), dtype=np.bool_), faults)
    _check_reached(inputs, faults)


def _region(inputs: Inputs, faults: Faults) -> Box | None:
    """Return the extent of the zones with a margin; zones far from all others are faults and left out."""
    zones = table_with(inputs, "zones", "kind", "lon", "lat")
    if zones is None:
        return None
    lon, lat = numbers(zones, "lon"), numbers(zones, "lat")
    inside = (texts(zones, "kind") != "gate").to_numpy() & np.isfinite(lon) & np.isfinite(lat)
    if not inside.any():
        return None
    far = inside & (_far(lon, inside) | _far(lat, inside)) & ~_witnessed(inputs, zones)
    _add_outside(zones, far, _box(lon, lat, inside & ~far), msg("the zone lies far from the others"), faults)
    return _box(lon, lat, inside & ~far)


def _witnessed(inputs: Inputs, table: TableData) -> NDArray[np.bool_]:
    """Say which places have their node of the network near them."""
    nodes = table_with(inputs, "nodes", "node_id", "lon", "lat")
    if nodes is None or "access_node" not in table.frame:
        return np.zeros(len(table.frame), dtype=np.bool_)
    near = np.ones(len(table.frame), dtype=np.bool_)
    for axis in ("lon", "lat"):
        at = dict(zip(texts(nodes, "node_id"), numbers(nodes, axis), strict=True))
        own = texts(table, "access_node").map(at).to_numpy(dtype=np.float64)
        near &= np.abs(numbers(table, axis) - own) <= NEAR_NODE_DEG
    return near


def _far(values: NDArray[np.float64], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    middle = float(np.median(values[inside]))
    spread = max(float(np.median(np.abs(values[inside] - middle))), _LEAST_SPREAD_DEG)
    far: NDArray[np.bool_] = np.abs(values - middle) > _FAR_SPREADS * spread
    return far


def _box(lon: NDArray[np.float64], lat: NDArray[np.float64], inside: NDArray[np.bool_]) -> Box:
    west, east = float(lon[inside].min()), float(lon[inside].max())
    south, north = float(lat[inside].min()), float(lat[inside].max())
    across = max(LEAST_MARGIN_DEG, MARGIN_SHARE * (east - west))
    along = max(LEAST_MARGIN_DEG, MARGIN_SHARE * (north - south))
    return Box(west - across, east + across, south - along, north + along)


def _check_inside(table: TableData, box: Box, known: NDArray[np.bool_], faults: Faults) -> Box:
    """Add a fault for every place outside that is not known to be there; return the extent with those that are."""
    lon, lat = numbers(table, "lon"), numbers(table, "lat")
    there = np.isfinite(lon) & np.isfinite(lat)
    outside = there & ~box.holds(lon, lat)
    _add_outside(table, outside & ~known, box, msg("the position is outside the region"), faults)
    if not (outside & known).any():
        return box
    wider = _box(lon, lat, outside & known)
    return Box(
        min(box.west, wider.west),
        max(box.east, wider.east),
        min(box.south, wider.south),
        max(box.north, wider.north),
    )


def _add_outside(
    table: TableData, outside: NDArray[np.bool_], box: Box, problem: Message, faults: Faults
) -> None:
    lon, lat = numbers(table, "lon"), numbers(table, "lat")
    swapped = box.holds(lat, lon)
    extent = {"west": box.west, "east": box.east, "south": box.south, "north": box.north}
    inside = msg(
        "write a position from {west} to {east} east and {south} to {north} north",
        **{side: f"{value:.2f}" for side, value in extent.items()},
    )
    if "access_node" in table.frame:
        inside = msg("{remedy}, or give an outlying place an access_node that lies near it", remedy=inside)
    exchange = msg("lon and lat seem to be exchanged; write them the other way round")
    off_lat = (lat < box.south) | (lat > box.north)
    off_lon = (lon < box.west) | (lon > box.east)
    add_rows(
        faults, table, outside & off_lon, "lon", problem, lambda row: exchange if swapped[row] else inside
    )
    add_rows(faults, table, outside & ~off_lon & off_lat, "lat", problem, inside)


def _check_reached(inputs: Inputs, faults: Faults) -> None:
    parts = _parts(inputs)
    zones = table_with(inputs, "zones", "access_node")
    if parts is None or zones is None:
        return
    at_zones = texts(zones, "access_node").map(parts)
    if at_zones.notna().sum() == 0:
        return
    main = at_zones.mode().iloc[0]
    remedy = msg("add the missing route to routes.csv, or correct the access_node")
    wrong = at_zones.notna() & (at_zones != main)
    add_rows(faults, zones, wrong, "access_node", msg("no route reaches the zone"), remedy)
    sites = table_with(inputs, "sites", "access_node")
    if sites is not None:
        at_sites = texts(sites, "access_node").map(parts)
        wrong = at_sites.notna() & (at_sites != main)
        add_rows(faults, sites, wrong, "access_node", msg("no route reaches the site"), remedy)


def _parts(inputs: Inputs) -> dict[str, int] | None:
    """Return the connected part of the route graph that each node is in."""
    nodes = table_with(inputs, "nodes", "node_id")
    routes = table_with(inputs, "routes", "from_node", "to_node")
    if nodes is None or routes is None:
        return None
    names = list(dict.fromkeys(texts(nodes, "node_id")))
    place = {name: position for position, name in enumerate(names)}
    pairs = zip(texts(routes, "from_node"), texts(routes, "to_node"), strict=True)
    ends = [(place[a], place[b]) for a, b in pairs if a in place and b in place]
    start, end = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(ends)), (start, end)), shape=(len(names), len(names)))
    _, labels = connected_components(graph, directed=False)
    return {name: int(label) for name, label in zip(names, labels, strict=True)}
