r"""Edge coverage: a share of the population lives within a latency of an edge node.

For zones *i* with population *p*, sites *j* within `latency_ms` of *i*, periods *y*::

    covered[i,y] <= sum_{j near i} edge_nodes[j,y],   covered[i,y] <= 1
    sum_i p[i] * covered[i,y] >= min_share[y] * sum_i p[i]
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from capplan.derived import Derived
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import outer, summed
from capplan.messages import Text
from capplan.program import Terms, Tier


class EdgeCoverageParameters(Parameters):
    """How near, and for how many."""

    latency_ms: float = Field(
        1.0, gt=0, description="latency within which a node covers a zone [ms]; city class"
    )
    min_share: dict[int, Annotated[float, Field(ge=0, le=1)]] = Field(
        default_factory=dict,
        description="least share of the population covered, by year, from that year on [ratio]",
    )


def _zones(data: Derived) -> pd.DataFrame:
    """Return zone_id and population of the zones inside the region."""
    zones = data.table("zones")
    return zones.loc[zones["kind"] != "gate", ["zone_id", "population"]].astype({"population": float})


def _near(data: Derived, parameters: EdgeCoverageParameters) -> pd.DataFrame:
    zone, site = np.nonzero(data.latency <= parameters.latency_ms + 1e-9)
    paths = data.path_arrays
    return pd.DataFrame({"zone_id": paths.zone_id.take(zone), "site_id": paths.site_id.take(site)})


def _shares(data: Derived, parameters: EdgeCoverageParameters) -> pd.DataFrame:
    rows = []
    for year in data.years:
        due = [share for when, share in sorted(parameters.min_share.items()) if int(when) <= year]
        rows.append((data.case.study.region, year, due[-1] if due else 0.0))
    return pd.DataFrame(rows, columns=["region", "year", "share"])


def variables(context: Context) -> None:
    """Add covered [0 or 1], by zone and year."""
    data = context.data
    zones = _zones(data)[["zone_id"]].merge(pd.DataFrame({"year": data.years}), how="cross")
    context.program.add_columns("covered", zones, unit="ratio", upper=1.0, integer=True)


def constraints(context: Context) -> None:
    """Cover only from nodes in service, and enough people."""
    program, data = context.program, context.data
    covered = program.columns["covered"]
    rows = covered.index.assign(row=np.arange(len(covered.index)))
    mapping = rows.merge(_near(data, context.parameters), on="zone_id")[["site_id", "year", "row"]]
    nodes, constant = program.ledgers["edge_nodes"].read(mapping, len(rows))
    own = Terms.of(rows["row"], covered.ids, 1.0)
    program.add_rows(
        "edge_covered",
        covered.index,
        [own, nodes.scaled(-1.0)],
        unit="node",
        tier=Tier.PHYSICS,
        upper=constant,
    )
    shares = _shares(data, context.parameters)
    people = _zones(data).set_index("zone_id")["population"]
    place = shares.set_index("year").index.get_indexer(pd.Index(covered.index["year"]))
    weight = people.reindex(covered.index["zone_id"]).to_numpy() / max(float(people.sum()), 1.0)
    context.add_limit(
        "edge_coverage",
        shares[["region", "year"]],
        Terms.of(place, covered.ids, weight),
        np.zeros(len(shares)),
        shares["share"].to_numpy(),
        unit="ratio",
        tier=Tier.POLICY,
        at_least=True,
    )


def _covered(data: Derived, parameters: EdgeCoverageParameters, nodes: pd.DataFrame) -> pd.DataFrame:
    """Return zone_id, year, covered (0 or up to 1) from nodes by (site_id, year, value)."""
    near = _near(data, parameters).merge(nodes, on="site_id")
    reach = summed(near, ["zone_id", "year"], "value")
    frame = _zones(data).merge(pd.DataFrame({"year": data.years}), how="cross")
    frame = frame.merge(reach, on=["zone_id", "year"], how="left").fillna({"value": 0.0})
    return frame.assign(covered=np.minimum(frame["value"], 1.0)).drop(columns="value")


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return which zones are covered."""
    nodes = outcome.program.ledgers["edge_nodes"].evaluate(outcome.values)
    nodes = summed(nodes, ["site_id", "year"], "value")
    covered = _covered(outcome.data, outcome.parameters, nodes)
    people = summed(
        covered.assign(used=covered["population"] * covered["covered"]), ["year"], "used", "population"
    )
    people["used"] /= np.maximum(people["population"], 1.0)
    used = people[["year", "used"]].assign(limit="edge_coverage", region=outcome.case.study.region)
    return {"coverage": covered, "limits": used}


def check(audit: Audit) -> None:
    """Check who is covered, and how many."""
    nodes = audit.ledger("edge_nodes", ["site_id", "year"])
    true = _covered(audit.data, audit.parameters, nodes)
    both = outer(audit.tables["coverage"], true, ["zone_id", "year"])
    audit.equal("coverage_population", both[["zone_id", "year"]], both["population"], both["population_true"])
    audit.equal("coverage", both[["zone_id", "year"]], both["covered"], both["covered_true"])
    true["people"] = true["population"] * true["covered"]
    total = summed(true, ["year"], "people", "population")
    need = total.merge(_shares(audit.data, audit.parameters), on="year")
    reached = need["people"].to_numpy(dtype=float) / need["population"].clip(lower=1.0).to_numpy(dtype=float)
    audit.limit("edge_coverage", need, reached, need["share"], unit="ratio", at_least=True)


FEATURE = Feature(
    name="edge_coverage",
    title=Text(zh="边缘覆盖", en="Edge coverage"),
    parameters=EdgeCoverageParameters,
    variables=variables,
    constraints=constraints,
    tables=tables,
    check=check,
)
