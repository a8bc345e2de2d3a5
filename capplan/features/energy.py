r"""Energy accounts by site and year; holds no variable and no row, only the table and its check.

``facility = grid + direct``; ``green = direct + its part of the pooled contracts``, which are shared out among the
sites of their group by energy from the grid; ``cost`` is tariff, direct lines and its part of the premium.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from capplan.feature import Audit, Feature, Outcome, Parameters
from capplan.frames import filled, negligible, outer, summed
from capplan.messages import Text

if TYPE_CHECKING:
    from capplan.derived import Derived

_KEYS = ["site_id", "year"]
_LEDGERS = ("facility_energy", "it_energy", "direct_energy", "facility_peak", "water_m3", "emissions_t")
_STATED = {
    "facility_energy": "facility_mwh",
    "it_energy": "it_mwh",
    "direct_energy": "direct_mwh",
    "facility_peak": "peak_mw",
    "water_m3": "water_m3",
    "emissions_t": "emissions_t",
}
_COLUMNS = (
    "it_mwh",
    "facility_mwh",
    "grid_mwh",
    "green_mwh",
    "green_share",
    "cost_cny",
    "direct_mwh",
    "peak_mw",
    "water_m3",
    "emissions_t",
)


class EnergyParameters(Parameters):
    """None: the accounts follow from the plan."""


def _accounts(data: Derived, books: dict[str, pd.DataFrame], contracts: pd.DataFrame) -> pd.DataFrame:
    """Return the accounts from ledgers by (site, year) and the contracts."""
    frame = books["facility_energy"].rename(columns={"value": "facility_mwh"})
    for name, column in (
        ("it_energy", "it_mwh"),
        ("direct_energy", "direct_mwh"),
        ("facility_peak", "peak_mw"),
        ("water_m3", "water_m3"),
        ("emissions_t", "emissions_t"),
        ("cost", "cost_cny"),
    ):
        frame = frame.merge(books[name].rename(columns={"value": column}), on=_KEYS, how="left")
    frame = filled(frame)
    frame = frame[~negligible(frame["facility_mwh"])].reset_index(drop=True)
    frame["grid_mwh"] = frame["facility_mwh"] - frame["direct_mwh"]
    part = _pooled(data, frame, contracts)
    frame["green_mwh"] = frame["direct_mwh"] + part["mwh"].to_numpy()
    frame["cost_cny"] = frame["cost_cny"] + part["cny"].to_numpy()
    frame["green_share"] = frame["green_mwh"] / frame["facility_mwh"]
    return frame[
        [
            *_KEYS,
            "it_mwh",
            "facility_mwh",
            "grid_mwh",
            "green_mwh",
            "green_share",
            "cost_cny",
            "direct_mwh",
            "peak_mw",
            "water_m3",
            "emissions_t",
        ]
    ]


def _pooled(data: Derived, frame: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """Share pooled energy [MWh] and premium [CNY] out within each group; aligned with frame.

    Groups lie apart or within one another: the smaller ones come first, and each shares out by the grid energy that
    is not green yet, so that no site has more green energy than it uses.
    """
    pooled = contracts[contracts["site_id"] == ""]
    pooled = pooled.assign(cny=pooled["mwh"] * pooled["price_cny_per_mwh"])
    total = summed(pooled, ["group", "year"], "mwh", "cny")
    members = data.region_sites.groupby("region")["site_id"].agg(set).to_dict()
    done = frame[_KEYS].assign(left=frame["grid_mwh"], mwh=0.0, cny=0.0)
    for group in sorted(set(total["group"]), key=lambda name: (len(members.get(name, ())), name)):
        inside = done["left"].where(done["site_id"].isin(members.get(group, set())), 0.0)
        room = inside.groupby(done["year"]).transform("sum")
        weight = inside / room.where(room > 0, 1.0)
        for column in ("mwh", "cny"):
            given = total[total["group"] == group].set_index("year")[column]
            done[column] += weight * done["year"].map(given).fillna(0.0)
        done["left"] = frame["grid_mwh"] - done["mwh"]
    return done[["mwh", "cny"]]


def _contracts(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    empty = pd.DataFrame(columns=["site_id", "group", "year", "mwh", "price_cny_per_mwh"])
    return tables.get("contracts", empty)


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return the accounts of a solution."""
    books = {}
    for name in (*_LEDGERS, "cost"):
        book = outcome.program.ledgers[name].evaluate(outcome.values)
        if name == "cost":
            book = book[book["term"].isin(["energy", "direct_line"])]
        books[name] = summed(book, _KEYS, "value")
    green = outcome.program.columns.get("green")
    contracts = pd.DataFrame(columns=["site_id", "group", "year", "mwh", "price_cny_per_mwh"])
    if green is not None:
        offers = outcome.data.table("energy_offers").set_index("offer_id")
        contracts = outcome.block("green")
        hours = offers["full_load_hours"].astype(float).reindex(contracts["offer_id"]).to_numpy()
        price = offers["price_cny_per_mwh"].astype(float).reindex(contracts["offer_id"]).to_numpy()
        contracts = contracts.assign(mwh=contracts["value"] * hours, price_cny_per_mwh=price)
    return {"energy": _accounts(outcome.data, books, contracts)}


