"""Where a figure comes from: a file of the plan folder, a selection of its rows, a column, and what is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Condition", "Origin", "Share", "Source", "Total", "described", "sources_of"]

How = Literal["value", "sum", "max", "min", "mean", "rows", "distinct"]
Condition = tuple[str, str, object]
"""A column, an operator (``=``, ``!=``, ``in``, ``not in``, ``>``, ``<=``, ``blank``, ``filled``, ``text``) and what it is compared with.

``within`` takes a column of the case's sites (or zones, for a column ``zone_id``) and its value: rows of those that have
it. ``place`` is the number of an entry in a list of a JSON file, from 0.
"""


@dataclass(frozen=True, slots=True)
class Source:
    """Cells of one table and what is done with them.

    Attributes
    ----------
    file
        File of the plan folder, as ``tables/capacity.csv``; a list inside a JSON file is ``file#key``.
    column
        Column, or dotted key of a JSON or YAML file; empty where rows are counted.
    how
        ``value`` (one cell), ``sum``, ``max``, ``min``, ``mean`` (by `weight`), ``rows`` or ``distinct``.
    where
        Which rows.
    weight
        Column by which a mean is weighted.
    times
        A number of the technology files by which each row is multiplied, by its column ``technology``.
    """

    file: str
    column: str
    how: How = "value"
    where: tuple[Condition, ...] = ()
    weight: str = ""
    times: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One origin over another."""

    part: Source | Total
    whole: Source | Total


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of sources, each with its factor."""

    parts: tuple[tuple[float, Source], ...]


Origin = Source | Share | Total


def sources_of(origin: Origin) -> tuple[Source, ...]:
    """Return the sources that an origin rests on."""
    if isinstance(origin, Source):
        return (origin,)
    if isinstance(origin, Total):
        return tuple(source for _, source in origin.parts)
    return (*sources_of(origin.part), *sources_of(origin.whole))


def described(origin: Origin) -> str:
    """Return an origin in one line, the same in every language: names of files and columns are English.

    Examples
    --------
    >>> described(Source("tables/costs.csv", "cny", "sum", (("term", "=", "land"),)))
    'tables/costs.csv: sum(cny), term = land'
    """
    if isinstance(origin, Source):
        return _of_source(origin)
    if isinstance(origin, Share):
        return f"{described(origin.part)} / {described(origin.whole)}"
    told = [f"{'' if factor == 1 else f'{factor:g} x '}{_of_source(part)}" for factor, part in origin.parts]
    return " + ".join(told)


def _of_source(source: Source) -> str:
    column = f"{source.column} x technologies.{source.times}" if source.times else source.column
    if source.how == "value":
        taken = column
    elif source.how == "rows":
        taken = "rows"
    elif source.how == "mean":
        taken = f"mean({column} by {source.weight})" if source.weight else f"mean({column})"
    else:
        taken = f"{source.how}({column})"
    return ", ".join([f"{source.file}: {taken}", *(_of_condition(item) for item in source.where)])


def _of_condition(condition: Condition) -> str:
    column, operator, value = condition
    if operator in ("blank", "filled"):
        return f"{column} {operator}"
    if operator == "within" and isinstance(value, tuple):
        return f"{column} of {value[0]} {value[1]}"
    told = " | ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"{column} {operator} {told}"
