"""Groups of sites within the region, such as a city's parks: a coloured ground under the sites of each."""

from __future__ import annotations

import shapely
from pydantic import Field

from capplan.atlas.groups import group_places
from capplan.atlas.sheet import Layer, Parameters, Sheet, View


class Groups(Parameters):
    """Colours of groups in turn, and how far the ground reaches beyond a symbol [mm]."""

    colours: tuple[str, ...] = Field(min_length=1)
    reach_mm: float = 3.2


def _draw(sheet: Sheet, view: View, look: Groups) -> None:
    for place in group_places(sheet.facts, look.colours):
        points = view.frame.points([(site.lon, site.lat) for site in place.sites])
        grounds = [
            shapely.Point(*point).buffer(sheet.radius(site.it_mw) + look.reach_mm)
            for site, point in zip(place.sites, points, strict=True)
        ]
        shape = [shapely.union_all(grounds)]
        box = view.frame.box
        sheet.paper.shapes(shape, face=place.colour, z=3.0, clip=box, alpha=0.22)
        sheet.paper.shapes(shape, edge=place.colour, width=0.55, z=3.1, clip=box)


LAYER = Layer("groups", Groups, _draw)
