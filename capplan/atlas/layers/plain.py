"""Areas in one colour, as a ground for symbols."""

from __future__ import annotations

from capplan.atlas.sheet import Layer, Parameters, Sheet, View


class Plain(Parameters):
    """The colour."""

    face: str = "#fbf9f3"


def _draw(sheet: Sheet, view: View, look: Plain) -> None:
    shapes = view.frame.shapes([sheet.boundaries.region])
    sheet.paper.shapes(shapes, face=look.face, z=1.0, clip=view.frame.box)


LAYER = Layer("plain", Plain, _draw)
