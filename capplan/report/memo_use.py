"""How a plan is used and fed: power, green electricity, empty racks, latency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from capplan.messages import Message, msg
from capplan.report.numbers import amount, money_in_large_units, money_unit, percent
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    from capplan.plan import Plan
    from capplan.report.names import Names

__all__ = ["green", "latency", "power", "usage", "utilisation"]

_UNITS = {"standard_rack": "standard_racks", "pflops_fp16": "pflops_fp16", "pflops_fp64": "pflops_fp64"}


def power(plan: Plan, names: Names) -> Section | None:
    """Return energy, PUE, green share and energy cost by year, and the connections.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    table = plan.tables["energy"]
    if table.empty:
        return None
    lang, whole = names.lang, plan.record.get("objective_cny")
    columns = ["it_mwh", "facility_mwh", "grid_mwh", "green_mwh", "cost_cny"]
    yearly = table.groupby("year")[columns].sum()
    rows = tuple(
        (
            str(year),
            amount(row["it_mwh"] / 1e3),
            amount(row["facility_mwh"] / 1e3),
            amount(_ratio(row["facility_mwh"], row["it_mwh"]), 3),
            amount(row["green_mwh"] / 1e3),
            percent(_ratio(row["green_mwh"], row["facility_mwh"])),
            money_in_large_units(row["cost_cny"], lang, 3, whole),
        )
        for year, row in yearly.iterrows()
    )
    headings = (
        msg("year"),
        msg("IT [GWh]"),
        msg("facility [GWh]"),
        msg("PUE"),
        msg("green [GWh]"),
        msg("green share"),
        msg("energy cost [{unit}]", unit=money_unit(lang, whole)),
    )
    return Section(
        names.say(msg("Power")),
        Grid(names.headings(headings), rows, (True,) * 7),
        tuple(names.say(line) for line in _connections(plan)),
    )


def _connections(plan: Plan) -> list[Message]:
    sites = plan.tables["sites"]
    contracted = float(sites["connection_mva"].sum())
    year = plan.case.study.periods[-1]
    peak = (plan.record.get("key_figures") or {}).get("peak_mw")
    if peak is None:
        return [
            msg("Connections contracted at the end of {year}: {mva} MVA.", year=year, mva=amount(contracted))
        ]
    return [
        msg(
            "Peak facility load in {year}: {peak} MW; connections contracted: {mva} MVA.",
            year=year,
            peak=amount(float(peak), 1),
            mva=amount(contracted),
        )
    ]


def green(plan: Plan, names: Names) -> Section | None:
    """Return green contracts by type in the last year.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    table = plan.tables["contracts"]
    last = table[(table["year"] == plan.case.study.periods[-1]) & (table["mwh"] > 0)]
    if last.empty:
        return None
    paid = (
        last.assign(cny=last["mwh"] * last["price_cny_per_mwh"]).groupby("type")[["mw", "mwh", "cny"]].sum()
    )
    rows = tuple(
        (
            _contract(names, str(kind)),
            amount(row["mw"]),
            amount(row["mwh"] / 1e3),
            amount(_ratio(row["cny"], row["mwh"]), 1),
        )
        for kind, row in paid.iterrows()
    )
    headings = (msg("contract"), msg("MW"), msg("GWh"), msg("mean price or premium [CNY/MWh]"))
    title = msg("Green electricity in {year}", year=plan.case.study.periods[-1])
    return Section(names.say(title), Grid(names.headings(headings), rows, (False, True, True, True)))


def utilisation(plan: Plan, names: Names) -> Section | None:
    """Return what is in service, in use and empty, by year and unit.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    frame = usage(plan)
    if frame.empty:
        return None
    rows = tuple(
        (
            str(row["year"]),
            names.unit(str(row["unit"])),
            *(
                amount(float(row[name]), 1 if row["unit"] == "pflops_fp64" else 0)
                for name in ("held", "used", "empty")
            ),
            percent(_ratio(row["used"], row["held"])),
        )
        for row in frame.to_dict("records")
    )
    headings = (
        msg("year"),
        msg("counted in"),
        msg("in service"),
        msg("in use"),
        msg("empty"),
        msg("utilisation"),
    )
    grid = Grid(names.headings(headings), rows, (True, False, True, True, True, True))
    lines = (*_empty_racks(frame, names), *_outside(plan, names))
    return Section(names.say(msg("Use of what stands")), grid, lines)


