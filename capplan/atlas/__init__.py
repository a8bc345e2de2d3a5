"""Maps of a plan: each is one style file in ``maps/styles``, drawn on a page in millimetres.

A style lists layers (modules of ``atlas/layers``, found by walking) and blocks of the panel (``atlas/panels``, likewise);
base layers are chosen by administrative code from ``maps/layers.yaml``. Nothing here knows a region.
"""

from capplan.atlas.siting import FORMATS, draw_map, draw_maps, draw_siting, maps_for
from capplan.atlas.style import map_names

__all__ = ["FORMATS", "draw_map", "draw_maps", "draw_siting", "map_names", "maps_for"]
