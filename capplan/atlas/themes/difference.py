"""What differs between two plans, as a comparison lays it into the tables of the later one for its map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.facts import Facts
from capplan.atlas.fonts import named
from capplan.atlas.paper import Paper
from capplan.atlas.rows import rows
from capplan.atlas.symbols import marker_shape
from capplan.atlas.themes.places import printed
from capplan.messages import Text

__all__ = [
    "AREAS",
    "CHANGES",
    "FIGURES",
    "SITES",
    "Figure",
    "SiteChange",
    "area_differences",
    "difference_sign",
    "figures",
    "site_changes",
    "told",
]

SITES, AREAS, FIGURES = "difference_sites", "difference_areas", "difference_figures"
"""Tables that a comparison adds to a plan for its map."""

CHANGES = ("gained", "lost", "grown", "shrunk", "moved", "changed")
"""What may become of a site, in the order of the legend."""

_DARK = "#1d2733"
_SHAPES = {"grown": "triangle", "moved": "diamond", "changed": "square"}


@dataclass(frozen=True, slots=True)
class SiteChange:
    """A site that differs.

    Attributes
    ----------
    site_id, name, lon, lat
        The site.
    change
        One of `CHANGES`.
    before, after
        IT power [MW].
    racks, pflops
        Difference of standard racks and of AI compute [standard rack, PFLOPS FP16].
    """

    site_id: str
    name: Text
    lon: float
    lat: float
    change: str
    before: float
    after: float
    racks: float
    pflops: float

    @property
    def difference(self) -> float:
        """Difference of IT power [MW]."""
        return self.after - self.before

    def label(self, lang: str) -> str:
        """Return its name as the map prints it."""
        return printed(self.name, lang)


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure in one language: its name, before, after and the difference, as they are written."""

    key: str
    name: str
    before: str
    after: str
    difference: str


def site_changes(facts: Facts) -> tuple[SiteChange, ...]:
    """Return the sites that differ, those first whose IT power differs most."""
    table = facts.tables.get(SITES)
    if table is None:
        return ()
    found = [
        SiteChange(
            str(row.site_id),
            named(row.name_zh, row.name_en, row.site_id),
            float(row.lon),
            float(row.lat),
            str(row.change),
            float(row.before),
            float(row.after),
            float(row.racks),
            float(row.pflops),
        )
        for row in rows(table)
        if row.change in CHANGES
    ]
    return tuple(
        sorted(found, key=lambda one: (-abs(one.difference), CHANGES.index(one.change), one.site_id))
    )


def area_differences(facts: Facts, boundaries: Boundaries) -> NDArray[np.float64]:
    """Return by how much the IT power in each area differs, by row of the counties [MW]."""
    values = np.zeros(len(boundaries.counties))
    table = facts.tables.get(AREAS)
    for row in () if table is None else rows(table):
        area = boundaries.zone_area.get(str(row.zone_id))
        if area is not None:
            values[area] += float(row.difference)
    return values


def figures(facts: Facts, lang: str) -> tuple[Figure, ...]:
    """Return the key figures that differ, in a language."""
    table = facts.tables.get(FIGURES)
    if table is None:
        return ()
    return tuple(
        Figure(
            str(row.key),
            *(str(getattr(row, f"{name}_{lang}")) for name in ("name", "before", "after", "difference")),
        )
        for row in rows(table)
    )


def told(facts: Facts, key: str, lang: str) -> str:
    """Return what the comparison tells under a key, such as its headline; empty where it tells nothing."""
    return next((one.name for one in figures(facts, lang) if one.key == key), "")


def difference_sign(
    change: str, colours: Mapping[str, str]
) -> Callable[[Paper, float, float, float, float], None]:
    """Return what draws a change about a point, with its radius [mm] and its order: shape and sign tell it without colour.

    Parameters
    ----------
    change
        One of `CHANGES`.
    colours
        A colour for each.
    """
    colour = colours.get(change, _DARK)

    def draw(paper: Paper, x: float, y: float, radius: float, z: float) -> None:
        shape = marker_shape(_SHAPES.get(change, "circle"), x, y, radius)
        if change == "shrunk":
            corners = marker_shape("triangle", 0.0, 0.0, radius).exterior.coords
            shape = type(shape)([(x + right, y - up) for right, up in corners])
        hollow = change == "lost"
        paper.shapes([shape.buffer(0.28)], face="#ffffff", edge="#3a4350", width=0.12, z=z)
        paper.shapes([shape], face="#ffffff" if hollow else colour, edge=colour, width=0.5, z=z + 0.01)
        arm = 0.5 * radius
        if change == "gained":
            paper.lines(
                [[(x - arm, y), (x + arm, y)], [(x, y - arm), (x, y + arm)]],
                colour="#ffffff",
                width=0.45,
                z=z + 0.02,
            )
        if hollow:
            crossed = [[(x - arm, y - arm), (x + arm, y + arm)], [(x - arm, y + arm), (x + arm, y - arm)]]
            paper.lines(crossed, colour=colour, width=0.45, z=z + 0.02)

    return draw
