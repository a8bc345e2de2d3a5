"""The strip below the map: what the documents ask for and what the plan reaches."""

from __future__ import annotations

from collections.abc import Sequence

from capplan.atlas.box import Box
from capplan.atlas.facts import TargetFacts
from capplan.atlas.fonts import Weight
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.places import printed
from capplan.atlas.words import figure, known_word, word
from capplan.atlas.wrap import LEAST, fitted, wrapped

__all__ = ["cards_size", "draw_strip"]

_MET = "#2c6e57"
_MISSED = "#a33a1f"
_MOST, _FEWEST = 9, 5
"""How many cards there are at most, and how many there are even if texts are cut, where each has its least width."""
_LEAST_CARD = 40.0
_WIDEST = 48.0
_COUNTED = 24.0
"""Width of what counts the targets without a card [mm]."""
_GAP = 1.6
_FEW, _FEW_WIDE, _HIGH = 2, 46.0, 19.5
"""How many targets need no strip, and width and height of their cards [mm]."""
_SMALLEST = 0.6
_QUIET = "#5b6570"
_BESIDE = 3.6
_LOWER = 2.4
"""How much lower the rest of a card stands where its name takes two lines [mm]."""

_Line = tuple[str, float, Weight, str, float]
"""A text, its size [pt], weight and colour, and how far below the top of the card it stands [mm]."""


def cards_size(targets: Sequence[TargetFacts]) -> tuple[float, float] | None:
    """Return width and height of the cards of a few targets [mm]; None where there are none, or enough for a strip.

    Parameters
    ----------
    targets
        The targets.
    """
    count = len(targets)
    return (count * (_FEW_WIDE + _GAP) - _GAP, _HIGH) if 0 < count <= _FEW else None


def draw_strip(sheet: Sheet, box: Box) -> None:
    """Draw a card for each target, the hard ones first; the last place counts what finds no room."""
    targets = sheet.facts.targets
    if not targets:
        return
    shown, width = _fitting(sheet, box.width)
    heads = [_head(sheet, target, width - _BESIDE) for target in shown]
    lines = max(len(head) for head in heads)
    for number, (target, head) in enumerate(zip(shown, heads, strict=True)):
        left = box.left + number * (width + _GAP)
        _card(
            sheet, Box(left, box.bottom, left + width, box.top), target, [*head, *[""] * (lines - len(head))]
        )
    hidden = [target for target in targets if target not in shown]
    if hidden:
        left = box.left + len(shown) * (width + _GAP)
        reached = sum(target.met for target in hidden)
        text = word("target_more", sheet.lang, count=len(hidden), reached=reached)
        _lines(sheet, Box(left, box.bottom, left + min(width, _COUNTED), box.top), text)


def _fitting(sheet: Sheet, room: float) -> tuple[list[TargetFacts], float]:
    """Return the targets that get a card and how wide it is [mm]: as many as can be without cutting their texts."""
    best = _cards(sheet.facts.targets, _MOST, room)
    fewest = min(_FEWEST, max(1, int(room / _LEAST_CARD)))
    for most in range(_MOST, fewest - 1, -1):
        shown, width = _cards(sheet.facts.targets, most, room)
        if all(_whole(sheet, target, width - _BESIDE) for target in shown):
            return shown, width
    return _cards(sheet.facts.targets, fewest, room) if room < _FEWEST * _LEAST_CARD else best


def _cards(targets: Sequence[TargetFacts], most: int, room: float) -> tuple[list[TargetFacts], float]:
    shown = _chosen(targets, most)
    beside = _COUNTED + _GAP if len(targets) > len(shown) else 0.0
    return shown, min((room - beside - _GAP * (len(shown) - 1)) / len(shown), _WIDEST)


def _chosen(targets: Sequence[TargetFacts], most: int) -> list[TargetFacts]:
    """Return the targets that get a card: of the same one in several years the last; where room is short, the missed."""
    if len(targets) <= most:
        return list(targets)
    last: dict[tuple[str, str, str, str], TargetFacts] = {}
    for target in targets:
        key = (target.region.zh, target.metric, target.relation, target.kind)
        if key not in last or target.year > last[key].year:
            last[key] = target
    kept = sorted(last.values(), key=lambda target: target.met)[: most - 1]
    return [target for target in last.values() if target in kept]


