"""A map from its style, in one language and one size."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.facts import Facts
from capplan.atlas.layouts import layout_of
from capplan.atlas.page import page_of
from capplan.atlas.sheet import Sheet
from capplan.atlas.sizes import page_size, size_of_design
from capplan.atlas.style import Style
from capplan.atlas.symbols import SymbolScale

__all__ = ["drawn_sheet"]

_LEAST_SIZE = "least_mm"
_FINE_PRINT = "locator"
"""The block that says what stands at the foot of a page that has one."""


def drawn_sheet(
    facts: Facts, boundaries: Boundaries, style: Style, lang: str, size: str | None = None
) -> Sheet:
    """Draw a map in one language; its page holds the figure.

    Parameters
    ----------
    facts
        What is shown of the plan.
    boundaries
        The areas.
    style
        The map's style.
    lang
        ``zh`` or ``en``.
    size
        Size of the page by its name; None for the one that the style is designed for.

    Returns
    -------
    Sheet
        The map as drawn.

    Raises
    ------
    RenderError
        If there is no such size, layout, layer or block.
    """
    style = _suited(style, size)
    page = page_of(style, size, strip=bool(facts.targets))
    return layout_of(style.layout).draw(facts, boundaries, style, lang, page)


def _suited(style: Style, size: str | None) -> Style:
    """Return the style for a size of page: panel and symbols as large as there, without what stands at the foot."""
    chosen = size_of_design(style.paper) if size is None else page_size(size)
    paper = style.paper.model_copy(update={"panel": style.paper.panel * chosen.panel})
    scaled = partial(_scaled, ratio=chosen.symbols)
    symbols = style.symbols.model_copy(
        update={"scale": SymbolScale(**scaled(style.symbols.scale.model_dump()))}
    )
    layers = tuple(
        {**layer, "symbols": scaled(layer["symbols"])} if "symbols" in layer else layer
        for layer in style.layers
    )
    panel = tuple(name for name in style.panel if not (chosen.foot and name == _FINE_PRINT))
    return style.model_copy(update={"paper": paper, "panel": panel, "symbols": symbols, "layers": layers})


def _scaled(sizes: Mapping[str, float], *, ratio: float) -> dict[str, float]:
    """Return sizes of symbols, the least as it is: a smaller one is no symbol."""
    return {name: size if name == _LEAST_SIZE else size * ratio for name, size in sizes.items()}
