"""Labelled variables and rows, open ledgers, and the one sparse matrix they become.

A `Program` holds blocks: `Columns` (decision variables labelled by a data frame) and `Rows` (constraints labelled
likewise, each with a unit and a `Tier` that says in what order it may give when a case cannot be met). Features add
blocks of whole arrays; nothing is written one coefficient at a time. Features also *post* to ledgers, named running
totals such as cost by term, year and site; limits and targets read them without knowing who posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd
from scipy import sparse

from capplan.blocks import Columns, Matrix, Rows, Terms, Tier
from capplan.errors import ModelError
from capplan.frames import picked
from capplan.posting import Ledger

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Columns", "Ledger", "Matrix", "Program", "Rows", "Terms", "Tier"]


_T = TypeVar("_T", bound=np.generic)


class Program:
    """A mixed-integer program under construction: labelled blocks, ledgers, one objective."""

    def __init__(self) -> None:
        self.columns: dict[str, Columns] = {}
        self.rows: list[Rows] = []
        self.ledgers: dict[str, Ledger] = {}
        self.feature = "core"
        self._lower: list[NDArray[np.float64]] = []
        self._upper: list[NDArray[np.float64]] = []
        self._integer: list[NDArray[np.bool_]] = []
        self._row_lower: list[NDArray[np.float64]] = []
        self._row_upper: list[NDArray[np.float64]] = []
        self._terms: list[tuple[int, Terms]] = []
        self._objective: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
        self.offset = 0.0
        self._width = 0
        self._height = 0

    @property
    def width(self) -> int:
        """Number of columns so far."""
        return self._width

    def add_columns(
        self,
        name: str,
        index: pd.DataFrame,
        *,
        unit: str,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        integer: bool = False,
    ) -> Columns:
        """Add a block of variables.

        Parameters
        ----------
        name : str
            Name of the block, each once.
        index : pandas.DataFrame
            Labels, one row a variable, shape (n, ...).
        unit : str
            Unit of the variables.
        lower, upper : array_like
            Bounds [unit], broadcast to shape (n,).
        integer : bool
            Whether the variables are whole numbers.

        Raises
        ------
        ModelError
            If the program has a block of this name.

        Examples
        --------
        >>> program = Program()
        >>> program.add_columns("count", pd.DataFrame({"year": [2024, 2025]}), unit="module", integer=True).ids.tolist()
        [0, 1]
        """
        if name in self.columns:
            message = f"variables {name!r} are defined twice"
            raise ModelError(message)
        block = Columns(name, unit, index.reset_index(drop=True), self._width)
        size = len(index)
        self._lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), size).copy())
        self._upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), size).copy())
        self._integer.append(np.full(size, integer))
        self._width += size
        self.columns[name] = block
        return block

    def add_rows(
        self,
        name: str,
        index: pd.DataFrame,
        terms: Sequence[Terms],
        *,
        unit: str,
        tier: Tier,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> Rows:
        """Add a block of constraints ``lower <= sum of terms <= upper``.

        Parameters
        ----------
        name : str
            Name of the block, each once.
        index : pandas.DataFrame
            Labels, one row a constraint, shape (m, ...).
        terms : sequence of Terms
            Coefficients; those of one row and variable add up.
        unit : str
            Unit of the rows.
        tier : Tier
            When the rows may give in a case that cannot be met.
        lower, upper : array_like
            Bounds [unit], broadcast to shape (m,); infinite where there is none.

        Raises
        ------
        ModelError
            If the program has rows of this name, or a term stands in a row or at a variable that does not exist.
        """
        size = len(index)
        block = Rows(name, unit, index.reset_index(drop=True), self._height, tier, self.feature)
        if any(rows.name == name for rows in self.rows):
            message = f"rows {name!r} are defined twice"
            raise ModelError(message)
        self._row_lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), size).copy())
        self._row_upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), size).copy())
        for part in terms:
            if len(part.row) and (part.row.max() >= size or part.column.max() >= self._width):
                message = f"rows {name!r} refer to a row or variable that does not exist"
                raise ModelError(message)
            self._terms.append((self._height, part))
        self._height += size
        self.rows.append(block)
        return block

    def upper(self, block: Columns) -> NDArray[np.float64]:
        """Return the upper bounds of a block [its unit], shape (len(block.index),)."""
        if block.start == block.stop:
            return np.zeros(0)
        starts = np.cumsum([0, *(len(part) for part in self._upper)])
        return self._upper[int(np.searchsorted(starts, block.start, side="right")) - 1]

    def ledger(self, name: str, *, unit: str, dimensions: tuple[str, ...], meaning: str = "") -> Ledger:
        """Return a ledger, opening it if need be.

        Parameters
        ----------
        name : str
            Name of the ledger.
        unit : str
            Unit of its amounts.
        dimensions : tuple of str
            Columns by which its amounts are kept.
        meaning : str
            What it counts, in one sentence.

        Raises
        ------
        ModelError
            If the ledger is kept in another unit or by other dimensions.
        """
        found = self.ledgers.get(name)
        if found is None:
            found = Ledger(name, unit, dimensions, meaning)
            self.ledgers[name] = found
        if (found.unit, found.dimensions) != (unit, dimensions):
            kept = (
                f"ledger {name!r} is kept in {found.unit} by {found.dimensions}, not {unit} by {dimensions}"
            )
            raise ModelError(kept)
        return found

    def post(
        self, ledger: str, keys: pd.DataFrame, columns: ArrayLike, coefficients: ArrayLike = 1.0
    ) -> None:
        """Post variables to a ledger.

        Parameters
        ----------
        ledger : str
            Name of an open ledger.
        keys : pandas.DataFrame
            The ledger's dimensions, among other columns, shape (n, ...).
        columns : array_like of int
            Variables, shape (n,); those below 0, as `Columns.find` gives them, are left out.
        coefficients : array_like of float
            What one unit of each variable adds [ledger unit per unit of the variable], broadcast to shape (n,).

        Raises
        ------
        ModelError
            If the ledger was never opened.
        """
        book = self._book(ledger)
        ids = np.asarray(columns, dtype=np.int64)
        amounts = np.broadcast_to(np.asarray(coefficients, dtype=float), ids.shape)
        frame, kept = picked(keys, book.dimensions), (ids >= 0) & (amounts != 0.0)
        if kept.any():
            frame = frame.reset_index(drop=True) if kept.all() else frame[kept]
            book._entries.append(frame.assign(column=ids[kept], coefficient=amounts[kept]))  # noqa: SLF001 - the program is the ledger's only writer

    def post_constant(self, ledger: str, keys: pd.DataFrame, values: ArrayLike) -> None:
        """Post amounts to a ledger that no decision changes.

        Parameters
        ----------
        ledger : str
            Name of an open ledger.
        keys : pandas.DataFrame
            The ledger's dimensions, among other columns, shape (n, ...).
        values : array_like of float
            Amounts [ledger unit], broadcast to shape (n,).

        Raises
        ------
        ModelError
            If the ledger was never opened.
        """
        book = self._book(ledger)
        frame = picked(keys, book.dimensions)
        amounts = np.broadcast_to(np.asarray(values, dtype=float), len(frame))
        kept = amounts != 0.0
        if kept.any():
            frame = frame.reset_index(drop=True) if kept.all() else frame[kept]
            book._constants.append(frame.assign(value=amounts[kept]))  # noqa: SLF001 - the program is the ledger's only writer

    def minimise(self, columns: ArrayLike, coefficients: ArrayLike, constant: float = 0.0) -> None:
        """Add ``sum(coefficients * columns) + constant`` to the objective.

        Parameters
        ----------
        columns : array_like of int
            Variables, shape (n,); costs of one variable add up.
        coefficients : array_like of float
            Cost of one unit of each [CNY in the base year per unit], broadcast to shape (n,).
        constant : float
            What is paid whatever is decided [CNY in the base year].
        """
        ids = np.asarray(columns, dtype=np.int64)
        self._objective.append((ids, np.broadcast_to(np.asarray(coefficients, dtype=float), ids.shape)))
        self.offset += float(constant)

    def matrix(self) -> Matrix:
        """Assemble the blocks into one sparse matrix; duplicate coefficients are summed, zeros dropped."""
        cost = np.zeros(self._width)
        for ids, coefficients in self._objective:
            np.add.at(cost, ids, coefficients)
        row = _stacked([part.row + start for start, part in self._terms], np.int64)
        column = _stacked([part.column for _, part in self._terms], np.int64)
        data = _stacked([part.coefficient for _, part in self._terms], np.float64)
        shape = (self._height, self._width)
        csr = sparse.coo_matrix((data, (row, column)), shape=shape).tocsr()
        csr.eliminate_zeros()
        csr.sort_indices()
        return Matrix(
            cost=cost,
            offset=self.offset,
            indptr=csr.indptr.astype(np.int64),
            indices=csr.indices.astype(np.int64),
            data=csr.data.astype(np.float64),
            row_lower=_stacked(self._row_lower, np.float64),
            row_upper=_stacked(self._row_upper, np.float64),
            column_lower=_stacked(self._lower, np.float64),
            column_upper=_stacked(self._upper, np.float64),
            integer=_stacked(self._integer, np.bool_),
        )

    def row_name(self, row: int) -> str:
        """Return the readable name of a row, such as ``site_power[220822-tongyu,2027]``.

        Raises
        ------
        ModelError
            If there is no such row.
        """
        return _named(self.rows, row)

    def column_name(self, column: int) -> str:
        """Return the readable name of a column, such as ``count[220822-tongyu,ai-hall,2027]``.

        Raises
        ------
        ModelError
            If there is no such column.
        """
        return _named(self.columns.values(), column)

    def _book(self, name: str) -> Ledger:
        if name not in self.ledgers:
            message = f"ledger {name!r} was never opened; known: {', '.join(sorted(self.ledgers))}"
            raise ModelError(message)
        return self.ledgers[name]


def _stacked(arrays: list[NDArray[_T]], dtype: type[_T]) -> NDArray[_T]:
    return np.concatenate(arrays).astype(dtype) if arrays else np.array([], dtype=dtype)


def _named(blocks: object, position: int) -> str:
    for block in blocks:  # type: ignore[attr-defined]
        if block.start <= position < block.stop:
            labels = block.index.iloc[position - block.start]
            return f"{block.name}[{','.join(str(value) for value in labels)}]"
    message = f"no block holds position {position}"
    raise ModelError(message)
