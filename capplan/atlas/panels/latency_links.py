"""The service that comes nearest to its limit: which zone, from which site, how near."""

from __future__ import annotations

from functools import partial

from capplan.atlas.box import Box
from capplan.atlas.fonts import named
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, block_height, draw_table, lines_fitting, more_height
from capplan.atlas.rows import rows
from capplan.atlas.sheet import Sheet
from capplan.atlas.themes.latency import tight_links
from capplan.atlas.themes.places import printed, site_names
from capplan.atlas.words import share_text, word
from capplan.messages import Text

_MOST = 24
_LEAST = 3
_WORDS = (1, 2)


def _titles(sheet: Sheet) -> list[str]:
    return [word(f"latency_column_{name}", sheet.lang) for name in ("zone", "site", "class", "ms", "share")]


def _lines(sheet: Sheet, most: int) -> list[Line]:
    lang = sheet.lang
    zones = {
        str(z.zone_id): named(z.name_zh, z.name_en, z.zone_id) for z in rows(sheet.facts.inputs["zones"])
    }
    kinds = sheet.facts.inputs["classes"]
    classes = {str(c.class_id): named(c.name_zh, c.name_en, c.class_id) for c in rows(kinds)}
    sites = site_names(sheet.facts, lang)
    found = []
    for link in tight_links(sheet.facts, 0.0)[: min(most, _MOST)]:
        zone = printed(zones.get(link.zone_id, Text(zh=link.zone_id, en=link.zone_id)), lang)
        name = printed(classes.get(link.class_id, Text(zh=link.class_id, en=link.class_id)), lang)
        ms = f"{link.latency_ms:.2f}"
        found.append(Line((zone, sites.get(link.site_id, link.site_id), name, ms, share_text(link.share))))
    return found


def _wants(sheet: Sheet) -> float:
    lines = _lines(sheet, _MOST)
    if not lines:
        return 0.0
    return block_height(len(lines)) + more_height(sheet, _titles(sheet), lines, words=_WORDS)


def _draw(sheet: Sheet, box: Box) -> None:
    lines = lines_fitting(sheet, _titles(sheet), partial(_lines, sheet), box.height, words=_WORDS)
    if len(lines) < min(_LEAST, len(tight_links(sheet.facts, 0.0))) or not lines:
        return
    y = heading(sheet, box, word("latency_links", sheet.lang), word("latency_links_about", sheet.lang))
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), _titles(sheet), lines, words=_WORDS)


BLOCK = Block("latency_links", lambda _: None, _draw, least=0.0, wants=_wants)
