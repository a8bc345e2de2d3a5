"""Sites as proportional symbols with their numbers; small symbols on the rim say what else stands there."""

from __future__ import annotations

import math

from capplan.atlas.box import Box
from capplan.atlas.facts import SiteFacts
from capplan.atlas.labels import Label, around
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Layer, Parameters, Sheet, View
from capplan.atlas.symbols import draw_marker

_INSIDE_MM = 1.75
_ANGLES = (45.0, -10.0, 100.0, -65.0)


class Sites(Parameters):
    """Sizes of the numbers [pt] and of the small symbols [mm], and the kinds that get a small symbol."""

    number_pt: float = 7.4
    badge_mm: float = 1.2
    badges: tuple[str, ...] = ("edge", "ai", "supercomputing", "vault")


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
        own = look.badge_mm if site.kind == "edge" else radius
        draw_marker(sheet.paper, sheet.marker(site.kind), x, y, own, z=z)
        view.places.symbols.append(Box.around(x, y, 2.0 * own, 2.0 * own))
        _badges(sheet, view, look, (site, x, y, own))
    for order, (site, x, y, radius) in enumerate(seen):
        if site.site_id in numbers and site.site_id not in view.hidden:
            smaller = [Box.around(ox, oy, 1.7 * r, 1.7 * r) for _, ox, oy, r in seen[order + 1 :]]
            _number(sheet, view, look, (site, x, y, radius), smaller)


def _badges(sheet: Sheet, view: View, look: Sites, drawn: tuple[SiteFacts, float, float, float]) -> None:
    """Draw a small symbol on the rim for every other kind at the site that deserves one."""
    site, x, y, radius = drawn
    others = [kind for kind in look.badges if kind in site.kinds and kind != site.kind]
    reach = radius + 0.45 * look.badge_mm
    for kind, degrees in zip(others, _ANGLES, strict=False):
        turn = math.radians(degrees)
        bx, by = x + reach * math.cos(turn), y + reach * math.sin(turn)
        draw_marker(sheet.paper, sheet.marker(kind), bx, by, look.badge_mm, z=7.0)
        view.places.symbols.append(Box.around(bx, by, 2.4 * look.badge_mm, 2.4 * look.badge_mm))


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
