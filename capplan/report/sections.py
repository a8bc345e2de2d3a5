"""What a summary is made of: sections of sentences and tables, already in one language, printed by whoever shows them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Grid", "Section"]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to be read.

    Attributes
    ----------
    headings : tuple of str
        Column headings, with units where there are any.
    rows : tuple of tuple of str
        Cells, formatted.
    numeric : tuple of bool
        Which columns hold numbers and stand to the right.
    total : bool
        Whether the last row sums the others.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a summary: a title, then a table where there is one, then sentences.

    Attributes
    ----------
    title : str
        The title.
    grid : Grid or None
        The table.
    lines : tuple of str
        Sentences.
    """

    title: str
    grid: Grid | None = None
    lines: tuple[str, ...] = ()
