"""Land, sea and the provinces around the region."""

from __future__ import annotations

from capplan.atlas.labels import Label
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Layer, Parameters, Sheet, View
from capplan.atlas.wrap import LEAST

_INKS = {
    "province": Ink(10.0, colour="#7d7a72"),
    "country": Ink(10.5, colour="#6d6a63"),
    "sea": Ink(9.5, colour="#6f8ea8"),
}
_SUB = 0.62


class Surroundings(Parameters):
    """Colours of what is around."""

    sea: str
    land: str
    border: str


def _draw(sheet: Sheet, view: View, look: Surroundings) -> None:
    frame, paper, around = view.frame, sheet.paper, sheet.boundaries
    has_land = len(around.land) > 0
    paper.box(frame.box, face=look.sea if has_land else look.land, z=0.5)
    if has_land:
        paper.shapes(frame.shapes(around.land), face=look.land, z=0.6, clip=frame.box)
    paper.shapes(
        frame.shapes(around.context), face=look.land, edge=look.border, width=0.18, z=0.7, clip=frame.box
    )
    if not view.enlarged:
        view.labels.extend(_names(sheet, view))


def _names(sheet: Sheet, view: View) -> list[Label]:
    entry = sheet.boundaries.entry
    found = []
    for place in () if entry is None else entry.places:
        name, other = (place.zh, place.en) if sheet.lang == "zh" else (place.en, "")
        ink = _INKS[place.kind]
        lines = [(" ".join(name) if sheet.lang == "zh" else name.upper(), ink)]
        if other:
            lines.append((other.upper(), Ink(max(ink.size * _SUB, LEAST), colour=ink.colour)))
        anchors = tuple(
            (float(x), float(y), 2.0 * rank) for rank, (x, y) in enumerate(view.frame.points(place.points))
        )
        found.append(Label(tuple(lines), anchors, rank=8.0, role="context"))
    return found


LAYER = Layer("surroundings", Surroundings, _draw)
