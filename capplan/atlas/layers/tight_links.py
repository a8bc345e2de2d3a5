"""Service that comes near its latency limit, as arrows from the zone to the site."""

from __future__ import annotations

from collections.abc import Callable

import shapely
from pydantic import Field

from capplan.atlas.base_layers import Phrase
from capplan.atlas.box import Box
from capplan.atlas.curves import Arrow
from capplan.atlas.paper import Paper
from capplan.atlas.rows import rows
from capplan.atlas.sheet import Layer, LineKey, Parameters, Sheet, SymbolKey, View
from capplan.atlas.symbols import marker_shape
from capplan.atlas.themes.latency import NEAR, tight_links
from capplan.atlas.words import share_text

_DOT_MM = 0.6


class TightLinks(Parameters):
    """From which share of the limit on [ratio], how many at most, and how they look [mm]."""

    least_share: float = Field(default=NEAR, gt=0.0)
    most: int = Field(default=40, ge=1)
    colour: str = "#3b1f6b"
    width: float = 0.45
    label: Phrase
    zone: Phrase


def _draw(sheet: Sheet, view: View, look: TightLinks) -> None:
    zones = {str(zone.zone_id): (zone.lon, zone.lat) for zone in rows(sheet.facts.inputs["zones"])}
    sites = {site.site_id: (site.lon, site.lat) for site in sheet.facts.sites}
    links = [
        link
        for link in tight_links(sheet.facts, look.least_share)[: look.most]
        if link.zone_id in zones and link.site_id in sites
    ]
    if not links:
        return
    box = view.frame.box
    starts = view.frame.points([zones[link.zone_id] for link in links])
    ends = view.frame.points([sites[link.site_id] for link in links])
    dots, arrows = [], []
    for (x, y), (far_x, far_y) in zip(starts, ends, strict=True):
        arrow = Arrow((float(x), float(y)), (float(far_x), float(far_y)), look.width, 0.08, 0.7, 1.4)
        shape = arrow.shape()
        if box.has(float(x), float(y)):
            dots.append(marker_shape("circle", float(x), float(y), _DOT_MM))
            view.places.symbols.append(Box.around(float(x), float(y), 1.4, 1.4))
        if not shape.is_empty and shapely.intersects(
            shape, shapely.box(box.left, box.bottom, box.right, box.top)
        ):
            arrows.append(shape)
            view.places.soft.extend(Box.around(float(a), float(b), 1.2, 1.2) for a, b in arrow.line()[1::2])
    sheet.paper.shapes(
        [shapely.buffer(shape, 0.2) for shape in arrows], face="#ffffff", z=3.0, clip=box, alpha=0.85
    )
    sheet.paper.shapes(arrows, face=look.colour, z=3.1, clip=box)
    sheet.paper.shapes(dots, face="#ffffff", edge=look.colour, width=0.3, z=3.2, clip=box)
    if not view.enlarged:
        sheet.symbol_keys.append(SymbolKey(look.zone.in_(sheet.lang), _dot_key(look)))
        label = look.label.in_(sheet.lang).format(share=share_text(look.least_share))
        sheet.line_keys.insert(0, LineKey(label, look.colour, look.width + 0.2))


def _dot_key(look: TightLinks) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        dot = marker_shape("circle", x, y, _DOT_MM)
        paper.shapes([dot], face="#ffffff", edge=look.colour, width=0.3, z=12.0)

    return draw


LAYER = Layer("tight_links", TightLinks, _draw)
