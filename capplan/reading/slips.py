"""The usual slips of those who type numbers and words, and what they most likely meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal
from types import MappingProxyType

from capplan.messages import Message, Text, msg
from capplan.schema.spec import ID_PATTERN

__all__ = ["NUMBER", "code_slip", "form_remedy", "meant_word", "number_slip", "shown_plain"]

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
"""How numbers are written."""

_GROUPED = re.compile(r"[+-]?\d{1,3}([,'\s]\d{3})+(\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_WITH_UNIT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*[^\d\s.,;:_-][^\d]*", re.ASCII)
_COUNTED = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))\s*(十万|百万|千万|万亿|[百千万亿])[^\d]*", re.ASCII)
_COUNTS = MappingProxyType({"百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "万亿": 12})
_CODE = 30
"""Digits that no code has."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_MEANT = MappingProxyType(
    {
        **dict.fromkeys(("是", "有", "真", "对", "√", "✓", "true", "y", "1"), "yes"),
        **dict.fromkeys(("否", "无", "假", "错", "×", "✗", "false", "n", "0"), "no"),
        **dict.fromkeys(("≥", "⩾", "≧", "=>", "不少于", "不低于", "至少"), ">="),
        **dict.fromkeys(("≤", "⩽", "≦", "=<", "不超过", "不高于", "至多"), "<="),
        **dict.fromkeys(("硬性", "强制", "约束性", "必须达到"), "hard"),
        **dict.fromkeys(("力争", "预期性"), "aspirational"),
        **dict.fromkeys(("计价",), "priced"),
    }
)


def shown_plain(text: str) -> str:
    """Return a text with full-width letters and digits made plain, and without characters that nobody sees.

    Examples
    --------
    >>> shown_plain("\ufeff１２．５\u200b")
    '12.5'
    """
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()


def meant_word(text: str, known: Collection[str]) -> str | None:
    """Return the known word that a text says in another way, or None.

    Examples
    --------
    >>> meant_word("是", ("yes", "no")), meant_word("≥", (">=", "<=")), meant_word("perhaps", ("yes", "no"))
    ('yes', '>=', None)
    """
    plain = shown_plain(text)
    for word in (plain, plain.casefold(), _MEANT.get(text.strip(), ""), _MEANT.get(plain.casefold(), "")):
        if word in known:
            return word
    return None


def form_remedy(pattern: str) -> Message:
    """Return how a text must be written: in words where it is an id, else by its pattern.

    Examples
    --------
    >>> form_remedy(r"^[A-Za-z0-9][A-Za-z0-9._-]*$").text("en")
    'write an id: Latin letters, digits, . _ and -, a letter or a digit first'
    """
    if pattern.strip("^$") == ID_PATTERN:
        return msg("write an id: Latin letters, digits, . _ and -, a letter or a digit first")
    return msg("use the form {pattern}", pattern=pattern)


def code_slip(text: str) -> str | None:
    """Return the code of digits that a spreadsheet wrote as a number, or None where it is none.

    Examples
    --------
    >>> code_slip("9.90101E+05"), code_slip("990101.0"), code_slip("north")
    ('990101', '990101', None)
    """
    if not NUMBER.fullmatch(text) or not set(text) & set("eE."):
        return None
    value = Decimal(text)
    whole = value.is_finite() and 0 <= value.adjusted() < _CODE and value == value.to_integral_value()
    return f"{value:.0f}" if whole else None


def number_slip(text: str, unit: str | Text = "") -> tuple[Message, Message] | None:
    """Return what is wrong with a text that should be a number, and the number meant; None where it says none.

    Parameters
    ----------
    text : str
        What stands there.
    unit : str or Text
        The unit wanted; empty where none is known.
    """
    plain = shown_plain(text)
    if NUMBER.fullmatch(plain) and plain != text:
        return msg("the number has full-width or invisible characters"), msg("write {value}", value=plain)
    if _GROUPED.fullmatch(plain):
        meant = re.sub(r"[,'\s]", "", plain)
        return msg("the number has thousands separators"), msg("write {value}", value=meant)
    if _DECIMAL_COMMA.fullmatch(plain):
        return msg("the number has a decimal comma"), msg("write {value}", value=plain.replace(",", "."))
    if plain.endswith("%") and NUMBER.fullmatch(plain[:-1].strip()):
        value = _said(float(f"{float(plain[:-1]) / 100:.12g}"))
        return msg("a percentage stands where a number should be"), msg("write {value}", value=value)
    counted = _COUNTED.fullmatch(plain)
    if counted is not None:
        exact = Decimal(counted[1]).scaleb(_COUNTS[counted[2]])
        return _more(f"{exact.normalize():f}", unit)
    with_unit = _WITH_UNIT.fullmatch(plain)
    return None if with_unit is None else _more(with_unit[1], unit)


def _more(value: str, unit: str | Text) -> tuple[Message, Message]:
    remedy = (
        msg("write {value}, if that is meant in {unit}", value=value, unit=unit)
        if unit
        else msg("write {value}, without its unit", value=value)
    )
    return msg("there is more than a number in the cell"), remedy


def _said(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
