"""The sites of the map of green electricity, numbered as on it: what they use, how much of it is green and by direct line."""

from __future__ import annotations

from collections.abc import Callable

from capplan.atlas.box import Box
from capplan.atlas.layers import look_in
from capplan.atlas.layers.green_sites import LAYER, GreenLook, numbered_sites, parts_of
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, block_height, draw_table, lines_in, more_height
from capplan.atlas.paper import Paper
from capplan.atlas.pies import draw_pie
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.green import SiteEnergy, site_energy
from capplan.atlas.themes.places import site_names
from capplan.atlas.words import figure, share_text, word


def _sign(site: SiteEnergy, look: GreenLook) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        draw_pie(paper, (x, y, 1.8), parts_of(site, look), z=12.0, halo_mm=0.0)

    return draw


def _cells(sites: list[SiteEnergy], name: str) -> tuple[str, ...]:
    used, green = sum(site.facility for site in sites), sum(site.green for site in sites)
    direct = sum(site.direct for site in sites)
    share = share_text(green / used) if used > 0.0 else "–"
    own = figure(direct / 1000.0, 1) if direct > 0.0 else "–"
    return (name, figure(used / 1000.0, 1), figure(green / 1000.0, 1), own, share)


def _lines(sheet: Sheet, look: GreenLook) -> list[Line]:
    names = site_names(sheet.facts, sheet.lang)
    numbers = numbered_sites(sheet)
    sites = site_energy(sheet.facts)
    found = [
        Line(_cells([site], names[site.site_id]), _sign(site, look), str(numbers[site.site_id]))
        for site in sites
        if site.site_id in numbers
    ]
    rest = [site for site in sites if site.site_id not in numbers]
    if rest:
        only = names[rest[0].site_id]
        text = only if len(rest) == 1 else word("others", sheet.lang, count=len(rest))
        found.append(Line(_cells(rest, text)))
    return [*found, Line(_cells(list(sites), word("grid_all", sheet.lang)), bold=True)]


def _titles(sheet: Sheet) -> list[str]:
    return [word(f"green_column_{name}", sheet.lang) for name in ("name", "used", "green", "direct", "share")]


def _wants(sheet: Sheet) -> float:
    look = look_in(sheet, LAYER)
    if look is None or not site_energy(sheet.facts):
        return 0.0
    more = more_height(sheet, _titles(sheet), _lines(sheet, look))
    return block_height(len(numbered_sites(sheet)) + 2) + more


def _draw(sheet: Sheet, box: Box) -> None:
    look = look_in(sheet, LAYER)
    if look is None or not site_energy(sheet.facts):
        return
    y = heading(sheet, box, word("green_sites", sheet.lang), word("green_sites_about", sheet.lang))
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), _titles(sheet), _lines(sheet, look))


BLOCK = Block(
    "green_sites", lambda _: None, _draw, lambda _, room: max(lines_in(room) - 2, 0), least=33.0, wants=_wants
)
