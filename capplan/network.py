"""Fibre paths between zones and sites over the route graph, their length, routers and latency.

``latency(zone, site) <= latency_limit(class)`` is what the paths are for. A zone or site reaches its access
node by great circle times a detour factor; between access nodes the shortest path over the surveyed routes
counts; a zone and a site close to each other may be linked directly, past the trunk. Gates stand at their
exit node.

Assumptions: paths are the shortest in kilometres (of equal ones, the fewest routers), not the cheapest or
the least loaded; every router adds the same delay; light needs 4.9 us per km in fibre of group index 1.468
(ITU-T G.652). Distances are haversines on the sphere of mean Earth radius 6,371.0088 km (Moritz, Geodetic
Reference System 1980, Journal of Geodesy 74, 2000, doi:10.1007/s001900050278); against the WGS-84 ellipsoid
they err by at most 0.6 %, an order less than the detour factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from capplan.trunk import components, ends, positions, trunk_paths

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "EARTH_RADIUS_KM",
    "FIBRE_US_PER_KM",
    "Paths",
    "Unreachable",
    "great_circle_km",
    "latency_ms",
    "path_arrays",
    "path_frame",
    "site_distances",
    "site_paths",
    "unreachable",
]

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of the Earth [km]."""

FIBRE_US_PER_KM: Final = 4.9
"""Propagation delay of light in single-mode fibre, one way [us/km]: 1.468 / 299.792458 km/ms."""


@dataclass(frozen=True)
class Paths:
    """Paths of every zone to every site.

    Arrays have shape (zone, site): `route_km` [km], inf where there is no path; `trunk_km` [km]; `nodes` passed [1].
    """

    zone_id: pd.Index[str]
    site_id: pd.Index[str]
    route_km: NDArray[np.float64]
    trunk_km: NDArray[np.float64]
    nodes: NDArray[np.int32]


class Unreachable(NamedTuple):
    """A zone or site whose access node is not on the main part of the route graph."""

    kind: Literal["zone", "site"]
    id: str
    access_node: str


def great_circle_km(
    lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike
) -> NDArray[np.float64]:
    r"""Great-circle distance by the haversine formula.

    .. math:: d = 2R \arcsin\sqrt{\sin^2\tfrac{\phi_2-\phi_1}{2}
              + \cos\phi_1\cos\phi_2\sin^2\tfrac{\lambda_2-\lambda_1}{2}}

    Parameters
    ----------
    lon1, lat1, lon2, lat2
        Longitudes and latitudes [deg], broadcast.

    Returns
    -------
    ndarray
        Distance [km].

    Examples
    --------
    >>> great_circle_km(125.32, 43.82, 122.84, 45.62).round(1).tolist()
    280.1
    """
    x1, y1, x2, y2 = (np.radians(np.asarray(x, dtype=np.float64)) for x in (lon1, lat1, lon2, lat2))
    chord = np.sin((y2 - y1) / 2.0) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2.0) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))), dtype=np.float64)


def latency_ms(
    route_km: ArrayLike,
    nodes: ArrayLike,
    *,
    fibre_us_per_km: float = FIBRE_US_PER_KM,
    node_delay_ms: float = 0.05,
    access_delay_ms: float = 0.1,
    round_trip: bool = True,
) -> NDArray[np.float64]:
    """Latency of a path: light in fibre, routers, and the access equipment of both ends.

    Parameters
    ----------
    route_km
        Length of the path [km].
    nodes
        Routers passed [1].
    fibre_us_per_km
        Propagation delay, one way [us/km].
    node_delay_ms
        Delay of one router with its transponder, one way [ms]; 0.05, between 0.01 and 0.2, is a planning
        value.
    access_delay_ms
        Delay of the access equipment of both ends together, one way [ms]; an assumption.
    round_trip
        Whether there and back is counted, which doubles every part.

    Returns
    -------
    ndarray
        Latency [ms].

    Examples
    --------
    >>> latency_ms([0.0, 100.0], [0, 2]).round(2).tolist()
    [0.2, 1.38]
    """
    km, routers = np.asarray(route_km, dtype=np.float64), np.asarray(nodes, dtype=np.float64)
    one_way = km * fibre_us_per_km / 1000.0 + routers * node_delay_ms + access_delay_ms
    return np.asarray(one_way * (2.0 if round_trip else 1.0), dtype=np.float64)


