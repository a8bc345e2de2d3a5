"""The green share that is asked for in the plan's last year, and what the plan reaches: a bar for each region."""

from __future__ import annotations

from capplan.atlas.box import Box
from capplan.atlas.panels._block import HEADING_MM, INK, SMALL, Block, heading
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.green import Required, required_shares, site_energy
from capplan.atlas.themes.places import printed
from capplan.atlas.words import share_text, word
from capplan.atlas.wrap import fitted

_ROW = 5.4
_AXIS = 5.5
_NAMES = 24.0
_FIGURES = 26.0
_MOST = 6
_REACHED, _ASKED = "#2f7d4f", "#1d2733"


def _shares(sheet: Sheet) -> list[Required]:
    """Return the regions of which a share is asked; where none is, what the sites reach together."""
    asked = list(required_shares(sheet.facts))
    if asked:
        return asked[:_MOST]
    sites = site_energy(sheet.facts)
    used = sum(site.facility for site in sites)
    if used <= 0.0:
        return []
    reached = sum(site.green for site in sites) / used
    return [Required(sheet.facts.region, 0.0, reached, binding=False)]


def _height(sheet: Sheet) -> float:
    rows = len(_shares(sheet))
    return HEADING_MM + rows * _ROW + _AXIS + 1.0 if rows else 0.0


def _draw(sheet: Sheet, box: Box) -> None:
    shares = _shares(sheet)
    if not shares:
        return
    paper = sheet.paper
    y = heading(sheet, box, word("green_shares", sheet.lang), word("green_shares_about", sheet.lang))
    left, right = box.left + _NAMES, box.right - _FIGURES
    bottom = y - len(shares) * _ROW
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = left + share * (right - left)
        paper.lines([[(x, bottom), (x, y)]], colour="#d5d9dd", width=0.15, z=11.0)
        paper.text(x, bottom - 2.2, share_text(share), SMALL, align="center", role="panel")
    for number, one in enumerate(shares):
        middle = y - (number + 0.5) * _ROW
        name, ink = fitted(printed(one.region, sheet.lang), INK, _NAMES - 2.0)
        paper.text(box.left, middle, name, ink, role="panel")
        end = left + min(one.reached, 1.0) * (right - left)
        paper.box(Box(left, middle - 1.4, max(end, left + 0.2), middle + 1.4), face=_REACHED, z=12.0)
        text = share_text(one.reached)
        if one.required > 0.0:
            x = left + min(one.required, 1.0) * (right - left)
            paper.lines(
                [[(x, middle - 2.2), (x, middle + 2.2)]], colour=_ASKED, width=0.7, z=12.2, capstyle="butt"
            )
            text = word("green_reached", sheet.lang, reached=text, asked=share_text(one.required))
        paper.text(box.right, middle, text, SMALL, align="right", role="panel")


BLOCK = Block("green_shares", _height, _draw)
