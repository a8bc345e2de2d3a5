"""Two tables side by side: rows by key, each measure before, after and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["ALIKE", "changed", "differs", "paired", "records", "said"]

ALIKE = 1e-6
"""Numbers that differ by no more of the larger one are alike: a solver is no more exact [ratio]."""

_SIDES = ("before", "after")


def differs(before: object, after: object) -> NDArray[np.bool_]:
    """Return where two columns of numbers differ by more than a solver's rounding; what only one has differs.

    Parameters
    ----------
    before, after
        The columns, index (row).

    Examples
    --------
    >>> differs([1.0, 2.0, np.nan, np.nan], [1.0 + 1e-9, 2.1, 3.0, np.nan]).tolist()
    [False, True, True, False]
    """
    one, other = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    scale = np.fmax(np.fmax(np.abs(one), np.abs(other)), 1.0)
    both = ~np.isnan(one) & ~np.isnan(other)
    far = np.abs(np.where(both, other - one, 0.0)) > ALIKE * np.where(both, scale, 1.0)
    return np.where(both, far, np.isnan(one) != np.isnan(other))


def paired(
    before: pd.DataFrame,
    after: pd.DataFrame,
    keys: Sequence[str],
    measures: Sequence[str],
    *,
    words: Sequence[str] = (),
    fill: float | None = None,
) -> pd.DataFrame:
    """Return two tables side by side.

    Parameters
    ----------
    before, after
        The tables; the first row of a key counts.
    keys
        Columns that name a row.
    measures
        Columns of numbers: each becomes ``<name>_before``, ``<name>_after`` and ``<name>_difference``.
    words
        Columns of texts or truths: each becomes ``<name>_before`` and ``<name>_after``.
    fill
        What a row that only one table has counts in the other; None leaves it empty.

    Returns
    -------
    DataFrame
        The rows of either, sorted by key, with ``change``: ``added``, ``removed``, ``changed`` or ``same``.
    """
    kept = [*keys, *measures, *words]
    parts = [
        _keyed(table, keys, kept, words).add_suffix(f"_{side}")
        for table, side in ((before, "before"), (after, "after"))
    ]
    both = parts[0].join(parts[1], how="outer").sort_index(kind="stable")
    in_before, in_after = both.index.isin(parts[0].index), both.index.isin(parts[1].index)
    found = both.index.to_frame(index=False)
    different = np.zeros(len(both), dtype=bool)
    for name in measures:
        one, other = (
            pd.to_numeric(both[f"{name}_{side}"], errors="coerce").to_numpy(float) for side in _SIDES
        )
        if fill is not None:
            one, other = np.where(in_before, one, fill), np.where(in_after, other, fill)
        found[f"{name}_before"], found[f"{name}_after"] = one, other
        found[f"{name}_difference"] = other - one
        different |= differs(one, other)
    for name in words:
        one, other = (both[f"{name}_{side}"].map(said).to_numpy() for side in _SIDES)
        found[f"{name}_before"], found[f"{name}_after"] = one, other
        different |= one != other
    found.insert(len(keys), "change", _change(in_before, in_after, different))
    return found


def _keyed(
    table: pd.DataFrame, keys: Sequence[str], kept: Sequence[str], words: Sequence[str]
) -> pd.DataFrame:
    """Return a table by key; words are texts before they are joined, which would make 2022 a 2022.0."""
    frame = table[[name for name in kept if name in table.columns]].reindex(columns=list(kept))
    texts = [*words, *(name for name in keys if _wordy(frame[name]))]
    frame = frame.assign(**{name: frame[name].map(said).astype(object) for name in texts})
    return frame.drop_duplicates(list(keys)).set_index(list(keys))


def _wordy(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column.dtype) or len(column) == 0


def said(value: object) -> str:
    """Return a cell as a text; empty where there is nothing.

    Examples
    --------
    >>> said(None), said(True), said("new")
    ('', 'yes', 'new')
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return (
        ""
        if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))
        else str(value)
    )


def _change(before: NDArray[np.bool_], after: NDArray[np.bool_], different: NDArray[np.bool_]) -> list[str]:
    named = np.where(different, "changed", "same")
    return [str(word) for word in np.where(~before, "added", np.where(~after, "removed", named))]


def records(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table, each with its columns as attributes."""
    return list(table.itertuples(index=False))


def changed(tables: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """Return the rows of a table that are not the same in both plans; none where there is no such table."""
    table = tables.get(name)
    return pd.DataFrame({"change": []}) if table is None else table[table["change"] != "same"]
