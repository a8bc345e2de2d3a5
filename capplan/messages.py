"""Texts for planners: an English template with named fields, translated by gettext when it is shown."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Protocol, runtime_checkable

from capplan.spacing import filled

LANGUAGES = ("en", "zh")
"""Languages in which everything a planner reads exists."""

_SEPARATORS = {"en": ", ", "zh": "、"}


@runtime_checkable
class Translatable(Protocol):
    """Anything that can say itself in a language."""

    def in_(self, lang: str) -> str:
        """Return the text in ``lang``."""


@dataclass(frozen=True)
class Text:
    """A bilingual text that comes from data, such as a name or a title.

    Attributes
    ----------
    zh : str
        The Chinese text.
    en : str
        The English text.

    Examples
    --------
    >>> Text(zh="长春", en="Changchun").in_("zh")
    '长春'
    """

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """Return the text in ``lang``, or the other language's where that one is empty."""
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)

    def __str__(self) -> str:
        """Return the English text."""
        return self.in_("en")


@dataclass(frozen=True, init=False)
class Message:
    """One sentence for a planner: a template, which is the gettext msgid, and the values of its fields.

    Attributes
    ----------
    template : str
        English text with named fields, as ``"{zone} is not known"``.
    fields : tuple of (str, object)
        The values by name; a value may itself be a `Message`, a `Text` or a list of them.

    Examples
    --------
    >>> str(Message("{count} zones", count=69))
    '69 zones'
    """

    template: str
    fields: tuple[tuple[str, object], ...]

    def __init__(self, template: str, /, **params: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "fields", tuple(params.items()))

    @property
    def params(self) -> Mapping[str, object]:
        """The values of the fields by name."""
        return dict(self.fields)

    def text(self, lang: str = "en") -> str:
        """Return the sentence in ``lang``; a template without a translation stays English."""
        values = {name: _spoken(value, lang) for name, value in self.fields}
        for template in _candidates(self.template, lang):
            try:
                return template.format_map(values) if lang == "en" else filled(template, values)
            except (KeyError, IndexError, ValueError, AttributeError, TypeError):
                continue
        return self.template

    def in_(self, lang: str) -> str:
        """Return the sentence in ``lang``."""
        return self.text(lang)

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.text("en")


def msg(template: str, /, **params: object) -> Message:
    """Build a `Message`; Babel extracts the templates of calls to this name.

    Examples
    --------
    >>> msg("{what} is missing", what="zones.csv").text()
    'zones.csv is missing'
    """
    return Message(template, **params)


def translate(template: str, lang: str) -> str:
    """Return the translation of a whole template, or the template itself."""
    return _catalogue(lang).gettext(template) if template else template


def _candidates(template: str, lang: str) -> Iterator[str]:
    if lang != "en":
        yield translate(template, lang)
    yield template


def _spoken(value: object, lang: str) -> object:
    if isinstance(value, Translatable):
        return value.in_(lang)
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(map(str, value)) if isinstance(value, set | frozenset) else value
        return _SEPARATORS.get(lang, ", ").join(str(_spoken(item, lang)) for item in items)
    return value


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    path = resources.files("capplan").joinpath("locale", lang, "LC_MESSAGES", "capplan.mo")
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)
