"""Quotas: a ledger summed over a region and year, less what announced projects bring, held at most at a limit.

Features that are nothing but a quota name their limit and their ledger; the arithmetic is here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from capplan.program import Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.derived import Derived
    from capplan.feature import Audit, Context

__all__ = ["check_quota", "least_step", "limit_rows", "post_quota", "region_keys"]


def limit_rows(data: Derived, limit: str) -> pd.DataFrame:
    """Return the rows of a limit; one without a year holds in every period that has none of its own.

    Parameters
    ----------
    data
        What follows from the case.
    limit
        Name of the limit, as in the table `limits`.

    Returns
    -------
    DataFrame
        region, year, bound [unit of the limit], one row for each region and period, sorted by them.
    """
    table = data.table("limits")
    own = table.loc[table["limit"] == limit, ["region", "year", "bound"]]
    year = pd.to_numeric(own["year"], errors="coerce")
    dated = own[year.notna().to_numpy()].assign(year=year.dropna().astype(int), rank=0)
    every = (
        own[year.isna().to_numpy()]
        .drop(columns="year")
        .merge(pd.DataFrame({"year": data.years}), how="cross")
    )
    both = pd.concat([dated[dated["year"].isin(data.years)], every.assign(rank=1)], ignore_index=True)
    both = both.sort_values(["region", "year", "rank"]).drop_duplicates(["region", "year"])
    return both[["region", "year", "bound"]].astype({"bound": float, "year": int}).reset_index(drop=True)


def region_keys(data: Derived, rows: pd.DataFrame) -> pd.DataFrame:
    """Return which sites and years belong to which row.

    Parameters
    ----------
    data
        What follows from the case.
    rows
        region and year of each row, shape (m, ...).

    Returns
    -------
    DataFrame
        site_id, year, row (from 0 to m - 1); a site stands once for every row that counts it.
    """
    keys = rows[["region", "year"]].assign(row=np.arange(len(rows)))
    return data.region_sites.merge(keys, on="region")[["site_id", "year", "row"]]


def post_quota(context: Context, limit: str, ledger: str, *, scale: float, unit: str, tier: Tier) -> None:
    """Add rows ``scale * ledger - brought <= bound`` for every region and year of a limit.

    Parameters
    ----------
    context
        What the feature sees.
    limit
        Name of the limit, as in the table `limits`.
    ledger
        Name of a ledger by site_id and year.
    scale
        Units of the limit in one unit of the ledger.
    unit
        Unit of the limit.
    tier
        When the rows may give in a case that cannot be met.
    """
    rows = limit_rows(context.data, limit)
    keys = region_keys(context.data, rows).assign(weight=scale)
    used, constant = context.program.ledgers[ledger].read(keys, len(rows))
    beyond = keys.assign(resource=limit, weight=-1.0)
    brought, fixed = context.program.ledgers["brought"].read(beyond, len(rows))
    terms, constant = used.with_(brought), constant + fixed
    bound = rows["bound"].to_numpy()
    context.add_limit(limit, rows[["region", "year"]], terms, constant, bound, unit=unit, tier=tier)


def check_quota(
    audit: Audit, limit: str, ledger: str, *, scale: float, unit: str, each: pd.DataFrame | None = None
) -> None:
    """Check ``scale * ledger - brought <= bound`` for every region and year of a limit, from recounted amounts.

    Parameters
    ----------
    audit
        What the feature sees.
    limit
        Name of the limit, as in the table `limits`.
    ledger
        Name of a ledger by site_id and year.
    scale
        Units of the limit in one unit of the ledger.
    unit
        Unit of the limit.
    each
        site_id, year and `value`: what one module adds there [unit]; None where no module does.
    """
    rows = limit_rows(audit.data, limit)
    keys = region_keys(audit.data, rows)
    book = audit.ledger("brought", ["resource", "site_id", "year"])
    brought = book.loc[book["resource"] == limit, ["site_id", "year", "value"]]
    used = _by_row(keys, audit.ledger(ledger, ["site_id", "year"]), len(rows))
    net = scale * used - _by_row(keys, brought, len(rows))
    step = least_step(audit.data, rows, each)
    audit.limit(limit, rows, net, rows["bound"].to_numpy(), unit=unit, step=step)


def least_step(data: Derived, rows: pd.DataFrame, each: pd.DataFrame | None) -> NDArray[np.float64]:
    """Return the least amount above zero by which one module of a row's sites changes it.

    Parameters
    ----------
    data
        What follows from the case.
    rows
        region and year of each row, shape (m, ...).
    each
        site_id, year and `value`: what one module adds there [unit]; None where no module does.

    Returns
    -------
    ndarray
        The least step [unit], shape (m,); 0 where no module changes a row.
    """
    if each is None:
        return np.zeros(len(rows))
    return _by_row(region_keys(data, rows), each[each["value"] > 0], len(rows), "min")


def _by_row(
    keys: pd.DataFrame, amounts: pd.DataFrame, rows: int, together: Literal["sum", "min"] = "sum"
) -> NDArray[np.float64]:
    """Return the sum, or the least, of amounts by site and year that belong to each row, shape (rows,); 0 for none."""
    found = keys.merge(amounts, on=["site_id", "year"]).groupby("row")["value"].agg(together)
    return found.reindex(range(rows)).fillna(0.0).to_numpy(dtype=float)
