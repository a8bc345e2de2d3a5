"""Which numbers bound a plan: one function for each family of levers, found from the rows that a program has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from capplan.exchange.names import Names as CaseNames
from capplan.explore.lever_shares import copies, coverage, demanded, green, prefectures, pue
from capplan.explore.levers import Bounds, Lever, bounds_at
from capplan.messages import Text
from capplan.program import Rows, Tier

if TYPE_CHECKING:
    from capplan.build import Built
    from capplan.explore.names import Names

__all__ = ["levers_of"]

PERCENT = 0.001
MILLION = 1e6
NEARLY = 1e-9
TINY = 1e-6

Rule = Callable[["Built", "Names", Rows], Iterator[Lever]]


def levers_of(built: Built, names: Names) -> list[Lever]:
    """Return the levers of a program, in the order of its rows.

    Parameters
    ----------
    built
        The program and its case.
    names
        Names of the data.
    """
    found: list[Lever] = []
    for rows in built.program.rows:
        rule = RULES.get(rows.name)
        if rule is None and rows.name in set(built.data.table("limits")["limit"]):
            rule = _quotas
        if rule is not None and len(rows.index):
            found += rule(built, names, rows)
    return [lever for lever in found if lever.most > 0.0 and len(lever.rows.at) + len(lever.columns.at)]


def _targets(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    table = built.data.table("targets").set_index("target_id")
    for place, name in enumerate(rows.index["target_id"]):
        target = table.loc[name]
        if target["kind"] != "hard":
            continue
        least = target["relation"] == ">="
        value = float(target["value"])
        yield Lever(
            path=f"targets.{name}.value",
            family="target",
            tier=Tier.TARGET,
            sign=-1 if least else 1,
            before=value,
            unit=str(target["metric"]),
            region=str(target["region"]),
            place=names.text(str(target["region"])),
            year=int(target["year"]),
            subject=Text(zh=str(name), en=str(name)),
            rows=bounds_at(rows, [place], side=1 if least else -1),
            most=value if least else np.inf,
            step=1.0,
        )


def _quotas(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield one lever for each row of the limits table; one without a year holds in all years without their own."""
    table = built.data.table("limits")
    table = table[table["limit"] == rows.name]
    dated = {(str(region), int(year)) for region, year in _dated(table)}
    years = list(zip(rows.index["region"].astype(str), rows.index["year"].astype(int), strict=True))
    for region, year, bound, unit in table[["region", "year", "bound", "unit"]].itertuples(index=False):
        every = pd.isna(year)
        places = [
            place
            for place, key in enumerate(years)
            if key[0] == region and (key not in dated if every else key[1] == int(year))
        ]
        if not places:
            continue
        yield Lever(
            path=f"limits.{rows.name},{region},{'' if every else int(year)}.bound",
            family=rows.name,
            tier=rows.tier,
            sign=1,
            before=float(bound),
            unit=str(unit),
            region=str(region),
            place=names.text(str(region)),
            year=None if every else int(year),
            rows=bounds_at(rows, places),
            step={"ha": 0.1, "m3": 100.0, "standard_rack": 10.0}.get(str(unit), 1.0),
        )


def _dated(table: pd.DataFrame) -> Iterator[tuple[Any, Any]]:
    return table.loc[table["year"].notna(), ["region", "year"]].itertuples(index=False)


