"""Diving: the linear relaxation made whole a few columns at a time, each step one short run of the dual simplex.

The columns nearest to a whole number are rounded together, what that implies is settled (`capplan.solvers.propagation`),
and the relaxation is solved again from where it stands. A batch that makes it infeasible, or dearer than a step may be, is
cut to a quarter; a single column is tried the other way; and where neither goes, everything that was rounded down
is let go and the column rounded up. The dive ends when few columns are left between whole numbers: those, and what is
near them, are better left to branch and bound.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.solvers.improving import listen
from capplan.solvers.propagation import Propagation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.pool import Pool

__all__ = ["Dive", "between"]

WHOLE = 1e-6
"""Distance from a whole number within which a value counts as whole [-]."""
SHARE, FEWER, MORE = 0.2, 4, 2
"""Part of the columns between whole numbers that is rounded at once [ratio], divided after a failure, grown after success."""
UP = 0.7
"""Distance from the whole number above up to which a column is rounded up [-]."""
DEARER = 0.0005
"""Part of the relaxation's cost by which one step may be dearer [ratio]."""
LEFT = 0.15
"""Part of the columns first between whole numbers at which the dive ends [ratio]."""
ENDLESS = 1e200


def between(values: NDArray[np.float64], integer: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the integer columns whose values are not whole.

    Examples
    --------
    >>> between(np.array([0.5, 2.0, 1.5]), np.array([True, True, False])).tolist()
    [0]
    """
    return np.flatnonzero(integer & (np.abs(values - np.round(values)) > WHOLE))


class Dive:
    """One dive from a solved relaxation.

    Parameters
    ----------
    pool
        Says when to end.
    arrays
        The program, with integer columns.
    model
        HiGHS with its relaxation, solved to a basis; costs scaled by the pool's scale.
    """

    def __init__(self, pool: Pool, arrays: Arrays, model: Any) -> None:
        self.pool, self.arrays, self.model = pool, arrays, model
        self.propagation = Propagation(arrays)
        self.lower, self.upper = arrays.column_lower.copy(), arrays.column_upper.copy()
        self.given = self.lower, self.upper
        self.step = DEARER * abs(float(model.getInfo().objective_function_value))
        self.count, self.runs = arrays.width, 0

    def run(self) -> NDArray[np.float64] | None:
        """Return a point of the relaxation with few columns between whole numbers, shape (columns,); None at the end."""
        self.model.setOptionValue("solver", "simplex")
        # HiGHS counts earlier runs too; the pool says when to end
        self.model.setOptionValue("time_limit", math.inf)
        listen(self.model, self.pool)
        settled = self.propagation.settled(self.lower, self.upper)
        if settled is None:
            return None
        self.top = settled[1]
        values, first = self._solved(settled, ENDLESS), 0
        while values is not None and not self.pool.ended:
            open_ended = between(values, self.arrays.integer)
            first = first or len(open_ended)
            if len(open_ended) <= LEFT * first:
                return values
            further = self._further(values, open_ended)
            if further is None:
                return None if self.pool.ended else values
            values = further
        return None

    def _further(self, values: NDArray[np.float64], columns: NDArray[np.int64]) -> NDArray[np.float64] | None:
        """Round some columns and return the relaxation's values there; None where nothing goes."""
        part = values[columns] - np.floor(values[columns])
        up = part >= 1.0 - UP
        order = np.argsort(np.where(up, 1.0 - part, part / (1.0 - UP) * UP), kind="stable")
        columns, up = columns[order], up[order]
        count = max(1, min(int(np.ceil(SHARE * len(columns))), MORE * self.count))
        here = float(self.model.getInfo().objective_function_value)
        while not self.pool.ended:
            self.count = count
            found = self._rounded(
                values, columns[:count], up[:count], here + self.step * (1.0 + count / 100.0)
            )
            if found is not None or count == 1:
                break
            count = max(1, count // FEWER)
        if found is None:
            found = self._rounded(values, columns[:1], ~up[:1], here + self.step)
        if found is None:
            self.upper = np.maximum(self.top, self.lower)
            found = self._rounded(values, columns[:1], np.ones(1, dtype=np.bool_), ENDLESS)
        return found

    def _rounded(
        self,
        values: NDArray[np.float64],
        columns: NDArray[np.int64],
        up: NDArray[np.bool_],
        most: float,
    ) -> NDArray[np.float64] | None:
        """Round columns up or down; return the relaxation's values, None where it has none that cost so little."""
        lower, upper = self.lower.copy(), self.upper.copy()
        at = values[columns]
        lower[columns] = np.where(up, np.minimum(np.ceil(at - WHOLE), upper[columns]), lower[columns])
        upper[columns] = np.where(up, upper[columns], np.maximum(np.floor(at + WHOLE), lower[columns]))
        settled = self.propagation.settled(lower, upper)
        return None if settled is None or self.pool.ended else self._solved(settled, most)

    def _solved(
        self, bounds: tuple[NDArray[np.float64], NDArray[np.float64]], most: float
    ) -> NDArray[np.float64] | None:
        """Solve the relaxation between bounds, and keep them where it has a solution."""
        moved = np.flatnonzero((self.given[0] != bounds[0]) | (self.given[1] != bounds[1]))
        if len(moved):
            self.model.changeColsBounds(
                len(moved), moved.astype(np.int32), bounds[0][moved], bounds[1][moved]
            )
        self.given = bounds
        self.model.setOptionValue("objective_bound", most)
        self.model.run()
        self.runs += 1
        if self.model.getModelStatus().name != "kOptimal":
            return None
        self.lower, self.upper = bounds
        return np.array(self.model.getSolution().col_value, dtype=np.float64)
