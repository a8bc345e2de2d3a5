"""Blocks of the panel beside the map: each module here holds one, named ``BLOCK``, and is found by walking the folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from capplan.atlas.box import Box
from capplan.atlas.panels._block import Block
from capplan.atlas.sheet import Sheet
from capplan.errors import RenderError, nearest_name
from capplan.messages import msg

__all__ = ["Block", "blocks", "draw_panel"]

_PADDING = 4.0


@cache
def blocks() -> Mapping[str, Block]:
    """Return every block by its name."""
    names = [found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.BLOCK.name: module.BLOCK for module in modules}


def draw_panel(sheet: Sheet, box: Box) -> None:
    """Draw the blocks of the style one below the other; what the others leave is for the block that can fill it.

    Raises
    ------
    RenderError
        If the style names a block that does not exist.
    """
    sheet.paper.box(box, face="#fcfcfa", edge="#8a939d", width=0.25, z=10.0)
    known = blocks()
    for name in sheet.style.panel:
        if name not in known:
            near = nearest_name(name, known) or ", ".join(sorted(known))
            raise RenderError(msg("there is no block {name}; known: {known}", name=name, known=near))
    chosen = [known[name] for name in sheet.style.panel]
    fixed = {block.name: block.height(sheet) for block in chosen}
    spare = box.height - 2.0 * _PADDING - sum(height for height in fixed.values() if height is not None)
    filling = max(1, sum(height is None for height in fixed.values()))
    top = box.top - _PADDING
    for block in chosen:
        own = fixed[block.name]
        height = spare / filling if own is None else own
        block.draw(sheet, Box(box.left + _PADDING, top - height, box.right - _PADDING, top))
        top -= height
