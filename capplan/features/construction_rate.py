r"""Construction rate: how many standard racks a region's builders can commission in a year.

For every region *r* and year *y* of the case's `limits` named `build_racks_per_year`::

    sum_{j in r,f} racks commissioned[j,f,y] per year <= bound[r,y]                [standard racks/yr]
"""

from __future__ import annotations

import pandas as pd

from capplan.feature import Audit, Context, Feature, Parameters
from capplan.messages import Text
from capplan.program import Tier
from capplan.quota import check_quota, post_quota


class ConstructionRateParameters(Parameters):
    """None: the bounds are rows of the limits table."""


def constraints(context: Context) -> None:
    """Hold the quota."""
    post_quota(
        context,
        "build_racks_per_year",
        "build_racks_per_year",
        scale=1.0,
        unit="standard_rack/yr",
        tier=Tier.RESOURCE,
    )


def check(audit: Audit) -> None:
    """Check the quota."""
    data = audit.data
    pairs = data.site_technologies.query("limit > 0").merge(pd.DataFrame({"year": data.years}), how="cross")
    racks = data.technologies["standard_racks"].astype(float).reindex(pairs["technology"]).to_numpy()
    each = pairs[["site_id", "year"]].assign(
        value=racks / pairs["year"].map(data.spans).to_numpy(dtype=float)
    )
    name, unit = "build_racks_per_year", "standard_rack/yr"
    check_quota(audit, name, name, scale=1.0, unit=unit, each=each)


FEATURE = Feature(
    name="construction_rate",
    title=Text(zh="建设速度", en="Construction rate"),
    parameters=ConstructionRateParameters,
    constraints=constraints,
    check=check,
    limits=("build_racks_per_year",),
)
