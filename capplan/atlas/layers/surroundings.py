"""Land, sea and the provinces around the region."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from capplan.atlas.fonts import writable
from capplan.atlas.labels import Label, inside
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Layer, Parameters, Sheet, View
from capplan.atlas.wrap import LEAST, lines_of

_INKS = {
    "province": Ink(10.0, colour="#7d7a72"),
    "country": Ink(10.5, colour="#6d6a63"),
    "sea": Ink(9.5, colour="#6f8ea8"),
}
_SUB = 0.62
_LEAST_MM2 = 60.0
_WIDEST = 56.0


class Surroundings(Parameters):
    """Colours of what is around, and whether it is named."""

    sea: str
    land: str
    border: str
    names: bool = True
    neighbour: str = "#e2dfd6"
    neighbour_border: str = "#a8a297"


def _draw(sheet: Sheet, view: View, look: Surroundings) -> None:
    frame, paper, around = view.frame, sheet.paper, sheet.boundaries
    has_land = len(around.land) > 0
    paper.box(frame.box, face=look.sea if has_land else look.land, z=0.5)
    if has_land:
        paper.shapes(frame.shapes(around.land), face=look.land, z=0.6, clip=frame.box)
    paper.shapes(
        frame.shapes(around.context), face=look.land, edge=look.border, width=0.18, z=0.7, clip=frame.box
    )
    if around.neighbours is not None:
        shapes = frame.shapes(around.neighbours.geometry.values)
        paper.shapes(
            shapes, face=look.neighbour, edge=look.neighbour_border, width=0.22, z=0.75, clip=frame.box
        )
        view.labels.extend(_neighbours(sheet, view, shapes))
    if look.names and not view.enlarged:
        view.labels.extend(_names(sheet, view))


def _neighbours(sheet: Sheet, view: View, shapes: NDArray[np.object_]) -> list[Label]:
    """Name the other prefectures of the study region where they are seen."""
    areas = sheet.boundaries.neighbours
    found = []
    box = view.frame.box
    for code, shape in zip([] if areas is None else areas["prefecture_adcode"], shapes, strict=False):
        seen = shapely.clip_by_rect(shape, box.left, box.bottom, box.right, box.top)
        name = sheet.facts.names.get(str(code))
        if name is None or seen.area < _LEAST_MM2:
            continue
        text = writable((name.in_(sheet.lang), name.en, name.zh))
        anchors = inside(shapely.buffer(seen, -2.0), box, strict=True)
        lines = lines_of(text, _INKS["province"], _WIDEST)
        found.append(Label(lines, anchors, rank=7.0, role="context"))
    return found


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
