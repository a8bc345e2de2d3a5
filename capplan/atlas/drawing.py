"""A map from its style, in one language and one size."""

from __future__ import annotations

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.facts import Facts
from capplan.atlas.layouts import layout_of
from capplan.atlas.page import page_of
from capplan.atlas.sheet import Sheet
from capplan.atlas.style import Style

__all__ = ["drawn_sheet"]


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
    page = page_of(style, size, strip=bool(facts.targets))
    return layout_of(style.layout).draw(facts, boundaries, style, lang, page)
