"""Fonts of HTML pages: the packaged Noto Sans SC cut down to the characters that a page writes, as WOFF in its style sheet."""

from __future__ import annotations

import base64
import string
import struct
import zlib
from collections.abc import Iterable
from functools import cache
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

from capplan import resources
from capplan.errors import RenderError
from capplan.messages import Message, msg

__all__ = ["DAMAGE", "FAMILY", "face_rules", "lacking", "used_characters"]

FAMILY = "capplan"
"""What the style sheet calls the font."""

_PLAIN = 400
_FILES = {_PLAIN: "fonts/NotoSansSC-Regular.ttf", 700: "fonts/NotoSansSC-Bold.ttf"}
DAMAGE = (TTLibError, struct.error, zlib.error, LookupError, ValueError, AssertionError, EOFError)
"""What fontTools raises of a file that is cut short or changed: tables are read late, each in its own way."""

_ALWAYS = string.ascii_letters + string.digits + string.punctuation + " –—…·≥≤×°²→←−"


def used_characters(texts: Iterable[str]) -> str:
    """Return every character of some texts once, with those that any page writes.

    Examples
    --------
    >>> "长" in used_characters(["长春"])
    True
    """
    return "".join(sorted(set(_ALWAYS).union(*map(set, texts))))


def face_rules(characters: str, *, bold: bool = True) -> str:
    """Return the rules of a style sheet that bring the fonts along.

    Parameters
    ----------
    characters
        What they must be able to write; characters that the packaged font lacks are left to the reader's machine.

    bold
        Whether the bold face comes along too.

    Raises
    ------
    RenderError
        If the packaged font is missing or damaged.
    """
    return "\n".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:block;'
        f'src:url(data:font/woff;base64,{_woff(file, characters)}) format("woff")}}'
        for weight, file in _FILES.items()
        if bold or weight == _PLAIN
    )


def lacking() -> Message | None:
    """Return why pages are written without the packaged fonts, in those of the reader's machine; None where they have them."""
    try:
        face_rules(used_characters([]))
    except RenderError as fault:
        return msg(
            "the pages are set in the fonts of the reader's machine, since a packaged one cannot be used: {reason}",
            reason=fault.message,
        )
    return None


@cache
def _woff(file: str, characters: str) -> str:
    try:
        whole = resources.read_bytes("maps", file)
    except OSError as fault:
        raise RenderError(msg("the font {file} is missing: install capplan again", file=file)) from fault
    try:
        return base64.b64encode(_cut(whole, characters)).decode("ascii")
    except DAMAGE as fault:
        raise RenderError(msg("the font {file} is damaged: install capplan again", file=file)) from fault


def _cut(whole: bytes, characters: str) -> bytes:
    font = TTFont(BytesIO(whole), recalcTimestamp=False)
    options = subset.Options(
        hinting=False, layout_features=["kern"], notdef_outline=True, name_IDs=[0, 1, 2, 13, 14]
    )
    tool = subset.Subsetter(options)
    tool.populate(text=characters)
    tool.subset(font)
    font.flavor = "woff"
    content = BytesIO()
    font.save(content)
    return content.getvalue()
