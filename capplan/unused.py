"""What a case says and no rule reads: rows of years that are not planned, and limits and tables of rules that are off.

Such rows are no faults: studies of other years and with other rules share their tables. But a planner must be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from capplan.errors import Fault
from capplan.features import active, registry
from capplan.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from capplan.case import Case

__all__ = ["unused"]

_LISTED = 4


def unused(case: Case) -> list[Fault]:
    """Return what no rule of a case reads, one entry for each table and reason.

    Parameters
    ----------
    case
        A case without faults.

    Examples
    --------
    >>> from capplan.case import load_case
    >>> unused(load_case("wuhan-2022"))
    []
    """
    found: list[Fault] = []
    for table, column, rows, reason in (*_of_rules_off(case), *_of_other_years(case)):
        if len(rows):
            found.append(_entry(table, column, rows, reason))
    return found


def _entry(table: str, column: str, rows: pd.Series[str], reason: Message) -> Fault:
    names = list(dict.fromkeys(rows))
    listed = ", ".join(names[:_LISTED])
    value = listed if len(names) <= _LISTED else f"{listed}, ... ({len(names)})"
    return Fault(f"data/{table}.csv", None, column, value, reason, Message(""), None)


def _of_rules_off(case: Case) -> Iterator[tuple[str, str, pd.Series[str], Message]]:
    """Yield limits that no rule reads, and tables of rules that are off."""
    on = active(case.study)
    limits = case.tables["limits"]
    read = {name for feature, _ in on.values() for name in feature.limits}
    for feature in registry().values():
        off = limits["limit"].isin([name for name in feature.limits if name not in read])
        yield "limits", "limit", limits.loc[off, "limit"], _off(feature.name)
    known = {name for feature in registry().values() for name in feature.limits}
    strange = limits.loc[~limits["limit"].isin(known), "limit"]
    yield "limits", "limit", strange, msg("not used: no rule reads it")
    for name, table, key in (
        ("budget", "funding", "account_id"),
        ("green_share", "energy_offers", "offer_id"),
    ):
        if name not in on:
            yield table, key, case.tables[table][key], _off(name)


def _off(feature: str) -> Message:
    return msg("not used: the rule {name} is not on", name=feature)


def _of_other_years(case: Case) -> Iterator[tuple[str, str, pd.Series[str], Message]]:
    """Yield rows whose year is not planned."""
    periods, base = list(case.study.periods), case.study.base_year
    on = active(case.study)
    read = {name for feature, _ in on.values() for name in feature.limits}
    limits = case.tables["limits"]
    limits = limits[limits["limit"].isin(read) & limits["year"].notna()]
    exact = msg("not used: the year is none of the periods {years}", years=[str(year) for year in periods])
    dated = limits[~limits["year"].isin(periods)]
    yield "limits", "year", _named(dated, "limit", "region"), exact
    demand = case.tables["demand"]
    yield "demand", "year", _named(demand[~demand["year"].isin(periods)], "zone_id", "class_id"), exact
    late = msg("not used: it comes after the last period {year}", year=periods[-1])
    committed = case.tables["committed"]
    yield (
        "committed",
        "year",
        _named(committed[committed["year"] > periods[-1]], "site_id", "technology"),
        late,
    )
    if "budget" in on:
        funding = case.tables["funding"]
        yield "funding", "year", _named(funding[funding["year"] > periods[-1]], "account_id"), late
        early = msg("not used: it comes before the first year planned, {year}", year=base + 1)
        yield "funding", "year", _named(funding[funding["year"] <= base], "account_id"), early


def _named(rows: pd.DataFrame, *columns: str) -> pd.Series[str]:
    """Return the rows as words: their keys and year."""
    parts = [rows[name].astype(str) for name in columns] + [rows["year"].astype(int).astype(str)]
    named = parts[0]
    for part in parts[1:]:
        named = named + " " + part
    return named
