"""A report as PDF, by Typst: the template is a packaged file, the text reaches it as JSON and never as markup."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from capplan import resources
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
    Span,
    Spans,
    Table,
    plain,
)
from capplan.report.document.charts import palette
from capplan.report.document.glyphs import FONTS, breakable, clean, readable
from capplan.report.document.typography import typeset
from capplan.report.press.flow import Used, flowed

__all__ = ["TEMPLATE", "as_json", "pdf"]

TEMPLATE = "report/report.typ"
_LONGEST = 120
"""Titles are cut at this length [characters]."""
_SENTENCE = 600
"""Sentences from the inputs are cut at this length [characters]."""
_CELL = 160
"""Texts from the inputs are cut at this length in tables [characters]."""


def pdf(document: Document) -> bytes:
    """Return a report as a PDF file; the same document gives the same bytes.

    Parameters
    ----------
    document : Document
        The report.

    Raises
    ------
    RenderError
        If Typst or a packaged file is missing, or the report cannot be set.
    """
    try:
        import typst
    except ImportError as fault:
        raise RenderError(
            msg("the PDF report needs the package typst: pip install typst; --format html works without it")
        ) from fault
    with (
        tempfile.TemporaryDirectory(prefix="capplan-report-") as name,
        resources.as_path("maps", "fonts") as fonts,
    ):
        folder = Path(name)
        _check_fonts(fonts)
        content, main = as_json(document, folder), folder / "main.typ"
        main.write_bytes(_template())
        given: dict[str, Any] = {"root": folder, "font_paths": [fonts], "ignore_system_fonts": True}

        def lay(sections: list[dict[str, Any]], *, draft: bool) -> None:
            told = json.dumps({**content, "sections": sections, "draft": draft}, ensure_ascii=False)
            (folder / "document.json").write_text(told, encoding="utf-8")

        def used(sections: list[dict[str, Any]]) -> list[Used]:
            lay(sections, draft=True)
            marks = json.loads(typst.query(main, "<mark>", field="value", **given))
            return [(int(page), float(part)) for page, part in marks]

        try:
            lay(flowed(content["sections"], used), draft=False)
            made = typst.compile(main, format="pdf", timestamp=0, **given)
        except (RuntimeError, typst.TypstError) as fault:
            raise RenderError(
                msg("the PDF report could not be set: {reason}", reason=str(fault).replace(str(folder), ""))
            ) from fault
    if not isinstance(made, bytes):
        raise RenderError(msg("the PDF report could not be set: {reason}", reason="no file"))
    return made


def _template() -> bytes:
    try:
        return resources.read_bytes("maps", TEMPLATE)
    except OSError as fault:
        raise RenderError(
            msg("the packaged file {file} is missing: install capplan again", file=TEMPLATE)
        ) from fault


def _check_fonts(folder: Path) -> None:
    for name in FONTS:
        if not (folder / Path(name).name).is_file():
            raise RenderError(msg("the font {file} is missing: install capplan again", file=name))


def as_json(document: Document, folder: Path) -> dict[str, Any]:
    """Return what the template reads; pictures are written into a folder.

    Parameters
    ----------
    document : Document
        The report.
    folder : Path
        Takes the pictures.
    """
    sheet, cover = _Sheet(document.lang, folder), document.cover
    return {
        "lang": document.lang,
        "words": {name: readable(text) for name, text in document.words.items()},
        "palette": palette(),
        "about": {name: sheet.named(text) for name, text in document.about.items()},
        "cover": {
            "title": sheet.named(cover.title),
            "subtitle": readable(cover.subtitle),
            "region": sheet.named(cover.region),
            "notice": readable(cover.notice),
            "facts": [[readable(label), sheet.spans(told)] for label, told in cover.facts],
        },
        "sections": [
            {
                "title": sheet.named(section.title),
                "anchor": section.anchor,
                "appendix": section.appendix,
                "one_page": section.one_page,
                "blocks": [sheet.block(block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


class _Sheet:
    """Turns blocks into what the template reads."""

    def __init__(self, lang: str, folder: Path) -> None:
        self.lang, self.folder, self.pictures = lang, folder, 0

    def named(self, text: str, longest: int = _LONGEST) -> str:
        """Return a text from the inputs: in one line, no longer than that, in characters that the font has."""
        text = readable(typeset(clean(text), self.lang))
        return breakable(text if len(text) <= longest else f"{text[: longest - 1]}…")

    def spans(self, spans: Spans, longest: int = _SENTENCE) -> list[list[str]]:
        """Return spans as pairs of kind and text; names from the inputs are no longer than that."""
        return [self._span(span, longest) for span in spans]

    def _span(self, span: Span, longest: int) -> list[str]:
        if isinstance(span, Figure):
            return ["figure", readable(span.text)]
        if isinstance(span, Mark):
            return [span.tone, readable(span.text)]
        if isinstance(span, Name):
            return ["text", self.named(span.text, longest)]
        return ["text", readable(span)]

    def block(self, block: Block) -> dict[str, Any]:  # noqa: PLR0911 - one for each kind of block
        """Return a block."""
        if isinstance(block, Heading):
            return {"kind": "heading", "level": block.level, "text": self.spans(block.text, _LONGEST)}
        if isinstance(block, Paragraph):
            return self._paragraph(block)
        if isinstance(block, Bullets):
            return {"kind": "bullets", "items": [self.spans(item) for item in block.items]}
        if isinstance(block, Cards):
            items = [
                [readable(label), readable(figure.text), readable(unit)]
                for label, figure, unit in block.items
            ]
            return {"kind": "cards", "items": items}
        if isinstance(block, Picture):
            return self._picture(block)
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, PageBreak):
            return {"kind": "break"}
        raise TypeError(block)

    def _paragraph(self, block: Paragraph) -> dict[str, Any]:
        if block.style == "code":
            lines = [readable(clean(line, strip=False)) for line in plain(block.text).splitlines()]
            text = [["code", "\n".join(lines)]]
        else:
            text = self.spans(block.text)
        return {"kind": "paragraph", "style": block.style, "head": readable(block.head), "text": text}

    def _picture(self, block: Picture) -> dict[str, Any]:
        self.pictures += 1
        name = f"picture-{self.pictures}.{block.kind}"
        (self.folder / name).write_bytes(block.content)
        return {
            "kind": "picture",
            "file": name,
            "caption": self.spans(block.caption, _LONGEST),
            "alt": self.named(block.alt),
            "layout": block.layout,
        }

    def _table(self, block: Table) -> dict[str, Any]:
        return {
            "kind": "table",
            "caption": self.spans(block.caption, _LONGEST),
            "columns": [
                [self.named(column.heading), column.numeric, column.width] for column in block.columns
            ],
            "rows": [[self.spans(cell, _CELL) for cell in row] for row in block.rows],
            "total": block.total,
            "note": self.spans(block.note),
            "small": block.small,
        }
