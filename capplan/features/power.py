r"""Power: every campus within its contracted connection, every connection within the headroom of its grid node.

For sites *j*, periods *y*, with connection steps of the site's voltage::

    facility_peak[j,y]               <= power_factor * contracted[j,y]          (what is in use)
    diversity * design_peak[j,y]     <= power_factor * capacity[j,y]            (what may come to be used)
    contracted[j,y] <= capacity[j,y] = connection_existing[j] + step_mva * steps[j,y] + brought[j,y]
    connection_existing[j] + step_mva * steps[j,y] <= connection_max[j]
    sum_j step_mva * steps[j,y]      <= headroom[n] + sum_{t <= y} added_mva[n,t]   (sites of grid node n)
    steps[j,y] <= step_limit[j] * line[j,y]                                     (sites where no campus stands)

The capacity charge is paid on what is contracted, which follows the load; lines and transformers come in steps.
`steps` is the integer cumulative number of steps added, zero before the voltage's lead time, which begins in the base
year. `added_mva` is the table of reinforcements. `delay_years` puts off both. `brought` is the connection of announced
projects that are taken; it does not draw on the headroom. Peaks come from ledgers:
fixed overhead per installed kW and a weather-dependent factor per used kW. Edge nodes draw from the local 10 kV grid.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from capplan import finance
from capplan.derived import Derived
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import joined, summed
from capplan.ledgers import lasting
from capplan.messages import Text
from capplan.periods import ascending, before
from capplan.program import Columns, Terms, Tier

_KEYS = ["site_id", "year"]


class PowerParameters(Parameters):
    """How connections are sized and paid for."""

    power_factor: float = Field(
        0.95, gt=0, le=1, description="MW over MVA at the connection [ratio]; grid code"
    )
    diversity: float = Field(
        0.6,
        ge=0,
        le=1,
        description="share of the installed peak that a connection must carry [ratio]; estimate 0.5-0.8",
    )
    lifetime_years: float = Field(
        25.0, gt=0, description="life of lines and transformers [yr]; accounting practice"
    )
    delay_years: float = Field(
        0.0,
        ge=0,
        le=20,
        description="time by which every new connection and reinforcement comes later than stated [yr]",
    )


def connections(context: Context | Outcome | Audit) -> pd.DataFrame:
    """Return every site's connection data: site_id, year, step_mva, limit [steps], costs, headroom node."""
    data, delay = context.data, float(context.parameters.delay_years)
    return data.once(f"power.connections {delay}", lambda: _find_connections(data, delay)).copy()


def _find_connections(data: Derived, delay: float) -> pd.DataFrame:
    sites = data.table("sites").rename(columns={"connection_voltage_kv": "voltage_kv"})
    columns = [
        "site_id",
        "status",
        "grid_node",
        "voltage_kv",
        "connection_existing_mva",
        "connection_max_mva",
        "grid_distance_km",
    ]
    frame = sites[columns].merge(data.table("voltages"), on="voltage_kv")
    numbers = [
        "connection_existing_mva",
        "connection_max_mva",
        "grid_distance_km",
        "step_mva",
        "step_cost_cny",
    ]
    numbers += ["line_cost_cny_per_km", "lead_time_years", "capacity_charge_cny_per_kva_month"]
    frame[numbers] = frame[numbers].astype(float)
    room = (frame["connection_max_mva"] - frame["connection_existing_mva"]) / frame["step_mva"]
    frame["limit"] = np.maximum(np.floor(room + 1e-9), 0.0)
    frame["line_cny"] = frame["line_cost_cny_per_km"] * frame["grid_distance_km"]
    # old rooms have a connection of their own, which is no campus connection
    frame["fresh"] = (frame["connection_existing_mva"] <= 0) | (frame["status"] == "candidate")
    lead = np.ceil(frame["lead_time_years"] + delay - 1e-9)
    frame["first"] = data.base_year + np.maximum(lead, 1).astype(int)
    frame["brought_most"] = frame["site_id"].map(_brought_most(data)).fillna(0.0)
    return (
        frame.merge(pd.DataFrame({"year": data.years}), how="cross").sort_values(_KEYS).reset_index(drop=True)
    )


def _brought_most(data: Derived) -> pd.Series:
    """Return what all announced projects of a site would bring together [MVA], index site_id."""
    projects = data.table("projects")
    return projects["connection_mva"].astype(float).groupby(projects["site_id"]).sum()


