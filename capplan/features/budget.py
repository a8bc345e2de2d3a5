r"""Budget: every period's outlay is drawn from accounts: own funds, special bonds, subsidies.

For accounts *a*, periods *y*, technologies *f* that the account may pay for, lives *l* of what is bought::

    sum_a draw[a,y,l]    =  sum_{j,f} outlay[j,f,y,l]
    sum_l draw[a,y,l]   <=  limit[a,y]                     (summed over the years that the period stands for)
    draw[a,y,l]         <=  share_of_capex[a] * sum_{j, f eligible} outlay[j,f,y,l]

Capital is already in the objective as annuities at the discount rate *r* over the life of what is bought. Money of an
account takes its worth off them, in every year of that life and of the horizon: a subsidy the whole, a bond of interest
*i* and tenor *T* the part ``1 - crf(i, T) / crf(r, T)`` of its present value that need not be paid back.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from capplan import finance
from capplan.derived import Derived
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import joined, negligible, outer, summed
from capplan.messages import Text
from capplan.program import Terms, Tier

_KEYS = ["account_id", "year"]
_DRAW = [*_KEYS, "life"]


class BudgetParameters(Parameters):
    """How long money is borrowed for."""

    tenor_years: float = Field(
        15.0, gt=0, description="time over which bonds are paid back [yr]; special bonds 10-20"
    )


def _accounts(data: Derived, parameters: BudgetParameters) -> pd.DataFrame:
    """Return the accounts of every period: account_id, year, kind, limit, share, eligible, worth [CNY per CNY]."""
    frame = data.table("funding").astype({"year": int, "limit_cny": float})
    frame = frame[(frame["year"] > data.base_year) & (frame["year"] <= data.years[-1])].sort_values(_KEYS)
    # a period spends what the accounts offer in all its years; other terms are those of its last year
    frame["year"] = np.array(data.years)[np.searchsorted(data.years, frame["year"])]
    offered = frame.groupby(_KEYS)["limit_cny"].transform("sum")
    frame = frame.assign(limit_cny=offered).drop_duplicates(_KEYS, keep="last")
    share = frame["share_of_capex"].astype(float)
    frame["share"] = np.where(frame["kind"] == "subsidy", share.fillna(1.0), 1.0)
    rate = data.finance_rule.wacc
    interest = frame["interest_rate"].astype(float).fillna(rate).to_numpy()
    paid_back = finance.annuity_factor(rate, parameters.tenor_years) * finance.capital_recovery_factor(
        interest, parameters.tenor_years
    )
    worth = {"own": np.zeros(len(frame)), "special_bond": 1.0 - paid_back, "subsidy": np.ones(len(frame))}
    frame["worth"] = np.select([frame["kind"] == kind for kind in worth], list(worth.values()), 0.0)
    return frame.sort_values(_KEYS).reset_index(drop=True)


def _draws(accounts: pd.DataFrame, lives: pd.Series) -> pd.DataFrame:
    """Return every account with every life of what may be bought."""
    each = pd.DataFrame({"life": sorted(set(lives))}, dtype="str")
    return accounts.merge(each, how="cross").sort_values(_DRAW).reset_index(drop=True)


def _relief(data: Derived, draws: pd.DataFrame, year: int) -> NDArray[np.float64]:
    """Return what one yuan drawn takes off the yearly cost of a period [CNY/yr per CNY], for rows of draws.

    What is bought lasts from the first year of its period; of a period in which its life ends, the part before counts.
    """
    life = draws["life"].str.removesuffix(" yr").astype(float).to_numpy()
    drawn = draws["year"].astype(int)
    bought = drawn.to_numpy() - data.spans.reindex(drawn).to_numpy(dtype=float)
    span = float(data.spans[year])
    inside = np.clip((bought + life - (year - span)) / span, 0.0, 1.0)
    inside = np.where(drawn.to_numpy() <= year, inside, 0.0)
    recovery = np.asarray(finance.capital_recovery_factor(data.finance_rule.wacc, life))
    return np.asarray(draws["worth"].to_numpy(dtype=float) * recovery * inside)


def _term(accounts: pd.DataFrame) -> pd.Series:
    return accounts["kind"].map({"own": "own_funds", "special_bond": "bond_relief", "subsidy": "subsidy"})


def constraints(context: Context) -> None:
    """Add draw, in million CNY, once every rule has posted its outlay; balance both, hold accounts to their terms."""
    program, data = context.program, context.data
    accounts = _accounts(data, context.parameters)
    outlay = program.ledgers["outlay"]
    lives = pd.concat([outlay.entries()["life"], outlay.constants()["life"]])
    draws = _draws(accounts, lives)
    draw = program.add_columns(
        "draw", draws[_DRAW], unit="1e6 CNY", upper=draws["limit_cny"].to_numpy(dtype=float) / 1e6
    )
    for year in data.years:
        keys = draws.assign(year=year, site_id="", term=_term(draws))
        program.post("cost", keys, draw.ids, -1e6 * _relief(data, draws, year))
    rows = pd.DataFrame({"region": data.case.study.region, "year": data.years}).merge(
        pd.DataFrame({"life": sorted(set(lives))}, dtype="str"), how="cross"
    )
    spent, fixed = outlay.read(
        rows[["year", "life"]].assign(row=np.arange(len(rows)), weight=-1e-6), len(rows)
    )
    place = pd.MultiIndex.from_frame(rows[["year", "life"]])
    drawn = Terms.of(place.get_indexer(pd.MultiIndex.from_frame(draws[["year", "life"]])), draw.ids)
    program.add_rows(
        "budget", rows, [drawn, spent], unit="1e6 CNY", tier=Tier.POLICY, lower=-fixed, upper=-fixed
    )
    _hold(context, accounts, draws)


def _hold(context: Context, accounts: pd.DataFrame, draws: pd.DataFrame) -> None:
    """Hold accounts to their limits, and earmarked ones to what they may pay for."""
    program, data = context.program, context.data
    draw = program.columns["draw"]
    place = pd.MultiIndex.from_frame(accounts[_KEYS])
    drawn = Terms.of(place.get_indexer(pd.MultiIndex.from_frame(draws[_KEYS])), draw.ids)
    limit = accounts["limit_cny"].to_numpy(dtype=float) / 1e6
    program.add_rows("account_limit", accounts[_KEYS], [drawn], unit="1e6 CNY", tier=Tier.POLICY, upper=limit)
    paid, fixed = program.ledgers["outlay"].read(_eligible(data, draws), len(draws))
    own = Terms.of(np.arange(len(draws)), draw.ids)
    program.add_rows(
        "earmarked", draws[_DRAW], [own, paid.scaled(-1.0)], unit="1e6 CNY", tier=Tier.PHYSICS, upper=fixed
    )


def _eligible(data: Derived, draws: pd.DataFrame) -> pd.DataFrame:
    """Return which outlay each row of draws may pay for: technology, year, life, row, weight [1e6 CNY per CNY]."""
    names = [*data.technologies.index, "connection", "campus"]
    given = draws["eligible"].astype(str)
    listed = [
        names if cell.strip() == "all" else [name.strip() for name in cell.split(";")] for cell in given
    ]
    frame = draws[["year", "life"]].assign(row=np.arange(len(draws)), weight=draws["share"] * 1e-6)
    frame["technology"] = pd.Series(listed, index=frame.index, dtype=object)
    return frame.explode("technology").astype({"technology": "str"}).reset_index(drop=True)


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return what each account pays, and what lasts how long of what it pays for."""
    accounts = _accounts(outcome.data, outcome.parameters)
    drawn = (
        outcome.block("draw")
        .rename(columns={"value": "draw_cny"})
        .assign(draw_cny=lambda frame: frame["draw_cny"] * 1e6)
    )
    total = accounts.merge(summed(drawn, _KEYS, "draw_cny"), on=_KEYS, how="left").fillna({"draw_cny": 0.0})
    payments = drawn.loc[~negligible(drawn["draw_cny"]), [*_DRAW, "draw_cny"]]
    return {"funding": total[[*_KEYS, "kind", "limit_cny", "draw_cny"]], "payments": payments}


