"""Latency limits that nobody can meet: how far a class's limit must be loosened until every zone reaches a host."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from capplan.explore.levers import Lever
from capplan.program import Tier

if TYPE_CHECKING:
    from capplan.build import Built
    from capplan.explore.names import Names

__all__ = ["unreached"]

STEP = 0.01
"""Grain of a proposed limit [ms]."""


def unreached(built: Built, names: Names) -> dict[Lever, float]:
    """Return the latency limits that leave must demand without any host, and the limits that would not [ms].

    Parameters
    ----------
    built
        The program and its case.
    names
        Names of the data.
    """
    data = built.data
    frame, arcs = data.commodities
    must = frame[(frame["obligation"] == "must") & ~frame["commodity"].isin(set(arcs["commodity"]))]
    limits = data.table("classes").set_index("class_id")["latency_limit_ms"].astype(float)
    hosts = data.site_technologies.merge(data.hosting)[["site_id", "class_id"]].drop_duplicates()
    found: dict[Lever, float] = {}
    for name, part in must.groupby("class_id"):
        limit = float(limits[name])
        sites = hosts.loc[hosts["class_id"] == name, "site_id"]
        if not math.isfinite(limit) or not len(sites):
            continue
        zones = part[["zone_id"]].drop_duplicates()
        paths = data.with_paths(zones.merge(sites.to_frame(), how="cross"))
        nearest = paths.groupby("zone_id")["latency_ms"].min()
        worst = float(nearest.max()) if len(nearest) == len(zones) else np.inf
        if math.isfinite(worst):
            lever = Lever(
                path=f"classes.{name}.latency_limit_ms",
                family="latency",
                tier=Tier.POLICY,
                sign=1,
                before=limit,
                unit="ms",
                region=built.case.study.region,
                place=names.text(built.case.study.region),
                subject=names.classes[str(name)],
                step=STEP,
            )
            found[lever] = math.ceil(worst / STEP - 1e-6) * STEP
    return found
