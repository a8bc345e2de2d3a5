"""The packaged fonts: their files, their widths, and what they cannot write."""

from __future__ import annotations

import atexit
import logging
from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

from capplan import resources
from capplan.errors import RenderError
from capplan.messages import msg

__all__ = ["ASCENT", "DESCENT", "Weight", "advance", "covers", "font", "font_path", "legible", "writable"]

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
    face = FT2Font(str(font_path(weight)))
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
    """Return the first text that the font can write, on one line; else what it can write of the first one.

    Parameters
    ----------
    candidates
        The same name in the order preferred, such as in one language and then in the other.
    """
    lines = [" ".join(text.split()) for text in candidates if text and text.strip()]
    for line in lines:
        if covers(line, "regular"):
            return line
        _warn_once(line)
    first = lines[0] if lines else ""
    return "".join(char for char in first if covers(char, "regular")).strip()


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
    _LOG.warning("the packaged font lacks %s of %r: another name is drawn", codes, shown)