def _headroom(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    yield from _numbers(built, names, rows, ("grid_nodes", "grid_node", "headroom_mva"), "MVA")


def _offers(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    yield from _numbers(built, names, rows, ("energy_offers", "offer_id", "available_mw"), "MW")


def _numbers(
    built: Built, names: Names, rows: Rows, where: tuple[str, str, str], unit: str
) -> Iterator[Lever]:
    """Yield one lever for each number of a table that holds in every year."""
    table, key, column = where
    value = built.data.table(table).set_index(key)[column].astype(float).to_dict()
    for name, places in rows.index.groupby("region").indices.items():
        yield Lever(
            path=f"{table}.{name}.{column}",
            family=rows.name,
            tier=rows.tier,
            sign=1,
            before=float(value[name]),
            unit=unit,
            region=str(name),
            place=names.text(str(name)),
            rows=bounds_at(rows, places),
            step=1.0,
        )


def _connections(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield the largest connection of every site: it bounds steps, what is contracted, and steps behind a line."""
    program = built.program
    steps, contracted = program.columns["connection_steps"], program.columns["contracted"]
    behind = next((block for block in program.rows if block.name == "line_open"), rows)
    sites = built.data.table("sites").merge(
        built.data.table("voltages")[["voltage_kv", "step_mva"]],
        left_on="connection_voltage_kv",
        right_on="voltage_kv",
    )
    ready = program.upper(steps) > 0
    for site, step, most in sites[["site_id", "step_mva", "connection_max_mva"]].itertuples(index=False):
        mine = np.flatnonzero((steps.index["site_id"] == site).to_numpy() & ready)
        if not len(mine):
            continue
        years = steps.index["year"].iloc[mine]
        same = contracted.index["site_id"].eq(site) & contracted.index["year"].isin(years)
        at = np.concatenate([steps.ids[mine], contracted.ids[same.to_numpy()]])
        lines: Any = (
            np.flatnonzero((behind.index["site_id"] == site).to_numpy()) if behind is not rows else []
        )
        yield Lever(
            path=f"sites.{site}.connection_max_mva",
            family="site_power",
            tier=Tier.RESOURCE,
            sign=1,
            before=float(most),
            unit="MVA",
            region=str(site),
            place=names.text(str(site)),
            rows=bounds_at(behind, lines, 1.0 / float(step)),
            columns=Bounds(at, np.repeat([1.0 / float(step), 1.0], [len(mine), int(same.sum())])),
            step=1.0,
        )


def _land(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield the land of every site: it bounds what is taken, and how many modules fit."""
    data, program = built.data, built.program
    count = program.columns.get("count")
    each = data.technologies["land_ha"].astype(float)
    most = data.technologies["max_modules"].astype(float)
    land = data.table("sites").set_index("site_id")["land_max_ha"].astype(float).to_dict()
    for site, places in rows.index.groupby("site_id").indices.items():
        columns = Bounds.none()
        if count is not None:
            mine = np.flatnonzero((count.index["site_id"] == site).to_numpy() & (program.upper(count) > 0))
            taken = each.reindex(count.index["technology"].iloc[mine]).to_numpy()
            room = most.reindex(count.index["technology"].iloc[mine]).to_numpy()
            tight = (taken > 0) & (np.floor(float(land[site]) / np.maximum(taken, NEARLY) + NEARLY) < room)
            columns = Bounds(count.ids[mine[tight]], np.asarray(1.0 / taken[tight], dtype=np.float64))
        yield Lever(
            path=f"sites.{site}.land_max_ha",
            family="site_land",
            tier=Tier.RESOURCE,
            sign=1,
            before=float(land[site]),
            unit="ha",
            region=str(site),
            place=names.text(str(site)),
            rows=_joined(bounds_at(rows, places), _behind(built, str(site), each)),
            columns=columns,
            step=0.1,
        )


def _behind(built: Built, site: str, land: pd.Series) -> Bounds:
    """Return the rows that let a site's halls stand on an open campus only: they know how many fit."""
    block = next((rows for rows in built.program.rows if rows.name == "campus_open"), None)
    if block is None:
        return Bounds.none()
    places = np.flatnonzero((block.index["site_id"] == site).to_numpy())
    taken = land.reindex(block.index["technology"].iloc[places]).to_numpy()
    return bounds_at(block, places[taken > 0], 1.0 / taken[taken > 0])


def _joined(one: Bounds, other: Bounds) -> Bounds:
    return Bounds(np.concatenate([one.at, other.at]), np.concatenate([one.rate, other.rate]), one.side)


def _funding(built: Built, names: Names, rows: Rows) -> Iterator[Lever]:
    """Yield the account of each period that pays for most: own funds before others."""
    draw = built.program.columns["draw"]
    table = built.data.table("funding").astype({"year": int, "limit_cny": float})
    chinese, english = CaseNames(built.case, "zh"), CaseNames(built.case, "en")
    table["rank"] = 2 * (table["kind"] != "own").astype(int) + (table["eligible"] != "all").astype(int)
    for first, last in pairwise([built.data.base_year, *built.data.years]):
        within = table[(table["year"] > first) & (table["year"] <= last)]
        best = within.sort_values(["rank", "year"], ascending=[True, False]).head(1)
        for account, year, limit in best[["account_id", "year", "limit_cny"]].itertuples(index=False):
            here = (rows.index["account_id"] == account) & (rows.index["year"] == last)
            drawn = (draw.index["account_id"] == account) & (draw.index["year"] == last)
            ids = draw.ids[drawn.to_numpy()]
            yield Lever(
                path=f"funding.{account},{year}.limit_cny",
                family="budget",
                tier=rows.tier,
                sign=1,
                before=float(limit),
                unit="CNY",
                region=built.case.study.region,
                place=names.text(built.case.study.region),
                year=int(last),
                subject=Text(zh=chinese.account(str(account)), en=english.account(str(account))),
                rows=bounds_at(rows, np.flatnonzero(here.to_numpy()), 1.0 / MILLION),
                columns=Bounds(ids, np.full(len(ids), 1.0 / MILLION)),
                step=MILLION,
            )


RULES: dict[str, Rule] = {
    "target": _targets,
    "account_limit": _funding,
    "grid_headroom": _headroom,
    "green_available": _offers,
    "site_power": _connections,
    "site_land": _land,
    "green_share": green,
    "edge_coverage": coverage,
    "max_share": prefectures,
    "min_share": prefectures,
    "pue_cap_count": pue,
    "pue_cap_converted": pue,
    "copies": copies,
    "demand": demanded,
}
"""Families of rows, and what bounds them."""
