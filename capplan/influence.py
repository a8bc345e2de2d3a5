"""Which inputs move a plan's cost most, to first order: the plan is kept, one number at a time goes to an end of its range.

Three kinds of numbers have an influence that the plan itself can tell:

- numbers inside the cost (prices, investment, lives): the cost is recounted from the tables, as the certificate does it;
- demand: what is spent on serving a class, times the relative change of its demand;
- limits: what one per cent of a limit is worth in the plan's record, times its relative change.

``influence = max over both ends of |cost at that end - cost| / |cost|``. The plan does not adapt, so this ranks and does
not price; a number that only decides what is feasible (a lead time, the land of a site) has no influence here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.case import Case, FrozenMap, Tables
from capplan.derived import Derived
from capplan.feature import Audit
from capplan.features import active
from capplan.ledgers import HOURS

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["COLUMNS", "Number", "influences", "numbers_of"]

COLUMNS = ("name", "basis", "table", "kind", "column", "influence", "low_cny", "high_cny")
"""Columns of the table of influences."""

KINDS: Mapping[str, str] = {
    "demand_drivers": "class_id",
    "limits": "limit",
    "funding": "kind",
    "energy_offers": "type",
    "voltages": "voltage_kv",
}
"""Tables whose rows are of several kinds, and the column that says which."""

_KEPT = (
    "path_arrays",
    "latency",
    "demand",
    "commodities",
    "distances",
    "region_zones",
    "region_sites",
    "spans",
    "discount",
    "grid_factor",
    "prefectures",
    "site_technologies",
    "hosting",
    "conversions",
    "existing",
    "committed",
)
"""What follows from a case whatever its prices are: a plan's decisions and their paths stay."""

_LIMITED: Mapping[str, tuple[str, str]] = {
    "grid_headroom": ("grid_nodes", "headroom_mva"),
    "green_available": ("energy_offers", "available_mw"),
}
"""Limits whose bounds stand in another table than `limits`."""
_FEASIBLE: Mapping[str, frozenset[str]] = {
    "technologies": frozenset({"utilisation_cap", "lead_time_years"}),
    "sites": frozenset({"connection_max_mva", "land_max_ha"}),
    "grid_nodes": frozenset({"headroom_mva"}),
    "reinforcements": frozenset({"added_mva"}),
    "energy_offers": frozenset({"available_mw"}),
    "voltages": frozenset({"lead_time_years"}),
    "projects": frozenset({"modules", "connection_mva", "land_ha", "energy_gwh", "direct_mw"}),
}
"""Numbers that decide what is feasible and stand in no cost, by table; without an entry all of a table's are tried."""
_TOLD = ("demand_drivers", "limits", "funding")
"""Tables whose numbers stand in no cost at all."""
_CLOSING = "net_present_cost"
"""The rule that adds to the cost once all others are recounted: the price of what they emit."""
_SHOWN = 10


@dataclass(frozen=True)
class Number:
    """A number of the inputs with a range, in all rows of its kind.

    Attributes
    ----------
    table
        Its table; ``technologies`` for a number of a technology file.
    kind
        The technology, or the kind of rows; empty where the table has one kind.
    column
        Its column or key.
    """

    table: str
    kind: str
    column: str

    @property
    def name(self) -> str:
        """Its name, as ``technologies.cloud-hall.capex_cny`` or ``limits.land_ha.bound``."""
        return ".".join(part for part in (self.table, self.kind, self.column) if part)

    def rows(self, case: Case) -> pd.DataFrame:
        """Return the rows of its table that have it."""
        table = case.table(self.table)
        if self.kind:
            table = table[table[KINDS[self.table]].astype(str) == self.kind]
        return table[table[f"{self.column}_low"].notna() | table[f"{self.column}_high"].notna()]


def numbers_of(case: Case) -> Iterator[Number]:
    """Yield every number of a case that has a range.

    Parameters
    ----------
    case
        The inputs.
    """
    for name in case.tables:
        table = case.tables.shared(name)
        for column in [str(label)[:-4] for label in table.columns if str(label).endswith("_low")]:
            known = table[table[f"{column}_low"].notna() | table[f"{column}_high"].notna()]
            kinds = sorted(known[KINDS[name]].astype(str).unique()) if name in KINDS else [""]
            yield from (Number(name, kind, column) for kind in kinds if len(known))
    for name, technology in case.technologies.items():
        for key, quantity in technology.quantities.items():
            low, high = quantity.low, quantity.high
            if any(end is not None and end != quantity.value for end in (low, high)):
                yield Number("technologies", name, key)


def influences(plan: Plan, *, most: int = _SHOWN) -> pd.DataFrame:
    """Return the numbers with the largest influence on a plan's cost, the largest first.

    Parameters
    ----------
    plan
        The plan.
    most
        How many are wanted; the search ends when no other number can be among them.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`: influence [ratio of the plan's cost], low_cny and high_cny [CNY, difference of cost at
        either end].
    """
    desk = _Desk(plan)
    found = _of_cost(desk, [*_of_demand(desk), *_of_limits(desk)], most)
    frame = pd.DataFrame(found, columns=list(COLUMNS))
    frame = frame[frame["influence"] > 1e-9]  # noqa: PLR2004 - below it is rounding
    frame = frame.sort_values(["influence", "name"], ascending=[False, True], kind="stable")
    return frame.head(most).reset_index(drop=True)


