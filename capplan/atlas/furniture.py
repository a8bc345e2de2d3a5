"""What every page has beside its map: frame, graticule, arrow, scale bar, title and totals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from capplan.atlas.box import Box
from capplan.atlas.fine_print import fine_print
from capplan.atlas.fonts import Weight, writable
from capplan.atlas.graticule import draw_graticule
from capplan.atlas.layers import draw_layer, sites_drawn
from capplan.atlas.marginalia import ScaleBar, draw_north, draw_scale_bar, scale_bar
from capplan.atlas.page import Page
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Sheet, View
from capplan.atlas.windows import NORTH_MM, bar_of, extent_in, free_corner, leaders, site_boxes
from capplan.atlas.words import figure, known_word, percent, word
from capplan.atlas.wrap import LEAST, fitted, wrapped
from capplan.spacing import filled

__all__ = ["draw_foot", "draw_head", "draw_layers", "draw_names", "finish_inset", "finish_main", "scale_note"]

_DARK = "#1d2733"
_GREY = "#5b6570"
_RED = "#b4302b"
_NAMED = ("a3", "a4")
_BETWEEN = 8.0
_SMALLEST = 0.72
_HEAD_MM = 22.0
"""Height of the head of a page of the size of A3 [mm]; the title is smaller on a lower one."""
_LEAST_NAME = 40
"""So many characters of a name are kept before totals give way."""
_FOOT_LINE = 2.9
_BARS = (30.0, 20.0, 12.0)
"""Longest scale bar of an enlargement [mm], and what is tried where that hides a site."""


def draw_layers(sheet: Sheet, view: View) -> None:
    """Draw the layers of the style into a window, from the bottom to the top."""
    for settings in sheet.style.layers:
        draw_layer(sheet, view, settings)


def draw_names(sheet: Sheet, view: View) -> None:
    """Place and write the labels that the layers of a window asked for."""
    for placed in view.places.place(view.labels):
        placed.write(sheet.paper, z=9.0)


def scale_note(sheet: Sheet, page: Page, scale: float) -> str:
    """Return the scale in words, with the size of page on which it is true."""
    name = page.size.name
    key = "scale_of_page" if name in _NAMED else "scale_of_own_page"
    return word(key, sheet.lang, scale=figure(scale), size=name.upper())


def finish_main(sheet: Sheet, page: Page, bar: Box, north: Box) -> None:
    """Draw graticule, frame, arrow and scale bar of the map's window, and the line to its enlargement.

    Parameters
    ----------
    sheet
        The map.
    page
        Its page.
    bar, north
        Where scale bar and arrow go.
    """
    paper, frame, lang = sheet.paper, sheet.main.frame, sheet.lang
    draw_graticule(paper, frame)
    paper.box(frame.box, edge=_DARK, width=0.55, z=11.0)
    x, y = north.centre
    draw_north(paper, frame, x, y - 2.5, letter=word("north", lang), height=NORTH_MM)
    paper.box(bar, face="#fcfcfa", edge="#c3c9cf", width=0.15, z=11.0, alpha=0.94)
    note = scale_note(sheet, page, frame.scale)
    draw_scale_bar(paper, bar_of(frame), bar.left + 5.0, bar.bottom + 6.2, note=note)
    if sheet.inset is not None:
        window = extent_in(sheet.main, sheet.inset.frame)
        paper.box(window, edge="#ffffff", width=0.9, z=8.5)
        paper.box(window, edge=_RED, width=0.4, z=8.6)
        leads = leaders(window, sheet.inset.frame.box)
        paper.lines(leads, colour=_RED, width=0.2, z=8.4, dash=(2.0, 1.2))


def finish_inset(sheet: Sheet, view: View) -> None:
    """Draw frame, title and scale bar of the enlargement."""
    paper, frame, lang = sheet.paper, view.frame, sheet.lang
    box = frame.box
    paper.box(box, edge=_RED, width=0.5, z=11.0)
    row = sheet.boundaries.area_at(frame.degrees([box.centre]))[0]
    code = str(sheet.boundaries.counties["prefecture_adcode"].iloc[row])
    name = sheet.facts.names.get(code, sheet.facts.region)
    text = word("inset", lang, region=writable((name.in_(lang), name.en, name.zh)))
    ink = Ink(8.2, "bold", _DARK)
    scale = Ink(7.0, colour=_GREY)
    ratio = word("scale", lang, scale=figure(frame.scale))
    text, ink = fitted(text, ink, box.width - scale.width(ratio) - 7.0)
    width = ink.width(text) + scale.width(ratio) + 6.5
    paper.box(
        Box(box.left, box.top - 6.0, box.left + width, box.top), face="#fcfcfa", edge=_RED, width=0.2, z=10.5
    )
    view.places.taken.append(Box(box.left, box.top - 6.0, box.left + width, box.top))
    drawn = paper.text(box.left + 2.0, box.top - 3.0, text, ink, role="inset")
    paper.text(drawn.right + 2.5, box.top - 3.0, ratio, scale, role="inset")
    bar, room = _bar_in(sheet, view, box.left + width)
    view.places.taken.append(room)
    paper.box(room, face="#fcfcfa", z=10.4, alpha=0.9)
    draw_scale_bar(paper, bar, room.left + 3.0, room.bottom + 1.6)


def _bar_in(sheet: Sheet, view: View, named: float) -> tuple[ScaleBar, Box]:
    """Return the scale bar of an enlargement and its room: shorter where a long one would hide a site.

    `named` is where the title ends [mm].
    """
    box = view.frame.box
    sites = site_boxes(view, sheet.facts, sheet.style, sites_drawn(sheet))
    found = []
    for longest in _BARS:
        bar = scale_bar(view.frame, longest)
        width = bar.millimetres + 11.5
        lefts = (box.left + 1.5, box.right - 1.5 - width)
        corners = [Box(left, box.bottom + 1.5, left + width, box.bottom + 9.0) for left in lefts]
        if lefts[1] > named:
            corners.append(Box(lefts[1], box.top - 9.0, lefts[1] + width, box.top - 1.5))
        found += [(bar, corner) for corner in corners]
    room = free_corner([corner for _, corner in found], sites)
    return next(one for one in found if one[1] is room)


def draw_head(sheet: Sheet, box: Box) -> None:
    """Write the title, what is shown, and the totals; the left side gives way to the right one."""
    facts, lang, paper = sheet.facts, sheet.lang, sheet.paper
    region = writable((facts.region.in_(lang), facts.region.en, facts.region.zh))
    study = writable((facts.title.in_(lang), facts.title.en, facts.title.zh))
    status = known_word(f"status_{facts.status}", lang, "")
    status = status.format(gap=percent(facts.gap)) if status and facts.gap is not None else ""
    dot = "  ·  " if lang == "zh" else "   ·   "
    total = sheet.headline or _power(sheet)

    size = box.height / _HEAD_MM

    def look(points: float, weight: Weight, colour: str) -> Ink:
        return Ink(max(points * size, LEAST), weight, colour)

    def title(name: str) -> str:
        return filled(sheet.style.title.in_(lang), {"region": name, "year": facts.year})

    def under(name: str) -> str:
        about = filled(sheet.style.subtitle.in_(lang), {"region": region, "year": facts.year})
        return dot.join(part for part in (about, name, status) if part)

    lines = (
        (6.5, title, region, look(25.0, "bold", _DARK), [total], look(17.0, "bold", _RED)),
        (16.8, under, study, look(10.0, "regular", _GREY), _totals(sheet), look(8.6, "regular", _GREY)),
    )
    for down, left, name, ink, parts, ink_right in lines:
        right = _beside(left, name, ink, dot, parts, ink_right, box.width)
        room = box.width - ink_right.width(right) - _BETWEEN
        text, ink_left = fitted(_with_room(left, name, ink, room), ink, room, smallest=_SMALLEST)
        paper.text(box.left, box.top - down * size, text, ink_left, role="head")
        if right:
            paper.text(box.right, box.top - down * size, right, ink_right, align="right", role="head")


def _beside(
    left: Callable[[str], str], name: str, ink: Ink, dot: str, parts: list[str], ink_right: Ink, room: float
) -> str:
    """Return as many of the totals as find room [mm] beside the left side, the first at least."""
    small = replace(ink, size=min(ink.size, max(ink.size * _SMALLEST, LEAST)))
    need = small.width(left(name[:_LEAST_NAME])) + _BETWEEN
    counts = range(len(parts), 0, -1)
    fitting = (count for count in counts if need + ink_right.width(dot.join(parts[:count])) <= room)
    return dot.join(parts[: next(fitting, 1)])


def draw_foot(sheet: Sheet, page: Page) -> None:
    """Write projection, sources and notice into the lines at the foot, where the page has them."""
    if page.foot is None:
        return
    ink = Ink(LEAST, colour=_GREY)
    gap = "　" if sheet.lang == "zh" else "  "
    lines = wrapped(gap.join(fine_print(sheet)), ink, page.foot.width, split=True)
    for number, line in enumerate(lines):
        sheet.paper.text(page.foot.left, page.foot.top - 1.2 - _FOOT_LINE * number, line, ink, role="foot")


def _with_room(around: Callable[[str], str], name: str, ink: Ink, room: float) -> str:
    """Return a line about a name from data: where it is too long, the name is shortened and not what is said of it."""
    small = replace(ink, size=max(ink.size * _SMALLEST, LEAST))
    if small.width(around(name)) <= room:
        return around(name)
    left = room - small.width(around("x")) + small.width("x")
    return around(fitted(name, small, max(left, 0.0), smallest=1.0)[0])


def _power(sheet: Sheet) -> str:
    """Return the IT power in service, or that there are no sites."""
    if not sheet.facts.sites:
        return word("no_sites", sheet.lang)
    return word("total_power", sheet.lang, mw=figure(sheet.facts.totals["it_mw"], 1))


def _totals(sheet: Sheet) -> list[str]:
    """Return what stands in the region in all: nothing where there is no site."""
    totals, lang = sheet.facts.totals, sheet.lang
    if not sheet.facts.sites:
        return []
    parts = [
        word("total_sites", lang, count=len(sheet.facts.sites)),
        word("total_racks", lang, count=figure(totals["standard_racks"])),
    ]
    parts += [
        word(f"total_{short}", lang, count=figure(totals[f"pflops_{short}"]))
        for short in ("fp16", "fp64")
        if totals[f"pflops_{short}"]
    ]
    return parts
