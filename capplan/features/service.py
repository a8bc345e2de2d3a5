r"""Demand and service: every class of every zone is served over paths whose latency passes.

For commodities *c* (zones of one class that share an access node, the sites they can reach in time, an obligation and
a revenue: nothing tells them apart in cost or feasibility, so they are one), sites *j*, technologies *f*, periods *y*::

    sum_j serve[c,j,y] = demand[c,y]                       (must; <= for optional demand from outside)
    sum_c serve[c,j,y] = sum_f load[j,f,k,y]               (classes k of the commodities)
    sum_k load[j,f,k,y] + copies <= utilisation_cap[f] * per_module[f] * installed[j,f,y]   (by unit)
    sum_units hosted / (utilisation_cap[f] * per_module[f]) <= installed[j,f,y]     (halls that hold several units)

Arcs whose latency exceeds the class limit do not exist. Bandwidth is bought between access nodes, by trunk km. The
plan's `service` table gives each zone of a commodity its share of every flow.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field

from capplan.derived import UNITS, Derived, LatencyRule
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import negligible, outer, summed
from capplan.ledgers import post_load, recount_load
from capplan.messages import Text
from capplan.program import Terms, Tier

_LOAD = ["site_id", "technology", "class_id", "year"]
_FEW_SITES = 12


class ServiceParameters(LatencyRule, Parameters):
    """Latency rule and the price of bandwidth."""

    bandwidth_cny_per_gbps_km_year: float = Field(
        120.0, ge=0, description="leased trunk capacity [CNY/(Gbit/s km yr)]; estimate, 60 to 300"
    )
    served_share: dict[str, dict[str, dict[int, Annotated[float, Field(ge=0, le=1)]]]] = Field(
        default_factory=dict,
        description="share of the must demand of a class that is served, by class, region or zone, and year [ratio]; "
        "1 where none is given, and where several hold they multiply",
    )
    reach_sites: int | None = Field(
        None,
        ge=1,
        description="most sites of a kind that a zone is served from, the nearest in time: of all, of those with a"
        " campus, of those with green power of their own; without it all in time [-]",
    )


def variables(context: Context) -> None:
    """Add serve and load [unit of the class], by commodity and site, and by site, technology and class, and year."""
    data = context.data
    frame, arcs = data.commodities
    wanted = summed(frame, ["commodity", "class_id", "year"], "amount")
    flows = wanted.merge(arcs, on=["commodity", "class_id", "year"])
    context.program.add_columns(
        "serve",
        flows[["commodity", "class_id", "site_id", "year"]],
        unit="unit",
        upper=flows["amount"].to_numpy(),
    )
    context.program.add_columns("load", _places(data, demanded=set(frame["class_id"])), unit="unit")


def _places(data: Derived, demanded: set[str]) -> pd.DataFrame:
    pairs = data.site_technologies[["site_id", "technology"]].merge(data.hosting)
    pairs = pairs[pairs["class_id"].isin(demanded)]
    return pairs[["site_id", "technology", "class_id"]].merge(pd.DataFrame({"year": data.years}), how="cross")


def class_factors(data: Derived, labels: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what one unit of service draws.

    Parameters
    ----------
    data
        What follows from the case.
    labels
        technology, class_id, shape (n, ...).

    Returns
    -------
    tuple of ndarray
        Rated IT power [kW/unit], mean and peak IT power over the rated [ratio], each of shape (n,).
    """
    classes = data.table("classes").set_index("class_id")
    units = classes["unit"].reindex(labels["class_id"])
    rated = np.zeros(len(labels))
    for unit in sorted(set(units)):
        rows = (units == unit).to_numpy()
        rated[rows] = data.kw_per_unit(str(unit)).reindex(labels["technology"]).to_numpy()[rows]
    mean = classes["load_factor"].astype(float).reindex(labels["class_id"]).to_numpy()
    peak = classes["peak_factor"].astype(float).reindex(labels["class_id"]).to_numpy()
    return rated, mean, peak


def postings(context: Context) -> None:
    """Post energy, bandwidth, revenue, hosted amounts and latency."""
    program, data = context.program, context.data
    load, serve = program.columns["load"], program.columns["serve"]
    post_load(context, load.index, load.ids, *class_factors(data, load.index))
    units = data.table("classes").set_index("class_id")["unit"]
    program.post("hosted", load.index.assign(unit=load.index["class_id"].map(units)), load.ids)
    frame, arcs = data.commodities
    flows = serve.index.merge(arcs, on=["commodity", "class_id", "year", "site_id"], how="left")
    price = flows["class_id"].map(_bandwidth_price(data, context.parameters)).to_numpy(dtype=float)
    each = price * flows["trunk_km"].to_numpy(dtype=float)
    program.post("cost", flows.assign(term="network"), serve.ids, each)
    program.post("latency", flows, serve.ids, flows["latency_ms"])
    paid = frame.drop_duplicates(["commodity", "year"])[["commodity", "year", "revenue_cny_per_unit_year"]]
    revenue = flows.merge(paid, on=["commodity", "year"], how="left")["revenue_cny_per_unit_year"].astype(
        float
    )
    program.post("cost", flows.assign(term="outside_revenue"), serve.ids, -revenue)


