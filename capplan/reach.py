"""Which sites may serve which zones: those in time, or by the study's wish only the nearest of them.

An arc exists where the latency passes the limit of the class and the site may host the class. A study of a large
country may ask for fewer: with *k* given, a zone is served from the *k* nearest sites by trunk km, the *k* nearest at
which a campus stands, and the *k* nearest with an energy zone of their own, each among the sites in time. That is a
restriction and part of the study: its plans are plans of the whole, its bound is that of the study as asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["arcs", "nearest", "nearest_alike"]

_TOLERANCE_MS = 1e-9


def arcs(
    wanted: pd.DataFrame,
    limits: pd.Series,
    hosts: pd.DataFrame,
    places: tuple[pd.Index[str], pd.Index[str]],
    paths: tuple[NDArray[np.float64], NDArray[np.float64]],
    *,
    most: int | None = None,
    circles: Sequence[NDArray[np.bool_]] = (),
) -> pd.DataFrame:
    """Return the arcs that exist: zone_id, class_id, site_id, trunk_km [km], latency_ms [ms].

    Parameters
    ----------
    wanted
        zone_id, class_id of what is asked for, each pair once.
    limits
        Latency limit [ms, inf for none], index class_id.
    hosts
        site_id, class_id of what could be hosted.
    places
        Ids of all zones and of all sites.
    paths
        Latency [ms] and trunk km [km] of every path, shape (zone, site); infinite where there is none.
    most
        How many sites of every circle a zone may be served from; None: all in time.
    circles
        Which sites each circle beside that of all sites is chosen from, each of shape (site,).

    Examples
    --------
    >>> both = pd.DataFrame({"zone_id": ["z"], "class_id": ["k"]}), pd.DataFrame({"site_id": ["s"], "class_id": ["k"]})
    >>> where = pd.Index(["z"]), pd.Index(["r", "s"])
    >>> times, km = np.array([[1.0, 4.0]]), np.array([[10.0, 90.0]])
    >>> arcs(both[0], pd.Series({"k": 5.0}), both[1], where, (times, km)).to_dict("list")
    {'zone_id': ['z'], 'class_id': ['k'], 'site_id': ['s'], 'trunk_km': [90.0], 'latency_ms': [4.0]}
    """
    zones, sites = places
    latency, km = paths
    parts = []
    for class_id, asked in wanted.groupby("class_id"):
        able = np.zeros(len(sites), dtype=np.bool_)
        able[sites.get_indexer(pd.Index(hosts.loc[hosts["class_id"] == class_id, "site_id"]))] = True
        here, there = zones.get_indexer(pd.Index(asked["zone_id"])), np.flatnonzero(able)
        own = latency[np.ix_(here, there)]
        inside = np.isfinite(own) & (own <= float(limits[class_id]) + _TOLERANCE_MS)
        if most is not None:
            inside = nearest(inside, km[np.ix_(here, there)], most, [circle[there] for circle in circles])
        at, to = np.nonzero(inside)
        columns = {
            "zone_id": zones.take(here[at]),
            "class_id": class_id,
            "site_id": sites.take(there[to]),
            "trunk_km": km[here[at], there[to]],
            "latency_ms": own[at, to],
        }
        parts.append(pd.DataFrame(columns))
    return _together(parts)


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the arcs of all classes, in columns that are there even where no arc is."""
    columns = ("zone_id", "class_id", "site_id", "trunk_km", "latency_ms")
    full = [part for part in parts if len(part)]
    empty: dict[str, list[object]] = {name: [] for name in columns}
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame(empty)


def nearest(
    inside: NDArray[np.bool_], km: NDArray[np.float64], most: int, circles: Sequence[NDArray[np.bool_]] = ()
) -> NDArray[np.bool_]:
    """Return which pairs remain when each row keeps the nearest of all its columns and of every circle.

    Parameters
    ----------
    inside
        Pairs there are, shape (row, column).
    km
        Distances [km], shape (row, column); of equal ones the first column counts as nearer.
    most
        How many each row keeps of all columns, and of every circle.
    circles
        Columns of each circle, each of shape (column,).

    Examples
    --------
    >>> pairs, km = np.array([[True, True, True, False]]), np.array([[3.0, 1.0, 2.0, 0.0]])
    >>> nearest(pairs, km, 1, [np.array([True, False, False, True])]).tolist()
    [[True, True, False, False]]
    """
    kept = np.zeros_like(inside)
    alike: dict[bytes, list[int]] = {}
    for row, distances in enumerate(km):
        alike.setdefault(distances.tobytes(), []).append(row)
    for same in alike.values():
        rows = np.array(same, dtype=np.int64)
        order = np.argsort(km[rows[0]], kind="stable")
        pairs = inside[np.ix_(rows, order)]
        chosen = pairs & (np.cumsum(pairs, axis=1) <= most)
        for circle in circles:
            own = pairs & circle[order]
            chosen |= own & (np.cumsum(own, axis=1) <= most)
        kept[np.ix_(rows, order)] = chosen
    return kept


def nearest_alike(
    inside: NDArray[np.bool_], km: NDArray[np.float64], group: NDArray[np.int64], most: int
) -> NDArray[np.bool_]:
    """Return which pairs remain when all rows of a group keep the same nearest columns of those that all have.

    Parameters
    ----------
    inside
        Pairs there are, shape (row, column).
    km
        Distances [km], shape (row, column); their mean over the group decides.
    group
        Group of every row, shape (row,).
    most
        How many columns a group keeps; rows of a group that has none in common keep their own nearest.

    Examples
    --------
    >>> pairs, km = np.array([[True, True, True], [False, True, True]]), np.array([[1.0, 3.0, 2.0], [1.0, 3.0, 2.0]])
    >>> nearest_alike(pairs, km, np.array([0, 0]), 1).tolist()
    [[False, False, True], [False, False, True]]
    """
    kept = np.zeros_like(inside)
    for number in np.unique(group):
        rows = np.flatnonzero(group == number)
        common = np.asarray(inside[rows].all(axis=0), dtype=np.bool_)
        if common.any():
            kept[rows] = nearest(common[None, :], km[rows].mean(axis=0)[None, :], most)
        else:
            kept[rows] = nearest(inside[rows], km[rows], most)
    return kept
