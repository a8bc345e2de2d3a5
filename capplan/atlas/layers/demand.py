"""Demand as pies of service classes where it arises: of a prefecture or an area, and of each gate in a square."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from pydantic import Field

from capplan.atlas.base_layers import Phrase
from capplan.atlas.box import Box
from capplan.atlas.fonts import named
from capplan.atlas.gates import gate_label, gate_places
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.pies import draw_pie
from capplan.atlas.rows import rows
from capplan.atlas.sheet import Layer, Parameters, Sheet, SizeKey, SymbolKey, View
from capplan.atlas.symbols import SymbolScale, marker_shape, nice_below
from capplan.atlas.themes.demand import GroupDemand, demand_of
from capplan.atlas.themes.places import printed
from capplan.atlas.words import figure, share_texts, word
from capplan.atlas.wrap import fitted

_DARK = "#1d2733"
_STEPS = (1.0, 0.25, 0.05)
_OVERLAP = 0.8
_LEAST_FACTOR = 0.5
_LABEL = Ink(7.6)
_LONGEST = 66.0
"""How wide the name of a class is at most in the legend [mm]."""


class DemandLook(Parameters):
    """The unit, the size of the pies [mm] by amount, and the colours of its classes in the order of their limits."""

    unit: str
    symbols: SymbolScale
    palette: tuple[str, ...] = Field(min_length=1)
    size: Phrase
    headline: Phrase


def _classes(sheet: Sheet, look: DemandLook, demand: Sequence[GroupDemand]) -> list[tuple[str, str, str]]:
    """Return id, name and colour of each class that is asked for, the shortest limit first."""
    table = sheet.facts.inputs["classes"]
    limits = table["latency_limit_ms"].astype(float).fillna(float("inf"))
    there = {name for one in demand for name in one.by_class}
    ordered = table.assign(limit=limits).sort_values(["limit", "class_id"])
    held = [row for row in rows(ordered) if str(row.class_id) in there]
    found = []
    for number, row in enumerate(held):
        name = printed(named(row.name_zh, row.name_en, row.class_id), sheet.lang)
        found.append((str(row.class_id), name, look.palette[min(number, len(look.palette) - 1)]))
    return found


def _draw(sheet: Sheet, view: View, look: DemandLook) -> None:
    demand = [one for one in demand_of(sheet.facts, sheet.boundaries, look.unit) if one.amount > 0.0]
    if not demand or view.enlarged:
        return
    classes = _classes(sheet, look, demand)
    largest = max(one.amount for one in demand)
    inner = [one for one in demand if not one.group.gate]
    points = view.frame.points([(one.group.lon, one.group.lat) for one in inner])
    where = {one.group.key: (float(x), float(y)) for one, (x, y) in zip(inner, points, strict=True)}
    gates = {one.group.key: (one.group.lon, one.group.lat) for one in demand if one.group.gate}
    look = look.model_copy(update={"symbols": _less_crowded(look, inner, where, largest)})
    sizes = {one.group.key: 2.6 * look.symbols.radius(one.amount, largest) for one in demand}
    where |= gate_places(view, gates, sizes)
    for order, one in enumerate(sorted(demand, key=lambda one: -one.amount)):
        x, y = where[one.group.key]
        radius = look.symbols.radius(one.amount, largest)
        if one.group.gate:
            square = marker_shape("square", x, y, radius * 1.45)
            sheet.paper.shapes([square], face="#ffffff", edge=_DARK, width=0.3, z=4.0 + 0.02 * order)
            view.places.taken.append(Box.around(x, y, 2.6 * radius, 2.6 * radius))
            name = printed(one.group.name, sheet.lang)
            view.labels.append(gate_label(name, figure(one.amount), (x, y), 1.3 * radius))
        parts = [(one.by_class.get(name, 0.0), colour) for name, _, colour in classes]
        draw_pie(sheet.paper, (x, y, radius), parts, z=4.01 + 0.02 * order)
        view.places.symbols.append(Box.around(x, y, 2.0 * radius, 2.0 * radius))
    _keys(sheet, look, demand, classes, largest)


def _less_crowded(
    look: DemandLook, demand: Sequence[GroupDemand], where: Mapping[str, tuple[float, float]], largest: float
) -> SymbolScale:
    """Return the scale of the pies, smaller where neighbours would hide one another."""
    places = np.array([where[one.group.key] for one in demand]).reshape(-1, 2)
    radii = np.array([look.symbols.radius(one.amount, largest) for one in demand])
    first, second = np.triu_indices(len(demand), 1)
    apart = np.hypot(*(places[first] - places[second]).T)
    room = apart / (_OVERLAP * (radii[first] + radii[second]))
    factor = float(np.clip(room.min(initial=1.0), _LEAST_FACTOR, 1.0))
    return look.symbols.model_copy(update={"largest_mm": look.symbols.largest_mm * factor})


def _keys(
    sheet: Sheet,
    look: DemandLook,
    demand: Sequence[GroupDemand],
    classes: Sequence[tuple[str, str, str]],
    largest: float,
) -> None:
    total = sum(one.amount for one in demand)
    shares = share_texts([sum(one.by_class.get(key, 0.0) for one in demand) for key, _, _ in classes])
    for (_, label, colour), share in zip(classes, shares, strict=True):
        name, _ = fitted(label, _LABEL, _LONGEST, smallest=1.0)
        sheet.symbol_keys.append(SymbolKey(f"{name}  {share}", _class_key(colour)))
    if any(one.group.gate for one in demand):
        sheet.symbol_keys.append(SymbolKey(word("demand_gate", sheet.lang), _gate_key))
    top = nice_below(largest)
    amounts = list(dict.fromkeys(nice_below(top * share) for share in _STEPS))
    steps = tuple((figure(amount, 2), look.symbols.radius(amount, largest)) for amount in amounts)
    sheet.size_keys.append(SizeKey(look.size.in_(sheet.lang), "circle", steps))
    sheet.headline = look.headline.in_(sheet.lang).format(amount=figure(total))


def _class_key(colour: str) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        draw_pie(paper, (x, y, 1.6), ((1.0, colour), (1.0, "#ffffff")), z=12.0)

    return draw


def _gate_key(paper: Paper, x: float, y: float) -> None:
    paper.shapes([marker_shape("square", x, y, 1.7)], face="#ffffff", edge=_DARK, width=0.3, z=12.0)


LAYER = Layer("demand", DemandLook, _draw)
