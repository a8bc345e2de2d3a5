"""Power and green electricity: energy by year, connections and headroom, contracts, and the share that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capplan.report.document.blocks import Block, Picture, Section, Table
from capplan.report.document.charts import Series, columns, palette
from capplan.report.document.facts import table
from capplan.report.document.origins import Share, Total

if TYPE_CHECKING:
    from capplan.report.document.pen import Pen

__all__ = ["MAPS", "power"]

MAPS = ("power", "green")
"""Maps of this chapter, those that there are."""
_CONTRACTS = {"grid_green": "contract_grid", "direct_line": "contract_direct"}
_NODES = 14


def power(pen: Pen) -> Section:
    """Return the chapter on power.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    if not pen.facts.has("energy"):
        return Section("power", pen.words("power"), (pen.paragraph("no_energy"),))
    blocks: list[Block] = [_told(pen), _years(pen), _chart(pen), pen.heading("connections")]
    blocks += [*pen.parts(_connections, _headroom), pen.heading("green"), *pen.parts(_asked, _green)]
    blocks += [pen.pictures[name] for name in MAPS if name in pen.pictures]
    return Section("power", pen.words("power"), tuple(blocks))


def _told(pen: Pen) -> Block:
    facts, now = pen.facts, ("year", "=", pen.last)
    facility = table("energy", "facility_mwh", "sum", now)
    return pen.paragraph(
        "energy_told",
        year=pen.last,
        energy=facts.number(facility, 0, unit="GWh", scale=1e-3),
        pue=facts.number(Share(facility, table("energy", "it_mwh", "sum", now)), 3),
        price=facts.number(Share(table("energy", "cost_cny", "sum", now), facility)),
        emissions=facts.emissions(table("energy", "emissions_t", "sum", now)),
        water=facts.number(table("energy", "water_m3", "sum", now)),
    )


def _years(pen: Pen) -> Table:
    facts = pen.facts
    rows = []
    for year in pen.years:
        now = ("year", "=", year)
        facility = table("energy", "facility_mwh", "sum", now)
        green = table("energy", "green_mwh", "sum", now)
        rows.append(
            [
                pen.year(year),
                facts.number(table("energy", "it_mwh", "sum", now), 0, unit="GWh", scale=1e-3),
                facts.number(facility, 0, unit="GWh", scale=1e-3),
                facts.number(Share(facility, table("energy", "it_mwh", "sum", now)), 3),
                facts.number(table("energy", "peak_mw", "sum", now), 1),
                facts.number(green, 0, unit="GWh", scale=1e-3),
                facts.percent(Share(green, facility)),
                facts.emissions(table("energy", "emissions_t", "sum", now)),
                facts.large_money(table("energy", "cost_cny", "sum", now), 3),
            ]
        )
    heads = (
        pen.column("year", width=0.7),
        pen.column("col_it"),
        pen.column("col_facility"),
        pen.column("col_pue", width=0.8),
        pen.column("col_peak"),
        pen.column("col_green"),
        pen.column("col_green_share"),
        pen.column("col_emissions"),
        pen.column("col_energy_cost", unit=pen.facts.large_unit),
    )
    return pen.table(pen.say("caption_energy"), heads, rows)


def _chart(pen: Pen) -> Picture:
    facts, colours = pen.facts, palette()
    direct = "direct_mwh" in facts.frame("tables/energy.csv").columns

    def series(name: str, colour: str, parts: tuple[tuple[float, str], ...]) -> Series:
        figures = []
        for year in pen.years:
            whole = Total(
                tuple(
                    (factor, table("energy", column, "sum", ("year", "=", year))) for factor, column in parts
                )
            )
            figures.append(facts.number(whole, 0, unit="GWh", scale=1e-3))
        return Series(pen.words(name), colour, tuple(figures))

    rows = [series("series_direct", colours["direct"], ((1.0, "direct_mwh"),))] if direct else []
    pooled = ((1.0, "green_mwh"), (-1.0, "direct_mwh")) if direct else ((1.0, "green_mwh"),)
    rows.append(series("series_pooled", colours["pooled"], pooled))
    rows.append(series("series_grid", colours["grid_power"], ((1.0, "facility_mwh"), (-1.0, "green_mwh"))))
    alt = pen.words("chart_energy")
    content = columns([str(year) for year in pen.years], rows, unit="GWh", alt=alt)
    points = tuple(figure for row in rows for figure in row.figures)
    return Picture(content, "svg", pen.say("chart_energy"), alt, points=points)