def variables(context: Context) -> None:
    """Add connection_steps [steps, cumulative], and line [0 or 1] where no campus has a connection yet, by site and year."""
    frame = connections(context)
    frame["upper"] = np.where(frame["year"] >= frame["first"], frame["limit"], 0.0)
    able = frame[frame["limit"] > 0]
    program = context.program
    program.add_columns(
        "connection_steps", able[_KEYS], unit="step", upper=able["upper"].to_numpy(), integer=True
    )
    fresh = able[able["fresh"]]
    most = frame["connection_existing_mva"] + frame["step_mva"] * frame["upper"] + frame["brought_most"]
    program.add_columns("contracted", frame[_KEYS], unit="MVA", upper=most.to_numpy())
    open_now = (fresh["upper"] > 0).to_numpy(dtype=float)
    program.add_columns("line", fresh[_KEYS], unit="line", upper=open_now, integer=True)


def postings(context: Context) -> None:
    """Post capacity charges, annuities of steps and lines, and their outlay."""
    program, data = context.program, context.data
    frame = connections(context)
    steps, line = program.columns["connection_steps"], program.columns["line"]
    charge = (frame["capacity_charge_cny_per_kva_month"] * 12.0 * 1000.0).to_numpy()
    program.post(
        "cost", frame[_KEYS].assign(term="capacity_charge"), program.columns["contracted"].ids, charge
    )
    facts = frame.set_index(_KEYS)
    for block, field in ((steps, "step_cost_cny"), (line, "line_cny")):
        at = pd.MultiIndex.from_frame(block.index)
        money = facts[field].reindex(at).to_numpy(dtype=float)
        yearly = finance.annuity(money, data.finance_rule.wacc, context.parameters.lifetime_years)
        program.post("cost", block.index.assign(term="connection"), block.ids, yearly)
        spent = block.index.assign(
            technology="connection", life=lasting(context.parameters.lifetime_years)[0]
        )
        program.post("outlay", spent, block.ids, money)
        program.post("outlay", spent, block.find(before(block.index, data.years)), -money)


def constraints(context: Context) -> None:
    """Hold peaks within connections, connections within headroom, steps behind lines."""
    program, data = context.program, context.data
    frame = connections(context)
    steps, line = program.columns["connection_steps"], program.columns["line"]
    for name in ("connection_steps", "line"):
        ascending(program, name, data.years)
    _peaks(context, frame)
    _headroom(context, frame)
    limit = (
        frame.set_index(_KEYS)["limit"].reindex(pd.MultiIndex.from_frame(line.index)).to_numpy(dtype=float)
    )
    place = np.arange(len(line.index))
    terms = [Terms.of(place, steps.find(line.index)), Terms.of(place, line.ids, -limit)]
    program.add_rows("line_open", line.index, terms, unit="step", tier=Tier.PHYSICS, upper=0.0)
    _campus_connected(context, line, frame)


def _campus_connected(context: Context, line: Columns, frame: pd.DataFrame) -> None:
    """Tighten: a campus that is opened where no connection exists or is brought needs a line and at least one step."""
    program = context.program
    opened = program.columns["opened"]
    has = frame.groupby("site_id")[["connection_existing_mva", "brought_most"]].first().sum(axis=1)
    bare = (has.reindex(opened.index["site_id"]) <= 0).to_numpy()
    for name in ("line", "connection_steps"):
        found = program.columns[name].find(opened.index)
        rows = np.flatnonzero((found >= 0) & (line.find(opened.index) >= 0) & bare)
        place = np.arange(len(rows))
        terms = [Terms.of(place, opened.ids[rows]), Terms.of(place, found[rows], -1.0)]
        index = opened.index.iloc[rows]
        program.add_rows(f"campus_{name}", index, terms, unit="campus", tier=Tier.PHYSICS, upper=0.0)


def _peaks(context: Context, frame: pd.DataFrame) -> None:
    program, parameters = context.program, context.parameters
    rows = frame[_KEYS].assign(row=np.arange(len(frame)), campus=True)
    index = frame[_KEYS]
    step = Terms.of(rows["row"], program.columns["connection_steps"].find(rows), -frame["step_mva"])
    contracted = Terms.of(rows["row"], program.columns["contracted"].ids)
    existing = frame["connection_existing_mva"].to_numpy()
    factor = parameters.power_factor
    peak, fixed = program.ledgers["facility_peak"].read(rows.assign(weight=1.0 / factor), len(rows))
    parts = [peak, contracted.scaled(-1.0)]
    program.add_rows("site_contract", index, parts, unit="MVA", tier=Tier.PHYSICS, upper=-fixed)
    design, fixed = program.ledgers["design_peak"].read(
        rows.assign(weight=parameters.diversity / factor), len(rows)
    )
    brought, given = program.ledgers["brought"].read(
        rows.assign(resource="connection_mva", weight=-1.0)[["resource", *_KEYS, "row", "weight"]], len(rows)
    )
    held = [step, brought]
    room = existing - given
    program.add_rows("site_power", index, [contracted, *held], unit="MVA", tier=Tier.RESOURCE, upper=room)
    program.add_rows(
        "site_design_power", index, [design, *held], unit="MVA", tier=Tier.RESOURCE, upper=room - fixed
    )


