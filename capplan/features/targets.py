r"""Targets of the documents: hard, aspirational or priced, by region, metric and year.

A metric is any ledger kept by (site, technology, year): standard racks, racks added, PFLOPS, edge nodes, ... For a
target *t* on region *r*, of the technologies that count::

    sum_{j in r, f counts} metric[j,f,y] >= value[t]                     hard
    sum ...                 + shortfall[t] >= value[t], price * shortfall in the objective        priced

An aspirational target is reported and not required. A target holds at the end of its year (of the first period, where
that is later); one that falls due after the horizon is reported at its end and not required.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from capplan.derived import Derived
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import joined
from capplan.messages import Text
from capplan.program import Terms, Tier


class TargetsParameters(Parameters):
    """None: targets are rows of the targets table."""


def _targets(data: Derived) -> pd.DataFrame:
    """Return the targets with the period at whose end each is judged, and whether it falls due by then."""
    table = data.table("targets").sort_values("target_id").reset_index(drop=True)
    asked = table["year"].astype(int).to_numpy()
    years = np.array(data.years)
    at = np.minimum(np.searchsorted(years, asked), len(years) - 1)
    return table.assign(at=years[at], due=asked <= years[-1], value=table["value"].astype(float))


def _counted(data: Derived, targets: pd.DataFrame) -> pd.DataFrame:
    """Return which site, technology and year counts for which row of targets: site_id, technology, year, row."""
    names = list(data.technologies.index)
    parts = []
    for row, counts in enumerate(targets["counts"].astype(str)):
        wanted = (
            names if counts.strip() == "all" else [name.strip() for name in counts.split(";") if name.strip()]
        )
        parts.append(pd.DataFrame({"row": row, "technology": wanted}))
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"row": [], "technology": []})
    where = targets.reset_index(drop=True)[["region", "at"]].rename(columns={"at": "year"})
    frame = frame.merge(where.rename_axis("row").reset_index(), on="row")
    return frame.merge(data.region_sites, on="region")[["site_id", "technology", "year", "row"]]


def variables(context: Context) -> None:
    """Add shortfall for priced targets."""
    priced = _targets(context.data)
    priced = priced[(priced["kind"] == "priced") & priced["due"]]
    context.program.add_columns("shortfall", priced[["target_id"]], unit="metric")


def postings(context: Context) -> None:
    """Post what shortfalls cost."""
    block = context.program.columns["shortfall"]
    facts = _targets(context.data).set_index("target_id").reindex(block.index["target_id"]).reset_index()
    keys = facts.assign(year=facts["at"], site_id="", term="target_shortfall")
    context.program.post("cost", keys, block.ids, facts["price_cny_per_unit"].astype(float))


def constraints(context: Context) -> None:
    """Require hard targets, and priced ones up to their shortfall."""
    program, data = context.program, context.data
    targets = _targets(data)
    targets = targets[targets["kind"].isin(["hard", "priced"]) & targets["due"]].reset_index(drop=True)
    terms, constant = _read(context, targets)
    short = program.columns["shortfall"]
    extra = short.find(targets[["target_id"]])
    least = (targets["relation"] == ">=").to_numpy()
    value = targets["value"].to_numpy() - constant
    program.add_rows(
        "target",
        targets[["target_id", "region", "metric", "at"]].rename(columns={"at": "year"}),
        [terms, Terms.of(np.arange(len(targets)), extra, np.where(least, 1.0, -1.0))],
        unit="metric",
        tier=Tier.TARGET,
        lower=np.where(least, value, -np.inf),
        upper=np.where(least, np.inf, value),
    )


def _read(context: Context, targets: pd.DataFrame) -> tuple[Terms, np.ndarray]:
    """Return the terms and constants of every target's metric."""
    counted = _counted(context.data, targets)
    parts, constant = [], np.zeros(len(targets))
    for metric in sorted(set(targets["metric"])):
        rows = targets.index[targets["metric"] == metric]
        mapping = counted[counted["row"].isin(rows)]
        terms, fixed = context.program.ledgers[metric].read(mapping, len(targets))
        parts.append(terms)
        constant += fixed
    row, column, coefficient = (
        np.concatenate([getattr(part, name) for part in parts]) if parts else np.array([])
        for name in ("row", "column", "coefficient")
    )
    return Terms.of(row, column, coefficient), constant


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return every target with its achievement."""
    targets = _targets(outcome.data)
    books = {
        metric: outcome.program.ledgers[metric].evaluate(outcome.values)
        for metric in sorted(set(targets["metric"]))
    }
    return {"targets": _report(outcome.data, targets, books)}


def _report(data: Derived, targets: pd.DataFrame, books: dict[str, pd.DataFrame]) -> pd.DataFrame:
    counted = _counted(data, targets).merge(targets["metric"].rename_axis("row").reset_index(), on="row")
    achieved = np.zeros(len(targets))
    for metric, book in books.items():
        part = counted[counted["metric"] == metric].merge(book, on=["site_id", "technology", "year"])
        np.add.at(achieved, part["row"].to_numpy(dtype=int), part["value"].to_numpy(dtype=float))
    frame = targets.assign(required=targets["value"], achieved=achieved)
    sign = np.where(frame["relation"] == ">=", 1.0, -1.0)
    frame["margin"] = (frame["achieved"] - frame["required"]) * sign
    tight = frame["margin"].abs() <= 1e-6 * np.maximum(frame["required"].abs(), 1.0)
    frame["binding"] = tight & (frame["kind"] != "aspirational") & frame["due"]
    columns = ["target_id", "region", "metric", "year", "relation", "kind", "required", "achieved", "margin"]
    return frame[[*columns, "binding", "document_id", "unit"]].astype({"year": int})


def recount(audit: Audit) -> None:
    """Recount the price of shortfalls."""
    table = audit.tables["targets"]
    priced = table[(table["kind"] == "priced") & (table["margin"] < 0)]
    facts = _targets(audit.data).set_index("target_id").reindex(priced["target_id"])
    due = facts["due"].to_numpy(dtype=bool)
    money = -priced["margin"].to_numpy(dtype=float) * facts["price_cny_per_unit"].astype(float).to_numpy()
    keys = pd.DataFrame({"term": "target_shortfall", "year": facts["at"].to_numpy(), "site_id": ""})
    audit.post("cost", keys[due], money[due])


def check(audit: Audit) -> None:
    """Check that achievements are true and that hard targets are met."""
    targets = _targets(audit.data)
    books = {
        metric: audit.ledger(metric, ["site_id", "technology", "year"])
        for metric in sorted(set(targets["metric"]))
    }
    true = _report(audit.data, targets, books)
    both = joined(audit.tables["targets"], true, ["target_id"])
    labels = both[["target_id"]]
    for column in ("year", "required", "achieved", "margin"):
        left = both[column].astype(float).fillna(np.inf)
        audit.equal(
            f"targets_{column}",
            labels,
            left,
            both[f"{column}_true"].astype(float),
            both["required_true"].abs(),
        )
    for column in ("region", "metric", "relation", "kind", "document_id", "unit"):
        audit.same(f"targets_{column}", labels, both[column], both[f"{column}_true"])
    near = (both["margin_true"].abs() <= 1e-5 * np.maximum(both["required_true"].abs(), 1.0)).to_numpy()
    stated, found = (
        both["binding"].fillna(value=False).astype(bool),
        both["binding_true"].fillna(value=False).astype(bool),
    )
    wrong = ((stated != found) & ~(near & ~found)).astype(float)
    audit.equal("targets_binding", labels, wrong, np.zeros(len(both)))
    hard = true.merge(targets[["target_id", "due"]], on="target_id")
    hard = hard[(hard["kind"] == "hard") & hard["due"]]
    audit.at_most("target", hard[["target_id"]], -hard["margin"], np.zeros(len(hard)), hard["required"].abs())


FEATURE = Feature(
    name="targets",
    title=Text(zh="规划目标", en="Targets"),
    parameters=TargetsParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
)