def _bandwidth_price(data: Derived, parameters: Any) -> pd.Series:
    """Return the price of carrying one unit over one km [CNY/(unit km yr)], index class_id."""
    gbps = data.table("classes").set_index("class_id")["gbps_per_unit"].astype(float)
    return gbps * float(parameters.bandwidth_cny_per_gbps_km_year)


def constraints(context: Context) -> None:
    """Meet demand, balance service and load, hold load within capacity."""
    program = context.program
    _demand(context)
    load, serve = program.columns["load"], program.columns["serve"]
    keys = ["site_id", "class_id", "year"]
    places = load.index[keys].drop_duplicates().reset_index(drop=True)
    number = pd.MultiIndex.from_frame(places)
    terms = [
        Terms.of(number.get_indexer(pd.MultiIndex.from_frame(load.index[keys])), load.ids),
        Terms.of(number.get_indexer(pd.MultiIndex.from_frame(serve.index[keys])), serve.ids, -1.0),
    ]
    program.add_rows("service_balance", places, terms, unit="unit", tier=Tier.PHYSICS, lower=0.0, upper=0.0)
    _capacity(context)
    _links(context)


def _demand(context: Context) -> None:
    program = context.program
    frame, _ = context.data.commodities
    rows = summed(frame, ["commodity", "class_id", "year", "obligation"], "amount")
    zones = frame.sort_values("zone_id").groupby("commodity")["zone_id"].first()
    rows = rows.assign(zone_id=rows["commodity"].map(zones))
    serve = program.columns["serve"]
    place = pd.MultiIndex.from_frame(rows[["commodity", "year"]])
    at = place.get_indexer(pd.MultiIndex.from_frame(serve.index[["commodity", "year"]]))
    must = (rows["obligation"] == "must").to_numpy()
    amount = rows["amount"].to_numpy(dtype=float)
    program.add_rows(
        "demand",
        rows[["commodity", "zone_id", "class_id", "year"]],
        [Terms.of(at, serve.ids)],
        unit="unit",
        tier=Tier.SERVICE,
        lower=np.where(must, amount, 0.0),
        upper=amount,
    )


def _capacity(context: Context) -> None:
    program, data = context.program, context.data
    installed = program.columns["installed"]
    units = _units(data)
    rows = (
        installed.index.merge(units)
        .sort_values(["site_id", "technology", "unit", "year"])
        .reset_index(drop=True)
    )
    rows = rows[["site_id", "technology", "unit", "year"]]
    terms, constant = program.ledgers["hosted"].read(rows.assign(row=np.arange(len(rows))), len(rows))
    held = _holding(data, rows)
    room = Terms.of(np.arange(len(rows)), installed.find(rows), -held)
    program.add_rows("capacity", rows, [terms, room], unit="unit", tier=Tier.PHYSICS, upper=-constant)
    _shared_capacity(context, rows.assign(weight=1.0 / np.where(held > 0, held, np.inf)))


def _units(data: Derived) -> pd.DataFrame:
    """Return the units of what each technology may hold, service or copies: technology, unit."""
    takers = data.technologies.index[data.technologies["copies"].astype(bool)]
    copies = [(name, unit) for name in takers for unit in UNITS if data.per_module(unit)[name] > 0]
    both = pd.concat(
        [data.hosting[["technology", "unit"]], pd.DataFrame(copies, columns=["technology", "unit"])]
    )
    return both.drop_duplicates().sort_values(["technology", "unit"]).reset_index(drop=True)


def _shared_capacity(context: Context, rows: pd.DataFrame) -> None:
    """Hold technologies that hold several units to one hall: the parts in use of each unit sum to what is installed."""
    several = rows[rows.groupby(["site_id", "technology", "year"])["unit"].transform("nunique") > 1]
    if not len(several):
        return
    program = context.program
    keys = ["site_id", "technology", "year"]
    index = several[keys].drop_duplicates().reset_index(drop=True)
    mapping = several.merge(index.reset_index(names="row"), on=keys)
    terms, constant = program.ledgers["hosted"].read(mapping, len(index))
    room = Terms.of(np.arange(len(index)), program.columns["installed"].find(index), -1.0)
    program.add_rows(
        "capacity_shared", index, [terms, room], unit="module", tier=Tier.PHYSICS, upper=-constant
    )


