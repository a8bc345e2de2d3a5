r"""Annual green share by group of sites, met with contracts by zone: pooled through the grid, or direct lines.

For groups *r* (regions), energy zones *z*, contract types, sites *j* and periods *y*, in MW contracted::

    sum_{j,g} full_load_hours * green  >=  share[r,y] * facility_energy[r,y]
    sum full_load_hours * green        <=  facility_energy[r,y]                 (no more than is used)
    full_load_hours * green[direct,j]  <=  match_share * facility_energy[j,y]   (no storage: hours must match)
    sum green[offer]                   <=  available_mw[offer] + brought[offer,y]

Direct lines exist only where a site stands in the offer's energy zone. A direct line replaces energy of the tariff at
its delivered price; a pooled contract adds its premium to the tariff. What announced projects build of their own adds
to the offer that they name.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from capplan.derived import Derived
from capplan.errors import Fault, nearest_name
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import filled, negligible, summed
from capplan.messages import Message, Text, msg
from capplan.program import Terms, Tier

if TYPE_CHECKING:
    from capplan.case import Case

_KEYS = ["offer_id", "group", "site_id", "year"]


class GreenShareParameters(Parameters):
    """The shares asked for, and whether direct lines are allowed."""

    share: dict[str, dict[int, Annotated[float, Field(ge=0, le=1)]]] = Field(
        default_factory=dict,
        description="least annual green share by region and year [ratio], from that year on",
    )
    direct_lines: bool = Field(default=True, description="whether direct lines may be contracted")


def faults(case: Case, parameters: GreenShareParameters) -> list[Fault]:
    """Return a fault for every group that is no region, and for groups that overlap without one holding the other.

    Parameters
    ----------
    case
        The case.
    parameters
        The feature's parameters; their shares name the groups.
    """
    known = sorted(set(case.tables["regions"]["region_id"]))
    problem, listed = (
        msg("{what} is not known", what=msg("the region")),
        msg("use one of: {known}", known=known),
    )
    strange = [group for group in parameters.share if group not in known]
    found = [_fault(group, problem, listed, nearest_name(group, known)) for group in strange]
    pairs = list(combinations(sorted({*known} & {*parameters.share}), 2))
    if not pairs:
        return found
    apart = msg("name regions of which any two are apart, or one within the other")
    sites = Derived(case).region_sites.groupby("region")["site_id"].agg(set).to_dict()
    for first, second in pairs:
        one, other = sites.get(first, set()), sites.get(second, set())
        if one & other and not (one <= other or other <= one):
            problem = msg("overlaps {other}, and neither lies within the other", other=second)
            found.append(_fault(first, problem, apart, None))
    return found


def _fault(group: str, problem: Message, remedy: Message, nearest: str | None) -> Fault:
    return Fault(
        file="study.yaml",
        row=None,
        column=f"features.green_share.share.{group}",
        value=group,
        problem=problem,
        remedy=remedy,
        nearest=nearest,
    )


def _offers(data: Derived, parameters: GreenShareParameters) -> pd.DataFrame:
    """Return every contract that may be signed: offer, group, site (empty: pooled), year and the offer's numbers."""
    offers = data.table("energy_offers").copy()
    numbers = ["full_load_hours", "available_mw", "price_cny_per_mwh", "match_share"]
    offers[numbers] = offers[numbers].astype(float)
    offers = offers.merge(pd.DataFrame({"year": data.years}), how="cross")
    offers = offers[offers["first_year"].astype(int) <= offers["year"]]
    region = data.case.study.region
    groups = pd.DataFrame({"group": sorted(parameters.share) or [region]})
    pooled = offers[offers["type"] == "grid_green"].merge(groups, how="cross").assign(site_id="")
    sites = data.table("sites")[["site_id", "energy_zone"]]
    direct = offers[(offers["type"] == "direct_line") & parameters.direct_lines].merge(
        sites, on="energy_zone"
    )
    direct = direct.assign(group=region)
    columns = [*_KEYS, "type", "energy_zone", *numbers]
    both = pd.concat([pooled[columns], direct[columns]], ignore_index=True)
    return both.sort_values(_KEYS).reset_index(drop=True)


