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
    Spans,
    Table,
)
from capplan.report.document.charts import palette
from capplan.report.press.glyphs import FONTS, readable

__all__ = ["TEMPLATE", "as_json", "pdf"]

TEMPLATE = "report/report.typ"
_LONGEST = 120
"""Names from the inputs are cut at this length [characters]."""


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
    with tempfile.TemporaryDirectory(prefix="capplan-report-") as name, resources.as_path("maps", "fonts") as fonts:
        folder = Path(name)
        _check_fonts(fonts)
        content = as_json(document, folder)
        (folder / "document.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        (folder / "main.typ").write_bytes(_template())
        try:
            made = typst.compile(
                folder / "main.typ",
                root=folder,
                font_paths=[fonts],
                ignore_system_fonts=True,
                format="pdf",
                timestamp=0,
            )
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
            msg("the packaged file {file} cannot be read: {reason}", file=TEMPLATE, reason=str(fault))
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
    pictures: dict[str, str] = {}
    cover = document.cover
    return {
        "lang": document.lang,
        "words": {name: readable(text) for name, text in document.words.items()},
        "palette": palette(),
        "about": {name: readable(text) for name, text in document.about.items()},
        "cover": {
            "title": _cut(cover.title),
            "subtitle": readable(cover.subtitle),
            "region": _cut(cover.region),
            "notice": readable(cover.notice),
            "facts": [[readable(label), _spans(told)] for label, told in cover.facts],
        },
        "sections": [
            {
                "title": _cut(section.title),
                "anchor": section.anchor,
                "appendix": section.appendix,
                "one_page": section.one_page,
                "blocks": [_block(block, folder, pictures) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _cut(text: str) -> str:
    text = readable(" ".join(text.split()))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _spans(spans: Spans) -> list[list[str]]:
    """Return spans as pairs of kind and text."""
    found = []
    for span in spans:
        if isinstance(span, Figure):
            found.append(["figure", readable(span.text)])
        elif isinstance(span, Mark):
            found.append([span.tone, readable(span.text)])
        elif isinstance(span, Name):
            found.append(["text", _cut_name(span.text)])
        else:
            found.append(["text", readable(span)])
    return found


def _cut_name(text: str) -> str:
    """Return a name from the inputs; long sentences stay, a word without end does not."""
    longest = 600
    text = readable(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _block(block: Block, folder: Path, pictures: dict[str, str]) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": _spans(block.text)}
    if isinstance(block, Paragraph):
        text = [["code", readable(_lines(block.text))]] if block.style == "code" else _spans(block.text)
        return {"kind": "paragraph", "style": block.style, "head": readable(block.head), "text": text}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": [_spans(item) for item in block.items]}
    if isinstance(block, Cards):
        items = [[readable(label), readable(figure.text), readable(unit)] for label, figure, unit in block.items]
        return {"kind": "cards", "items": items}
    if isinstance(block, Picture):
        return _picture(block, folder, pictures)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, PageBreak):
        return {"kind": "break"}
    raise TypeError(block)


def _lines(spans: Spans) -> str:
    return "".join(span if isinstance(span, str) else span.text for span in spans)


def _picture(block: Picture, folder: Path, pictures: dict[str, str]) -> dict[str, Any]:
    name = f"picture-{len(pictures) + 1}.{block.kind}"
    pictures[name] = name
    (folder / name).write_bytes(block.content)
    caption = _spans(block.caption)
    return {"kind": "picture", "file": name, "caption": caption, "alt": _cut(block.alt), "layout": block.layout}


def _table(block: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": _spans(block.caption),
        "columns": [[readable(column.heading), column.numeric, column.width] for column in block.columns],
        "rows": [[_spans(cell) for cell in row] for row in block.rows],
        "total": block.total,
        "note": _spans(block.note),
        "small": block.small,
    }
