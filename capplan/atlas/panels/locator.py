"""Where the region lies, the projection, the sources and what the map is not."""

from __future__ import annotations

from typing import Any

import shapely

from capplan.atlas.base_layers import Locator, Phrase
from capplan.atlas.box import Box
from capplan.atlas.fine_print import fine_print
from capplan.atlas.fonts import writable
from capplan.atlas.frame import Frame
from capplan.atlas.panels._block import Block
from capplan.atlas.paper import Ink
from capplan.atlas.projection import Projection
from capplan.atlas.sheet import Sheet
from capplan.atlas.words import word
from capplan.atlas.wrap import LEAST, fitted, wrapped

_LARGE, _SMALL = 47.0, 38.5
"""Height of the block on a page of the size of A3, and on a lower one [mm]."""
_LOW_PAGE = 280.0
_BESIDE_MAP = 13.0
_FINE = Ink(LEAST, colour="#5b6570")
_LINE = 2.8


def _height(sheet: Sheet) -> float:
    return _SMALL if sheet.paper.height < _LOW_PAGE else _LARGE


def _draw(sheet: Sheet, box: Box) -> None:
    right = box.right
    y = box.top - 2.5
    sheet.paper.lines([[(box.left, y), (box.right, y)]], colour="#9fb4c7", width=0.2, z=11.0)
    y -= 3.2
    locator = _shown(sheet)
    if locator is not None:
        small = Box(box.right - (_height(sheet) - _BESIDE_MAP), box.bottom + 3.6, box.right, y + 1.2)
        _locator(sheet, small, locator)
        title, ink = fitted(locator.title.in_(sheet.lang), _FINE, 0.5 * box.width)
        middle = min(small.centre[0], box.right - ink.width(title) / 2.0)
        sheet.paper.text(middle, box.bottom + 1.2, title, ink, align="center", role="panel")
        right = small.left - 3.0
    for text in fine_print(sheet):
        for line in wrapped(text, _FINE, right - box.left, split=True):
            sheet.paper.text(box.left, y, line, _FINE, role="panel")
            y -= _LINE
        y -= 1.0


def _shown(sheet: Sheet) -> Locator | None:
    """Return what the small map shows: the study region about a part of it, else what is packaged for the region."""
    areas = sheet.boundaries
    if areas.whole is not None:
        west, south, east, north = shapely.transform(areas.whole, areas.projection.degrees).bounds
        region = sheet.facts.study_region
        names = {lang: writable((region.in_(lang), region.en, region.zh)) for lang in ("zh", "en")}
        title = {lang: word("position_in", lang, region=name) for lang, name in names.items()}
        return Locator(bounds=(west, south, east, north), title=Phrase(**title))
    return None if areas.entry is None else areas.entry.locator


def _locator(sheet: Sheet, box: Box, locator: Locator) -> None:
    projection = Projection.suited(locator.bounds)
    west, south, east, north = locator.bounds
    outline = shapely.segmentize(shapely.box(west, south, east, north), 0.5)
    extent = tuple(float(side) for side in projection.shapes([outline])[0].bounds)
    frame = Frame.fitted(box, projection, (extent[0], extent[1], extent[2], extent[3]), margin=-1.0)
    areas, paper = sheet.boundaries, sheet.paper

    def here(shapes: Any) -> Any:
        degrees = shapely.transform(shapes, areas.projection.degrees)
        return shapely.simplify(frame.shapes(projection.shapes(degrees)), 0.08)

    has_land = len(areas.land) > 0
    paper.box(box, face="#dfe9f1" if has_land else "#eeece6", z=11.0)
    if has_land:
        paper.shapes(here(areas.land), face="#e4e1d9", z=11.1, clip=box)
    paper.shapes(here(areas.context), face="#f3f1ec", edge="#b5b0a6", width=0.15, z=11.2, clip=box)
    if areas.whole is not None:
        paper.shapes(here([areas.whole]), face="#ffffff", edge="#54606c", width=0.2, z=11.25, clip=box)
    paper.shapes(here([areas.region]), face="#b4302b", edge="#7d1d1a", width=0.15, z=11.3, clip=box)
    paper.box(box, edge="#5b6570", width=0.2, z=11.4)


BLOCK = Block("locator", _height, _draw)
