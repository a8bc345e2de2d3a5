"""What a report is made of, before it is a page: blocks of text whose figures know the table they come from.

Text is a sequence of spans. A plain `str` is the report's own wording; a `Name` comes from the inputs (a site, a year,
a document); a `Figure` is a number with its origin; a `Mark` is a short verdict. Nothing else may stand in a text, so
that renderers escape what comes from outside and tests find every figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from capplan.report.document.origins import Origin

__all__ = [
    "Block",
    "Bullets",
    "Cards",
    "Column",
    "Cover",
    "Document",
    "Figure",
    "Heading",
    "Mark",
    "Name",
    "PageBreak",
    "Paragraph",
    "Picture",
    "Section",
    "Span",
    "Spans",
    "Table",
    "plain",
    "whole",
]


@dataclass(frozen=True, slots=True)
class Name:
    """A word from the inputs: a name, a title, a year, an id."""

    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text.

    Attributes
    ----------
    text
        As it is written, with its unit where the unit belongs to the number.
    value
        In the unit of its table; None where there is none.
    scale
        What the value is multiplied by to be written [written unit per table's unit].
    unit
        The unit in which it is written; empty for counts.
    origin
        Where it comes from.
    lacks
        The table that it comes from, where that is missing from the plan folder; empty where the number is known.
    """

    text: str
    value: float | None
    scale: float
    unit: str
    origin: Origin
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict such as "met"; the tone is ``good``, ``bad`` or ``quiet``."""

    text: str
    tone: str


Span = str | Name | Figure | Mark
Spans = tuple[Span, ...]


def plain(spans: Iterable[Span]) -> str:
    """Return spans as they are read.

    Examples
    --------
    >>> plain(("in ", Name("2030")))
    'in 2030'
    """
    return "".join(span if isinstance(span, str) else span.text for span in spans)


def whole(text: str) -> Spans:
    """Return a long text as words, so that none of it is cut off as too long for one name.

    Examples
    --------
    >>> whole("plan.json: gap")
    (Name(text='plan.json:'), ' ', Name(text='gap'))
    """
    spans: list[Span] = []
    for word in text.split():
        spans += [" ", Name(word)] if spans else [Name(word)]
    return tuple(spans)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section; level 2 stands in the table of contents, level 3 does not."""

    text: Spans
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; the style is ``body``, ``lead``, ``note``, ``quote`` or ``code``; `head` is a run-in heading."""

    text: Spans
    style: str = "body"
    head: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, whether it holds numbers, and its share of the width (0: as it needs)."""

    heading: str
    numeric: bool = False
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption, its columns and rows of cells; the last row may be a total."""

    caption: Spans
    columns: tuple[Column, ...]
    rows: tuple[tuple[Spans, ...], ...]
    total: bool = False
    note: Spans = ()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its bytes, their kind (``svg``, ``pdf``, ``png``), what it shows, and how it stands on the page.

    Attributes
    ----------
    content, kind
        The file for paper.
    caption, alt
        What it shows.
    layout
        ``column`` in the text, ``landscape`` on a page of its own on its side, ``half`` at half of the height.
    screen, screen_kind
        The file for the screen, where it is another one.
    points
        The figures that a chart draws.
    """

    content: bytes
    kind: str
    caption: Spans
    alt: str
    layout: str = "column"
    screen: bytes = b""
    screen_kind: str = ""
    points: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Cards:
    """Key figures in a grid: what each is, the figure, and its unit."""

    items: tuple[tuple[str, Figure, str], ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Bullets | Table | Picture | Cards | PageBreak


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report; an appendix is lettered."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    appendix: bool = False
    one_page: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: titles and a list of facts about the plan."""

    title: str
    subtitle: str
    region: str
    notice: str
    facts: tuple[tuple[str, Spans], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report in one language; `words` are the renderers' own, as "Contents" and "Table"."""

    lang: str
    cover: Cover
    sections: tuple[Section, ...]
    words: dict[str, str]
    about: dict[str, str]