def usage(plan: Plan) -> pd.DataFrame:
    """Return year, unit, held, used and empty amounts [unit].

    Held are the technologies that can serve the unit's classes; used are service and copies.

    Parameters
    ----------
    plan : Plan
        The plan.
    """
    units = plan.case.tables["classes"].set_index("class_id")["unit"]
    held = []
    for unit, measure in _UNITS.items():
        classes = set(units.index[units == unit])
        able = [name for name, found in plan.case.technologies.items() if classes & set(found.serves)]
        table = plan.tables["capacity"]
        total = table[table["technology"].isin(able)].groupby("year")[measure].sum()
        held.append(total.rename("held").reset_index().assign(unit=unit))
    used = pd.concat([plan.tables[name][["year", "unit", "amount"]] for name in ("service", "replicas")])
    used = used.groupby(["year", "unit"])["amount"].sum().rename("used").reset_index()
    frame = pd.concat(held).merge(used, on=["year", "unit"], how="left").fillna({"used": 0.0})
    frame = frame[frame["held"] > 0].assign(empty=lambda found: found["held"] - found["used"])
    return frame.sort_values(["year"], kind="stable").reset_index(drop=True)


def _empty_racks(frame: pd.DataFrame, names: Names) -> tuple[str, ...]:
    racks = frame[frame["unit"] == "standard_rack"]
    if racks.empty:
        return ()
    last = racks.iloc[-1]
    told = msg(
        "{empty} standard racks stand empty at the end of {year}: {share} of those that can serve rack demand.",
        empty=amount(float(last["empty"])),
        year=int(last["year"]),
        share=percent(_ratio(last["empty"], last["held"])),
    )
    return (names.say(told),)


def _outside(plan: Plan, names: Names) -> tuple[str, ...]:
    """Return how much of the demand from outside is taken in the last year."""
    zones, classes = plan.case.tables["zones"], plan.case.tables["classes"]
    gates = set(zones.loc[zones["kind"] == "gate", "zone_id"])
    year = plan.case.study.periods[-1]
    unit = classes.set_index("class_id")["unit"]
    demand, service = plan.case.tables["demand"], plan.tables["service"]
    offered = demand[demand["zone_id"].isin(gates) & (demand["year"] == year)]
    taken = service[service["zone_id"].isin(gates) & (service["year"] == year)]
    if offered.empty:
        return ()
    by_unit = offered.assign(unit=offered["class_id"].map(unit)).groupby("unit")["amount"].sum()
    served = taken.groupby("unit")["amount"].sum().reindex(by_unit.index).fillna(0.0)
    parts = [
        msg(
            "{taken} of {offered} {unit}",
            taken=amount(part),
            offered=amount(whole),
            unit=names.unit(str(name)),
        )
        for name, whole, part in zip(by_unit.index, by_unit, served, strict=True)
    ]
    return (names.say(msg("Demand from outside that is taken in {year}: {parts}.", year=year, parts=parts)),)


def latency(plan: Plan, names: Names) -> Section | None:
    """Return limit, worst and mean latency of every class in the last year.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    table = plan.tables["service"]
    last = table[(table["year"] == plan.case.study.periods[-1]) & (table["amount"] > 0)]
    if last.empty:
        return None
    weighted = last.assign(
        ms=last["latency_ms"] * last["amount"], km=last["route_km"] * last["amount"]
    ).groupby("class")
    frame = weighted[["ms", "km", "amount"]].sum()
    frame["worst"] = weighted["latency_ms"].max()
    frame["limit"] = weighted["latency_limit_ms"].min()
    order = [name for name in plan.case.tables["classes"]["class_id"] if name in frame.index]
    rows = tuple(_latency_row(str(name), frame.loc[name], names) for name in order)
    headings = (
        msg("service class"),
        msg("limit [ms]"),
        msg("worst [ms]"),
        msg("mean [ms]"),
        msg("mean route [km]"),
    )
    title = msg("Latency in {year}, weighted by amount", year=plan.case.study.periods[-1])
    return Section(names.say(title), Grid(names.headings(headings), rows, (False, True, True, True, True)))


def _latency_row(name: str, row: pd.Series, names: Names) -> tuple[str, ...]:
    limit = names.say(msg("none")) if pd.isna(row["limit"]) else amount(float(row["limit"]), 1)
    return (
        names.service_class(name),
        limit,
        amount(float(row["worst"]), 2),
        amount(_ratio(row["ms"], row["amount"]), 2),
        amount(_ratio(row["km"], row["amount"])),
    )


def _contract(names: Names, kind: str) -> str:
    known = {
        "grid_green": msg("through the grid (premium on the tariff)"),
        "direct_line": msg("direct line (price as delivered)"),
    }
    return names.say(known[kind]) if kind in known else kind


def _ratio(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole else None