def _recounted(audit: Audit) -> pd.DataFrame:
    """Return the accounts by site and year, restated: ledgers as they are, pooled contracts shared out one by one."""
    frame, *others = (
        audit.ledger(name, _KEYS).rename(columns={"value": column}) for name, column in _STATED.items()
    )
    for book in others:
        frame = frame.merge(book, on=_KEYS, how="left")
    cost = audit.ledger("cost", ["term", *_KEYS])
    paid = cost[cost["term"].isin(["energy", "direct_line"])].groupby(_KEYS)["value"].sum()
    frame = filled(frame)
    frame["grid_mwh"] = frame["facility_mwh"] - frame["direct_mwh"]
    pairs = list(zip(frame["site_id"], frame["year"], strict=True))
    grid = dict(zip(pairs, frame["grid_mwh"], strict=True))
    energy, premium = _shared_out(audit, grid)
    frame["green_mwh"] = [own + energy[pair] for own, pair in zip(frame["direct_mwh"], pairs, strict=True)]
    frame["cost_cny"] = [paid.get(pair, 0.0) + premium[pair] for pair in pairs]
    frame = frame[~negligible(frame["facility_mwh"])]
    return frame.assign(green_share=frame["green_mwh"] / frame["facility_mwh"])


def _shared_out(
    audit: Audit, grid: dict[tuple[str, int], float]
) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """Return each site's part of pooled energy [MWh] and premium [CNY], smallest groups first, by what is not green yet."""
    pooled = _contracts(dict(audit.tables))
    pooled = pooled[pooled["site_id"] == ""]
    regions = audit.data.region_sites
    size = regions["region"].value_counts().to_dict()
    energy, premium = dict.fromkeys(grid, 0.0), dict.fromkeys(grid, 0.0)
    signed = dict(iter(pooled.groupby(["group", "year"])))
    for group, year in sorted(signed, key=lambda key: (size.get(key[0], 0), *key)):
        mwh = signed[group, year]["mwh"].astype(float)
        money = float((mwh * signed[group, year]["price_cny_per_mwh"].astype(float)).sum())
        members = [(site, year) for site in regions.loc[regions["region"] == group, "site_id"]]
        open_ = {key: grid[key] - energy[key] for key in members if key in grid}
        total = sum(open_.values())
        for key, left in open_.items():
            part = left / total if total > 0 else 0.0
            energy[key] += part * float(mwh.sum())
            premium[key] += part * money
    return energy, premium


def check(audit: Audit) -> None:
    """Check every column of the accounts against a recount."""
    both = outer(audit.tables["energy"], _recounted(audit), _KEYS, "_expected")
    for column in _COLUMNS:
        audit.equal(f"energy_{column}", both[_KEYS], both[column], both[f"{column}_expected"])


FEATURE = Feature(
    name="energy",
    title=Text(zh="用能账户", en="Energy accounts"),
    parameters=EnergyParameters,
    tables=tables,
    check=check,
)
