"""Sites as proportional symbols with their numbers; a triangle beside a symbol says that edge nodes stand there."""

from __future__ import annotations

from capplan.atlas.box import Box
from capplan.atlas.facts import SiteFacts
from capplan.atlas.labels import Label, around
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Layer, Parameters, Sheet, View
from capplan.atlas.symbols import draw_marker

_INSIDE_MM = 1.75


class Sites(Parameters):
    """Sizes of the numbers [pt] and of the triangle [mm]."""

    number_pt: float = 7.4
    badge_mm: float = 1.05


def _draw(sheet: Sheet, view: View, look: Sites) -> None:
    points = view.frame.points([(site.lon, site.lat) for site in sheet.facts.sites])
    seen = [
        (site, float(x), float(y), sheet.radius(site.it_mw))
        for site, (x, y) in zip(sheet.facts.sites, points, strict=True)
        if view.frame.box.grown(-1.0).has(x, y)
    ]
    numbers = sheet.numbers
    for order, (site, x, y, radius) in enumerate(seen):
        z = 4.0 + order * 0.02
        if site.kind != "edge":
            draw_marker(sheet.paper, sheet.marker(site.kind), x, y, radius, z=z)
            view.places.soft.append(Box.around(x, y, 2.0 * radius, 2.0 * radius))
        if site.edge_modules:
            _badge(sheet, view, look, (site, x, y, radius))
    for order, (site, x, y, radius) in enumerate(seen):
        if site.site_id in numbers and site.site_id not in view.hidden:
            smaller = [Box.around(ox, oy, 1.7 * r, 1.7 * r) for _, ox, oy, r in seen[order + 1 :]]
            _number(sheet, view, look, (site, x, y, radius), smaller)


def _badge(sheet: Sheet, view: View, look: Sites, drawn: tuple[SiteFacts, float, float, float]) -> None:
    site, x, y, radius = drawn
    marker = sheet.marker("edge")
    if site.kind != "edge":
        x, y = x + 0.72 * (radius + look.badge_mm), y + 0.72 * (radius + look.badge_mm)
    draw_marker(sheet.paper, marker, x, y, look.badge_mm, z=7.0)
    view.places.soft.append(Box.around(x, y, 2.4 * look.badge_mm, 2.4 * look.badge_mm))


def _number(
    sheet: Sheet,
    view: View,
    look: Sites,
    drawn: tuple[SiteFacts, float, float, float],
    smaller: list[Box],
) -> None:
    site, x, y, radius = drawn
    text = str(sheet.numbers[site.site_id])
    inside = Ink(look.number_pt, "bold", sheet.marker(site.kind).ink)
    label = Label(((text, inside),), ((x, y, 0.0),), rank=0.0, role="number")
    box = Box.around(x, y, *label.size)
    placed = []
    if radius >= _INSIDE_MM and not any(box.overlap(other) for other in smaller):
        placed = view.places.place([label], gap=0.0)
    if not placed:
        beside = Ink(look.number_pt, "bold", "#1d2733", halo="#ffffff")
        size = (beside.width(text), beside.em * 1.12)
        anchors = around(x, y, radius, size) + around(x, y, radius + 1.6, size)
        placed = view.places.place([Label(((text, beside),), anchors, rank=0.0, role="number")], gap=0.2)
    for one in placed:
        one.write(sheet.paper, z=8.0)


LAYER = Layer("sites", Sites, _draw)
