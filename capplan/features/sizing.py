r"""Modular halls over the periods: what stands, what is built, what is retired.

For every site *j*, technology *f* and period *y*::

    installed[j,f,y] = existing[j,f] + count[j,f,y] - retired[j,f,y] + (what other features post to `modules`)
    count[j,f,y] >= count[j,f,y-1],  count[j,f,y] >= committed[j,f,y]
    retired[j,f,y] >= retired[j,f,y-1]

`count` is the integer cumulative number of modules commissioned, zero before the lead time has passed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from capplan import finance
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import joined, negligible
from capplan.ledgers import lasting, post_idle, recount_idle
from capplan.messages import Text
from capplan.periods import ascending, before, cumulative, steps
from capplan.program import Terms, Tier

_KEYS = ["site_id", "technology", "year"]
_ACTIONS = ("build", "committed", "project", "retire", "retrofit")
_METRICS = ("standard_racks", "pflops_fp16", "pflops_fp64", "edge_nodes", "dr_centres")


class SizingParameters(Parameters):
    """Cost of closing a hall."""

    retire_cost_share: float = Field(
        0.02,
        ge=0,
        le=1,
        description="cost of closing a module over its capital cost [ratio]; estimate, 0 to 0.05",
    )


def _frame(context: Context | Outcome | Audit) -> pd.DataFrame:
    """Return pairs x years with existing, committed by then, limit and earliest year."""
    data = context.data
    years = pd.DataFrame({"year": data.years})
    frame = data.site_technologies.drop(columns="committed").merge(years, how="cross")
    frame = frame.merge(data.committed.rename(columns={"modules": "committed"}), how="left")
    frame["committed"] = frame["committed"].fillna(0.0)
    return frame


def variables(context: Context) -> None:
    """Add installed, count and retired [modules], by site, technology and year."""
    frame = _frame(context)
    program = context.program
    program.add_columns("installed", frame[_KEYS], unit="module")
    built = frame[frame["limit"] > 0]
    ready = built["year"] >= built["earliest"]
    program.add_columns(
        "count",
        built[_KEYS],
        unit="module",
        lower=built["committed"].to_numpy(),
        upper=np.where(ready, built["limit"], built["committed"]),
        integer=True,
    )
    stock = frame[frame["existing"] > 0]
    program.add_columns(
        "retired", stock[_KEYS], unit="module", upper=stock["existing"].to_numpy(), integer=True
    )


def postings(context: Context) -> None:
    """Post modules, metrics, costs, outlays and builds."""
    program, data = context.program, context.data
    frame = _frame(context)
    installed = program.columns["installed"]
    _post_metrics(context)
    post_idle(context, installed.index, installed.ids)
    yearly = data.technologies[["fom_cny_per_year", "it_fom_cny_per_year"]].astype(float)
    for term, field in (("fixed_operation", "fom_cny_per_year"), ("it_operation", "it_fom_cny_per_year")):
        amount = yearly[field].reindex(installed.index["technology"]).to_numpy()
        program.post("cost", installed.index.assign(term=term), installed.ids, amount)
    program.post_constant("modules", frame[_KEYS], frame["existing"])
    count, retired = program.columns["count"], program.columns["retired"]
    program.post("modules", count.index, count.ids, 1.0)
    program.post("modules", retired.index, retired.ids, -1.0)
    for term, amount in _annuities(context, count.index).items():
        program.post("cost", count.index.assign(term=term), count.ids, amount)
    rate = data.finance_rule.wacc
    closing = context.parameters.retire_cost_share * _capex(context, retired.index)
    life = data.technologies["lifetime_years"].astype(float).reindex(retired.index["technology"]).to_numpy()
    program.post(
        "cost", retired.index.assign(term="retirement"), retired.ids, finance.annuity(closing, rate, life)
    )
    _post_builds(context)


def _post_metrics(context: Context) -> None:
    program = context.program
    installed, count = program.columns["installed"], program.columns["count"]
    for metric in _METRICS:
        program.post(metric, installed.index, installed.ids, _per_module(context, metric, installed.index))
    added = _per_module(context, "standard_racks", count.index)
    program.post("standard_racks_added", count.index, count.ids, added)
    land = _per_module(context, "land_ha", installed.index)
    program.post("land_ha", installed.index, installed.ids, land)


def _post_builds(context: Context) -> None:
    """Post what is spent and commissioned in each period: the step of `count` from the period before."""
    program, data = context.program, context.data
    count = program.columns["count"]
    labels = count.index
    previous = count.find(before(labels, data.years))
    spans = data.spans.reindex(labels["year"]).to_numpy(dtype=float)
    racks = _per_module(context, "standard_racks", labels)
    program.post("build_racks_per_year", labels, count.ids, racks / spans)
    program.post("build_racks_per_year", labels, previous, -racks / spans)
    for life, money in _outlays(context, labels):
        program.post("outlay", labels.assign(life=life), count.ids, money)
        program.post("outlay", labels.assign(life=life), previous, -money)


def _per_module(context: Context | Audit, field: str, labels: pd.DataFrame) -> np.ndarray:
    return context.data.technologies[field].astype(float).reindex(labels["technology"]).to_numpy()


def _capex(context: Context | Audit | Outcome, labels: pd.DataFrame) -> np.ndarray:
    pairs = pd.MultiIndex.from_frame(labels[["site_id", "technology"]])
    return context.data.plant["capex"].reindex(pairs).to_numpy(dtype=float)


def _outlays(context: Context | Audit, labels: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return what a built module costs overnight [CNY/module], shell and plant first, with the life of each."""
    shell, equipment = _capex(context, labels), _per_module(context, "it_capex_cny", labels)
    lives = [_per_module(context, name, labels) for name in ("lifetime_years", "it_lifetime_years")]
    return [(lasting(lives[0]), shell), (lasting(np.maximum(lives[1], 1.0)), equipment)]


