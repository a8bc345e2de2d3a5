r"""Land: what halls take up fits the site, and the quota of every region.

For every site *j*, region *r* and year *y* of the case's `limits` named `land_ha`::

    sum_f land_ha[f] * installed[j,f,y] <= land_max_ha[j] + brought[j,y]               [ha]
    sum_{j in r} land[j,y]              <= bound[r,y] + sum_{j in r} brought[j,y]      [ha]

`brought` is land approved for announced projects that are taken.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from capplan import finance
from capplan.feature import Audit, Context, Feature, Parameters
from capplan.messages import Text
from capplan.program import Tier
from capplan.quota import check_quota, post_quota

_M2_PER_HA = 10_000.0


class LandQuotaParameters(Parameters):
    """How land is paid for."""

    tenure_years: float = Field(
        50.0, gt=0, description="industrial land tenure over which its price is spread [yr]; law"
    )


def _price(context: Context | Audit, sites: pd.Series) -> np.ndarray:
    """Return the yearly cost of a hectare at each site [CNY/(ha yr)]."""
    price = context.data.table("sites").set_index("site_id")["land_price_cny_per_m2"].astype(float)
    money = price.reindex(sites).to_numpy() * _M2_PER_HA
    return np.asarray(finance.annuity(money, context.data.finance_rule.wacc, context.parameters.tenure_years))


def constraints(context: Context) -> None:
    """Hold land within sites and quotas, and pay for it."""
    program, data = context.program, context.data
    ledger = program.ledgers["land_ha"]
    entries = ledger.entries()
    yearly = _price(context, entries["site_id"]) * entries["coefficient"].to_numpy(dtype=float)
    program.post("cost", entries.assign(term="land"), entries["column"].to_numpy(), yearly)
    sites = data.table("sites")[["site_id", "land_max_ha"]].merge(
        pd.DataFrame({"year": data.years}), how="cross"
    )
    keys = sites[["site_id", "year"]].assign(row=np.arange(len(sites)))
    terms, constant = ledger.read(keys, len(sites))
    brought, fixed = program.ledgers["brought"].read(keys.assign(resource="land_ha", weight=-1.0), len(sites))
    upper = sites["land_max_ha"].to_numpy(dtype=float) - constant - fixed
    program.add_rows(
        "site_land", sites[["site_id", "year"]], [terms, brought], unit="ha", tier=Tier.RESOURCE, upper=upper
    )
    post_quota(context, "land_ha", "land_ha", scale=1.0, unit="ha", tier=Tier.POLICY)


def recount(audit: Audit) -> None:
    """Recount the cost of land from capacity."""
    capacity = audit.tables["capacity"]
    each = audit.data.technologies["land_ha"].astype(float).reindex(capacity["technology"]).to_numpy()
    yearly = capacity["modules"].to_numpy(dtype=float) * each * _price(audit, capacity["site_id"])
    audit.post("cost", capacity[["year", "site_id"]].assign(term="land"), yearly)


def check(audit: Audit) -> None:
    """Check land at sites and in regions."""
    land = audit.ledger("land_ha", ["site_id", "year"])
    room = audit.data.table("sites")[["site_id", "land_max_ha"]]
    both = land.merge(room, on="site_id")
    more = audit.ledger("brought", ["resource", "site_id", "year"]).rename(columns={"value": "more"})
    both = both.merge(more[more["resource"] == "land_ha"], on=["site_id", "year"], how="left")
    most = both["land_max_ha"].astype(float) + both["more"].fillna(0.0)
    audit.at_most("site_land", both[["site_id", "year"]], both["value"], most)
    pairs = audit.data.site_technologies.merge(pd.DataFrame({"year": audit.data.years}), how="cross")
    taken = audit.data.technologies["land_ha"].astype(float).reindex(pairs["technology"]).to_numpy()
    each = pairs[["site_id", "year"]].assign(value=taken)
    check_quota(audit, "land_ha", "land_ha", scale=1.0, unit="ha", each=each)


FEATURE = Feature(
    name="land_quota",
    title=Text(zh="用地与用地指标", en="Land and land quota"),
    parameters=LandQuotaParameters,
    constraints=constraints,
    recount=recount,
    check=check,
    limits=("land_ha",),
)
