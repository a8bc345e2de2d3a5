r"""Announced projects: packages of halls that are taken whole or left, with what they bring of their own.

For projects *p* of the table `projects` and periods *y*::

    taken[p,y] >= taken[p,y-1]
    taken[p,y] <= taken[q,y]                                 (p comes after q)
    taken[p,y] = 0   before first_year[p], and always where the project is dropped
    taken[p,y] = 1   from first_year[p] on where it is committed

`taken` is binary and cumulative. A project that is taken puts its modules into service at its site at `cost_ratio` times
the technology's cost, of which its investor pays a share outside all accounts. It brings land and an energy review
beyond the quotas, a connection beyond the headroom of the grid node, and wind or sun beyond an offer: land and energy
serve the whole prefecture, the connection its site. It brings its own campus and its own builders.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from capplan import finance
from capplan.errors import Fault
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import joined, summed
from capplan.ledgers import lasting
from capplan.messages import Message, Text, msg
from capplan.periods import ascending, before, steps
from capplan.program import Terms, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.case import Case
    from capplan.derived import Derived

_KEYS = ["project_id", "year"]
_PAIR = ["site_id", "technology", "year"]
_BRINGS = ("land_ha", "energy_gwh", "connection_mva")
_NUMBERS = ["modules", "cost_ratio", "investor_share", *_BRINGS, "direct_mw"]


class ProjectsParameters(Parameters):
    """Announced projects have no parameters: the table says all."""


def faults(case: Case, _: ProjectsParameters) -> list[Fault]:
    """Return a fault for every project with power of its own but no offer at its site, and for projects of edge nodes.

    Parameters
    ----------
    case
        The case.
    """
    table = case.tables["projects"]
    zones = case.tables["sites"].set_index("site_id")["energy_zone"]
    offers = case.tables["energy_offers"].set_index("offer_id")["energy_zone"]
    found = []
    for row in table.to_dict("records"):
        here = offers.get(row["offer_id"]) == zones.get(row["site_id"])
        if float(row["direct_mw"]) > 0 and not (row["offer_id"] and here):
            remedy = msg("name an offer of the site's energy zone, or write 0 for direct_mw")
            found.append(_fault(row, "offer_id", msg("power of its own needs an offer at the site"), remedy))
        technology = case.technologies.get(str(row["technology"]))
        if technology is not None and technology.kind == "edge":
            remedy = msg("name a technology of halls")
            found.append(_fault(row, "technology", msg("edge nodes are no project"), remedy))
        if row["after"] == row["project_id"]:
            remedy = msg("name another one, or none")
            found.append(_fault(row, "after", msg("a project cannot come after itself"), remedy))
    return found


def _fault(row: Mapping[Hashable, Any], column: str, problem: Message, remedy: Message) -> Fault:
    value = f"{row['project_id']}: {row[column]}"
    return Fault("data/projects.csv", None, column, value, problem, remedy, None)


def _frame(data: Derived) -> pd.DataFrame:
    """Return projects x years with their numbers, sorted by both."""
    table = data.table("projects").drop(columns=["source", "confidence", "note"])
    table = table.astype(dict.fromkeys(_NUMBERS, float)).astype({"first_year": int})
    years = pd.DataFrame({"year": data.years})
    return table.merge(years, how="cross").sort_values(_KEYS).reset_index(drop=True)


def _parts(data: Derived, frame: pd.DataFrame) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return what projects cost overnight [CNY] and how long it lasts [yr]: shell and plant, IT equipment."""
    technologies = data.technologies.reindex(frame["technology"])
    pairs = pd.MultiIndex.from_frame(frame[["site_id", "technology"]])
    shell = data.plant["capex"].reindex(pairs).to_numpy(dtype=float)
    equipment = technologies["it_capex_cny"].to_numpy(dtype=float)
    life = technologies["lifetime_years"].to_numpy(dtype=float)
    it_life = np.maximum(technologies["it_lifetime_years"].to_numpy(dtype=float), 1.0)
    size = (frame["modules"] * frame["cost_ratio"]).to_numpy(dtype=float)
    return [(size * shell, life), (size * equipment, it_life)]


