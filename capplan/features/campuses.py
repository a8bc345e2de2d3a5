r"""Campuses: halls at a site where no campus stands need one, with its works and their cost.

For candidate sites *j* without a commitment, technologies *f* that need a campus (all but edge nodes), periods *y*::

    count[j,f,y] <= limit[j,f] * opened[j,y],     opened[j,y] >= opened[j,y-1]

`opened` is binary. Old rooms are no campus: a candidate site pays for its works whether or not some stand there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from capplan import finance
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import summed
from capplan.ledgers import lasting
from capplan.messages import Text
from capplan.periods import ascending, before, cumulative
from capplan.program import Terms, Tier

_KEYS = ["site_id", "year"]


class CampusesParameters(Parameters):
    """What a campus costs."""

    cost_cny: float = Field(
        2.0e7,
        ge=0,
        description="works of a new campus: site, roads, fence, duty rooms [CNY]; estimate, 1e7 to 1.5e8",
    )
    lifetime_years: float = Field(40.0, gt=0, description="life of campus works [yr]; accounting practice")


def _openable(context: Context | Audit | Outcome) -> pd.DataFrame:
    """Return site_id, year of campuses that may be opened: candidate sites without a commitment."""
    data = context.data
    pairs = data.site_technologies.merge(data.technologies[["local"]], left_on="technology", right_index=True)
    status = data.table("sites").set_index("site_id")["status"]
    campus = pairs[~pairs["local"].astype(bool) & (pairs["site_id"].map(status) == "candidate")]
    sums = summed(campus, ["site_id"], "committed", "limit")
    sites = sums.loc[(sums["committed"] == 0) & (sums["limit"] > 0), ["site_id"]]
    return sites.merge(pd.DataFrame({"year": data.years}), how="cross")


def _yearly(context: Context | Audit) -> float:
    parameters = context.parameters
    return float(
        finance.annuity(parameters.cost_cny, context.data.finance_rule.wacc, parameters.lifetime_years)
    )


def variables(context: Context) -> None:
    """Add opened [0 or 1, cumulative], by site and year."""
    context.program.add_columns("opened", _openable(context), unit="campus", upper=1.0, integer=True)


def postings(context: Context) -> None:
    """Post works as yearly cost and as outlay of the year of opening."""
    program = context.program
    opened = program.columns["opened"]
    program.post("cost", opened.index.assign(term="campus"), opened.ids, _yearly(context))
    program.post("sites", opened.index, opened.ids, 1.0)
    works = opened.index.assign(technology="campus", life=lasting(context.parameters.lifetime_years)[0])
    program.post("outlay", works, opened.ids, context.parameters.cost_cny)
    earlier = opened.find(before(opened.index, context.data.years))
    program.post("outlay", works, earlier, -context.parameters.cost_cny)


def constraints(context: Context) -> None:
    """Build halls only on opened campuses, and keep them open."""
    program, data = context.program, context.data
    ascending(program, "opened", data.years)
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
    """Return which campuses are open in which year."""
    opened = outcome.block("opened")
    if not len(opened):
        return {"campuses": _openable(outcome).iloc[:0]}
    return {"campuses": opened.loc[opened["value"].round() == 1, _KEYS]}


def recount(audit: Audit) -> None:
    """Recount works [CNY/yr, and CNY as outlay] from the table of campuses."""
    opened = audit.tables["campuses"]
    audit.post("cost", opened.assign(term="campus"), np.full(len(opened), _yearly(audit)))
    audit.post("sites", opened, np.ones(len(opened)))
    first = opened.groupby("site_id", as_index=False)["year"].min()
    first = first.assign(technology="campus", life=lasting(audit.parameters.lifetime_years)[0])
    audit.post("outlay", first, np.full(len(first), audit.parameters.cost_cny))


def check(audit: Audit) -> None:
    """Check that halls stand on opened campuses, once each, and that these stay open."""
    data, builds = audit.data, audit.tables["builds"]
    new = builds[builds["action"].isin(["build", "committed"])]
    built = cumulative(new, ["site_id", "technology", "year"], data.years)
    built = built.merge(data.technologies[["local"]], left_on="technology", right_index=True)
    halls = built.loc[~built["local"].astype(bool) & (built["modules"] > 0), _KEYS].drop_duplicates()
    needed = halls.merge(_openable(audit)).sort_values(_KEYS)
    opened = audit.tables["campuses"][_KEYS].assign(found=1.0)
    have = needed.merge(opened, how="left")["found"].fillna(0.0)
    audit.equal("campus_open", needed, have, np.ones(len(needed)))
    places = opened.merge(_openable(audit).assign(able=1.0), how="left")["able"].fillna(0.0)
    single = places.where(~opened.duplicated().to_numpy(), 0.0)
    audit.equal("campuses_known", opened[_KEYS], single, np.ones(len(opened)))
    later = dict(zip(data.years[:-1], data.years[1:], strict=True))
    after = opened.assign(year=opened["year"].map(later)).dropna(subset=["year"]).astype({"year": int})
    still = after[_KEYS].merge(opened, how="left")["found"].fillna(0.0)
    audit.equal("opened_ascending", after[_KEYS], still, np.ones(len(after)))


FEATURE = Feature(
    name="campuses",
    title=Text(zh="新建园区", en="New campuses"),
    parameters=CampusesParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
)
