"""What needs no engine: crossed bounds, programs without bounded rows, and columns that hang in no row.

Engines differ, and err, on such programs: CBC called a free column without rows optimal at zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from capplan.solution import Reason, Solution, Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays

__all__ = ["endless", "settled"]


def settled(arrays: Arrays, engine: str) -> Solution | None:
    """Return the solution of a program that needs no engine, None for any other."""
    crossed = (arrays.row_lower > arrays.row_upper).any() or (arrays.column_lower > arrays.column_upper).any()
    if crossed:
        end = Termination(Reason.INFEASIBLE, detail="a lower bound lies above its upper bound")
        return Solution(None, end, engine)
    if not _in_rows(arrays).any():
        return _without_rows(arrays, engine)
    return None


def endless(arrays: Arrays) -> bool:
    """Whether a column that hangs in no bounded row lets the objective fall without end."""
    return bool((~np.isfinite(_best_bound(arrays)) & ~_in_rows(arrays)).any())


def _without_rows(arrays: Arrays, engine: str) -> Solution:
    """Put every column on its best bound; rows hold at zero or never."""
    if (arrays.row_lower > 0.0).any() or (arrays.row_upper < 0.0).any():
        return Solution(None, Termination(Reason.INFEASIBLE, detail="an empty row cannot hold"), engine)
    best = _best_bound(arrays)
    whole = np.where(arrays.cost < 0.0, np.floor(best), np.ceil(best))
    values = np.where(arrays.integer, whole, best)
    if ((values < arrays.column_lower) | (values > arrays.column_upper)).any():
        return Solution(None, Termination(Reason.INFEASIBLE, detail="no whole number within bounds"), engine)
    if not np.isfinite(values).all():
        return Solution(None, Termination(Reason.UNBOUNDED, detail="a column without rows"), engine)
    objective = arrays.objective(values)
    return Solution(values, Termination(Reason.OPTIMAL, objective, objective, detail="no rows"), engine)


def _in_rows(arrays: Arrays) -> NDArray[np.bool_]:
    """Whether each column has a coefficient in a row with a finite bound, shape (n,)."""
    bounded = np.isfinite(arrays.row_lower) | np.isfinite(arrays.row_upper)
    entry = np.repeat(bounded, np.diff(arrays.indptr)) & (arrays.data != 0.0)
    found = np.zeros(arrays.width, dtype=np.bool_)
    found[arrays.indices[entry]] = True
    return found


def _best_bound(arrays: Arrays) -> NDArray[np.float64]:
    """Return the bound towards which each column's cost pulls, shape (n,); a free column without cost stays at 0."""
    idle = np.clip(0.0, arrays.column_lower, arrays.column_upper)
    pulled = np.where(arrays.cost > 0.0, arrays.column_lower, arrays.column_upper)
    return np.where(arrays.cost == 0.0, idle, pulled)