def _links(context: Context) -> None:
    """Tighten: where nothing stands, a commodity smaller than any module is served only if a module stands.

    ``serve[c,j,y] <= demand[c,y] * sum_f installed[j,f,y]`` is implied for whole modules, and cuts fractions of them.
    It is written for commodities that few sites can serve: for the others it hardly lifts the bound (measured: 0.004 %
    for forty times the rows).
    """
    program, data = context.program, context.data
    serve, installed = program.columns["serve"], program.columns["installed"]
    hosts = data.site_technologies.merge(data.hosting)
    held = _holding(data, hosts)
    fresh = (
        hosts.assign(held=held)
        .groupby(["site_id", "class_id"], as_index=False)
        .agg(stood=("existing", "sum"), smallest=("held", "min"))
    )
    flows = serve.index.assign(column=serve.ids, demand=program.upper(serve))
    flows = flows.merge(fresh, on=["site_id", "class_id"])
    reached = flows.groupby(["commodity", "year"])["site_id"].transform("size")
    flows = flows[(reached <= _FEW_SITES) & (flows["demand"] < flows["smallest"])].reset_index(drop=True)
    flows["row"] = np.arange(len(flows))
    modules = flows.merge(hosts[["site_id", "class_id", "technology"]], on=["site_id", "class_id"])
    terms = [
        Terms.of(flows["row"], flows["column"]),
        Terms.of(modules["row"], installed.find(modules), -modules["demand"]),
    ]
    index = flows[["commodity", "class_id", "site_id", "year"]]
    program.add_rows("service_link", index, terms, unit="unit", tier=Tier.PHYSICS, upper=0.0)


