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
from capplan.partial import or_none

__all__ = ["Block", "blocks", "draw_panel", "listable", "to_list"]

_PADDING = 4.0
_FEW_LINES = 30.5


@cache
def blocks() -> Mapping[str, Block]:
    """Return every block by its name."""
    names = [found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.BLOCK.name: module.BLOCK for module in modules}


def listable(sheet: Sheet, columns: Sequence[Box]) -> int:
    """Return how many sites the panel has room to list beside its other blocks.

    There is no limit where no block lists sites, and none is numbered where the list itself finds no room.

    Parameters
    ----------
    sheet
        The map, of which the layers have been drawn.
    columns
        The columns of the panel.
    """
    places = _arranged(sheet, columns)
    counts = [block.rows_in(sheet, box.height) for block, box in places if block.rows_in is not None]
    listing = any(block.rows_in is not None for block in _chosen(sheet))
    return min(counts, default=0 if listing else len(sheet.facts.sites))


def to_list(sheet: Sheet) -> int:
    """Return how many sites the blocks of the style would list where there is room.

    Parameters
    ----------
    sheet
        The map.
    """
    held = [block for block in _chosen(sheet) if block.rows_in is not None]
    most = max(
        (len(sheet.facts.sites) if block.rows is None else block.rows(sheet) for block in held), default=0
    )
    return min(most, sheet.style.symbols.listed)


def draw_panel(sheet: Sheet, columns: Sequence[Box]) -> None:
    """Draw the blocks of the style one below the other; what the others leave is for the block that can fill it.

    Parameters
    ----------
    sheet
        The map, of which the layers have been drawn.
    columns
        The columns of the panel: one, or two where the blocks find no room in one.

    Raises
    ------
    RenderError
        If the style names a block that does not exist.
    """
    first, last = columns[0], columns[-1]
    whole = Box(first.left, first.bottom, last.right, last.top)
    sheet.paper.box(whole, face="#fcfcfa", edge="#8a939d", width=0.25, z=10.0)
    places = _arranged(sheet, columns)
    sheet.left_out = _without_room(sheet, places)
    for block, box in places:
        if box.height > 0.0:
            block.draw(sheet, box)


def _arranged(sheet: Sheet, columns: Sequence[Box]) -> list[tuple[Block, Box]]:
    """Return the blocks with their places; some are left out, from the last, until the others fit."""
    chosen = _chosen(sheet)
    parts = _parts(sheet, chosen, columns)
    while any(_missing(sheet, part, box) > 0.0 for part, box in zip(parts, columns, strict=True)):
        least = _least_wanted(sheet, chosen)
        if least is None:
            break
        chosen = [block for block in chosen if block is not least]
        parts = _parts(sheet, chosen, columns)
    return [place for part, box in zip(parts, columns, strict=True) for place in _stacked(sheet, part, box)]


def _least_wanted(sheet: Sheet, chosen: Sequence[Block]) -> Block | None:
    """Return the block that gives way first: an optional one, then one that lists no sites; never the first, the legend."""
    needing = [block for block in chosen[1:] if block.need(sheet) > 0.0]
    optional = [block for block in chosen if block.optional]
    plain = [block for block in needing if block.rows_in is None]
    return next((part[-1] for part in (optional, plain, needing) if part), None)


def _without_room(sheet: Sheet, places: Sequence[tuple[Block, Box]]) -> list[str]:
    """Return the titles of blocks that had something to say and found no room."""
    drawn = {block.name for block, box in places if box.height > 0.0}
    return [
        block.title or block.name
        for block in _chosen(sheet)
        if block.name not in drawn
        and (block.need(sheet) if block.wants is None else block.wants(sheet)) > 0.0
    ]


def _parts(sheet: Sheet, chosen: Sequence[Block], columns: Sequence[Box]) -> list[Sequence[Block]]:
    """Divide blocks between the columns, in their order, so that the fuller column is as empty as can be."""
    if len(columns) == 1:
        return [chosen]
    cuts = range(1, len(chosen)) if len(chosen) > 1 else range(len(chosen), len(chosen) + 1)
    best = min(
        cuts,
        key=lambda cut: max(
            sum(block.need(sheet) for block in part) for part in (chosen[:cut], chosen[cut:])
        ),
    )
    return [chosen[:best], chosen[best:]]


def _stacked(sheet: Sheet, part: Sequence[Block], box: Box) -> list[tuple[Block, Box]]:
    heights = [block.height(sheet) for block in part]
    spare = box.height - 2.0 * _PADDING - sum(height for height in heights if height is not None)
    filling = [block for block, height in zip(part, heights, strict=True) if height is None]
    shares = dict(zip((block.name for block in filling), _shares(sheet, filling, spare), strict=True))
    top = box.top - _PADDING
    found = []
    for place, (block, own) in enumerate(zip(part, heights, strict=True), start=1):
        height = shares[block.name] if own is None else own
        if own is not None and shares and place == len(part):
            top = min(top, box.bottom + _PADDING + height)
        found.append((block, Box(box.left + _PADDING, top - height, box.right - _PADDING, top)))
        top -= height
    return found


def _shares(sheet: Sheet, filling: Sequence[Block], spare: float) -> list[float]:
    """Divide a height between blocks that fill it: each gets its least, the rest goes evenly to those that can use it.

    Blocks that need nothing get a few lines [mm] where the others' least leaves room for them, else nothing.
    """
    wants = [float("inf") if block.wants is None else block.wants(sheet) for block in filling]
    least = [block.least for block in filling]
    for number, block in enumerate(filling):
        few = min(wants[number], _FEW_LINES)
        if block.least <= 0.0 and sum(least) + few <= spare:
            least[number] = few
        elif block.least <= 0.0:
            wants[number] = 0.0
    return _levelled(wants, least, spare)


def _levelled(wants: Sequence[float], least: Sequence[float], spare: float) -> list[float]:
    found = [min(low, want) for low, want in zip(least, wants, strict=True)]
    room = [want - low for want, low in zip(wants, found, strict=True)]
    rest = max(spare - sum(found), 0.0)
    for place, number in enumerate(sorted(range(len(found)), key=lambda number: room[number])):
        more = min(room[number], rest / (len(found) - place))
        found[number] += more
        rest -= more
    return found


def _missing(sheet: Sheet, part: Sequence[Block], box: Box) -> float:
    """Return by how much blocks are higher than a column [mm]."""
    return sum(block.need(sheet) for block in part) - (box.height - 2.0 * _PADDING)


def _chosen(sheet: Sheet) -> list[Block]:
    known = blocks()
    for name in sheet.style.panel:
        if name not in known:
            near = nearest_name(name, known) or ", ".join(sorted(known))
            raise RenderError(msg("there is no block {name}; known: {known}", name=name, known=near))
    return [known[name] for name in sheet.style.panel if _possible(sheet, known[name])]


def _possible(sheet: Sheet, block: Block) -> bool:
    """Return whether the tables that a block shows are there; the map names those that are missing."""
    return or_none(lambda: (block.need(sheet), block.wants and block.wants(sheet))) is not None
