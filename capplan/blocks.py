"""Blocks of a mixed-integer program: labelled variables and rows, their coefficients, and the one matrix they become.

Everything is an array; a label is a row of a data frame, and a name is read from it only when somebody asks.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from capplan.frames import picked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Columns", "Matrix", "Rows", "Terms", "Tier"]


class Tier(enum.IntEnum):
    """Order of meaning in which rows may give when a case is infeasible: targets first, physics never."""

    TARGET = 0
    POLICY = 1
    RESOURCE = 2
    SERVICE = 3
    PHYSICS = 4


@dataclass(frozen=True)
class Columns:
    """A block of decision variables; `index` has one row of labels per variable, `start` is its first column."""

    name: str
    unit: str
    index: pd.DataFrame
    start: int

    @property
    def stop(self) -> int:
        """One past the last column of the block."""
        return self.start + len(self.index)

    @property
    def ids(self) -> NDArray[np.int64]:
        """Column numbers of the block, shape (len(index),)."""
        return np.arange(self.start, self.stop, dtype=np.int64)

    @cached_property
    def _labels(self) -> pd.MultiIndex:
        return pd.MultiIndex.from_frame(self.index)

    def find(self, labels: pd.DataFrame) -> NDArray[np.int64]:
        """Return the variables that have given labels.

        Parameters
        ----------
        labels : pandas.DataFrame
            The columns of `index`, in any order and among others, shape (n, ...).

        Returns
        -------
        ndarray
            Column numbers, shape (n,); -1 where no variable has the label.

        Examples
        --------
        >>> years = pd.DataFrame({"year": [2024, 2025]})
        >>> Columns("count", "module", years, start=10).find(pd.DataFrame({"year": [2025, 2031]})).tolist()
        [11, -1]
        """
        if len(self.index) == 0 or len(labels) == 0:
            return np.full(len(labels), -1, dtype=np.int64)
        wanted = pd.MultiIndex.from_frame(picked(labels, list(self.index.columns)))
        position = self._labels.get_indexer(wanted)
        return np.where(position >= 0, position + self.start, -1).astype(np.int64)


@dataclass(frozen=True)
class Rows:
    """A block of constraints; `tier` orders relaxation, `feature` names the rule that wrote it."""

    name: str
    unit: str
    index: pd.DataFrame
    start: int
    tier: Tier
    feature: str

    @property
    def stop(self) -> int:
        """One past the last row of the block."""
        return self.start + len(self.index)


@dataclass(frozen=True)
class Terms:
    """Coefficients of a block of rows: `row` counts within the block, `column` is global; all of one shape (n,)."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    coefficient: NDArray[np.float64]

    @staticmethod
    def of(row: ArrayLike, column: ArrayLike, coefficient: ArrayLike = 1.0) -> Terms:
        """Return terms of one shape, without those whose row or column does not exist.

        Parameters
        ----------
        row : array_like of int
            Row within the block, shape (n,); terms below 0 fall away.
        column : array_like of int
            Column of the program, shape (n,); terms below 0, as `Columns.find` gives them, fall away.
        coefficient : array_like of float
            Coefficient [unit of the rows per unit of the variable], broadcast over `column`.

        Examples
        --------
        >>> Terms.of([0, 1], [4, -1], 2.5)
        Terms(row=array([0]), column=array([4]), coefficient=array([2.5]))
        """
        rows = np.asarray(row, dtype=np.int64)
        columns = np.asarray(column, dtype=np.int64)
        coefficients = np.broadcast_to(np.asarray(coefficient, dtype=np.float64), columns.shape)
        keep = (columns >= 0) & (rows >= 0)
        return Terms(rows[keep], columns[keep], coefficients[keep])

    def scaled(self, factor: float) -> Terms:
        """Return the same terms with every coefficient times a factor."""
        return Terms(self.row, self.column, self.coefficient * factor)

    def with_(self, other: Terms) -> Terms:
        """Return these terms and others of the same rows."""
        return Terms(
            np.concatenate([self.row, other.row]),
            np.concatenate([self.column, other.column]),
            np.concatenate([self.coefficient, other.coefficient]),
        )


@dataclass(frozen=True)
class Matrix:
    """A mixed-integer program as arrays: minimise ``cost @ x + offset`` with bounded rows (CSR) and columns.

    Attributes
    ----------
    cost : ndarray
        Cost of one unit of each variable [CNY in the base year], shape (columns,).
    offset : float
        What is paid whatever is decided [CNY in the base year].
    indptr, indices, data : ndarray
        Coefficients by row in compressed form, shapes (rows + 1,), (nonzeros,), (nonzeros,).
    row_lower, row_upper : ndarray
        Bounds of the rows [their units], infinite where there is none, shape (rows,).
    column_lower, column_upper : ndarray
        Bounds of the variables [their units], infinite where there is none, shape (columns,).
    integer : ndarray of bool
        Which variables are whole numbers, shape (columns,).
    """

    cost: NDArray[np.float64]
    offset: float
    indptr: NDArray[np.int64]
    indices: NDArray[np.int64]
    data: NDArray[np.float64]
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    column_lower: NDArray[np.float64]
    column_upper: NDArray[np.float64]
    integer: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.row_lower), len(self.cost)

    def csr(self) -> sparse.csr_matrix:
        """Return the coefficients as a SciPy CSR matrix, shape (rows, columns)."""
        return sparse.csr_matrix((self.data, self.indices, self.indptr), shape=self.shape)
