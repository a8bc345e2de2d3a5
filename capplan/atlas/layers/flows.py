"""Service as curved arrows from where it is asked for to the sites that give it, with what each site serves as a pie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from pydantic import Field

from capplan.atlas.base_layers import Phrase
from capplan.atlas.box import Box
from capplan.atlas.curves import Arrow
from capplan.atlas.gates import gate_label, gate_places
from capplan.atlas.numbers import write_number
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.pies import draw_pie
from capplan.atlas.sheet import Layer, LineKey, Parameters, Sheet, SizeKey, SymbolKey, View
from capplan.atlas.symbols import SymbolScale, marker_shape, nice_below
from capplan.atlas.themes.flows import Flow, Flows, Served, flows_of
from capplan.atlas.themes.places import printed
from capplan.atlas.windows import extent_in
from capplan.atlas.words import figure, share_text, share_texts, word

__all__ = ["LAYER", "FlowLook", "numbered"]

_DARK = "#1d2733"
_NUMBER = Ink(7.2, "bold", _DARK, halo="#ffffff")
_GATE_MM = 1.75
_DOT_MM = 0.75
_STEPS = (1.0, 0.25, 0.05)


class FlowLook(Parameters):
    """Which service is drawn, how wide [mm], from which share of all on, in which colours."""

    unit: str
    symbols: SymbolScale
    least_share: float = Field(default=0.004, ge=0.0, lt=1.0)
    most: int = Field(default=36, ge=1)
    widest: float = Field(default=3.4, gt=0.0)
    thinnest: float = Field(default=0.3, gt=0.0)
    own: str
    other: str
    outside: str
    arrow: str
    arrow_outside: str
    serves: Phrase
    carries: Phrase
    headline: Phrase


@dataclass(frozen=True, eq=False)
class _Scene:
    """What is drawn in one window: the flows, where groups and sites are [mm], and how large all of it is."""

    flows: Flows
    groups: Mapping[str, tuple[float, float]]
    sites: Mapping[str, tuple[float, float]]
    largest_site: float
    largest_flow: float


def numbered(sheet: Sheet, flows: Flows, look: FlowLook) -> Mapping[str, int]:
    """Return the number of each listed site by site_id, from 1; the largest first."""
    listed = [site for site in flows.sites if site.amount >= look.least_share * flows.total][
        : sheet.style.symbols.listed
    ]
    return {site.site_id: number for number, site in enumerate(listed, start=1)}


def _draw(sheet: Sheet, view: View, look: FlowLook) -> None:
    whole = flows_of(sheet.facts, sheet.boundaries, look.unit)
    if not whole.flows:
        return
    shown = whole.between(look.least_share, look.most)
    scene = _scene(sheet, view, whole, look)
    drawn = list(shown)
    if view.enlarged:
        fine = flows_of(sheet.facts, sheet.boundaries, look.unit, fine=True)
        scene = _scene(sheet, view, fine, look, like=scene)
        inner = fine.between(look.least_share, look.most)
        drawn = [flow for flow in inner if _within(view, scene, flow)]
    _arrows(sheet, view, look, scene, drawn)
    _pies(sheet, view, look, scene, whole)
    if not view.enlarged:
        _gates(sheet, view, look, scene)
        _keys(sheet, look, scene, shown)


def _scene(sheet: Sheet, view: View, flows: Flows, look: FlowLook, like: _Scene | None = None) -> _Scene:
    groups = {flow.group.key: flow.group for flow in flows.flows}
    inner = [group for group in groups.values() if not group.gate]
    points = view.frame.points([(group.lon, group.lat) for group in inner])
    where = {group.key: (float(x), float(y)) for group, (x, y) in zip(inner, points, strict=True)}
    gates = {key: (group.lon, group.lat) for key, group in groups.items() if group.gate}
    if gates and not view.enlarged:
        where |= gate_places(view, gates)
    served = {site.site_id for site in flows.sites}
    held = [site for site in sheet.facts.sites if site.site_id in served]
    points = view.frame.points([(site.lon, site.lat) for site in held])
    sites = {site.site_id: (float(x), float(y)) for site, (x, y) in zip(held, points, strict=True)}
    if like is not None:
        return _Scene(flows, where, sites, like.largest_site, like.largest_flow)
    shown = flows.between(look.least_share, look.most)
    largest = max((flow.amount for flow in shown), default=flows.total)
    return _Scene(flows, where, sites, flows.sites[0].amount, largest)


def _within(view: View, scene: _Scene, flow: Flow) -> bool:
    ends = (scene.groups.get(flow.group.key), scene.sites.get(flow.site_id))
    return all(end is not None and view.frame.box.grown(-2.0).has(*end) for end in ends)


def _arrows(sheet: Sheet, view: View, look: FlowLook, scene: _Scene, drawn: Sequence[Flow]) -> None:
    box = view.frame.box
    for order, flow in enumerate(drawn):
        start, end = scene.groups.get(flow.group.key), scene.sites.get(flow.site_id)
        if start is None or end is None:
            continue
        radius = look.symbols.radius(_amount(scene, flow.site_id), scene.largest_site)
        arrow = Arrow(
            start,
            end,
            max(look.thinnest, look.widest * flow.amount / scene.largest_flow),
            clear_start=_GATE_MM + 0.2 if flow.group.gate else 0.9,
            clear_end=radius + 0.4,
        )
        shape = arrow.shape()
        if shape.is_empty:
            continue
        colour = look.arrow_outside if flow.group.gate else look.arrow
        z = 3.0 + 0.01 * order
        sheet.paper.shapes([shapely.buffer(shape, 0.22)], face="#ffffff", z=z, clip=box, alpha=0.9)
        sheet.paper.shapes([shape], face=colour, edge=_DARK, width=0.06, z=z + 0.004, clip=box, alpha=0.92)
        view.places.soft.extend(
            Box.around(float(x), float(y), arrow.width + 1.2, arrow.width + 1.2)
            for x, y in arrow.line()[2::2]
            if box.has(x, y)
        )
    dots = {
        flow.group.key: scene.groups[flow.group.key]
        for flow in drawn
        if not flow.group.gate and flow.group.key in scene.groups
    }
    seen = [place for place in dots.values() if box.has(*place)]
    shapes = [marker_shape("circle", x, y, _DOT_MM) for x, y in seen]
    sheet.paper.shapes(shapes, face="#ffffff", edge=look.arrow, width=0.35, z=3.9)
    view.places.symbols.extend(Box.around(x, y, 1.6, 1.6) for x, y in seen)


def _amount(scene: _Scene, site_id: str) -> float:
    return next((site.amount for site in scene.flows.sites if site.site_id == site_id), 0.0)


def _pies(sheet: Sheet, view: View, look: FlowLook, scene: _Scene, whole: Flows) -> None:
    box = view.frame.box.grown(-1.0)
    discs: list[tuple[Served, float, float, float]] = []
    for site in whole.sites:
        place = scene.sites.get(site.site_id)
        if place is not None and box.has(*place):
            discs.append((site, *place, look.symbols.radius(site.amount, scene.largest_site)))
    for order, (site, x, y, radius) in enumerate(discs):
        parts = ((site.own, look.own), (site.other, look.other), (site.outside, look.outside))
        draw_pie(sheet.paper, (x, y, radius), parts, z=4.0 + 0.02 * order)
        view.places.symbols.append(Box.around(x, y, 2.0 * radius, 2.0 * radius))
    numbers = numbered(sheet, whole, look)
    window = extent_in(view, sheet.inset.frame) if sheet.inset is not None and not view.enlarged else None
    for order, (site, x, y, radius) in enumerate(discs):
        if site.site_id in numbers and not (window is not None and window.has(x, y)):
            smaller = [Box.around(ox, oy, 1.7 * r, 1.7 * r) for _, ox, oy, r in discs[order + 1 :]]
            text = str(numbers[site.site_id])
            write_number(sheet, view, text, (x, y, radius), smaller, ink=_NUMBER)


def _gates(sheet: Sheet, view: View, look: FlowLook, scene: _Scene) -> None:
    gates = {flow.group.key: flow.group for flow in scene.flows.flows if flow.group.gate}
    for key, gate in gates.items():
        x, y = scene.groups[key]
        sheet.paper.shapes(
            [marker_shape("square", x, y, _GATE_MM)], face=look.outside, edge=_DARK, width=0.3, z=6.0
        )
        view.places.taken.append(Box.around(x, y, 2.0 * _GATE_MM, 2.0 * _GATE_MM))
        amount = scene.flows.demand[key]
        text = figure(amount, 0 if amount >= 10.0 else 1)  # noqa: PLR2004
        view.labels.append(gate_label(printed(gate.name, sheet.lang), text, (x, y), _GATE_MM + 0.4))


def _keys(sheet: Sheet, look: FlowLook, scene: _Scene, shown: Sequence[Flow]) -> None:
    lang, flows = sheet.lang, scene.flows
    several = len(sheet.boundaries.prefectures) > 1
    kind = "prefecture" if several else "area"
    parts = [("own", look.own, sum(site.own for site in flows.sites))]
    parts.append(("other", look.other, sum(site.other for site in flows.sites)))
    parts.append(("outside", look.outside, sum(site.outside for site in flows.sites)))
    shares = share_texts([amount for _, _, amount in parts])
    for (name, colour, amount), share in zip(parts, shares, strict=True):
        if amount > 0.0:
            label = word(f"flow_{name}" if name == "outside" else f"flow_{name}_{kind}", lang)
            sheet.symbol_keys.append(SymbolKey(f"{label}  {share}", _pie_key(colour)))
    if any(flow.group.gate for flow in flows.flows):
        sheet.symbol_keys.append(SymbolKey(word("flow_gate", lang), _gate_key(look.outside)))
    if any(not flow.group.gate for flow in shown):
        sheet.symbol_keys.append(SymbolKey(word("flow_centre", lang), _dot_key(look.arrow)))
    largest = nice_below(scene.largest_site)
    amounts = list(dict.fromkeys(nice_below(largest * share) for share in _STEPS))
    circles = tuple((figure(a, 2), look.symbols.radius(a, scene.largest_site)) for a in amounts)
    sheet.size_keys.append(SizeKey(look.serves.in_(lang), "circle", circles))
    if shown:
        top = nice_below(scene.largest_flow)
        widths = list(dict.fromkeys(nice_below(top * share) for share in (1.0, 0.4, 0.1)))
        lines = tuple(
            (figure(a, 2), max(look.thinnest, look.widest * a / scene.largest_flow)) for a in widths
        )
        inner = any(not flow.group.gate for flow in shown)
        colour = look.arrow if inner else look.arrow_outside
        sheet.size_keys.append(SizeKey(look.carries.in_(lang), "line", lines, colour))
    for gate, colour in ((True, look.arrow_outside), (False, look.arrow)):
        if any(flow.group.gate == gate for flow in shown):
            label = word("flow_arrow_outside" if gate else f"flow_arrow_{kind}", lang)
            sheet.line_keys.insert(0, LineKey(label, colour, 1.0))
    sheet.headline = look.headline.in_(lang).format(amount=figure(flows.total, flows.digits))
    sheet.notes.append(_left_out(sheet, flows, shown, (kind, shares[0])))


def _left_out(sheet: Sheet, flows: Flows, shown: Sequence[Flow], own: tuple[str, str]) -> str:
    """Return what is served without an arrow, by the kind of areas and its share as written, and what is left out."""
    kind, local = own
    leaving = [flow for flow in flows.flows if not flow.local]
    rest = sum(flow.amount for flow in leaving) - sum(flow.amount for flow in shown)
    texts = [word(f"flow_local_{kind}", sheet.lang, share=local)]
    if len(leaving) > len(shown):
        count, share = len(leaving) - len(shown), share_text(rest / flows.total)
        texts.append(word("flow_rest", sheet.lang, count=count, share=share))
    return ("" if sheet.lang == "zh" else " ").join(texts)


def _pie_key(colour: str) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        draw_pie(paper, (x, y, 1.7), ((1.0, colour), (2.0, "#ffffff")), z=12.0)

    return draw


def _dot_key(colour: str) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        dot = marker_shape("circle", x, y, _DOT_MM)
        paper.shapes([dot], face="#ffffff", edge=colour, width=0.35, z=12.0)

    return draw


def _gate_key(colour: str) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        paper.shapes([marker_shape("square", x, y, 1.6)], face=colour, edge=_DARK, width=0.3, z=12.0)

    return draw


def _sites(sheet: Sheet, look: FlowLook) -> frozenset[str]:
    """Return the sites that serve something."""
    flows = flows_of(sheet.facts, sheet.boundaries, look.unit)
    return frozenset(site.site_id for site in flows.sites)


LAYER = Layer("flows", FlowLook, _draw, _sites)
