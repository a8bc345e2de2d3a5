"""Sites as small symbols of one size: where they are and of what kind, no more."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from capplan.atlas.box import Box
from capplan.atlas.facts import KINDS
from capplan.atlas.paper import Paper
from capplan.atlas.sheet import Layer, Parameters, Sheet, SymbolKey, View
from capplan.atlas.symbols import Marker, draw_marker


class Stations(Parameters):
    """Radius of the symbols [mm]."""

    size_mm: float = Field(default=1.1, gt=0.0)


def _draw(sheet: Sheet, view: View, look: Stations) -> None:
    points = view.frame.points([(site.lon, site.lat) for site in sheet.facts.sites])
    shown = set()
    for site, (x, y) in reversed(list(zip(sheet.facts.sites, points, strict=True))):
        if view.frame.box.grown(-1.0).has(x, y):
            size = look.size_mm * (0.8 if site.kind == "edge" else 1.0)
            draw_marker(sheet.paper, sheet.marker(site.kind), float(x), float(y), size, z=4.0)
            view.places.symbols.append(Box.around(float(x), float(y), 2.2 * size, 2.2 * size))
            shown.add(site.kind)
    if not view.enlarged:
        for kind in KINDS:
            if kind in shown:
                marker = sheet.marker(kind)
                sheet.symbol_keys.append(SymbolKey(marker.label.in_(sheet.lang), _key(marker)))


def _key(marker: Marker) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        draw_marker(paper, marker, x, y, 1.3, z=12.0)

    return draw


LAYER = Layer("stations", Stations, _draw)