@dataclass
class _Desk:
    """A plan with what is computed once for all its numbers."""

    plan: Plan
    base: Derived = field(init=False)
    cost: float = field(init=False)
    numbers: list[Number] = field(init=False)

    def __post_init__(self) -> None:
        self.base = Derived(self.plan.case)
        self.numbers = list(numbers_of(self.plan.case))
        self.cost = self.recounted(self.plan.case)

    @property
    def case(self) -> Case:
        """The plan's inputs."""
        return self.plan.case

    def recounted(self, case: Case) -> float:
        """Return the plan's cost under other prices [CNY]: its tables as they are, recounted by every rule."""
        data = Derived(case)
        for name in _KEPT:
            data.__dict__[name] = getattr(self.base, name)
        if case is not self.case:
            data.__dict__["plant"] = _plant(self.base, data)
        books: dict[str, list[pd.DataFrame]] = {}
        rules = active(case.study)
        for name, (feature, parameters) in rules.items():
            if feature.recount is not None:
                feature.recount(Audit(case, data, self.plan.tables, parameters, name, books))
        closing, parameters = rules[_CLOSING]
        if closing.check is not None:
            closing.check(Audit(case, data, self.plan.tables, parameters, _CLOSING, books))
        parts = [part for part in books.get("cost", ()) if len(part)]
        return sum(
            float(part["value"].to_numpy(dtype=float) @ data.discount.reindex(part["year"]).to_numpy())
            for part in parts
        )

    def row(self, number: Number, basis: str, low: float, high: float) -> dict[str, Any]:
        """Return a row of the table of influences."""
        size = abs(self.cost) or 1.0
        return {
            "name": number.name,
            "basis": basis,
            "table": number.table,
            "kind": number.kind,
            "column": number.column,
            "influence": max(abs(low), abs(high)) / size,
            "low_cny": low,
            "high_cny": high,
        }


def _plant(base: Derived, data: Derived) -> pd.DataFrame:
    """Return cooling and cost of every hall with the cooling of the plan and the shell of the changed case."""
    plant = base.plant.copy()
    names = plant.index.get_level_values("technology")
    old, new = (
        frame.technologies[["capex_cny", "it_kw"]].astype(float).reindex(names) for frame in (base, data)
    )
    if not old.reset_index(drop=True).equals(new.reset_index(drop=True)):
        cooling = plant["capex"].to_numpy() - old["capex_cny"].to_numpy()
        ratio = (new["it_kw"] / old["it_kw"].where(old["it_kw"] > 0, 1.0)).to_numpy()
        plant["capex"] = new["capex_cny"].to_numpy() + cooling * ratio
    return plant


