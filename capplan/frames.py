"""Two shorthands for data frames, typed."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["negligible", "summed"]

#: Below this, an amount of a solution is noise of the arithmetic [its unit].
_NOISE = 1e-9


def summed(frame: pd.DataFrame, by: list[str], *columns: str) -> pd.DataFrame:
    """Return the sums of columns by keys, one row a key.

    Examples
    --------
    >>> summed(pd.DataFrame({"key": ["b", "a", "b"], "value": [1, 2, 3]}), ["key"], "value").values.tolist()
    [['a', 2], ['b', 4]]
    """
    return frame.groupby(by, as_index=False)[list(columns)].sum()


def negligible(amount: pd.Series) -> pd.Series:
    """Say which amounts of a solution are nothing but noise.

    Examples
    --------
    >>> negligible(pd.Series([0.0, 1e-12, 0.1])).tolist()
    [True, True, False]
    """
    return pd.Series(np.abs(amount.to_numpy(dtype=float)) <= _NOISE, index=amount.index)
