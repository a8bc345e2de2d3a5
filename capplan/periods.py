"""What cumulative variables need over the periods: their order, their steps, and the way back from steps to sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from capplan.frames import negligible, summed
from capplan.program import Terms, Tier

if TYPE_CHECKING:
    from capplan.program import Program

__all__ = ["ascending", "before", "cumulative", "steps"]


def before(labels: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Return labels moved to the period before; year -1 where there is none.

    Parameters
    ----------
    labels
        Labels, among them year, shape (n, ...).
    years
        The periods, ascending.

    Examples
    --------
    >>> before(pd.DataFrame({"year": [2024, 2025]}), [2024, 2025])["year"].tolist()
    [-1, 2024]
    """
    earlier = dict(zip(years[1:], years[:-1], strict=True))
    return labels.assign(year=labels["year"].map(earlier).fillna(-1).astype(int))


def ascending(program: Program, name: str, years: list[int]) -> None:
    """Add rows by which a cumulative block never falls: ``x[y] >= x[y-1]``.

    Parameters
    ----------
    program
        The program.
    name
        The block; its labels hold year. The rows are called ``<name>_ascending``.
    years
        The periods, ascending.
    """
    block = program.columns[name]
    earlier = block.find(before(block.index, years))
    rows = np.flatnonzero(earlier >= 0)
    place = np.arange(len(rows))
    terms = [Terms.of(place, block.ids[rows]), Terms.of(place, earlier[rows], -1.0)]
    index = block.index.iloc[rows]
    program.add_rows(f"{name}_ascending", index, terms, unit=block.unit, tier=Tier.PHYSICS, lower=0.0)


def steps(frame: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Turn cumulative amounts into what happens in each period.

    Parameters
    ----------
    frame
        Labels, among them year, and `value`, cumulative.
    years
        The periods, ascending.

    Returns
    -------
    DataFrame
        The labels and `modules`, without rows in which nothing happens.
    """
    keys = [name for name in frame.columns if name not in ("year", "value")]
    wide = frame.pivot_table(index=keys, columns="year", values="value", fill_value=0.0)
    wide = wide.reindex(columns=pd.Index(years, name="year")).fillna(0.0)
    step = wide.diff(axis=1).fillna(wide.iloc[:, [0]])
    long = step.reset_index().melt(id_vars=keys, var_name="year", value_name="modules")
    long = long.astype({"year": int})
    return long[~negligible(long["modules"])].sort_values([*keys, "year"]).reset_index(drop=True)


def cumulative(frame: pd.DataFrame, keys: list[str], years: list[int]) -> pd.DataFrame:
    """Return what has happened by the end of each period.

    Parameters
    ----------
    frame
        The keys and `modules`, what happens in each period [module].
    keys
        Columns to sum by, of which one is year.
    years
        The periods, ascending.

    Returns
    -------
    DataFrame
        The keys and `modules`, summed over the periods up to each year; no row before the first of them.
    """
    happened = summed(frame, keys, "modules").rename(columns={"year": "done"})
    spread = happened.merge(pd.DataFrame({"year": years}), how="cross")
    return summed(spread[spread["done"] <= spread["year"]], keys, "modules")
