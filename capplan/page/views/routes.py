"""Backbone routes between nodes, for the map."""

from __future__ import annotations

from typing import Any

import numpy as np

from capplan.page.registry import View
from capplan.page.source import Source


def _data(source: Source) -> dict[str, Any] | None:
    nodes, routes = source.case.tables["nodes"], source.case.tables["routes"]
    if nodes.empty or routes.empty:
        return None
    degrees = nodes[["lon", "lat"]].to_numpy(dtype=np.float64)
    where, outside = source.geometry.points(degrees), source.geometry.outside(degrees)
    number = {str(name): place for place, name in enumerate(nodes["node_id"])}
    return {
        "nodes": [
            [*point, str(kind), [str(zh), str(en)]]
            for point, kind, zh, en in zip(
                where, nodes["kind"], nodes["name_zh"], nodes["name_en"], strict=True
            )
        ],
        "routes": [
            [number[str(start)], number[str(end)], int(kind == "inter_province")]
            for start, end, kind in zip(routes["from_node"], routes["to_node"], routes["kind"], strict=True)
            if not (outside[number[str(start)]] and outside[number[str(end)]])
        ],
    }


VIEW = View("routes", (), _data)
