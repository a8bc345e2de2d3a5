"""What is asked and known of variants: the program they vary, the effort allowed, and the answers."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from capplan.solution import relative_gap
from capplan.solvers.arrays import ROW_TOLERANCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.case import Case
    from capplan.explore.prices_shift import Lever
    from capplan.solvers import Arrays

__all__ = ["LEAST_SECONDS", "Answer", "Chain", "Effort", "Method", "Origin", "fingerprint", "holds"]

Method = Literal[
    "solved", "sought", "relaxation", "plan_holds", "same_program", "larger_step", "grouped", "none"
]
LEAST_SECONDS = 1.0
"""Time below which a solve is not begun [s]."""


@dataclass(frozen=True)
class Origin:
    """The program that is varied.

    Attributes
    ----------
    arrays
        The program as it is.
    values
        The best plan, shape (columns,).
    primal, dual
        Its cost, and the proved bound on that of any plan [CNY].
    case
        The case, for levers for which the program is built anew.
    """

    arrays: Arrays
    values: NDArray[np.float64]
    primal: float
    dual: float
    case: Case | None = None


@dataclass(frozen=True)
class Chain:
    """One lever in one direction.

    Attributes
    ----------
    lever
        The lever.
    steps
        Steps and the values they lead to, the largest first; tighter ones are positive [ratio, unit of the lever].
    expected
        What the largest one costs by the relaxation's duals [CNY].
    """

    lever: Lever
    steps: tuple[tuple[float, float], ...]
    expected: float = 0.0


@dataclass(frozen=True)
class Effort:
    """How much may be spent on one solve.

    Attributes
    ----------
    engine, threads, seed, in_process
        As `capplan.solvers.solve_matrix` takes them.
    gap
        Relative gap that is fine enough [fraction].
    seconds
        Limit of one solve [s].
    until
        When everything must have ended [s since 1970].
    resolution
        Cost below which differences are not told apart [CNY].
    """

    engine: str
    threads: int
    seed: int
    gap: float
    seconds: float
    until: float
    resolution: float
    in_process: bool = False

    @property
    def left(self) -> float:
        """Time for the next solve [s]."""
        return min(self.seconds, self.until - time.time())


@dataclass(frozen=True)
class Answer:
    """What is known of one variant.

    Attributes
    ----------
    step, value
        The step [ratio] and the lever's value [its unit].
    method
        How it is known.
    primal, dual
        Cost of the best plan, and the bound on that of any plan [CNY]; None where unknown.
    relaxed
        Cost of the linear relaxation [CNY]; None where unknown.
    possible
        Whether any plan exists; None where neither is known.
    farthest
        Where none exists: the largest step for which one was found [ratio]; None where unknown.
    """

    step: float
    value: float
    method: Method
    primal: float | None = None
    dual: float | None = None
    relaxed: float | None = None
    possible: bool | None = None
    farthest: float | None = None
    values: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)

    @property
    def gap(self) -> float | None:
        """Relative gap between the bounds [fraction]."""
        return relative_gap(self.primal, self.dual)


def fingerprint(arrays: Arrays) -> str:
    """Return what two equal programs have in common, and others have not."""
    digest = hashlib.sha256()
    for array in (
        arrays.cost, arrays.indptr, arrays.indices, arrays.data, arrays.row_lower, arrays.row_upper,
        arrays.column_lower, arrays.column_upper, arrays.integer, np.array([arrays.offset]),
    ):  # fmt: skip
        digest.update(np.ascontiguousarray(array).tobytes() + b"|")
    return digest.hexdigest()


def holds(arrays: Arrays, values: NDArray[np.float64]) -> bool:
    """Say whether values are a plan of a program.

    Parameters
    ----------
    arrays
        The program.
    values
        Values of its columns; of another number of columns, they are none of its plans.
    """
    return values.shape == (arrays.width,) and arrays.worst(values)[0] <= ROW_TOLERANCE
