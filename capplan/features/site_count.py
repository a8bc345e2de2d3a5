r"""Number of sites: how many new campuses a region may open.

For every region *r* and year *y* of the case's `limits` named `sites`::

    sum_{j in r} opened[j,y] <= bound[r,y]                [site]
"""

from __future__ import annotations

from capplan.feature import Audit, Context, Feature, Parameters
from capplan.messages import Text
from capplan.program import Tier
from capplan.quota import check_quota, post_quota


class SiteCountParameters(Parameters):
    """None: the bounds are rows of the limits table."""


def constraints(context: Context) -> None:
    """Hold the quota."""
    post_quota(context, "sites", "sites", scale=1.0, unit="site", tier=Tier.POLICY)


def check(audit: Audit) -> None:
    """Check the quota."""
    check_quota(audit, "sites", "sites", scale=1.0, unit="site")


FEATURE = Feature(
    name="site_count",
    title=Text(zh="新园区数量", en="Number of new campuses"),
    parameters=SiteCountParameters,
    constraints=constraints,
    check=check,
    limits=("sites",),
)
