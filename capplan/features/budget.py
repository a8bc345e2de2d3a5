r"""Budget: every period's outlay is drawn from accounts: own funds, special bonds, subsidies.

For accounts *a*, periods *y*, technologies *f* that the account may pay for::

    sum_a draw[a,y]  =  sum_{j,f} outlay[j,f,y]
    draw[a,y]       <=  limit[a,y]                         (summed over the years that the period stands for)
    draw[a,y]       <=  share_of_capex[a] * sum_{j, f eligible} outlay[j,f,y]

Capital is already in the objective as annuities at the discount rate. A bond lowers them by the difference of the
capital recovery factors at its own interest and at the discount rate, a subsidy by the whole, in every year from the
draw to the end of the horizon.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from capplan import finance
from capplan.derived import Derived
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.messages import Text
from capplan.program import Terms, Tier

_KEYS = ["account_id", "year"]


class BudgetParameters(Parameters):
    """How long money is borrowed for."""

    tenor_years: float = Field(
        15.0, gt=0, description="life over which drawn money is spread [yr]; special bonds 10-20"
    )


def _accounts(data: Derived, parameters: BudgetParameters) -> pd.DataFrame:
    """Return the accounts of every period: account_id, year, kind, limit, share, eligible, relief [CNY/yr per CNY]."""
    frame = data.table("funding").astype({"year": int, "limit_cny": float})
    frame = frame[(frame["year"] > data.base_year) & (frame["year"] <= data.years[-1])].sort_values(_KEYS)
    # a period spends what the accounts offer in all its years; other terms are those of its last year
    frame["year"] = np.array(data.years)[np.searchsorted(data.years, frame["year"])]
    offered = frame.groupby(_KEYS)["limit_cny"].transform("sum")
    frame = frame.assign(limit_cny=offered).drop_duplicates(_KEYS, keep="last")
    share = frame["share_of_capex"].astype(float)
    frame["share"] = np.where(frame["kind"] == "subsidy", share.fillna(1.0), 1.0)
    rate = data.finance_rule.wacc
    full = float(finance.capital_recovery_factor(rate, parameters.tenor_years))
    interest = frame["interest_rate"].astype(float).fillna(rate)
    bond = full - np.asarray(finance.capital_recovery_factor(interest.to_numpy(), parameters.tenor_years))
    relief = {"own": np.zeros(len(frame)), "special_bond": bond, "subsidy": np.full(len(frame), full)}
    frame["relief"] = np.select([frame["kind"] == kind for kind in relief], list(relief.values()), 0.0)
    return frame.sort_values(_KEYS).reset_index(drop=True)


def variables(context: Context) -> None:
    """Add draw, in million CNY."""
    accounts = _accounts(context.data, context.parameters)
    context.program.add_columns(
        "draw", accounts[_KEYS], unit="1e6 CNY", upper=accounts["limit_cny"].to_numpy() / 1e6
    )


def postings(context: Context) -> None:
    """Post the relief that drawn money brings in every later period."""
    program, data = context.program, context.data
    accounts = _accounts(data, context.parameters)
    ids = program.columns["draw"].ids
    for year in data.years:
        from_then = (accounts["year"] <= year).to_numpy()
        keys = accounts[from_then].assign(year=year, site_id="", term=_term(accounts[from_then]))
        program.post("cost", keys, ids[from_then], -1e6 * accounts["relief"].to_numpy()[from_then])


def _term(accounts: pd.DataFrame) -> pd.Series:
    return accounts["kind"].map({"own": "own_funds", "special_bond": "bond_relief", "subsidy": "subsidy"})


def constraints(context: Context) -> None:
    """Balance draws and outlay; hold earmarked accounts to what they may pay for."""
    program, data = context.program, context.data
    accounts = _accounts(data, context.parameters)
    draw, outlay = program.columns["draw"], program.ledgers["outlay"]
    years = pd.DataFrame({"year": data.years})
    spent, fixed = outlay.read(years.assign(row=np.arange(len(years)), weight=-1e-6), len(years))
    drawn = Terms.of(years.set_index("year").index.get_indexer(pd.Index(accounts["year"])), draw.ids)
    rows = years.assign(region=data.case.study.region)[["region", "year"]]
    program.add_rows(
        "budget", rows, [drawn, spent], unit="1e6 CNY", tier=Tier.POLICY, lower=-fixed, upper=-fixed
    )
    eligible = _eligible(data, accounts)
    paid, fixed = outlay.read(eligible, len(accounts))
    own = Terms.of(np.arange(len(accounts)), draw.ids)
    program.add_rows(
        "earmarked", accounts[_KEYS], [own, paid.scaled(-1.0)], unit="1e6 CNY", tier=Tier.PHYSICS, upper=fixed
    )


def _eligible(data: Derived, accounts: pd.DataFrame) -> pd.DataFrame:
    """Return which outlay each account's row may pay for: technology, year, row, weight [1e6 CNY per CNY]."""
    names = [*data.technologies.index, "connection", "campus"]
    parts = []
    for row, account in accounts.iterrows():
        given = str(account["eligible"])
        wanted = names if given.strip() == "all" else [name.strip() for name in given.split(";")]
        parts.append(
            pd.DataFrame(
                {"technology": wanted, "year": account["year"], "row": row, "weight": account["share"] * 1e-6}
            )
        )
    columns = ["technology", "year", "row", "weight"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return what each account pays."""
    accounts = _accounts(outcome.data, outcome.parameters)
    drawn = outcome.block("draw").rename(columns={"value": "draw_cny"})
    frame = accounts.merge(drawn, on=_KEYS).assign(draw_cny=lambda frame: frame["draw_cny"] * 1e6)
    return {"funding": frame[[*_KEYS, "kind", "limit_cny", "draw_cny"]]}


def recount(audit: Audit) -> None:
    """Recount the relief."""
    accounts = _accounts(audit.data, audit.parameters)
    table = audit.tables["funding"][[*_KEYS, "draw_cny"]].merge(accounts, on=_KEYS, how="left")
    for year in audit.data.years:
        part = table[table["year"] <= year]
        keys = pd.DataFrame({"term": _term(part), "year": year, "site_id": ""})
        audit.post("cost", keys, -part["relief"].to_numpy() * part["draw_cny"].to_numpy(dtype=float))


def check(audit: Audit) -> None:
    """Check that accounts pay for what is spent, within their limits."""
    data = audit.data
    accounts = _accounts(data, audit.parameters)
    table = accounts.merge(audit.tables["funding"][[*_KEYS, "draw_cny"]], on=_KEYS, how="left").fillna(
        {"draw_cny": 0.0}
    )
    stated = audit.tables["funding"].merge(accounts, on=_KEYS, how="outer", suffixes=("", "_true"))
    audit.same("funding_kind", stated[_KEYS], stated["kind"], stated["kind_true"])
    audit.equal("funding_limit", stated[_KEYS], stated["limit_cny"], stated["limit_cny_true"])
    audit.at_most("account_limit", table[_KEYS], table["draw_cny"], table["limit_cny"])
    outlay = audit.ledger("outlay", ["technology", "year"])
    spent = outlay.groupby("year")["value"].sum().reindex(data.years).fillna(0.0)
    drawn = table.groupby("year")["draw_cny"].sum().reindex(data.years).fillna(0.0)
    audit.equal("budget", pd.DataFrame({"year": data.years}), drawn.to_numpy(), spent.to_numpy())
    paid = _eligible(data, accounts).merge(outlay, on=["technology", "year"])
    most = (
        (paid["value"] * paid["weight"] * 1e6)
        .groupby(paid["row"])
        .sum()
        .reindex(range(len(accounts)))
        .fillna(0.0)
    )
    audit.at_most("earmarked", table[_KEYS], table["draw_cny"], most.to_numpy())


FEATURE = Feature(
    name="budget",
    title=Text(zh="年度预算与资金来源", en="Budget and accounts"),
    parameters=BudgetParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
)
