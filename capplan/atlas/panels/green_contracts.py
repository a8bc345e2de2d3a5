"""Green contracts in the plan's last year: what of each offer is taken, its energy, and its price.

A direct line has a price as delivered; green electricity through the grid costs a premium on the tariff.
"""

from __future__ import annotations

from capplan.atlas.box import Box
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, block_height, draw_table, lines_in
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.green import DIRECT, Contract, contracts
from capplan.atlas.themes.places import printed
from capplan.atlas.words import figure, known_word, word

_MOST = 12
_LEAST = 3


def _name(sheet: Sheet, one: Contract) -> str:
    kind = known_word(f"resource_{one.resource}", sheet.lang, one.resource)
    name = printed(one.zone_name, sheet.lang)
    if kind and one.unnamed:
        alike = {
            other.zone for other in contracts(sheet.facts) if other.resource == one.resource and other.unnamed
        }
        return kind if len(alike) == 1 else word("contract_unnamed", sheet.lang, kind=kind, zone=name)
    return f"{name} {kind}".strip()


def _price(sheet: Sheet, one: Contract) -> str:
    """Return the price of a contract: with a plus where it comes on top of the tariff."""
    text = figure(one.price)
    return text if one.type == DIRECT or one.price < 0.0 else word("contract_premium", sheet.lang, price=text)


def _lines(sheet: Sheet, most: int) -> list[Line]:
    signed = contracts(sheet.facts)
    shown = signed if len(signed) <= most else signed[: max(most - 1, 0)]
    found = []
    for one in shown:
        kind = known_word(f"contract_{one.type}", sheet.lang, one.type)
        offered = "–" if one.available is None else figure(one.available)
        cells = (figure(one.mw, 1), offered, figure(one.mwh / 1000.0, 1), _price(sheet, one))
        found.append(Line((_name(sheet, one), kind, *cells)))
    rest = signed[len(shown) :]
    if rest:
        text = word("contract_rest", sheet.lang, count=len(rest))
        mw, gwh = sum(one.mw for one in rest), sum(one.mwh for one in rest) / 1000.0
        found.append(Line((text, "", figure(mw, 1), "", figure(gwh, 1), "")))
    return found


def _wants(sheet: Sheet) -> float:
    count = min(len(contracts(sheet.facts)), _MOST)
    return block_height(count) if count else 0.0


def _draw(sheet: Sheet, box: Box) -> None:
    most, signed = min(lines_in(box.height), _MOST), len(contracts(sheet.facts))
    if not signed or most < min(_LEAST, signed):
        return
    lines = _lines(sheet, most)
    y = heading(sheet, box, word("green_contracts", sheet.lang), word("green_contracts_about", sheet.lang))
    names = ("zone", "type", "mw", "offered", "gwh", "price")
    titles = [word(f"contract_column_{name}", sheet.lang) for name in names]
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), titles, lines, words=(1,))


BLOCK = Block("green_contracts", lambda _: None, _draw, least=0.0, wants=_wants)
