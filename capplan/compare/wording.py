"""How a comparison is worded: names known to either case, signed numbers, figures with the digits that they deserve."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from capplan.exchange.names import Names
from capplan.messages import Message, msg
from capplan.report.numbers import amount, money, money_in_large_units, money_unit, percent

if TYPE_CHECKING:
    from capplan.compare.comparison import PlanComparison

__all__ = [
    "LONGEST_ROW",
    "MOST",
    "PairNames",
    "change_text",
    "figure_text",
    "in_one_unit",
    "in_table_unit",
    "is_share",
    "large",
    "oneline",
    "points",
    "signed",
    "signed_large",
    "signed_money",
    "signed_percent",
]

MOST = 20
"""Rows of one table that are told; files hold them all."""

LONGEST_ROW = 240
"""Characters of a whole row, or of a whole rule, that are told at most."""

_LONGEST = 60
_ABSENT = "-"
_GONE = ("removed", "lost")
_SHARES = ("gap", "green_share", "rack_utilisation")
_RATIOS = ("pue",)
_UNIT_DIGITS = {"zh": 3, "en": 4}
"""Digits of money in large units: a billion is ten times a hundred million."""
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
    first_plan
        Whether the first case is asked before the second.
    """

    def __init__(
        self, pair: PlanComparison, lang: str, most: int = MOST, *, first_plan: bool = False
    ) -> None:
        self.lang, self.most = lang, most
        self._pair = pair
        sides = (pair.base, pair.other) if first_plan else (pair.other, pair.base)
        self._cases = [side.plan.case for side in sides]
        self._known = [Names(case, lang) for case in self._cases]

    @cached_property
    def gone(self) -> PairNames:
        """These names for what only the first plan has: the first case is asked first."""
        return PairNames(self._pair, self.lang, self.most, first_plan=True)

    def of_change(self, change: str) -> PairNames:
        """Return the names for a row of a table: those of the plan in which it stands.

        Parameters
        ----------
        change
            What became of it, as ``removed`` or ``lost``.
        """
        return self.gone if change in _GONE else self

    def row(self, table: str, key: str, identity: str) -> dict[str, object]:
        """Return a row of an input table, from the case that is asked first where it has it; empty where neither has."""
        for case in self._cases:
            frame = case.tables.shared(table)
            found = frame[frame[key].astype(str) == identity]
            if len(found):
                return {str(name): value for name, value in found.iloc[0].items()}
        return {}

    def say(self, message: Message) -> str:
        """Return a message in the language of these names."""
        return message.text(self.lang)

    def headings(self, messages: Iterable[Message]) -> tuple[str, ...]:
        """Return the headings of a table in the language of these names."""
        return tuple(map(self.say, messages))

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


def in_one_unit(values: Sequence[float | None], lang: str) -> tuple[list[str], str]:
    """Return differences of money with their signs, all in the unit that suits the largest, and that unit.

    Parameters
    ----------
    values
        The differences [CNY]; None where there is none.
    lang
        ``zh`` or ``en``.

    Examples
    --------
    >>> in_one_unit([1.4e8, -9.5e6, 0.0, None], "zh")
    (['+1.400', '-0.095', '0.000', '-'], '亿元')
    >>> in_one_unit([4e7, -2e6], "en")
    (['+40.00', '-2.00'], 'CNY million')
    """
    known = [abs(value) for value in values if value is not None and math.isfinite(value)]
    most = max(known, default=0.0)
    units = _MONEY.get(lang, _MONEY["en"])
    _, size, digits, unit = next(told for told in units if most >= told[0])
    return [signed(None if value is None else value / size, digits) for value in values], unit


def in_table_unit(values: Sequence[float | None], lang: str) -> tuple[list[str], str]:
    """Return differences of money for a table: in the unit of all costs, unless even the largest is too small to be seen in it.

    Parameters
    ----------
    values
        The differences [CNY]; None where there is none.
    lang
        ``zh`` or ``en``.

    Examples
    --------
    >>> in_table_unit([4.6e7, None], "en"), in_table_unit([3.8e6, -4e5], "zh")
    ((['+0.0460', '-'], 'CNY bn'), (['+380.00', '-40.00'], '万元'))
    """
    most = max((abs(value) for value in values if value is not None), default=0.0)
    if most < _SEEN:
        return in_one_unit(values, lang)
    return [_ABSENT if value is None else signed_large(value, lang) for value in values], money_unit(lang)


_SEEN = 1e7
"""From which amount on a difference is told in the unit of all costs [CNY]."""

_MONEY = {
    "zh": ((1e7, 1e8, 3, "亿元"), (1e4, 1e4, 2, "万元"), (0.0, 1.0, 0, "元")),
    "en": ((1e8, 1e9, 4, "CNY bn"), (1e6, 1e6, 2, "CNY million"), (0.0, 1.0, 0, "CNY")),
}
"""Units of money: from which amount on, how much it is, and with how many digits."""


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


def large(cny: float, lang: str) -> str:
    """Return money in large units, as fine in either language.

    Examples
    --------
    >>> large(5.1e9, "zh"), large(5.1e9, "en")
    ('51.000', '5.1000')
    """
    return money_in_large_units(cny, lang, _UNIT_DIGITS.get(lang, 4))


def signed_large(cny: float, lang: str) -> str:
    """Return a difference of money in large units, with its sign where it rounds to more than nothing.

    Examples
    --------
    >>> signed_large(1e8, "zh"), signed_large(1.0, "zh"), signed_large(-1e8, "en")
    ('+1.000', '0.000', '-0.1000')
    """
    text = large(cny, lang)
    return f"+{text}" if cny > 0.0 and text.strip("0.") else text


def is_share(name: str) -> bool:
    """Tell whether a key figure is a share, whose difference is told in points and not over what it was."""
    return name in _SHARES


def figure_text(
    name: str, value: float, lang: str, *, difference: bool = False, like: float | None = None
) -> str:
    """Return a key figure, or a difference of it, with the digits that it deserves: those of what it is `like`.

    Examples
    --------
    >>> figure_text("green_share", 0.4, "en"), figure_text("gap", 0.0046, "en")
    ('40.0%', '0.46%')
    >>> figure_text("pue", 0.012, "en", difference=True)
    '+0.012'
    >>> figure_text("water_m3", -154.4, "en", difference=True, like=311101.0)
    '-154'
    """
    if name in _SHARES:
        digits = 2 if name == "gap" else 1
        return points(value, lang, digits) if difference else percent(value, digits)
    if name.endswith("_cny") or name == "dual_bound":
        return signed_large(value, lang) if difference else large(value, lang)
    scale = abs(value) if like is None else abs(like)
    digits = 3 if name in _RATIOS else 0 if scale >= _WHOLE or float(value).is_integer() else 1
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
