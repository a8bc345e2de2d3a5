"""Green electricity that is contracted, at the zones that produce it: what the plan takes of what is on offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import shapely
from pydantic import Field

from capplan.atlas.base_layers import Phrase
from capplan.atlas.box import Box
from capplan.atlas.labels import Label, around
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.sheet import Layer, Parameters, Sheet, SymbolKey, View
from capplan.atlas.symbols import Shape, marker_shape
from capplan.atlas.themes.green import DIRECT, Contract, contracts
from capplan.atlas.windows import extent_in
from capplan.atlas.words import figure, word
from capplan.atlas.wrap import LEAST

_DARK = "#1d2733"
_MW = LEAST


class Supplies(Parameters):
    """A shape, a colour and a name for each type of contract, and the size of the symbols [mm]."""

    shapes: Mapping[str, Shape]
    faces: Mapping[str, str]
    labels: Mapping[str, Phrase]
    size_mm: float = Field(default=1.9, gt=0.0)


def _draw(sheet: Sheet, view: View, look: Supplies) -> None:
    signed = [one for one in contracts(sheet.facts) if one.place is not None and one.type in look.shapes]
    if not signed:
        return
    box = view.frame.box.grown(-2.0)
    window = extent_in(view, sheet.inset.frame) if sheet.inset is not None and not view.enlarged else None
    taken: dict[tuple[float, float], int] = {}
    for one in signed:
        place = one.place or (0.0, 0.0)
        x, y = (float(value) for value in view.frame.points([place])[0])
        beside = taken.get(place, 0)
        taken[place] = beside + 1
        x, y = x - (2.2 + 2.4 * beside) * look.size_mm, y + 1.6 * look.size_mm
        if box.has(x, y):
            _supply(sheet, view, look, one, (x, y), named=window is None or not window.has(x, y))
    if not view.enlarged:
        for kind in (DIRECT, *(name for name in look.shapes if name != DIRECT)):
            total = sum(one.mw for one in contracts(sheet.facts) if one.type == kind)
            if any(one.type == kind for one in signed):
                text = f"{look.labels[kind].in_(sheet.lang)}  {word('mw', sheet.lang, mw=figure(total))}"
                sheet.symbol_keys.append(SymbolKey(text, _key(look, kind)))


def _supply(
    sheet: Sheet, view: View, look: Supplies, one: Contract, place: tuple[float, float], *, named: bool
) -> None:
    _symbol(sheet.paper, look, one.type, *place, look.size_mm, 7.0)
    view.places.symbols.append(Box.around(*place, 2.6 * look.size_mm, 2.6 * look.size_mm))
    if not named:
        return
    ink = Ink(_MW, "bold", _DARK, halo="#ffffff")
    text = word("mw", sheet.lang, mw=figure(one.mw, 0 if one.mw >= 10.0 else 1))  # noqa: PLR2004
    size = (ink.width(text), ink.em * 1.12)
    anchors = around(*place, look.size_mm * 1.1, size) + around(*place, look.size_mm * 2.0, size)
    view.labels.append(Label(((text, ink),), anchors, rank=0.5, role="supply"))


def _symbol(paper: Paper, look: Supplies, kind: str, x: float, y: float, radius: float, z: float) -> None:
    shape = marker_shape(look.shapes[kind], x, y, radius)
    paper.shapes([shapely.buffer(shape, 0.3)], face="#ffffff", z=z)
    paper.shapes([shape], face=look.faces[kind], edge=_DARK, width=0.22, z=z + 0.01)


def _key(look: Supplies, kind: str) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        _symbol(paper, look, kind, x, y, 1.4, 12.0)

    return draw


LAYER = Layer("supplies", Supplies, _draw)
