"""The space between Han characters and Latin letters or digits, where texts of different origin are joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from string import Formatter

__all__ = ["apart", "filled", "run_on"]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_LATIN = "0-9A-Za-z\u00c0-\u024f"
_BORDER = re.compile(f"[{_HAN}][{_LATIN}]|[{_LATIN}][{_HAN}]")


def apart(left: str, right: str) -> str:
    """Return what stands between two texts that follow each other: a space where Han meets Latin, else nothing.

    Parameters
    ----------
    left : str
        The text before.
    right : str
        The text after.

    Examples
    --------
    >>> apart("North Isle", "算力设施"), apart("长春市", "算力设施"), apart("2027", "，")
    (' ', '', '')
    """
    return " " if _BORDER.fullmatch(left[-1:] + right[:1]) else ""


def run_on(texts: Iterable[str]) -> str:
    """Return texts in a row; what each is made of stays as it is.

    Parameters
    ----------
    texts : iterable of str
        The texts.

    Examples
    --------
    >>> run_on(["Falkor Islands", "算力设施", "", "2027"])
    'Falkor Islands 算力设施 2027'
    """
    row = ""
    for text in texts:
        row += apart(row, text) + text
    return row


def filled(template: str, fields: Mapping[str, object]) -> str:
    """Return a template with its fields filled in, spaces at their borders where Han meets Latin.

    Parameters
    ----------
    template : str
        The text with named fields.
    fields : mapping of str to object
        What stands in each.

    Raises
    ------
    KeyError
        If the template names a field that is not there.

    Examples
    --------
    >>> filled("{place}在{year}年", {"place": "North Isle", "year": 2027})
    'North Isle 在 2027 年'
    """
    form, parts = Formatter(), []
    for literal, name, form_spec, conversion in form.parse(template):
        parts.append(literal)
        if name is not None:
            value, _ = form.get_field(name, (), fields)
            parts.append(form.format_field(form.convert_field(value, conversion), form_spec or ""))
    return run_on(parts)