def _whole(sheet: Sheet, target: TargetFacts, room: float) -> bool:
    """Tell whether a card this wide [mm] cuts none of its texts."""
    lines = [
        Ink(size, weight).width(text) * _least(size)
        for text, size, weight, _, _ in _texts(sheet, target, "", 0.0)
    ]
    return len(wrapped(_when(sheet, target), Ink(LEAST), room)) <= 2 and max(lines) <= room  # noqa: PLR2004


def _least(size: float) -> float:
    """Return how much smaller a line may be written [ratio]."""
    return min(size, max(LEAST, size * _SMALLEST)) / size


def _when(sheet: Sheet, target: TargetFacts) -> str:
    lang = sheet.lang
    region = printed(target.region, lang)
    region = word("target_regions", lang) if target.regions > 1 else region
    return word("target_when", lang, region=region, year=target.year)


def _head(sheet: Sheet, target: TargetFacts, room: float) -> list[str]:
    """Return when and where a target holds: one line, or two where a name is long."""
    text, least = _when(sheet, target), Ink(LEAST)
    lines = wrapped(text, least, room)
    if len(lines) <= 2:  # noqa: PLR2004
        return [fitted(line, least, room)[0] for line in lines]
    return [fitted(lines[0], least, room)[0], fitted(text[len(lines[0]) :].lstrip(), least, room)[0]]


def _card(sheet: Sheet, box: Box, target: TargetFacts, head: Sequence[str]) -> None:
    colour = _MET if target.met else _MISSED
    if not target.met and target.kind != "hard":
        colour = "#8a6d1f"
    sheet.paper.box(box, face="#fcfcfa", edge="#c3c9cf", width=0.18, z=10.0)
    sheet.paper.box(Box(box.left, box.bottom, box.left + 1.1, box.top), face=colour, z=10.1)
    room, left = box.width - _BESIDE, box.left + 2.6
    for text, size, weight, ink, down in [
        *_heading(head),
        *_texts(sheet, target, colour, _LOWER * (len(head) > 1)),
    ]:
        _fit(sheet, left, box.top - down, text, room, Ink(size, weight, ink))


def _heading(lines: Sequence[str]) -> list[_Line]:
    if len(lines) == 1:
        return [(lines[0], LEAST, "regular", _QUIET, 2.9)]
    return [(text, LEAST, "regular", _QUIET, 2.3 + 2.5 * number) for number, text in enumerate(lines) if text]


def _texts(sheet: Sheet, target: TargetFacts, colour: str, lower: float) -> list[_Line]:
    lang = sheet.lang
    several = target.regions > 1
    metric = known_word(f"metric_{target.metric}", lang, target.metric)
    relation = {">=": "≥", "<=": "≤"}.get(target.relation, target.relation)
    asked = word("target_required", lang, relation=relation, required=figure(target.required, 1))
    soft = known_word(f"target_{target.kind}", lang, "")
    if soft:
        asked = f"{asked}（{soft}）" if lang == "zh" else f"{asked} ({soft})"
    if several:
        value = word("target_of", lang, reached=target.reached, regions=target.regions)
    else:
        value = figure(target.achieved, 1 if target.achieved < 100.0 else 0)  # noqa: PLR2004
    mark = "✓" if target.met else word("target_short", lang, missing=_missing(target))
    return [
        (metric, LEAST, "bold", "#1d2733", 6.1 + lower),
        (f"{value}  {mark}", 9.6, "bold", colour, 11.4 + lower / 2.0),
        (asked, LEAST, "regular", _QUIET, 16.4),
    ]


def _missing(target: TargetFacts) -> str:
    if target.regions > 1:
        return str(target.regions - target.reached)
    return figure(abs(target.required - target.achieved), 1)


def _fit(sheet: Sheet, left: float, y: float, text: str, room: float, ink: Ink) -> None:
    """Write a line, smaller where it would be too wide."""
    text, ink = fitted(text, ink, room, smallest=_SMALLEST)
    sheet.paper.text(left, y, text, ink, role="strip")


def _lines(sheet: Sheet, box: Box, text: str) -> None:
    ink = Ink(LEAST, colour="#5b6570")
    for number, line in enumerate(wrapped(text, ink, box.width - 2.0)):
        sheet.paper.text(box.left + 1.0, box.top - 3.0 - 3.2 * number, line, ink, role="strip")
