"""How a case stands in a workbook: its sheets, and the columns of those that hold no table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from capplan.schema.tables import TABLES

__all__ = [
    "ABOUT",
    "BOUNDARIES_KEY",
    "CONTENTS",
    "FIRST_ROW",
    "HEADER_ROW",
    "KEY_SHEETS",
    "LEFT_ASIDE",
    "MEANING",
    "NEEDED",
    "QUANTITY",
    "README",
    "SCENARIOS",
    "SETTINGS",
    "STUDY",
    "TECHNOLOGIES",
    "known_sheets",
]

CONTENTS: Final = "contents"
STUDY: Final = "study"
SCENARIOS: Final = "scenarios"
SETTINGS: Final = "scenario_settings"
TECHNOLOGIES: Final = "technologies"
ABOUT: Final = "about"
README: Final = "readme"
MEANING: Final = "meaning"

QUANTITY: Final = ("value", "low", "high", "unit", "source", "confidence", "note")
"""What a quantity of a technology says of itself, one column each."""

KEY_SHEETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        STUDY: ("key", "value"),
        SCENARIOS: ("scenario", "title_zh", "title_en"),
        SETTINGS: ("scenario", "path", "value"),
        TECHNOLOGIES: ("technology", "parameter", *QUANTITY),
        ABOUT: ("key", "value"),
        README: ("text",),
    }
)
"""The columns of each sheet that is no table; a column ``meaning`` beside them is for people."""

NEEDED: Final = (STUDY, TECHNOLOGIES)
"""Sheets without which there is no case, beside those of the tables that are not optional."""

LEFT_ASIDE: Final = (CONTENTS,)
"""Sheets for people, which are not read."""

BOUNDARIES_KEY: Final = "boundaries"
"""The key of the sheet ``about`` that names the file of areas beside the workbook."""

HEADER_ROW: Final = 4
"""The row in which capplan writes the names of columns; it reads them from whatever row they stand in."""

FIRST_ROW: Final = HEADER_ROW + 1
"""The first row of values, as capplan writes it."""


def known_sheets() -> tuple[str, ...]:
    """Return the names of all sheets that are read."""
    return (*KEY_SHEETS, *TABLES)
