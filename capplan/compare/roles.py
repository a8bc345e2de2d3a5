"""What an input is for: a value that a plan follows from, its range, text for people, or how it is solved."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["role_of_column", "role_of_key"]

_TEXT_KEYS: Final = frozenset({"name", "title", "description", "scenarios", "applied", "dataset"})
_TEXT_TABLES: Final = frozenset({"documents", "translations"})
_TEXT_COLUMNS: Final = frozenset(
    {"source", "confidence", "note", "document_id", "reason", "quote_zh", "quote_en"}
)
_TEXT_BEGINS: Final = ("name_", "title_", "quote_")
_RANGES: Final = ("_low", "_high")


def role_of_key(keys: tuple[Any, ...]) -> str:
    """Return the role of a key of the study.

    Examples
    --------
    >>> role_of_key(("solver", "gap")), role_of_key(("features", "pue_cap", "limit"))
    ('solving', 'value')
    """
    if keys[0] == "solver":
        return "solving"
    return "text" if keys[0] in _TEXT_KEYS else "value"


def role_of_column(name: str, table: str = "") -> str:
    """Return the role of a column of a table, or of a part of a quantity.

    Examples
    --------
    >>> role_of_column("note"), role_of_column("bound_low"), role_of_column("value")
    ('text', 'range', 'value')
    """
    if name in {"low", "high"} or name.endswith(_RANGES):
        return "range"
    if name in _TEXT_COLUMNS or table in _TEXT_TABLES or name.startswith(_TEXT_BEGINS):
        return "text"
    return "value"
