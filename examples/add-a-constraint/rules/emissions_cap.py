r"""Emissions cap: location-based emissions of all campuses stay under a yearly cap.

For every period *y* from the first year given::

    sum_j emissions[j,y] <= cap[y]                [t CO2/yr]
"""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from capplan.feature import Audit, Context, Feature, Parameters
from capplan.messages import Text
from capplan.program import Tier
from capplan.quota import region_keys


class EmissionsCapParameters(Parameters):
    """What may be emitted."""

    cap: dict[int, float] = Field(
        description="largest yearly emissions, by year, from that year on [t CO2/yr]"
    )


def _rows(context: Context | Audit) -> pd.DataFrame:
    """Return region, year, bound of every period that has a cap."""
    rows = []
    for year in context.data.years:
        due = [cap for first, cap in sorted(context.parameters.cap.items()) if first <= year]
        if due:
            rows.append((context.case.study.region, year, float(due[-1])))
    return pd.DataFrame(rows, columns=["region", "year", "bound"])


def constraints(context: Context) -> None:
    """Hold the ledger of emissions at the cap."""
    rows = _rows(context)
    terms, constant = context.program.ledgers["emissions_t"].read(region_keys(context.data, rows), len(rows))
    labels = rows[["region", "year"]]
    context.add_limit(
        "emissions_cap", labels, terms, constant, rows["bound"], unit="t CO2/yr", tier=Tier.POLICY
    )


def check(audit: Audit) -> None:
    """Add the emissions up again, from the plan's tables."""
    rows = _rows(audit)
    keys = region_keys(audit.data, rows).merge(audit.ledger("emissions_t", ["site_id", "year"]))
    emitted = keys.groupby("row")["value"].sum().reindex(range(len(rows)), fill_value=0.0)
    audit.at_most("emissions_cap", rows[["region", "year"]], emitted, rows["bound"])


FEATURE = Feature(
    name="emissions_cap",
    title=Text(zh="碳排放上限", en="Emissions cap"),
    parameters=EmissionsCapParameters,
    constraints=constraints,
    check=check,
)
