"""Merge demand that nothing tells apart in cost or feasibility, exactly.

Zones of one class that share an access node, the set of sites they reach in time, an obligation and a revenue are one
commodity: bandwidth is bought between access nodes, so a route costs all of them the same. Each zone keeps its share.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["merge"]


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
    frame = demand.reset_index(drop=True)
    place = arcs[["zone_id", "class_id"]].drop_duplicates()
    pairs = pd.MultiIndex.from_frame(place)
    sites, site = np.unique(arcs["site_id"].to_numpy(dtype=str), return_inverse=True)
    pair = pairs.get_indexer(pd.MultiIndex.from_frame(arcs[["zone_id", "class_id"]]))
    order = np.lexsort((site, pair))
    start = np.searchsorted(pair[order], np.arange(len(place) + 1))
    wanted = pairs.get_indexer(pd.MultiIndex.from_frame(frame[["zone_id", "class_id"]]))
    node = frame["zone_id"].map(access_node)
    group = frame[["class_id", "obligation", "revenue_cny_per_unit_year", "year"]]
    group = group.assign(node=node, reach=_alike(site[order], start)[wanted])
    # the first zone of a commodity names it, so that names do not depend on the order of rows
    first = frame["zone_id"].groupby([group[name] for name in group]).transform("min")
    frame["commodity"] = frame["class_id"] + "|" + first + "|" + frame["obligation"].astype(str)
    frame["share"] = frame["amount"] / frame.groupby(["commodity", "year"])["amount"].transform("sum")
    return frame, _merged(frame, wanted, arcs.iloc[order], (start, site[order], sites))


def _alike(site: NDArray[np.int64], start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers of the sets of sites, the same for equal sets; the last, which position -1 reads, is that of none.

    Parameters
    ----------
    site
        Members of one set after the other, ascending within a set.
    start
        Where each set begins, and the end, shape (sets + 1,).
    """
    known: dict[bytes, int] = {}
    number = [known.setdefault(site[begin:end].tobytes(), len(known)) for begin, end in pairwise(start)]
    return np.array([*number, -1], dtype=np.int64)


def _merged(
    frame: pd.DataFrame,
    wanted: NDArray[np.int64],
    arcs: pd.DataFrame,
    sets: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.str_]],
) -> pd.DataFrame:
    """Return the arcs of commodities: those of their zones, latency weighted by the zones' shares."""
    start, site, sites = sets
    rows = np.flatnonzero(wanted >= 0)
    size = (start[1:] - start[:-1])[wanted[rows]]
    row = np.repeat(rows, size)
    arc = np.arange(len(row)) + np.repeat(start[wanted[rows]] - (np.cumsum(size) - size), size)
    names, name = np.unique(frame["commodity"].to_numpy(dtype=str), return_inverse=True)
    years, year = np.unique(frame["year"].to_numpy(), return_inverse=True)
    code = (name[row] * len(years) + year[row]) * max(len(sites), 1) + site[arc]
    found, at, inverse = np.unique(code, return_index=True, return_inverse=True)
    weighted = arcs["latency_ms"].to_numpy()[arc] * frame["share"].to_numpy()[row]
    columns = {
        "commodity": names[found // max(len(sites), 1) // len(years)] if len(found) else [],
        "class_id": frame["class_id"].to_numpy()[row[at]],
        "year": years[found // max(len(sites), 1) % max(len(years), 1)],
        "site_id": sites[site[arc[at]]],
        "trunk_km": arcs["trunk_km"].to_numpy()[arc[at]],
        "latency_ms": np.bincount(inverse, weights=weighted, minlength=len(found)),
    }
    return pd.DataFrame(columns).astype({"commodity": "str", "class_id": "str", "site_id": "str"})
