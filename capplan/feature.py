"""What a planning rule is: a `Feature` record, and the objects its functions receive.

A feature is one file in `capplan/features/`. Its functions run in phases, over all features at once, so that their
order never matters: ``variables`` -> ``postings`` -> ``constraints`` -> (solve) -> ``tables``; later, without any
solver, ``recount`` -> ``check`` from the plan's tables alone. `postings` and `recount` say the same thing twice, once
in variables and once in pandas (`faults` comes before all: what the case gives a rule that it cannot use); so do `constraints` and `check`. The certificate lives on that independence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from capplan.frames import picked, summed
from capplan.program import Program, Rows, Terms, Tier

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from capplan.case import Case
    from capplan.derived import Derived
    from capplan.errors import Fault
    from capplan.messages import Text

__all__ = ["Audit", "Context", "Feature", "Limit", "Outcome", "Parameters", "Recount"]


class Parameters(BaseModel):
    """Base of every feature's parameters: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Limit:
    """A block of rows that the plan reports as limits: ``terms + constant <= bound``, or ``>=``.

    Attributes
    ----------
    rows
        The block.
    bound, constant
        Bound, and what is used whatever is decided [unit of the rows], shape (m,).
    terms
        What decisions use [unit of the rows].
    sign
        1 for "at most", -1 for "at least".
    share, whole
        Where the rows hold ``part - share * whole``: the share [ratio], shape (m,), and the terms and constants of
        the whole; the plan then reports shares.
    """

    rows: Rows
    bound: NDArray[np.float64]
    constant: NDArray[np.float64]
    terms: Terms
    sign: int
    share: NDArray[np.float64] | None = None
    whole: tuple[Terms, NDArray[np.float64]] | None = None

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the whole of which the rows hold shares, at values of shape (columns,) [unit of the rows]."""
        terms, constant = self.whole or (self.terms, self.constant)
        weights = terms.coefficient * values[terms.column]
        return np.asarray(constant + np.bincount(terms.row, weights=weights, minlength=len(constant)))


@dataclass(frozen=True)
class Context:
    """What a feature sees while the program is built.

    Attributes
    ----------
    case, data
        The case, and what follows from it alone.
    program
        The program to add to.
    parameters
        The feature's own parameters.
    limits
        What the plan reports as limits, in the order added.
    """

    case: Case
    data: Derived
    program: Program
    parameters: Any
    limits: list[Limit] = field(default_factory=list)

    def add_limit(  # noqa: PLR0913 - the parts of a limit
        self,
        name: str,
        index: pd.DataFrame,
        terms: Terms,
        constant: NDArray[np.float64],
        bound: ArrayLike,
        *,
        unit: str,
        tier: Tier,
        at_least: bool = False,
        share: ArrayLike | None = None,
        whole: tuple[Terms, NDArray[np.float64]] | None = None,
    ) -> None:
        """Add rows ``terms + constant <= bound``, or ``>=``, that the plan's `limits` table reports.

        Parameters
        ----------
        name
            Name of the limit and of its rows.
        index
            Labels with the columns region and year (0 where the limit has none), shape (m, ...).
        terms
            What decisions use [unit].
        constant
            What is used whatever is decided [unit], shape (m,).
        bound
            How much may be used, or must be [unit], broadcast to shape (m,).
        unit
            Unit of the limit.
        tier
            When the rows may give in a case that cannot be met.
        at_least
            Whether the bound is a least and not a most.

        Raises
        ------
        ModelError
            If the program has rows of this name.
        """
        limit = np.broadcast_to(np.asarray(bound, dtype=float), len(index)).copy()
        sides = {"lower": limit - constant} if at_least else {"upper": limit - constant}
        rows = self.program.add_rows(name, index, [terms], unit=unit, tier=tier, **sides)
        sign = -1 if at_least else 1
        part = None if share is None else np.broadcast_to(np.asarray(share, dtype=float), len(index)).copy()
        self.limits.append(Limit(rows, limit, constant, terms, sign, part, whole))


@dataclass(frozen=True)
class Outcome:
    """What a feature sees when it tabulates a solution.

    Attributes
    ----------
    case, data
        The case, and what follows from it alone.
    program
        The program that was solved.
    parameters
        The feature's own parameters.
    values
        Value of every variable [its unit], shape (columns,).
    """

    case: Case
    data: Derived
    program: Program
    parameters: Any
    values: NDArray[np.float64]

    def block(self, name: str) -> pd.DataFrame:
        """Return a block's labels with its `value`; empty where the program has no such variables."""
        block = self.program.columns.get(name)
        if block is None:
            return pd.DataFrame({"value": np.array([], dtype=float)})
        return block.index.assign(value=self.values[block.start : block.stop])