def _tail_km(
    places: pd.DataFrame, at: NDArray[np.int64], nodes: pd.DataFrame, detour: float
) -> NDArray[np.float64]:
    """Length of the access fibre of each place [km]; zero for gates, inf for an unknown node."""
    lon, lat = (nodes[c].to_numpy(dtype=np.float64)[at] for c in ("lon", "lat"))
    km = detour * great_circle_km(places["lon"], places["lat"], lon, lat)
    gate = (places["kind"] == "gate").to_numpy(dtype=bool)
    return np.asarray(np.where(at < 0, np.inf, np.where(gate, 0.0, km)), dtype=np.float64)


def path_arrays(
    zones: pd.DataFrame,
    sites: pd.DataFrame,
    nodes: pd.DataFrame,
    routes: pd.DataFrame,
    *,
    detour: float = 1.3,
    metro_radius_km: float = 60.0,
) -> Paths:
    r"""Dense form of `site_paths`: the same figures as arrays of shape (zone, site).

    .. math:: L_{ij} = \begin{cases} \delta d_{ij} & d_{ij} \le r \text{ and } \delta d_{ij} \le
    L^{trunk}_{ij} \\
              L^{trunk}_{ij} = \delta d_{i,a(i)} + T_{a(i),a(j)} + \delta d_{a(j),j} & \text{else} \end{cases}

    Parameters
    ----------
    zones, sites, nodes, routes, detour, metro_radius_km
        As in `site_paths`.

    Returns
    -------
    Paths
        route_km (inf where there is no path) and trunk_km [km], nodes [1]; shape (zone, site).

    Examples
    --------
    >>> place = {"kind": "county", "lon": [0.0], "lat": [0.0], "access_node": ["a"]}
    >>> nodes = pd.DataFrame({"node_id": ["a"], "lon": [0.0], "lat": [0.0]})
    >>> routes = pd.DataFrame({"from_node": [], "to_node": [], "route_km": []})
    >>> paths = path_arrays(
    ...     pd.DataFrame({"zone_id": ["z"]} | place), pd.DataFrame({"site_id": ["s"]} | place), nodes, routes)
    >>> paths.route_km.tolist(), paths.nodes.tolist()
    ([[0.0]], [[0]])
    """
    trunk = trunk_paths(nodes, routes)
    at_zone = positions(trunk.node_id, zones["access_node"])
    at_site = positions(trunk.node_id, sites["access_node"])
    trunk_km = trunk.km[np.ix_(at_zone, at_site)]
    trunk_km[(at_zone < 0)[:, None] | (at_site < 0)] = np.inf
    route_km = trunk_km + _tail_km(zones, at_zone, nodes, detour)[:, None]
    route_km += _tail_km(sites, at_site, nodes, detour)
    routers = trunk.routers[np.ix_(at_zone, at_site)]
    direct = _direct_km(zones, sites, detour, metro_radius_km)
    nearer = np.isfinite(direct) & (direct <= route_km)
    np.copyto(route_km, direct, where=nearer)
    routers[nearer] = 0
    zone_id, site_id = pd.Index(zones["zone_id"].astype(str)), pd.Index(sites["site_id"].astype(str))
    return Paths(zone_id, site_id, route_km, trunk_km, routers)


def _direct_km(
    zones: pd.DataFrame, sites: pd.DataFrame, detour: float, metro_radius_km: float
) -> NDArray[np.float64]:
    """Length of the direct metro fibre [km], shape (zone, site); inf beyond the radius and for gates."""
    lon, lat = (zones[c].to_numpy(dtype=np.float64)[:, None] for c in ("lon", "lat"))
    km = great_circle_km(lon, lat, sites["lon"], sites["lat"])
    km[(zones["kind"] == "gate").to_numpy(dtype=bool)] = np.inf
    km[km > metro_radius_km] = np.inf
    km *= detour
    return km


def site_paths(
    zones: pd.DataFrame,
    sites: pd.DataFrame,
    nodes: pd.DataFrame,
    routes: pd.DataFrame,
    *,
    detour: float = 1.3,
    metro_radius_km: float = 60.0,
) -> pd.DataFrame:
    """Path of every zone to every site that it can reach.

    Parameters
    ----------
    zones
        zone_id, kind, lon and lat [deg], access_node; zones of kind ``gate`` stand at their access node.
    sites
        site_id, kind, lon and lat [deg], access_node.
    nodes
        node_id, lon and lat [deg].
    routes
        from_node, to_node, route_km [km].
    detour
        Fibre length over great circle where no route is known, at least 1 [ratio]; 1.3, between 1.1 and 1.6,
        is a planning value.
    metro_radius_km
        Great-circle distance up to which zone and site may be linked directly [km].

    Returns
    -------
    DataFrame
        One row per pair, zones then sites in the order given: zone_id, site_id, route_km (all of the path),
        trunk_km (shortest between the access nodes, whatever the path taken: it prices bandwidth) [km], nodes
        (routers passed; 0 on a direct link) [1]. Pairs without a path are left out.

    Examples
    --------
    >>> nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [0.0, 2.0], "lat": [0.0, 0.0]})
    >>> routes = pd.DataFrame({"from_node": ["a"], "to_node": ["b"], "route_km": [250.0]})
    >>> zones = pd.DataFrame({
    ...     "zone_id": ["z"], "kind": ["county"], "lon": [0.0], "lat": [0.0], "access_node": ["a"]})
    >>> sites = pd.DataFrame({
    ...     "site_id": ["s"], "kind": ["park"], "lon": [2.0], "lat": [0.0], "access_node": ["b"]})
    >>> site_paths(zones, sites, nodes, routes).to_dict("list")
    {'zone_id': ['z'], 'site_id': ['s'], 'route_km': [250.0], 'trunk_km': [250.0], 'nodes': [2]}
    """
    return path_frame(
        path_arrays(zones, sites, nodes, routes, detour=detour, metro_radius_km=metro_radius_km)
    )


