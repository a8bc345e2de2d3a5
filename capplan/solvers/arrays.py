"""A program as bare arrays: what crosses the border to a worker, and the checks that believe no solver.

A row holds when its activity stays within its bounds by ``1e-6`` times the row's largest term (at least 1).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from capplan.errors import SolveError
from capplan.messages import msg

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Arrays", "MatrixLike"]

INTEGRALITY = 1e-5
"""Distance from a whole number within which an integer column is rounded [-]."""
ROW_TOLERANCE = 1e-6
"""Largest violation of a row relative to its largest term [-]."""
SNAP = 1e-9
"""Distance within which a value is put on its bound, relative to max(1, |bound|) [-]."""


class MatrixLike(Protocol):
    """Anything with the arrays of `capplan.program.Matrix`; a worker never imports that module."""

    @property
    def cost(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def offset(self) -> float: ...  # noqa: D102
    @property
    def indptr(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def indices(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def data(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def row_lower(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def row_upper(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def column_lower(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def column_upper(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def integer(self) -> NDArray[np.bool_]: ...  # noqa: D102


@dataclass(frozen=True)
class Arrays:
    """Minimise ``cost @ x + offset`` subject to bounded rows (CSR) and columns, some of them integer.

    Shapes: `cost`, `column_lower`, `column_upper`, `integer` (n,); `row_lower`, `row_upper` (m,); `indptr` (m + 1,);
    `indices`, `data` (nonzeros,).
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

    @staticmethod
    def of(matrix: MatrixLike) -> Arrays:
        """Take the arrays of a matrix, contiguous and of the right types, and refuse what is no number.

        Raises
        ------
        SolveError
            A coefficient, cost or bound is NaN, a coefficient or cost is infinite, or lengths disagree.
        """
        taken = Arrays(
            cost=np.ascontiguousarray(matrix.cost, dtype=np.float64),
            offset=float(matrix.offset),
            indptr=np.ascontiguousarray(matrix.indptr, dtype=np.int64),
            indices=np.ascontiguousarray(matrix.indices, dtype=np.int64),
            data=np.ascontiguousarray(matrix.data, dtype=np.float64),
            row_lower=np.ascontiguousarray(matrix.row_lower, dtype=np.float64),
            row_upper=np.ascontiguousarray(matrix.row_upper, dtype=np.float64),
            column_lower=np.ascontiguousarray(matrix.column_lower, dtype=np.float64),
            column_upper=np.ascontiguousarray(matrix.column_upper, dtype=np.float64),
            integer=np.ascontiguousarray(matrix.integer, dtype=np.bool_),
        )
        taken.refuse_rubbish()
        return taken

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.cost)

    def refuse_rubbish(self) -> None:
        """Raise `SolveError` where an array holds NaN, infinite coefficients, or has the wrong length."""
        finite = {"cost": self.cost, "coefficients": self.data, "offset": np.array([self.offset])}
        for name, values in finite.items():
            if not np.isfinite(values).all():
                where = int(np.flatnonzero(~np.isfinite(values))[0])
                raise SolveError(
                    msg("the program's {name} hold no number at position {where}", name=name, where=where)
                )
        bounds = {
            "row bounds": (self.row_lower, self.row_upper),
            "column bounds": (self.column_lower, self.column_upper),
        }
        for name, (lower, upper) in bounds.items():
            bad = np.isnan(lower) | np.isnan(upper) | (lower == np.inf) | (upper == -np.inf)
            if bad.any():
                where = int(np.flatnonzero(bad)[0])
                raise SolveError(
                    msg("the program's {name} hold no number at position {where}", name=name, where=where)
                )
        self._refuse_misfits()

    def _refuse_misfits(self) -> None:
        n, m = self.width, self.height
        lengths = (len(self.column_lower), len(self.column_upper), len(self.integer)) == (n, n, n)
        rows = (len(self.row_upper), len(self.indptr)) == (m, m + 1) and len(self.indices) == len(self.data)
        inside = not len(self.indices) or (self.indices.min() >= 0 and self.indices.max() < n)
        if not (lengths and rows and inside and int(self.indptr[-1]) == len(self.data)):
            raise SolveError(msg("the program's arrays do not fit together"))

    def write(self, folder: Path) -> None:
        """Write every array as ``<name>.npy`` into a folder."""
        for entry in fields(self):
            np.save(folder / f"{entry.name}.npy", np.asarray(getattr(self, entry.name)), allow_pickle=False)

    @staticmethod
    def read(folder: Path) -> Arrays:
        """Read what `write` wrote."""
        loaded = {
            entry.name: np.load(folder / f"{entry.name}.npy", allow_pickle=False) for entry in fields(Arrays)
        }
        loaded["offset"] = float(loaded["offset"])
        return Arrays(**loaded)

    def objective(self, values: NDArray[np.float64]) -> float:
        """Return ``cost @ values + offset`` [unit of the objective]."""
        return float(self.cost @ values + self.offset)

    def rounded(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values inside the column bounds, near-bound ones on the bound, integer columns whole; shape (n,)."""
        x = np.clip(values, self.column_lower, self.column_upper)
        for bound in (self.column_lower, self.column_upper):
            near = np.isfinite(bound) & (np.abs(x - bound) <= SNAP * np.maximum(1.0, np.abs(bound)))
            x = np.where(near, bound, x)
        x = np.where(self.integer, np.round(x), x)
        return x + 0.0

    def worst(self, values: NDArray[np.float64]) -> tuple[float, int]:
        """Return the largest row or column violation relative to its largest term [-], and the row (-1: a column)."""
        outside = np.maximum(self.column_lower - values, values - self.column_upper)
        outside = outside / np.maximum(1.0, np.abs(values))
        whole = np.where(self.integer, np.abs(values - np.round(values)), 0.0)
        column = float(max(outside.max(initial=0.0), whole.max(initial=0.0)))
        if not self.height:
            return column, -1
        relative = self.row_violations(values)
        row = int(np.argmax(relative))
        return (float(relative[row]), row) if relative[row] >= column else (column, -1)

    def row_violations(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each row's violation relative to max(1, its largest term) [-], shape (m,)."""
        terms = self.data * values[self.indices]
        row = np.repeat(np.arange(self.height), np.diff(self.indptr))
        activity = np.bincount(row, weights=terms, minlength=self.height)
        scale = np.ones(self.height)
        np.maximum.at(scale, row, np.abs(terms))
        for bound in (self.row_lower, self.row_upper):
            scale = np.maximum(scale, np.where(np.isfinite(bound), np.abs(bound), 0.0))
        return np.maximum(0.0, np.maximum(self.row_lower - activity, activity - self.row_upper)) / scale

    def fixed(self, values: NDArray[np.float64]) -> Arrays:
        """Return the linear program that remains when the integer columns stand at `values`."""
        whole = np.round(values)
        return replace(
            self,
            column_lower=np.where(self.integer, whole, self.column_lower),
            column_upper=np.where(self.integer, whole, self.column_upper),
            integer=np.zeros(self.width, dtype=np.bool_),
        )

    def relaxed(self) -> Arrays:
        """Return the linear relaxation: the same program without integer columns."""
        return replace(self, integer=np.zeros(self.width, dtype=np.bool_))
