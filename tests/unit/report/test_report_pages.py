"""Pages of the PDF, read back: no header of a table without its rows, no heading and no caption apart, no page wasted."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from capplan.report.document.blocks import (
    Block,
    Column,
    Cover,
    Document,
    Heading,
    Name,
    PageBreak,
    Paragraph,
    Picture,
    Section,
    Table,
    plain,
)
from capplan.report.press.paper import pdf

FOOT, HEAD, TOP = 62.0, 775.0, 768.0
"""Below and above these heights stand the footer and the running head; where text begins [pt]."""
LEAST_ROWS = 2
CHAPTER_PT, HEADING_PT = 16.0, 11.0
SHORTEST = 8
TABLES = 44
MAPPED = ("layout", "phases", "power", "service")
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120"><rect width="400" height="120" fill="#1f5c99"/><text x="9" y="20" font-size="9" font-family="Noto Sans SC">x</text></svg>'
MAP = Picture(DOT, "svg", ("Map",), "a bar", "landscape")


@dataclass(frozen=True)
class Line:
    """A line of text on a page: what it says without spaces, how high it stands [pt], its size [pt], whether all is bold."""

    text: str
    y: float
    size: float
    bold: bool


def lines_of(page: Any) -> list[Line]:
    """Return the lines of a portrait page from the top, without its running head and its footer."""
    found: dict[float, list[tuple[float, str, bool, float]]] = defaultdict(list)

    def seen(text: str, matrix: Any, inner: Any, font: Any, size: float) -> None:
        if text.strip():
            y = matrix[5] + inner[5] * matrix[3] if inner[5] else matrix[5]
            name = str((font or {}).get("/BaseFont", ""))
            found[round(y, 1)].append(
                (matrix[4] + inner[4], text, "Bold" in name, abs(size * (inner[3] or 1.0)))
            )

    page.extract_text(visitor_text=seen)
    lines = [
        Line(
            re.sub(r"\s+", "", "".join(part[1] for part in parts)),
            y,
            max(part[3] for part in parts),
            all(part[2] for part in parts),
        )
        for y, parts in found.items()
    ]
    return sorted((line for line in lines if FOOT < line.y < HEAD), key=lambda line: -line.y)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def faults(content: bytes, document: Document) -> list[str]:
    """Return what stands where it should not at the foot or the top of a page."""
    blocks = [block for section in document.sections for block in section.blocks]
    tables = [block for block in blocks if isinstance(block, Table)]
    headings = {squeezed(plain(block.text)) for block in blocks if isinstance(block, Heading)}
    ends = {squeezed("".join(map(plain, table.rows[-1]))) for table in tables if table.total}
    under = re.compile(rf"{squeezed(document.words['figure'])}\d+")
    captions = [
        squeezed(f"{document.words['table']}{number}{plain(table.caption)}")
        for number, table in enumerate(tables, start=1)
    ]
    found = []
    for number, page in enumerate(PdfReader(BytesIO(content)).pages, start=1):
        lines = lines_of(page) if page.mediabox.width < page.mediabox.height else []
        if number <= 2 or not lines:
            continue
        first, last = lines[0], lines[-1]
        if last.text in headings or last.size > HEADING_PT:
            found.append(f"page {number} ends with the heading {last.text}")
        elif last.bold and not under.match(last.text) and not any(last.text in end for end in ends):
            found.append(f"page {number} ends with a header or a caption: {last.text}")
        if first.bold and under.match(first.text):
            found.append(f"page {number} begins with the caption of a picture: {first.text}")
        for place, line in enumerate(lines):
            if not line.bold or len(line.text) < SHORTEST:
                continue
            for table, named in zip(tables, captions, strict=True):
                below = sum(not other.bold for other in lines[place + 1 :])
                if named.startswith(line.text) and below < min(LEAST_ROWS, len(table.rows)):
                    found.append(f"page {number} ends too soon after {line.text}")
    return found


def of(*blocks: Block) -> Document:
    """Return a report of one chapter."""
    words = {"contents": "Contents", "table": "Table", "figure": "Figure", "appendix": "Appendix"}
    about = {"title": "T", "author": "A", "keywords": "k", "running": "R", "short_notice": "N"}
    cover = Cover("T", "S", "R", "N", (("a", ("b",)),))
    return Document("en", cover, (Section("one", "One", blocks),), words, about)


def stress() -> Document:
    """Return a report whose tables, of 1 to 40 rows, and pictures begin at every height of a page."""
    columns = (
        Column("What is long enough to stand on two lines of a header", width=1.0),
        Column("n", numeric=True),
    )
    blocks: list[Block] = []
    for number in range(TABLES):
        rows = tuple(((Name(f"r{number}.{row}"),), (str(row),)) for row in range(number * 7 % 40 + 1))
        blocks += [Paragraph((f"Line {line}.",)) for line in range(number * 3 % 11)]
        blocks.append(Heading((f"Heading of {number}",), 2 + number % 2))
        blocks.append(Paragraph((f"What leads to {number}.",)))
        blocks.append(
            Table((f"Caption of {number}",), columns, rows, total=number % 3 == 0, small=number % 2 == 0)
        )
        if number % 4 == 0:
            blocks.append(Picture(DOT, "svg", (f"Picture of {number}",), "a bar"))
    return of(*blocks)


def places(document: Document, content: bytes) -> set[int]:
    """Return at which heights captions of tables stand, in twentieths of a page."""
    pages = [lines_of(page) for page in PdfReader(BytesIO(content)).pages]
    word = squeezed(document.words["table"])
    return {
        round(line.y / 42) for lines in pages for line in lines if line.bold and line.text.startswith(word)
    }


def test_tables_at_every_height_keep_their_headers_captions_and_headings() -> None:
    document = stress()
    content = pdf(document)
    assert faults(content, document) == []
    assert len(places(document, content)) >= 12


def test_a_heading_and_a_header_apart_are_seen() -> None:
    empty = Table(("A table without rows",), (Column("Heading of a column"),), ())
    document = of(
        Heading(("Alone",)), PageBreak(), Paragraph(("Text.",)), empty, PageBreak(), Paragraph(("End.",))
    )
    assert [fault.partition(" ends")[2] for fault in faults(pdf(document), document)] == [
        " with the heading Alone",
        " with a header or a caption: Headingofacolumn",
    ]


def with_maps(document: Document) -> Document:
    """Return a report with two maps that fill a page at the end of those chapters that have maps."""
    maps = (MAP, MAP)
    sections = tuple(
        replace(each, blocks=(*each.blocks, *maps)) if each.anchor in MAPPED else each
        for each in document.sections
    )
    return replace(document, sections=sections)


def heads(content: bytes, document: Document) -> list[tuple[int, str, str]]:
    """Return of each page with text its number, its running head, and which chapters that should name, without spaces."""
    found, running, before = [], squeezed(document.about["running"]), ""
    for number, page in enumerate(PdfReader(BytesIO(content)).pages, start=1):
        lines = lines_of(page) if number > 2 and page.mediabox.width < page.mediabox.height else []
        begun = [line for line in lines if line.size > CHAPTER_PT and line.bold]
        if lines:
            names = [line.text for line in begun]
            runs_on = [before] if begun[:1] != lines[:1] else []
            told = squeezed(page.extract_text().partition("\n")[0]).removeprefix(running)
            found.append((number, told, "|".join([*runs_on, *names])))
            before = names[-1] if names else before
    return found


def used_before_maps(content: bytes) -> list[float]:
    """Return how far pages are used on which text gives way to maps that fill a page [ratio]."""
    pages = list(PdfReader(BytesIO(content)).pages)
    sideways = [page.mediabox.width > page.mediabox.height for page in pages]
    ends = [
        page for page, own, next_ in zip(pages, sideways, sideways[1:], strict=False) if next_ and not own
    ]
    return [(TOP - lines_of(page)[-1].y) / (TOP - FOOT) for page in ends]


def test_a_report_keeps_headers_captions_and_headings_and_uses_its_pages(document: Document) -> None:
    mapped = with_maps(document)
    content = pdf(mapped)
    assert faults(content, mapped) == []
    assert [place for place, told, named in heads(content, mapped) if told != named] == []
    used = used_before_maps(content)
    assert len(used) == len(MAPPED)
    assert min(used) > 0.6


def test_words_of_any_length_stay_on_the_page_and_in_their_column() -> None:
    word = "W" * 300
    columns = (Column("a"), Column("b"))
    table = Table((Name(word),), columns, (((Name(word),), ("x",)), (((Name(word)),), (Name(word),))))
    content = pdf(of(Heading((Name(word),)), Paragraph((Name(word),)), table))
    lines = [line.text for page in PdfReader(BytesIO(content)).pages[2:] for line in lines_of(page)]
    assert sum("W" in line for line in lines) > 12
    assert max(map(len, lines)) < 60


def test_a_last_line_alone_before_a_map_is_drawn_back() -> None:
    filled = [
        used_before_maps(pdf(of(*[Paragraph((f"Line {line}.",), "note") for line in range(lines)], MAP)))
        for lines in (46, 47)
    ]
    assert all(len(used) == 1 and used[0] > 0.9 for used in filled), filled
