"""How a comparison is worded: names known to either case, signed numbers, figures with the digits that they deserve."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from capplan.exchange.names import Names
from capplan.messages import Message, msg
from capplan.report.numbers import amount, money, money_in_large_units, percent

if TYPE_CHECKING:
    from capplan.compare.comparison import PlanComparison

__all__ = [
    "MOST",
    "PairNames",
    "change_text",
    "figure_text",
    "oneline",
    "points",
    "signed",
    "signed_money",
    "signed_percent",
]

MOST = 20
"""Rows of one table that are told; files hold them all."""

_LONGEST = 60
_ABSENT = "-"
_SHARES = ("gap", "green_share", "rack_utilisation")
_RATIOS = ("pue",)
_WHOLE = 1000.0


class PairNames:
    """Names of ids, from the second case where it has one, else from the first.

    Parameters
    ----------
    pair
        The comparison.
    lang
        ``zh`` or ``en``.
    most
        How many rows of a table are told.
    """

    def __init__(self, pair: PlanComparison, lang: str, most: int = MOST) -> None:
        self.lang, self.most = lang, most
        self._known = [Names(side.plan.case, lang) for side in (pair.other, pair.base)]

    def say(self, message: Message) -> str:
        """Return a message in the language of these names."""
        return message.text(self.lang)

    def of(self, kind: str, identity: str) -> str:
        """Return the name of an id on one line: `kind` is a method of `Names`, as ``site``."""
        for names in self._known:
            ask: Callable[[str], str] = getattr(names, kind)
            found = ask(identity)
            if found != identity:
                return oneline(found)
        return oneline(identity)


def oneline(text: str, longest: int = _LONGEST) -> str:
    r"""Return a text on one line, cut where it is long.

    Examples
    --------
    >>> oneline("a\n b"), oneline("abcdef", 4)
    ('a b', 'abc…')
    """
    flat = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def signed(value: float | None, digits: int = 0) -> str:
    """Return a difference with its sign; nothing to tell is a dash.

    Examples
    --------
    >>> signed(1200.0), signed(-0.5, 1), signed(0.0), signed(None)
    ('+1,200', '-0.5', '0', '-')
    """
    text = amount(value, digits)
    return (
        f"+{text}"
        if value is not None and text != _ABSENT and value > 0 and float(text.replace(",", ""))
        else text
    )


def signed_money(cny: float | None, lang: str) -> str:
    """Return a difference of money with its sign.

    Examples
    --------
    >>> signed_money(5.1e8, "zh"), signed_money(-5.1e8, "en")
    ('+5.10 亿元', '-CNY 0.510 bn')
    """
    if cny is None or not math.isfinite(cny):
        return _ABSENT
    sign = "-" if cny < 0.0 else "+" if cny > 0.0 else ""
    return f"{sign}{money(abs(cny), lang)}"


def signed_percent(share: float | None, digits: int = 1) -> str:
    """Return a difference of shares with its sign.

    Examples
    --------
    >>> signed_percent(0.123), signed_percent(-0.5), signed_percent(float("nan"))
    ('+12.3%', '-50.0%', '-')
    """
    text = percent(share, digits)
    return f"+{text}" if share is not None and share > 0.0 and text != _ABSENT else text


def points(share: float | None, lang: str, digits: int = 1) -> str:
    """Return a difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.1, "en"), points(-0.025, "zh")
    ('+10.0 pp', '-2.5 个百分点')
    """
    text = signed(None if share is None else 100.0 * share, digits)
    return text if text == _ABSENT else f"{text} 个百分点" if lang == "zh" else f"{text} pp"


def figure_text(name: str, value: float, lang: str, *, difference: bool = False) -> str:
    """Return a key figure, or a difference of it, with the digits that it deserves.

    Examples
    --------
    >>> figure_text("green_share", 0.4, "en"), figure_text("pue", 0.012, "en", difference=True)
    ('40.0%', '+0.012')
    """
    if name in _SHARES:
        return points(value, lang) if difference else percent(value)
    if name.endswith("_cny") or name == "dual_bound":
        if difference:
            sign = "+" if value > 0.0 else ""
            return f"{sign}{money_in_large_units(value, lang, 3)}"
        return money_in_large_units(value, lang, 3)
    digits = 3 if name in _RATIOS else 0 if abs(value) >= _WHOLE or float(value).is_integer() else 1
    return signed(value, digits) if difference else amount(value, digits)


def change_text(change: str) -> Message:
    """Return what a word of a column ``change`` is called.

    Parameters
    ----------
    change
        The word.
    """
    told = {
        "added": msg("added"),
        "removed": msg("removed"),
        "changed": msg("changed"),
        "same": msg("same"),
        "gained": msg("gained"),
        "lost": msg("lost"),
        "grown": msg("grown"),
        "shrunk": msg("shrunk"),
        "moved": msg("other year"),
    }
    return told.get(change, msg("{text}", text=change))
