"""What differs in the inputs of two cases, value by value, with the setting that makes the one into the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from capplan.compare.change import InputChange
from capplan.compare.input_tables import table_changes
from capplan.compare.roles import role_of_column, role_of_key
from capplan.reading.cells import number_text
from capplan.reading.inputs import README_FILE, STUDY_FILE, technology_file
from capplan.reading.yaml_file import flow_yaml, plain
from capplan.schema.package import BOUNDARIES_FILE, PACKAGE_FILE
from capplan.schema.study import Study

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.schema.technology import Technology

__all__ = ["input_changes", "settings", "unit_of_key"]

_UNIT = re.compile(r"\[([^\]-]+)\]")
_FREE = ("features", "scenarios")
_FEATURE = 2
_ABSENT = object()


def input_changes(before: Case, after: Case) -> list[InputChange]:
    """Return every difference between the inputs of two cases: study, technologies, tables, other files.

    Parameters
    ----------
    before, after
        The cases.

    Examples
    --------
    >>> from capplan import load_case
    >>> case = load_case("jilin-2025")
    >>> [change.setting for change in input_changes(case, case.override({"solver.seed": 7}))]
    ['solver.seed=7']
    """
    return [
        *_study_changes(before.study, after.study),
        *_technology_changes(before.technologies, after.technologies),
        *table_changes(before, after),
        *_file_changes(before, after),
    ]


def settings(changes: list[InputChange]) -> dict[str, object]:
    """Return the settings that bring about what can be set of some changes, by path, in the order in which they hold."""
    return {change.path: change.value for change in changes if change.path}


def _study_changes(before: Study, after: Study) -> Iterator[InputChange]:
    for keys, one, other in _leaves(plain(before), plain(after), ()):
        yield _of_study(keys, one, other)


def _leaves(
    before: Mapping[Any, Any], after: Mapping[Any, Any], above: tuple[Any, ...]
) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Yield the keys of two documents whose values differ, with the values."""
    for key in [*before, *(key for key in after if key not in before)]:
        one, other = before.get(key, _ABSENT), after.get(key, _ABSENT)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _leaves(one, other, (*above, key))
        elif not _same(one, other):
            yield (*above, key), one, other


def _same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other)) or _equal_numbers(one, other)


def _equal_numbers(one: Any, other: Any) -> bool:
    numbers = all(isinstance(item, int | float) and not isinstance(item, bool) for item in (one, other))
    return numbers and bool(one == other)


def _of_study(keys: tuple[Any, ...], one: Any, other: Any) -> InputChange:
    path, value = ".".join(map(str, keys)), None if other is _ABSENT else other
    return InputChange(
        STUDY_FILE,
        "",
        path,
        _kind(one, other),
        _text(one),
        _text(other),
        unit_of_key(keys),
        role_of_key(keys),
        keys,
        path if _settable(keys, one, other) else "",
        value,
    )


def _settable(keys: tuple[Any, ...], one: Any, other: Any) -> bool:
    """Return whether a setting can bring this about: free keys may be made, and a rule be switched off."""
    if any("." in str(key) for key in keys):
        return False
    if other is _ABSENT:
        return keys[0] == "features" and len(keys) == _FEATURE
    return one is not _ABSENT or (keys[0] in _FREE and len(keys) > 1) or keys[0] in Study.model_fields


def unit_of_key(keys: tuple[Any, ...]) -> str:
    """Return the unit in the description of a rule's parameter or of a key; empty where it has none.

    Parameters
    ----------
    keys
        The keys of the study from the top.

    Examples
    --------
    >>> unit_of_key(("features", "campuses", "cost_cny")), unit_of_key(("periods",))
    ('CNY', '')
    """
    from capplan.features import registry

    if keys[0] == "features" and len(keys) > _FEATURE and str(keys[1]) in registry():
        field = registry()[str(keys[1])].parameters.model_fields.get(str(keys[2]))
    elif keys[0] == "solver" and len(keys) > 1:
        field = type(Study.model_fields["solver"].default).model_fields.get(str(keys[1]))
    else:
        field = None
    found = _UNIT.search(str(field.description)) if field is not None else None
    return found.group(1) if found else ""


def _technology_changes(
    before: Mapping[str, Technology], after: Mapping[str, Technology]
) -> Iterator[InputChange]:
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after or name not in before:
            added = name not in before
            told = (after if added else before)[name].name.in_("en")
            kind = "added" if added else "removed"
            yield InputChange(
                technology_file(name),
                "",
                "",
                kind,
                "" if added else told,
                told if added else "",
                keys=(name,),
            )
            continue
        yield from _parameters(name, before[name], after[name])


def _parameters(name: str, before: Technology, after: Technology) -> Iterator[InputChange]:
    """Yield what differs between two versions of a technology: quantities by their parts, other keys as a whole."""
    one, other = plain(before), plain(after)
    units = {key: quantity.unit for key, quantity in {**before.quantities, **after.quantities}.items()}
    for keys, was, now in _leaves(one, other, ()):
        dotted = ".".join(map(str, keys))
        quantity = next((key for key in units if dotted == key or dotted.startswith(f"{key}.")), None)
        part = "" if quantity is None else dotted.removeprefix(quantity).removeprefix(".")
        change = InputChange(
            technology_file(name), "", dotted, _kind(was, now), _text(was), _text(now), keys=(name, *keys)
        )
        if quantity is None:
            whole = keys[0]
            role = "text" if whole in {"name", "module_name"} else "value"
            settable = whole in other
            path = f"technologies.{name}.{whole}" if settable else ""
            yield replace(change, role=role, path=path, value=other.get(whole))
        elif part == "value":
            path = f"technologies.{name}.{quantity}.value" if "." not in name else ""
            yield replace(change, unit=units[quantity], path=path, value=now)
        else:
            unit = units[quantity] if part in {"low", "high"} else ""
            yield replace(change, unit=unit, role=role_of_column(part) if part else "value")


def _file_changes(before: Case, after: Case) -> Iterator[InputChange]:
    """Yield what differs in files that hold no inputs of the plan, as a whole."""
    pairs = (
        (README_FILE, before.readme, after.readme),
        (BOUNDARIES_FILE, before.boundaries, after.boundaries),
        (PACKAGE_FILE, dict(before.about), dict(after.about)),
    )
    for file, one, other in pairs:
        if one != other:
            kind = "added" if not one else "removed" if not other else "changed"
            yield InputChange(file, "", "", kind, "", "", role="text")


def _kind(one: Any, other: Any) -> str:
    return "added" if one is _ABSENT else "removed" if other is _ABSENT else "changed"


def _text(value: Any) -> str:
    if value is _ABSENT:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)
    return flow_yaml(value)
