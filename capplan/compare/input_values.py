"""What an input says, in a planner's words: numbers with their units, ids by their names, words in place of codes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from capplan.compare.input_codes import bare, code_name, is_number, number, place_name, short, unit_name
from capplan.compare.input_rules import parameter_value, study_value
from capplan.compare.wording import LONGEST_ROW, PairNames, oneline
from capplan.exchange.input_words import column_words
from capplan.messages import Text, msg
from capplan.reading.inputs import STUDY_FILE
from capplan.schema.spec import LIST_SEPARATOR
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from capplan.compare.change import InputChange
    from capplan.schema.spec import Column, TableSpec

__all__ = ["KINDS", "column_name", "value_text"]

KINDS = MappingProxyType(
    {
        "site_id": "site",
        "zone_id": "zone",
        "class_id": "service_class",
        "technology": "technology",
        "limit": "limit",
        "region": "place",
        "region_id": "place",
        "offer_id": "place",
        "grid_node": "place",
        "metric": "metric",
        "prefecture_adcode": "prefecture",
        "unit": "unit",
        "energy_zone": "energy_zone",
    }
)
"""Which names a column's ids have, as methods of `Names`."""

_UNTOLD = frozenset({"unit", "lon", "lat", "position_error_km", "member_kind"})
"""Columns that a row told in words does without: the unit stands beside its value."""

_COLUMNS = MappingProxyType(
    {
        ("targets", "kind"): Text(zh="约束性质", en="How binding it is"),
        ("targets", "relation"): Text(zh="不低于或不高于", en="At least or at most"),
        ("projects", "status"): Text(zh="项目状态", en="State of the project"),
    }
)
"""Columns whose description lists what may stand there: too long for a name."""


def value_text(text: str, change: InputChange, names: PairNames) -> str:
    """Return a value as people read it: amounts with thousands apart, ids by their names, a whole row in words.

    Parameters
    ----------
    text
        The value before or after the change, as it is written.
    change
        The change.
    names
        Names in the language wanted.
    """
    if not text:
        return ""
    if change.cells:
        return _row_text(change, names)
    if change.unit and is_number(text):
        return number(text)
    if change.file == STUDY_FILE:
        return study_value(change.keys, text, names)
    return _of_file(text, change, names)


def _of_file(text: str, change: InputChange, names: PairNames) -> str:
    """Return a value of a technology or of a cell of a table."""
    if change.file.startswith("technologies/"):
        own, *parameter = map(str, change.keys)
        return parameter_value(parameter[0], text, names) if parameter else names.of("technology", own)
    spec = TABLES.get(str(change.keys[0])) if change.file.startswith("data/") and change.keys else None
    column = spec.by_name.get(change.column) if spec is not None else None
    return _named(column, text, names) if column is not None and column.kind == "text" else oneline(text)


def _row_text(change: InputChange, names: PairNames) -> str:
    """Return what a whole row says: the words of its columns with their values and units."""
    spec, told = TABLES[str(change.keys[0])], []
    for name, text, unit in change.cells:
        column = spec.by_name[name]
        if name in _UNTOLD:
            continue
        value = _cell(column, text, unit, names)
        plain = column.choices and text not in {"yes", "no"}
        told.append(value if plain else _labelled(column_name(spec, name, names.lang), value, names.lang))
    return oneline(("；" if names.lang == "zh" else "; ").join(told), LONGEST_ROW)


def _labelled(what: str, value: str, lang: str) -> str:
    return f"{what}：{value}" if lang == "zh" else f"{what}: {value}"


def _cell(column: Column, text: str, unit: str, names: PairNames) -> str:
    if column.kind == "text":
        return _named(column, text, names)
    if unit in {"year", "ratio", ""}:
        return oneline(text)
    return f"{number(text)} {unit_name(unit, names)}"


def _named(column: Column, text: str, names: PairNames) -> str:
    """Return a text cell by the names of what it lists."""
    parts = text.split(LIST_SEPARATOR) if column.many else [text]
    found = [_known(column, part.strip(), names) for part in parts]
    return found[0] if len(found) == 1 else names.say(msg("{text}", text=found))


def _known(column: Column, text: str, names: PairNames) -> str:
    if column.name in KINDS:
        return bare(names.of(KINDS[column.name], text))
    if column.choices or text == "all":
        return code_name(text, names) or bare(names.of("metric", text))
    return (
        place_name(text, names)
        if column.reference or column.many or column.name == "member_id"
        else oneline(text)
    )


def column_name(spec: TableSpec, name: str, lang: str) -> str:
    """Return what a column says, as short as a heading.

    Parameters
    ----------
    spec
        The table.
    name
        The column.
    lang
        ``zh`` or ``en``.

    Examples
    --------
    >>> column_name(TABLES["targets"], "value", "zh"), column_name(TABLES["targets"], "kind", "en")
    ('数量', 'How binding it is')
    """
    if (spec.name, name) in _COLUMNS:
        return _COLUMNS[spec.name, name].in_(lang)
    return short(column_words(spec, spec.by_name[name], lang))
