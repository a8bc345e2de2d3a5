"""The words of the page in both languages, from one file beside its scripts."""

from __future__ import annotations

from collections.abc import Mapping

from capplan.messages import LANGUAGES, Translatable
from capplan.phrases import Phrase, phrases

__all__ = ["known_phrase", "phrase", "words"]

FILE = "page/words.yaml"


def words() -> Mapping[str, Phrase]:
    """Return every word by its name.

    Raises
    ------
    RenderError
        If the file is missing or broken.
    """
    return phrases(FILE)


def phrase(name: str, /, **fields: object) -> list[str]:
    """Return a word in Chinese and in English, its fields filled in.

    Examples
    --------
    >>> phrase("years_of", first=2026, last=2030)[1]
    '2026–2030'
    """
    found = words()[name]
    filled = {
        lang: {
            key: value.in_(lang) if isinstance(value, Translatable) else value
            for key, value in fields.items()
        }
        for lang in LANGUAGES
    }
    return [found.zh.format(**filled["zh"]), found.en.format(**filled["en"])]


def known_phrase(name: str, default: str) -> list[str]:
    """Return a word that may not be there, in Chinese and in English."""
    return phrase(name) if name in words() else [default, default]
