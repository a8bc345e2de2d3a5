"""Blocks of the panel beside the map: each module here holds one, named ``BLOCK``, and is found by walking the folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache

from capplan.atlas.box import Box
from capplan.atlas.panels._block import Block
from capplan.atlas.sheet import Sheet
from capplan.errors import RenderError, nearest_name
from capplan.messages import msg

__all__ = ["Block", "blocks", "draw_panel", "listable"]

_PADDING = 4.0


@cache
def blocks() -> Mapping[str, Block]:
    """Return every block by its name."""
    names = [found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.BLOCK.name: module.BLOCK for module in modules}


def listable(sheet: Sheet, box: Box) -> int:
    """Return how many sites the panel has room to list beside its other blocks; no limit where none lists sites.

    Parameters
    ----------
    sheet
        The map, of which the layers have been drawn.
    box
        The panel.
    """
    chosen = _chosen(sheet)
    room = _spare(sheet, chosen, box)
    counts = [block.rows_in(room) for block in chosen if block.rows_in is not None]
    return min(counts, default=len(sheet.facts.sites))


def draw_panel(sheet: Sheet, box: Box) -> None:
    """Draw the blocks of the style one below the other; what the others leave is for the block that can fill it.

    Raises
    ------
    RenderError
        If the style names a block that does not exist.
    """
    sheet.paper.box(box, face="#fcfcfa", edge="#8a939d", width=0.25, z=10.0)
    chosen = _chosen(sheet)
    spare = _spare(sheet, chosen, box)
    top = box.top - _PADDING
    for block in chosen:
        own = block.height(sheet)
        height = spare if own is None else own
        block.draw(sheet, Box(box.left + _PADDING, top - height, box.right - _PADDING, top))
        top -= height


def _chosen(sheet: Sheet) -> list[Block]:
    known = blocks()
    for name in sheet.style.panel:
        if name not in known:
            near = nearest_name(name, known) or ", ".join(sorted(known))
            raise RenderError(msg("there is no block {name}; known: {known}", name=name, known=near))
    return [known[name] for name in sheet.style.panel]


def _spare(sheet: Sheet, chosen: Sequence[Block], box: Box) -> float:
    """Return what each block that takes what the others leave gets [mm]."""
    heights = [block.height(sheet) for block in chosen]
    spare = box.height - 2.0 * _PADDING - sum(height for height in heights if height is not None)
    return spare / max(1, sum(height is None for height in heights))
