"""The sites of a map of flows, numbered as on it: what each serves, and how much of it for whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from capplan.atlas.box import Box
from capplan.atlas.layers import look_in
from capplan.atlas.layers.flows import LAYER, FlowLook, numbered
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, block_height, draw_table, lines_in, more_height
from capplan.atlas.paper import Paper
from capplan.atlas.pies import draw_pie
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.flows import Flows, Served, flows_of
from capplan.atlas.themes.places import site_names
from capplan.atlas.words import figure, share_texts, word


def _sign(site: Served, look: FlowLook) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        parts = ((site.own, look.own), (site.other, look.other), (site.outside, look.outside))
        draw_pie(paper, (x, y, 1.8), parts, z=12.0, halo_mm=0.0)

    return draw


def _lines(sheet: Sheet, look: FlowLook, flows: Flows) -> list[Line]:
    names = site_names(sheet.facts, sheet.lang)
    numbers = numbered(sheet, flows, look)
    found = []
    for site in flows.sites:
        if site.site_id in numbers:
            shares = _shares((site.own, site.other, site.outside))
            cells = (names.get(site.site_id, site.site_id), figure(site.amount, flows.digits), *shares)
            found.append(Line(cells, _sign(site, look), str(numbers[site.site_id])))
    rest = [site for site in flows.sites if site.site_id not in numbers]
    if rest:
        total = sum(site.amount for site in rest)
        parts = [sum(getattr(site, name) for site in rest) for name in ("own", "other", "outside")]
        only = names.get(rest[0].site_id, rest[0].site_id)
        text = only if len(rest) == 1 else word("others", sheet.lang, count=len(rest))
        found.append(Line((text, figure(total, flows.digits), *_shares(parts))))
    return found


def _shares(parts: Sequence[float]) -> list[str]:
    return [text if part > 0.0 else "–" for part, text in zip(parts, share_texts(parts), strict=True)]


def _flows(sheet: Sheet) -> tuple[FlowLook, Flows] | None:
    look = look_in(sheet, LAYER)
    flows = None if look is None else flows_of(sheet.facts, sheet.boundaries, look.unit)
    return None if look is None or flows is None or not flows.flows else (look, flows)


def _titles(sheet: Sheet) -> list[str]:
    kind = "prefecture" if len(sheet.boundaries.prefectures) > 1 else "area"
    names = ("name", "serves", f"own_{kind}", f"other_{kind}", "outside")
    return [word(f"flow_column_{name}" if name != "name" else "column_name", sheet.lang) for name in names]


def _wants(sheet: Sheet) -> float:
    found = _flows(sheet)
    if found is None:
        return 0.0
    lines = _lines(sheet, *found)
    return block_height(len(numbered(sheet, found[1], found[0])) + 1) + more_height(
        sheet, _titles(sheet), lines
    )


def _draw(sheet: Sheet, box: Box) -> None:
    found = _flows(sheet)
    if found is None:
        return
    look, flows = found
    lang = sheet.lang
    y = heading(sheet, box, word("flow_sites", lang), look.serves.in_(lang))
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), _titles(sheet), _lines(sheet, look, flows))


BLOCK = Block(
    "flow_sites", lambda _: None, _draw, lambda _, room: max(lines_in(room) - 1, 0), least=26.5, wants=_wants
)
