"""Substations as circles of their headroom, the part that the plan takes filled, and the connections of sites to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import shapely
from pydantic import Field

from capplan.atlas.base_layers import Phrase
from capplan.atlas.box import Box
from capplan.atlas.labels import boxes_along
from capplan.atlas.numbers import write_number
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.pies import draw_pie
from capplan.atlas.sheet import Layer, LineKey, Parameters, Sheet, SizeKey, SymbolKey, View
from capplan.atlas.symbols import SymbolScale, marker_shape, nice_below
from capplan.atlas.themes.power import Connection, GridNode, connections, grid_nodes
from capplan.atlas.windows import extent_in
from capplan.atlas.words import figure

__all__ = ["LAYER", "GridLook", "numbered_nodes"]

_NOTHING = 1e-6
_DARK = "#1d2733"
_NUMBER = Ink(7.0, "bold", _DARK, halo="#ffffff")
_RING_MM = 0.75
_STEPS = (1.0, 0.25, 0.05)


class GridLook(Parameters):
    """Sizes [mm] by MVA, colours, and from which voltage on a substation has a second ring [kV]."""

    symbols: SymbolScale
    high_kv: float = Field(default=330.0, gt=0.0)
    used: str
    left: str
    binding: str
    site: str
    size: Phrase
    labels: Mapping[str, Phrase]
    headline: Phrase
    note: Phrase
    note_added: Phrase
    note_local: Phrase


def numbered_nodes(sheet: Sheet) -> Mapping[str, int]:
    """Return the number of each listed substation, from 1: those of which the plan takes something, the fullest first."""
    used = [node for node in grid_nodes(sheet.facts) if node.used > 0.0 or node.binding]
    return {node.node_id: number for number, node in enumerate(used[: sheet.style.symbols.listed], start=1)}


def _largest(nodes: Sequence[GridNode], sites: Sequence[Connection]) -> float:
    return max([*(node.headroom for node in nodes), *(site.contracted for site in sites), 1e-9])


def _draw(sheet: Sheet, view: View, look: GridLook) -> None:
    nodes, sites = grid_nodes(sheet.facts), connections(sheet.facts)
    if not nodes and not sites:
        return
    largest = _largest(nodes, sites)
    _sites(sheet, view, look, sites, nodes, largest)
    _nodes(sheet, view, look, nodes, largest)
    if not view.enlarged:
        _keys(sheet, look, nodes, sites, largest)


def _sites(
    sheet: Sheet,
    view: View,
    look: GridLook,
    sites: Sequence[Connection],
    nodes: Sequence[GridNode],
    largest: float,
) -> None:
    where = {node.node_id: (node.lon, node.lat) for node in nodes}
    box = view.frame.box
    points = view.frame.points([(site.lon, site.lat) for site in sites])
    lines = []
    for order, (site, (x, y)) in enumerate(zip(sites, points, strict=True)):
        if site.node_id in where:
            far = view.frame.points([where[site.node_id]])[0]
            lines.append(np.array([(x, y), far]))
        if not box.grown(-1.0).has(float(x), float(y)):
            continue
        radius = look.symbols.radius(site.contracted, largest)
        shape = marker_shape("diamond", float(x), float(y), radius)
        z = 4.5 + 0.002 * order
        sheet.paper.shapes([shapely.buffer(shape, 0.25)], face="#ffffff", z=z, alpha=0.9)
        sheet.paper.shapes([shape], face=look.site, edge=_DARK, width=0.1, z=z + 0.001, alpha=0.88)
        view.places.symbols.append(Box.around(float(x), float(y), 2.0 * radius, 2.0 * radius))
    sheet.paper.lines(lines, colour="#ffffff", width=0.8, z=3.0, clip=box, alpha=0.8)
    sheet.paper.lines(lines, colour=look.site, width=0.3, z=3.1, clip=box)
    view.places.soft.extend(boxes_along(lines, box))


def _nodes(sheet: Sheet, view: View, look: GridLook, nodes: Sequence[GridNode], largest: float) -> None:
    box = view.frame.box.grown(-1.0)
    points = view.frame.points([(node.lon, node.lat) for node in nodes])
    shown = [
        (node, float(x), float(y), look.symbols.radius(node.headroom, largest))
        for node, (x, y) in zip(nodes, points, strict=True)
        if box.has(float(x), float(y))
    ]
    shown.sort(key=lambda drawn: -drawn[0].headroom)
    for order, (node, x, y, radius) in enumerate(shown):
        _node(sheet.paper, look, node, (x, y, radius), 4.0 + 0.01 * order)
        reach = radius + (_RING_MM if node.voltage_kv >= look.high_kv else 0.0)
        view.places.symbols.append(Box.around(x, y, 2.0 * reach, 2.0 * reach))
    numbers = numbered_nodes(sheet)
    window = extent_in(view, sheet.inset.frame) if sheet.inset is not None and not view.enlarged else None
    for order, (node, x, y, radius) in enumerate(shown):
        if node.node_id in numbers and not (window is not None and window.has(x, y)):
            smaller = [Box.around(ox, oy, 1.7 * r, 1.7 * r) for _, ox, oy, r in shown[order + 1 :]]
            write_number(sheet, view, str(numbers[node.node_id]), (x, y, radius), smaller, ink=_NUMBER)


def _node(paper: Paper, look: GridLook, node: GridNode, disc: tuple[float, float, float], z: float) -> None:
    x, y, radius = disc
    parts = ((node.used, look.used), (max(node.headroom - node.used, 0.0), look.left))
    if node.headroom <= 0.0:
        parts = ((0.0, look.used), (1.0, look.left))
    rim, rim_mm = (look.binding, 0.55) if node.binding else (_DARK, 0.16)
    if node.voltage_kv >= look.high_kv:
        paper.shapes(
            [marker_shape("circle", x, y, radius + _RING_MM)], face="#ffffff", edge=rim, width=rim_mm, z=z
        )
    draw_pie(paper, (x, y, radius), parts, z=z + 0.002, rim=rim, rim_mm=rim_mm)


def _keys(
    sheet: Sheet, look: GridLook, nodes: Sequence[GridNode], sites: Sequence[Connection], largest: float
) -> None:
    lang = sheet.lang

    def sample(
        *, share: float, binding: bool = False, kv: float = 0.0
    ) -> Callable[[Paper, float, float], None]:
        def draw(paper: Paper, x: float, y: float) -> None:
            node = GridNode("", sheet.facts.region, 0.0, 0.0, kv, 1.0, share, 0.0, binding)
            _node(paper, look, node, (x, y, 1.5), 12.0)

        return draw

    def diamond(paper: Paper, x: float, y: float) -> None:
        paper.shapes([marker_shape("diamond", x, y, 1.4)], face=look.site, edge=_DARK, width=0.1, z=12.0)

    used, unused = any(node.used > 0.0 for node in nodes), any(node.used <= 0.0 for node in nodes)
    keys = (
        ("used", used, sample(share=0.6)),
        ("unused", unused, sample(share=0.0)),
        ("binding", any(node.binding for node in nodes), sample(share=1.0, binding=True)),
        ("high", any(node.voltage_kv >= look.high_kv for node in nodes), sample(share=0.0, kv=look.high_kv)),
        ("site", bool(sites), diamond),
    )
    for name, there, draw in keys:
        if there:
            text = look.labels[name].in_(lang).format(kv=figure(look.high_kv))
            sheet.symbol_keys.append(SymbolKey(text, draw))
    if any(site.node_id in {node.node_id for node in nodes} for site in sites):
        sheet.line_keys.insert(0, LineKey(look.labels["line"].in_(lang), look.site, 0.3))
    top = nice_below(largest)
    amounts = list(dict.fromkeys(nice_below(top * share) for share in _STEPS))
    steps = tuple((figure(amount, 2), look.symbols.radius(amount, largest)) for amount in amounts)
    sheet.size_keys.append(SizeKey(look.size.in_(lang), "circle", steps))
    if sites:
        contracted, built = sum(site.contracted for site in sites), sum(site.capacity for site in sites)
        sheet.headline = look.headline.in_(lang).format(mva=figure(contracted, 1))
        fields = {"contracted": figure(contracted, 1), "built": figure(built, 1)}
        sheet.notes.append(look.note.in_(lang).format(**fields))
        local = _local(sheet, contracted)
        if local > 0.0:
            sheet.notes.append(look.note_local.in_(lang).format(local=figure(local, 1)))
    added = sum(node.added for node in nodes)
    if added > 0.0:
        sheet.notes.append(look.note_added.in_(lang).format(added=figure(added, 1)))


def _local(sheet: Sheet, contracted: float) -> float:
    """Return what sites draw beside their own connections: edge nodes hang on the local network [MVA]."""
    sites = sheet.facts.tables["sites"]
    whole = float(sites["connection_mva"].sum()) if "connection_mva" in sites else 0.0
    rest = whole - contracted
    return rest if rest > _NOTHING * whole else 0.0


LAYER = Layer("grid", GridLook, _draw)
