"""Levers: the numbers of a case that a planner can set and that bound a plan, with what each of them loosens.

A lever is a path of ``--set`` with its present value, the way it gives, and the rows and columns of the program that
it bounds. What no lever bounds is physics: it is never proposed. Each family of levers is one function of
`capplan.explore.lever_rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.messages import Text
from capplan.solvers.elastic import Effects, violations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.program import Rows, Tier
    from capplan.solvers import Arrays

__all__ = ["Bounds", "Lever", "bounds_at", "effects_of", "needed", "settings_of"]

NOBODY = Text(zh="", en="")


@dataclass(frozen=True)
class Bounds:
    """Rows or columns that a lever bounds: `rate` is what one unit of it gives [their unit per unit of the lever]."""

    at: NDArray[np.int64]
    rate: NDArray[np.float64]
    side: int = -1
    """+1 where lower bounds give, -1 where upper ones do; columns give at their upper bounds only."""

    @staticmethod
    def none() -> Bounds:
        """Return no bounds."""
        return Bounds(np.array([], dtype=np.int64), np.array([]))


def bounds_at(rows: Rows, places: Any, rate: Any = 1.0, *, side: int = -1) -> Bounds:
    """Return rows of a block, by place within it.

    Parameters
    ----------
    rows
        The block.
    places
        Places within it, shape (n,).
    rate
        What one unit of a lever gives [unit of the rows per unit of the lever], broadcast to shape (n,).
    side
        +1 where lower bounds give, -1 where upper ones do.
    """
    at = rows.start + np.asarray(places, dtype=np.int64)
    return Bounds(at, np.broadcast_to(np.asarray(rate, dtype=float), at.shape).copy(), side)


@dataclass(frozen=True, eq=False)
class Lever:
    """One number that a planner can set.

    Attributes
    ----------
    path : str
        What ``--set`` calls it.
    family : str
        What it is, for the sentence and for weighing: the name of its rows.
    tier : Tier
        In what order of meaning it gives.
    sign : int
        +1 where it grows, -1 where it shrinks.
    before : float
        What the case says [unit].
    unit : str
        Unit of the number, as in the data.
    region : str
        Id of the region, site, substation, offer or account.
    place : Text
        Its name.
    year : int or None
        Year; None where it holds in every year.
    subject : Text
        Class, target or account that it speaks of.
    rows, columns : Bounds
        What it bounds.
    most : float
        How far it can move [unit].
    whole : callable or None
        Where the rows hold shares of something that decisions change: the rates [unit of the rows per unit of the
        lever] at values of the program's columns, shape (rows,).
    keep : mapping
        Settings that keep other years as they are where this one is set.
    measure : callable or None
        By how much the lever must move [unit], from values of the program's columns and the violations of its rows;
        None: the largest violation over its rate.
    step : float
        Natural step of typed values [unit].
    size : float or None
        What counts as one move [unit]; None: the number itself.
    counted : tuple or None
        Where the number is a share of a fixed amount: what one unit of it is worth, and in what unit.
    """

    path: str
    family: str
    tier: Tier
    sign: int
    before: float
    unit: str
    region: str
    place: Text
    year: int | None = None
    subject: Text = NOBODY
    rows: Bounds = field(default_factory=Bounds.none)
    columns: Bounds = field(default_factory=Bounds.none)
    most: float = np.inf
    whole: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None
    keep: Mapping[str, object] = field(default_factory=dict)
    measure: Callable[[NDArray[np.float64], NDArray[np.float64]], float] | None = None
    step: float = 0.0
    size: float | None = None
    counted: tuple[float, str] | None = None

    def at(self, values: NDArray[np.float64]) -> Lever:
        """Return the lever with the rates that hold at values of the program's columns."""
        if self.whole is None:
            return self
        rate = np.maximum(self.whole(values), 1e-9)
        return replace(self, rows=replace(self.rows, rate=rate))


def effects_of(levers: list[Lever]) -> Effects:
    """Return what levers loosen, as one table."""

    def table(bounds: list[Bounds]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        number = np.repeat(np.arange(len(bounds)), [len(each.at) for each in bounds]).astype(np.int64)
        at = np.concatenate([np.array([], dtype=np.int64), *(each.at for each in bounds)])
        rate = np.concatenate([np.array([]), *(each.rate for each in bounds)])
        return at.astype(np.int64), number, rate

    row, row_lever, row_rate = table([lever.rows for lever in levers])
    column, column_lever, column_rate = table([lever.columns for lever in levers])
    sides = np.array([lever.rows.side for lever in levers], dtype=np.int64)
    return Effects(row, row_lever, sides[row_lever], row_rate, column, column_lever, column_rate)


def needed(levers: list[Lever], arrays: Arrays, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much each lever must move so that values of the program's columns hold [its unit].

    Where several levers bound one row, each is asked for the whole of what it lacks.
    """
    short, over, beyond = violations(arrays, values)
    size = np.maximum(1.0, np.abs(values))
    beyond = np.where(beyond > 1e-6 * size, beyond, 0.0)
    amounts = np.zeros(len(levers))
    for place, lever in enumerate(levers):
        lever_now = lever.at(values)
        rows, columns = lever_now.rows, lever_now.columns
        broken = (short if rows.side > 0 else over)[rows.at]
        if lever.measure is not None:
            amounts[place] = lever.measure(values, broken)
            continue
        parts = [broken / rows.rate, beyond[columns.at] / columns.rate]
        found = max((float(part.max()) for part in parts if len(part)), default=0.0)
        amounts[place] = min(found, lever.most)
    return amounts


def settings_of(changes: Mapping[str, float], levers: list[Lever]) -> dict[str, object]:
    """Return the settings that changes mean, with those that keep other years as they are.

    Parameters
    ----------
    changes
        New value by path.
    levers
        The levers that move.
    """
    kept: dict[str, object] = {}
    for lever in levers:
        kept |= lever.keep
    return {**{path: value for path, value in kept.items() if path not in changes}, **changes}