def _of_cost(desk: _Desk, found: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return what was found with the numbers inside the cost.

    A field of all technologies together bounds each of them, so that only those that can be among the largest are
    looked at one by one.
    """
    tried = [number for number in desk.numbers if number.table not in _TOLD and _counts(number)]
    found = [*found, *(_ends(desk, [number]) for number in tried if number.table != "technologies")]
    capacity = desk.plan.tables["capacity"]
    power = capacity.groupby("technology")["it_mw"].sum()
    fields: dict[str, list[Number]] = {}
    for number in tried:
        if number.table == "technologies" and power.get(number.kind, 0.0) > 0:
            fields.setdefault(number.column, []).append(number)
    for same in fields.values():
        same.sort(key=lambda number: -float(power[number.kind]))
    bounds = sorted(
        ((_ends(desk, same), same) for same in fields.values()), key=lambda pair: -pair[0]["influence"]
    )
    for bound, same in bounds:
        left = float(bound["influence"])
        for number in same:
            if left < _threshold(found, most):
                break
            row = bound if len(same) == 1 else _ends(desk, [number])
            found.append(row)
            left -= float(row["influence"])
    return found


def _threshold(found: list[dict[str, Any]], most: int) -> float:
    """Return the influence below which a number is not among the largest."""
    ranked = sorted((float(row["influence"]) for row in found), reverse=True)
    return ranked[most - 1] if len(ranked) >= most else 0.0


def _counts(number: Number) -> bool:
    return number.column.partition(".")[0] not in _FEASIBLE.get(number.table, frozenset())


def _ends(desk: _Desk, numbers: list[Number]) -> dict[str, Any]:
    """Return the difference of cost at the end that lies further from the value; the other end by proportion."""
    far = {end: sum(_reach(desk.case, number, end) for number in numbers) for end in ("low", "high")}
    end, other = ("low", "high") if far["low"] > far["high"] else ("high", "low")
    if not far[end]:
        return desk.row(numbers[0], "cost", 0.0, 0.0)
    changed = desk.case
    for number in numbers:
        changed = _changed(changed, number, end)
    difference = desk.recounted(changed) - desk.cost
    sides = {end: difference, other: -difference * far[other] / far[end]}
    return desk.row(numbers[0], "cost", sides["low"], sides["high"])


def _reach(case: Case, number: Number, end: str) -> float:
    """Return how far an end lies from the value, relative to it [ratio]; the mean over the rows."""
    if number.table == "technologies":
        quantity = case.technologies[number.kind].quantities[number.column]
        value, side = quantity.value, getattr(quantity, end)
        return abs(side - value) / abs(value) if side is not None and value else 0.0
    rows = number.rows(case)
    values = rows[number.column].astype(float)
    sides = rows[f"{number.column}_{end}"].astype(float).fillna(values)
    return float(((sides - values).abs() / values.abs().where(values.abs() > 0)).fillna(0.0).mean())


def _changed(case: Case, number: Number, end: str) -> Case:
    """Return a case with a number at one end of its range, unchecked: nothing is planned with it."""
    if number.table == "technologies":
        technology = case.technologies[number.kind]
        quantity = technology.quantities[number.column]
        side = getattr(quantity, end)
        moved = quantity.model_copy(update={"value": quantity.value if side is None else side})
        first, _, rest = number.column.partition(".")
        inner = moved if not rest else getattr(technology, first).model_copy(update={rest: moved})
        others = {**case.technologies, number.kind: technology.model_copy(update={first: inner})}
        return dataclasses.replace(case, technologies=FrozenMap(others))
    table, rows = case.table(number.table), number.rows(case)
    side = rows[f"{number.column}_{end}"]
    table.loc[rows.index, number.column] = side.where(side.notna(), rows[number.column])
    frames = {name: case.tables.shared(name) for name in case.tables}
    return dataclasses.replace(case, tables=Tables({**frames, number.table: table}))


def _of_demand(desk: _Desk) -> Iterator[dict[str, Any]]:
    """Yield the numbers of demand: what is spent on a class in a year, by its part of each site's load, times the change."""
    spent = _spent_by_class(desk)
    drivers = {str(row["class_id"]): row for row in desk.case.table("demand_drivers").to_dict("records")}
    for number in desk.numbers:
        if number.table != "demand_drivers" or number.kind not in spent.index:
            continue
        row, money = drivers[number.kind], spent.loc[number.kind]
        ends = {}
        for end in ("low", "high"):
            side = float(row[f"{number.column}_{end}"])
            value = float(row[number.column])
            years = {year: int(year) - int(row["driver_year"]) for year in money.index}
            if number.column == "base_amount":
                change = dict.fromkeys(years, side / value - 1.0 if value else 0.0)
            else:
                change = {year: ((1.0 + side) / (1.0 + value)) ** gone - 1.0 for year, gone in years.items()}
            ends[end] = sum(float(money[year]) * change[year] for year in money.index)
        yield desk.row(number, "demand", ends["low"], ends["high"])


def _spent_by_class(desk: _Desk) -> pd.DataFrame:
    """Return spending by class and year [CNY], each site's by its classes' parts of the IT energy in use."""
    tables, classes = desk.plan.tables, desk.case.table("classes").set_index("class_id")
    hosting = tables.get("hosting")
    costs = tables["costs"]
    if hosting is None or hosting.empty:
        return pd.DataFrame()
    power = pd.Series(0.0, index=hosting.index)
    for unit in classes["unit"].unique():
        rows = hosting["class"].map(classes["unit"]) == unit
        power[rows] = hosting.loc[rows, "technology"].map(desk.base.kw_per_unit(str(unit))).astype(float)
    load = power * hosting["amount"] * hosting["class"].map(classes["load_factor"]).astype(float) * HOURS
    load = load.groupby([hosting["site_id"], hosting["year"], hosting["class"]]).sum()
    part = load / load.groupby(level=[0, 1]).transform("sum")
    money = costs[(costs["site_id"] != "") & (costs["cny"] > 0)].groupby(["site_id", "year"])["cny"].sum()
    frame = part.rename("part").reset_index()
    frame = frame.merge(money.rename("cny").reset_index(), on=["site_id", "year"], how="left").fillna(
        {"cny": 0.0}
    )
    frame["spent"] = frame["part"] * frame["cny"]
    return frame.pivot_table(index="class", columns="year", values="spent", aggfunc="sum", fill_value=0.0)


def _of_limits(desk: _Desk) -> Iterator[dict[str, Any]]:
    """Yield the numbers of limits that bind, by what one per cent of each is worth."""
    worth: dict[tuple[str, str, str], float] = {}
    for item in desk.plan.record.get("binding") or []:
        name, value = str(item["name"]), float(item.get("value_of_one_percent_cny") or 0.0)
        if item["kind"] != "limit" or not value:
            continue
        table, column = _LIMITED.get(name, ("limits", "bound"))
        kind = name if table == "limits" else ""
        worth[table, kind, column] = worth.get((table, kind, column), 0.0) + value
    for number in desk.numbers:
        found = worth.get((number.table, number.kind if number.table == "limits" else "", number.column))
        if found is None or (number.table == "energy_offers" and number.kind != "grid_green"):
            continue
        low, high = (100.0 * _reach(desk.case, number, end) * found for end in ("low", "high"))
        yield desk.row(number, "limit", low, -high)
