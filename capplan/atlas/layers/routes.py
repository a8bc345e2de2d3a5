"""Backbone fibre: the routes between the nodes, straight, with their exits named where they leave the map."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from capplan.atlas.base_layers import Phrase
from capplan.atlas.box import Box
from capplan.atlas.fonts import writable
from capplan.atlas.labels import Label, boxes_along
from capplan.atlas.paper import Ink
from capplan.atlas.rows import rows
from capplan.atlas.sheet import Layer, LineKey, Parameters, Sheet, View
from capplan.atlas.symbols import marker_shape
from capplan.atlas.words import word
from capplan.atlas.wrap import fitted

_WIDEST = 52.0
"""How wide the name of an exit is at most [mm]."""


class Routes(Parameters):
    """Colours and widths [mm] of routes within the region and out of it."""

    colour: str = "#5a3fa0"
    width: float = 0.5
    outward_dash: tuple[float, float] = (1.6, 1.0)
    trunk: Phrase = Phrase(zh="骨干光缆（示意）", en="Backbone fibre (schematic)")
    outward: Phrase = Phrase(zh="出区光缆（示意）", en="Fibre out of the region")


def _draw(sheet: Sheet, view: View, look: Routes) -> None:
    tables = sheet.facts.inputs
    nodes, routes = tables["nodes"], tables["routes"]
    if nodes.empty or routes.empty:
        return
    where = dict(
        zip(
            nodes["node_id"], view.frame.points(nodes[["lon", "lat"]].to_numpy(dtype=np.float64)), strict=True
        )
    )
    inner: list[NDArray[np.float64]] = []
    outer: list[NDArray[np.float64]] = []
    for row in rows(routes):
        line = np.array([where[row.from_node], where[row.to_node]])
        (outer if row.kind == "inter_province" else inner).append(line)
    box = view.frame.box
    for lines, dash in ((inner, ()), (outer, look.outward_dash)):
        sheet.paper.lines(lines, colour="#ffffff", width=look.width + 0.6, z=2.0, clip=box, alpha=0.85)
        sheet.paper.lines(lines, colour=look.colour, width=look.width, z=2.1, clip=box, dash=dash)
        view.places.soft.extend(boxes_along(lines, box))
    trunk = nodes[nodes["kind"] == "trunk"]
    for found, radius in ((trunk, 0.62), (nodes[nodes["kind"] == "exit"], 0.9)):
        points = [where[name] for name in found["node_id"] if box.has(*where[name])]
        dots = [marker_shape("circle", float(x), float(y), radius) for x, y in points]
        sheet.paper.shapes(dots, face="#ffffff", edge=look.colour, width=0.3, z=2.2)
    if not view.enlarged:
        view.labels.extend(_exits(sheet, view, nodes, routes, where, look))
        if _seen(inner, box):
            sheet.line_keys.append(LineKey(look.trunk.in_(sheet.lang), look.colour, look.width))
        if _seen(outer, box):
            sheet.line_keys.append(
                LineKey(look.outward.in_(sheet.lang), look.colour, look.width, look.outward_dash)
            )


def _seen(lines: list[NDArray[np.float64]], box: Box) -> bool:
    """Tell whether any of the lines goes through a window [mm]."""
    window = shapely.box(box.left, box.bottom, box.right, box.top)
    return bool(lines) and bool(shapely.intersects(shapely.linestrings(np.array(lines)), window).any())


def _exits(
    sheet: Sheet,
    view: View,
    nodes: pd.DataFrame,
    routes: pd.DataFrame,
    where: dict[str, NDArray[np.float64]],
    look: Routes,
) -> list[Label]:
    """Name each exit at its node, or where the route leaves the frame."""
    found = []
    frame = shapely.box(view.frame.box.left, view.frame.box.bottom, view.frame.box.right, view.frame.box.top)
    for node in rows(nodes[nodes["kind"] == "exit"]):
        text, ink = _exit_name(sheet, node, Ink(7.6, "bold", look.colour, halo="#ffffff"))
        size = (ink.width(text), ink.em * 1.12)
        anchors: list[tuple[float, float, float]] = []
        touching = (routes["from_node"] == node.node_id) | (routes["to_node"] == node.node_id)
        for route in rows(routes[touching]):
            far = route.to_node if route.from_node == node.node_id else route.from_node
            seen = shapely.intersection(shapely.LineString([where[far], where[node.node_id]]), frame)
            if seen.is_empty or seen.length < 1.0:
                continue
            x, y = shapely.get_coordinates(seen)[-1]
            anchors.extend(_beside(float(x), float(y), size))
        if anchors:
            found.append(Label(((text, ink),), tuple(anchors), rank=2.0, role="exit"))
    return found


def _beside(x: float, y: float, size: tuple[float, float]) -> list[tuple[float, float, float]]:
    dx, dy = size[0] / 2.0 + 1.5, size[1] / 2.0 + 1.5
    return [
        (x + sx * dx * reach, y + sy * dy * reach, 0.5 * reach)
        for reach in (1.0, 1.6)
        for sx, sy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
    ]


def _exit_name(sheet: Sheet, node: Any, ink: Ink) -> tuple[str, Ink]:
    """Return where an exit leads to, without the words that say that it is one, and how it is written."""
    bare = (str(node.name_zh).removesuffix("出口"), str(node.name_en).removeprefix("Exit to "))
    names = bare if sheet.lang == "zh" else bare[::-1]
    return fitted(word("exit", sheet.lang, name=writable((*names, str(node.node_id)))), ink, _WIDEST)


LAYER = Layer("routes", Routes, _draw)