@dataclass(frozen=True)
class Recount:
    """One family of rows, evaluated again from tables.

    Attributes
    ----------
    family, feature
        Name of the rows, and of the rule that checked them.
    rows
        How many there are.
    violation
        How far the worst of them is from holding, over its largest term [ratio]; 0 where all hold.
    worst
        Labels of the worst row, joined by commas; empty where all hold.
    """

    family: str
    feature: str
    rows: int
    violation: float
    worst: str


@dataclass
class Audit:
    """What a feature sees when a plan is certified: the case and the tables, nothing of any solver."""

    case: Case
    data: Derived
    tables: Mapping[str, pd.DataFrame]
    parameters: Any
    feature: str
    books: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    results: list[Recount] = field(default_factory=list)
    limits: list[pd.DataFrame] = field(default_factory=list)
    sums: dict[tuple[str | int, ...], pd.DataFrame] = field(default_factory=dict)

    def post(self, ledger: str, keys: pd.DataFrame, values: ArrayLike) -> None:
        """Add recounted amounts to a ledger.

        Parameters
        ----------
        ledger
            Name of the ledger.
        keys
            The ledger's dimensions, among other columns, shape (n, ...).
        values
            Amounts [ledger unit], shape (n,).
        """
        frame = keys.reset_index(drop=True).assign(value=np.asarray(values, dtype=float))
        self.books.setdefault(ledger, []).append(frame)

    def ledger(self, name: str, dimensions: list[str]) -> pd.DataFrame:
        """Return a recounted ledger, summed; without rows where nothing was posted.

        Parameters
        ----------
        name
            Name of the ledger.
        dimensions
            Columns to sum by.

        Returns
        -------
        DataFrame
            The dimensions and `value` [ledger unit].
        """
        known: tuple[str | int, ...] = (name, len(self.books.get(name, ())), *dimensions)
        if known not in self.sums:
            self.sums[known] = self._summed(name, dimensions)
        return self.sums[known].copy()

    def _summed(self, name: str, dimensions: list[str]) -> pd.DataFrame:
        parts = [picked(part, [*dimensions, "value"]) for part in self.books.get(name, []) if len(part)]
        if not parts:
            kinds: dict[str, type] = {key: int if key == "year" else object for key in dimensions}
            return pd.DataFrame(columns=[*dimensions, "value"]).astype({**kinds, "value": float})
        return summed(pd.concat(parts, ignore_index=True), dimensions, "value")

    def equal(
        self, family: str, labels: pd.DataFrame, left: ArrayLike, right: ArrayLike, scale: ArrayLike = 0.0
    ) -> None:
        """Record how far ``left == right`` is from holding, relative to the largest of the row's terms.

        Parameters
        ----------
        family
            Name of the rows.
        labels
            What each row is about, shape (m, ...).
        left, right
            Both sides [one unit], shape (m,).
        scale
            The row's largest term [the same unit], broadcast to shape (m,); the sides count as terms anyway.
        """
        a, b = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
        self._record(family, labels, np.abs(a - b), np.maximum(np.abs(a), np.abs(b)), scale)

    def at_most(
        self, family: str, labels: pd.DataFrame, left: ArrayLike, right: ArrayLike, scale: ArrayLike = 0.0
    ) -> None:
        """Record how far ``left <= right`` is from holding, relative to the largest of the row's terms.

        Parameters
        ----------
        family
            Name of the rows.
        labels
            What each row is about, shape (m, ...).
        left, right
            Both sides [one unit], shape (m,).
        scale
            The row's largest term [the same unit], broadcast to shape (m,); the sides count as terms anyway.
        """
        a, b = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
        self._record(family, labels, a - b, np.maximum(np.abs(a), np.abs(b)), scale)

    def same(self, family: str, labels: pd.DataFrame, left: pd.Series, right: pd.Series) -> None:
        """Record whether two columns of words agree in every row; empty cells agree with each other.

        Parameters
        ----------
        family
            Name of the rows.
        labels
            What each row is about, shape (m, ...).
        left, right
            Words, shape (m,).
        """
        words = [column.astype(object).fillna("").astype(str).to_numpy(dtype=str) for column in (left, right)]
        agree = words[0] == words[1]
        self._record(family, labels, 1.0 - agree.astype(float), np.ones(len(labels)), 0.0)

    def limit(
        self,
        name: str,
        rows: pd.DataFrame,
        used: ArrayLike,
        bound: ArrayLike,
        *,
        unit: str,
        at_least: bool = False,
        scale: ArrayLike = 0.0,
        step: ArrayLike = 0.0,
    ) -> None:
        """Record how far ``used <= bound``, or ``>=``, is from holding, and what the `limits` table must say of it.

        Parameters
        ----------
        name
            Name of the limit.
        rows
            Labels with the columns region and year, shape (m, ...).
        used
            What is used [unit], broadcast to shape (m,).
        bound
            How much may be used, or must be [unit], broadcast to shape (m,).
        unit
            Unit of the limit.
        at_least
            Whether the bound is a least and not a most.
        scale
            The row's largest term [unit], broadcast to shape (m,).
        step
            The least by which one module changes the row [unit]: with less room than that, a limit binds.
        """
        sides = (bound, used) if at_least else (used, bound)
        frame = picked(rows, ["region", "year"]).reset_index(drop=True)
        self.at_most(name, frame, *sides, scale=scale)
        numbers = {"used": used, "bound": bound, "scale": scale, "step": step}
        for column, given in numbers.items():
            frame[column] = np.broadcast_to(np.asarray(given, dtype=float), len(frame))
        sign = -1.0 if at_least else 1.0
        self.limits.append(frame.assign(limit=name, unit=unit, room=(frame["bound"] - frame["used"]) * sign))

    def _record(
        self,
        family: str,
        labels: pd.DataFrame,
        excess: NDArray[np.float64],
        size: NDArray[np.float64],
        scale: ArrayLike,
    ) -> None:
        if not len(labels):
            self.results.append(Recount(family, self.feature, 0, 0.0, ""))
            return
        largest = np.maximum(np.maximum(size, np.asarray(scale, dtype=float)), 1e-6)
        finite = np.isfinite(excess)
        relative = np.where(finite, np.maximum(np.where(finite, excess, 0.0), 0.0) / largest, np.inf)
        worst = int(np.argmax(relative))
        name = ",".join(str(value) for value in labels.iloc[worst]) if relative[worst] > 0 else ""
        self.results.append(Recount(family, self.feature, len(labels), float(relative[worst]), name))


@dataclass(frozen=True)
class Feature:
    """A planning rule; every function is optional. `limits` are those of the table `limits` that it reads."""

    name: str
    title: Text
    parameters: type[Parameters]
    variables: Callable[[Context], None] | None = None
    postings: Callable[[Context], None] | None = None
    constraints: Callable[[Context], None] | None = None
    tables: Callable[[Outcome], Mapping[str, pd.DataFrame]] | None = None
    recount: Callable[[Audit], None] | None = None
    check: Callable[[Audit], None] | None = None
    faults: Callable[[Case, Any], list[Fault]] | None = None
    limits: tuple[str, ...] = ()
