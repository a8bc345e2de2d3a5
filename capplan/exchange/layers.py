"""Layers of a plan for maps and geographic information systems, made of its tables; WGS-84 throughout."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

__all__ = ["grid_nodes_layer", "routes_layer", "service_layer", "sites_layer", "zones_layer"]

_WGS84 = "EPSG:4326"
_TOTALS = ["standard_racks", "pflops_fp16", "pflops_fp64", "it_mw"]
_COUNTED = {
    "standard_rack": "standard_racks",
    "pflops_fp16": "pflops_fp16",
    "pflops_fp64": "pflops_fp64",
}


def sites_layer(sites: pd.DataFrame, capacity: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the sites as points, with what is in service there at the end of the horizon.

    Parameters
    ----------
    sites, capacity
        The plan tables of these names.

    Returns
    -------
    GeoDataFrame
        The columns of `sites`, then ``standard_racks`` [standard rack], ``pflops_fp16`` [PFLOPS], ``pflops_fp64`` [PFLOPS],
        ``it_mw`` [MW] and ``main_technology`` (most IT power; empty where nothing is in service); EPSG:4326.
    """
    last = capacity[(capacity["year"] == capacity["year"].max()) & (capacity["modules"] > 0)]
    totals = last.groupby("site_id")[_TOTALS].sum()
    main = (
        last.sort_values(["it_mw", "technology"], ascending=[False, True])
        .groupby("site_id")["technology"]
        .first()
    )
    frame = sites.drop(columns=[name for name in (*_TOTALS, "main_technology") if name in sites.columns])
    for name in _TOTALS:
        frame = frame.assign(**{name: sites["site_id"].map(totals[name]).fillna(0.0).astype("float64")})
    frame["main_technology"] = sites["site_id"].map(main).astype("object").fillna("").astype("str")
    return _points(frame)


def zones_layer(zones: pd.DataFrame, service: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the zones as points, with what they are served at the end of the horizon.

    Parameters
    ----------
    zones
        The case's table of zones.
    service
        The plan table of this name.

    Returns
    -------
    GeoDataFrame
        The zones' columns that concern a planner, the amounts served by unit, and ``mean_latency_ms`` [ms] by
        standard rack served; EPSG:4326.
    """
    words = ["zone_id", "name_zh", "name_en", "kind", "prefecture_adcode"]
    numbers = ["lon", "lat", "population", "urban_population", "output_cny"]
    frame = zones[[name for name in (*words, *numbers) if name in zones.columns]].reset_index(drop=True)
    last = service[service["year"] == service["year"].max()]
    amounts = _amounts(last, ["zone_id"])
    for name in _COUNTED.values():
        frame[name] = frame["zone_id"].map(amounts[name]).fillna(0.0).astype("float64")
    frame["mean_latency_ms"] = frame["zone_id"].map(amounts["latency_ms"]).astype("float64")
    return _points(frame)


def routes_layer(nodes: pd.DataFrame, routes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the fibre routes as straight lines between their nodes; ``route_km`` [km] is their real length.

    Parameters
    ----------
    nodes, routes
        The case's tables of these names.
    """
    places = nodes.set_index("node_id")[["lon", "lat"]]
    columns = ["route_id", "from_node", "to_node", "route_km", "corridor", "kind"]
    frame = routes[[name for name in columns if name in routes.columns]].reset_index(drop=True)
    return _lines(frame, places.reindex(frame["from_node"]), places.reindex(frame["to_node"]))


def service_layer(zones: pd.DataFrame, sites: pd.DataFrame, service: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return who serves whom as straight lines from zone to site, one for each pair and year.

    Parameters
    ----------
    zones
        The case's table of zones.
    sites, service
        The plan tables of these names.

    Returns
    -------
    GeoDataFrame
        ``zone_id``, ``site_id``, ``year``, the amounts by unit, ``latency_ms`` [ms] (mean by amount); EPSG:4326.
    """
    frame = _amounts(service, ["zone_id", "site_id", "year"]).reset_index()
    starts = zones.set_index("zone_id")[["lon", "lat"]].reindex(frame["zone_id"])
    ends = sites.set_index("site_id")[["lon", "lat"]].reindex(frame["site_id"])
    return _lines(frame, starts, ends)


def grid_nodes_layer(nodes: pd.DataFrame, connections: pd.DataFrame | None) -> gpd.GeoDataFrame:
    """Return the substations as points, with the connections contracted there at the end of the horizon.

    Parameters
    ----------
    nodes
        The case's table of grid nodes.
    connections
        The plan table of this name, or None where the plan has none.

    Returns
    -------
    GeoDataFrame
        ``grid_node``, names, ``voltage_kv`` [kV], position, ``headroom_mva`` [MVA], ``contracted_mva`` [MVA], ``sites``
        [count] connected; EPSG:4326.
    """
    columns = ["grid_node", "name_zh", "name_en", "voltage_kv", "lon", "lat", "headroom_mva"]
    frame = nodes[columns].reset_index(drop=True)
    totals = pd.DataFrame({"contracted_mva": [], "site_id": []}, dtype="float64")
    if connections is not None and len(connections):
        last = connections[connections["year"] == connections["year"].max()]
        totals = last.groupby("grid_node").agg({"contracted_mva": "sum", "site_id": "nunique"})
    frame["contracted_mva"] = frame["grid_node"].map(totals["contracted_mva"]).fillna(0.0).astype("float64")
    frame["sites"] = frame["grid_node"].map(totals["site_id"]).fillna(0).astype("int64")
    return _points(frame)


def _amounts(service: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    parts = service[by].assign(
        **{name: np.where(service["unit"] == unit, service["amount"], 0.0) for unit, name in _COUNTED.items()}
    )
    weighted = parts.assign(weight=service["amount"], latency_ms=service["latency_ms"] * service["amount"])
    sums = weighted.groupby(by).sum()
    latency = sums["latency_ms"] / sums["weight"].where(sums["weight"] > 0)
    return sums.assign(latency_ms=latency).drop(columns="weight")


def _points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=_WGS84)


def _lines(frame: pd.DataFrame, starts: pd.DataFrame, ends: pd.DataFrame) -> gpd.GeoDataFrame:
    """Join places by straight lines; rows without a known place at both ends are left out.

    What begins and ends at one place has no line: one of no length would be no valid geometry.
    """
    corners = np.stack([starts.to_numpy(dtype="float64"), ends.to_numpy(dtype="float64")], axis=1)
    known = np.isfinite(corners).all(axis=(1, 2))
    lines = shapely.linestrings(corners[known])
    lines[(corners[known, 0] == corners[known, 1]).all(axis=1)] = None
    return gpd.GeoDataFrame(frame[known].reset_index(drop=True), geometry=lines, crs=_WGS84)
