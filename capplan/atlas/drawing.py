"""A map from its style: windows, layers, names, margins, panel and strip on one page."""

from __future__ import annotations

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.box import Box
from capplan.atlas.facts import Facts
from capplan.atlas.fonts import writable
from capplan.atlas.graticule import draw_graticule
from capplan.atlas.layers import draw_layer
from capplan.atlas.marginalia import draw_north, draw_scale_bar, scale_bar
from capplan.atlas.panels import draw_panel
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.sheet import Sheet, View
from capplan.atlas.strip import draw_strip
from capplan.atlas.style import Style
from capplan.atlas.windows import (
    BAR_MM,
    NORTH_MM,
    enlargement,
    extent_in,
    keep_bar,
    keep_north,
    leaders,
    main_view,
)
from capplan.atlas.words import figure, known_word, percent, word

__all__ = ["drawn_sheet"]

_MARGIN = 11.0
_HEAD = 28.0
_SIDE = 5.0
_DARK = "#1d2733"
_GREY = "#5b6570"
_RED = "#b4302b"
_LIFT = 20.0
_A3 = (420.0, 297.0)


def drawn_sheet(facts: Facts, boundaries: Boundaries, style: Style, lang: str) -> Sheet:
    """Draw a map in one language; its page holds the figure.

    Parameters
    ----------
    facts
        What is shown of the plan.
    boundaries
        The areas.
    style
        The map's style.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Sheet
        The map as drawn.
    """
    page = style.paper
    bottom, top = _MARGIN, page.height - _HEAD
    right = page.width - _MARGIN
    left = right - page.panel
    base = bottom + (page.strip + 2.0 if page.strip and facts.targets else 0.0)
    window = Box(_MARGIN + _SIDE, base + _SIDE, left - _SIDE - 3.5, top - _SIDE)
    main = main_view(boundaries, window)
    sheet = Sheet(facts, boundaries, style, lang, Paper(page.width, page.height), main)
    bar = keep_bar(main, boundaries)
    sheet.inset = enlargement(main, boundaries, facts, style)
    north = keep_north(main, boundaries)
    _draw_view(sheet, main)
    _finish_main(sheet, bar, north)
    if sheet.inset is not None:
        sheet.paper.lift = _LIFT
        _finish_inset(sheet, sheet.inset)
        _draw_view(sheet, sheet.inset)
        sheet.paper.lift = 0.0
    _head(sheet, Box(_MARGIN, top, right, page.height - 6.0))
    draw_panel(sheet, Box(left, bottom, right, top))
    if page.strip:
        draw_strip(sheet, Box(_MARGIN, bottom, window.right + _SIDE, bottom + page.strip))
    return sheet


def _draw_view(sheet: Sheet, view: View) -> None:
    for settings in sheet.style.layers:
        draw_layer(sheet, view, settings)
    for placed in view.places.place(view.labels):
        placed.write(sheet.paper, z=9.0)


def _finish_main(sheet: Sheet, bar: Box, north: Box) -> None:
    paper, frame, lang = sheet.paper, sheet.main.frame, sheet.lang
    draw_graticule(paper, frame)
    paper.box(frame.box, edge=_DARK, width=0.55, z=11.0)
    x, y = north.centre
    draw_north(paper, frame, x, y - 2.5, letter=word("north", lang), height=NORTH_MM)
    paper.box(bar, face="#fcfcfa", edge="#c3c9cf", width=0.15, z=11.0, alpha=0.94)
    size = (paper.width, paper.height)
    note = word("scale_of_page" if size == _A3 else "scale_of_own_page", lang, scale=figure(frame.scale))
    draw_scale_bar(paper, scale_bar(frame, BAR_MM), bar.left + 5.0, bar.bottom + 6.2, note=note)
    if sheet.inset is not None:
        window = extent_in(sheet.main, sheet.inset.frame)
        paper.box(window, edge="#ffffff", width=0.9, z=8.5)
        paper.box(window, edge=_RED, width=0.4, z=8.6)
        leads = leaders(window, sheet.inset.frame.box)
        paper.lines(leads, colour=_RED, width=0.2, z=8.4, dash=(2.0, 1.2))


def _finish_inset(sheet: Sheet, view: View) -> None:
    paper, frame, lang = sheet.paper, view.frame, sheet.lang
    box = frame.box
    paper.box(box, edge=_RED, width=0.5, z=11.0)
    row = sheet.boundaries.area_at(frame.degrees([box.centre]))[0]
    code = str(sheet.boundaries.counties["prefecture_adcode"].iloc[row])
    name = sheet.facts.names.get(code, sheet.facts.region)
    text = word("inset", lang, region=writable((name.in_(lang), name.en, name.zh)))
    ink = Ink(8.2, "bold", _DARK)
    scale = Ink(6.6, colour=_GREY)
    ratio = word("scale", lang, scale=figure(frame.scale))
    width = ink.width(text) + scale.width(ratio) + 6.5
    paper.box(
        Box(box.left, box.top - 6.0, box.left + width, box.top), face="#fcfcfa", edge=_RED, width=0.2, z=10.5
    )
    view.places.taken.append(Box(box.left, box.top - 6.0, box.left + width, box.top))
    drawn = paper.text(box.left + 2.0, box.top - 3.0, text, ink, role="inset")
    paper.text(drawn.right + 2.5, box.top - 3.0, ratio, scale, role="inset")
    bar = scale_bar(frame, 30.0)
    room = Box(box.left + 1.5, box.bottom + 1.5, box.left + bar.millimetres + 13.0, box.bottom + 9.0)
    view.places.taken.append(room)
    paper.box(room, face="#fcfcfa", z=10.4, alpha=0.9)
    draw_scale_bar(paper, bar, room.left + 3.0, room.bottom + 1.6)


def _head(sheet: Sheet, box: Box) -> None:
    """Write the title, what is shown, and the totals."""
    facts, lang, paper = sheet.facts, sheet.lang, sheet.paper
    region = writable((facts.region.in_(lang), facts.region.en, facts.region.zh))
    title = sheet.style.title.in_(lang).format(region=region, year=facts.year)
    paper.text(box.left, box.top - 6.5, title, Ink(25.0, "bold", _DARK), role="head")
    under = [sheet.style.subtitle.in_(lang).format(region=region, year=facts.year)]
    study = writable((facts.title.in_(lang), facts.title.en, facts.title.zh))
    under.append(study)
    status = known_word(f"status_{facts.status}", lang, "")
    if status and facts.gap is not None:
        under.append(status.format(gap=percent(facts.gap)))
    dot = "  ·  " if lang == "zh" else "   ·   "
    paper.text(box.left, box.top - 16.8, dot.join(under), Ink(10.0, colour=_GREY), role="head")
    total = word("total_power", lang, mw=figure(facts.totals["it_mw"], 1))
    paper.text(box.right, box.top - 6.5, total, Ink(17.0, "bold", _RED), align="right", role="head")
    paper.text(
        box.right,
        box.top - 16.8,
        dot.join(_totals(sheet)),
        Ink(8.6, colour=_GREY),
        align="right",
        role="head",
    )


def _totals(sheet: Sheet) -> list[str]:
    totals, lang = sheet.facts.totals, sheet.lang
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
