"""Shorthands for data frames, typed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

__all__ = ["filled", "joined", "negligible", "outer", "picked", "plain_text", "summed"]

P = ParamSpec("P")
R = TypeVar("R")

#: Below this, an amount of a solution is noise of the arithmetic [its unit].
_NOISE = 1e-9


def plain_text(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function make columns of text that pandas keeps as Python objects, whether pyarrow is installed or not.

    With pyarrow, pandas keeps text in its memory, where columns without rows behave otherwise (a look-up in them stays
    text, joins fail), and tables of our size take longer. What the caller set is in force again afterwards.
    """

    @functools.wraps(function)
    def inside(*arguments: P.args, **named: P.kwargs) -> R:
        with pd.option_context("mode.string_storage", "python"):
            return function(*arguments, **named)

    return inside


def picked(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return some columns of a frame, in that order: what ``frame[names]`` gives, in less than half the time.

    Examples
    --------
    >>> picked(pd.DataFrame({"a": [1], "b": [2], "c": [3]}), ["c", "a"]).to_dict("list")
    {'c': [3], 'a': [1]}
    """
    places: list[Any] = [frame.columns.get_loc(name) for name in names]
    return frame.take(places, axis=1)


def summed(frame: pd.DataFrame, by: list[str], *columns: str) -> pd.DataFrame:
    """Return the sums of columns by keys, one row a key.

    Examples
    --------
    >>> summed(pd.DataFrame({"key": ["b", "a", "b"], "value": [1, 2, 3]}), ["key"], "value").values.tolist()
    [['a', 2], ['b', 4]]
    """
    chosen: Any = columns[0] if len(columns) == 1 else list(columns)  # pandas is slower with a list of one
    sums: pd.DataFrame = frame.groupby(by, as_index=False)[chosen].sum()
    return sums


def filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with zeros in its empty cells of numbers; words stay as they are.

    Examples
    --------
    >>> filled(pd.DataFrame({"key": ["a", None], "value": [np.nan, 2.0]}))["value"].tolist()
    [0.0, 2.0]
    """
    numbers = frame.select_dtypes("number").columns
    return frame.assign(**{name: frame[name].fillna(0.0) for name in numbers})


def joined(left: pd.DataFrame, right: pd.DataFrame, on: list[str], suffix: str = "_true") -> pd.DataFrame:
    """Return the rows of either frame by keys, columns that both have with a suffix on the right.

    pandas cannot join columns of text, kept by pyarrow, that have never held any; such frames are joined as objects.

    Examples
    --------
    >>> joined(pd.DataFrame({"k": ["a"], "x": [1]}), pd.DataFrame({"k": ["a"], "x": [2]}), ["k"]).values.tolist()
    [['a', 1, 2]]
    """
    if left.empty and right.empty:
        left, right = (frame.astype(dict.fromkeys(on, object)) for frame in (left, right))
    return left.merge(right, on=on, how="outer", suffixes=("", suffix))


def outer(left: pd.DataFrame, right: pd.DataFrame, on: list[str], suffix: str = "_true") -> pd.DataFrame:
    """Return the rows of either frame by keys, columns that both have with a suffix on the right, zeros for no number.

    Examples
    --------
    >>> outer(pd.DataFrame({"k": ["a"], "x": [1.0]}), pd.DataFrame({"k": ["b"], "y": [2.0]}), ["k"]).values.tolist()
    [['a', 1.0, 0.0], ['b', 0.0, 2.0]]
    """
    return filled(joined(left, right, on, suffix))


def negligible(amount: pd.Series) -> pd.Series:
    """Say which amounts of a solution are nothing but noise.

    Examples
    --------
    >>> negligible(pd.Series([0.0, 1e-12, 0.1])).tolist()
    [True, True, False]
    """
    return pd.Series(np.abs(amount.to_numpy(dtype=float)) <= _NOISE, index=amount.index)
