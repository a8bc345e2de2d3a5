"""A report as one HTML page: no script, no request, its fonts and pictures inside; every figure shows its source."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import TYPE_CHECKING

from capplan import resources
from capplan._version import __version__
from capplan.errors import RenderError
from capplan.messages import msg
from capplan.report.document.blocks import (
    Block,
    Bullets,
    Cards,
    Document,
    Figure,
    Heading,
    Mark,
    Name,
    PageBreak,
    Paragraph,
    Picture,
    Section,
    Spans,
    Table,
    plain,
)
from capplan.report.document.charts import palette
from capplan.report.document.glyphs import clean
from capplan.report.document.origins import described
from capplan.report.document.typography import typeset
from capplan.webfont import FAMILY, face_rules, lacking, used_characters

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["html"]

_TEMPLATE, _STYLE = "report/report.html", "report/report.css"
_FIELD = re.compile(r"\{\{(\w+)\}\}")
_SHORT = 12
"""Letters of a cell that need not break."""
_LISTED = " listed"
_PAIR = 2
"""Numbers of a cell that stay on one line, as the ends of an interval."""
_MIME = {"svg": "image/svg+xml", "png": "image/png"}


def html(document: Document) -> str:
    """Return a report as an HTML page.

    Parameters
    ----------
    document : Document
        The report.

    Raises
    ------
    RenderError
        If a packaged file is missing.
    """
    page = _Page(document)
    body, without = page.body(), lacking()
    used = used_characters([re.sub(r"data:[^\"]*|<[^>]*>", "", body), page.texts()])
    if without is not None:
        body += f'\n<p class="note">{escape(without.text(document.lang))}</p>'
    parts = {
        "html_lang": "zh-CN" if document.lang == "zh" else "en",
        "generator": escape(f"capplan {__version__}"),
        "title": escape(page.said_text(document.about["title"])),
        "fonts": "" if without is not None else face_rules(used),
        "family": FAMILY,
        "style": _colours() + _asset(_STYLE),
        "body": body,
    }
    return _FIELD.sub(lambda found: parts[found.group(1)], _asset(_TEMPLATE))


def _colours() -> str:
    named = {name: value for name, value in palette().items() if isinstance(value, str)}
    return ":root{" + "".join(f"--{name.replace('_', '-')}:{value};" for name, value in named.items()) + "}\n"


def _asset(name: str) -> str:
    try:
        return resources.read_text("maps", name)
    except OSError as fault:
        raise RenderError(
            msg("the packaged file {file} is missing: install capplan again", file=name)
        ) from fault


class _Page:
    """One page while it is put together: it numbers tables, pictures and headings."""

    def __init__(self, document: Document) -> None:
        self.document, self.lang = document, document.lang
        self.tables = self.pictures = 0

    def body(self) -> str:
        """Return everything between the tags of the body."""
        sections = [self._section(number, section) for number, section in self._numbered()]
        return "\n".join([self._cover(), self._contents(), *sections])

    def texts(self) -> str:
        """Return texts that stand in attributes and pictures, so that the fonts have their characters."""
        pictures = [
            block.content.decode("utf-8", "ignore")
            for section in self.document.sections
            for block in section.blocks
            if isinstance(block, Picture) and block.kind == "svg" and len(block.content) < 200_000  # noqa: PLR2004
        ]
        return " ".join(pictures)

    def said_text(self, text: str) -> str:
        """Return a text on one line without control characters."""
        return typeset(clean(text), self.lang)

    def said(self, spans: Spans) -> str:
        """Return spans as HTML: everything from the inputs escaped, every figure with its source."""
        return "".join(self._span(span) for span in spans)

    def _span(self, span: object) -> str:
        if isinstance(span, Figure):
            value = "" if span.value is None else f"{span.value:.17g}"
            told = escape(clean(described(span.origin)), quote=True)
            return f'<data value="{value}" title="{told}">{escape(span.text)}</data>'
        if isinstance(span, Mark):
            return f'<span class="{span.tone}">{escape(span.text)}</span>'
        if isinstance(span, Name):
            return escape(self.said_text(span.text))
        return escape(clean(str(span), strip=False))

    def _numbered(self) -> Iterable[tuple[str, Section]]:
        letters = iter("ABCDEF")
        for place, section in enumerate(self.document.sections, start=1):
            if section.appendix:
                yield f"{self.document.words['appendix']} {next(letters)}", section
            else:
                yield str(place), section

    def _cover(self) -> str:
        cover = self.document.cover
        facts = "".join(f"<dt>{escape(label)}</dt><dd>{self.said(told)}</dd>" for label, told in cover.facts)
        return (
            f'<header class="cover"><p class="region">{escape(self.said_text(cover.region))}</p>'
            f"<h1>{escape(self.said_text(cover.title))}</h1>"
            f'<p class="subtitle">{escape(cover.subtitle)}</p><dl>{facts}</dl>'
            f'<p class="notice">{escape(cover.notice)}</p></header>'
        )

    def _contents(self) -> str:
        items = "".join(
            f'<li><a href="#{escape(section.anchor, quote=True)}">{escape(number)}'
            f"<span>{escape(self.said_text(section.title))}</span></a></li>"
            for number, section in self._numbered()
        )
        return f"<nav><h2>{escape(self.document.words['contents'])}</h2><ol>{items}</ol></nav>"

    def _section(self, number: str, section: Section) -> str:
        blocks = "\n".join(self._block(block) for block in section.blocks)
        anchor = escape(section.anchor, quote=True)
        title = escape(self.said_text(section.title))
        return f'<section id="{anchor}"><h2><span class="number">{escape(number)}</span>{title}</h2>\n{blocks}\n</section>'

    def _block(self, block: Block) -> str:  # noqa: PLR0911 - one for each kind of block
        if isinstance(block, Heading):
            return f"<h{block.level + 1}>{self.said(block.text)}</h{block.level + 1}>"
        if isinstance(block, Paragraph):
            return self._paragraph(block)
        if isinstance(block, Bullets):
            return "<ul>" + "".join(f"<li>{self.said(item)}</li>" for item in block.items) + "</ul>"
        if isinstance(block, Cards):
            return self._cards(block)
        if isinstance(block, Picture):
            return self._picture(block)
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, PageBreak):
            return '<div class="break"></div>'
        raise TypeError(block)

    def _paragraph(self, block: Paragraph) -> str:
        if block.style == "code":
            return f"<pre>{escape(plain(block.text))}</pre>"
        head = f"<b>{escape(block.head)}</b> " if block.head else ""
        return f'<p class="{block.style}">{head}{self.said(block.text)}</p>'

    def _cards(self, block: Cards) -> str:
        items = "".join(
            f"<div><span>{escape(label)}</span><b>{self.said((figure,))}</b> <small>{escape(unit)}</small></div>"
            for label, figure, unit in block.items
        )
        return f'<div class="cards">{items}</div>'

    def _picture(self, block: Picture) -> str:
        self.pictures += 1
        content, kind = (block.screen, block.screen_kind) if block.screen else (block.content, block.kind)
        words, alt = self.document.words, escape(self.said_text(block.alt), quote=True)
        caption = (
            f"<figcaption>{escape(words['figure'])} {self.pictures} {self.said(block.caption)}</figcaption>"
        )
        if kind == "svg" and block.points:
            return f'<figure class="chart">{content.decode("utf-8")}{caption}</figure>'
        if kind not in _MIME:
            return ""
        coded = base64.b64encode(content).decode("ascii")
        return f'<figure><img src="data:{_MIME[kind]};base64,{coded}" alt="{alt}">{caption}</figure>'

    def _table(self, block: Table) -> str:
        self.tables += 1
        title = f"{escape(self.document.words['table'])} {self.tables} {self.said(block.caption)}"
        sides = [_side(block, place) for place in range(len(block.columns))]
        heads = "".join(
            f'<th scope="col" class="{side}">{escape(self.said_text(column.heading))}</th>'
            for side, column in zip(sides, block.columns, strict=True)
        )
        last = len(block.rows) - 1
        rows = "".join(
            f"<tr{' class=total' if block.total and place == last else ''}>"
            + "".join(
                f'<td class="{side}{_LISTED if _listed(cell) else ""}">{self.said(cell)}</td>'
                for side, cell in zip(sides, row, strict=True)
            )
            + "</tr>"
            for place, row in enumerate(block.rows)
        )
        note = f'<p class="note">{self.said(block.note)}</p>' if block.note else ""
        return (
            f'<div class="table"><table><caption>{title}</caption><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table>{note}</div>"
        )


def _side(table: Table, place: int) -> str:
    """Return how a column is set: numbers to the right, words so short that they need not break, or as it comes."""
    if table.columns[place].numeric:
        return "num"
    cells = (plain(row[place]) for row in table.rows)
    return "short" if place and all(len(cell) <= _SHORT for cell in cells) else ""


def _listed(cell: Spans) -> bool:
    """Return whether a cell lists several numbers, and so breaks between them."""
    return sum(isinstance(span, Figure) for span in cell) > _PAIR
