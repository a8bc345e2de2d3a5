"""What a solve ended with: values, and the reason, bounds and gap that were recomputed rather than believed.

The gap is ``(primal - dual) / max(|primal|, 1e-9)``; the primal bound is ``cost @ values + offset`` of values whose
integers are whole and whose rows were checked, never the figure a solver printed.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Incumbent", "Progress", "Reason", "Solution", "Termination", "relative_gap"]


class Reason(enum.StrEnum):
    """Why a solve ended."""

    OPTIMAL = "optimal"
    """The gap asked for was reached, by our own arithmetic."""
    TIME_LIMIT = "time_limit"
    WORK_LIMIT = "work_limit"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INTERRUPTED = "interrupted"
    NO_SOLUTION = "no_solution"
    """The engine ended without a usable answer: it gave up, or its values broke rows."""
    FAILED = "failed"
    """The engine crashed, was killed or ran out of memory; values are the best it had saved, if any."""


def relative_gap(primal: float | None, dual: float | None) -> float | None:
    """Return ``(primal - dual) / max(|primal|, 1e-9)`` [fraction], not below 0; None where a bound is missing.

    Examples
    --------
    >>> relative_gap(100.0, 99.0)
    0.01
    """
    if primal is None or dual is None:
        return None
    return max(0.0, primal - dual) / max(abs(primal), 1e-9)


@dataclass(frozen=True)
class Termination:
    """How a solve ended.

    Attributes
    ----------
    reason : Reason
        Why it ended.
    primal_bound : float or None
        Objective of the values, recomputed [unit of the objective]; None without values.
    dual_bound : float or None
        Lowest objective that any solution can have, as the engine proved it [unit of the objective].
    seconds : float
        Wall-clock time of the whole solve, worker included [s].
    nodes : int
        Branch-and-bound nodes [-].
    detail : str
        What a log should say beyond the reason; English.
    """

    reason: Reason
    primal_bound: float | None = None
    dual_bound: float | None = None
    seconds: float = 0.0
    nodes: int = 0
    detail: str = ""

    @property
    def gap(self) -> float | None:
        """Relative gap between the bounds [fraction], recomputed; None where one is missing."""
        return relative_gap(self.primal_bound, self.dual_bound)


@dataclass(frozen=True)
class Incumbent:
    """One improvement of the objective: `seconds` since the start [s] and `objective` [unit of the objective]."""

    seconds: float
    objective: float


@dataclass(frozen=True)
class Progress:
    """One report of a running solve: `seconds` since its start [s], and both bounds as far as they are known."""

    seconds: float
    primal_bound: float | None = None
    dual_bound: float | None = None

    @property
    def gap(self) -> float | None:
        """Relative gap between the bounds [fraction]; None where one is missing."""
        return relative_gap(self.primal_bound, self.dual_bound)


@dataclass(frozen=True)
class Solution:
    """Values of all columns and how they were found.

    Attributes
    ----------
    values : ndarray or None
        Value of every column, shape (columns,): integers whole, rows checked; None when there is no solution.
    termination : Termination
        Why the solve ended, with recomputed bounds.
    engine : str
        Name of the engine, as ``highs``.
    version : str
        Version of the engine's library.
    incumbents : tuple of Incumbent
        The improving objectives on the way.
    duals : ndarray or None
        Row duals of the linear program that remains when the integers stand at their values, shape (rows,)
        [unit of the objective per unit of the row]: what binds here. They do not price an integer decision.
    worst_row : float
        Largest row violation, relative to the row's largest term [-].
    """

    values: NDArray[np.float64] | None
    termination: Termination
    engine: str
    version: str = ""
    incumbents: tuple[Incumbent, ...] = ()
    duals: NDArray[np.float64] | None = field(default=None)
    worst_row: float = 0.0

    @property
    def found(self) -> bool:
        """Whether there are values."""
        return self.values is not None
