"""The list of sites, numbered as on the map, with what stands there."""

from __future__ import annotations

from collections.abc import Sequence

from capplan.atlas.box import Box
from capplan.atlas.facts import SiteFacts
from capplan.atlas.panels._block import HEADING_MM, INK, SMALL, Block, heading, panel_width
from capplan.atlas.panels._names import MORE, is_long, name_lines, row_heights, write_name
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Sheet, listed
from capplan.atlas.symbols import draw_marker
from capplan.atlas.themes.places import site_names
from capplan.atlas.words import figure, word
from capplan.atlas.wrap import LEAST, fitted, wrapped
from capplan.atlas.yearly import yearly_figures

_ROW = 5.15
_LEAST_ROW, _DENSE_ROW = 4.4, 4.0
_HEAD = HEADING_MM + 3.6
_FOOT = 14.2
_APART_BELOW = 2.6
"""Between the note below the list and the next block [mm]."""
_APART, _FINE = 3.0, 2.9
_FIGURES_GAP = 1.2
_NOTHING_LINE = 3.6
_KEPT = 0.65
"""How many rows are kept where fewer would leave room for long names [ratio]."""
_COLUMNS = (("racks", 40.4), ("built", 29.3), ("fp16", 18.0), ("mw", 8.8), ("pue", 0.0))
"""Name of each column and how far its right side is from the block's [mm]."""


def _draw(sheet: Sheet, box: Box) -> None:
    lang, paper = sheet.lang, sheet.paper
    if not sheet.facts.sites:
        _nothing(sheet, box)
        return
    y = heading(sheet, box, word("sites", lang), word("sites_about", lang))
    paper.text(box.left, y - 1.4, word("column_number", lang), SMALL, role="panel")
    paper.text(box.left + 8.0, y - 1.4, word("column_name", lang), SMALL, role="panel")
    for name, right in _COLUMNS:
        paper.text(
            box.right - right, y - 1.4, word(f"column_{name}", lang), SMALL, align="right", role="panel"
        )
    y -= 3.6
    rows = listed(sheet.facts, sheet.style)
    room = y - box.bottom - _foot(sheet)
    least = min(_DENSE_ROW, room / max(len(rows), 1))
    heights = row_heights(_long(sheet, box.width, rows), room, _ROW, least)
    for number, (site, height) in enumerate(zip(rows, heights, strict=True), start=1):
        _row(sheet, box, y - 0.5 * height, number, site, tall=height > _ROW)
        y -= height
    paper.lines([[(box.left, y - 0.4), (box.right, y - 0.4)]], colour="#d5d9dd", width=0.15, z=11.0)
    _rest(sheet, box, y - 0.6, {site.site_id for site in rows})


def _nothing(sheet: Sheet, box: Box) -> None:
    """Say in words that no site stands in the region."""
    y = heading(sheet, box, word("sites", sheet.lang))
    for number, line in enumerate(_no_sites(sheet, box.width)):
        sheet.paper.text(box.left, y - 1.8 - _NOTHING_LINE * number, line, INK, role="panel")


def _no_sites(sheet: Sheet, width: float) -> list[str]:
    served = any(one.name == "served" for one in yearly_figures(sheet.facts, sheet.lang))
    text = word("no_sites_about" if served else "no_sites_nor_demand", sheet.lang)
    return wrapped(text, INK, width)


def _foot(sheet: Sheet) -> float:
    """Return the height of what stands below the list [mm]."""
    shown = {site.site_id for site in listed(sheet.facts, sheet.style)}
    others = any(site.site_id not in shown for site in sheet.facts.sites)
    edges = any(site.edge_modules for site in sheet.facts.sites)
    return _highest_foot(sheet) - 0.95 * _ROW * ((not others) + (not edges))


def _highest_foot(sheet: Sheet) -> float:
    """Return the height of what may stand below the list [mm]."""
    apart = 0.0 if sheet.style.panel[-1] == "sites" else _APART_BELOW
    return _FOOT + apart + _FINE * (len(_about(sheet, panel_width(sheet))) - 1)


def _about(sheet: Sheet, width: float) -> list[str]:
    return wrapped(word("columns_about", sheet.lang), SMALL, width)


def _name_room(sheet: Sheet, width: float) -> float:
    """Return the room for a name [mm]."""
    racks = max(INK.width(figure(site.standard_racks)) for site in sheet.facts.sites)
    return width - 8.0 - _COLUMNS[0][1] - racks - _FIGURES_GAP


