"""Fonts of HTML pages: the packaged Noto Sans SC cut down to the characters that a page writes, as WOFF in its style sheet."""

from __future__ import annotations

import base64
import string
from collections.abc import Iterable
from functools import cache
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont

from capplan import resources
from capplan.errors import RenderError
from capplan.messages import msg

__all__ = ["FAMILY", "face_rules", "used_characters"]

FAMILY = "capplan"
"""What the style sheet calls the font."""

_FILES = {400: "fonts/NotoSansSC-Regular.ttf", 700: "fonts/NotoSansSC-Bold.ttf"}
_ALWAYS = string.ascii_letters + string.digits + string.punctuation + " –—…·≥≤×°²→←−"


def used_characters(texts: Iterable[str]) -> str:
    """Return every character of some texts once, with those that any page writes.

    Examples
    --------
    >>> "长" in used_characters(["长春"])
    True
    """
    return "".join(sorted(set(_ALWAYS).union(*map(set, texts))))


def face_rules(characters: str) -> str:
    """Return the rules of a style sheet that bring the fonts along.

    Parameters
    ----------
    characters
        What they must be able to write; characters that the packaged font lacks are left to the reader's machine.

    Raises
    ------
    RenderError
        If the packaged font is missing or broken.
    """
    return "\n".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:block;'
        f'src:url(data:font/woff;base64,{_woff(file, characters)}) format("woff")}}'
        for weight, file in _FILES.items()
    )


@cache
def _woff(file: str, characters: str) -> str:
    try:
        font = TTFont(BytesIO(resources.read_bytes("maps", file)), recalcTimestamp=False)
    except Exception as fault:
        raise RenderError(msg("the font {file} is missing: install capplan again", file=file)) from fault
    options = subset.Options(
        hinting=False, layout_features=["kern"], notdef_outline=True, name_IDs=[0, 1, 2, 13, 14]
    )
    tool = subset.Subsetter(options)
    tool.populate(text=characters)
    tool.subset(font)
    font.flavor = "woff"
    content = BytesIO()
    font.save(content)
    return base64.b64encode(content.getvalue()).decode("ascii")
