"""Where each group's demand is served: within its own area, elsewhere, and by which site most."""

from __future__ import annotations

from functools import partial

from capplan.atlas.box import Box
from capplan.atlas.layers import look_in
from capplan.atlas.layers.flows import LAYER
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, block_height, draw_table, lines_fitting, lines_in, more_height
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.flows import Flows, flows_of
from capplan.atlas.themes.places import printed, site_names
from capplan.atlas.words import figure, share_text, word

_LEAST = 3
_WORDS = (3,)


def _titles(sheet: Sheet) -> list[str]:
    return [
        word(f"flow_column_{name}", sheet.lang) for name in ("from", "demand", "local", "mostly", "share")
    ]


def _lines(sheet: Sheet, flows: Flows, most: int) -> list[Line]:
    names = site_names(sheet.facts, sheet.lang)
    groups = {flow.group.key: flow.group for flow in flows.flows}
    order = sorted(groups, key=lambda key: (groups[key].gate, -flows.demand[key], key))
    shown = order if len(order) <= most else order[: max(most - 1, 0)]
    found = []
    for key in shown:
        own = [flow for flow in flows.flows if flow.group.key == key]
        local = sum(flow.amount for flow in own if flow.local) / flows.demand[key]
        chief = names.get(own[0].site_id, own[0].site_id)
        share = share_text(own[0].amount / flows.demand[key])
        local_text = "–" if groups[key].gate else share_text(local)
        name = printed(groups[key].name, sheet.lang)
        found.append(Line((name, figure(flows.demand[key], flows.digits), local_text, chief, share)))
    hidden = order[len(shown) :]
    if hidden:
        total = sum(flows.demand[key] for key in hidden)
        found.append(
            Line(
                (word("flow_further", sheet.lang, count=len(hidden)), figure(total, flows.digits), "", "", "")
            )
        )
    return found


def _flows(sheet: Sheet) -> Flows | None:
    look = look_in(sheet, LAYER)
    return None if look is None else flows_of(sheet.facts, sheet.boundaries, look.unit)


def _wants(sheet: Sheet) -> float:
    flows = _flows(sheet)
    if flows is None or not flows.flows:
        return 0.0
    lines = _lines(sheet, flows, len(flows.demand))
    return block_height(len(lines)) + more_height(sheet, _titles(sheet), lines, words=_WORDS)


def _draw(sheet: Sheet, box: Box) -> None:
    flows = _flows(sheet)
    most = lines_in(box.height)
    if flows is None or not flows.flows or most < min(_LEAST, len(flows.demand)):
        return
    lines = _lines(sheet, flows, most)
    if len(flows.demand) > len(lines):
        make = partial(_lines, sheet, flows)
        lines = lines_fitting(sheet, _titles(sheet), make, box.height, words=_WORDS)
    y = heading(sheet, box, word("flow_groups", sheet.lang), word("flow_groups_about", sheet.lang))
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), _titles(sheet), lines, words=_WORDS)


BLOCK = Block("flow_groups", lambda _: None, _draw, least=0.0, wants=_wants)
