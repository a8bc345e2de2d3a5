"""The words of maps in both languages, from one file beside the styles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from capplan.errors import RenderError
from capplan.messages import msg
from capplan.phrases import Phrase, phrases
from capplan.spacing import filled

__all__ = [
    "MoneyUnit",
    "figure",
    "known_word",
    "money_unit",
    "percent",
    "share_text",
    "share_texts",
    "word",
    "words",
]

FILE = "styles/words.yaml"


def words() -> Mapping[str, Phrase]:
    """Return every word by its name.

    Raises
    ------
    RenderError
        If the file is missing or broken.
    """
    return phrases(FILE)


def word(name: str, lang: str, /, **fields: object) -> str:
    """Return a word in a language, its fields filled in.

    Examples
    --------
    >>> word("total_sites", "en", count=12)
    'Sites: 12'
    """
    found = words().get(name)
    if found is None:
        raise RenderError(msg("the map has no word {name}", name=name))
    return filled(found.in_(lang), fields)


def known_word(name: str, lang: str, default: str) -> str:
    """Return a word that may not be there, such as the name of a metric that a case invented."""
    found = words().get(name)
    return default if found is None else found.in_(lang)


def figure(value: float, digits: int = 0) -> str:
    """Return a number with thousands separated, and no more decimals than it needs; a question mark where nobody knows.

    Examples
    --------
    >>> figure(61180.0), figure(0.5, 1), figure(2.0, 1), figure(float("nan"))
    ('61,180', '0.5', '2', '?')
    """
    if math.isnan(value):
        return "?"
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ratio: float) -> str:
    """Return a ratio as a percentage with two significant digits.

    Examples
    --------
    >>> percent(0.00081)
    '0.081%'
    """
    return f"{ratio * 100.0:.2g}%"


def share_text(ratio: float) -> str:
    """Return a share as a percentage: whole, or with one decimal below ten.

    Examples
    --------
    >>> share_text(1.0), share_text(0.0432), share_text(0.0)
    ('100%', '4.3%', '0%')
    """
    value = ratio * 100.0
    return f"{figure(value, 1 if abs(value) < 9.95 else 0)}%"  # noqa: PLR2004  (9.95 is written 10)


def share_texts(parts: Sequence[float]) -> list[str]:
    """Return what each part of a whole is of it: all to the same decimal, so that they add up to it.

    The decimal is that of the smallest share in `share_text`; what rounding leaves goes to the largest remainders.

    Parameters
    ----------
    parts
        Amounts, none negative; together the whole.

    Examples
    --------
    >>> share_texts([976.0, 24.0]), share_texts([1.0, 1.0, 1.0]), share_texts([0.0, 5.0])
    (['97.6%', '2.4%'], ['34%', '33%', '33%'], ['0%', '100%'])
    """
    whole = sum(parts)
    if whole <= 0.0:
        return [share_text(0.0) for _ in parts]
    digits = 1 if any(0.0005 * whole <= part < 0.0995 * whole for part in parts) else 0
    steps = 10**digits * 100
    exact = [steps * part / whole for part in parts]
    found = [math.floor(share + 1e-9) for share in exact]
    order = sorted(range(len(found)), key=lambda place: (found[place] - exact[place], place))
    for place in order[: steps - sum(found)]:
        found[place] += 1
    return [f"{share / 10**digits:.{digits if share % steps else 0}f}%" for share in found]


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """A unit of money: its word, how much it is [CNY], and how many decimals are written."""

    word: str
    cny: float
    digits: int


_LARGE_FROM = 1e8
"""From which amount on money is told in the large unit [CNY]."""
_MONEY: Mapping[str, tuple[MoneyUnit, MoneyUnit]] = MappingProxyType(
    {
        "zh": (MoneyUnit("money_small", 1e4, 0), MoneyUnit("money_large", 1e8, 2)),
        "en": (MoneyUnit("money_small", 1e6, 2), MoneyUnit("money_large", 1e9, 3)),
    }
)


def money_unit(lang: str, largest: float) -> MoneyUnit:
    """Return the unit of money for a table or chart, as the report has it.

    Parameters
    ----------
    lang
        The language.
    largest
        The largest amount [CNY].

    Examples
    --------
    >>> [word(money_unit(lang, cny).word, lang) for lang in ("zh", "en") for cny in (5e9, 2e7)]
    ['亿元', '万元', 'CNY bn', 'CNY million']
    """
    return _MONEY[lang][largest >= _LARGE_FROM]
