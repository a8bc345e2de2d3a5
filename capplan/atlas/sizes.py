"""Sizes of pages. A style is designed for A3; the framework lays it out on every other size.

On a smaller page everything is drawn smaller by `zoom`, but less so than the page itself, and the map's window and the
list of sites give way: no text is smaller than six points on paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from capplan.errors import RenderError, nearest_name
from capplan.messages import msg

if TYPE_CHECKING:
    from capplan.atlas.style import PaperSize

__all__ = ["LEAST_PT", "SIZES", "PageSize", "page_size", "size_of_design"]

LEAST_PT = 6.0
"""Least size of any text on paper [pt]."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """A size of page.

    Attributes
    ----------
    name
        What the command line and file names call it.
    width, height
        Size [mm].
    zoom
        How large things are drawn, of how large they are designed [ratio].
    """

    name: str
    width: float
    height: float
    zoom: float


SIZES: Mapping[str, PageSize] = MappingProxyType(
    {
        "a3": PageSize("a3", 420.0, 297.0, 1.0),
        "a4": PageSize("a4", 297.0, 210.0, 0.86),
        "slide": PageSize("slide", 338.667, 190.5, 0.86),
    }
)
"""Every size by its name: A3 and A4 on their sides (ISO 216), and a slide of 16:9 (13.33 by 7.5 inches)."""


def page_size(name: str) -> PageSize:
    """Return a size by its name.

    Raises
    ------
    RenderError
        If there is none of that name.

    Examples
    --------
    >>> page_size("a4").width
    297.0
    """
    if name not in SIZES:
        near = nearest_name(name, SIZES) or ", ".join(SIZES)
        raise RenderError(msg("there is no page size {name}; known: {known}", name=name, known=near))
    return SIZES[name]


def size_of_design(paper: PaperSize) -> PageSize:
    """Return the size of page that a style is designed for; one of its own where it is none of the known.

    Parameters
    ----------
    paper
        The page as the style has it.
    """
    for size in SIZES.values():
        if (size.width, size.height) == (paper.width, paper.height):
            return PageSize(size.name, size.width, size.height, 1.0)
    return PageSize("", paper.width, paper.height, 1.0)
