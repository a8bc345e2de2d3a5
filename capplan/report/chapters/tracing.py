"""Where every figure comes from: those in the text one by one, those in tables and charts by file and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from capplan.report.document.alike import alike
from capplan.report.document.blocks import (
    Block,
    Bullets,
    Cards,
    Figure,
    Picture,
    Section,
    Spans,
    Table,
    whole,
)
from capplan.report.document.origins import sources_of

if TYPE_CHECKING:
    from capplan.report.document.pen import Pen

__all__ = ["figures_of", "tracing"]


def figures_of(block: Block) -> Iterator[Figure]:
    """Yield every figure of a block, those of charts included.

    Parameters
    ----------
    block : Block
        Any block.
    """
    if isinstance(block, Cards):
        yield from (figure for _, figure, _ in block.items)
    elif isinstance(block, Picture):
        yield from _figures(block.caption)
        yield from block.points
    elif isinstance(block, Table):
        for row in block.rows:
            for cell in row:
                yield from _figures(cell)
        yield from _figures((*block.caption, *block.note))
    elif isinstance(block, Bullets):
        for item in block.items:
            yield from _figures(item)
    elif hasattr(block, "text"):
        yield from _figures(block.text)


def _figures(spans: Iterable[object]) -> Iterator[Figure]:
    return (span for span in spans if isinstance(span, Figure))


def tracing(pen: Pen, sections: Iterable[Section]) -> Section:
    """Return the appendix on sources.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    sections : iterable of Section
        The chapters before.
    """
    held = list(sections)
    blocks: list[Block] = [pen.paragraph("sources_how"), _text_table(pen, held), _table_table(pen, held)]
    return Section("sources", pen.words("sources"), tuple(blocks), appendix=True)


def _text_table(pen: Pen, sections: list[Section]) -> Table:
    """Return a row for each figure of the text, and one for all of those that differ by a prefecture or another name."""
    rows: list[list[object]] = []
    for section in sections:
        blocks = (block for block in section.blocks if not isinstance(block, Table | Picture))
        groups = alike(figure for block in blocks for figure in figures_of(block))
        for place, group in enumerate(groups):
            told = pen.words.listed((figure,) for figure in group.figures)
            rows.append(["" if place else section.title, told, whole(group.origin)])
    columns = (
        pen.column("col_chapter", numeric=False, width=1.3),
        pen.column("col_figure", width=1.5),
        pen.column("col_origin", numeric=False, width=4.7),
    )
    return pen.table(pen.say("caption_text_sources"), columns, rows, small=True)


def _table_table(pen: Pen, sections: list[Section]) -> Table:
    """Return the files and columns of the figures of each table and chart; those that share them stand in one row."""
    rows: list[list[object]] = []
    for section in sections:
        captions: dict[str, list[Spans]] = {}
        for block in section.blocks:
            if isinstance(block, Table | Picture) and (told := _columns(figures_of(block))):
                captions.setdefault(told, []).append(block.caption)
        for place, (told, found) in enumerate(captions.items()):
            first, more = found[0], len(found) - 1
            caption = pen.say("captions_alike", caption=first, count=str(more)) if more else first
            rows.append(["" if place else section.title, caption, whole(told)])
    columns = (
        pen.column("col_chapter", numeric=False, width=1.3),
        pen.column("col_table", numeric=False, width=2.2),
        pen.column("col_origin", numeric=False, width=4.0),
    )
    return pen.table(pen.say("caption_table_sources"), columns, rows, small=True)


def _columns(figures: Iterable[Figure]) -> str:
    files: dict[str, dict[str, None]] = {}
    for figure in figures:
        for source in sources_of(figure.origin):
            column = source.column or "rows"
            column = f"{column} x technologies.{source.times}" if source.times else column
            if source.file == "plan.json" and column.startswith("binding."):
                column = "binding"
            files.setdefault(source.file, {})[column] = None
    return "; ".join(f"{file}: {', '.join(columns)}" for file, columns in files.items())