def recount(audit: Audit) -> None:
    """Recount the relief of every payment."""
    accounts = _accounts(audit.data, audit.parameters)
    table = audit.tables["payments"][[*_DRAW, "draw_cny"]].merge(accounts, on=_KEYS, how="left")
    money = table["draw_cny"].to_numpy(dtype=float)
    for year in audit.data.years:
        keys = pd.DataFrame({"term": _term(table), "year": year, "site_id": ""})
        audit.post("cost", keys, -_relief(audit.data, table, year) * money)


def check(audit: Audit) -> None:
    """Check that accounts pay for what is spent, within their limits and for what they may."""
    data = audit.data
    accounts = _accounts(data, audit.parameters)
    payments = audit.tables["payments"][[*_DRAW, "draw_cny"]]
    paid = summed(payments, _KEYS, "draw_cny").rename(columns={"draw_cny": "paid"})
    stated = joined(audit.tables["funding"], accounts, _KEYS)
    audit.same("funding_kind", stated[_KEYS], stated["kind"], stated["kind_true"])
    audit.equal("funding_limit", stated[_KEYS], stated["limit_cny"], stated["limit_cny_true"])
    table = outer(audit.tables["funding"][[*_KEYS, "draw_cny"]], paid, _KEYS)
    audit.equal("funding_draw", table[_KEYS], table["draw_cny"], table["paid"])
    table = accounts.merge(paid, on=_KEYS, how="left").fillna({"paid": 0.0})
    audit.at_most("account_limit", table[_KEYS], table["paid"], table["limit_cny"])
    outlay = audit.ledger("outlay", ["technology", "year", "life"])
    spent = summed(outlay, ["year", "life"], "value")
    both = outer(spent, summed(payments, ["year", "life"], "draw_cny"), ["year", "life"])
    size = spent.groupby("year")["value"].sum().reindex(both["year"]).fillna(0.0).to_numpy()
    audit.equal("budget", both[["year", "life"]], both["draw_cny"], both["value"], size)
    own = payments.merge(accounts, on=_KEYS, how="left").fillna({"share": 0.0, "eligible": ""})
    most = _eligible(data, own).merge(outlay, on=["technology", "year", "life"])
    room = (most["value"] * most["weight"] * 1e6).groupby(most["row"]).sum()
    audit.at_most(
        "earmarked", own[_DRAW], own["draw_cny"], room.reindex(range(len(own))).fillna(0.0).to_numpy()
    )


FEATURE = Feature(
    name="budget",
    title=Text(zh="年度预算与资金来源", en="Budget and accounts"),
    parameters=BudgetParameters,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
)
