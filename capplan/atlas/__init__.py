"""Maps of a plan: each is one style file in ``maps/styles``, drawn on a page in millimetres.

A style says what it needs of a plan, and lists layers (modules of ``atlas/layers``, found by walking) and blocks of the
panel (``atlas/panels``, likewise); its page is laid out by a module of ``atlas/layouts``, in any size. Base layers are
chosen by administrative code from ``maps/layers.yaml``. Nothing here knows a region.
"""

from capplan.atlas.making import FORMATS, Made, MapEvent, Wanted, make_maps
from capplan.atlas.registry import Drawing, chosen, drawings
from capplan.atlas.siting import draw_map, draw_maps, draw_siting, maps_for
from capplan.atlas.style import map_names

__all__ = [
    "FORMATS",
    "Drawing",
    "Made",
    "MapEvent",
    "Wanted",
    "chosen",
    "draw_map",
    "draw_maps",
    "draw_siting",
    "drawings",
    "make_maps",
    "map_names",
    "maps_for",
]
