"""Which site serves which class of which zone, and at what latency."""

from __future__ import annotations

from typing import Any

from capplan.page.registry import View
from capplan.page.source import Source


def _data(source: Source) -> dict[str, Any]:
    ids = (("zone_id", source.zones), ("class", source.classes))
    flows = source.rows(
        "service", *ids, ("site_id", source.sites), ("year", source.years), "amount", "route_km", "latency_ms"
    )
    copies = source.rows(
        "replicas",
        *ids,
        ("primary_site_id", source.sites),
        ("copy_site_id", source.sites),
        ("year", source.years),
        "amount",
        "distance_km",
    )
    return {"flows": [row for row in flows if row[4]], "copies": [row for row in copies if row[5]]}


VIEW = View("service", ("service",), _data)
