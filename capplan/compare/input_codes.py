"""What codes, ids, units and numbers of the inputs are called, whatever input they stand in."""

from __future__ import annotations

import math
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from capplan.compare.wording import oneline
from capplan.exchange.codes import OFFER_KINDS, ZONE_KINDS
from capplan.messages import Text
from capplan.report.numbers import amount

if TYPE_CHECKING:
    from capplan.compare.wording import PairNames

__all__ = ["bare", "code_name", "is_number", "number", "place_name", "short", "unit_name"]

_AFTER = re.compile(r"([;；]|[，,] ?(in `|with `?;|单位见|以分号)).*$")
_BRACKETS = re.compile(r"\s*\[([^\]]*)\]|\s*[（(][a-z]+_[a-z_]+[)）]|, an? [a-z]+_[a-z_]+$")
_BY_KEY = re.compile(r",? by (class|region|year)\b.*?(?=, from\b|$)|，按(业务类别|区域|年份)[^，]*")
_WORD = re.compile(r"[A-Za-z_]\w*")
_AMOUNTS = 10_000.0
_DIGITS = 6
_LONG = 9

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
        "must": Text(zh="必须满足", en="must be served"),
        "optional": Text(zh="可选", en="optional"),
        "committed": Text(zh="已承诺", en="committed"),
        "dropped": Text(zh="不采纳", en="dropped"),
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
        "zone": Text(zh="需求区", en="zone"),
        "site": Text(zh="站点", en="site"),
        "all": Text(zh="全部", en="all"),
        "round_trip": Text(zh="往返", en="round trip"),
        "one_way": Text(zh="单程", en="one way"),
        "copies_eligible": Text(zh="可设灾备副本的站点", en="sites that may hold copies"),
        "cost": Text(zh="净现值成本", en="net present cost"),
    }
)
"""What the codes of the inputs mean, beside those that plans have names for too."""


def code_name(code: str, names: PairNames) -> str:
    """Return what a code of the inputs means; empty where it is none.

    Parameters
    ----------
    code
        The code.
    names
        Names in the language wanted.
    """
    if code in _WORDS:
        return _WORDS[code].in_(names.lang)
    named = names.of("code", code)
    return "" if named == oneline(code) else named


def number(text: str) -> str:
    """Return a number as people read it.

    Examples
    --------
    >>> number("7800000"), number("1249.9909462104174"), number("0.25")
    ('7,800,000', '1249.99', '0.25')
    """
    value = float(text)
    if abs(value) < _AMOUNTS:
        return oneline(text) if len(text) <= _LONG else f"{value:.{_DIGITS}g}"
    return amount(value, 0 if value.is_integer() else 1)


def is_number(text: str) -> bool:
    """Tell whether a text is a number.

    Examples
    --------
    >>> is_number("7.8e6"), is_number("hard"), is_number("nan")
    (True, False, False)
    """
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def place_name(identity: str, names: PairNames) -> str:
    """Return the name of an id of whatever kind; one that has no name stays as it is.

    Parameters
    ----------
    identity
        The id.
    names
        Names in the language wanted.
    """
    for kind in ("place", "zone", "technology", "service_class", "cooling"):
        named = names.of(kind, identity)
        if named != oneline(identity):
            return named
    return oneline(identity)


def unit_name(unit: str, names: PairNames) -> str:
    """Return the name of a unit; of compute, what stands in its brackets.

    Parameters
    ----------
    unit
        The unit.
    names
        Names in the language wanted.
    """
    if unit == _ONE:
        return ""
    named = names.of("unit", unit)
    found = _BRACKETS.search(named)
    if named != unit:
        return (found.group(1) or named) if found else named
    if unit in _UNITS:
        return _UNITS[unit].in_(names.lang)
    return _WORD.sub(lambda part: _UNITS[part[0]].in_(names.lang) if part[0] in _UNITS else part[0], unit)


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
        "class unit": Text(zh="业务计量单位", en="units of the class"),
        "edge_node": Text(zh="边缘节点", en="edge nodes"),
        "dr_centre": Text(zh="灾备中心", en="DR centres"),
        "standard_rack": Text(zh="标准机架", en="standard rack"),
        "pflops_fp16": Text(zh="PFLOPS FP16", en="PFLOPS FP16"),
        "pflops_fp64": Text(zh="PFLOPS FP64", en="PFLOPS FP64"),
        "module": Text(zh="模块", en="modules"),
    }
)
"""Units that are words, and words that are parts of others."""

_ONE = "1"
"""The unit of what is counted."""


def bare(text: str) -> str:
    """Return a text without units in brackets and without the names of keys.

    Examples
    --------
    >>> bare("Power [MW]"), bare("区域（region_id）")
    ('Power', '区域')
    """
    return _BRACKETS.sub("", text)


def short(text: str) -> str:
    """Return a description as short as a heading: its first clause, without units and without what its keys are.

    Examples
    --------
    >>> short("least share of the population covered, by year, from that year on [ratio]")
    'least share of the population covered, from that year on'
    >>> short("专项债偿还期 [yr]；一般 10—20 年")
    '专项债偿还期'
    """
    return _BY_KEY.sub("", _AFTER.sub("", bare(text)))
