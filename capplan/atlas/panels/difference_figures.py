"""Key figures of two plans beside one another, as a comparison words them."""

from __future__ import annotations

from capplan.atlas.box import Box
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, block_height, draw_table, lines_in
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.difference import Figure, figures
from capplan.atlas.words import word

_MOST = 14
_COLUMNS = ("name", "before", "after", "difference")


def _shown(sheet: Sheet) -> list[Figure]:
    return [one for one in figures(sheet.facts, sheet.lang) if one.after][:_MOST]


def _wants(sheet: Sheet) -> float:
    return block_height(len(_shown(sheet))) if _shown(sheet) else 0.0


def _draw(sheet: Sheet, box: Box) -> None:
    shown = _shown(sheet)[: lines_in(box.height)]
    if not shown:
        return
    y = heading(
        sheet, box, word("difference_figures", sheet.lang), word("difference_figures_about", sheet.lang)
    )
    titles = [word(f"difference_column_{name}", sheet.lang) for name in _COLUMNS]
    lines = [Line((one.name, one.before, one.after, one.difference)) for one in shown]
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), titles, lines)


BLOCK = Block("difference_figures", lambda _: None, _draw, least=30.0, wants=_wants)
