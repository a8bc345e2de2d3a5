r"""Retrofit of old, small, scattered and storage-type halls into compute halls, in place.

For every site *j*, old technology *f*, new technology *g* that `replaces` *f*, and period *y*::

    converted[j,f,g,y] >= converted[j,f,g,y-1],   sum_g converted[j,f,g,y] + retired[j,f,y] <= existing[j,f]

`converted` is the integer cumulative number of modules; each takes one module of *f* out of service and puts one of
*g* in its place at the cost of clearing and the capital cost of *g*. The second inequality is the balance of modules (installed >= 0).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from capplan import finance
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import joined, summed
from capplan.ledgers import lasting
from capplan.messages import Text
from capplan.periods import ascending, before, cumulative, steps

_KEYS = ["site_id", "old", "new", "year"]


class RetrofitParameters(Parameters):
    """How early retrofits can be done."""

    lead_time_years: float = Field(
        0.5,
        ge=0,
        description="time from decision to the retrofitted hall [yr]; prefabricated modules, 4 to 9 months",
    )


def _frame(context: Context | Audit) -> pd.DataFrame:
    data = context.data
    first = data.base_year + max(int(np.ceil(context.parameters.lead_time_years - 1e-9)), 1)
    years = pd.DataFrame({"year": data.years})
    return data.conversions.merge(years, how="cross").assign(ready=lambda frame: frame["year"] >= first)


def variables(context: Context) -> None:
    """Add converted [modules, cumulative], by site, old and new technology and year."""
    frame = _frame(context)
    upper = np.where(frame["ready"], frame["existing"], 0.0)
    context.program.add_columns("converted", frame[_KEYS], unit="module", upper=upper, integer=True)


def _money(context: Context | Audit | Outcome, labels: pd.DataFrame) -> NDArray[np.float64]:
    """Return the capital cost of a converted module [CNY/module]: clearing, shell, plant and IT equipment."""
    shell, it_money = _parts(context, labels)
    total: NDArray[np.float64] = shell + it_money
    return total


def _parts(
    context: Context | Audit | Outcome, labels: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the cost of clearing, shell and plant, and that of IT equipment [CNY/module]."""
    pairs = pd.MultiIndex.from_frame(labels[["site_id", "new"]])
    technologies = context.data.technologies[["it_capex_cny", "replace_cost_cny"]].astype(float)
    each = technologies.reindex(labels["new"])
    shell = context.data.plant["capex"].reindex(pairs).to_numpy(dtype=float)
    return shell + each["replace_cost_cny"].to_numpy(), each["it_capex_cny"].to_numpy()


def _lives(context: Context | Audit, labels: pd.DataFrame) -> NDArray[np.float64]:
    """Return how long shell and IT equipment of a converted module last [yr], shape (2, n)."""
    names = ["lifetime_years", "it_lifetime_years"]
    return context.data.technologies[names].astype(float).reindex(labels["new"]).to_numpy().T


def _outlays(
    context: Context | Audit, labels: pd.DataFrame
) -> list[tuple[NDArray[np.str_], NDArray[np.float64]]]:
    """Return what a converted module costs overnight [CNY/module], part by part, with the life of each."""
    parts = zip(_parts(context, labels), _lives(context, labels), strict=True)
    return [(lasting(life), money) for money, life in parts]


def _annuities(context: Context | Audit, labels: pd.DataFrame) -> NDArray[np.float64]:
    """Return the yearly cost of a converted module [CNY/yr], each part over its own life."""
    rate = context.data.finance_rule.wacc
    return sum(
        (
            np.asarray(finance.annuity(money, rate, life))
            for money, life in zip(_parts(context, labels), _lives(context, labels), strict=True)
        ),
        np.zeros(len(labels)),
    )


