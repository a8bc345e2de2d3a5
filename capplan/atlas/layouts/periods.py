"""Small multiples: one small map for each year at one scale, bars of key figures below, one panel for all."""

from __future__ import annotations

from dataclasses import replace

from capplan.atlas.bars import draw_bars
from capplan.atlas.boundaries import Boundaries
from capplan.atlas.box import Box
from capplan.atlas.facts import Facts
from capplan.atlas.furniture import draw_foot, draw_head, draw_layers, draw_names, scale_note
from capplan.atlas.graticule import draw_graticule
from capplan.atlas.marginalia import draw_north, draw_scale_bar, scale_bar
from capplan.atlas.page import Layout, Page
from capplan.atlas.panels import draw_panel, listable
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Sheet, View, listed
from capplan.atlas.style import Style
from capplan.atlas.windows import free_corner, main_view, site_boxes
from capplan.atlas.words import figure, word
from capplan.atlas.wrap import LEAST, fitted

_DARK = "#1d2733"
_GREY = "#5b6570"
_GAP = 4.0
_DOT = " · "
_BESIDE = 2.0
_CAPTION = 8.0
_LEAST_BARS, _MOST_BARS = 44.0, 84.0
_MOST_SHARE = 0.3
"""How much of a page bars may take for small maps to stand above them [ratio]."""
_SLACK = 16.0
_BAR_MM = 30.0
_BAR_APART = 15.0
"""How much narrower than its map a scale bar is at least [mm]."""
_LEAST_BAR_MM = 7.0
"""A shorter bar cannot be read; the scale is told in words beside the sources then [mm]."""
_NORTH_MM = 8.0
_NAME = Ink(11.0, "bold", _DARK)


def _draw(facts: Facts, boundaries: Boundaries, style: Style, lang: str, page: Page) -> Sheet:
    sheet = _maps(facts, boundaries, style, lang, page)
    room = listable(sheet, page.columns)
    if room < len(listed(facts, style)):
        sheet.style = style.listing(room)
    draw_head(sheet, page.head)
    draw_panel(sheet, page.columns)
    body = page.body
    top = min(view.frame.box.bottom for view in sheet.cells) - _GAP
    below = Box(body.left, body.bottom, body.right, top) if _bars_below(body) else None
    if below is None:
        sheet.left_out.append("yearly")
    draw_bars(sheet, below, _hole(sheet, body))
    draw_foot(sheet, page)
    return sheet


def _bars_below(body: Box) -> bool:
    """Return whether the page is high enough for bars below the small maps."""
    return body.height * _MOST_SHARE >= _LEAST_BARS


def _maps(facts: Facts, boundaries: Boundaries, style: Style, lang: str, page: Page) -> Sheet:
    """Draw the small maps; the panel explains what the last of them draws."""
    body = page.body
    bars = _LEAST_BARS + _GAP if _bars_below(body) else 0.0
    room = Box(body.left, body.bottom + bars, body.right, body.top)
    west, south, east, north = boundaries.region.bounds
    boxes = cells(room, len(facts.years), (east - west) / (north - south))
    sheet = Sheet(facts, boundaries, style, lang, page.paper(), View(*_window(boundaries, boxes[0], page)))
    of_year = {year: facts.at(year) for year in facts.years}
    shown = min(_fitting(one, lang, boxes[0].width) for one in of_year.values())
    for year, box in zip(facts.years, boxes, strict=False):
        cell = replace(
            sheet,
            facts=of_year[year],
            main=View(*_window(boundaries, box, page)),
            line_keys=[],
            class_keys=[],
            symbol_keys=[],
            size_keys=[],
            notes=[],
        )
        _cell(cell, box, page, first=year == facts.years[0], shown=shown)
        sheet.cells.append(cell.main)
        sheet.scale = sheet.scale or cell.scale
    for keys in ("line_keys", "class_keys", "symbol_keys", "size_keys", "notes"):
        setattr(sheet, keys, getattr(cell, keys))
    return sheet


def _hole(sheet: Sheet, body: Box) -> Box | None:
    """Return what is left free beside the last small map, if anything."""
    last = sheet.cells[-1].frame.box
    if body.right - last.right < last.width:
        return None
    return Box(last.right + _GAP, last.bottom, body.right, last.top + _CAPTION)


def _window(boundaries: Boundaries, box: Box, page: Page) -> tuple:  # type: ignore[type-arg]
    view = main_view(boundaries, _map_box(box), page.size.zoom, margin=2.5)
    return view.frame, view.places


def _map_box(box: Box) -> Box:
    return Box(box.left, box.bottom, box.right, box.top - _CAPTION)


