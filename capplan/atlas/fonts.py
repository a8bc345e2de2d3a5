"""The packaged fonts: their files, their widths, and what they cannot write."""

from __future__ import annotations

import atexit
import logging
import unicodedata
from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

from capplan import resources
from capplan.errors import RenderError
from capplan.messages import Text, msg

__all__ = [
    "ASCENT",
    "DESCENT",
    "Weight",
    "advance",
    "covers",
    "font",
    "font_path",
    "legible",
    "named",
    "writable",
]

Weight = Literal["regular", "bold"]

ASCENT = 0.88
"""Top of a Han character above the baseline [em]."""

DESCENT = 0.12
"""Bottom of a Han character below the baseline [em]."""

_FILES: dict[Weight, str] = {
    "regular": "fonts/NotoSansSC-Regular.ttf",
    "bold": "fonts/NotoSansSC-Bold.ttf",
}
_MM_PER_POINT = 25.4 / 72.0
_EM = 1000.0
_LONGEST = 40
_KEPT = ExitStack()
atexit.register(_KEPT.close)
_LOG = logging.getLogger(__name__)


@cache
def font_path(weight: Weight = "regular") -> Path:
    """Return where the packaged font file lies.

    Raises
    ------
    RenderError
        If the file is not in this installation.
    """
    path = _KEPT.enter_context(resources.as_path("maps", _FILES[weight]))
    if not path.is_file():
        raise RenderError(msg("the font {file} is missing: install capplan again", file=_FILES[weight]))
    return path


@cache
def font(weight: Weight, size: float) -> FontProperties:
    """Return the font in a size [pt], by its file and never by the name of an installed font."""
    return FontProperties(fname=font_path(weight), size=size)


@cache
def _face(weight: Weight) -> FT2Font:
    try:
        face = FT2Font(str(font_path(weight)))
    except (RuntimeError, OSError) as fault:
        raise RenderError(
            msg("the font {file} is damaged: install capplan again", file=_FILES[weight])
        ) from fault
    face.set_size(_EM, 72.0)
    return face


@cache
def _char_advance(char: str, weight: Weight) -> float:
    glyph = _face(weight).load_char(ord(char), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536.0 / _EM


def advance(text: str, size: float, weight: Weight = "regular") -> float:
    """Return how wide a line of text is in a size [pt], in millimetres."""
    return sum(_char_advance(char, weight) for char in text) * size * _MM_PER_POINT


@cache
def _characters(weight: Weight) -> frozenset[int]:
    return frozenset(_face(weight).get_charmap())


def covers(text: str, weight: Weight = "regular") -> bool:
    """Return whether the packaged font has every character of a text.

    Examples
    --------
    >>> covers("长春 Changchun"), covers("한국")
    (True, False)
    """
    return all(ord(char) in _characters(weight) for char in text)


def writable(candidates: Iterable[str]) -> str:
    """Return the first text that the font can write, on one line; else what it can write of one.

    What is no letter and not in the font, such as an emoji, is left out; a text that would lose a letter gives way.

    Parameters
    ----------
    candidates
        The same name in the order preferred, such as in one language and then in the other.

    Examples
    --------
    >>> writable(("AI\N{ROCKET} park",)), writable(("한국", "Korea"))
    ('AI park', 'Korea')
    """
    lines = [line for line in (_one_line(text) for text in candidates) if line]
    for line in lines:
        kept = _kept(line)
        if kept and not any(unicodedata.category(char)[0] in "LN" for char in line if not covers(char)):
            return kept
    return next((kept for kept in map(_kept, lines) if kept), "")


def named(zh: object, en: object, key: object) -> Text:
    """Return a name from data as the font can write it: in a language, else in the other one, else the id.

    Parameters
    ----------
    zh, en
        The names; what is no text is none.
    key
        The id.

    Examples
    --------
    >>> named("한국", "Korea", "kr"), named("\N{ROCKET}", None, "pad-39a").zh
    (Text(zh='Korea', en='Korea'), 'pad-39a')
    """
    names = [name if isinstance(name, str) else "" for name in (zh, en)]
    return Text(zh=writable((*names, str(key))), en=writable((*reversed(names), str(key))))


def _one_line(text: str) -> str:
    """Return a text composed and on one line, without marks that show nothing, such as those of direction."""
    whole = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(char for char in whole if unicodedata.category(char) not in {"Cc", "Cf"}).strip()


def _kept(line: str) -> str:
    """Return what the font can write of a line."""
    if not covers(line):
        _warn_once(line)
    return " ".join("".join(char for char in line if covers(char)).split())


@lru_cache(maxsize=4096)
def legible(text: str, weight: Weight = "regular") -> str:
    """Return a text on one line with nothing in it that the font cannot write: whatever is drawn goes through here.

    Parameters
    ----------
    text
        Any text, such as a name from data.
    weight
        Weight of the font.

    Examples
    --------
    >>> legible("AI\N{ROCKET} park")
    'AI park'
    """
    line = " ".join(text.split()) if any(char in text for char in "\n\r\t\v\f\x85\u2028\u2029") else text
    if covers(line, weight):
        return line
    _warn_once(line)
    return "".join(char for char in line if covers(char, weight))


@cache
def _warn_once(text: str) -> None:
    lacking = sorted({char for char in text if not covers(char, "regular")})
    codes = ", ".join(f"U+{ord(char):04X}" for char in lacking)
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    _LOG.warning("the packaged font lacks %s of %r: it is left out, or another name is drawn", codes, shown)
