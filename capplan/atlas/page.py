"""The page of a map: its rectangles on the drawn page, and what a layout is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from capplan.atlas.box import Box
from capplan.atlas.paper import Paper
from capplan.atlas.sizes import PageSize, page_size, size_of_design
from capplan.atlas.style import Style

if TYPE_CHECKING:
    from capplan.atlas.boundaries import Boundaries
    from capplan.atlas.facts import Facts
    from capplan.atlas.sheet import Sheet

__all__ = ["Layout", "Page", "page_of"]

_TOP = 6.0 / 28.0
"""The margin above the title, of the height that both take [ratio]."""
_SIDE = 5.0
_GAP = 3.5
_ABOVE_STRIP = 2.0


@dataclass(frozen=True, slots=True)
class Page:
    """Where things go, in millimetres of the drawn page; on paper each is `size.zoom` as long.

    Attributes
    ----------
    size
        The size of the real page.
    width, height
        Of the drawn page [mm].
    head, body
        The title, and what is left for maps with the names of the graticule about them.
    columns
        The panel at the right.
    strip
        The strip of targets below the map; None where there is none.
    foot
        The lines with projection and sources at the foot; None where the panel has them.
    """

    size: PageSize
    width: float
    height: float
    head: Box
    body: Box
    columns: tuple[Box, ...]
    strip: Box | None
    foot: Box | None = None

    @property
    def window(self) -> Box:
        """Where one map goes that fills the page: the body without the names of the graticule."""
        return self.body.grown(-_SIDE)

    def paper(self) -> Paper:
        """Return an empty page."""
        return Paper(self.width, self.height, zoom=self.size.zoom)


@dataclass(frozen=True)
class Layout:
    """A way to lay out a page.

    Attributes
    ----------
    name
        What a style calls it.
    draw
        Draws a map in one language.
    """

    name: str
    draw: Callable[[Facts, Boundaries, Style, str, Page], Sheet]


def page_of(style: Style, size: str | None, *, strip: bool) -> Page:
    """Return the page of a style in a size.

    Parameters
    ----------
    style
        The style, designed for one size.
    size
        Name of the size; None for the one that the style is designed for.
    strip
        Whether there are targets for a strip.

    Raises
    ------
    RenderError
        If there is no such size.
    """
    design = style.paper
    chosen = size_of_design(design) if size is None else page_size(size)
    width, height = chosen.width / chosen.zoom, chosen.height / chosen.zoom
    margin = chosen.margin
    bottom, top, right = margin + chosen.foot, height - chosen.head, width - margin
    left = right - design.panel
    high = design.strip if strip else 0.0
    body = Box(margin, bottom + (high + _ABOVE_STRIP if high else 0.0), left - _GAP, top)
    return Page(
        size=chosen,
        width=width,
        height=height,
        head=Box(margin, top, right, height - _TOP * chosen.head),
        body=body,
        columns=(Box(left, bottom, right, top),),
        strip=Box(margin, bottom, body.right, bottom + high) if high else None,
        foot=Box(margin, margin - 2.0, right, bottom - 2.5) if chosen.foot else None,
    )