def _annuities(context: Context | Audit, labels: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the yearly cost of a built module [CNY/yr] by term: shell and plant, IT equipment."""
    rate = context.data.finance_rule.wacc
    life = _per_module(context, "lifetime_years", labels)
    it_life = _per_module(context, "it_lifetime_years", labels)
    it_money = _per_module(context, "it_capex_cny", labels)
    return {
        "capital": finance.annuity(_capex(context, labels), rate, life),
        "it_equipment": np.where(
            it_money > 0, finance.annuity(it_money, rate, np.maximum(it_life, 1.0)), 0.0
        ),
    }


def constraints(context: Context) -> None:
    """Close the balance of modules and order the years."""
    program = context.program
    installed = program.columns["installed"]
    mapping = installed.index.assign(row=np.arange(len(installed.index)))
    terms, constant = program.ledgers["modules"].read(mapping, len(mapping))
    own = Terms.of(mapping["row"], installed.ids, -1.0)
    program.add_rows(
        "installed",
        installed.index,
        [terms, own],
        unit="module",
        tier=Tier.PHYSICS,
        lower=-constant,
        upper=-constant,
    )
    for name in ("count", "retired"):
        ascending(program, name, context.data.years)


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return capacity, and the builds and retirements of this feature."""
    data = outcome.data
    stock = outcome.block("installed").rename(columns={"value": "modules"})
    stock = stock[~negligible(stock["modules"])]
    sites = data.table("sites")[["site_id", "prefecture_adcode"]]
    stock = stock.merge(sites)
    stock["modules"] = stock["modules"].round().astype(int)
    for metric in ("standard_racks", "pflops_fp16", "pflops_fp64"):
        stock[metric] = stock["modules"] * data.technologies[metric].reindex(stock["technology"]).to_numpy(
            dtype=float
        )
    it_kw = data.technologies["it_kw"].reindex(stock["technology"]).to_numpy(dtype=float)
    stock["it_mw"] = stock["modules"] * it_kw / 1000.0
    return {"capacity": stock, "builds": _builds(outcome)}


def _builds(outcome: Outcome) -> pd.DataFrame:
    columns = ["site_id", "technology", "year", "modules", "action", "capex_cny"]
    parts = [pd.DataFrame(columns=columns)]
    count = outcome.block("count")
    if len(count):
        changes = steps(count, outcome.data.years)
        given = outcome.data.committed.rename(columns={"modules": "value"})
        promised = steps(given, outcome.data.years) if len(given) else given.assign(modules=[])
        both = changes.merge(
            promised.rename(columns={"modules": "promised"})[[*_KEYS, "promised"]], how="left"
        )
        both["promised"] = np.minimum(both["promised"].fillna(0.0), both["modules"])
        money = (
            _capex(outcome, both)
            + outcome.data.technologies["it_capex_cny"].astype(float).reindex(both["technology"]).to_numpy()
        )
        for action, modules in (
            ("committed", both["promised"]),
            ("build", both["modules"] - both["promised"]),
        ):
            part = both.assign(modules=modules, action=action, capex_cny=modules * money)
            parts.append(part.loc[part["modules"] > 0, columns])
    retired = outcome.block("retired")
    if len(retired):
        part = steps(retired, outcome.data.years).assign(action="retire", capex_cny=0.0)
        parts.append(part[columns])
    frame = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return frame.assign(modules=frame["modules"].astype(float).round().astype(int))


def recount(audit: Audit) -> None:
    """Recount metrics [their units], costs [CNY/yr] and outlays [CNY] from capacity and builds."""
    capacity = audit.tables["capacity"]
    labels = capacity[_KEYS]
    modules = capacity["modules"].to_numpy(dtype=float)
    for metric in _METRICS:
        audit.post(metric, labels, modules * _per_module(audit, metric, labels))
    audit.post("land_ha", labels, modules * _per_module(audit, "land_ha", labels))
    recount_idle(audit, labels, modules)
    audit.post(
        "cost",
        labels.assign(term="fixed_operation"),
        modules * _per_module(audit, "fom_cny_per_year", labels),
    )
    audit.post(
        "cost",
        labels.assign(term="it_operation"),
        modules * _per_module(audit, "it_fom_cny_per_year", labels),
    )
    built = _built(audit)
    number = built["modules"].to_numpy(dtype=float)
    for term, amount in _annuities(audit, built).items():
        audit.post("cost", built[["site_id", "year"]].assign(term=term), number * amount)
    audit.post("standard_racks_added", built[_KEYS], number * _per_module(audit, "standard_racks", built))
    _recount_steps(audit)
    _recount_modules(audit)


def _recount_modules(audit: Audit) -> None:
    builds, frame = audit.tables["builds"], _frame(audit)
    audit.post("modules", frame[_KEYS], frame["existing"])
    for actions, sign in ((["build", "committed"], 1.0), (["retire"], -1.0)):
        moved = cumulative(builds[builds["action"].isin(actions)], _KEYS, audit.data.years)
        audit.post("modules", moved[_KEYS], sign * moved["modules"].to_numpy(dtype=float))


def _recount_steps(audit: Audit) -> None:
    builds = audit.tables["builds"]
    new = builds[builds["action"].isin(["build", "committed"])]
    spans = audit.data.spans.reindex(new["year"]).to_numpy(dtype=float)
    racks = new["modules"].to_numpy(dtype=float) * _per_module(audit, "standard_racks", new)
    audit.post("build_racks_per_year", new[_KEYS], racks / spans)
    for life, money in _outlays(audit, new):
        audit.post("outlay", new[_KEYS].assign(life=life), new["modules"].to_numpy(dtype=float) * money)
    gone = cumulative(builds[builds["action"] == "retire"], _KEYS, audit.data.years)
    closing = audit.parameters.retire_cost_share * _capex(audit, gone)
    annuity = finance.annuity(
        closing, audit.data.finance_rule.wacc, _per_module(audit, "lifetime_years", gone)
    )
    audit.post("cost", gone.assign(term="retirement")[["term", "year", "site_id"]], gone["modules"] * annuity)


def _built(audit: Audit) -> pd.DataFrame:
    builds = audit.tables["builds"]
    return cumulative(builds[builds["action"].isin(["build", "committed"])], _KEYS, audit.data.years)


def check(audit: Audit) -> None:
    """Check the balance of modules, lead times, limits, commitments and every column of capacity and builds."""
    capacity, builds = audit.tables["capacity"], audit.tables["builds"]
    expected = audit.ledger("modules", _KEYS).rename(columns={"value": "expected"})
    both = joined(capacity[[*_KEYS, "modules"]], expected, _KEYS).fillna({"modules": 0.0, "expected": 0.0})
    audit.equal("modules_balance", both[_KEYS], both["modules"], both["expected"])
    _check_limits(audit, _frame(audit))
    _check_actions(audit, builds)
    _check_sizes(audit, capacity, builds)


def _check_limits(audit: Audit, frame: pd.DataFrame) -> None:
    built = joined(frame, _built(audit), _KEYS).fillna({"modules": 0.0, "limit": 0.0, "committed": 0.0})
    limit = np.where(built["year"] >= built["earliest"].fillna(np.inf), built["limit"], built["committed"])
    audit.at_most("modules_built_within_limit_and_lead_time", built[_KEYS], built["modules"], limit)
    audit.at_most("commitments_kept", built[_KEYS], built["committed"], built["modules"])


def _check_actions(audit: Audit, builds: pd.DataFrame) -> None:
    """Check that every action is known and moves modules, and that what is retired stood in the base year."""
    labels = builds[[*_KEYS, "action"]]
    known = builds["action"].isin(_ACTIONS) & (builds["modules"] > 0)
    audit.equal("builds_actions", labels, known.astype(float), np.ones(len(builds)))
    gone = cumulative(builds[builds["action"] == "retire"], _KEYS, audit.data.years)
    gone = gone.merge(audit.data.existing.rename(columns={"modules": "stood"}), how="left").fillna(
        {"stood": 0.0}
    )
    audit.at_most("retired_within_stock", gone[_KEYS], gone["modules"], gone["stood"])
    promised = audit.data.committed.rename(columns={"modules": "expected"})
    kept = cumulative(builds[builds["action"] == "committed"], _KEYS, audit.data.years)
    kept = kept.merge(promised, how="left").fillna({"expected": 0.0})
    audit.at_most("committed_as_promised", kept[_KEYS], kept["modules"], kept["expected"])


def _check_sizes(audit: Audit, capacity: pd.DataFrame, builds: pd.DataFrame) -> None:
    data = audit.data
    modules = capacity["modules"].to_numpy(dtype=float)
    for metric in ("standard_racks", "pflops_fp16", "pflops_fp64"):
        audit.equal(
            f"capacity_{metric}",
            capacity[_KEYS],
            capacity[metric],
            modules * _per_module(audit, metric, capacity),
        )
    audit.equal(
        "capacity_it_mw",
        capacity[_KEYS],
        capacity["it_mw"],
        modules * _per_module(audit, "it_kw", capacity) / 1e3,
    )
    whole = np.concatenate([modules, builds["modules"].to_numpy(dtype=float)])
    labels = pd.concat([capacity[_KEYS], builds[_KEYS]], ignore_index=True)
    audit.equal("modules_whole", labels, whole, np.round(whole))
    sites = data.table("sites").set_index("site_id")["prefecture_adcode"].astype(str)
    same = (
        capacity["prefecture_adcode"].astype(str).to_numpy() == sites.reindex(capacity["site_id"]).to_numpy()
    )
    audit.equal("capacity_prefecture", capacity[_KEYS], same.astype(float), np.ones(len(capacity)))
    new = builds[builds["action"].isin(["build", "committed"])]
    money = new["modules"].to_numpy(dtype=float) * (
        _capex(audit, new) + _per_module(audit, "it_capex_cny", new)
    )
    audit.equal("builds_capex", new[_KEYS], new["capex_cny"], money)
    closed = builds[builds["action"] == "retire"]
    audit.equal("builds_capex_retired", closed[_KEYS], closed["capex_cny"], np.zeros(len(closed)))


FEATURE = Feature(
    name="sizing",
    title=Text(zh="机房模块与建设时序", en="Halls by module and period"),
    parameters=SizingParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
)