def cells(room: Box, count: int, aspect: float) -> list[Box]:
    """Return the places of small maps of one size, in rows, as large as can be.

    Where rows would be higher than their maps need, they are lower, down to where bars would be higher than they need.

    Parameters
    ----------
    room
        Where they go [mm].
    count
        How many.
    aspect
        Width of what is mapped over its height [ratio].
    """

    def size(columns: int) -> tuple[float, float]:
        rows = -(-count // columns)
        return (
            (room.width - (columns - 1) * _GAP) / columns,
            (room.height - (rows - 1) * _GAP) / rows,
        )

    def scale(columns: int) -> float:
        width, height = size(columns)
        return min(width / aspect, height - _CAPTION)

    columns = max(range(1, count + 1), key=lambda number: (round(scale(number), 3), -number))
    width, height = size(columns)
    rows = -(-count // columns)
    needed = width / aspect + _CAPTION + _SLACK
    height = max(min(height, needed), height - (_MOST_BARS - _LEAST_BARS) / rows)
    places = []
    for number in range(count):
        row, column = divmod(number, columns)
        left, top = room.left + column * (width + _GAP), room.top - row * (height + _GAP)
        places.append(Box(left, top - height, left + width, top))
    return places


def _cell(sheet: Sheet, box: Box, page: Page, *, first: bool, shown: int) -> None:
    paper, view = sheet.paper, sheet.main
    frame = view.frame
    if first:
        _marginalia(sheet, page)
    draw_layers(sheet, view)
    draw_names(sheet, view)
    draw_graticule(paper, frame, named=False)
    paper.box(frame.box, edge=_DARK, width=0.35, z=11.0)
    _caption(sheet, Box(box.left, frame.box.top, box.right, box.top), shown)


def _marginalia(sheet: Sheet, page: Page) -> None:
    """Draw arrow and scale bar into the first small map: they hold for all. What has no room is told in words."""
    paper, view, lang = sheet.paper, sheet.main, sheet.lang
    frame, box = view.frame, view.frame.box
    north = Box(box.right - 9.0, box.top - 17.0, box.right - 1.5, box.top - 1.5)
    view.places.taken.append(north)
    x, y = north.centre
    draw_north(paper, frame, x, y - 2.5, letter=word("north", lang), height=_NORTH_MM)
    bar = scale_bar(frame, min(_BAR_MM, box.width - _BAR_APART))
    note = scale_note(sheet, page, frame.scale)
    widest = box.width - 3.0
    if Ink(LEAST).width(note) + 4.0 > widest:
        sheet.scale, note = note, ""
    if bar.millimetres < _LEAST_BAR_MM:
        return
    width = min(max(bar.millimetres + 12.0, Ink(LEAST).width(note) + 4.0), widest)
    lefts = (box.left + 1.5, box.right - 1.5 - width)
    corners = [Box(left, box.bottom + 1.5, left + width, box.bottom + 11.5) for left in lefts]
    room = free_corner(corners, site_boxes(view, sheet.facts, sheet.style))
    view.places.taken.append(room)
    paper.box(room, face="#fcfcfa", z=11.0, alpha=0.94)
    draw_scale_bar(paper, bar, room.left + 2.5, room.bottom + 4.2, note=note)


def _caption(sheet: Sheet, box: Box, shown: int) -> None:
    facts, lang, paper = sheet.facts, sheet.lang, sheet.paper
    y = box.bottom + 3.2
    drawn = paper.text(box.left, y, word("year_end", lang, year=facts.year), _NAME, role="caption")
    if not shown:
        return
    room = box.right - drawn.right - _BESIDE
    text, ink = fitted(_DOT.join(_totals(facts, lang)[-shown:]), Ink(7.4, colour=_GREY), room)
    paper.text(box.right, y, text, ink, align="right", role="caption")


def _totals(facts: Facts, lang: str) -> list[str]:
    return [
        word("total_racks", lang, count=figure(facts.totals["standard_racks"])),
        f"{figure(facts.totals['pflops_fp16'])} PFLOPS",
        f"{figure(facts.totals['it_mw'], 1)} MW",
    ]


def _fitting(facts: Facts, lang: str, width: float) -> int:
    """Return how many of the totals of a year, counted from the last, find room beside its name in a width [mm]."""
    parts = _totals(facts, lang)
    room = width - _NAME.width(word("year_end", lang, year=facts.year)) - _BESIDE
    counts = range(len(parts), 0, -1)
    return next((count for count in counts if Ink(LEAST).width(_DOT.join(parts[-count:])) <= room), 0)


LAYOUT = Layout("periods", _draw)