def _long(sheet: Sheet, width: float, rows: Sequence[SiteFacts]) -> list[bool]:
    """Return which sites have a name that is too long for one line."""
    names = site_names(sheet.facts, sheet.lang)
    room = _name_room(sheet, width) if rows else 0.0
    return [is_long(names[site.site_id], INK, room, names.values()) for site in rows]


def _row(sheet: Sheet, box: Box, y: float, number: int, site: SiteFacts, *, tall: bool) -> None:
    marker = sheet.marker(site.kind)
    draw_marker(sheet.paper, marker, box.left + 2.6, y, 1.75, z=12.0)
    ink = Ink(LEAST, "bold", marker.ink)
    sheet.paper.text(box.left + 2.6, y, str(number), ink, align="center", role="panel")
    names = site_names(sheet.facts, sheet.lang)
    room = _name_room(sheet, box.width)
    lines = name_lines(names[site.site_id], INK, room, names.values(), tall=tall)
    write_name(sheet.paper, box.left + 8.0, y, lines)
    _cells(
        sheet,
        box,
        y,
        (
            figure(site.standard_racks),
            figure(site.racks_built) if site.racks_built else "–",
            figure(site.pflops_fp16) if site.pflops_fp16 else "–",
            f"{site.it_mw:,.1f}",
            "–" if site.pue is None else f"{site.pue:.2f}",
        ),
    )


def _cells(sheet: Sheet, box: Box, y: float, texts: Sequence[str]) -> None:
    for text, (_, right) in zip(texts, _COLUMNS, strict=True):
        if text:
            sheet.paper.text(box.right - right, y, text, INK, align="right", role="panel")


def _rest(sheet: Sheet, box: Box, y: float, shown: set[str]) -> None:
    others = [site for site in sheet.facts.sites if site.site_id not in shown]
    y -= 0.5 * _ROW
    if others:
        text = word("others", sheet.lang, count=len(others))
        if len(others) == 1:
            text = site_names(sheet.facts, sheet.lang)[others[0].site_id]
        text, look = fitted(text, INK, _name_room(sheet, box.width))
        sheet.paper.text(box.left + 8.0, y, text, look, role="panel")
        power, fp16 = sum(site.it_mw for site in others), sum(site.pflops_fp16 for site in others)
        racks = figure(sum(site.standard_racks for site in others))
        built = sum(site.racks_built for site in others)
        new = figure(built) if built else "–"
        _cells(sheet, box, y, (racks, new, figure(fp16) if fp16 else "–", f"{power:,.1f}", ""))
        y -= 0.95 * _ROW
    edges = [site for site in sheet.facts.sites if site.edge_modules]
    if edges:
        areas = {sheet.boundaries.zone_area.get(site.zone_id, site.zone_id) for site in edges}
        modules = sum(site.edge_modules for site in edges)
        text = word("edges", sheet.lang, modules=modules, areas=len(areas))
        draw_marker(sheet.paper, sheet.marker("edge"), box.left + 2.6, y, 1.05, z=12.0)
        sheet.paper.text(box.left + 8.0, y, text, INK, role="panel")
        y -= 0.95 * _ROW
    for line in _about(sheet, box.width):
        sheet.paper.text(box.left, y, line, SMALL, role="panel")
        y -= _FINE


def _rows_in(sheet: Sheet, height: float) -> int:
    """Return how many rows fit into a height [mm]: fewer, so that long names stand whole."""
    room = height - _HEAD - _highest_foot(sheet)
    most = max(0, int(room / _LEAST_ROW))
    long = _long(sheet, panel_width(sheet), listed(sheet.facts, sheet.style)[:most])
    counts = range(most, int(_KEPT * most), -1)
    return next((n for n in counts if n * _DENSE_ROW + MORE * sum(long[:n]) <= room), most)


def _wants(sheet: Sheet) -> float:
    """Return the height that the list can make use of [mm]."""
    if not sheet.facts.sites:
        return HEADING_MM + _NOTHING_LINE * len(_no_sites(sheet, panel_width(sheet))) + _APART
    rows = listed(sheet.facts, sheet.style)
    more = MORE * sum(_long(sheet, panel_width(sheet), rows))
    return _HEAD + _highest_foot(sheet) + _ROW * len(rows) + more + _APART


BLOCK = Block(
    "sites",
    lambda _: None,
    _draw,
    rows_in=_rows_in,
    least=_HEAD + _FOOT + 3.0 * _LEAST_ROW,
    wants=_wants,
)
