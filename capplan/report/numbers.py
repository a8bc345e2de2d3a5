"""Numbers as a planner writes them: thousands apart, money in 亿元 or CNY bn, shares in per cent."""

from __future__ import annotations

import math

__all__ = ["amount", "money", "money_in_large_units", "money_scale", "money_unit", "percent"]

_ABSENT = "-"
_TINY = 1e-6
_LARGE = {"zh": 1e8, "en": 1e9}
_MEDIUM = {"zh": 1e4, "en": 1e6}
_LARGE_FROM = 1e8
"""From which size on money stands in its large unit, when its unit is its own [CNY]."""


def amount(value: float | None, digits: int = 0) -> str:
    """Return a number with thousands apart; a dash where there is none.

    Parameters
    ----------
    value : float or None
        The number, in any unit.
    digits : int
        Digits after the point.

    Examples
    --------
    >>> amount(60000), amount(-0.0), amount(float("nan")), amount(1.234, 2)
    ('60,000', '0', '-', '1.23')
    """
    if value is None or not math.isfinite(value):
        return _ABSENT
    rounded = round(float(value), digits)
    return f"{rounded or 0.0:,.{digits}f}"


def percent(share: float | None, digits: int = 1) -> str:
    """Return a ratio in per cent.

    Parameters
    ----------
    share : float or None
        The ratio [1].
    digits : int
        Digits after the point; a share too small for them is written with two that count.

    Examples
    --------
    >>> percent(0.1234), percent(0.00021, 1), percent(0.0)
    ('12.3%', '0.021%', '0.0%')
    """
    if share is None or not math.isfinite(share):
        return _ABSENT
    value = 100.0 * float(share)
    if value and abs(value) < 10.0**-digits:
        return "<1e-6%" if abs(value) < _TINY else f"{value:.{1 - math.floor(math.log10(abs(value)))}f}%"
    return f"{amount(value, digits)}%"


def money_unit(lang: str, whole: float | None = None) -> str:
    """Return the unit of a table of money: the large one, or for a small whole the one below.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    whole : float, optional
        What the plan costs [CNY]; where it is less than 1e8 CNY, the unit is a smaller one.

    Examples
    --------
    >>> money_unit("zh"), money_unit("en"), money_unit("zh", 2e7), money_unit("en", 2e7)
    ('亿元', 'CNY bn', '万元', 'CNY million')
    """
    if _small(whole):
        return "万元" if lang == "zh" else "CNY million"
    return "亿元" if lang == "zh" else "CNY bn"


def money_scale(lang: str, whole: float | None = None) -> float:
    """Return how much money one `money_unit` is [CNY].

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    whole : float, optional
        What the plan costs [CNY].
    """
    return (_MEDIUM if _small(whole) else _LARGE).get(lang, 1e9)


def _small(whole: float | None) -> bool:
    return whole is not None and abs(whole) < _LARGE_FROM


def money_in_large_units(cny: float | None, lang: str, digits: int = 2, whole: float | None = None) -> str:
    """Return money as a bare number in `money_unit`.

    Parameters
    ----------
    cny : float or None
        The money [CNY].
    lang : str
        ``zh`` or ``en``.
    digits : int
        Digits after the point; fewer in the smaller unit.
    whole : float, optional
        What the plan costs [CNY].

    Examples
    --------
    >>> money_in_large_units(5.1e9, "zh"), money_in_large_units(5.1e9, "en"), money_in_large_units(5.1e6, "en", 3, 2e7)
    ('51.00', '5.10', '5.10')
    """
    shown = max(digits - (2 if lang == "zh" else 1), 0) if _small(whole) else digits
    return amount(None if cny is None else cny / money_scale(lang, whole), shown)


def money(cny: float | None, lang: str) -> str:
    """Return money with the unit that suits its size.

    Parameters
    ----------
    cny : float or None
        The money [CNY].
    lang : str
        ``zh`` or ``en``.

    Examples
    --------
    >>> money(5.1e9, "zh"), money(5.1e9, "en"), money(3.2e6, "en"), money(5.68e7, "zh"), money(120, "zh")
    ('51.00 亿元', 'CNY 5.100 bn', 'CNY 3.20 million', '5,680 万元', '120 元')
    """
    if cny is None or not math.isfinite(cny):
        return _ABSENT
    zh, size = lang == "zh", abs(cny)
    if size >= _LARGE_FROM:
        value = cny / _LARGE.get(lang, 1e9)
        return f"{amount(value, 2)} 亿元" if zh else f"CNY {amount(value, 3)} bn"
    if size >= _MEDIUM.get(lang, 1e6):
        written = amount(cny / _MEDIUM.get(lang, 1e6), 0 if zh and size >= _LARGE_FROM / 10 else 2)
        return f"{written} 万元" if zh else f"CNY {written} million"
    return f"{amount(cny)} 元" if zh else f"CNY {amount(cny)}"
