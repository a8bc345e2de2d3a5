"""Which site serves which class of which zone, and at what latency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from capplan.page.registry import View
from capplan.page.source import Source, rounded

MOST_PAIRS = 60_000
"""Pairs of zone and site by class that a page holds; of more, the largest."""


def _data(source: Source) -> dict[str, Any]:
    copies = source.rows(
        "replicas",
        ("zone_id", source.zones),
        ("class", source.classes),
        ("primary_site_id", source.sites),
        ("copy_site_id", source.sites),
        ("year", source.years),
        "amount",
        "distance_km",
    )
    pairs = _pairs(source)
    found = {"pairs": pairs, "kept": None, "copies": [row for row in copies if row[5]]}
    return largest(found, source.units, MOST_PAIRS)


def _pairs(source: Source) -> list[list[Any]]:
    """Return zone, class, site, route, latency and the amount of every year."""
    table = source.table("service")
    known = (
        table["zone_id"].isin(list(source.zones))
        & table["class"].isin(list(source.classes))
        & table["site_id"].isin(list(source.sites))
        & table["year"].isin(list(source.years))
        & (table["amount"] > 0.0)
    )
    columns = ["zone_id", "class", "site_id", "route_km", "latency_ms"]
    wide = table[known].pivot_table(
        index=columns, columns="year", values="amount", aggfunc="sum", fill_value=0.0, observed=True
    )
    wide = wide.reindex(columns=list(source.years), fill_value=0.0)
    return [
        [
            source.zones[key[0]],
            source.classes[key[1]],
            source.sites[key[2]],
            rounded(key[3], 4),
            rounded(key[4], 4),
            *(rounded(amount, 5) for amount in row),
        ]
        for key, row in zip(wide.index, wide.to_numpy(dtype=np.float64).tolist(), strict=True)
    ]


def largest(service: dict[str, Any], units: Sequence[str], most: int) -> dict[str, Any]:
    """Return a view's data with no more than so many pairs, and what was kept of them, where that is not all.

    Parameters
    ----------
    service : dict
        The data; ``kept`` holds the number of pairs, that of all, and the least share of a unit's service in them.
    units : sequence of str
        Unit of every class.
    most : int
        Pairs to keep: those that are the largest part of their unit's service in any year.
    """
    rows = service["pairs"]
    if len(rows) <= most:
        return service
    amounts = np.array([row[5:] for row in rows], dtype=np.float64)
    unit = np.array([units[row[1]] for row in rows])
    worth = np.zeros(len(rows))
    for name in np.unique(unit):
        own = amounts[unit == name]
        worth[unit == name] = (own / np.maximum(own.sum(axis=0), 1e-300)).max(axis=1)
    order = np.sort(np.argsort(-worth, kind="stable")[:most])
    share = min(
        float(amounts[order][unit[order] == name].sum() / amounts[unit == name].sum()) for name in set(unit)
    )
    _, before, held = service["kept"] or (0, len(rows), 1.0)
    return {**service, "pairs": [rows[at] for at in order], "kept": [most, before, rounded(share * held, 3)]}


VIEW = View("service", ("service",), _data)
