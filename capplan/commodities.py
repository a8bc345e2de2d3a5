"""Merge demand that nothing tells apart in cost or feasibility, exactly.

Zones of one class that share an access node, the set of sites they reach in time, an obligation and a revenue are one
commodity: bandwidth is bought between access nodes, so a route costs all of them the same. Each zone keeps its share.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["arcs_within_limits", "merge"]


def arcs_within_limits(
    demand: pd.DataFrame, classes: pd.DataFrame, hosts: pd.DataFrame, paths: pd.DataFrame
) -> pd.DataFrame:
    """Return the arcs that exist: zone_id, class_id, site_id, trunk_km [km], latency_ms [ms].

    Parameters
    ----------
    demand
        zone_id, class_id of what is asked for.
    classes
        class_id, latency_limit_ms [ms, empty for none].
    hosts
        site_id, class_id of what could be hosted.
    paths
        zone_id, site_id, trunk_km [km], latency_ms [ms].
    """
    limit = classes[["class_id"]].assign(limit=classes["latency_limit_ms"].astype(float).fillna(np.inf))
    wanted = demand[["zone_id", "class_id"]].drop_duplicates()
    columns = ["zone_id", "site_id", "trunk_km", "latency_ms"]
    frame = (
        wanted.merge(limit, on="class_id")
        .merge(hosts, on="class_id")
        .merge(paths[columns], on=["zone_id", "site_id"])
    )
    return frame.loc[frame["latency_ms"] <= frame["limit"] + 1e-9].drop(columns="limit")


def merge(
    demand: pd.DataFrame, arcs: pd.DataFrame, access_node: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Merge zones into commodities.

    Parameters
    ----------
    demand
        zone_id, class_id, year, amount, obligation, revenue_cny_per_unit_year.
    arcs
        zone_id, class_id, site_id, trunk_km [km], latency_ms [ms].
    access_node
        Node at which each zone enters the network, index zone_id.

    Returns
    -------
    tuple
        The demand with `commodity` and `share` [ratio of its commodity in that year], and the commodities' arcs
        (commodity, class_id, year, site_id, trunk_km [km], latency_ms [ms, demand-weighted]).
    """
    key = ["zone_id", "class_id"]
    reach = arcs.sort_values("site_id").groupby(key)["site_id"].agg("|".join).rename("reach").reset_index()
    frame = demand.merge(reach, on=key, how="left").fillna({"reach": ""})
    frame["node"] = frame["zone_id"].map(access_node)
    group = ["class_id", "node", "reach", "obligation", "revenue_cny_per_unit_year", "year"]
    # the first zone of a commodity names it, so that names do not depend on the order of rows
    first = frame.sort_values("zone_id").groupby(group)["zone_id"].transform("first")
    frame["commodity"] = frame["class_id"] + "|" + first + "|" + frame["obligation"].astype(str)
    frame["share"] = frame["amount"] / frame.groupby(["commodity", "year"])["amount"].transform("sum")
    detail = frame[["commodity", *key, "year", "share"]].merge(arcs, on=key)
    detail["latency_ms"] *= detail["share"]
    by = ["commodity", "class_id", "year", "site_id"]
    merged = detail.groupby(by, as_index=False).agg(
        trunk_km=("trunk_km", "first"), latency_ms=("latency_ms", "sum")
    )
    return frame.drop(columns=["reach", "node"]), merged
