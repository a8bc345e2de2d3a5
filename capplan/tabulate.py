"""Solution to tables: every feature's own, the costs and limits that the ledgers and rows give, and the sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from capplan.frames import picked
from capplan.ledgers import HOURS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from capplan.build import Built
    from capplan.derived import Derived
    from capplan.feature import Limit

__all__ = ["site_rows", "tabulate"]

_LOCAL_POWER_FACTOR = 0.95
#: A site that uses less of its installed IT power than this has no PUE worth stating [ratio].
_LEAST_USE = 0.05
#: Cost rows below this are noise of the arithmetic [CNY].
_NOISE_CNY = 1e-6


def tabulate(built: Built, values: NDArray[np.float64]) -> dict[str, pd.DataFrame]:
    """Return the tables of a solution.

    Parameters
    ----------
    built
        The program and what it was built from.
    values
        Value of every column, shape (columns,).
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    for name, (feature, _) in built.features.items():
        if feature.tables is not None:
            for table, frame in feature.tables(built.outcome(name, values)).items():
                parts.setdefault(table, []).append(frame)
    tables = {name: _joined(frames) for name, frames in parts.items()}
    tables["costs"] = _costs(built, values)
    tables["limits"] = _limits(built, values, tables.get("limits"))
    tables["sites"] = site_rows(built.data, tables)
    return tables


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True) if full else frames[0]


def _costs(built: Built, values: NDArray[np.float64]) -> pd.DataFrame:
    book = built.program.ledgers["cost"].evaluate(values)
    book["cny"] = book["value"] * book["year"].map(built.data.discount)
    return book.loc[book["cny"].abs() > _NOISE_CNY, ["term", "year", "site_id", "cny"]]


def _limits(built: Built, values: NDArray[np.float64], better: pd.DataFrame | None) -> pd.DataFrame:
    """Return the limits; `better` says what is used where a feature knows it from the plan and not from a variable."""
    columns = ["limit", "region", "year", "bound", "used", "binding", "unit"]
    parts = [pd.DataFrame(columns=columns)]
    known = None if better is None else better.set_index(columns[:3])["used"]
    for limit in built.limits:
        size = len(limit.rows.index)
        used = limit.constant + np.bincount(
            limit.terms.row, weights=limit.terms.coefficient * values[limit.terms.column], minlength=size
        )
        frame = picked(limit.rows.index, ["region", "year"]).assign(limit=limit.rows.name)
        if known is not None:
            own = known.reindex(pd.MultiIndex.from_frame(picked(frame, columns[:3]))).to_numpy(dtype=float)
            used = np.where(np.isnan(own), used, own)
        slack = (limit.bound - used) * limit.sign
        frame = frame.assign(bound=limit.bound, used=used)
        if limit.share is not None:
            total = limit.total(values)
            frame["used"] = limit.share + used / np.where(total > 0, total, 1.0)
            frame["bound"] = limit.share
        tolerance = 1e-6 * np.maximum(np.abs(limit.bound), 1.0)
        tight = slack <= np.maximum(_step(built, limit, size) - tolerance, tolerance)
        unit = limit.rows.unit if limit.share is None else "ratio"
        parts.append(picked(frame.assign(binding=tight, unit=unit), columns))
    return _joined(parts)


def _step(built: Built, limit: Limit, size: int) -> NDArray[np.float64]:
    """Return the least by which one module or step changes each row: with less room than that, a limit binds."""
    whole = np.zeros(built.program.width, dtype=bool)
    for name in ("installed", "count", "converted", "retired", "connection_steps"):
        block = built.program.columns.get(name)
        if block is not None:
            whole[block.start : block.stop] = True
    projects = built.program.columns.get("taken")
    aside = whole.copy()
    if projects is not None:
        aside[projects.start : projects.stop] = True
    least = np.full(size, np.inf)
    shape = (size, built.program.width)
    terms = sparse.coo_matrix((limit.terms.coefficient, (limit.terms.row, limit.terms.column)), shape=shape)
    net = terms.tocsr().tocoo()
    chosen = whole[net.col] & (net.data != 0.0)
    np.minimum.at(least, net.row[chosen], np.abs(net.data[chosen]))
    mixed = np.bincount(net.row[~aside[net.col]], minlength=size) > 0
    return np.where(np.isfinite(least) & ~mixed, least, 0.0)


