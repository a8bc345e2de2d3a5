"""Texts of the inputs in the language of the report, where the inputs hold them in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["Tongues", "chinese"]

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]{2,}")


def chinese(text: str) -> bool:
    """Return whether a text is Chinese: it has at least as many Han characters as Latin words.

    Parameters
    ----------
    text : str
        A source, a title or a sentence.

    Examples
    --------
    >>> chinese("长府办发〔2024〕3号"), chinese("CC2024 (长府): size assumed, see P03 and the note"), chinese("2.5 kW")
    (True, False, False)
    """
    han = len(_HAN.findall(text))
    return han > 0 and han >= len(_LATIN.findall(text))


class Tongues:
    """Wordings of texts of the inputs in one language.

    Parameters
    ----------
    translations : pandas.DataFrame
        The table of that name.
    lang : str
        ``zh`` or ``en``.
    """

    def __init__(self, translations: pd.DataFrame, lang: str) -> None:
        self.lang = lang
        told = dict(zip(translations["text"], translations[f"text_{lang}"], strict=True))
        self._told: Mapping[str, str] = {str(text): str(own) for text, own in told.items() if str(own)}

    def own(self, text: str) -> str:
        """Return a text in the language of the report, or as it stands where the inputs hold it in one alone."""
        return self._told.get(text, text)

    def translated(self, text: str) -> bool:
        """Return whether the inputs hold the text in the language of the report beside the original."""
        return text in self._told

    def foreign(self, text: str) -> bool:
        """Return whether the text will stand in the other language, since the inputs hold no translation."""
        if text in self._told:
            return False
        if self.lang == "zh":
            return bool(_LATIN.search(text)) and not chinese(text)
        return chinese(text)
