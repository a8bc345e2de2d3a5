"""Labelled variables and rows, open ledgers, and the one sparse matrix they become.

A `Program` holds blocks: `Columns` (decision variables labelled by a data frame) and `Rows` (constraints labelled
likewise, each with a unit and a `Tier` that says in what order it may give when a case cannot be met). Features add
blocks of whole arrays; nothing is written one coefficient at a time. Features also *post* to ledgers, named running
totals such as cost by term, year and site; limits and targets read them without knowing who posted.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
from scipy import sparse

from capplan.errors import ModelError
from capplan.frames import summed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Columns", "Ledger", "Matrix", "Program", "Rows", "Terms", "Tier"]


_T = TypeVar("_T", bound=np.generic)


class Tier(enum.IntEnum):
    """Order of meaning in which rows may give when a case is infeasible: targets first, physics never."""

    TARGET = 0
    POLICY = 1
    RESOURCE = 2
    PHYSICS = 3


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

    def find(self, labels: pd.DataFrame) -> NDArray[np.int64]:
        """Return column numbers for rows of labels, shape (len(labels),); -1 where no variable has the label."""
        keys = list(self.index.columns)
        if len(self.index) == 0 or len(labels) == 0:
            return np.full(len(labels), -1, dtype=np.int64)
        own = pd.MultiIndex.from_frame(self.index[keys])
        wanted = pd.MultiIndex.from_frame(labels[keys])
        position = own.get_indexer(wanted)
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
        """Broadcast and keep only terms whose column exists (column >= 0)."""
        rows = np.asarray(row, dtype=np.int64)
        columns = np.asarray(column, dtype=np.int64)
        coefficients = np.broadcast_to(np.asarray(coefficient, dtype=np.float64), columns.shape)
        keep = (columns >= 0) & (rows >= 0)
        return Terms(rows[keep], columns[keep], coefficients[keep])

    def scaled(self, factor: float) -> Terms:
        """Return the same terms with every coefficient times a factor."""
        return Terms(self.row, self.column, self.coefficient * factor)


@dataclass
class Ledger:
    """A named running total with a unit and dimensions; entries are (keys, column, coefficient) and constants."""

    name: str
    unit: str
    dimensions: tuple[str, ...]
    meaning: str
    _entries: list[pd.DataFrame] = field(default_factory=list)
    _constants: list[pd.DataFrame] = field(default_factory=list)

    def entries(self) -> pd.DataFrame:
        """Return every posting: the dimensions, `column` [-] and `coefficient` [unit per unit of the variable]."""
        return _joined(self._entries, [*self.dimensions, "column", "coefficient"])

    def constants(self) -> pd.DataFrame:
        """Return every constant posting: the dimensions and `value` [unit]."""
        return _joined(self._constants, [*self.dimensions, "value"])

    def read(self, mapping: pd.DataFrame, rows: int) -> tuple[Terms, NDArray[np.float64]]:
        """Sum the ledger into rows.

        Parameters
        ----------
        mapping
            Some of the ledger's dimensions, `row` (which row takes the entry) and optionally `weight`.
        rows
            How many rows there are.

        Returns
        -------
        tuple
            The terms of the rows, and the constants [unit], shape (rows,).
        """
        keys = [name for name in mapping.columns if name in self.dimensions]
        entries = _matched(self.entries(), mapping, keys)
        constants = _matched(self.constants(), mapping, keys)
        total = np.zeros(rows)
        if len(constants):
            np.add.at(
                total,
                constants["row"].to_numpy(np.int64),
                (constants["value"] * constants["weight"]).to_numpy(),
            )
        terms = Terms.of(
            entries["row"].to_numpy(np.int64),
            entries["column"].to_numpy(np.int64),
            (entries["coefficient"] * entries["weight"]).to_numpy(np.float64),
        )
        return terms, total

    def evaluate(self, values: NDArray[np.float64]) -> pd.DataFrame:
        """Return the ledger at a solution: the dimensions and `value` [unit], summed by the dimensions."""
        entries = self.entries()
        amount = entries["coefficient"].to_numpy(np.float64) * values[entries["column"].to_numpy(np.int64)]
        posted = entries[list(self.dimensions)].assign(value=amount)
        parts = [frame for frame in (posted, self.constants()) if len(frame)]
        if not parts:
            return posted
        total = pd.concat(parts, ignore_index=True)
        return summed(total, list(self.dimensions), "value")


@dataclass(frozen=True)
class Matrix:
    """A mixed-integer program as arrays: minimise ``cost @ x + offset`` with bounded rows (CSR) and columns."""

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
        """Add a block of variables labelled by the rows of `index`; bounds [unit] broadcast over it."""
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
        """Add a block of constraints ``lower <= terms <= upper`` [unit], one per row of `index`."""
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
        starts = np.cumsum([0, *(len(part) for part in self._upper)])
        return self._upper[int(np.searchsorted(starts, block.start, side="right")) - 1]

    def ledger(self, name: str, *, unit: str, dimensions: tuple[str, ...], meaning: str = "") -> Ledger:
        """Return the ledger of that name, opening it if need be; unit and dimensions must agree."""
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
        """Post variables to a ledger: `keys` has its dimensions, shape (n,); coefficients [ledger unit per unit]."""
        book = self._book(ledger)
        ids = np.asarray(columns, dtype=np.int64)
        frame = keys[list(book.dimensions)].reset_index(drop=True)
        frame = frame.assign(
            column=ids, coefficient=np.broadcast_to(np.asarray(coefficients, dtype=float), ids.shape)
        )
        frame = frame[(frame["column"] >= 0) & (frame["coefficient"] != 0.0)]
        if len(frame):
            book._entries.append(frame)  # noqa: SLF001 - the program is the ledger's only writer

    def post_constant(self, ledger: str, keys: pd.DataFrame, values: ArrayLike) -> None:
        """Post fixed amounts [ledger unit] to a ledger, shape (n,)."""
        book = self._book(ledger)
        frame = keys[list(book.dimensions)].reset_index(drop=True)
        frame = frame.assign(value=np.broadcast_to(np.asarray(values, dtype=float), len(frame)))
        frame = frame[frame["value"] != 0.0]
        if len(frame):
            book._constants.append(frame)  # noqa: SLF001 - the program is the ledger's only writer

    def minimise(self, columns: ArrayLike, coefficients: ArrayLike, constant: float = 0.0) -> None:
        """Add to the objective: ``sum(coefficients * columns) + constant``."""
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
        """Return the readable name of a row, such as ``site_power[220822-tongyu,2027]``."""
        return _named(self.rows, row)

    def column_name(self, column: int) -> str:
        """Return the readable name of a column, such as ``count[220822-tongyu,ai-hall,2027]``."""
        return _named(self.columns.values(), column)

    def _book(self, name: str) -> Ledger:
        if name not in self.ledgers:
            message = f"ledger {name!r} was never opened; known: {', '.join(sorted(self.ledgers))}"
            raise ModelError(message)
        return self.ledgers[name]


def _joined(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame({name: np.array([], dtype=_empty_dtype(name)) for name in columns})
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def _empty_dtype(name: str) -> np.dtype[Any]:
    numeric = {"column": np.int64, "coefficient": np.float64, "value": np.float64, "year": np.int64}
    return np.dtype(numeric.get(name, object))


def _matched(entries: pd.DataFrame, mapping: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    weighted = mapping if "weight" in mapping.columns else mapping.assign(weight=1.0)
    weighted = weighted[[*keys, "row", "weight"]]
    if not keys:
        return entries.merge(weighted, how="cross")
    if not len(entries):
        return entries.assign(row=np.array([], dtype=np.int64), weight=np.array([], dtype=np.float64))
    return entries.merge(weighted, on=keys, how="inner")


def _stacked(arrays: list[NDArray[_T]], dtype: type[_T]) -> NDArray[_T]:
    return np.concatenate(arrays).astype(dtype) if arrays else np.array([], dtype=dtype)


def _named(blocks: object, position: int) -> str:
    for block in blocks:  # type: ignore[attr-defined]
        if block.start <= position < block.stop:
            labels = block.index.iloc[position - block.start]
            return f"{block.name}[{','.join(str(value) for value in labels)}]"
    message = f"no block holds position {position}"
    raise ModelError(message)
