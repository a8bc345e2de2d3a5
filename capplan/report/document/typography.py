"""Chinese typography for texts from the inputs: punctuation beside a Han character is full-width."""

from __future__ import annotations

import re

__all__ = ["typeset"]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_CLOSING = "》”）】〉」』"
_BEFORE = re.compile(rf"(?<=[{_HAN}{_CLOSING}%])\s*([,;:!?])\s*(?=[{_HAN}《“（【\dA-Za-z]|$)")
_AFTER = re.compile(rf"(?<=[\dA-Za-z%])([,;:!?])\s*(?=[{_HAN}《“（【])")
_BRACKETS = re.compile(rf"(?<=[{_HAN}》”])\s?\(([^()]*)\)|\(([^()]*[{_HAN}][^()]*)\)")
_WIDE = str.maketrans(",;:!?", "，；：！？")


def typeset(text: str, lang: str) -> str:
    """Return a text from the inputs as it is printed in a language.

    Parameters
    ----------
    text : str
        A name, a title or a sentence.
    lang : str
        ``zh`` or ``en``; English is left as it is.

    Examples
    --------
    >>> typeset("边缘(1毫秒),共2项:长春", "zh"), typeset("a (b), c", "zh")
    ('边缘（1毫秒），共2项：长春', 'a (b), c')
    """
    if lang != "zh":
        return text
    text = _BRACKETS.sub(lambda found: f"（{found[1] if found[1] is not None else found[2]}）", text)
    for pattern in (_BEFORE, _AFTER):
        text = pattern.sub(lambda found: found[1].translate(_WIDE), text)
    return text
