r"""Water quota: what cooling may draw in a year.

For every region *r* and year *y* of the case's `limits` named `water_m3`::

    sum_{j in r} water[j,y] <= bound[r,y]                [m3/yr]
"""

from __future__ import annotations

from capplan.feature import Audit, Context, Feature, Parameters
from capplan.messages import Text
from capplan.program import Tier
from capplan.quota import check_quota, post_quota


class WaterParameters(Parameters):
    """None: the bounds are rows of the limits table."""


def constraints(context: Context) -> None:
    """Hold the quota."""
    post_quota(context, "water_m3", "water_m3", scale=1.0, unit="m3", tier=Tier.POLICY)


def check(audit: Audit) -> None:
    """Check the quota."""
    check_quota(audit, "water_m3", "water_m3", scale=1.0, unit="m3")


FEATURE = Feature(
    name="water",
    title=Text(zh="取水指标", en="Water quota"),
    parameters=WaterParameters,
    constraints=constraints,
    check=check,
    limits=("water_m3",),
)
