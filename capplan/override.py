"""Single values set by path, as ``--set`` and scenarios do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capplan.errors import InputError
from capplan.messages import msg
from capplan.reading.cells import Cells, number_text, parse
from capplan.reading.explain import validated
from capplan.reading.faults import Faults
from capplan.reading.yaml_file import parse_value, plain
from capplan.schema.spec import LIST_SEPARATOR, Column
from capplan.schema.study import Study
from capplan.schema.tables import TABLES
from capplan.schema.technology import Technology

if TYPE_CHECKING:
    from capplan.reading.inputs import Inputs
    from capplan.reading.table import TableData
    from capplan.schema.base import Quantity

SET = "--set"
"""What stands for the file in faults of settings."""

SCENARIO = "--scenario"
"""What stands for the file in faults of scenarios' names."""

_MINE = "set by the planner; before: {before}"


@dataclass(frozen=True)
class Place:
    """Where a setting was written, for faults."""

    file: str
    row: int | None
    column: str


def parse_setting(text: str) -> tuple[str, object]:
    """Return path and value of ``PATH=VALUE``; the value is read as YAML.

    Raises
    ------
    ValueError
        If there is no path or no ``=``.

    Examples
    --------
    >>> parse_setting("targets.CC-PFLOPS-3000.kind=hard")
    ('targets.CC-PFLOPS-3000.kind', 'hard')
    """
    path, sign, value = text.partition("=")
    if not sign or not path.strip():
        message = f"{text!r} is not of the form PATH=VALUE"
        raise ValueError(message)
    return path.strip(), parse_value(value)


def combined(study: Study, names: Sequence[str], settings: Mapping[str, object]) -> dict[str, object]:
    """Return the settings of scenarios, one after the other, and last those given; the later wins.

    Parameters
    ----------
    study : Study
        The study that has the scenarios.
    names : sequence of str
        Their names.
    settings : mapping of str to object
        Values by path.

    Raises
    ------
    InputError
        With every name that is not known.
    """
    faults = Faults()
    for name in names:
        if name not in study.scenarios:
            faults.add_unknown(SCENARIO, msg("the scenario"), name, study.scenarios)
    if len(faults):
        raise InputError(faults.listed())
    found: dict[str, object] = {}
    for each in (*(study.scenarios[name].set for name in names), settings):
        for path, value in each.items():
            found.pop(path, None)
            found[path] = value
    return {"applied": [*study.applied, *names], **found} if names else found


def applied(inputs: Inputs, settings: Mapping[str, object], faults: Faults) -> Inputs:
    """Return inputs with every setting applied, with a fault for each that cannot be."""
    for path, value in settings.items():
        inputs = apply(inputs, path, value, Place(SET, None, path), faults)
    return inputs


def apply(inputs: Inputs, path: str, value: object, place: Place, faults: Faults) -> Inputs:
    """Return inputs with one value set; with a fault, and unchanged, if the path leads nowhere.

    Parameters
    ----------
    inputs : Inputs
        The inputs.
    path : str
        The path.
    value : object
        The value, as YAML gives it.
    place : Place
        Where the setting was written.
    faults : Faults
        Collector.
    """
    value, (head, _, rest) = plain(value), path.partition(".")
    if head in TABLES:
        return _set_cell(inputs, head, rest, value, place, faults)
    if head == "technologies" and rest:
        return _set_technology(inputs, rest, value, place, faults)
    if head in Study.model_fields:
        return _set_study(inputs, path.split("."), value, place, faults)
    known = [*Study.model_fields, *TABLES]
    _unknown(place, head, known, faults)
    return inputs


def _unknown(place: Place, name: str, known: list[str], faults: Faults) -> None:
    faults.add_unknown(place.file, msg("the name"), name, known, row=place.row, column=place.column)


def _set_study(inputs: Inputs, keys: list[str], value: object, place: Place, faults: Faults) -> Inputs:
    if inputs.study is None:
        return inputs
    content: dict[str, Any] = plain(inputs.study)
    if not _put(content, keys, value, place, faults):
        return inputs
    before = Faults()
    study = validated(Study, content, place.file, before)
    for fault in before.listed():
        faults.extend([replace(fault, row=place.row, column=place.column, value=fault.value or str(value))])
    return inputs if study is None else replace(inputs, study=study)


def _put(content: dict[str, Any], keys: list[str], value: object, place: Place, faults: Faults) -> bool:
    inside: Any = content
    for depth in range(len(keys) - 1):
        inside = _step(inside, keys[: depth + 1], place, faults)
        if inside is None:
            return False
    last = _spelt(inside, keys[-1])
    free = keys[0] in {"features", "scenarios"} and len(keys) > 1
    if last not in inside and not free and last not in _keys_at(keys[:-1]):
        _unknown(place, keys[-1], sorted({*map(str, inside), *_keys_at(keys[:-1])}), faults)
        return False
    if keys[0] == "features" and len(keys) == _FEATURE and value is None:
        inside.pop(last, None)
    else:
        inside[last] = value
    return True


def _step(inside: dict[Any, Any], keys: list[str], place: Place, faults: Faults) -> dict[Any, Any] | None:
    """Return the mapping below the last of the keys, made where it may be, or None with a fault."""
    key = _spelt(inside, keys[-1])
    if key not in inside and keys[0] != "features" and key not in _keys_at(keys[:-1]):
        _unknown(place, keys[-1], [str(known) for known in inside], faults)
        return None
    found = inside.setdefault(key, {})
    if isinstance(found, dict):
        return found
    problem, remedy = msg("there are no keys below {key}", key=key), msg("set it as a whole")
    faults.add(place.file, problem, remedy, row=place.row, column=place.column)
    return None


