"""Sites as pies of their electricity: by direct line, green through the grid, and other grid electricity."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from capplan.atlas.base_layers import Phrase
from capplan.atlas.box import Box
from capplan.atlas.numbers import write_number
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.pies import draw_pie
from capplan.atlas.sheet import Layer, Parameters, Sheet, SizeKey, SymbolKey, View
from capplan.atlas.symbols import SymbolScale, nice_below
from capplan.atlas.themes.green import SiteEnergy, site_energy
from capplan.atlas.windows import extent_in
from capplan.atlas.words import figure, share_text

__all__ = ["LAYER", "GreenLook", "numbered_sites", "parts_of"]

_NUMBER = Ink(7.0, "bold", "#1d2733", halo="#ffffff")
_STEPS = (1.0, 0.25, 0.05)
_GWH = 1000.0


class GreenLook(Parameters):
    """Size of the pies [mm] by energy, and a colour and a name for each part."""

    symbols: SymbolScale
    direct: str
    pooled: str
    grid: str
    size: Phrase
    labels: Mapping[str, Phrase]


def parts_of(site: SiteEnergy, look: GreenLook) -> tuple[tuple[float, str], ...]:
    """Return the parts of a site's electricity [MWh] with their colours."""
    rest = max(site.facility - site.green, 0.0)
    return ((site.direct, look.direct), (site.pooled, look.pooled), (rest, look.grid))


def numbered_sites(sheet: Sheet) -> Mapping[str, int]:
    """Return the number of each listed site, from 1: those that use most."""
    style = sheet.style.symbols
    sites = site_energy(sheet.facts)
    total = sum(site.facility for site in sites)
    listed = [site for site in sites if site.facility >= style.least_share * total][: style.listed]
    return {site.site_id: number for number, site in enumerate(listed, start=1)}


def _draw(sheet: Sheet, view: View, look: GreenLook) -> None:
    sites = site_energy(sheet.facts)
    if not sites:
        return
    largest = sites[0].facility
    points = view.frame.points([(site.lon, site.lat) for site in sites])
    box = view.frame.box.grown(-1.0)
    discs = [
        (site, float(x), float(y), look.symbols.radius(site.facility, largest))
        for site, (x, y) in zip(sites, points, strict=True)
        if box.has(float(x), float(y))
    ]
    for order, (site, x, y, radius) in enumerate(discs):
        draw_pie(sheet.paper, (x, y, radius), parts_of(site, look), z=4.0 + 0.02 * order)
        view.places.symbols.append(Box.around(x, y, 2.0 * radius, 2.0 * radius))
    numbers = numbered_sites(sheet)
    window = extent_in(view, sheet.inset.frame) if sheet.inset is not None and not view.enlarged else None
    for order, (site, x, y, radius) in enumerate(discs):
        if site.site_id in numbers and not (window is not None and window.has(x, y)):
            smaller = [Box.around(ox, oy, 1.7 * r, 1.7 * r) for _, ox, oy, r in discs[order + 1 :]]
            write_number(sheet, view, str(numbers[site.site_id]), (x, y, radius), smaller, ink=_NUMBER)
    if not view.enlarged:
        _keys(sheet, look, sites, largest)


def _keys(sheet: Sheet, look: GreenLook, sites: tuple[SiteEnergy, ...], largest: float) -> None:
    total = sum(site.facility for site in sites)
    sums = {
        "direct": (sum(site.direct for site in sites), look.direct),
        "pooled": (sum(site.pooled for site in sites), look.pooled),
        "grid": (sum(max(site.facility - site.green, 0.0) for site in sites), look.grid),
    }
    for name, (amount, colour) in sums.items():
        if amount > 0.0:
            text = f"{look.labels[name].in_(sheet.lang)}  {share_text(amount / total)}"
            sheet.symbol_keys.append(SymbolKey(text, _key(colour)))
    top = nice_below(largest / _GWH)
    amounts = list(dict.fromkeys(nice_below(top * share) for share in _STEPS))
    steps = tuple((figure(amount, 2), look.symbols.radius(amount * _GWH, largest)) for amount in amounts)
    sheet.size_keys.append(SizeKey(look.size.in_(sheet.lang), "circle", steps))


def _key(colour: str) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        draw_pie(paper, (x, y, 1.6), ((1.0, colour), (1.0, "#ffffff")), z=12.0)

    return draw


LAYER = Layer("green_sites", GreenLook, _draw)
