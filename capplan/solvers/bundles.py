r"""Bundles: columns that enter several rows together share one column for those rows, exactly.

Where continuous columns (at least zero) have one row each of their own and otherwise the same rows with the same
coefficients, those rows depend on them only through their sum. For every such set *S* this adds one column and one
row, so that its columns have two entries and can be arcs of a graph (`capplan.solvers.hubs`)::

    flow[S] = sum_{j in S} x[j],      d_r * sum_{j in S} x[j]  ->  d_r * flow[S]      (all rows r of the set)

A site's service, for example, enters the balance of the site and what must be copied from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays

__all__ = ["Bundles", "with_bundles"]

FEWEST, MOST = 3, 6
"""Entries of the columns that are looked at [-]."""
LEAST_COLUMNS = 60
"""Smallest number of columns of one kind worth bundling [-]."""
WORTH = 0.5
"""Number of bundles over that of the columns in them, at most [ratio]."""


@dataclass(frozen=True)
class Bundles:
    """A program with bundles, and the way between its values and those of the program it came from.

    Attributes
    ----------
    arrays : Arrays
        The program; its last columns and rows are the bundles and their definitions.
    sums : csr_matrix
        Which columns each bundle sums, shape (bundles, columns of the original).
    """

    arrays: Arrays
    sums: sparse.csr_matrix

    def extended(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values of all columns from those of the original's, shape (columns + bundles,)."""
        return np.concatenate([values, self.sums @ values])

    def restricted(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values of the original's columns, shape (columns,)."""
        return np.asarray(values[: self.sums.shape[1]], dtype=np.float64)


def with_bundles(arrays: Arrays) -> Bundles:
    """Add bundles to a program; the same program where nothing is worth it.

    Parameters
    ----------
    arrays
        The program.

    Returns
    -------
    Bundles
        The same program with bundles.
    """
    matrix = sparse.csr_matrix(
        (arrays.data, arrays.indices, arrays.indptr), shape=(arrays.height, arrays.width)
    )
    found = [kind for kind in _kinds(arrays, matrix) if kind.count <= WORTH * len(kind.column)]
    if not found:
        return Bundles(arrays, sparse.csr_matrix((0, arrays.width)))
    column = np.concatenate([kind.column for kind in found])
    first = np.cumsum([0, *(kind.count for kind in found)])
    owner = np.concatenate([start + kind.owner for start, kind in zip(first, found, strict=False)])
    shape = (int(first[-1]), arrays.width)
    sums = sparse.csr_matrix((np.ones(len(column)), (owner, column)), shape=shape)
    lengths = np.concatenate([np.full(kind.count, kind.rows.shape[1]) for kind in found])
    into = sparse.csc_matrix(
        (
            np.concatenate([kind.data.ravel() for kind in found]),
            np.concatenate([kind.rows.ravel() for kind in found]),
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=(arrays.height, shape[0]),
    )
    return Bundles(_bundled(arrays, matrix, sums, into), sums)


@dataclass(frozen=True)
class _Kind:
    """Columns whose entries have the same values: which bundle each is in, and every bundle's rows and entries."""

    column: NDArray[np.int64]
    owner: NDArray[np.int64]
    rows: NDArray[np.int64]
    data: NDArray[np.float64]

    @property
    def count(self) -> int:
        return len(self.rows)


def _kinds(arrays: Arrays, matrix: sparse.csr_matrix) -> Iterator[_Kind]:
    """Yield the kinds of columns that may be bundled."""
    by_column = matrix.tocsc()
    by_column.sort_indices()
    lengths = np.diff(by_column.indptr)
    able = ~arrays.integer & (arrays.column_lower == 0.0) & (lengths >= FEWEST) & (lengths <= MOST)
    for length in np.unique(lengths[able]):
        column = np.flatnonzero(able & (lengths == length))
        at = by_column.indptr[column][:, None] + np.arange(length)
        index, value = by_column.indices[at].astype(np.int64), by_column.data[at]
        _, alike = np.unique(value, axis=0, return_inverse=True)
        for kind in range(int(alike.max()) + 1):
            mine = np.flatnonzero(alike.ravel() == kind)
            if len(mine) >= LEAST_COLUMNS:
                yield _kind(column[mine], index[mine], value[mine[0]])


def _kind(column: NDArray[np.int64], index: NDArray[np.int64], value: NDArray[np.float64]) -> _Kind:
    """Bundle columns by all their rows but that one without which fewest different sets of rows are left."""
    choices = []
    for own in range(index.shape[1]):
        rows, owner = np.unique(np.delete(index, own, axis=1), axis=0, return_inverse=True)
        data = np.tile(np.delete(value, own), (len(rows), 1))
        choices.append(_Kind(column, owner.ravel().astype(np.int64), rows, data))
    return min(choices, key=lambda kind: kind.count)


def _bundled(
    arrays: Arrays, matrix: sparse.csr_matrix, sums: sparse.csr_matrix, into: sparse.csc_matrix
) -> Arrays:
    """Return the program in which bundles stand in the rows of their columns."""
    count = sums.shape[0]
    # what a column of a bundle had in the bundle's rows is taken out of them
    covered = (into @ sums).tocsr()
    covered.data[:] = 1.0
    left = matrix - matrix.multiply(covered)
    define = sparse.hstack([sums, -sparse.identity(count)])
    whole = sparse.vstack([sparse.hstack([left, into]), define]).tocsr()
    whole.eliminate_zeros()
    whole.sort_indices()
    none = np.zeros(count)
    return replace(
        arrays,
        cost=np.concatenate([arrays.cost, none]),
        indptr=whole.indptr.astype(np.int64),
        indices=whole.indices.astype(np.int64),
        data=whole.data,
        row_lower=np.concatenate([arrays.row_lower, none]),
        row_upper=np.concatenate([arrays.row_upper, none]),
        column_lower=np.concatenate([arrays.column_lower, none]),
        column_upper=np.concatenate([arrays.column_upper, np.full(count, np.inf)]),
        integer=np.concatenate([arrays.integer, np.zeros(count, dtype=np.bool_)]),
    )
