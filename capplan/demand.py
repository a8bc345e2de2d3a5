"""Demand for compute by zone, class and year: drivers spread over the zones, plus what is stated outright.

``amount(zone, class, year) = base * (1 + growth)^(year - driver_year) * share(zone, class)``, with the share
a weighted mean of the zone's shares of residents, of urban residents and of output.

Notes
-----
Assumptions:

- Demand of a class in the study region grows by one rate from its driver year on, and back before it.
- What the three weights say of the region holds in every zone: the same residents and output ask for the
same.
  Spreading is linear, so a zone split in two with its residents and output splits its demand and nothing
  else.
- Gates have no demand of their own: outside demand enters only where the demand table states it.
- What drivers give must be served and earns nothing; only stated rows may be optional and paid for.
- An amount is what is in use in that year, in racks or PFLOPS; how hard it works is the class's load and peak
factor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["WEIGHTS", "project", "regional", "served", "zone_shares"]

WEIGHTS: Final = {
    "weight_population": "population",
    "weight_urban_population": "urban_population",
    "weight_output": "output_cny",
}
"""The quantity of a zone that each weight of a driver speaks of."""
_KEY: Final = ["zone_id", "class_id", "year", "obligation"]
_COLUMNS: Final = ["zone_id", "class_id", "year", "amount", "obligation", "revenue_cny_per_unit_year"]
_TYPES: Final[dict[str, str]] = {
    "zone_id": "str",
    "class_id": "str",
    "year": "int64",
    "amount": "float64",
    "obligation": "str",
    "revenue_cny_per_unit_year": "float64",
}


def _share(quantity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each entry's share of the sum [ratio]; equal shares where the sum is zero."""
    total = quantity.sum()
    return quantity / total if total > 0 else np.full(len(quantity), 1.0 / max(len(quantity), 1))


def zone_shares(zones: pd.DataFrame, drivers: pd.DataFrame) -> pd.DataFrame:
    r"""Share of each zone in the demand of each class.

    .. math:: s_{ik} = w^P_k \frac{P_i}{\sum P} + w^U_k \frac{U_i}{\sum U} + w^Y_k \frac{Y_i}{\sum Y}

    Parameters
    ----------
    zones
        zone_id, kind, population [person], urban_population [person], output_cny [CNY/yr]; gates are left
        out.
    drivers
        class_id, weight_population, weight_urban_population, weight_output [ratio], which sum to 1.

    Returns
    -------
    DataFrame
        index zone_id, columns class_id [ratio]; columns sum to 1. A quantity that no zone has is spread
        evenly.

    Examples
    --------
    >>> zones = pd.DataFrame({
    ...     "zone_id": ["a", "b"], "kind": ["county", "county"], "population": [300, 100],
    ...     "urban_population": [100, 100], "output_cny": [0.0, 5.0]})
    >>> drivers = pd.DataFrame({
    ...     "class_id": ["edge"], "weight_population": [0.5], "weight_urban_population": [0.5],
    ...     "weight_output": [0.0]})
    >>> zone_shares(zones, drivers)["edge"].to_dict()
    {'a': 0.625, 'b': 0.375}
    """
    local = zones.loc[zones["kind"] != "gate"]
    shares = np.column_stack([_share(local[name].to_numpy(dtype=np.float64)) for name in WEIGHTS.values()])
    weights = drivers[list(WEIGHTS)].to_numpy(dtype=np.float64)
    index = pd.Index(local["zone_id"].astype(str), name="zone_id")
    columns = pd.Index(drivers["class_id"].astype(str), name="class_id")
    return pd.DataFrame(shares @ weights.T, index=index, columns=columns)


