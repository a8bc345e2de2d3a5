"""The frame of a section: headings, rows cut where they are long, lines below; and the rows of the horizon's end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from capplan.compare.scope import END
from capplan.compare.wording import PairNames
from capplan.messages import Message, msg
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    import pandas as pd

    from capplan.compare.comparison import PlanComparison

__all__ = ["at_end", "section_of"]


def section_of(
    names: PairNames,
    title: Message,
    headings: Iterable[Message],
    rows: Sequence[tuple[str, ...]],
    words: int,
    lines: Iterable[Message] = (),
    *,
    total: bool = False,
    last: int = 0,
) -> Section:
    """Return a section whose first and last columns hold words and the others numbers; cut where it is long.

    Parameters
    ----------
    names
        Names in the language wanted, and how many rows are told.
    title
        Its title.
    headings
        One a column.
    rows
        The rows; without one, the section is empty.
    words
        How many columns at the beginning hold words.
    lines
        What is said below.
    total
        Whether the last row is a total: such a table is told whole.
    last
        How many columns at the end hold words.
    """
    told = names.headings(headings)
    shown = rows if total or len(rows) <= names.most else rows[: names.most]
    said = list(lines)
    if len(shown) < len(rows):
        said.append(msg("And {count} more rows in the table.", count=len(rows) - len(shown)))
    numeric = tuple(words <= place < len(told) - last for place in range(len(told)))
    grid = Grid(told, tuple(shown), numeric, total=total) if shown else None
    return Section(names.say(title), grid, tuple(names.say(line) for line in said) if shown else ())


def at_end(table: pd.DataFrame, pair: PlanComparison) -> pd.DataFrame:
    """Return the rows of a table that speak of the horizon's end.

    Parameters
    ----------
    table
        A table with a column ``when``.
    pair
        The comparison.
    """
    if table.empty:
        return table
    return table[table["when"] == (str(pair.scope.ends[1]) if pair.scope.same_end else END)]
