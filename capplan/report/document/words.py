"""The report's own wording in both languages, from one file beside its templates; figures keep their origin in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from capplan.errors import RenderError
from capplan.messages import Message, Text, msg
from capplan.partial import MissingTable
from capplan.phrases import Phrase, phrases
from capplan.report.document.blocks import Figure, Mark, Name, Span, Spans, plain
from capplan.spacing import apart, filled

__all__ = ["FILE", "Words", "wordings"]

FILE = "report/words.yaml"
_SEPARATORS = {"zh": "、", "en": ", "}
_STOPS = {"zh": "；", "en": "; "}


def wordings() -> Mapping[str, Phrase]:
    """Return every wording by its name.

    Raises
    ------
    RenderError
        If the packaged file is missing or broken.
    """
    return phrases(FILE)


class Words:
    """Wording in one language.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __contains__(self, name: str) -> bool:
        """Return whether there is such a wording."""
        return name in wordings()

    def __call__(self, name: str, /, **fields: object) -> str:
        """Return a wording as text.

        Examples
        --------
        >>> Words("en")("contents")
        'Contents'
        """
        template = self._template(name)
        if not fields:
            return template
        return filled(template, fields) if self.lang == "zh" else template.format(**fields)

    def say(self, name: str, /, **fields: object) -> Spans:
        """Return a wording as spans: figures and names keep what they are.

        Raises
        ------
        MissingTable
            If a figure is not known because its table is missing: no sentence is built on it.

        Examples
        --------
        >>> Words("en").say("in_year", year=2030)
        ('in ', Name(text='2030'))
        """
        spans: list[Span] = []
        for text, field, _, _ in Formatter().parse(self._template(name)):
            if text:
                spans.append(text)
            if field is not None:
                spans.extend(_known(self.spans(fields[field])))
        return _apart(spans) if self.lang == "zh" else tuple(spans)

    def spans(self, value: Any) -> Spans:
        """Return any value as spans; what is no span yet comes from the inputs and is a name."""
        if isinstance(value, Figure | Name | Mark):
            return (value,)
        if isinstance(value, Message | Text):
            return (Name(value.in_(self.lang)),)
        if isinstance(value, tuple):
            return tuple(span for part in value for span in _kept(part))
        return (Name(str(value)),)

    def listed(self, items: Iterable[Spans]) -> Spans:
        """Return several texts with commas between them."""
        return _joined(items, _SEPARATORS[self.lang])

    def clauses(self, items: Iterable[Spans]) -> Spans:
        """Return several clauses with semicolons between them."""
        return _joined(items, _STOPS[self.lang])

    def sentences(self, items: Iterable[Spans]) -> Spans:
        """Return several sentences in a row."""
        return _joined(items, "" if self.lang == "zh" else " ")

    def _template(self, name: str) -> str:
        found = wordings().get(name)
        if found is None:
            raise RenderError(msg("the report has no wording {name}", name=name))
        return found.zh if self.lang == "zh" else found.en


def _known(spans: Spans) -> Spans:
    for span in spans:
        if isinstance(span, Figure) and span.lacks:
            raise MissingTable(span.lacks)
    return spans


def _apart(spans: Iterable[Span]) -> Spans:
    """Return spans with a space between those where Han meets Latin."""
    found: list[Span] = []
    before = ""
    for span in spans:
        text = plain((span,))
        gap = apart(before, text)
        if gap:
            found.append(gap)
        found.append(span)
        before = text or before
    return tuple(found)


def _kept(part: Any) -> Spans:
    return tuple(span for each in part for span in _kept(each)) if isinstance(part, tuple) else (part,)


def _joined(items: Iterable[Spans], between: str) -> Spans:
    spans: list[Span] = []
    for item in items:
        if spans:
            spans.append(between)
        spans.extend(item)
    return tuple(spans)