def regional(drivers: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    r"""Demand of the study region by class and year.

    .. math:: D_{ky} = B_k (1 + g_k)^{y - y_k}

    Parameters
    ----------
    drivers
        class_id, base_amount [class unit], driver_year [yr], growth_per_year [1/yr].
    years
        Calendar years [yr].

    Returns
    -------
    DataFrame
        index class_id, columns year [class unit].

    Examples
    --------
    >>> drivers = pd.DataFrame({
    ...     "class_id": ["edge"], "base_amount": [100.0], "driver_year": [2024], "growth_per_year": [0.1]})
    >>> regional(drivers, [2024, 2026]).round(3).loc["edge"].tolist()
    [100.0, 121.0]
    """
    columns = pd.Index([int(year) for year in years], name="year")
    base, start, growth = (
        drivers[name].to_numpy(dtype=np.float64)[:, None]
        for name in ("base_amount", "driver_year", "growth_per_year")
    )
    amount = base * (1.0 + growth) ** (columns.to_numpy(dtype=np.float64) - start)
    return pd.DataFrame(
        amount, index=pd.Index(drivers["class_id"].astype(str), name="class_id"), columns=columns
    )


def _from_drivers(zones: pd.DataFrame, drivers: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Return the demand that drivers give, in the columns of `project`."""
    share, total = zone_shares(zones, drivers), regional(drivers, years)
    amount = share.to_numpy()[:, :, None] * total.to_numpy()[None, :, :]
    index = pd.MultiIndex.from_product([share.index, total.index, total.columns], names=_KEY[:3])
    frame = index.to_frame(index=False)
    return frame.assign(amount=amount.ravel(), obligation="must", revenue_cny_per_unit_year=0.0)


def project(
    zones: pd.DataFrame,
    drivers: pd.DataFrame,
    classes: pd.DataFrame,
    fixed: pd.DataFrame,
    years: Sequence[int],
) -> pd.DataFrame:
    """Demand of every zone, class and year: from drivers, and stated.

    Parameters
    ----------
    zones
        As in `zone_shares`.
    drivers
        The demand_drivers table, as in `zone_shares` and `regional`.
    classes
        class_id; drivers and stated rows of other classes are left out.
    fixed
        The demand table: zone_id, class_id, year [yr], amount [class unit], obligation (``must`` or
        ``optional``), revenue_cny_per_unit_year [CNY/unit/yr]; rows of other years are left out.
    years
        Calendar years of the plan [yr].

    Returns
    -------
    DataFrame
        zone_id, class_id, year [yr], amount [class unit], obligation, revenue_cny_per_unit_year
        [CNY/unit/yr], one row for each zone, class, year and obligation, sorted by them. Where rows of one
        obligation meet, amounts add up and the revenue is their mean weighted by amount.

    Examples
    --------
    >>> zones = pd.DataFrame({
    ...     "zone_id": ["a", "g"], "kind": ["county", "gate"], "population": [300, 0],
    ...     "urban_population": [100, 0], "output_cny": [5.0, 0.0]})
    >>> drivers = pd.DataFrame({
    ...     "class_id": ["edge"], "base_amount": [100.0], "driver_year": [2024], "growth_per_year": [0.1],
    ...     "weight_population": [1.0], "weight_urban_population": [0.0], "weight_output": [0.0]})
    >>> fixed = pd.DataFrame({
    ...     "zone_id": ["g"], "class_id": ["edge"], "year": [2025], "amount": [40.0],
    ...     "obligation": ["optional"], "revenue_cny_per_unit_year": [28000.0]})
    >>> table = project(zones, drivers, pd.DataFrame({"class_id": ["edge"]}), fixed, [2025])
    >>> table[["zone_id", "amount", "obligation"]].round(3).to_numpy().tolist()
    [['a', 110.0, 'must'], ['g', 40.0, 'optional']]
    """
    wanted = classes["class_id"].astype(str)
    given = _from_drivers(zones, drivers.loc[drivers["class_id"].astype(str).isin(wanted)], years)
    inside = fixed["class_id"].astype(str).isin(wanted) & fixed["year"].astype(int).isin(
        [int(y) for y in years]
    )
    stated = fixed.loc[inside, _COLUMNS]
    frame = pd.concat([part for part in (given, stated) if len(part)] or [given], ignore_index=True)
    return _merge(frame.astype(_TYPES))


def _merge(frame: pd.DataFrame) -> pd.DataFrame:
    """Add up rows of one key; revenue is the mean weighted by amount, plain where there is no amount."""
    income = frame.assign(income=frame["amount"] * frame["revenue_cny_per_unit_year"])
    grouped = income.groupby(_KEY, as_index=False, sort=True)
    total = grouped.agg(
        amount=("amount", "sum"), income=("income", "sum"), plain=("revenue_cny_per_unit_year", "mean")
    )
    positive = total["amount"] > 0
    weighted = total["income"] / total["amount"].where(positive, 1.0)
    return total.assign(revenue_cny_per_unit_year=weighted.where(positive, total["plain"]))[_COLUMNS]


def served(
    frame: pd.DataFrame,
    shares: Mapping[str, Mapping[str, Mapping[int, float]]],
    members: pd.DataFrame,
) -> NDArray[np.float64]:
    """Share of each row of demand that a study serves; what is not must demand is left alone.

    Parameters
    ----------
    frame
        zone_id, class_id, year, obligation, shape (n, ...).
    shares
        Share served [ratio] by class, region or zone, and year; where several hold, they multiply.
    members
        region, zone_id.

    Returns
    -------
    ndarray
        Shares [ratio], shape (n,).

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "zone_id": ["a", "b"], "class_id": "edge", "year": 2024, "obligation": "must"})
    >>> inside = pd.DataFrame({"region": ["west"], "zone_id": ["a"]})
    >>> served(frame, {"edge": {"west": {2024: 0.9}}}, inside).tolist()
    [0.9, 1.0]
    """
    share = np.ones(len(frame))
    zones = members.groupby("region")["zone_id"].agg(set).to_dict()
    must = (frame["obligation"] == "must").to_numpy()
    for class_id, places in shares.items():
        mine = must & (frame["class_id"] == class_id).to_numpy()
        for place, years in places.items():
            here = mine & frame["zone_id"].isin(zones.get(place, {str(place)})).to_numpy()
            for year, part in years.items():
                share[here & (frame["year"] == int(year)).to_numpy()] *= float(part)
    return share