def _connections(pen: Pen) -> Block:
    return pen.paragraph(
        "connections_told",
        year=pen.last,
        peak=pen.facts.number(table("energy", "peak_mw", "sum", ("year", "=", pen.last)), 1),
        mva=pen.facts.number(table("sites", "connection_mva", "sum"), 1),
    )


def _headroom(pen: Pen) -> Block:
    """Return how much of the headroom of substations is used."""
    facts = pen.facts
    limit = (("limit", "=", "grid_headroom"), ("year", "=", pen.last), ("used", ">", 0))
    used = facts.rows("limits", *limit)
    if used.empty:
        return pen.paragraph("no_headroom_used")
    used = used.assign(part=used["used"] / used["bound"].where(used["bound"] > 0))
    order = used.sort_values(["part", "used"], ascending=False, kind="stable")["region"].astype(str)
    rows: list[list[object]] = []
    for node in order.head(_NODES):
        own = (*limit[:2], ("region", "=", node))
        part = Share(table("limits", "used", "sum", *own), table("limits", "bound", "sum", *own))
        binds = bool(facts.rows("limits", *own)["binding"].any())
        rows.append(
            [
                pen.names.place(node),
                facts.number(table("limits", "bound", "sum", *own), 1),
                facts.number(table("limits", "used", "sum", *own), 1),
                facts.percent(part),
                pen.words("binds") if binds else "",
            ]
        )
    heads = (
        pen.column("col_substation", numeric=False, width=2.5),
        pen.column("col_headroom"),
        pen.column("col_used"),
        pen.column("col_used_share"),
        pen.column("col_binds", numeric=False),
    )
    return pen.table(pen.say("caption_headroom", year=pen.last), heads, rows)


def _green(pen: Pen) -> Block:
    contracts = pen.facts.rows("contracts", ("year", "=", pen.last), ("mwh", ">", 0))
    return pen.paragraph("no_contracts") if contracts.empty else _contracts(pen, list(contracts["type"]))


def _asked(pen: Pen) -> Block | None:
    """Return which share is asked for and achieved; None where the rule stands and asks for none."""
    if "green_share" not in pen.case.study.features:
        return pen.paragraph("no_green_rule")
    facts = pen.facts
    asked = facts.rows("limits", ("limit", "=", "green_share"))
    if asked.empty:
        return None
    rows: list[list[object]] = []
    for row in asked.sort_values(["region", "year"]).to_dict("records"):
        own = (("limit", "=", "green_share"), ("region", "=", row["region"]), ("year", "=", row["year"]))
        rows.append(
            [
                pen.names.region(str(row["region"])),
                pen.year(row["year"]),
                facts.percent(table("limits", "bound", "value", *own)),
                facts.percent(table("limits", "used", "value", *own)),
                pen.words("binds") if bool(row["binding"]) else "",
            ]
        )
    heads = (
        pen.column("region", numeric=False, width=2.0),
        pen.column("year"),
        pen.column("col_asked"),
        pen.column("achieved"),
        pen.column("col_binds", numeric=False),
    )
    return pen.table(pen.say("caption_green"), heads, rows)


def _contracts(pen: Pen, kinds: list[str]) -> Table:
    facts = pen.facts
    rows: list[list[object]] = []
    for kind in sorted(set(kinds)):
        own = (("year", "=", pen.last), ("type", "=", kind), ("mwh", ">", 0))
        rows.append(
            [
                pen.words(_CONTRACTS[kind]) if kind in _CONTRACTS else kind,
                facts.number(table("contracts", "mw", "sum", *own), 1),
                facts.number(table("contracts", "mwh", "sum", *own), 0, unit="GWh", scale=1e-3),
                facts.number(table("contracts", "price_cny_per_mwh", "mean", *own, weight="mwh"), 1),
            ]
        )
    heads = (
        pen.column("col_contract", numeric=False, width=2.5),
        pen.column("col_contract_mw"),
        pen.column("col_contract_gwh"),
        pen.column("col_contract_price"),
    )
    return pen.table(pen.say("caption_contracts", year=pen.last), heads, rows, note=pen.say("contracts_note"))
