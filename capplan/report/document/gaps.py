"""What a report says where files of the plan are missing: each chapter names them, and no heading stands over nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from capplan.report.document.blocks import Block, Heading, Name, Section

if TYPE_CHECKING:
    from capplan.report.document.blocks import Paragraph
    from capplan.report.document.pen import Pen

__all__ = ["complete_chapter"]


def complete_chapter(pen: Pen, write: Callable[[Pen], Section]) -> Section:
    """Return a chapter as far as the plan's files go, with a note of those that it misses.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    write : callable
        Writes the chapter; one that cannot be written at all is called by the wording of its name.
    """
    if not pen.plan.missing:
        return write(pen)
    pen.facts.lacked.clear()
    section = pen.told(write)
    if section is None:
        section = Section(write.__name__, pen.words(write.__name__), ())
    lacked = list(pen.plan.missing) if section.anchor == "summary" else list(pen.facts.lacked)
    blocks = _under_headings(section.blocks)
    if lacked:
        blocks = [_note(pen, lacked, whole=section.anchor == "summary"), *blocks]
    return Section(section.anchor, section.title, tuple(blocks), section.appendix, section.one_page)


def _note(pen: Pen, files: Sequence[str], *, whole: bool) -> Paragraph:
    listed = pen.words.listed([(Name(file),) for file in files])
    return pen.paragraph("missing_files" if whole else "missing_here", style="note", files=listed)


def _under_headings(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks without headings under which nothing is left."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            while found and isinstance(found[-1], Heading) and found[-1].level >= block.level:
                found.pop()
        found.append(block)
    while found and isinstance(found[-1], Heading):
        found.pop()
    return found
