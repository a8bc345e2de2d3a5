"""Values that must agree with other values: units with metrics, weights with each other, years with the study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from capplan.checks.rows import add_rows, numbers, table_with, texts
from capplan.errors import nearest_name
from capplan.messages import msg
from capplan.reading.cells import number_text
from capplan.units import LIMIT_UNITS, METRIC_UNITS

if TYPE_CHECKING:
    from capplan.reading.faults import Faults
    from capplan.reading.inputs import Inputs

_WEIGHTS = ("weight_population", "weight_urban_population", "weight_output")
_SUM_TOLERANCE = 1e-6
_HOURS = 24
_MONTHS_TIMES_HOURS = 12 * 24


def check_values(inputs: Inputs, faults: Faults) -> None:
    """Add a fault for every value that does not agree with others."""
    for one in (
        _zones,
        _sites,
        _routes,
        _cooling,
        _tariffs,
        _climate,
        _drivers,
        _stock,
        _targets,
        _limits,
        _funding,
    ):
        one(inputs, faults)


def _zones(inputs: Inputs, faults: Faults) -> None:
    table = table_with(inputs, "zones", "population", "urban_population")
    if table is not None:
        wrong = numbers(table, "urban_population") > numbers(table, "population") * (1 + _SUM_TOLERANCE)
        problem = msg("more urban residents than residents")
        add_rows(
            faults, table, wrong, "urban_population", problem, msg("write at most the population [person]")
        )
    table = table_with(inputs, "zones", "kind", "prefecture_adcode")
    if table is not None:
        homeless = (texts(table, "kind") != "gate") & (texts(table, "prefecture_adcode") == "")
        problem = msg("only gates are in no prefecture")
        add_rows(faults, table, homeless, "prefecture_adcode", problem, msg("write the prefecture's adcode"))


def _sites(inputs: Inputs, faults: Faults) -> None:
    table = table_with(inputs, "sites", "connection_existing_mva", "connection_max_mva")
    if table is not None:
        wrong = numbers(table, "connection_existing_mva") > numbers(table, "connection_max_mva")
        problem = msg("the connection that stands is larger than the largest one")
        remedy = msg("raise connection_max_mva or lower connection_existing_mva [MVA]")
        add_rows(faults, table, wrong, "connection_existing_mva", problem, remedy)
    table = table_with(inputs, "sites", "opened_year")
    if table is not None and inputs.study is not None:
        wrong = numbers(table, "opened_year") > inputs.study.base_year
        problem = msg("the site opens after the base year {year}", year=inputs.study.base_year)
        remedy = msg("leave it empty; the plan opens the site, or committed.csv does")
        add_rows(faults, table, wrong, "opened_year", problem, remedy)


def _routes(inputs: Inputs, faults: Faults) -> None:
    table = table_with(inputs, "routes", "from_node", "to_node")
    if table is not None:
        wrong = (texts(table, "from_node") == texts(table, "to_node")) & (texts(table, "to_node") != "")
        problem = msg("the route ends where it begins")
        add_rows(faults, table, wrong, "to_node", problem, msg("name two different nodes"))


def _cooling(inputs: Inputs, faults: Faults) -> None:
    table = table_with(inputs, "cooling", "free_below_c", "full_mechanical_above_c")
    if table is not None:
        wrong = numbers(table, "free_below_c") >= numbers(table, "full_mechanical_above_c")
        problem = msg("outside air suffices above the temperature where compressors do all the work")
        remedy = msg("free_below_c must be below full_mechanical_above_c [degC]")
        add_rows(faults, table, wrong, "full_mechanical_above_c", problem, remedy)


def _tariffs(inputs: Inputs, faults: Faults) -> None:
    table = table_with(inputs, "tariffs", "voltage_kv", "hour")
    if table is None or table.frame.empty:
        return
    hours = texts(table, "voltage_kv").value_counts()
    incomplete = {str(voltage): int(count) for voltage, count in hours.items() if count != _HOURS}
    _add_incomplete(inputs, "tariffs", "voltage_kv", incomplete, _HOURS, faults)
    sites = table_with(inputs, "sites", "connection_voltage_kv")
    if sites is not None:
        used = texts(sites, "connection_voltage_kv")
        voltages = table_with(inputs, "voltages", "voltage_kv")
        absent = ~used.isin(hours.index) & (used != "")
        if voltages is not None:  # a voltage that voltages.csv lacks is one fault, not two
            absent &= used.isin(texts(voltages, "voltage_kv"))
        problem = msg("tariffs.csv has no prices at this voltage")
        remedy = msg("add 24 rows to tariffs.csv, or use one of: {known}", known=", ".join(hours.index))
        add_rows(faults, sites, absent, "connection_voltage_kv", problem, remedy)


def _climate(inputs: Inputs, faults: Faults) -> None:
    table = table_with(inputs, "climate", "station_id", "month", "hour")
    if table is not None:
        rows = texts(table, "station_id").value_counts()
        incomplete = {str(name): int(count) for name, count in rows.items() if count != _MONTHS_TIMES_HOURS}
        _add_incomplete(inputs, "climate", "station_id", incomplete, _MONTHS_TIMES_HOURS, faults)


def _add_incomplete(
    inputs: Inputs, name: str, column: str, counts: Mapping[str, int], wanted: int, faults: Faults
) -> None:
    table = inputs.tables[name]
    cells = texts(table, column)
    for value, count in counts.items():
        first = int(np.flatnonzero((cells == value).to_numpy())[0])
        problem = msg("there are {count} rows of it, {wanted} are wanted", count=count, wanted=wanted)
        remedy = msg("write one row for every combination of the other key columns")
        faults.add(table.file, problem, remedy, row=int(table.lines[first]), column=column, value=value)


def _drivers(inputs: Inputs, faults: Faults) -> None:
    table = table_with(inputs, "demand_drivers", *_WEIGHTS)
    if table is not None:
        total = sum((numbers(table, name) for name in _WEIGHTS), np.zeros(len(table.frame)))
        with np.errstate(invalid="ignore"):
            wrong = np.abs(total - 1) > _SUM_TOLERANCE
        add_rows(
            faults,
            table,
            wrong,
            _WEIGHTS[-1],
            lambda row: msg(
                "the three weights sum to {total}, not to 1", total=number_text(round(total[row], 9))
            ),
            msg("change weight_population, weight_urban_population or weight_output"),
        )


def _stock(inputs: Inputs, faults: Faults) -> None:
    if inputs.study is None:
        return
    base = inputs.study.base_year
    existing = table_with(inputs, "existing", "commissioned_year")
    if existing is not None:
        problem = msg("modules that stand came after the base year {year}", year=base)
        remedy = msg("move the row to committed.csv, or correct the year")
        late = numbers(existing, "commissioned_year") > base
        add_rows(faults, existing, late, "commissioned_year", problem, remedy)
    committed = table_with(inputs, "committed", "year")
    if committed is not None:
        problem = msg("modules under construction come before the end of the base year {year}", year=base)
        remedy = msg("move the row to existing.csv, or correct the year")
        years = numbers(committed, "year")
        add_rows(faults, committed, (years <= base) & (years > 0), "year", problem, remedy)


def _targets(inputs: Inputs, faults: Faults) -> None:
    table = table_with(inputs, "targets", "metric", "unit")
    if table is not None:
        wanted = texts(table, "metric").map(METRIC_UNITS)
        units = texts(table, "unit")
        wrong = wanted.notna() & (units != "") & (units != wanted)
        problem = msg("the unit is not that of the metric")
        add_rows(
            faults, table, wrong, "unit", problem, lambda row: msg("write {value}", value=wanted.iloc[row])
        )
    table = table_with(inputs, "targets", "kind", "price_cny_per_unit")
    if table is not None:
        wrong = (texts(table, "kind") == "priced") & (texts(table, "price_cny_per_unit") == "")
        problem = msg("a priced target has no price")
        add_rows(
            faults, table, wrong, "price_cny_per_unit", problem, msg("write the price of one unit [CNY]")
        )
    table = table_with(inputs, "targets", "confidence", "document_id")
    if table is not None:
        wrong = (texts(table, "confidence") == "document") & (texts(table, "document_id") == "")
        problem = msg("a target from a document names no document")
        add_rows(faults, table, wrong, "document_id", problem, msg("write the document_id"))


def _limits(inputs: Inputs, faults: Faults) -> None:
    table = table_with(inputs, "limits", "limit", "unit")
    if table is None:
        return
    names, units = texts(table, "limit"), texts(table, "unit")
    wanted = names.map(LIMIT_UNITS)
    wrong = wanted.notna() & (units != wanted) & (units != "")
    problem = msg("the unit is not that of the limit")
    add_rows(faults, table, wrong, "unit", problem, lambda row: msg("write {value}", value=wanted.iloc[row]))
    for row in np.flatnonzero(wanted.isna()):
        near = nearest_name(names.iloc[row], LIMIT_UNITS)
        if near is not None and _alike(names.iloc[row], near):
            line = int(table.lines[row])
            faults.add_unknown(
                table.file, msg("the limit"), names.iloc[row], LIMIT_UNITS, row=line, column="limit"
            )


def _alike(name: str, known: str) -> bool:
    """Say whether a name differs from a known one by no more than a slip of the hand."""
    return abs(len(name) - len(known)) <= 1 and len(set(name) ^ set(known)) <= _SLIP


_SLIP = 2


def _funding(inputs: Inputs, faults: Faults) -> None:
    for kind, column in (("special_bond", "interest_rate"), ("subsidy", "share_of_capex")):
        table = table_with(inputs, "funding", "kind", column)
        if table is not None:
            wrong: pd.Series[bool] = (texts(table, "kind") == kind) & (texts(table, column) == "")
            problem = msg("an account of this kind needs {column}", column=column)
            add_rows(faults, table, wrong, column, problem, msg("fill the cell in"))
