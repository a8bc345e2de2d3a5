r"""Net present cost: yearly costs of every term discounted to the base year; a price on carbon where one is set.

The objective is ``sum_y discount[y] * sum(cost ledger of y)``, with capital as annuities inside the horizon, so that
the remaining life of a hall is its salvage value. The core closes the sum; this feature holds its parameters and
turns emissions into cost.
"""

from __future__ import annotations

from capplan.derived import FinanceRule
from capplan.feature import Audit, Context, Feature, Parameters
from capplan.messages import Text


class NetPresentCostParameters(FinanceRule, Parameters):
    """Discount rate and carbon price."""


def constraints(context: Context) -> None:
    """Post the carbon cost of what the emissions ledger holds."""
    price = context.parameters.carbon_price_cny_per_t
    if price <= 0:
        return
    emissions = context.program.ledgers["emissions_t"]
    entries, fixed = emissions.entries(), emissions.constants()
    keys = entries.assign(term="carbon")
    context.program.post(
        "cost", keys, entries["column"].to_numpy(), entries["coefficient"].to_numpy() * price
    )
    context.program.post_constant(
        "cost", fixed.assign(term="carbon"), fixed["value"].to_numpy(dtype=float) * price
    )


def check(audit: Audit) -> None:
    """Recount the carbon cost, after every other feature has posted its emissions."""
    price = audit.parameters.carbon_price_cny_per_t
    if price <= 0:
        return
    emissions = audit.ledger("emissions_t", ["site_id", "year"])
    audit.post("cost", emissions[["site_id", "year"]].assign(term="carbon"), emissions["value"] * price)


FEATURE = Feature(
    name="net_present_cost",
    title=Text(zh="净现值成本", en="Net present cost"),
    parameters=NetPresentCostParameters,
    constraints=constraints,
    check=check,
)