def _yearly(data: Derived, frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return the yearly cost of projects [CNY/yr], each part over its life."""
    rate = data.finance_rule.wacc
    parts = [np.asarray(finance.annuity(money, rate, life)) for money, life in _parts(data, frame)]
    return np.asarray(np.sum(parts, axis=0))


def _money(data: Derived, frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return what projects cost overnight [CNY], whoever pays."""
    return np.asarray(np.sum([money for money, _ in _parts(data, frame)], axis=0))


def variables(context: Context) -> None:
    """Add taken [0 or 1, cumulative], by project and year."""
    frame = _frame(context.data)
    due = (frame["year"] >= frame["first_year"]).astype(float)
    context.program.add_columns(
        "taken",
        frame[_KEYS],
        unit="project",
        lower=np.where(frame["status"] == "committed", due, 0.0),
        upper=np.where(frame["status"] == "dropped", 0.0, due),
        integer=True,
    )


def postings(context: Context) -> None:
    """Post modules, cost, outlay of accounts, racks added, and what projects bring."""
    program, data = context.program, context.data
    frame, taken = _frame(data), program.columns["taken"]
    racks = data.technologies["standard_racks"].astype(float).reindex(frame["technology"]).to_numpy()
    modules = frame["modules"].to_numpy()
    program.post("modules", frame, taken.ids, modules)
    program.post("standard_racks_added", frame, taken.ids, modules * racks)
    program.post("cost", frame.assign(term="project"), taken.ids, _yearly(data, frame))
    previous = taken.find(before(frame[_KEYS], data.years))
    for money, life in _parts(data, frame):
        own, spent = money * (1.0 - frame["investor_share"].to_numpy()), frame.assign(life=lasting(life))
        program.post("outlay", spent, taken.ids, own)
        program.post("outlay", spent, previous, -own)
    for resource in _BRINGS:
        program.post("brought", frame.assign(resource=resource), taken.ids, frame[resource].to_numpy())
    program.post(
        "brought", frame.assign(resource=frame["offer_id"]), taken.ids, frame["direct_mw"].to_numpy()
    )


def constraints(context: Context) -> None:
    """Keep what is taken, and take first what comes first."""
    program, data = context.program, context.data
    ascending(program, "taken", data.years)
    taken = program.columns["taken"]
    frame = _frame(data)
    first = taken.find(frame.assign(project_id=frame["after"])[_KEYS])
    rows = np.flatnonzero(first >= 0)
    place = np.arange(len(rows))
    terms = [Terms.of(place, taken.ids[rows]), Terms.of(place, first[rows], -1.0)]
    index = taken.index.iloc[rows]
    program.add_rows("project_after", index, terms, unit="project", tier=Tier.PHYSICS, upper=0.0)


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return every project with the year from which it is taken, and what is taken as builds."""
    data = outcome.data
    columns = ["project_id", "site_id", "technology", "status", "modules", "first_year"]
    listed = data.table("projects")[columns]
    block = outcome.block("taken")
    if not len(block):
        return {"projects": listed.assign(taken_year=np.array([], dtype=float))}
    on = block[block["value"].round() == 1]
    since = on.groupby("project_id")["year"].min()
    listed = listed.assign(taken_year=listed["project_id"].map(since).astype(float))
    begun = steps(block.assign(value=block["value"].round()), data.years).drop(columns="modules")
    begun = begun.merge(_frame(data), on=_KEYS)
    begun["capex_cny"] = _money(data, begun)
    builds = summed(begun, _PAIR, "modules", "capex_cny").assign(action="project")
    return {"projects": listed, "builds": builds.astype({"modules": int})}


def _taken(audit: Audit) -> pd.DataFrame:
    """Return the projects in service by year, with `begins` where it is the first."""
    since = audit.tables["projects"][["project_id", "taken_year"]].astype({"taken_year": float})
    frame = _frame(audit.data).merge(since, on="project_id", how="left")
    frame = frame[frame["year"] >= frame["taken_year"].fillna(np.inf)]
    return frame.assign(begins=frame["year"] == frame["taken_year"]).reset_index(drop=True)


def recount(audit: Audit) -> None:
    """Recount modules, racks added, cost [CNY/yr], outlay [CNY] and what is brought, from the table of projects."""
    frame = _taken(audit)
    modules = frame["modules"].to_numpy()
    racks = audit.data.technologies["standard_racks"].astype(float).reindex(frame["technology"]).to_numpy()
    audit.post("modules", frame[_PAIR], modules)
    audit.post("standard_racks_added", frame[_PAIR], modules * racks)
    audit.post("cost", frame.assign(term="project")[["term", "year", "site_id"]], _yearly(audit.data, frame))
    begun = frame[frame["begins"]]
    for money, life in _parts(audit.data, begun):
        paid = money * (1.0 - begun["investor_share"].to_numpy())
        audit.post("outlay", begun[_PAIR].assign(life=lasting(life)), paid)
    for resource, amount in [*((name, name) for name in _BRINGS), ("", "direct_mw")]:
        keys = frame[["site_id", "year"]].assign(resource=resource or frame["offer_id"])
        audit.post("brought", keys[frame[amount] > 0], frame.loc[frame[amount] > 0, amount])


def check(audit: Audit) -> None:
    """Check that projects are those announced, in time and in order, and that the builds agree."""
    table, given = audit.tables["projects"], audit.data.table("projects")
    both = joined(given, table, ["project_id"], "_told")
    keys = both[["project_id"]]
    for column in ("site_id", "technology", "status"):
        audit.same(f"projects_{column}", keys, both[column], both[f"{column}_told"])
    for column in ("modules", "first_year"):
        audit.equal(
            f"projects_{column}", keys, both[column].astype(float), both[f"{column}_told"].astype(float)
        )
    years = np.array(audit.data.years)
    since = both["taken_year"].astype(float)
    on = since.notna().to_numpy()
    audit.equal(
        "projects_taken_in_a_period", keys[on], since[on].isin(years).astype(float), np.ones(on.sum())
    )
    audit.at_most("projects_in_time", keys[on], both.loc[on, "first_year"].astype(float), since[on])
    audit.equal("projects_dropped", keys, (both["status"] == "dropped") & on, np.zeros(len(both)))
    firm = (both["status"] == "committed") & (both["first_year"] <= years[-1])
    due = years[np.minimum(np.searchsorted(years, both["first_year"].astype(int)), len(years) - 1)]
    audit.equal("projects_committed", keys[firm], since[firm].fillna(0.0), due[firm.to_numpy()])
    earlier = (
        both["after"]
        .map(both.drop_duplicates("project_id").set_index("project_id")["taken_year"].astype(float))
        .astype(float)
        .fillna(np.inf)
    )
    waits = on & (both["after"].fillna("") != "").to_numpy()
    late = (earlier[waits] > since[waits]).astype(float)
    audit.equal("projects_after", keys[waits], late, np.zeros(int(waits.sum())))
    _check_builds(audit)


def _check_builds(audit: Audit) -> None:
    frame = _taken(audit)
    begun = frame[frame["begins"]].reset_index(drop=True)
    begun = begun.assign(expected=begun["modules"], money=_money(audit.data, begun))
    builds = audit.tables["builds"]
    done = builds.loc[builds["action"] == "project", [*_PAIR, "modules", "capex_cny"]]
    both = joined(done, summed(begun, _PAIR, "expected", "money"), _PAIR).fillna(
        {"modules": 0, "capex_cny": 0.0, "expected": 0.0, "money": 0.0}
    )
    audit.equal("projects_in_builds", both[_PAIR], both["modules"].astype(float), both["expected"])
    audit.equal("projects_capex", both[_PAIR], both["capex_cny"], both["money"])


FEATURE = Feature(
    name="projects",
    title=Text(zh="已公布项目", en="Announced projects"),
    parameters=ProjectsParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
    faults=faults,
)