def path_frame(paths: Paths) -> pd.DataFrame:
    """Return the paths there are as a table, as `site_paths` does.

    Parameters
    ----------
    paths
        What `path_arrays` returns.
    """
    i, j = np.nonzero(np.isfinite(paths.route_km))
    columns = {
        "zone_id": paths.zone_id.take(i),
        "site_id": paths.site_id.take(j),
        "route_km": paths.route_km[i, j],
        "trunk_km": paths.trunk_km[i, j],
        "nodes": paths.nodes[i, j].astype(np.int64),
    }
    return pd.DataFrame(columns)


def site_distances(sites: pd.DataFrame, *, at_least_km: float = 0.0) -> pd.DataFrame:
    """Great-circle distance of every ordered pair of different sites.

    Parameters
    ----------
    sites
        site_id, lon and lat [deg].
    at_least_km
        Least distance of the pairs returned [km].

    Returns
    -------
    DataFrame
        site_a, site_b, distance_km [km], in the order of the sites.

    Examples
    --------
    >>> sites = pd.DataFrame({"site_id": ["s", "t"], "lon": [0.0, 1.0], "lat": [0.0, 0.0]})
    >>> site_distances(sites).round(1).to_dict("list")
    {'site_a': ['s', 't'], 'site_b': ['t', 's'], 'distance_km': [111.2, 111.2]}
    """
    lon, lat = (sites[c].to_numpy(dtype=np.float64) for c in ("lon", "lat"))
    km = great_circle_km(lon[:, None], lat[:, None], lon, lat)
    wanted = km >= at_least_km
    np.fill_diagonal(wanted, val=False)
    i, j = np.nonzero(wanted)
    site_id = pd.Index(sites["site_id"].astype(str))
    return pd.DataFrame({"site_a": site_id.take(i), "site_b": site_id.take(j), "distance_km": km[i, j]})


def unreachable(
    zones: pd.DataFrame, sites: pd.DataFrame, nodes: pd.DataFrame, routes: pd.DataFrame
) -> list[Unreachable]:
    """Zones and sites cut off: their access node is unknown or off the main part of the graph.

    Parameters
    ----------
    zones, sites, nodes, routes
        As in `site_paths`; the main part is the one with most zones and sites.

    Returns
    -------
    list of Unreachable
        kind, id and access node of each place cut off, zones first; empty when all is connected.

    Examples
    --------
    >>> nodes = pd.DataFrame({"node_id": ["a", "b", "c"]})
    >>> routes = pd.DataFrame({"from_node": ["a"], "to_node": ["b"]})
    >>> zones = pd.DataFrame({"zone_id": ["y", "z"], "access_node": ["a", "c"]})
    >>> sites = pd.DataFrame({"site_id": ["s"], "access_node": ["b"]})
    >>> unreachable(zones, sites, nodes, routes)
    [Unreachable(kind='zone', id='z', access_node='c')]
    """
    node_id = pd.Index(nodes["node_id"].astype(str))
    label = np.append(components(len(node_id), *ends(node_id, routes)), -1)
    part = [label[positions(node_id, places["access_node"])] for places in (zones, sites)]
    found = np.concatenate(part)
    main = int(np.bincount(found[found >= 0]).argmax()) if (found >= 0).any() else 0
    off = [places.loc[where != main] for places, where in zip((zones, sites), part, strict=True)]
    return [
        *(
            Unreachable("zone", str(i), str(n))
            for i, n in zip(off[0]["zone_id"], off[0]["access_node"], strict=True)
        ),
        *(
            Unreachable("site", str(j), str(n))
            for j, n in zip(off[1]["site_id"], off[1]["access_node"], strict=True)
        ),
    ]
