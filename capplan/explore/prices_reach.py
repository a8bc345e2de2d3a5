"""How far a lever can be moved where the whole step cannot be had: one more program, in which the step is a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from capplan.explore.prices_answer import LEAST_SECONDS
from capplan.solvers import Arrays, solve_matrix

if TYPE_CHECKING:
    from capplan.explore.prices_answer import Effort
    from capplan.explore.prices_shift import Lever

__all__ = ["farthest"]

FINE = 0.01
"""Part of a step to which the largest step that can be had is found [ratio]."""


def farthest(arrays: Arrays, lever: Lever, step: float, value: float, effort: Effort) -> float | None:
    """Return the largest step for which a plan was found [ratio]; None where none was, or it is not known.

    Parameters
    ----------
    arrays
        The program as it is.
    lever
        The lever.
    step, value
        The step that cannot be had, and where it leads [ratio, unit of the lever].
    effort
        How much may be spent.
    """
    shift = lever.shift
    if shift is None or shift.terms is not None or effort.left < LEAST_SECONDS:
        return None
    found = solve_matrix(
        _reaching(arrays, lever, value - lever.value), engine=effort.engine, gap=FINE, time_limit=effort.left,
        threads=effort.threads, seed=effort.seed, in_process=effort.in_process,
    )  # fmt: skip
    if found.values is None:
        return None
    part = float(np.clip(found.values[-1], 0.0, 1.0))
    return step * part


def _reaching(arrays: Arrays, lever: Lever, change: float) -> Arrays:
    """Return the program that moves a lever as far as it goes: one more column, the part of a change [0 to 1]."""
    shift = lever.shift
    if shift is None:
        message = f"{lever.path} is not linear in the program"
        raise ValueError(message)
    rows, rates = shift.row_bounds
    columns, own = shift.columns
    count, width = len(columns), arrays.width
    inside = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    held = arrays.height + np.arange(count)
    row = np.concatenate([inside, rows, held, held])
    column = np.concatenate([arrays.indices, np.full(len(rows), width), columns, np.full(count, width)])
    data = np.concatenate([arrays.data, -change * rates, np.ones(count), -change * own])
    whole = sparse.coo_matrix((data, (row, column)), shape=(arrays.height + count, width + 1)).tocsr()
    whole.sort_indices()
    return Arrays(
        cost=np.append(np.zeros(width), -1.0),
        offset=0.0,
        indptr=whole.indptr.astype(np.int64),
        indices=whole.indices.astype(np.int64),
        data=whole.data.astype(np.float64),
        row_lower=np.append(arrays.row_lower, np.full(count, -np.inf)),
        row_upper=np.append(arrays.row_upper, arrays.column_upper[columns]),
        column_lower=np.append(arrays.column_lower, 0.0),
        column_upper=np.append(arrays.column_upper, 1.0),
        integer=np.append(arrays.integer, np.bool_(False)),  # noqa: FBT003 - a value, not a switch
    )
