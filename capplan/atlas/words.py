"""The words of maps in both languages, from one file beside the styles."""

from __future__ import annotations

import math
from collections.abc import Mapping

from capplan.errors import RenderError
from capplan.messages import msg
from capplan.phrases import Phrase, phrases

__all__ = ["figure", "known_word", "percent", "share_text", "word", "words"]

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
    return found.in_(lang).format(**fields)


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
