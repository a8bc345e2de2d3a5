"""Names of prefectures and, where there is room, of counties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from shapely.affinity import translate

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.fonts import writable
from capplan.atlas.labels import Label, inside
from capplan.atlas.paper import Ink
from capplan.atlas.rows import rows
from capplan.atlas.seats import Pin
from capplan.atlas.sheet import Layer, Parameters, Sheet, View
from capplan.atlas.wrap import LEAST, lines_of

_HALO = "#ffffff"
_AFAR = 0.8
"""How large names are where all is drawn larger, of how large they are designed [ratio]."""
_WIDEST, _WIDEST_COUNTY = 62.0, 44.0
"""How wide the name of a prefecture and of a county is at most [mm]; a longer one is shortened."""


_FITTING = 0.9
"""A name that takes more than this of its prefecture's width may stand beside the region [ratio]."""
_BESIDE, _FARTHEST, _WITHIN = (3.0, 7.0, 12.0), 25.0, 1.5
"""How far from the region, and at most from its prefecture, it stands, and how far in its line begins [mm]."""
_STEP, _SLANT_COST = 2.0, 0.3
_FAR_WIDER, _OVER_COST = 1.6, 12.0
"""A name so many times wider than its prefecture hides the neighbours: it had better stand beside the region."""


class Names(Parameters):
    """Sizes of names [pt], and whether counties are named beside prefectures; alone or enlarged they always are."""

    prefecture_pt: float = 12.0
    county_pt: float = LEAST
    counties: bool = True
    prefecture_colour: str = "#1d2733"
    both: bool = True


def _draw(sheet: Sheet, view: View, look: Names) -> None:
    areas = sheet.boundaries
    several = len(areas.prefectures) > 1
    if several and not view.enlarged:
        shapes = view.frame.shapes(areas.prefectures.geometry.values)
        for code, shape in zip(areas.prefectures["prefecture_adcode"], shapes, strict=True):
            view.labels.extend(_prefecture(sheet, view, look, str(code), shape))
    if several and not look.counties and not view.enlarged:
        return
    shapes = view.frame.shapes(areas.counties.geometry.values)
    for row, shape in zip(rows(areas.counties), shapes, strict=True):
        view.labels.extend(_county(sheet, view, look, (str(row.name_zh), str(row.name_en)), shape))


def _prefecture(sheet: Sheet, view: View, look: Names, code: str, shape: Any) -> list[Label]:
    name = sheet.facts.names.get(code)
    if name is None or shape.is_empty:
        return []
    other = "en" if sheet.lang == "zh" else "zh"
    text = writable((name.in_(sheet.lang), name.in_(other)))
    afar = sheet.paper.zoom > 1.0
    size = max(look.prefecture_pt * (_AFAR if afar else 1.0), LEAST)
    ink = Ink(size, "bold", look.prefecture_colour, halo=_HALO, halo_mm=0.7)
    lines = [*lines_of(text, ink, _WIDEST, 2)]
    if look.both and not afar and sheet.lang == "zh" and name.en != text:
        small = Ink(max(look.prefecture_pt * 0.55, LEAST), "regular", "#3a4350", halo=_HALO)
        lines.extend(lines_of(writable((name.en,)).upper(), small, _WIDEST))
    label = Label(tuple(lines), inside(shape, view.frame.box, strict=False), rank=1.0, role="prefecture")
    return [aside(sheet.boundaries, view, label, shape)]


def aside(areas: Boundaries, view: View, label: Label, shape: Any) -> Label:
    """Return the label of a prefecture, which may stand beside the region too where it is wider than its prefecture.

    Parameters
    ----------
    areas
        The areas of the region.
    view
        The window.
    label
        The label, with its places in the prefecture.
    shape
        The prefecture [mm].
    """
    west, south, east, north = shapely.bounds(shape)
    width, height = label.size
    if width <= _FITTING * (east - west):
        return label
    region = view.frame.shapes([areas.region])[0]
    places = []
    for up in np.arange(south, north, _STEP):
        band = shapely.clip_by_rect(
            region, view.frame.box.left, up - height, view.frame.box.right, up + height
        )
        if band.is_empty:
            continue
        left, _, right, _ = band.bounds
        for off in _BESIDE:
            cost = _SLANT_COST * abs(up - (south + north) / 2.0)
            places += [
                (left - off - width / 2.0, float(up), cost),
                (right + off + width / 2.0, float(up), cost),
            ]
    middle, half = (west + east) / 2.0, (east - west) / 2.0
    near = [place for place in places if abs(place[0] - middle) - width / 2.0 <= _FARTHEST + half]
    if not near:
        return label
    over = _OVER_COST if width > _FAR_WIDER * (east - west) else 0.0
    held = [(x, y, cost + over) for x, y, cost in label.anchors]
    pin = Pin(middle, (south + north) / 2.0, max(half - _WITHIN, 0.5))
    return replace(label, anchors=(*held, *near), pin=pin)


def _county(sheet: Sheet, view: View, look: Names, names: tuple[str, str], shape: Any) -> list[Label]:
    if shape.is_empty:
        return []
    text = writable(names if sheet.lang == "zh" else names[::-1])
    alone = len(sheet.boundaries.prefectures) <= 1 and not view.enlarged
    ink = Ink(
        max(look.county_pt * _county_size(sheet, alone=alone), LEAST),
        "regular",
        "#4a545f",
        halo=_HALO,
        halo_mm=0.4,
    )
    lines = lines_of(text, ink, _WIDEST_COUNTY, 2 if alone else 1)
    size = (max(own.width(line) for line, own in lines), len(lines) * ink.em)
    anchors = inside(shrunk(shape, size), view.frame.box, strict=True)
    return [Label(lines, anchors, rank=5.0 - min(shape.area, 4000.0) / 4000.0, role="county", clear=True)]


def _county_size(sheet: Sheet, *, alone: bool) -> float:
    """Return how large names of counties are, of how large they are designed [ratio]."""
    return (1.4 if alone else 1.0) * (_AFAR if sheet.paper.zoom > 1.0 else 1.0)


def shrunk(shape: Any, size: tuple[float, float]) -> Any:
    """Return where the centre of a label of that size [mm] may be for the label to lie mostly in a shape [mm]."""
    inner = shapely.buffer(shape, -0.3 * size[1])
    aside = 0.4 * size[0]
    return shapely.intersection(translate(inner, -aside), translate(inner, aside))


LAYER = Layer("names", Names, _draw)
