r"""Energy quota: the yearly energy that a prefecture may give to data centres.

For every region *r* and year *y* of the case's `limits` named `energy_gwh`::

    sum_{j in r} facility_energy[j,y] / 1000 <= bound[r,y]                [GWh/yr]
"""

from __future__ import annotations

from capplan.feature import Audit, Context, Feature, Parameters
from capplan.messages import Text
from capplan.program import Tier
from capplan.quota import check_quota, post_quota


class EnergyQuotaParameters(Parameters):
    """None: the bounds are rows of the limits table."""


def constraints(context: Context) -> None:
    """Hold the quota."""
    post_quota(context, "energy_gwh", "facility_energy", scale=1e-3, unit="GWh", tier=Tier.POLICY)


def check(audit: Audit) -> None:
    """Check the quota."""
    check_quota(audit, "energy_gwh", "facility_energy", scale=1e-3, unit="GWh")


FEATURE = Feature(
    name="energy_quota",
    title=Text(zh="能耗指标", en="Energy quota"),
    parameters=EnergyQuotaParameters,
    constraints=constraints,
    check=check,
    limits=("energy_gwh",),
)
