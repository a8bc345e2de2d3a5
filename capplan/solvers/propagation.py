"""Propagation: what rows imply for the bounds of integer columns, taken again and again until nothing moves.

A row ``data @ x <= limit`` bounds each of its columns by what the least of all others leaves. Whole numbers are rounded
inwards, so that fixing a few columns settles many others: a hall that stands needs its campus, a campus its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays

__all__ = ["Propagation"]

PASSES = 4
SLACK = 1e-6
"""Distance within which a bound counts as whole and a row as kept, relative to its limit [-]."""


class Propagation:
    """The rows of a program, ready to tighten bounds of its integer columns.

    Parameters
    ----------
    arrays
        The program.

    Examples
    --------
    >>> from capplan.solvers.arrays import Arrays
    >>> row = (np.array([0, 2]), np.array([0, 1]), np.array([1.0, -9.0]), np.array([-np.inf]), np.array([0.0]))
    >>> none, most = np.zeros(2), np.array([9.0, 1.0])
    >>> program = Arrays(none, 0.0, *row, none, most, np.array([True, True]))
    >>> Propagation(program).settled(np.array([2.0, 0.0]), most)
    (array([2., 1.]), array([9., 1.]))
    """

    def __init__(self, arrays: Arrays) -> None:
        self.height, self.column = arrays.height, arrays.indices
        self.row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
        self.whole = arrays.integer[arrays.indices]
        self.sides = ((arrays.data, arrays.row_upper), (-arrays.data, -arrays.row_lower))

    def settled(
        self, lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return tighter bounds of all columns, None where no whole numbers fit between the given ones.

        Parameters
        ----------
        lower, upper
            Bounds of the columns, shape (columns,).
        """
        for _ in range(PASSES):
            before = lower, upper
            for data, limit in self.sides:
                tighter = self._side(data, limit, lower, upper)
                if tighter is None:
                    return None
                lower, upper = tighter
            if np.array_equal(before[0], lower) and np.array_equal(before[1], upper):
                break
        return lower, upper

    def _side(
        self,
        data: NDArray[np.float64],
        limit: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Tighten by rows ``data @ x <= limit``."""
        least = np.where(data > 0, lower[self.column], upper[self.column]) * data
        endless = ~np.isfinite(least)
        least[endless] = 0.0
        number = np.bincount(self.row, weights=endless, minlength=self.height)
        total = np.bincount(self.row, weights=least, minlength=self.height)
        if ((number == 0) & (total > limit + SLACK * np.maximum(1.0, np.abs(limit)))).any():
            return None
        at = np.flatnonzero(self.whole & np.isfinite(limit)[self.row] & (number[self.row] == endless))
        reach = (limit[self.row[at]] - total[self.row[at]] + least[at]) / data[at]
        above = data[at] > 0
        upper, lower = upper.copy(), lower.copy()
        np.minimum.at(upper, self.column[at[above]], np.floor(reach[above] + SLACK))
        np.maximum.at(lower, self.column[at[~above]], np.ceil(reach[~above] - SLACK))
        return None if (lower > upper + SLACK).any() else (lower, upper)
