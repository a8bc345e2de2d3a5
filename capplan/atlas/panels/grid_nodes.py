"""The substations of which the plan takes something, the fullest first: voltage, headroom, what is taken and left."""

from __future__ import annotations

from collections.abc import Callable

from capplan.atlas.box import Box
from capplan.atlas.layers import look_in
from capplan.atlas.layers.grid import LAYER, GridLook, numbered_nodes
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, block_height, draw_table, lines_in, more_height
from capplan.atlas.paper import Paper
from capplan.atlas.pies import draw_pie
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.places import printed
from capplan.atlas.themes.power import GridNode, grid_nodes
from capplan.atlas.words import figure, share_text, word


def _sign(node: GridNode, look: GridLook) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        parts = ((node.used, look.used), (max(node.headroom - node.used, 0.0), look.left))
        rim, width = (look.binding, 0.5) if node.binding else ("#3a4350", 0.14)
        draw_pie(paper, (x, y, 1.8), parts, z=12.0, halo_mm=0.0, rim=rim, rim_mm=width)

    return draw


def _cells(node: GridNode, name: str) -> tuple[str, ...]:
    share = share_text(node.share) if node.headroom > 0.0 else "–"
    left = figure(max(node.headroom - node.used, 0.0), 1)
    return (name, figure(node.voltage_kv), figure(node.headroom, 1), figure(node.used, 1), left, share)


def _lines(sheet: Sheet, look: GridLook) -> list[Line]:
    numbers = numbered_nodes(sheet)
    nodes = grid_nodes(sheet.facts)
    found = []
    for node in nodes:
        if node.node_id in numbers:
            cells = _cells(node, printed(node.name, sheet.lang))
            found.append(Line(cells, _sign(node, look), str(numbers[node.node_id])))
    rest = [node for node in nodes if node.node_id not in numbers]
    if rest:
        bound, used = sum(node.headroom for node in rest), sum(node.used for node in rest)
        text = word("grid_rest", sheet.lang, count=len(rest))
        share = share_text(used / bound) if bound > 0.0 else "–"
        cells = (text, "", figure(bound, 1), figure(used, 1), figure(bound - used, 1), share)
        found.append(Line(cells if len(rest) > 1 else _cells(rest[0], printed(rest[0].name, sheet.lang))))
    bound, used = sum(node.headroom for node in nodes), sum(node.used for node in nodes)
    share = share_text(used / bound) if bound > 0.0 else "–"
    text = word("grid_all", sheet.lang)
    found.append(
        Line((text, "", figure(bound, 1), figure(used, 1), figure(bound - used, 1), share), bold=True)
    )
    return found


def _titles(sheet: Sheet) -> list[str]:
    names = ("name", "kv", "headroom", "used", "left", "share")
    return [word(f"grid_column_{name}", sheet.lang) for name in names]


def _wants(sheet: Sheet) -> float:
    look = look_in(sheet, LAYER)
    if look is None or not grid_nodes(sheet.facts):
        return 0.0
    more = more_height(sheet, _titles(sheet), _lines(sheet, look))
    return block_height(len(numbered_nodes(sheet)) + 2) + more


def _draw(sheet: Sheet, box: Box) -> None:
    look = look_in(sheet, LAYER)
    if look is None or not grid_nodes(sheet.facts):
        return
    y = heading(sheet, box, word("grid_nodes", sheet.lang), word("grid_nodes_about", sheet.lang))
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), _titles(sheet), _lines(sheet, look))


BLOCK = Block(
    "grid_nodes", lambda _: None, _draw, lambda _, room: max(lines_in(room) - 2, 0), least=33.0, wants=_wants
)
