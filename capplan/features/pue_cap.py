r"""PUE cap: new halls whose design PUE exceeds the limit are not built.

For sites *j* and technologies *f* of the kinds that the cap covers, with design PUE (full load, yearly mean) above
the limit::

    count[j,f,y] <= committed[j,f,y],   converted[j,.,f,y] <= 0

Cooling is chosen per site and technology by least yearly cost among the options that keep the cap, where one does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from capplan.feature import Audit, Context, Feature, Parameters
from capplan.messages import Text
from capplan.program import Terms, Tier


class PueCapParameters(Parameters):
    """The limit and whom it covers."""

    limit: float = Field(1.3, gt=1, description="largest design PUE of a new hall [ratio]")
    kinds: tuple[str, ...] = Field(
        ("hall", "ai", "supercomputing", "vault"), description="kinds of technology that the cap covers"
    )


def _over(context: Context | Audit) -> pd.DataFrame:
    """Return site_id, technology of the pairs over the cap."""
    data = context.data
    pue = data.plant["pue"].reset_index()
    kinds = data.technologies["kind"].reindex(pue["technology"]).isin(context.parameters.kinds).to_numpy()
    over: pd.DataFrame = pue.loc[(pue["pue"] > context.parameters.limit + 1e-9) & kinds]
    return over[["site_id", "technology"]]


def constraints(context: Context) -> None:
    """Keep new modules over the cap at what is committed."""
    program = context.program
    over = _over(context)
    for name, label in (("count", "technology"), ("converted", "new")):
        block = program.columns.get(name)
        if block is None:
            continue
        rows = block.index.reset_index(names="at").merge(over.rename(columns={"technology": label}))
        promised = (
            rows.rename(columns={label: "technology"})
            .merge(context.data.committed, on=["site_id", "technology", "year"], how="left")["modules"]
            .fillna(0.0)
        )
        upper = promised.to_numpy() if name == "count" else np.zeros(len(rows))
        terms = [Terms.of(np.arange(len(rows)), block.ids[rows["at"].to_numpy(dtype=int)])]
        index = rows.drop(columns="at")
        program.add_rows(f"pue_cap_{name}", index, terms, unit="module", tier=Tier.POLICY, upper=upper)


def check(audit: Audit) -> None:
    """Check that nothing over the cap was built beyond commitments."""
    builds = audit.tables["builds"]
    new = builds[builds["action"].isin(["build", "retrofit"])].merge(_over(audit))
    labels = new[["site_id", "technology", "year"]]
    audit.at_most("pue_cap", labels, new["modules"].astype(float), np.zeros(len(new)))


FEATURE = Feature(
    name="pue_cap",
    title=Text(zh="新建机房 PUE 上限", en="PUE cap for new halls"),
    parameters=PueCapParameters,
    constraints=constraints,
    check=check,
)
