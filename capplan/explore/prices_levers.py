"""The levers of a case: every target, quota, share, account and limit, with the path that sets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from capplan.explore.prices_shift import NOTHING, Lever, Shift, key_path

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.build import Built
    from capplan.feature import Limit
    from capplan.program import Columns, Rows

__all__ = ["levers_of"]

WHOLE_UNITS = ("edge_node", "dr_centre", "site")
"""Units of which there is no half."""


def levers_of(built: Built, values: NDArray[np.float64]) -> list[Lever]:
    """Return the levers of a case, targets first.

    Parameters
    ----------
    built
        The program and the case that it was built from.
    values
        The base plan, shape (columns,): of connections, only those that are full in it are levers.
    """
    found: list[Lever] = []
    for part in (_targets, _quotas, _shares, _coverage, _accounts, _supplies, _sites, _rules):
        found += part(built)
    found += _connections(built, values)
    return [lever for lever in found if lever.shift is None or not lever.shift.empty]


def _rows(built: Built, name: str) -> Rows | None:
    return next((rows for rows in built.program.rows if rows.name == name), None)


def _limit(built: Built, name: str) -> Limit | None:
    return next((limit for limit in built.limits if limit.rows.name == name), None)


def _parameters(built: Built, feature: str) -> Any:
    return built.features[feature][1]


def _moving(rows: Rows, mask: NDArray[np.bool_], rate: float = 1.0) -> Shift:
    ids = rows.start + np.flatnonzero(mask)
    return Shift((ids.astype(np.int64), np.full(len(ids), rate)))


def _targets(built: Built) -> Iterator[Lever]:
    rows = _rows(built, "target")
    last = built.data.years[-1]
    for row in built.case.table("targets").to_dict("records"):
        if int(row["year"]) > last:
            continue
        path, name = key_path("targets", row, "value"), str(row["target_id"])
        lever = Lever(
            path,
            "target",
            name,
            str(row["region"]),
            int(row["year"]),
            float(row["value"]),
            str(row["unit"]),
            1 if row["relation"] == ">=" else -1,
            document_id=str(row["document_id"]),
            whole=str(row["unit"]) in WHOLE_UNITS,
        )
        if row["kind"] == "aspirational":
            kind = key_path("targets", row, "kind")
            yield replace(lever, kind="aspiration", path=kind, setting={kind: "hard"})
        elif rows is not None:
            yield replace(lever, shift=_moving(rows, (rows.index["target_id"] == name).to_numpy()))


def _quotas(built: Built) -> Iterator[Lever]:
    table = built.case.table("limits").sort_values(["limit", "region", "year"])
    dated = {
        (str(row["limit"]), str(row["region"]), int(row["year"]))
        for row in table.to_dict("records")
        if not pd.isna(row["year"])
    }
    for row in table.to_dict("records"):
        name, region = str(row["limit"]), str(row["region"])
        limit = _limit(built, name)
        if limit is None:
            continue
        index = limit.rows.index
        years = index["year"].astype(int)
        own = [
            (int(year) == row["year"]) if not pd.isna(row["year"]) else (name, region, int(year)) not in dated
            for year in years
        ]
        mask = (index["region"] == region).to_numpy() & np.array(own, dtype=bool)
        yield Lever(
            key_path("limits", row, "bound"),
            "quota",
            name,
            region,
            None if pd.isna(row["year"]) else int(row["year"]),
            float(row["bound"]),
            str(row["unit"]),
            -limit.sign if limit.sign < 0 else -1,
            whole=str(row["unit"]) in WHOLE_UNITS,
            shift=_moving(limit.rows, mask),
        )


def _share_shift(limit: Limit, mask: NDArray[np.bool_]) -> Shift:
    """Return how rows ``part - share * whole`` move with their share, for the rows of a mask."""
    terms, constant = limit.whole or (limit.terms, limit.constant)
    inside = mask[terms.row]
    ids = np.flatnonzero(mask)
    return Shift(
        ((limit.rows.start + ids).astype(np.int64), constant[ids]),
        terms=(limit.rows.start + terms.row[inside], terms.column[inside], -terms.coefficient[inside]),
    )


def _shares(built: Built) -> Iterator[Lever]:
    region = built.case.study.region
    for name in ("max_share", "min_share"):
        limit = _limit(built, name)
        if limit is None:
            continue
        value = float(getattr(_parameters(built, "shares"), name))
        shift = _share_shift(limit, np.ones(len(limit.rows.index), dtype=bool))
        yield Lever(
            f"features.shares.{name}",
            "share",
            name,
            region,
            None,
            value,
            "ratio",
            -limit.sign,
            most=1.0,
            shift=shift,
        )
    limit = _limit(built, "green_share")
    if limit is None:
        return
    for group, given in sorted(_parameters(built, "green_share").share.items()):
        for year in sorted(int(when) for when in given):
            mask = (limit.rows.index["region"] == group).to_numpy() & _holds(limit.rows, year, given)
            yield Lever(
                f"features.green_share.share.{group}.{year}", "green_share", "green_share", group, year,
                float(given[year]), "ratio", 1, most=1.0, shift=_share_shift(limit, mask),
            )  # fmt: skip


def _holds(rows: Rows, year: int, given: Mapping[int, float]) -> NDArray[np.bool_]:
    """Say for which rows what is given from a year on is the latest that is given."""
    years = rows.index["year"].astype(int).to_numpy()
    later = [int(other) for other in given if int(other) > year]
    return (years >= year) & (years < min(later, default=np.iinfo(np.int64).max))


def _coverage(built: Built) -> Iterator[Lever]:
    limit = _limit(built, "edge_coverage")
    if limit is None:
        return
    parameters = _parameters(built, "edge_coverage")
    for year in sorted(int(when) for when in parameters.min_share):
        shift = _moving(limit.rows, _holds(limit.rows, year, parameters.min_share))
        yield Lever(
            f"features.edge_coverage.min_share.{year}", "coverage", "edge_coverage", built.case.study.region, year,
            float(parameters.min_share[year]), "ratio", 1, most=1.0, shift=shift,
        )  # fmt: skip
    yield Lever(
        "features.edge_coverage.latency_ms", "latency", "edge_coverage", "", None,
        float(parameters.latency_ms), "ms", -1,
    )  # fmt: skip


def _accounts(built: Built) -> Iterator[Lever]:
    block, limit = built.program.columns.get("draw"), _rows(built, "account_limit")
    if block is None:
        return
    years = built.data.years
    for row in built.case.table("funding").sort_values(["account_id", "year"]).to_dict("records"):
        year = int(row["year"])
        if not built.data.base_year < year <= years[-1]:
            continue
        period = years[int(np.searchsorted(years, year))]
        shift = Shift(
            _spread(limit, row["account_id"], period) if limit is not None else NOTHING,
            _spread(block, row["account_id"], period),
        )
        yield Lever(
            key_path("funding", row, "limit_cny"), "account", str(row["account_id"]), "", year,
            float(row["limit_cny"]), "CNY", -1, shift=shift,
        )  # fmt: skip


def _spread(block: Rows | Columns, account: str, year: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows or columns of an account in a period, which are in million CNY, and how they move with a yuan."""
    mask = (block.index["account_id"] == account) & (block.index["year"].astype(int) == year)
    ids = block.start + np.flatnonzero(mask)
    return ids.astype(np.int64), np.full(len(ids), 1e-6)


