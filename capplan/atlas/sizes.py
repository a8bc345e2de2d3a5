"""Sizes of pages. A style is designed for A3; the framework lays it out on every other size.

On a smaller page everything is drawn smaller by `zoom`, but less so than the page itself, and the map's window and the
list of sites give way: no text is smaller than six points on paper. A slide is read from afar: there everything is drawn
larger, no text is smaller than nine points, margins and panel are narrower, and the sources stand in lines at the foot.
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

__all__ = ["SIZES", "PageSize", "page_size", "size_of_design"]


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
    least_pt
        Least size of any text on it [pt].
    margin, head
        Margin, and height of the title with the margin above it, on the drawn page [mm].
    foot
        Height of the lines with projection and sources below the map, on the drawn page; 0 where the panel has them [mm].
    panel
        Width of the panel, of the one that is designed [ratio].
    symbols
        Size of symbols on the drawn page, of the one that is designed [ratio].
    """

    name: str
    width: float
    height: float
    zoom: float
    least_pt: float = 6.0
    margin: float = 11.0
    head: float = 28.0
    foot: float = 0.0
    panel: float = 1.0
    symbols: float = 1.0


SIZES: Mapping[str, PageSize] = MappingProxyType(
    {
        "a3": PageSize("a3", 420.0, 297.0, 1.0),
        "a4": PageSize("a4", 297.0, 210.0, 0.86),
        "slide": PageSize(
            "slide",
            338.667,
            190.5,
            9.0 / 7.0,
            least_pt=9.0,
            margin=6.0,
            head=19.5,
            foot=8.5,
            panel=0.88,
            symbols=0.72,
        ),
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
