"""What a rule, a key of the study or a parameter of a technology says, in a planner's words instead of keys."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from capplan.compare.input_codes import code_name, number, place_name, short, unit_name
from capplan.compare.inputs import unit_of_key
from capplan.compare.wording import LONGEST_ROW, oneline
from capplan.exchange.input_words import study_words
from capplan.messages import Text, msg
from capplan.reading.cells import number_text
from capplan.reading.yaml_file import parse_value

if TYPE_CHECKING:
    from capplan.compare.wording import PairNames

__all__ = ["parameter_value", "study_value"]

_KINDS = MappingProxyType(
    {
        "ai": Text(zh="智算", en="AI"),
        "hall": Text(zh="云与数据中心", en="cloud and data centre"),
        "supercomputing": Text(zh="超算", en="supercomputing"),
        "vault": Text(zh="灾备", en="recovery vault"),
        "legacy": Text(zh="老旧及存储型机房", en="legacy and storage"),
        "edge": Text(zh="边缘节点", en="edge node"),
    }
)
"""What kinds of technology are called; elsewhere such a word may be the id of a class."""

_OF_KINDS = frozenset({"kind", "kinds"})
_YEARS = range(1900, 2200)
_PLAIN = frozenset({"", "ratio", "year"})
"""Units that are not told beside an amount."""


def study_value(keys: tuple[Any, ...], text: str, names: PairNames) -> str:
    """Return the value of a key of the study in words: parameters by what they are, with units, years and places.

    Parameters
    ----------
    keys
        The key.
    text
        Its value, as it is written.
    names
        Names in the language wanted.
    """
    return oneline(_told(keys, _parsed(text), names), LONGEST_ROW)


def parameter_value(parameter: str, text: str, names: PairNames) -> str:
    """Return the value of a parameter of a technology in words; of a whole quantity, its amount.

    Parameters
    ----------
    parameter
        The parameter, as ``serves``.
    text
        Its value, as it is written.
    names
        Names in the language wanted.
    """
    value = _parsed(text)
    if isinstance(value, dict) and "value" in value:
        told = _with_unit(_item((parameter,), value["value"], names), str(value.get("unit", "")), names)
    else:
        told = _told((parameter,), value, names)
    return oneline(told, LONGEST_ROW)


def _parsed(text: str) -> Any:
    return parse_value(text) if text[:1] in {"{", "["} else text


def _told(keys: tuple[Any, ...], value: Any, names: PairNames) -> str:
    if isinstance(value, dict):
        return _mapping(keys, value, names)
    if isinstance(value, list):
        return names.say(msg("{text}", text=[_item(keys, one, names) for one in value]) if value else _NONE)
    return _item(keys, value, names)


_NONE = msg("none at all")


def _mapping(keys: tuple[Any, ...], value: dict[Any, Any], names: PairNames) -> str:
    """Return what each key says, years and what they hold behind one another; a rule without parameters is in force."""
    if not value:
        return names.say(msg("in force") if keys[:1] == ("features",) else _NONE)
    if all(isinstance(key, int) and key in _YEARS for key in value):
        of_years = [(_amount((*keys, key), own, names), str(key)) for key, own in value.items()]
        told = [msg("{amount} in {year}", amount=own, year=year) for own, year in of_years]
        return names.say(msg("{text}", text=told))
    parts = [
        names.say(
            msg(
                "{what}: {count}",
                what=_label((*keys, key), names),
                count=_amount((*keys, key), own, names),
            )
        )
        for key, own in value.items()
    ]
    return ("；" if names.lang == "zh" else "; ").join(parts)


def _label(keys: tuple[Any, ...], names: PairNames) -> str:
    """Return what a key is called: what the rule says of it, else what it is the id of."""
    words = study_words(keys, names.lang)
    return short(words) if words != study_words(keys[:-1], names.lang) else place_name(str(keys[-1]), names)


def _amount(keys: tuple[Any, ...], value: Any, names: PairNames) -> str:
    """Return a value inside of another, with its unit."""
    told = _told(keys, value, names)
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return _with_unit(told, unit_of_key(keys), names) if numeric else told


def _with_unit(told: str, unit: str, names: PairNames) -> str:
    named = "" if unit in _PLAIN else unit_name(unit, names)
    return f"{told} {named}" if named else told


def _item(keys: tuple[Any, ...], value: Any, names: PairNames) -> str:
    """Return one value: a number, a truth, a word or the name of an id."""
    if isinstance(value, bool):
        return code_name(str(value).lower(), names)
    if isinstance(value, int | float):
        text = number_text(value)
        return text if value in _YEARS and not unit_of_key(keys) else number(text)
    text = str(value)
    if keys[-1] in _OF_KINDS and text in _KINDS:
        return _KINDS[text].in_(names.lang)
    named = names.of("metric", text)
    return code_name(text, names) or (place_name(text, names) if named == text else named)
