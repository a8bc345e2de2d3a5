"""Demand by prefecture or area and by gate: standard racks, their share, and AI compute."""

from __future__ import annotations

from capplan.atlas.box import Box
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, block_height, draw_table, lines_in
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.demand import GroupDemand, demand_of
from capplan.atlas.themes.places import printed
from capplan.atlas.words import figure, share_text, word

_RACKS, _FP16 = "standard_rack", "pflops_fp16"


def _demand(sheet: Sheet) -> tuple[GroupDemand, ...]:
    return demand_of(sheet.facts, sheet.boundaries, _RACKS)


def _cells(name: str, held: tuple[GroupDemand, ...], total: float) -> tuple[str, ...]:
    racks, fp16 = (sum(one.by_unit.get(unit, 0.0) for one in held) for unit in (_RACKS, _FP16))
    share = share_text(racks / total) if total > 0.0 else "–"
    return (name, figure(racks), share, figure(fp16, 0 if fp16 >= 10.0 else 1) if fp16 > 0.0 else "–")  # noqa: PLR2004


def _lines(sheet: Sheet, most: int) -> list[Line]:
    demand = _demand(sheet)
    total = sum(one.by_unit.get(_RACKS, 0.0) for one in demand)
    shown = demand if len(demand) < most else demand[: max(most - 2, 0)]
    found = [Line(_cells(printed(one.group.name, sheet.lang), (one,), total)) for one in shown]
    rest = demand[len(shown) :]
    if rest:
        found.append(Line(_cells(word("flow_further", sheet.lang, count=len(rest)), rest, total)))
    return [*found, Line(_cells(word("grid_all", sheet.lang), demand, total), bold=True)]


def _wants(sheet: Sheet) -> float:
    demand = _demand(sheet)
    return block_height(len(demand) + 1) if demand else 0.0


def _draw(sheet: Sheet, box: Box) -> None:
    if not _demand(sheet):
        return
    y = heading(sheet, box, word("demand_groups", sheet.lang), word("demand_groups_about", sheet.lang))
    titles = [word(f"demand_column_{name}", sheet.lang) for name in ("place", "racks", "share", "fp16")]
    table = Box(box.left, box.bottom, box.right, y)
    draw_table(sheet, table, titles, _lines(sheet, lines_in(box.height)))


BLOCK = Block("demand_groups", lambda _: None, _draw, least=0.0, wants=_wants)
