"""What an input says, in a planner's words: numbers with their units, ids by their names, words in place of codes."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from capplan.compare.wording import PairNames, oneline
from capplan.exchange.codes import OFFER_KINDS, ZONE_KINDS
from capplan.exchange.input_words import column_words
from capplan.messages import Text, msg
from capplan.reading.inputs import STUDY_FILE
from capplan.report.numbers import amount
from capplan.schema.spec import LIST_SEPARATOR
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from capplan.compare.change import InputChange
    from capplan.schema.spec import Column, TableSpec

__all__ = ["bare", "column_name", "place_name", "unit_name", "value_text"]

_LONGEST_ROW = 240
"""Characters of a whole row that are told at most."""

_AFTER = re.compile(r"([;；]|[，,] ?(in `|with `?;|单位见|以分号)).*$")
_BRACKETS = re.compile(r"\s*\[([^\]]*)\]|\s*[（(][a-z]+_[a-z_]+[)）]|, an? [a-z]+_[a-z_]+$")
_AMOUNTS = 10_000.0
_DIGITS = 6
_LONG = 9

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

_WORDS = MappingProxyType(
    {
        **ZONE_KINDS,
        **OFFER_KINDS,
        "yes": Text(zh="是", en="yes"),
        "no": Text(zh="否", en="no"),
        "true": Text(zh="是", en="yes"),
        "false": Text(zh="否", en="no"),
        ">=": Text(zh="不低于", en="at least"),
        "<=": Text(zh="不高于", en="at most"),
        "hard": Text(zh="硬性", en="hard"),
        "aspirational": Text(zh="力争", en="aspirational"),
        "priced": Text(zh="计价", en="priced"),
        "must": Text(zh="必须满足", en="must be served"),
        "optional": Text(zh="可选", en="optional"),
        "committed": Text(zh="已承诺", en="committed"),
        "dropped": Text(zh="不采纳", en="dropped"),
        "own": Text(zh="自有资金", en="own funds"),
        "special_bond": Text(zh="专项债券", en="special bonds"),
        "subsidy": Text(zh="补贴", en="subsidy"),
        "province": Text(zh="省级", en="province"),
        "prefecture": Text(zh="市（州）", en="prefecture"),
        "pilot": Text(zh="试点", en="pilot"),
        "committee": Text(zh="管委会", en="committee"),
        "cluster": Text(zh="集群", en="cluster"),
        "park": Text(zh="园区", en="park"),
        "facility": Text(zh="既有设施", en="facility"),
        "county_seat": Text(zh="县城", en="county seat"),
        "existing": Text(zh="已有机房", en="halls stand"),
        "candidate": Text(zh="备选", en="candidate"),
        "trunk": Text(zh="干线", en="trunk"),
        "exit": Text(zh="出省", en="exit"),
        "inter_province": Text(zh="省际", en="to another province"),
        "dry_bulb": Text(zh="干球温度", en="dry bulb"),
        "wet_bulb": Text(zh="湿球温度", en="wet bulb"),
        "wind": Text(zh="风电", en="wind power"),
        "solar": Text(zh="光伏", en="solar power"),
        "mixed": Text(zh="风光", en="wind and solar power"),
        "zone": Text(zh="需求区", en="zone"),
        "site": Text(zh="站点", en="site"),
        "all": Text(zh="全部", en="all"),
    }
)
"""What the codes of the inputs mean."""


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
    if change.file.startswith("technologies/") and len(change.keys) == 1:
        return names.of("technology", str(change.keys[0]))
    if change.file == STUDY_FILE:
        return _word(text, names) or (
            place_name(text, names) if change.keys == ("region",) else oneline(text)
        )
    spec = TABLES.get(str(change.keys[0])) if change.file.startswith("data/") and change.keys else None
    column = spec.by_name.get(change.column) if spec is not None else None
    if column is not None and column.kind == "text":
        return _named(column, text, names)
    return _number(text) if change.ratio is not None and change.unit else oneline(text)


def _number(text: str) -> str:
    """Return a number as people read it.

    Examples
    --------
    >>> _number("7800000"), _number("1249.9909462104174"), _number("0.25")
    ('7,800,000', '1249.99', '0.25')
    """
    value = float(text)
    if abs(value) < _AMOUNTS:
        return oneline(text) if len(text) <= _LONG else f"{value:.{_DIGITS}g}"
    return amount(value, 0 if value.is_integer() else 1)


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
    return oneline(("；" if names.lang == "zh" else "; ").join(told), _LONGEST_ROW)


def _labelled(what: str, value: str, lang: str) -> str:
    return f"{what}：{value}" if lang == "zh" else f"{what}: {value}"


def _cell(column: Column, text: str, unit: str, names: PairNames) -> str:
    if column.kind == "text":
        return _named(column, text, names)
    if unit in {"year", "ratio", ""}:
        return oneline(text)
    return f"{_number(text)} {unit_name(unit, names)}"


def _named(column: Column, text: str, names: PairNames) -> str:
    """Return a text cell by the names of what it lists."""
    parts = text.split(LIST_SEPARATOR) if column.many else [text]
    found = [_known(column, part.strip(), names) for part in parts]
    return found[0] if len(found) == 1 else names.say(msg("{text}", text=found))


def _known(column: Column, text: str, names: PairNames) -> str:
    if column.name in KINDS:
        return bare(names.of(KINDS[column.name], text))
    if column.choices or text == "all":
        return _word(text, names) or bare(names.of("metric", text))
    return (
        place_name(text, names)
        if column.reference or column.many or column.name == "member_id"
        else oneline(text)
    )


def _word(text: str, names: PairNames) -> str:
    return _WORDS[text].in_(names.lang) if text in _WORDS else ""


def place_name(identity: str, names: PairNames) -> str:
    """Return the name of an id of whatever kind; one that has no name stays as it is.

    Parameters
    ----------
    identity
        The id.
    names
        Names in the language wanted.
    """
    for kind in ("place", "zone", "technology", "service_class"):
        named = names.of(kind, identity)
        if named != oneline(identity):
            return named
    return oneline(identity)


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
    return _AFTER.sub("", bare(column_words(spec, spec.by_name[name], lang)))


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
    if named != unit:
        return (found.group(1) or named) if found else named
    return "/".join(_UNITS[part].in_(names.lang) if part in _UNITS else part for part in unit.split("/"))


_UNITS = MappingProxyType(
    {
        "person": Text(zh="人", en="persons"),
        "ratio": Text(zh="比值", en="ratio"),
        "year": Text(zh="年", en="year"),
        "yr": Text(zh="年", en="yr"),
        "month": Text(zh="月", en="month"),
        "h": Text(zh="小时", en="h"),
        "deg": Text(zh="度", en="deg"),
        "degC": Text(zh="°C", en="°C"),
        "CNY": Text(zh="元", en="CNY"),
        "unit": Text(zh="单位", en="unit"),
        "edge_node": Text(zh="边缘节点", en="edge nodes"),
        "dr_centre": Text(zh="灾备中心", en="DR centres"),
        "standard_rack": Text(zh="标准机架", en="standard rack"),
        "pflops_fp16": Text(zh="PFLOPS FP16", en="PFLOPS FP16"),
        "pflops_fp64": Text(zh="PFLOPS FP64", en="PFLOPS FP64"),
        "module": Text(zh="模块", en="modules"),
    }
)
"""Units that are words, and parts of others."""


def bare(text: str) -> str:
    """Return a text without units in brackets and without the names of keys.

    Examples
    --------
    >>> bare("Power [MW]"), bare("区域（region_id）")
    ('Power', '区域')
    """
    return _BRACKETS.sub("", text)
