"""Sites that differ between two plans, as signs that tell what became of them, as large as the difference of IT power."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from capplan.atlas.base_layers import Phrase
from capplan.atlas.box import Box
from capplan.atlas.numbers import write_number
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.sheet import Layer, Parameters, Sheet, SizeKey, SymbolKey, View
from capplan.atlas.symbols import SymbolScale, nice_below
from capplan.atlas.themes.difference import CHANGES, SiteChange, difference_sign, site_changes, told
from capplan.atlas.windows import extent_in
from capplan.atlas.words import figure, word

__all__ = ["LAYER", "DifferenceSites", "listed_changes"]

_NUMBER = Ink(7.0, "bold", "#1d2733", halo="#ffffff")
_STEPS = (1.0, 0.25, 0.05)
_KEY_MM = 1.7


class DifferenceSites(Parameters):
    """Size of the signs [mm] by difference, and a colour and a name for each change."""

    symbols: SymbolScale
    size: Phrase
    colours: Mapping[str, str]
    labels: Mapping[str, Phrase]


def listed_changes(sheet: Sheet) -> Mapping[str, int]:
    """Return the number of each listed site by site_id, from 1: those that differ most."""
    shown = site_changes(sheet.facts)[: sheet.style.symbols.listed]
    return {site.site_id: number for number, site in enumerate(shown, start=1)}


def _draw(sheet: Sheet, view: View, look: DifferenceSites) -> None:
    sites = site_changes(sheet.facts)
    if not view.enlarged:
        sheet.headline = told(sheet.facts, "headline", sheet.lang)
    if not sites:
        return
    largest = abs(sites[0].difference)
    points = view.frame.points([(site.lon, site.lat) for site in sites])
    placed = [
        (site, float(x), float(y), look.symbols.radius(abs(site.difference), largest))
        for site, (x, y) in zip(sites, points, strict=True)
    ]
    signs = [sign for sign in placed if _free(sheet, view, sign[1], sign[2])]
    if not view.enlarged and len(signs) < len(placed):
        sheet.notes.append(word("difference_off", sheet.lang, count=len(placed) - len(signs)))
    for order, (site, x, y, radius) in enumerate(signs):
        difference_sign(site.change, look.colours)(sheet.paper, x, y, radius, 4.0 + 0.03 * order)
        view.places.symbols.append(Box.around(x, y, 2.0 * radius, 2.0 * radius))
    numbers = listed_changes(sheet)
    window = extent_in(view, sheet.inset.frame) if sheet.inset is not None and not view.enlarged else None
    for site, x, y, radius in signs:
        if site.site_id in numbers and not (window is not None and window.has(x, y)):
            beside = [Box.around(x, y, 1.9 * radius, 1.9 * radius)]
            write_number(sheet, view, str(numbers[site.site_id]), (x, y, radius), beside, ink=_NUMBER)
    if not view.enlarged:
        _keys(sheet, look, sites, largest)


def _free(sheet: Sheet, view: View, x: float, y: float) -> bool:
    """Tell whether a place is seen: in the window, and not under its scale bar or north arrow."""
    if not view.frame.box.grown(-1.0).has(x, y):
        return False
    window = sheet.inset.frame.box.grown(1.0) if sheet.inset is not None and not view.enlarged else None
    return not any(box.has(x, y) for box in view.places.taken if box != window)


def _keys(sheet: Sheet, look: DifferenceSites, sites: tuple[SiteChange, ...], largest: float) -> None:
    for change in CHANGES:
        count = sum(site.change == change for site in sites)
        if count:
            text = f"{look.labels[change].in_(sheet.lang)}  {count}"
            sheet.symbol_keys.append(SymbolKey(text, _key(change, look)))
    if largest > 0.0:
        top = nice_below(largest)
        amounts = list(dict.fromkeys(nice_below(top * share) for share in _STEPS))
        steps = tuple((figure(amount, 2), look.symbols.radius(amount, largest)) for amount in amounts)
        sheet.size_keys.append(SizeKey(look.size.in_(sheet.lang), "circle", steps))


def _key(change: str, look: DifferenceSites) -> Callable[[Paper, float, float], None]:
    sign = difference_sign(change, look.colours)

    def draw(paper: Paper, x: float, y: float) -> None:
        sign(paper, x, y, _KEY_MM, 12.0)

    return draw


LAYER = Layer("difference_sites", DifferenceSites, _draw)