def _headroom_by_year(context: Context) -> pd.DataFrame:
    """Return what every grid node can take: grid_node, year, headroom_mva [MVA], reinforcements come by then included."""
    data = context.data
    nodes = data.table("grid_nodes")[["grid_node", "headroom_mva"]].merge(
        pd.DataFrame({"year": data.years}), how="cross"
    )
    added = data.table("reinforcements")[["grid_node", "year", "added_mva"]]
    delay = int(np.ceil(context.parameters.delay_years - 1e-9))
    due = (
        added.assign(due=added["year"].astype(int) + delay).drop(columns="year").merge(nodes, on="grid_node")
    )
    sums = due[due["due"] <= due["year"]].groupby(["grid_node", "year"])["added_mva"].sum()
    more = sums.reindex(pd.MultiIndex.from_frame(nodes[["grid_node", "year"]])).fillna(0.0)
    return nodes.assign(headroom_mva=nodes["headroom_mva"].astype(float) + more.to_numpy(dtype=float))


def _headroom(context: Context, frame: pd.DataFrame) -> None:
    program = context.program
    nodes = _headroom_by_year(context)
    nodes = nodes[nodes["grid_node"].isin(frame["grid_node"])].reset_index(drop=True)
    steps = program.columns["connection_steps"]
    facts = frame.set_index(_KEYS).reindex(pd.MultiIndex.from_frame(steps.index)).reset_index()
    place = pd.MultiIndex.from_frame(nodes[["grid_node", "year"]])
    at = place.get_indexer(pd.MultiIndex.from_frame(facts[["grid_node", "year"]]))
    context.add_limit(
        "grid_headroom",
        nodes.rename(columns={"grid_node": "region"})[["region", "year"]],
        Terms.of(at, steps.ids, facts["step_mva"].to_numpy(dtype=float)),
        np.zeros(len(nodes)),
        nodes["headroom_mva"].to_numpy(dtype=float),
        unit="MVA",
        tier=Tier.RESOURCE,
    )


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return contracted connections [MVA] by site and year."""
    frame = connections(outcome)
    added = outcome.block("connection_steps").rename(columns={"value": "steps"})
    lines = outcome.block("line").rename(columns={"value": "line"})
    frame = (
        frame.merge(added, on=_KEYS, how="left")
        .merge(lines, on=_KEYS, how="left")
        .fillna({"steps": 0, "line": 0})
    )
    frame["steps"] = frame["steps"].astype(float).round().astype(int)
    frame["line"] = frame["line"].astype(float).round().astype(int)
    book = outcome.program.ledgers["brought"].evaluate(outcome.values)
    book = book[book["resource"] == "connection_mva"].rename(columns={"value": "brought_mva"})
    frame = frame.merge(book[[*_KEYS, "brought_mva"]], on=_KEYS, how="left").fillna({"brought_mva": 0.0})
    frame["capacity_mva"] = (
        frame["connection_existing_mva"] + frame["steps"] * frame["step_mva"] + frame["brought_mva"]
    )
    signed = outcome.block("contracted").rename(columns={"value": "contracted_mva"})
    kept = frame[(frame["capacity_mva"] > 0) | (frame["line"] > 0)].merge(signed, on=_KEYS)
    columns = [
        "site_id",
        "year",
        "grid_node",
        "voltage_kv",
        "steps",
        "line",
        "capacity_mva",
        "contracted_mva",
    ]
    return {"connections": kept[columns]}


def recount(audit: Audit) -> None:
    """Recount charges, annuities and outlays from the table of connections."""
    data = audit.data
    facts = connections(audit)
    table = audit.tables["connections"]
    keys = table[_KEYS]
    own = keys.merge(facts, on=_KEYS, how="left")
    charge = own["capacity_charge_cny_per_kva_month"].to_numpy(dtype=float) * 12.0 * 1000.0
    audit.post(
        "cost", keys.assign(term="capacity_charge"), charge * table["contracted_mva"].to_numpy(dtype=float)
    )
    for field, amount in (("step_cost_cny", table["steps"]), ("line_cny", table["line"])):
        money = own[field].to_numpy(dtype=float) * amount.to_numpy(dtype=float)
        yearly = finance.annuity(money, data.finance_rule.wacc, audit.parameters.lifetime_years)
        audit.post("cost", keys.assign(term="connection"), yearly)
        spent = keys.assign(technology="connection", life=lasting(audit.parameters.lifetime_years)[0])
        audit.post("outlay", spent, money)
        later = dict(zip(data.years[:-1], data.years[1:], strict=True))
        moved = spent.assign(year=keys["year"].map(later))
        going = moved["year"].notna().to_numpy()
        audit.post("outlay", moved[going].astype({"year": int}), -money[going])


def _brought(audit: Audit, keys: pd.DataFrame) -> np.ndarray:
    """Return the connection that announced projects bring to sites by year [MVA], shape of keys."""
    book = audit.ledger("brought", ["resource", *_KEYS])
    found = keys.merge(book[book["resource"] == "connection_mva"], on=_KEYS, how="left")["value"]
    return found.fillna(0.0).to_numpy(dtype=float)


def _room(audit: Audit, new: pd.DataFrame) -> list[float]:
    """Return what the grid node of each row can take in its year [MVA], shape of new."""
    stated = audit.data.table("grid_nodes").set_index("grid_node")["headroom_mva"].astype(float)
    added = audit.data.table("reinforcements")
    delay = int(np.ceil(audit.parameters.delay_years - 1e-9))
    return [
        stated[node]
        + added.loc[(added["grid_node"] == node) & (added["year"] <= year - delay), "added_mva"].sum()
        for node, year in zip(new["grid_node"], new["year"], strict=True)
    ]


def check(audit: Audit) -> None:
    """Check steps, lines, peaks and headroom."""
    facts = connections(audit)
    table = audit.tables["connections"][[*_KEYS, "steps", "line", "capacity_mva", "contracted_mva"]]
    numbers = {"steps": 0, "line": 0, "capacity_mva": 0.0, "contracted_mva": 0.0}
    both = joined(facts, table, _KEYS).fillna(numbers)
    keys = both[_KEYS]
    places = ["grid_node", "voltage_kv"]
    stated = audit.tables["connections"][[*_KEYS, *places]]
    stated = stated.merge(facts[[*_KEYS, *places]], on=_KEYS, how="left", suffixes=("", "_true"))
    audit.same("connections_grid_node", stated[_KEYS], stated["grid_node"], stated["grid_node_true"])
    audit.equal(
        "connections_voltage", stated[_KEYS], stated["voltage_kv"], stated["voltage_kv_true"].astype(float)
    )
    steps = both["steps"].to_numpy(dtype=float)
    audit.equal(
        "connection_capacity",
        keys,
        both["capacity_mva"],
        both["connection_existing_mva"] + steps * both["step_mva"] + _brought(audit, keys),
    )
    audit.at_most("connection_contracted", keys, both["contracted_mva"], both["capacity_mva"])
    allowed = np.where(both["year"] >= both["first"], both["limit"], 0.0)
    audit.at_most("connection_steps_within_limit", keys, steps, allowed)
    earlier = both.groupby("site_id")[["steps", "line"]].shift(fill_value=0)
    audit.at_most("connection_steps_ascending", keys, earlier["steps"], both["steps"])
    audit.at_most("line_ascending", keys, earlier["line"], both["line"])
    needed = (both["fresh"] & (both["steps"] > 0)).astype(float)
    audit.at_most("line_open", keys, needed, both["line"])
    for name, weight, column in (
        ("facility_peak", 1.0, "contracted_mva"),
        ("design_peak", audit.parameters.diversity, "capacity_mva"),
    ):
        peak = audit.ledger(name, ["site_id", "year", "campus"])
        peak = peak[peak["campus"].astype(bool)].merge(both[[*_KEYS, column]], on=_KEYS, how="left")
        room = peak[column].fillna(0.0) * audit.parameters.power_factor
        audit.at_most(f"connection_{name}", peak[_KEYS], peak["value"] * weight, room)
    new = summed(both.assign(mva=steps * both["step_mva"]), ["grid_node", "year"], "mva")
    new["headroom_mva"] = _room(audit, new)
    step = both[both["limit"] > 0].groupby("grid_node")["step_mva"].min()
    audit.limit(
        "grid_headroom",
        new.rename(columns={"grid_node": "region"}),
        new["mva"],
        new["headroom_mva"],
        unit="MVA",
        step=new["grid_node"].map(step).fillna(0.0),
    )


FEATURE = Feature(
    name="power",
    title=Text(zh="园区接入与电网余量", en="Campus connections and grid headroom"),
    parameters=PowerParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
)
