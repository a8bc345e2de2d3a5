"""Sites in one year: those where something is built or retrofitted in full colour, the others pale."""

from __future__ import annotations

from matplotlib.colors import to_hex, to_rgb

from capplan.atlas.box import Box
from capplan.atlas.facts import Facts, SiteFacts
from capplan.atlas.labels import Label, around
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Layer, Parameters, Sheet, View
from capplan.atlas.symbols import draw_marker
from capplan.atlas.themes.places import site_names
from capplan.atlas.words import word
from capplan.atlas.wrap import LEAST, lines_of

_AREA_MM2 = 1300.0
"""Area of the window for each name [mm2]."""
_MOST_LINES = 2
_ACTIONS = ("build", "committed", "project", "retrofit")


class Buildout(Parameters):
    """How pale the others are [ratio], and how many of the sites that grow are named, at which size [pt]."""

    pale: float = 0.62
    named: int = 6
    name_pt: float = LEAST
    widest_mm: float = 30.0


def _active(facts: Facts) -> set[str]:
    builds = facts.tables["builds"]
    held = builds[(builds["year"] == facts.year) & builds["action"].isin(_ACTIONS) & (builds["modules"] > 0)]
    return {str(site) for site in held["site_id"]}


def _paler(colour: str, share: float) -> str:
    red, green, blue = to_rgb(colour)
    return to_hex((red + (1.0 - red) * share, green + (1.0 - green) * share, blue + (1.0 - blue) * share))


def _draw(sheet: Sheet, view: View, look: Buildout) -> None:
    active = _active(sheet.facts)
    points = view.frame.points([(site.lon, site.lat) for site in sheet.facts.sites])
    drawn = [
        (site, float(x), float(y), sheet.radius(site.it_mw))
        for site, (x, y) in zip(sheet.facts.sites, points, strict=True)
        if view.frame.box.grown(-1.0).has(float(x), float(y))
    ]
    for order, (site, x, y, radius) in enumerate(drawn):
        marker = sheet.marker(site.kind)
        new = site.site_id in active
        if not new:
            faded = {"face": _paler(marker.face, look.pale), "edge": "#ffffff"}
            marker = marker.model_copy(update=faded)
        own = sheet.style.symbols.scale.least_mm if site.kind == "edge" else radius
        draw_marker(sheet.paper, marker, x, y, own, z=4.0 + 0.02 * order + (1.5 if new else 0.0))
        view.places.symbols.append(Box.around(x, y, 2.0 * own, 2.0 * own))
    room = min(look.named, int(view.frame.box.width * view.frame.box.height / _AREA_MM2))
    named = [one for one in drawn if one[0].site_id in active and one[0].kind != "edge"][:room]
    view.labels.extend(_name(sheet, look, rank, one) for rank, one in enumerate(named))
    sheet.notes.append(word("buildout_note", sheet.lang))


def _name(sheet: Sheet, look: Buildout, rank: int, drawn: tuple[SiteFacts, float, float, float]) -> Label:
    site, x, y, radius = drawn
    ink = Ink(look.name_pt, "bold", "#1d2733", halo="#ffffff", halo_mm=0.45)
    lines = lines_of(site_names(sheet.facts, sheet.lang)[site.site_id], ink, look.widest_mm, _MOST_LINES)
    size = Label(lines, (), 0.0, "site").size
    anchors = around(x, y, radius + 0.4, size) + around(x, y, radius + 3.0, size)
    return Label(lines, anchors, rank=1.0 + 0.1 * rank, role="site")


LAYER = Layer("buildout", Buildout, _draw)
