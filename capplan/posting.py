"""Ledgers: named running totals to which rules post variables and fixed amounts, and which limits and targets read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from capplan.blocks import Terms
from capplan.frames import picked, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ledger"]


@dataclass
class Ledger:
    """A named running total: what variables add to it, and what is fixed.

    Attributes
    ----------
    name : str
        Name of the ledger.
    unit : str
        Unit of its amounts.
    dimensions : tuple of str
        Columns by which its amounts are kept.
    meaning : str
        What it counts, in one sentence.
    """

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
        """Return the ledger at a solution: the dimensions and `value` [unit], summed by the dimensions.

        Parameters
        ----------
        values
            Value of every variable of the program [its unit], shape (columns,).
        """
        entries = self.entries()
        amount = entries["coefficient"].to_numpy(np.float64) * values[entries["column"].to_numpy(np.int64)]
        posted = picked(entries, self.dimensions).assign(value=amount)
        parts = [frame for frame in (posted, self.constants()) if len(frame)]
        if not parts:
            return posted
        total = pd.concat(parts, ignore_index=True)
        return summed(total, list(self.dimensions), "value")


def _joined(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Return frames as one, and keep it in their place for the next reader."""
    if not frames:
        return pd.DataFrame({name: np.array([], dtype=_empty_dtype(name)) for name in columns})
    if len(frames) > 1:
        frames[:] = [pd.concat(frames, ignore_index=True)]
    return frames[0].copy()


def _empty_dtype(name: str) -> np.dtype[Any]:
    numeric = {"column": np.int64, "coefficient": np.float64, "value": np.float64, "year": np.int64}
    return np.dtype(numeric.get(name, object))


def _matched(entries: pd.DataFrame, mapping: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    weighted = mapping if "weight" in mapping.columns else mapping.assign(weight=1.0)
    weighted = picked(weighted, [*keys, "row", "weight"])
    if not keys:
        return entries.merge(weighted, how="cross")
    if not len(entries):
        return entries.assign(row=np.array([], dtype=np.int64), weight=np.array([], dtype=np.float64))
    return entries.merge(weighted, on=keys, how="inner")
