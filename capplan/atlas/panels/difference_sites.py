"""The sites that differ most between two plans, numbered as on the map."""

from __future__ import annotations

from collections.abc import Callable

from capplan.atlas.box import Box
from capplan.atlas.layers.difference_sites import LAYER, DifferenceSites, listed_changes
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, block_height, draw_table, lines_in
from capplan.atlas.paper import Paper
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.difference import SiteChange, difference_sign, site_changes
from capplan.atlas.themes.places import printed
from capplan.atlas.words import figure, word

_COLUMNS = ("site", "mw_before", "mw_after", "racks", "pflops")
_SIGN_MM = 1.4


def _look(sheet: Sheet) -> DifferenceSites | None:
    for settings in sheet.style.layers:
        if settings.get("draw") == LAYER.name:
            return DifferenceSites.model_validate({key: settings[key] for key in settings if key != "draw"})
    return None


def _sign(site: SiteChange, look: DifferenceSites) -> Callable[[Paper, float, float], None]:
    sign = difference_sign(site.change, look.colours)

    def draw(paper: Paper, x: float, y: float) -> None:
        sign(paper, x, y, _SIGN_MM, 12.0)

    return draw


def _signed(value: float) -> str:
    text = figure(value)
    return "–" if text in {"0", "-0"} else f"+{text}" if value > 0.0 else text


def _cells(sites: list[SiteChange], name: str) -> tuple[str, ...]:
    sums = (sum(site.before for site in sites), sum(site.after for site in sites))
    racks, pflops = sum(site.racks for site in sites), sum(site.pflops for site in sites)
    return (name, f"{sums[0]:,.1f}", f"{sums[1]:,.1f}", _signed(racks), _signed(pflops))


def _lines(sheet: Sheet, look: DifferenceSites) -> list[Line]:
    numbers, sites = listed_changes(sheet), site_changes(sheet.facts)
    found = [
        Line(
            _cells([site], f"{numbers[site.site_id]}  {printed(site.name, sheet.lang)}"),
            _sign(site, look),
        )
        for site in sites
        if site.site_id in numbers
    ]
    rest = [site for site in sites if site.site_id not in numbers]
    if rest:
        only = printed(rest[0].name, sheet.lang)
        text = only if len(rest) == 1 else word("others", sheet.lang, count=len(rest))
        found.append(Line(_cells(rest, text)))
    return [*found, Line(_cells(list(sites), word("difference_all", sheet.lang)), bold=True)]


def _wants(sheet: Sheet) -> float:
    return block_height(len(listed_changes(sheet)) + 2) if site_changes(sheet.facts) else 0.0


def _draw(sheet: Sheet, box: Box) -> None:
    look = _look(sheet)
    if look is None or not site_changes(sheet.facts):
        return
    y = heading(sheet, box, word("difference_sites", sheet.lang), word("difference_sites_about", sheet.lang))
    titles = [word(f"difference_column_{name}", sheet.lang) for name in _COLUMNS]
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), titles, _lines(sheet, look))


BLOCK = Block(
    "difference_sites",
    lambda _: None,
    _draw,
    lambda _, room: max(lines_in(room) - 2, 0),
    least=42.0,
    wants=_wants,
    rows=lambda sheet: len(site_changes(sheet.facts)),
)
