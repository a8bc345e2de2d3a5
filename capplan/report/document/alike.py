"""Figures that come from the same cells but for one name (a prefecture, a target, a term): told together, in one line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from capplan.report.document.blocks import Figure
from capplan.report.document.origins import described

__all__ = ["Alike", "alike"]

_NAMED = re.compile(
    r"(?<=binding\.)\d+(?=\.)"
    r"|(?<=of prefecture_adcode )[^\s,]+"
    r"|(?<=of zone_id )[^\s,]+"
    r"|(?<=target_id = )[^\s,]+"
    r"|(?<=term = )[^\s,]+"
    r"|(?<=class = )[^\s,]+"
    r"|(?<=confidence = )[^\s,]+"
)
"""What may differ between figures that are told together; texts with blanks in them never do."""
_YEAR = re.compile(r"(?<=year = )\d+")
"""What differs where nothing else does."""


@dataclass
class Alike:
    """Figures of one form.

    Attributes
    ----------
    figures
        The figures, in the order in which they stand in the text.
    told
        What each comes from, in the same order.
    """

    figures: list[Figure] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """What all of them come from, with their names in their order."""
        if len(self.told) == 1:
            return self.told[0]
        names = " | ".join(_named(text)[1] for text in self.told)
        return _named(self.told[0])[0].sub(lambda _: f"({names})", self.told[0])


def alike(figures: Iterable[Figure]) -> list[Alike]:
    """Return figures grouped by what they come from, each figure with its origin once.

    Parameters
    ----------
    figures : iterable of Figure
        The figures of a chapter.
    """
    groups: dict[str, Alike] = {}
    seen: set[tuple[str, str]] = set()
    for figure in figures:
        told = described(figure.origin)
        if (figure.text, told) in seen:
            continue
        seen.add((figure.text, told))
        group = groups.setdefault(_form(told), Alike())
        group.figures.append(figure)
        group.told.append(told)
    return list(groups.values())


def _form(told: str) -> str:
    """Return an origin without its name; as it is where it has none, or several that differ."""
    pattern, name = _named(told)
    return pattern.sub("*", told) if name else told


def _named(told: str) -> tuple[re.Pattern[str], str]:
    """Return the one name in an origin and what finds it; no name where there are several."""
    pattern = _NAMED if _NAMED.search(told) else _YEAR
    names = set(pattern.findall(told))
    return pattern, names.pop() if len(names) == 1 else ""