def postings(context: Context) -> None:
    """Move modules from the old technology to the new one; post their cost and outlay."""
    program = context.program
    block = program.columns["converted"]
    labels = block.index
    program.post("modules", labels.rename(columns={"old": "technology"}), block.ids, -1.0)
    program.post("modules", labels.rename(columns={"new": "technology"}), block.ids, 1.0)
    program.post("cost", labels.assign(term="retrofit"), block.ids, _annuities(context, labels))
    previous = block.find(before(labels, context.data.years))
    spent = labels.rename(columns={"new": "technology"})
    for life, money in _outlays(context, labels):
        program.post("outlay", spent.assign(life=life), block.ids, money)
        program.post("outlay", spent.assign(life=life), previous, -money)


def constraints(context: Context) -> None:
    """Keep a converted hall converted."""
    ascending(context.program, "converted", context.data.years)


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return the retrofits as builds of the new technology, and which hall became which."""
    columns = ["site_id", "old", "new", "year", "modules"]
    block = outcome.block("converted")
    if not len(block):
        return {"retrofits": pd.DataFrame(columns=columns)}
    done = steps(block, outcome.data.years)
    done["modules"] = done["modules"].round().astype(int)
    builds = summed(done, ["site_id", "new", "year"], "modules")
    builds["capex_cny"] = builds["modules"] * _money(outcome, builds)
    builds = builds.rename(columns={"new": "technology"}).assign(action="retrofit")
    return {"retrofits": done[columns], "builds": builds}


def _converted(audit: Audit) -> pd.DataFrame:
    """Return cumulative conversions by (site, old, new, year)."""
    return cumulative(audit.tables["retrofits"], _KEYS, audit.data.years)


def recount(audit: Audit) -> None:
    """Recount modules moved and their cost [CNY/yr]."""
    moved = _converted(audit)
    modules = moved["modules"].to_numpy(dtype=float)
    keys = ["site_id", "technology", "year"]
    audit.post("modules", moved.rename(columns={"old": "technology"})[keys], -modules)
    audit.post("modules", moved.rename(columns={"new": "technology"})[keys], modules)
    audit.post(
        "cost", moved.assign(term="retrofit")[["term", "year", "site_id"]], modules * _annuities(audit, moved)
    )
    done = audit.tables["retrofits"]
    spent = done[["site_id", "new", "year"]].rename(columns={"new": "technology"})
    for life, money in _outlays(audit, done):
        audit.post("outlay", spent.assign(life=life), done["modules"].to_numpy(dtype=float) * money)


def check(audit: Audit) -> None:
    """Check that conversions fit what stood, are timely, and agree with the builds."""
    retrofits = audit.tables["retrofits"]
    frame = _frame(audit)
    moved = joined(_converted(audit), frame, _KEYS).fillna({"modules": 0.0, "existing": 0.0})
    limit = np.where(moved["ready"].fillna(value=False).astype(bool), moved["existing"], 0.0)
    audit.at_most("retrofits_fit_the_stock", moved[_KEYS], moved["modules"], limit)
    builds = audit.tables["builds"]
    done = builds[builds["action"] == "retrofit"][["site_id", "technology", "year", "modules", "capex_cny"]]
    made = summed(retrofits, ["site_id", "new", "year"], "modules")
    made = made.rename(columns={"new": "technology", "modules": "expected"})
    both = joined(done, made, ["site_id", "technology", "year"]).fillna(
        {"modules": 0.0, "capex_cny": 0.0, "expected": 0.0}
    )
    audit.equal(
        "retrofits_in_builds", both[["site_id", "technology", "year"]], both["modules"], both["expected"]
    )
    money = both["modules"].to_numpy(dtype=float) * _money(audit, both.rename(columns={"technology": "new"}))
    audit.equal("retrofits_capex", both[["site_id", "technology", "year"]], both["capex_cny"], money)


FEATURE = Feature(
    name="retrofit",
    title=Text(zh="老旧小散与存储型机房改造", en="Retrofit of old and storage-type halls"),
    parameters=RetrofitParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
)
