r"""Modular halls over the periods: what stands, what is built, what is retired.

For every site *j*, technology *f* and period *y*::

    installed[j,f,y] = existing[j,f] + count[j,f,y] - retired[j,f,y] + (what other features post to `modules`)
    count[j,f,y] >= count[j,f,y-1],  count[j,f,y] >= committed[j,f,y]
    count[j,f,y] <= limit[j,f] * opened[j,y]      (halls, at sites where no campus stands)

`count` is the integer cumulative number of modules commissioned, zero before the lead time has passed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from capplan import finance
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import negligible
from capplan.ledgers import post_idle, recount_idle
from capplan.messages import Text
from capplan.periods import ascending, before, cumulative, steps
from capplan.program import Terms, Tier

_KEYS = ["site_id", "technology", "year"]
_METRICS = ("standard_racks", "pflops_fp16", "pflops_fp64", "edge_nodes", "dr_centres")


class SizingParameters(Parameters):
    """Cost of opening a campus and of closing a hall."""

    campus_cost_cny: float = Field(
        2.0e7, ge=0, description="roads, fence, preparation of a new campus [CNY]; estimate, 1e7 to 4e7"
    )
    campus_lifetime_years: float = Field(
        40.0, gt=0, description="life of campus works [yr]; accounting practice"
    )
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
    """Add installed, count, retired and opened."""
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
    fresh = _openable(context)
    program.add_columns("opened", fresh, unit="campus", upper=1.0, integer=True)


def _openable(context: Context | Audit) -> pd.DataFrame:
    """Return site_id, year of campuses that may be opened: no campus stands or is committed there, old rooms or not."""
    data = context.data
    pairs = data.site_technologies.merge(data.technologies[["local"]], left_on="technology", right_index=True)
    status = data.table("sites").set_index("site_id")["status"]
    campus = pairs[~pairs["local"].astype(bool) & (pairs["site_id"].map(status) == "candidate")]
    sums = campus.groupby("site_id")[["committed", "limit"]].sum()
    sites = sums[(sums["committed"] == 0) & (sums["limit"] > 0)].index
    return pd.DataFrame({"site_id": sites}).merge(pd.DataFrame({"year": data.years}), how="cross")


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
    count, retired, opened = program.columns["count"], program.columns["retired"], program.columns["opened"]
    program.post("modules", count.index, count.ids, 1.0)
    program.post("modules", retired.index, retired.ids, -1.0)
    for term, amount in _annuities(context, count.index).items():
        program.post("cost", count.index.assign(term=term), count.ids, amount)
    rate = data.finance_rule.wacc
    campus = finance.annuity(
        context.parameters.campus_cost_cny, rate, context.parameters.campus_lifetime_years
    )
    program.post("cost", opened.index.assign(term="campus"), opened.ids, campus)
    program.post("sites", opened.index, opened.ids, 1.0)
    works = opened.index.assign(technology="campus")
    program.post("outlay", works, opened.ids, context.parameters.campus_cost_cny)
    earlier = opened.find(before(opened.index, data.years))
    program.post("outlay", works, earlier, -context.parameters.campus_cost_cny)
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
    money = _capex(context, labels) + _per_module(context, "it_capex_cny", labels)
    program.post("build_racks_per_year", labels, count.ids, racks / spans)
    program.post("build_racks_per_year", labels, previous, -racks / spans)
    program.post("outlay", labels, count.ids, money)
    program.post("outlay", labels, previous, -money)


def _per_module(context: Context | Audit, field: str, labels: pd.DataFrame) -> np.ndarray:
    return context.data.technologies[field].astype(float).reindex(labels["technology"]).to_numpy()


def _capex(context: Context | Audit | Outcome, labels: pd.DataFrame) -> np.ndarray:
    pairs = pd.MultiIndex.from_frame(labels[["site_id", "technology"]])
    return context.data.plant["capex"].reindex(pairs).to_numpy(dtype=float)


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
    """Close the balance of modules, order the years, link halls to opened campuses."""
    program, data = context.program, context.data
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
    for name in ("count", "retired", "opened"):
        ascending(program, name, data.years)
    _link(context)


def _link(context: Context) -> None:
    program, data = context.program, context.data
    count, opened = program.columns["count"], program.columns["opened"]
    local = data.technologies["local"].astype(bool).reindex(count.index["technology"]).to_numpy()
    gate = opened.find(count.index)
    rows = np.flatnonzero((gate >= 0) & ~local)
    place = np.arange(len(rows))
    pairs = data.site_technologies.set_index(["site_id", "technology"])["limit"]
    index = count.index.iloc[rows]
    limit = pairs.reindex(pd.MultiIndex.from_frame(index[["site_id", "technology"]])).to_numpy(dtype=float)
    terms = [Terms.of(place, count.ids[rows], 1.0), Terms.of(place, gate[rows], -limit)]
    program.add_rows("campus_open", index, terms, unit="module", tier=Tier.PHYSICS, upper=0.0)


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
    return {"capacity": stock, "builds": _builds(outcome), "campuses": _campuses(outcome)}


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


def _campuses(outcome: Outcome) -> pd.DataFrame:
    opened = outcome.block("opened")
    if not len(opened):
        return pd.DataFrame({"site_id": [], "year": []})
    return opened.loc[opened["value"].round() == 1, ["site_id", "year"]]


def recount(audit: Audit) -> None:
    """Recount metrics, costs and outlays from capacity and builds."""
    data, capacity = audit.data, audit.tables["capacity"]
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
    campus = finance.annuity(
        audit.parameters.campus_cost_cny, data.finance_rule.wacc, audit.parameters.campus_lifetime_years
    )
    _recount_modules(audit)
    opened = audit.tables["campuses"]
    audit.post("cost", opened.assign(term="campus"), np.full(len(opened), float(campus)))
    audit.post("sites", opened, np.ones(len(opened)))
    first = opened.groupby("site_id", as_index=False)["year"].min().assign(technology="campus")
    audit.post("outlay", first, np.full(len(first), audit.parameters.campus_cost_cny))


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
    audit.post("outlay", builds[_KEYS], builds["capex_cny"].to_numpy(dtype=float))
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
    both = (
        capacity[[*_KEYS, "modules"]].merge(expected, how="outer").fillna({"modules": 0.0, "expected": 0.0})
    )
    audit.equal("modules_balance", both[_KEYS], both["modules"], both["expected"])
    _check_limits(audit, _frame(audit))
    _check_actions(audit, builds)
    _check_sizes(audit, capacity, builds)
    _check_campuses(audit)


def _check_limits(audit: Audit, frame: pd.DataFrame) -> None:
    built = frame.merge(_built(audit), how="outer").fillna({"modules": 0.0, "limit": 0.0, "committed": 0.0})
    limit = np.where(built["year"] >= built["earliest"].fillna(np.inf), built["limit"], built["committed"])
    audit.at_most("modules_built_within_limit_and_lead_time", built[_KEYS], built["modules"], limit)
    audit.at_most("commitments_kept", built[_KEYS], built["committed"], built["modules"])


def _check_actions(audit: Audit, builds: pd.DataFrame) -> None:
    """Check that every action is known and moves modules, and that what is retired stood in the base year."""
    labels = builds[[*_KEYS, "action"]]
    known = builds["action"].isin(["build", "committed", "retire", "retrofit"]) & (builds["modules"] > 0)
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


def _check_campuses(audit: Audit) -> None:
    data = audit.data
    built = _built(audit).merge(data.technologies[["local"]], left_on="technology", right_index=True)
    halls = built[~built["local"].astype(bool) & (built["modules"] > 0)][
        ["site_id", "year"]
    ].drop_duplicates()
    needed = halls.merge(_openable(audit)).sort_values(["site_id", "year"])
    opened = audit.tables["campuses"][["site_id", "year"]].assign(found=1.0)
    have = needed.merge(opened, how="left")["found"].fillna(0.0)
    audit.equal("campus_open", needed, have, np.ones(len(needed)))
    places = opened.merge(_openable(audit).assign(able=1.0), how="left")["able"].fillna(0.0)
    single = places.where(~opened.duplicated().to_numpy(), 0.0)
    audit.equal("campuses_known", opened[["site_id", "year"]], single, np.ones(len(opened)))
    later = dict(zip(data.years[:-1], data.years[1:], strict=True))
    after = opened.assign(year=opened["year"].map(later)).dropna(subset=["year"]).astype({"year": int})
    still = after[["site_id", "year"]].merge(opened, how="left")["found"].fillna(0.0)
    audit.equal("opened_ascending", after[["site_id", "year"]], still, np.ones(len(after)))


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
