"""Where maps that fill a page on its side stand in their chapter, and which text is set closer, so that pages are well used.

A chapter hands its maps over at its end. Where its text leaves much of a page empty there, they stand before one of
its sections instead, and the rest of the chapter runs on after them into the next one. Text that would end a little
way down a page of its own is set closer where that saves the page. How far pages are used is asked of the typesetter,
of a draft of what stands since the last page that begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["MARK", "Used", "begins_anew", "flowed"]

Blocks = list[dict[str, Any]]
Sections = list[dict[str, Any]]
Used = tuple[int, float]
"""The page of a mark in its draft, and how far that page is used there [ratio of the text's height]."""
Measure = Callable[[Sections], Sequence[Used]]

MARK: dict[str, Any] = {"kind": "mark", "tight": False}
"""Stands in a draft where the typesetter tells how far its page is used."""
_ENOUGH = 0.6
"""Maps stay at the end of their chapter after a page used so far [ratio]."""
_FULL = 0.85
"""A page used so far is full [ratio]."""
_FULLER = 0.2
"""Maps leave the end of their chapter only for a page that is so much fuller [ratio]."""
_REST = 0.36
"""Text that uses less of its last page is set closer, where that saves the page [ratio]."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text of a section that stands between two ends of pages, and whether it is the rest of that section."""

    section: dict[str, Any]
    blocks: Blocks
    started: bool = False

    def drafted(self, *, tight: bool, fresh: bool) -> dict[str, Any]:
        """Return it as a section of a draft."""
        blocks = [{**block, "tight": tight} for block in self.blocks]
        return {**self.section, "blocks": blocks, "started": self.started, "fresh": fresh}


def flowed(sections: Sections, measure: Measure) -> Sections:
    """Return sections whose maps stand where pages are full; each is told whether it begins a page.

    Blocks are told whether they are set closer (``tight``).

    Parameters
    ----------
    sections : list of dict
        As the template reads them.
    measure : callable
        Takes a draft, and tells of each of its marks, in their order, its page and how far that is used.
    """
    placed: Sections = []
    page: list[_Piece] = []
    for place, given in enumerate(sections):
        one = {**given, "started": False, "blocks": [{**block, "tight": False} for block in given["blocks"]]}
        one["fresh"] = begins_anew(one, placed[-1] if placed else None)
        page = [] if one["fresh"] else page
        placed.append(one)
        text, maps = _parted(one["blocks"])
        after = sections[place + 1] if place + 1 < len(sections) else None
        closed = after is None or begins_anew(after, {**one, "blocks": text})
        *ended, rest = _runs(text)
        if one["one_page"]:
            continue
        for number, run in enumerate(ended):
            _close([*page, _Piece(one, run, started=number > 0)], [], measure)
            page = []
        page = [*page, _Piece(one, rest, started=bool(ended))]
        if maps:
            cut = len(text) - len(rest) + _cut(page, measure, closed=closed)
            one["blocks"] = [*text[:cut], *maps, *text[cut:]]
            page = [_Piece(one, text[cut:], started=True)]
        elif closed:
            _close(page, [], measure)
    return placed


def begins_anew(section: dict[str, Any], before: dict[str, Any] | None) -> bool:
    """Return whether a section begins a page whatever room is left on the one before.

    Parameters
    ----------
    section : dict
        The section.
    before : dict or None
        The one before it, with its maps in their place; None where there is none.

    Examples
    --------
    >>> text = {"blocks": [], "one_page": False, "appendix": False}
    >>> begins_anew(text, None), begins_anew(text, text), begins_anew({**text, "appendix": True}, text)
    (True, False, True)
    """
    if before is None or section["one_page"] or before["one_page"]:
        return True
    if section["appendix"] != before["appendix"]:
        return True
    paged = any(block["kind"] == "break" for block in section["blocks"])
    return paged or bool(before["blocks"] and _alone(before["blocks"][-1]))


def _alone(block: dict[str, Any]) -> bool:
    return bool(block["kind"] == "break" or (block["kind"] == "picture" and block["layout"] == "landscape"))


def _runs(blocks: Blocks) -> list[Blocks]:
    """Return the text before, between and after what has a page of its own."""
    ends = [place for place, block in enumerate(blocks) if _alone(block)]
    return [blocks[start + 1 : end] for start, end in zip([-1, *ends], [*ends, len(blocks)], strict=True)]


def _parted(blocks: Blocks) -> tuple[Blocks, Blocks]:
    """Return the text of a section and the maps at its end."""
    cut = len(blocks)
    while cut and blocks[cut - 1]["kind"] == "picture" and _alone(blocks[cut - 1]):
        cut -= 1
    return blocks[:cut], blocks[cut:]


def _places(text: Blocks) -> list[int]:
    """Return before which headings maps may stand: pictures keep their order, and with it their numbers."""
    first = max((place for place, block in enumerate(text) if block["kind"] == "picture"), default=0)
    return [
        place
        for place, block in enumerate(text)
        if place > first and block["kind"] == "heading" and block["level"] == 2  # noqa: PLR2004
    ]


def _cut(pieces: Sequence[_Piece], measure: Measure, *, closed: bool) -> int:
    """Return before which block of the last piece its maps stand; what stands before them is set closer where that serves.

    Where nothing could run on behind its rest (closed), they stand at its end.
    """
    text = pieces[-1].blocks
    places = [] if closed else _places(text)
    used = _close(pieces, places, measure)
    best = _best([part for _, part in used])
    if best < len(places):
        for piece in pieces:
            _set(piece, tight=False)
        return places[best]
    return len(text)


def _close(pieces: Sequence[_Piece], places: Sequence[int], measure: Measure) -> list[Used]:
    """Set text closer where it then ends a page earlier; return how far pages are used at places and at its end."""
    last = pieces[-1]
    marked: Blocks = []
    for place, block in enumerate(last.blocks):
        marked += [MARK, block] if place in places else [block]
    drafted = [*pieces[:-1], replace(last, blocks=[*marked, MARK])]
    used = list(measure(_draft(drafted, ())))
    for count in sorted({1, len(pieces)}):
        page, part = used[-1]
        if page == 1 or part >= _REST:
            break
        chosen = range(len(pieces) - count, len(pieces))
        closer = list(measure(_draft(drafted, chosen)))
        if closer[-1][0] < page:
            for place in chosen:
                _set(pieces[place], tight=True)
            return [*used[:-1], closer[-1]]
    return used


def _draft(pieces: Sequence[_Piece], tight: Collection[int]) -> Sections:
    """Return a draft of what stands since the last page that begins anew, and which of it is set closer."""
    return [piece.drafted(tight=place in tight, fresh=place == 0) for place, piece in enumerate(pieces)]


def _set(piece: _Piece, *, tight: bool) -> None:
    for block in piece.blocks:
        block["tight"] = tight


def _best(used: Sequence[float]) -> int:
    """Return the place that serves best: the end, the last one after a full page, or else the one after the fullest.

    Examples
    --------
    >>> _best([0.9, 0.7]), _best([0.3, 0.9, 0.4]), _best([0.9, 0.3, 0.88, 0.2]), _best([0.5, 0.6, 0.55])
    (1, 1, 2, 2)
    """
    last = len(used) - 1
    full = [place for place, part in enumerate(used) if part >= _FULL]
    best = full[-1] if full else max(range(len(used)), key=lambda place: (used[place], place))
    return best if used[last] < _ENOUGH and used[best] >= used[last] + _FULLER else last