def _spelt(inside: Mapping[Any, Any], key: str) -> Any:
    """Return a key as the mapping has it: years are numbers there."""
    return next((known for known in inside if str(known) == key), key)


_FEATURE = 2


def _keys_at(above: list[str]) -> list[str]:
    """Return the keys that the study knows below a path, whether they are set or not."""
    if not above:
        return list(Study.model_fields)
    known = {"solver": Study.model_fields["solver"], "objective": Study.model_fields["objective"]}
    if len(above) == 1 and above[0] in known:
        return list(type(known[above[0]].default).model_fields)
    return []


def _set_technology(inputs: Inputs, rest: str, value: object, place: Place, faults: Faults) -> Inputs:
    name, *keys = rest.split(".")
    technology = inputs.technologies.get(name)
    if technology is None:
        _unknown(place, name, list(inputs.technologies), faults)
        return inputs
    content: dict[str, Any] = plain(technology)
    if not keys or not _put_quantity(technology, content, keys, value):
        known = [*technology.quantities, *type(technology).model_fields]
        _unknown(place, ".".join(keys), list(dict.fromkeys(known)), faults)
        return inputs
    before = Faults()
    changed = validated(Technology, content, place.file, before)
    for fault in before.listed():
        faults.extend([replace(fault, row=place.row, column=place.column, value=fault.value or str(value))])
    return inputs if changed is None else replace(inputs, technologies={**inputs.technologies, name: changed})


def _put_quantity(technology: Technology, content: dict[str, Any], keys: list[str], value: object) -> bool:
    path = ".".join(keys[:-1] if keys[-1] == "value" else keys)
    quantity = technology.quantities.get(path)
    if quantity is None:
        if len(keys) == 1 and keys[0] in type(technology).model_fields:
            content[keys[0]] = value
            return True
        return False
    inside = content
    for key in path.split("."):
        inside = inside[key]
    inside |= _mine(quantity, value)
    return True


def _mine(quantity: Quantity, value: object) -> dict[str, Any]:
    note = _MINE.format(before=number_text(quantity.value))
    found: dict[str, Any] = {"value": value, "confidence": "assumption", "note": note}
    if isinstance(value, int | float) and not isinstance(value, bool):
        if quantity.low is not None:
            found["low"] = min(quantity.low, value)
        if quantity.high is not None:
            found["high"] = max(quantity.high, value)
    return found


def _set_cell(inputs: Inputs, name: str, rest: str, value: object, place: Place, faults: Faults) -> Inputs:
    table = inputs.tables.get(name)
    key, _, column_name = rest.rpartition(".")
    if table is None:
        return inputs
    spec = table.spec
    if not key or column_name not in spec.by_name:
        names = [column.name for column in spec.columns if column.name not in spec.key]
        _unknown(place, column_name, names, faults)
        return inputs
    keys = table.keys()
    rows = np.flatnonzero((keys == _canonical_key(table, key)).to_numpy())
    if not len(rows):
        _unknown(place, key, list(keys), faults)
        return inputs
    if column_name in spec.key:
        remedy = msg("set another column, or change the file")
        faults.add(
            place.file, msg("a key cannot be set"), remedy, row=place.row, column=place.column, value=value
        )
        return inputs
    return _with_cell(inputs, table, int(rows[0]), spec.column(column_name), value, place, faults)


def _canonical_key(table: TableData, key: str) -> str:
    parts = key.split(",")
    if len(parts) != len(table.spec.key):
        return key
    return ",".join(
        _canonical(table.spec.column(name), part.strip())
        for name, part in zip(table.spec.key, parts, strict=True)
    )


def _canonical(column: Column, part: str) -> str:
    if column.kind == "text" or not part:
        return part
    try:
        return number_text(float(part))
    except ValueError:
        return part


def _with_cell(
    inputs: Inputs, table: TableData, row: int, column: Column, value: object, place: Place, faults: Faults
) -> Inputs:
    written = _cell_text(value)
    line = np.array([place.row or 0], dtype=np.int64)
    found = Faults()
    described = replace(column, name=place.column)
    parsed = parse(Cells(place.file, described, line, [written], np.zeros(1, dtype=bool)), found)
    if len(found):
        faults.extend(replace(fault, row=place.row) for fault in found.listed())
        return inputs
    frame = table.frame.copy()
    before = _cell_text(frame[column.name].iloc[row])
    frame.loc[row, column.name] = parsed[0]
    if column.ranged:
        _widen(frame, row, column.name)
    known = "confidence" in frame and column.name not in {"source", "confidence", "note"}
    if before != written and known:
        frame.loc[row, "confidence"] = "assumption"
        frame.loc[row, "note"] = _noted(str(frame["note"].iloc[row]), column.name, before)
    return replace(inputs, tables={**inputs.tables, table.spec.name: replace(table, frame=frame)})


def _noted(note: str, name: str, before: str) -> str:
    mine = f"{name} {_MINE.format(before=before or 'empty')}"
    return f"{note}; {mine}" if note else mine


def _widen(frame: pd.DataFrame, row: int, name: str) -> None:
    value = frame[name].to_numpy(dtype=float)[row]
    for side, outer in (("low", np.fmin), ("high", np.fmax)):
        bounds = frame[f"{name}_{side}"].to_numpy(dtype=float)
        frame[f"{name}_{side}"] = np.where(
            np.isnan(bounds), bounds, _at(bounds, row, outer(bounds[row], value))
        )


def _at(values: NDArray[np.float64], row: int, value: float) -> NDArray[np.float64]:
    changed = values.copy()
    changed[row] = value
    return changed


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return number_text(float(value))
    if isinstance(value, list | tuple):
        return LIST_SEPARATOR.join(map(_cell_text, value))
    return str(value).strip()
