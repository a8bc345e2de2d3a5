"""What the grid gives: headroom of substations and how much of it the plan takes, connections of sites."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capplan.atlas.facts import Facts
from capplan.atlas.fonts import named
from capplan.atlas.remember import remembered
from capplan.atlas.rows import rows
from capplan.atlas.themes.places import in_year
from capplan.messages import Text

__all__ = ["Connection", "GridNode", "connections", "grid_nodes"]

_LIMIT = "grid_headroom"


@dataclass(frozen=True, slots=True)
class GridNode:
    """A substation at the plan's end.

    Attributes
    ----------
    node_id, name, lon, lat
        As the case has them.
    voltage_kv
        Its higher voltage [kV].
    headroom
        What new connections may take by then, reinforcements that have come included [MVA].
    used
        What they take [MVA].
    added
        What reinforcements have added by then [MVA].
    binding
        Whether the plan is held by it.
    """

    node_id: str
    name: Text
    lon: float
    lat: float
    voltage_kv: float
    headroom: float
    used: float
    added: float
    binding: bool

    @property
    def share(self) -> float:
        """How much of the headroom is taken [ratio]."""
        return self.used / self.headroom if self.headroom > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class Connection:
    """A site's connection at the plan's end.

    Attributes
    ----------
    site_id, node_id
        The site, and the substation that feeds it.
    lon, lat
        Where the site is [deg].
    capacity, contracted
        What stands, and what of it is contracted [MVA].
    """

    site_id: str
    node_id: str
    lon: float
    lat: float
    capacity: float
    contracted: float


@remembered
def grid_nodes(facts: Facts) -> tuple[GridNode, ...]:
    """Return the substations that sites hang on, those with most taken of their headroom first."""
    limits = in_year(facts.tables.get("limits"), facts.year)
    if limits.empty:
        return ()
    limits = limits[limits["limit"] == _LIMIT].set_index("region")
    stated = facts.inputs["grid_nodes"]
    base = dict(zip(stated["grid_node"], stated["headroom_mva"].astype(float), strict=True))
    found = [
        GridNode(
            node_id=str(row.grid_node),
            name=named(row.name_zh, row.name_en, row.grid_node),
            lon=float(row.lon),
            lat=float(row.lat),
            voltage_kv=float(row.voltage_kv),
            headroom=float(limits.loc[row.grid_node, "bound"]),
            used=float(limits.loc[row.grid_node, "used"]),
            added=max(float(limits.loc[row.grid_node, "bound"]) - base[row.grid_node], 0.0),
            binding=bool(limits.loc[row.grid_node, "binding"]),
        )
        for row in rows(stated)
        if row.grid_node in limits.index
    ]
    return tuple(sorted(found, key=lambda node: (-node.share, -node.used, -node.headroom, node.node_id)))


@remembered
def connections(facts: Facts) -> tuple[Connection, ...]:
    """Return the connections of sites that have one, the largest first."""
    table = in_year(facts.tables.get("connections"), facts.year)
    if table.empty:
        return ()
    places = facts.inputs["sites"].set_index("site_id")[["lon", "lat"]]
    found = [
        Connection(
            site_id=str(row.site_id),
            node_id=str(row.grid_node),
            lon=float(places.loc[row.site_id, "lon"]),
            lat=float(places.loc[row.site_id, "lat"]),
            capacity=float(row.capacity_mva),
            contracted=float(row.contracted_mva),
        )
        for row in rows(table)
        if row.site_id in places.index and not pd.isna(row.contracted_mva) and row.capacity_mva > 0.0
    ]
    return tuple(sorted(found, key=lambda one: (-one.contracted, one.site_id)))