def site_rows(data: Derived, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the sites that hold capacity at the horizon's end.

    Parameters
    ----------
    data
        What follows from the case.
    tables
        The plan's other tables: capacity, energy, builds; retrofits and connections where there are any.

    Returns
    -------
    DataFrame
        The columns of the table `sites`: pue [kW/kW, load-weighted; empty where hardly anything is used],
        connection_mva [MVA, contracted], land_ha [ha].
    """
    last = data.years[-1]
    capacity = tables["capacity"]
    kinds = data.technologies[["kind", "local"]].reset_index()
    now = capacity[capacity["year"] == last].merge(kinds, on="technology")
    sites = data.table("sites").set_index("site_id").reindex(sorted(set(now["site_id"]))).reset_index()
    frame = sites[["site_id", "name_zh", "name_en", "prefecture_adcode", "zone_id", "lon", "lat"]].copy()
    frame["status"] = _status(data, tables, now, frame["site_id"])
    frame["opened_year"] = _opened(data, tables, sites)
    plant = data.plant.reset_index()[["site_id", "technology", "cooling", "fixed", "variable_peak"]]
    detail = now.merge(plant, on=["site_id", "technology"]).sort_values(["site_id", "it_mw", "technology"])
    frame["cooling"] = frame["site_id"].map(detail.groupby("site_id")["cooling"].last())
    energy = tables["energy"]
    energy = energy[energy["year"] == last].set_index("site_id")
    installed = now.groupby("site_id")["it_mw"].sum().reindex(energy.index) * HOURS
    used = energy["it_mwh"].where(energy["it_mwh"] >= _LEAST_USE * installed)
    pue = energy["facility_mwh"] / used
    frame["pue"] = frame["site_id"].map(pue).astype(float)
    frame["connection_mva"] = _connection(tables, detail, frame["site_id"], last)
    land = data.technologies["land_ha"].astype(float).reindex(now["technology"]).to_numpy()
    taken = (now["modules"].astype(float) * land).groupby(now["site_id"]).sum()
    frame["land_ha"] = frame["site_id"].map(taken).astype(float)
    return frame


def _status(
    data: Derived, tables: Mapping[str, pd.DataFrame], now: pd.DataFrame, sites: pd.Series
) -> NDArray[np.str_]:
    stood = set(data.existing.loc[data.existing["modules"] > 0, "site_id"])
    changed = set(tables["retrofits"]["site_id"]) if "retrofits" in tables else set()
    halls = set(now.loc[~now["local"].astype(bool), "site_id"])
    conditions = [~sites.isin(halls), sites.isin(changed), sites.isin(stood)]
    return np.select(
        [np.asarray(condition) for condition in conditions], ["edge", "retrofitted", "existing"], "new"
    )


def _opened(data: Derived, tables: Mapping[str, pd.DataFrame], sites: pd.DataFrame) -> pd.Series:
    builds = tables["builds"]
    first = builds[builds["action"].isin(["build", "committed", "project"])].groupby("site_id")["year"].min()
    given = pd.to_numeric(sites["opened_year"], errors="coerce")
    stood = sites["site_id"].isin(data.existing["site_id"])
    built = sites["site_id"].map(first)
    return (
        given.where(stood & given.notna(), built).where(~stood | given.notna(), other=np.nan).astype("Int64")
    )


def _connection(
    tables: Mapping[str, pd.DataFrame], detail: pd.DataFrame, sites: pd.Series, last: int
) -> NDArray[np.float64]:
    """Return contracted MVA: the campus connection and, for edge nodes, their peak from the local grid."""
    edge = detail[detail["local"].astype(bool)]
    peak = edge["it_mw"] * (edge["fixed"] + edge["variable_peak"]) / _LOCAL_POWER_FACTOR
    total = sites.map(peak.groupby(edge["site_id"]).sum()).fillna(0.0)
    if "connections" in tables:
        table = tables["connections"]
        contracted = table[table["year"] == last].set_index("site_id")["contracted_mva"]
        total = total + sites.map(contracted).fillna(0.0)
    return total.to_numpy(dtype=float)