def _supplies(built: Built) -> Iterator[Lever]:
    """Yield headroom of grid nodes and what green offers hold, over all years."""
    sources = (
        ("grid_headroom", "grid_nodes", "grid_node", "headroom_mva", "MVA"),
        ("green_available", "energy_offers", "offer_id", "available_mw", "MW"),
    )
    for name, table, key, column, unit in sources:
        limit = _limit(built, name)
        if limit is None:
            continue
        for row in built.case.table(table).sort_values(key).to_dict("records"):
            place = str(row[key])
            shift = _moving(limit.rows, (limit.rows.index["region"] == place).to_numpy())
            yield Lever(
                key_path(table, row, column),
                "supply",
                name,
                place,
                None,
                float(row[column]),
                unit,
                -1,
                shift=shift,
            )


def _sites(built: Built) -> Iterator[Lever]:
    """Yield land of sites, over all years."""
    rows = _rows(built, "site_land")
    if rows is None:
        return
    for row in built.case.table("sites").sort_values("site_id").to_dict("records"):
        shift = _moving(rows, (rows.index["site_id"] == row["site_id"]).to_numpy())
        yield Lever(
            key_path("sites", row, "land_max_ha"), "site", "site_land", str(row["site_id"]), None,
            float(row["land_max_ha"]), "ha", -1, shift=shift,
        )  # fmt: skip


def _connections(built: Built, values: NDArray[np.float64]) -> Iterator[Lever]:
    """Yield the connections that can take no further step: the program is built anew for them."""
    block = built.program.columns.get("connection_steps")
    if block is None:
        return
    upper = built.program.upper(block)
    full = (upper > 0) & (values[block.start : block.stop] >= upper - 0.5)
    sites = set(block.index.loc[full, "site_id"])
    for row in built.case.table("sites").sort_values("site_id").to_dict("records"):
        if row["site_id"] in sites:
            yield Lever(
                key_path("sites", row, "connection_max_mva"), "site", "site_connection", str(row["site_id"]), None,
                float(row["connection_max_mva"]), "MVA", -1,
            )  # fmt: skip


def _rules(built: Built) -> Iterator[Lever]:
    """Yield latency limits, copies and the PUE cap: the program is built anew for them."""
    for row in built.case.table("classes").sort_values("class_id").to_dict("records"):
        name = str(row["class_id"])
        if not pd.isna(row["latency_limit_ms"]):
            yield Lever(
                key_path("classes", row, "latency_limit_ms"), "latency", name, "", None,
                float(row["latency_limit_ms"]), "ms", -1,
            )  # fmt: skip
        if "copies" in built.features and float(row["copy_share"] or 0.0) > 0.0:
            yield Lever(
                key_path("classes", row, "copy_share"),
                "copies",
                name,
                "",
                None,
                float(row["copy_share"]),
                "ratio",
                1,
            )
            if float(row["copy_min_km"] or 0.0) > 0.0:
                yield Lever(
                    key_path("classes", row, "copy_min_km"),
                    "copies",
                    name,
                    "",
                    None,
                    float(row["copy_min_km"]),
                    "km",
                    1,
                )
    if "pue_cap" in built.features:
        value = float(_parameters(built, "pue_cap").limit)
        yield Lever(
            "features.pue_cap.limit",
            "pue",
            "pue_cap",
            "",
            None,
            value,
            "ratio",
            -1,
            least=1.0 + 1e-6,
            monotone=False,
        )