def _inside(data: Derived, groups: list[str]) -> pd.DataFrame:
    """Return which group lies wholly inside which region: region, group."""
    members = data.region_sites.groupby("region")["site_id"].agg(frozenset).to_dict()
    pairs = [
        (region, group)
        for region in groups
        for group in groups
        if members.get(group, frozenset()) <= members.get(region, frozenset())
    ]
    return pd.DataFrame(pairs, columns=["region", "group"])


def _required(data: Derived, parameters: GreenShareParameters) -> pd.DataFrame:
    """Return region, year, share: the latest share given by then, zero before the first."""
    rows = []
    for region in sorted(parameters.share) or [data.case.study.region]:
        given = parameters.share.get(region, {})
        for year in data.years:
            due = [share for when, share in sorted(given.items()) if int(when) <= year]
            rows.append((region, year, due[-1] if due else 0.0))
    return pd.DataFrame(rows, columns=["region", "year", "share"])


def variables(context: Context) -> None:
    """Add green, in MW contracted; what offers hold bounds it by a row, so that an explanation can name it."""
    context.program.add_columns("green", _offers(context.data, context.parameters)[_KEYS], unit="MW")


def postings(context: Context) -> None:
    """Post what contracts cost, what they replace and what they avoid."""
    program, data = context.program, context.data
    offers = _offers(data, context.parameters)
    ids = program.columns["green"].ids
    mwh = offers["full_load_hours"].to_numpy()
    direct = (offers["type"] == "direct_line").to_numpy()
    money = mwh * offers["price_cny_per_mwh"].to_numpy()
    program.post("cost", offers.assign(term=np.where(direct, "direct_line", "green_premium")), ids, money)
    lines = offers[direct].reset_index(drop=True)
    replaced = mwh[direct] * 1000.0 * _price(data, lines)
    program.post("cost", lines.assign(term="energy"), ids[direct], -replaced)
    program.post("direct_energy", lines, ids[direct], mwh[direct])
    factor = data.grid_factor.reindex(lines["year"]).to_numpy()
    program.post("emissions_t", lines, ids[direct], -mwh[direct] * factor)


def _price(data: Derived, lines: pd.DataFrame) -> np.ndarray:
    """Return the delivered energy price at each line's site [CNY/kWh]."""
    price = data.plant["price"][data.plant["campus"]].groupby(level="site_id").first()
    return price.reindex(lines["site_id"]).fillna(0.0).to_numpy(dtype=float)


def constraints(context: Context) -> None:
    """Meet shares, stay within use, within offers, and within what matches by the hour."""
    offers = _offers(context.data, context.parameters)
    _shares(context, offers)
    _available(context, offers)
    _matching(context, offers)


def _shares(context: Context, offers: pd.DataFrame) -> None:
    program, data = context.program, context.data
    required = _required(data, context.parameters)
    keys = required.reset_index(names="row")
    sites = data.region_sites.merge(keys, on="region")
    facility = program.ledgers["facility_energy"]
    used, constant = facility.read(sites[["site_id", "year", "row"]], len(required))
    floor, floor_constant = facility.read(
        sites.assign(weight=sites["share"])[["site_id", "year", "row", "weight"]], len(required)
    )
    green = _green_terms(context, offers, keys, sites)
    index = required[["region", "year"]]
    terms = Terms.of(
        np.concatenate([green.row, floor.row]),
        np.concatenate([green.column, floor.column]),
        np.concatenate([green.coefficient, -floor.coefficient]),
    )
    context.add_limit(
        "green_share",
        index,
        terms,
        -floor_constant,
        0.0,
        unit="MWh",
        tier=Tier.POLICY,
        at_least=True,
        share=required["share"],
        whole=(used, constant),
    )
    program.add_rows(
        "green_within_use", index, [green, used.scaled(-1.0)], unit="MWh", tier=Tier.PHYSICS, upper=constant
    )


