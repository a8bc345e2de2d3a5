"""What the packaged font can write, and how a text is told that has characters which it cannot."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from capplan import resources
from capplan.errors import RenderError
from capplan.messages import msg

__all__ = ["BREAK", "FONTS", "breakable", "clean", "font_files", "readable", "shown"]

FONTS = ("fonts/NotoSansSC-Regular.ttf", "fonts/NotoSansSC-Bold.ttf")
"""The packaged fonts: regular and bold."""
WHOLE_WORD, PIECE = 24, 8
"""Longest run without a space that stays whole, and length of its pieces where it is longer [characters]."""
BREAK = "\N{ZERO WIDTH SPACE}"
_LONG_RUN = re.compile(rf"[!-~\u00a1-\u2e7f]{{{WHOLE_WORD + 1},}}")


def font_files() -> list[bytes]:
    """Return the packaged fonts.

    Raises
    ------
    RenderError
        If one of them is not in this installation.
    """
    found = []
    for name in FONTS:
        try:
            found.append(resources.read_bytes("maps", name))
        except OSError as fault:
            raise RenderError(msg("the font {file} is missing: install capplan again", file=name)) from fault
    return found


@cache
def _written() -> frozenset[int]:
    """Return the characters that both fonts have."""
    return frozenset.intersection(*map(_characters, FONTS, font_files()))


def _characters(name: str, content: bytes) -> frozenset[int]:
    """Return the characters of a font file."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    from capplan.webfont import DAMAGE

    try:
        return frozenset(TTFont(BytesIO(content), lazy=True).getBestCmap())
    except DAMAGE as fault:
        raise RenderError(msg("the font {file} is damaged: install capplan again", file=name)) from fault


def readable(text: str) -> str:
    r"""Return a text on one line in characters that the font has; others become their Unicode number.

    Examples
    --------
    >>> readable("长春\nChangchun"), readable("\N{GRINNING FACE}")
    ('长春 Changchun', '[U+1F600]')
    """
    if all(ord(char) in _written() for char in text):
        return text
    return "".join(_char(char) for char in text)


@cache
def _usable() -> bool:
    try:
        return bool(_written())
    except RenderError:
        return False


def shown(text: str) -> str:
    """Return a text as `readable` does, or as it is where the packaged fonts cannot be used: screens have others."""
    return readable(text) if _usable() else text


def _char(char: str) -> str:
    if ord(char) in _written():
        return char
    if char.isspace() or unicodedata.category(char) == "Cc":
        return " "
    if unicodedata.category(char) in ("Mn", "Cf", "Cs"):
        return ""
    simple = unicodedata.normalize("NFKC", char)
    if simple != char and all(ord(each) in _written() for each in simple):
        return simple
    return f"[U+{ord(char):04X}]"


def breakable(text: str) -> str:
    """Return a text whose longest words may break: no line ends inside a word of any other script than Chinese.

    Examples
    --------
    >>> breakable("长春 Changchun"), breakable("W" * 30).count(BREAK)
    ('长春 Changchun', 3)
    """
    return _LONG_RUN.sub(lambda run: BREAK.join(re.findall(rf".{{1,{PIECE}}}", run[0])), text)


def clean(text: str, *, strip: bool = True) -> str:
    r"""Return a text on one line without control characters, half surrogates and what turns the direction of writing.

    Parameters
    ----------
    text : str
        Any text from the inputs.
    strip : bool
        Whether spaces at its ends go too.

    Examples
    --------
    >>> clean("a\n\x00b  c")
    'a b c'
    """
    kept = "".join(" " if char.isspace() else char for char in text if char.isspace() or _harmless(char))
    joined = re.sub(r" {2,}", " ", kept)
    return joined.strip() if strip else joined


def _harmless(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs", "Cf", "Cn", "Co")
