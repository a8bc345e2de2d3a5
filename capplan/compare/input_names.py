"""What an input change is about, in a planner's words: whose value it is, and what the value says."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from capplan.compare.input_codes import bare, place_name, short
from capplan.compare.input_values import KINDS, column_name
from capplan.compare.wording import PairNames, oneline
from capplan.exchange.input_words import parameter_words, study_words, table_words
from capplan.messages import Text, msg
from capplan.reading.inputs import STUDY_FILE
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from capplan.compare.change import InputChange
    from capplan.compare.groups import Group
    from capplan.schema.spec import TableSpec

__all__ = ["change_name", "group_name", "place_of"]

_FEATURE = 3
"""A rule's parameter is so deep in the study: features, rule, parameter."""

_LONGEST = 90

_TABLES = MappingProxyType(
    {
        "zones": Text(zh="需求区", en="Zone"),
        "regions": Text(zh="区域", en="Region"),
        "region_members": Text(zh="区域的成员", en="Member of a region"),
        "sites": Text(zh="备选站点", en="Candidate site"),
        "nodes": Text(zh="光缆节点", en="Fibre node"),
        "routes": Text(zh="光缆路由", en="Fibre route"),
        "grid_nodes": Text(zh="变电站", en="Substation"),
        "voltages": Text(zh="接入电压", en="Voltage"),
        "tariffs": Text(zh="电价", en="Tariff"),
        "climate": Text(zh="气象数据", en="Climate"),
        "cooling": Text(zh="制冷方式", en="Cooling system"),
        "energy_offers": Text(zh="绿电报价", en="Offer of green electricity"),
        "grid_factors": Text(zh="电网排放因子", en="Emission factor of the grid"),
        "classes": Text(zh="业务类别", en="Service class"),
        "demand_drivers": Text(zh="需求驱动因素", en="Demand driver"),
        "demand": Text(zh="另行给定的需求", en="Stated demand"),
        "existing": Text(zh="既有模块", en="Existing modules"),
        "committed": Text(zh="在建模块", en="Modules under construction"),
        "targets": Text(zh="目标", en="Target"),
        "documents": Text(zh="政策文件", en="Policy document"),
        "limits": Text(zh="限制", en="Limit"),
        "funding": Text(zh="资金账户", en="Funding account"),
        "projects": Text(zh="已公布项目", en="Announced project"),
        "reinforcements": Text(zh="电网扩建", en="Reinforcement of the grid"),
    }
)
"""What one row is, as short as a heading; a table that is not here is called by what the schema says."""


def change_name(change: InputChange, names: PairNames) -> str:
    """Return what a change is about: whose value, and what it says.

    Parameters
    ----------
    change
        The change.
    names
        Names in the language wanted.
    """
    names = names.of_change(change.change)
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
    names = names.of_change(first.change)
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


def _joined(whose: str, what: str, names: PairNames) -> str:
    if not whose or not what:
        return whose or what
    return names.say(msg("{what}: {count}", what=whose, count=what))


def _of_study(change: InputChange, names: PairNames) -> str:
    keys: tuple[Any, ...] = change.keys
    words = short(study_words(keys, names.lang))
    rest = keys[_FEATURE:] if keys[:1] == ("features",) else ()
    return (
        _joined(_listed([place_name(str(key), names) for key in rest], names), words, names) if words else ""
    )


def _of_technology(change: InputChange, names: PairNames) -> str:
    own = names.of("technology", str(change.keys[0]))
    if len(change.keys) == 1:
        return _joined(own, names.say(msg("whole file")), names)
    dotted = ".".join(map(str, change.keys[1:]))
    words = parameter_words(str(change.keys[1]), names.lang) or dotted
    return _joined(own, bare(words), names)


def _of_table(change: InputChange, spec: TableSpec, names: PairNames) -> str:
    whose = _row(change, spec, names)
    if not change.column:
        kind = _TABLES[spec.name].in_(names.lang) if spec.name in _TABLES else table_words(spec, names.lang)
        return _joined(kind, whose, names)
    return _joined(whose, column_name(spec, change.column, names.lang), names)


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
    told = [names.of(KINDS[name], text) if name in KINDS else place_name(text, names) for name, text in parts]
    return _listed([bare(text) for text in told if text], names) or oneline(change.row)


def _listed(texts: list[str], names: PairNames) -> str:
    return names.say(msg("{text}", text=texts)) if texts else ""
