"""What an input change is about, in a planner's words: whose value it is, and what the value says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from capplan.compare.wording import PairNames, oneline
from capplan.exchange.input_words import column_words, parameter_words, study_words, table_words
from capplan.messages import msg
from capplan.reading.inputs import STUDY_FILE
from capplan.report.numbers import amount
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from capplan.compare.change import InputChange
    from capplan.compare.groups import Group
    from capplan.schema.spec import TableSpec

__all__ = ["change_name", "group_name", "place_of", "unit_name", "value_text"]

_FEATURE = 3
"""A rule's parameter is so deep in the study: features, rule, parameter."""

_LONGEST = 90
_TABLE = re.compile(r"[：:，,(（;；].*$")
_AFTER = re.compile(r"([;；]|[，,] ?(in `|单位见)).*$")
_BRACKETS = re.compile(r"\s*\[([^\]]*)\]")
_AMOUNTS = 10_000.0
_DIGITS = 6
_LONG = 9

_KINDS = {
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
}
"""Which names a key column's ids have, as methods of `Names`."""


def change_name(change: InputChange, names: PairNames) -> str:
    """Return what a change is about: whose value, and what it says.

    Parameters
    ----------
    change
        The change.
    names
        Names in the language wanted.
    """
    if change.file == STUDY_FILE:
        told = _of_study(change, names)
    elif change.file.startswith("data/") and change.row and str(change.keys[0]) in TABLES:
        told = _of_table(change, TABLES[str(change.keys[0])], names)
    elif change.file.startswith("technologies/") and change.keys:
        told = _of_technology(change, names)
    else:
        told = ""
    return oneline(told or change.column or change.row or change.file, _LONGEST)


def group_name(group: Group, names: PairNames) -> str:
    """Return what a group of changes is about: its one change, its row, rule or technology, else what the group is called.

    Parameters
    ----------
    group
        The group.
    names
        Names in the language wanted.
    """
    first, *others = group.deciding
    if not others:
        return change_name(first, names)
    same = [change for change in others if change.file == first.file]
    told = ""
    if first.file.startswith("technologies/"):
        told = names.of("technology", str(first.keys[0]))
    elif first.keys[:1] == ("features",) and "/" in group.name:
        told = study_words(first.keys[:2], names.lang)
    elif all(change.row == first.row for change in same) and first.row and str(first.keys[0]) in TABLES:
        told = _row(first, TABLES[str(first.keys[0])], names)
    return oneline(told or group.name, _LONGEST)


def place_of(change: InputChange) -> str:
    """Return where a change stands: file, row and column.

    Parameters
    ----------
    change
        The change.

    Examples
    --------
    >>> from capplan.compare.change import InputChange
    >>> place_of(InputChange("data/targets.csv", "t1", "value", "changed", "1", "2"))
    'data/targets.csv: t1: value'
    """
    return ": ".join(oneline(part) for part in (change.file, change.row, change.column) if part)


def value_text(text: str, change: InputChange) -> str:
    """Return a value as it is written, large amounts with thousands apart.

    Parameters
    ----------
    text
        The value.
    change
        Its change.

    Examples
    --------
    >>> from capplan.compare.change import InputChange
    >>> value_text("7800000", InputChange("x", "", "capex", "changed", "1", "7800000", "CNY"))
    '7,800,000'
    """
    if change.ratio is None or not change.unit:
        return oneline(text)
    value = float(text)
    if abs(value) < _AMOUNTS:
        return oneline(text) if len(text) <= _LONG else f"{value:.{_DIGITS}g}"
    return amount(value, 0 if value.is_integer() else 1)


def unit_name(unit: str, names: PairNames) -> str:
    """Return the name of a unit; of compute, what stands in its brackets.

    Parameters
    ----------
    unit
        The unit.
    names
        Names in the language wanted.
    """
    named = names.of("unit", unit)
    found = _BRACKETS.search(named)
    return found.group(1) if found else named


def _bare(text: str) -> str:
    return _BRACKETS.sub("", text)


def _joined(whose: str, what: str, names: PairNames) -> str:
    if not whose or not what:
        return whose or what
    return names.say(msg("{what}: {count}", what=whose, count=what))


def _of_study(change: InputChange, names: PairNames) -> str:
    keys: tuple[Any, ...] = change.keys
    words = _bare(study_words(keys, names.lang))
    rest = keys[_FEATURE:] if keys[:1] == ("features",) else ()
    return _joined(_listed([_place(str(key), names) for key in rest], names), words, names) if words else ""


def _place(identity: str, names: PairNames) -> str:
    for kind in ("place", "zone", "technology", "service_class"):
        named = names.of(kind, identity)
        if named != oneline(identity):
            return named
    return oneline(identity)


def _of_technology(change: InputChange, names: PairNames) -> str:
    own = names.of("technology", str(change.keys[0]))
    if len(change.keys) == 1:
        return _joined(own, names.say(msg("whole file")), names)
    dotted = ".".join(map(str, change.keys[1:]))
    words = parameter_words(str(change.keys[1]), names.lang) or dotted
    return _joined(own, _bare(words), names)


def _of_table(change: InputChange, spec: TableSpec, names: PairNames) -> str:
    whose = _row(change, spec, names)
    if not change.column:
        return _joined(_TABLE.sub("", table_words(spec, names.lang)), whose, names)
    words = _bare(column_words(spec, spec.by_name[change.column], names.lang))
    return _joined(whose, _AFTER.sub("", words), names)


def _row(change: InputChange, spec: TableSpec, names: PairNames) -> str:
    """Return the name of a row: by the names of its key, of a target by where, what and when."""
    if spec.name == "targets":
        cells = names.row("targets", "target_id", change.row)
        parts = [(name, str(cells.get(name, ""))) for name in ("region", "metric", "year")]
    elif len(spec.key) == 1 and f"name_{names.lang}" in spec.by_name:
        return str(names.row(spec.name, spec.key[0], change.row).get(f"name_{names.lang}") or change.row)
    else:
        pairs = zip(spec.key, change.row.split(","), strict=False)
        parts = [(name, text) for name, text in pairs if name != "member_kind"]
    told = [names.of(_KINDS[name], text) if name in _KINDS else _place(text, names) for name, text in parts]
    return _listed([_bare(text) for text in told if text], names) or oneline(change.row)


def _listed(texts: list[str], names: PairNames) -> str:
    return names.say(msg("{text}", text=texts)) if texts else ""
