"""Names of sites beside their symbols, as far as there is room."""

from __future__ import annotations

from capplan.atlas.labels import Label, around
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Layer, Parameters, Sheet, View
from capplan.atlas.themes.places import site_names
from capplan.atlas.wrap import lines_of

_MOST_LINES = 2


class SiteNames(Parameters):
    """Size [pt] and colour of the names, and how wide a line is at most [mm]."""

    size_pt: float = 7.6
    colour: str = "#1d2733"
    widest_mm: float = 34.0


def _draw(sheet: Sheet, view: View, look: SiteNames) -> None:
    ink = Ink(look.size_pt, "bold", look.colour, halo="#ffffff", halo_mm=0.5)
    for rank, site in enumerate(sheet.facts.sites):
        x, y = (float(value) for value in view.frame.points([(site.lon, site.lat)])[0])
        if site.site_id in view.hidden or not view.frame.box.grown(-2.0).has(x, y):
            continue
        lines = lines_of(site_names(sheet.facts, sheet.lang)[site.site_id], ink, look.widest_mm, _MOST_LINES)
        size = Label(lines, (), 0.0, "site").size
        radius = sheet.radius(site.it_mw)
        anchors = around(x, y, radius + 0.8, size) + around(x, y, radius + 3.0, size)
        view.labels.append(Label(lines, anchors, rank=2.0 + 0.01 * rank, role="site", clear=True))


LAYER = Layer("site_names", SiteNames, _draw)