def _green_terms(context: Context, offers: pd.DataFrame, keys: pd.DataFrame, sites: pd.DataFrame) -> Terms:
    """Return contracted energy of every region and year [MWh]: its sites' direct lines, its groups' pooled contracts."""
    data = context.data
    ids = context.program.columns["green"].ids
    frame = offers.assign(column=ids)
    direct = frame[frame["site_id"] != ""].merge(sites[["site_id", "year", "row"]], on=["site_id", "year"])
    pooled = frame[frame["site_id"] == ""].merge(
        _inside(data, list(dict.fromkeys(keys["region"]))), on="group"
    )
    pooled = pooled.merge(keys[["region", "year", "row"]], on=["region", "year"])
    both = pd.concat([direct, pooled], ignore_index=True)
    return Terms.of(both["row"], both["column"], both["full_load_hours"])


def _available(context: Context, offers: pd.DataFrame) -> None:
    index = offers[["offer_id", "year"]].drop_duplicates().reset_index(drop=True)
    place = pd.MultiIndex.from_frame(index).get_indexer(
        pd.MultiIndex.from_frame(offers[["offer_id", "year"]])
    )
    bound = (
        offers.groupby(["offer_id", "year"])["available_mw"].first().reindex(pd.MultiIndex.from_frame(index))
    )
    contracted = Terms.of(place, context.program.columns["green"].ids)
    beyond = index.rename(columns={"offer_id": "resource"}).assign(row=np.arange(len(index)), weight=-1.0)
    brought, fixed = context.program.ledgers["brought"].read(beyond, len(index))
    context.add_limit(
        "green_available",
        index.rename(columns={"offer_id": "region"}),
        contracted.with_(brought),
        fixed,
        bound.to_numpy(),
        unit="MW",
        tier=Tier.RESOURCE,
    )


