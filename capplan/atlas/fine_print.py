"""What every map says of itself in small letters: projection, sources, what is left out, and what it is not."""

from __future__ import annotations

from capplan.atlas.sheet import Sheet
from capplan.atlas.words import word
from capplan.partial import PartialTables, table_file

__all__ = ["fine_print"]


def fine_print(sheet: Sheet) -> list[str]:
    """Return projection, scale where no map has room for it, sources, what found no room, what is missing, and the notice.

    Parameters
    ----------
    sheet
        The map as drawn.
    """
    areas, lang = sheet.boundaries, sheet.lang
    where = areas.projection
    texts = [
        word(
            "projection",
            lang,
            south=_degrees(where.south, "north_of", "south_of", lang),
            north=_degrees(where.north, "north_of", "south_of", lang),
            meridian=_degrees(where.meridian, "east", "west", lang),
        )
    ]
    if sheet.scale:
        texts.append(sheet.scale)
    if areas.schematic:
        texts.append(word("schematic", lang))
    elif areas.own:
        texts.append(word("own_boundaries", lang))
    if areas.entry is not None:
        texts.append(areas.entry.source.in_(lang))
    if sheet.left_out:
        titles = word("between", lang).join(word(name, lang) for name in sheet.left_out)
        texts.append(word("left_out", lang, blocks=titles))
    if isinstance(sheet.facts.tables, PartialTables):
        files = [table_file(name) for name in sorted(sheet.facts.tables.missing)]
        texts.append(word("missing_files", lang, files=word("between", lang).join(files)))
    return [*texts, word("notice", lang), word("made_by", lang)]


def _degrees(value: float, positive: str, negative: str, lang: str) -> str:
    """Return an angle in the words of its side; neither the equator nor the meridian of Greenwich has one.

    Parameters
    ----------
    value
        The angle [deg].
    positive, negative
        Words of the two sides.
    lang
        The language.
    """
    size = f"{abs(round(value, 2)):g}"
    if size in {"0", "180"}:
        return f"{size}°"
    return word(positive if value > 0.0 else negative, lang, size=size)