def _holding(data: Derived, rows: pd.DataFrame) -> np.ndarray:
    """Return what one module may hold [unit/module] for rows of (technology, unit), the utilisation cap applied."""
    held = np.zeros(len(rows))
    for unit in sorted(set(rows["unit"])):
        here = (rows["unit"] == unit).to_numpy()
        held[here] = data.per_module(str(unit)).reindex(rows["technology"]).to_numpy()[here]
    return held * data.technologies["utilisation_cap"].astype(float).reindex(rows["technology"]).to_numpy()


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return service by zone, and hosting by technology."""
    data = outcome.data
    flows = outcome.block("serve").rename(columns={"value": "flow"})
    flows = flows[~negligible(flows["flow"])]
    frame, _ = data.commodities
    keys = ["commodity", "class_id", "year"]
    detail = flows.merge(frame[[*keys, "zone_id", "share"]], on=keys)
    detail["amount"] = detail["flow"] * detail["share"]
    detail = summed(detail, ["zone_id", "class_id", "site_id", "year"], "amount")
    detail = data.with_paths(detail)
    classes = data.table("classes")[["class_id", "unit", "latency_limit_ms"]]
    service = detail.merge(classes, on="class_id").rename(columns={"class_id": "class"})
    hosting = outcome.block("load").rename(columns={"value": "amount", "class_id": "class"})
    hosting = hosting[~negligible(hosting["amount"])].assign(copies=False)
    columns = [
        "zone_id",
        "class",
        "site_id",
        "year",
        "amount",
        "unit",
        "route_km",
        "latency_ms",
        "latency_limit_ms",
    ]
    return {"service": service[[*columns, "trunk_km"]], "hosting": hosting}


def _primary(audit: Audit) -> pd.DataFrame:
    hosting = audit.tables["hosting"]
    own = hosting[~hosting["copies"].astype(bool)]
    return own.rename(columns={"class": "class_id"})


def recount(audit: Audit) -> None:
    """Recount energy, bandwidth, revenue and hosted amounts."""
    data, service = audit.data, audit.tables["service"].rename(columns={"class": "class_id"})
    own = _primary(audit)
    amount = own["amount"].to_numpy(dtype=float)
    recount_load(audit, own[["site_id", "technology", "year"]], amount, *class_factors(data, own))
    units = data.table("classes").set_index("class_id")["unit"]
    hosted = own.assign(unit=own["class_id"].map(units))
    audit.post("hosted", hosted[["site_id", "technology", "unit", "year"]], amount)
    price = service["class_id"].map(_bandwidth_price(data, audit.parameters)).to_numpy(dtype=float)
    paths = _path_of(data, service)
    served = service["amount"].to_numpy(dtype=float)
    keys = service[["year", "site_id"]]
    audit.post("cost", keys.assign(term="network"), served * price * paths["trunk_km"].to_numpy())
    audit.post("cost", keys.assign(term="outside_revenue"), -served * _mean_revenue(audit, service))


def _path_of(data: Derived, service: pd.DataFrame) -> pd.DataFrame:
    """Return the path of every row of (zone_id, site_id); numbers are missing where there is none."""
    pairs = service[["zone_id", "site_id"]].reset_index(names="row")
    found = data.with_paths(pairs).drop(columns=["zone_id", "site_id"])
    return pairs.merge(found, on="row", how="left")


def _mean_revenue(audit: Audit, service: pd.DataFrame) -> np.ndarray:
    """Return revenue per unit served [CNY/unit] of each row: must demand is served first, then the best paid."""
    keys = ["zone_id", "class_id", "year"]
    demand = audit.data.demand.sort_values(
        ["obligation", "revenue_cny_per_unit_year"], ascending=[True, False]
    )
    served = summed(service, keys, "amount").rename(columns={"amount": "served"})
    frame = demand.merge(served, on=keys)
    before = frame.groupby(keys)["amount"].cumsum() - frame["amount"]
    taken = np.clip(frame["served"] - before, 0.0, frame["amount"])
    frame["money"] = taken * frame["revenue_cny_per_unit_year"].astype(float)
    mean = frame.groupby(keys, as_index=False).agg(money=("money", "sum"), served=("served", "first"))
    mean["each"] = mean["money"] / mean["served"].where(mean["served"] > 0)
    return service[keys].merge(mean, on=keys, how="left")["each"].fillna(0.0).to_numpy()


def check(audit: Audit) -> None:
    """Check demand, latency, the columns of service, hosting and capacity."""
    data, service = audit.data, audit.tables["service"].rename(columns={"class": "class_id"})
    keys = ["zone_id", "class_id", "year"]
    wide = data.demand.pivot_table(
        index=keys, columns="obligation", values="amount", aggfunc="sum", fill_value=0.0
    )
    wide = wide.reindex(columns=["must", "optional"], fill_value=0.0).reset_index()
    served = summed(service, keys, "amount")
    both = outer(wide, served, keys)
    audit.at_most("demand_met", both[keys], both["must"], both["amount"])
    audit.at_most("demand_not_exceeded", both[keys], both["amount"], both["must"] + both["optional"])
    _check_paths(audit, service)
    _check_hosting(audit, service)


def _check_paths(audit: Audit, service: pd.DataFrame) -> None:
    data = audit.data
    labels = service[["zone_id", "class_id", "site_id", "year"]]
    true = _path_of(data, service)
    for column in ("route_km", "trunk_km", "latency_ms"):
        audit.equal(f"service_{column}", labels, service[column], true[column])
    limit = data.table("classes").set_index("class_id")["latency_limit_ms"].astype(float)
    expected = service["class_id"].map(limit).fillna(np.inf).to_numpy(dtype=float)
    stated = service["latency_limit_ms"].astype(float).fillna(np.inf).to_numpy()
    bounded = np.isfinite(expected) | np.isfinite(stated)
    audit.equal("service_latency_limit", labels[bounded], stated[bounded], expected[bounded])
    audit.at_most("latency", labels[bounded], true["latency_ms"].to_numpy()[bounded], expected[bounded])
    units = data.table("classes").set_index("class_id")["unit"]
    same = (service["unit"] == service["class_id"].map(units)).astype(float)
    audit.equal("service_unit", labels, same, np.ones(len(labels)))


def _check_hosting(audit: Audit, service: pd.DataFrame) -> None:
    data, own = audit.data, _primary(audit)
    keys = ["site_id", "class_id", "year"]
    left = summed(service, keys, "amount")
    right = summed(own, keys, "amount").rename(columns={"amount": "hosted"})
    both = outer(left, right, keys)
    audit.equal("service_balance", both[keys], both["amount"], both["hosted"])
    able = own.merge(data.hosting.assign(able=1.0), on=["technology", "class_id"], how="left")["able"].fillna(
        0.0
    )
    audit.equal("hosting_able", own[_LOAD], able, np.ones(len(own)))
    held = audit.ledger("hosted", ["site_id", "technology", "unit", "year"]).rename(
        columns={"value": "hosted"}
    )
    capacity = audit.tables["capacity"][["site_id", "technology", "year", "modules"]]
    both = held.merge(capacity, how="left").fillna({"modules": 0.0})
    room = both["modules"].to_numpy(dtype=float) * _holding(data, both)
    audit.at_most("capacity", both[["site_id", "technology", "unit", "year"]], both["hosted"], room)
    each = _holding(data, both)
    both["part"] = both["hosted"] / np.where(each > 0, each, np.inf)
    shared = both.groupby(["site_id", "technology", "year"], as_index=False).agg(
        part=("part", "sum"), modules=("modules", "first")
    )
    audit.at_most(
        "capacity_shared", shared[["site_id", "technology", "year"]], shared["part"], shared["modules"]
    )


FEATURE = Feature(
    name="service",
    title=Text(zh="需求、服务与时延", en="Demand, service and latency"),
    parameters=ServiceParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
)