def _matching(context: Context, offers: pd.DataFrame) -> None:
    program = context.program
    direct = offers[offers["site_id"] != ""]
    index = direct[["site_id", "year"]].drop_duplicates().reset_index(drop=True)
    match = (
        direct.groupby(["site_id", "year"])["match_share"]
        .max()
        .reindex(pd.MultiIndex.from_frame(index))
        .to_numpy()
    )
    place = pd.MultiIndex.from_frame(index).get_indexer(pd.MultiIndex.from_frame(direct[["site_id", "year"]]))
    ids = program.columns["green"].ids[direct.index.to_numpy()]
    lines = Terms.of(place, ids, direct["full_load_hours"].to_numpy())
    mapping = index.assign(row=np.arange(len(index)), weight=match, campus=True)
    used, constant = program.ledgers["facility_energy"].read(mapping, len(index))
    program.add_rows(
        "direct_line_matching",
        index,
        [lines, used.scaled(-1.0)],
        unit="MWh",
        tier=Tier.PHYSICS,
        upper=constant,
    )


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return the contracts signed."""
    offers = _offers(outcome.data, outcome.parameters)
    offers["mw"] = outcome.block("green")["value"].to_numpy()
    signed = offers[~negligible(offers["mw"])].copy()
    signed["mwh"] = signed["mw"] * signed["full_load_hours"]
    signed = signed.rename(columns={"energy_zone": "zone"})
    columns = ["site_id", "group", "zone", "type", "year", "mw", "mwh", "price_cny_per_mwh", "offer_id"]
    return {"contracts": signed[columns]}


def recount(audit: Audit) -> None:
    """Recount cost [CNY/yr], energy [MWh/yr] and emissions [t CO2/yr] of contracts."""
    data, table = audit.data, audit.tables["contracts"]
    mwh = table["mwh"].to_numpy(dtype=float)
    direct = (table["type"] == "direct_line").to_numpy()
    term = np.where(direct, "direct_line", "green_premium")
    keys = table[["year", "site_id"]]
    audit.post("cost", keys.assign(term=term), mwh * table["price_cny_per_mwh"].to_numpy(dtype=float))
    lines = table[direct]
    audit.post(
        "cost", lines[["year", "site_id"]].assign(term="energy"), -mwh[direct] * 1000.0 * _price(data, lines)
    )
    audit.post("direct_energy", lines[["site_id", "year"]], mwh[direct])
    factor = data.grid_factor.reindex(lines["year"]).to_numpy()
    audit.post("emissions_t", lines[["site_id", "year"]], -mwh[direct] * factor)


def check(audit: Audit) -> None:
    """Check contracts against offers, shares and use."""
    data, table = audit.data, audit.tables["contracts"]
    offers = _offers(data, audit.parameters)
    own = table[[*_KEYS, "type", "zone", "mw", "mwh", "price_cny_per_mwh"]].merge(
        offers, on=_KEYS, how="left", suffixes=("", "_offer")
    )
    labels = own[_KEYS]
    audit.equal("contracts_mwh", labels, own["mwh"], own["mw"] * own["full_load_hours"])
    audit.equal("contracts_price", labels, own["price_cny_per_mwh"], own["price_cny_per_mwh_offer"])
    known = offers.drop_duplicates(["offer_id", "year"])[["offer_id", "year", "available_mw"]]
    total = known.merge(summed(own, ["offer_id", "year"], "mw"), how="left").fillna({"mw": 0.0})
    rows = total.rename(columns={"offer_id": "region"})
    more = audit.ledger("brought", ["resource", "year"]).rename(columns={"resource": "region"})
    brought = rows[["region", "year"]].merge(more, on=["region", "year"], how="left")["value"].fillna(0.0)
    used = total["mw"].to_numpy(dtype=float) - brought.to_numpy(dtype=float)
    audit.limit("green_available", rows, used, total["available_mw"], unit="MW")
    for column, true in (("type", "type_offer"), ("zone", "energy_zone")):
        audit.same(f"contracts_{column}", labels, own[column], own[true])
    facility = audit.ledger("facility_energy", ["site_id", "year"]).rename(columns={"value": "facility"})
    direct = (
        own[own["site_id"] != ""]
        .groupby(["site_id", "year"], as_index=False)
        .agg(mwh=("mwh", "sum"), match=("match_share", "max"))
    )
    behind = audit.ledger("facility_energy", ["site_id", "year", "campus"])
    behind = behind[behind["campus"].astype(bool)].rename(columns={"value": "facility"})
    both = direct.merge(behind, on=["site_id", "year"], how="left").fillna({"facility": 0.0})
    audit.at_most(
        "direct_line_matching", both[["site_id", "year"]], both["mwh"], both["match"] * both["facility"]
    )
    _check_shares(audit, own, facility)


def _check_shares(audit: Audit, own: pd.DataFrame, facility: pd.DataFrame) -> None:
    data = audit.data
    required = _required(data, audit.parameters)
    used = (
        facility.merge(data.region_sites, on="site_id")
        .groupby(["region", "year"], as_index=False)["facility"]
        .sum()
    )
    direct = own[own["site_id"] != ""].merge(data.region_sites, on="site_id")
    pooled = own[own["site_id"] == ""].merge(
        _inside(data, list(dict.fromkeys(required["region"]))), on="group"
    )
    green = (
        pd.concat([direct, pooled], ignore_index=True)
        .groupby(["region", "year"], as_index=False)["mwh"]
        .sum()
    )
    both = filled(required.merge(used, how="left").merge(green, how="left"))
    labels = both[["region", "year"]]
    reached = (both["mwh"] / both["facility"].where(both["facility"] > 0)).fillna(both["share"])
    audit.limit("green_share", both, reached, both["share"], unit="ratio", at_least=True)
    audit.at_most("green_within_use", labels, both["mwh"], both["facility"])


FEATURE = Feature(
    name="green_share",
    title=Text(zh="绿电占比与合同", en="Green share and contracts"),
    parameters=GreenShareParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
    faults=faults,
)
