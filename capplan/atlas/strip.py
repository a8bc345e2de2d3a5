"""The strip below the map: what the documents ask for and what the plan reaches."""

from __future__ import annotations

from collections.abc import Sequence

from capplan.atlas.box import Box
from capplan.atlas.facts import TargetFacts
from capplan.atlas.fonts import Weight, writable
from capplan.atlas.paper import Ink
from capplan.atlas.sheet import Sheet
from capplan.atlas.words import figure, known_word, word
from capplan.atlas.wrap import fitted, wrapped

__all__ = ["draw_strip"]

_MET = "#2c6e57"
_MISSED = "#a33a1f"
_MOST = 9
_GAP = 1.6
_SMALLEST = 0.6


def draw_strip(sheet: Sheet, box: Box) -> None:
    """Draw a card for each target, the hard ones first; the last card counts what finds no room."""
    targets = sheet.facts.targets
    if not targets:
        return
    shown = _chosen(targets)
    count = len(shown) + (len(targets) > len(shown))
    width = min((box.width - _GAP * (count - 1)) / count, 48.0)
    for number, target in enumerate(shown):
        left = box.left + number * (width + _GAP)
        _card(sheet, Box(left, box.bottom, left + width, box.top), target)
    hidden = [target for target in targets if target not in shown]
    if hidden:
        left = box.left + len(shown) * (width + _GAP)
        reached = sum(target.met for target in hidden)
        text = word("target_more", sheet.lang, count=len(hidden), reached=reached)
        _lines(sheet, Box(left, box.bottom, left + width, box.top), text)


def _chosen(targets: Sequence[TargetFacts]) -> list[TargetFacts]:
    """Return the targets that get a card: of the same one in several years the last, and as many as find room."""
    if len(targets) <= _MOST:
        return list(targets)
    last: dict[tuple[str, str, str, str], TargetFacts] = {}
    for target in targets:
        key = (target.region.zh, target.metric, target.relation, target.kind)
        if key not in last or target.year > last[key].year:
            last[key] = target
    return list(last.values())[: _MOST - 1]


def _card(sheet: Sheet, box: Box, target: TargetFacts) -> None:
    colour = _MET if target.met else _MISSED
    if not target.met and target.kind != "hard":
        colour = "#8a6d1f"
    sheet.paper.box(box, face="#fcfcfa", edge="#c3c9cf", width=0.18, z=10.0)
    sheet.paper.box(Box(box.left, box.bottom, box.left + 1.1, box.top), face=colour, z=10.1)
    room, left = box.width - 3.6, box.left + 2.6
    for text, size, weight, ink, down in _texts(sheet, target, colour):
        _fit(sheet, left, box.top - down, text, room, Ink(size, weight, ink))


def _texts(sheet: Sheet, target: TargetFacts, colour: str) -> list[tuple[str, float, Weight, str, float]]:
    lang = sheet.lang
    several = target.regions > 1
    region = writable((target.region.in_(lang), target.region.en, target.region.zh))
    region = word("target_regions", lang) if several else region
    region = word("target_when", lang, region=region, year=target.year)
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
        (region, 6.4, "regular", "#5b6570", 2.9),
        (metric, 6.9, "bold", "#1d2733", 6.1),
        (f"{value}  {mark}", 9.6, "bold", colour, 11.4),
        (asked, 6.4, "regular", "#5b6570", 16.4),
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
    ink = Ink(6.4, colour="#5b6570")
    for number, line in enumerate(wrapped(text, ink, box.width - 2.0)):
        sheet.paper.text(box.left + 1.0, box.top - 3.0 - 3.2 * number, line, ink, role="strip")
