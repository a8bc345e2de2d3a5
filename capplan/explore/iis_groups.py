"""A contradiction of many rows, told by kind of rule and place: the kinds of fewest rows first, since they tell most."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from capplan.messages import Message, Text, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from capplan.explore.iis import Clash

__all__ = ["told_by_kind"]

MOST_LINES = 8
"""Rows that are told one by one."""
EXAMPLES = 2
"""Rows of one kind that are told where there are more."""
MOST_PLACES = 4
"""Places that are counted by name."""


def told_by_kind(clashes: Sequence[Clash]) -> Iterator[Message]:
    """Tell rows one by one where they are few, else how many there are of each kind, and where.

    Parameters
    ----------
    clashes : sequence of Clash
        The rows.

    Yields
    ------
    Message
        One sentence.
    """
    if len(clashes) <= MOST_LINES:
        for each in clashes:
            yield Message("– {line}", line=each.message)
        return
    kinds: dict[str, list[Clash]] = {}
    for each in clashes:
        kinds.setdefault(each.family, []).append(each)
    for group in sorted(kinds.values(), key=len):
        if len(group) > EXAMPLES + 1:
            yield _counted(group)
        for each in group[: EXAMPLES if len(group) > EXAMPLES + 1 else None]:
            yield Message("   {line}" if len(group) > EXAMPLES + 1 else "– {line}", line=each.message)
    yield msg("all {count} rows one by one: --json", count=len(clashes))


def _counted(group: Sequence[Clash]) -> Message:
    years = sorted({each.year for each in group if each.year})
    span = years[0] if len(years) == 1 else f"{years[0]}\N{EN DASH}{years[-1]}" if years else ""
    fields = {"title": group[0].title, "count": len(group), "years": span, "places": _places(group)}
    if span and fields["places"]:
        return msg("– {title}: {count} rows, {years}; {places}; as", **fields)
    if span or fields["places"]:
        return msg("– {title}: {count} rows, {where}; as", where=span or fields["places"], **fields)
    return msg("– {title}: {count} rows, as", **fields)


def _places(group: Sequence[Clash]) -> Message | str:
    """Return the places of rows with their counts, the one with most first."""
    counts = Counter(each.place for each in group if each.place is not None)
    shown = counts.most_common(MOST_PLACES)
    if not shown:
        return ""
    text = Text(
        zh="、".join(f"{place.zh} {count}" for place, count in shown),
        en=", ".join(f"{place.en} {count}" for place, count in shown),
    )
    rest = len(counts) - len(shown)
    return (
        msg("{places} and {count} other places", places=text, count=rest)
        if rest
        else msg("{text}", text=text)
    )
