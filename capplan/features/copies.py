r"""Disaster-recovery copies: classes that ask for it keep a second copy far enough from the first.

For classes *k* with a copy share, sites *a* (first copy) and *b* (second), periods *y*::

    sum_b replica[k,a,b,y]  =  copy_share[k] * sum_c serve[c,a,y]        (must demand; distance[a,b] >= copy_min_km[k])
    sum_a replica[k,a,b,y]  =  sum_f copy_load[b,f,k,y]                  (technologies f that take copies)

Copies take capacity like any service, and draw `idle_factor` of its power. First sites that may use the same second
sites are one commodity; the plan's `replicas` table gives each zone its part.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from capplan import network, reach, trunk
from capplan.derived import UNITS, Derived
from capplan.feature import Audit, Context, Feature, Outcome, Parameters
from capplan.frames import negligible, outer, summed
from capplan.ledgers import post_load, recount_load
from capplan.messages import Text
from capplan.program import Terms, Tier

_FLOW = ["class_id", "pool", "site_id", "year"]


class CopiesParameters(Parameters):
    """How copies behave."""

    idle_factor: float = Field(
        0.3,
        ge=0,
        le=1,
        description="IT power of a standing copy over that of the service [ratio]; estimate 0.15-0.5",
    )
    reach_sites: int | None = Field(
        None,
        ge=1,
        description="most sites that the copies of a place may stand at, the nearest of those far enough from all"
        " sites of its access node; without it all that are far enough [-]",
    )


def _classes(data: Derived) -> pd.DataFrame:
    """Return the classes that ask for copies: class_id, unit, copy_share, copy_min_km."""
    classes = data.table("classes")[["class_id", "unit", "copy_share", "copy_min_km"]]
    classes = classes.astype({"copy_share": float, "copy_min_km": float}).fillna(
        {"copy_share": 0.0, "copy_min_km": 0.0}
    )
    return classes[classes["copy_share"] > 0].reset_index(drop=True)


def _takers(data: Derived) -> pd.DataFrame:
    """Return where copies may stand: site_id, technology, unit."""
    return data.once("copies.takers", lambda: _find_takers(data))


def _find_takers(data: Derived) -> pd.DataFrame:
    names = data.technologies.index[data.technologies["copies"].astype(bool)]
    parts = [pd.DataFrame({"technology": names, "unit": unit}) for unit in UNITS]
    held = pd.concat(parts, ignore_index=True)
    able = [data.per_module(unit)[name] > 0 for name, unit in held.itertuples(index=False)]
    return data.site_technologies[["site_id", "technology"]].merge(held[np.array(able, dtype=np.bool_)])


def _pairs(data: Derived) -> pd.DataFrame:
    """Return admissible pairs: class_id, primary, copy, distance_km, and the pool of primaries with the same copies."""
    return data.once("copies.pairs", lambda: _find_pairs(data))


def _find_pairs(data: Derived) -> pd.DataFrame:
    sites, most = data.table("sites"), data.case.study.features.get("copies", {}).get("reach_sites")
    names = pd.Index(sites["site_id"])
    node = np.unique(sites["access_node"].to_numpy(dtype=str), return_inverse=True)[1]
    lon, lat = (sites[axis].to_numpy(dtype=np.float64) for axis in ("lon", "lat"))
    km = network.great_circle_km(lon[:, None], lat[:, None], lon, lat)
    takers, parts = _takers(data), []
    classes = _classes(data).sort_values("class_id")[["class_id", "unit", "copy_min_km"]]
    for class_id, unit, least in classes.itertuples(index=False, name=None):
        able = names.isin(takers.loc[takers["unit"] == unit, "site_id"])
        far = (km >= float(least) - 1e-9) & able
        np.fill_diagonal(far, val=False)
        if most is not None:
            far = reach.nearest_alike(far, km, node, most)
        _, first, alike = np.unique(np.packbits(far, axis=1), axis=0, return_index=True, return_inverse=True)
        a, b = np.nonzero(far)
        columns = {"primary_site_id": names[a], "copy_site_id": names[b], "distance_km": km[a, b]}
        pool = names[first[alike.ravel()[a]]]
        parts.append(pd.DataFrame({"class_id": class_id, **columns, "pool": pool}))
    empty = dict.fromkeys(["class_id", "primary_site_id", "copy_site_id", "pool"], pd.Series(dtype="str"))
    frame = pd.DataFrame(empty | {"distance_km": pd.Series(dtype="float64")})
    return pd.concat(parts, ignore_index=True) if parts else frame


def variables(context: Context) -> None:
    """Add replica (by pool of first sites) and copy_load [unit of the class]."""
    data = context.data
    years = pd.DataFrame({"year": data.years})
    flows = _pairs(data)[["class_id", "pool", "copy_site_id"]].drop_duplicates().merge(years, how="cross")
    flows = flows.rename(columns={"copy_site_id": "site_id"})
    context.program.add_columns("replica", flows[_FLOW], unit="unit")
    places = _takers(data).merge(_classes(data)[["class_id", "unit"]], on="unit").merge(years, how="cross")
    places = places[["site_id", "technology", "class_id", "year"]]
    context.program.add_columns("copy_load", places, unit="unit")


def _factors(data: Derived, parameters: CopiesParameters, labels: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Return rated kW per unit, mean and peak load factors of copies for rows of (technology, class_id)."""
    classes = data.table("classes").set_index("class_id")
    units = classes["unit"].reindex(labels["class_id"])
    rated = np.zeros(len(labels))
    for unit in sorted(set(units)):
        rows = (units == unit).to_numpy()
        rated[rows] = data.kw_per_unit(str(unit)).reindex(labels["technology"]).to_numpy()[rows]
    mean = classes["load_factor"].astype(float).reindex(labels["class_id"]).to_numpy()
    peak = classes["peak_factor"].astype(float).reindex(labels["class_id"]).to_numpy()
    return rated, mean * parameters.idle_factor, peak * parameters.idle_factor


def postings(context: Context) -> None:
    """Post the load of copies and the capacity that they take."""
    program, data = context.program, context.data
    block = program.columns["copy_load"]
    post_load(context, block.index, block.ids, *_factors(data, context.parameters, block.index))
    units = data.table("classes").set_index("class_id")["unit"]
    program.post("hosted", block.index.assign(unit=block.index["class_id"].map(units)), block.ids)


def constraints(context: Context) -> None:
    """Copy what asks for it, somewhere that takes copies."""
    _copied(context)
    program = context.program
    replica, load = program.columns["replica"], program.columns["copy_load"]
    keys = ["class_id", "site_id", "year"]
    places = load.index[keys].drop_duplicates().reset_index(drop=True)
    place = pd.MultiIndex.from_frame(places)
    terms = [
        Terms.of(place.get_indexer(pd.MultiIndex.from_frame(load.index[keys])), load.ids),
        Terms.of(place.get_indexer(pd.MultiIndex.from_frame(replica.index[keys])), replica.ids, -1.0),
    ]
    program.add_rows("copies_balance", places, terms, unit="unit", tier=Tier.PHYSICS, lower=0.0, upper=0.0)


def _copied(context: Context) -> None:
    program, data = context.program, context.data
    serve, replica = program.columns["serve"], program.columns["replica"]
    classes = _classes(data)
    must = serve.index.assign(column=serve.ids).merge(classes, on="class_id")
    must = must[must["commodity"].str.endswith("|must")]
    pools = _pairs(data)[["class_id", "primary_site_id", "pool"]].drop_duplicates()
    must = must.merge(
        pools.rename(columns={"primary_site_id": "site_id"}), on=["class_id", "site_id"], how="left"
    )
    must["pool"] = must["pool"].fillna(must["site_id"])
    keys = ["class_id", "pool", "year"]
    rows = must[keys].drop_duplicates().sort_values(keys).reset_index(drop=True)
    place = pd.MultiIndex.from_frame(rows)
    terms = [
        Terms.of(place.get_indexer(pd.MultiIndex.from_frame(replica.index[keys])), replica.ids),
        Terms.of(
            place.get_indexer(pd.MultiIndex.from_frame(must[keys])), must["column"], -must["copy_share"]
        ),
    ]
    program.add_rows("copies", rows, terms, unit="unit", tier=Tier.POLICY, lower=0.0, upper=0.0)


def tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return replicas by zone, and the hosting of copies."""
    data = outcome.data
    flows = outcome.block("replica").rename(columns={"value": "flow", "site_id": "copy_site_id"})
    total = flows.groupby(["class_id", "pool", "year"])["flow"].transform("sum")
    flows = flows.assign(part=flows["flow"] / total.where(~negligible(total)))
    flows = flows[~negligible(flows["flow"])]
    first = _first_copies(outcome)
    pairs = _pairs(data)
    detail = first.merge(pairs, on=["class_id", "primary_site_id"])
    detail = detail.merge(
        flows[["class_id", "pool", "copy_site_id", "year", "part"]],
        on=["class_id", "pool", "copy_site_id", "year"],
    )
    detail["amount"] = detail["first"] * detail["copy_share"] * detail["part"]
    detail = detail.rename(columns={"class_id": "class"})
    detail["route_diverse"] = _diverse(data, detail)
    columns = ["zone_id", "class", "primary_site_id", "copy_site_id", "year", "amount", "unit", "distance_km"]
    hosting = outcome.block("copy_load").rename(columns={"value": "amount", "class_id": "class"})
    hosting = hosting[~negligible(hosting["amount"])].assign(copies=True)
    return {
        "replicas": detail.loc[~negligible(detail["amount"]), [*columns, "route_diverse"]],
        "hosting": hosting,
    }


def _first_copies(outcome: Outcome) -> pd.DataFrame:
    """Return must service of classes with copies by zone: zone_id, class_id, primary_site_id, year, first, copy_share."""
    data = outcome.data
    serve = outcome.block("serve")
    serve = serve[serve["commodity"].str.endswith("|must") & ~negligible(serve["value"])]
    served = serve.groupby(["commodity", "class_id", "year"])["value"].transform("sum")
    serve = serve.assign(part=serve["value"] / served)
    members = data.commodities[0][["commodity", "class_id", "year", "zone_id", "share"]]
    detail = serve.merge(members, on=["commodity", "class_id", "year"])
    detail["first"] = detail["value"] * detail["share"]
    detail = detail.merge(_classes(data), on="class_id").rename(columns={"site_id": "primary_site_id"})
    by = ["zone_id", "class_id", "primary_site_id", "year", "unit", "copy_share"]
    return summed(detail, by, "first")


def _diverse(data: Derived, detail: pd.DataFrame) -> np.ndarray:
    """Say for each row whether two routes that share no corridor join the two sites' access nodes."""
    node = data.table("sites").set_index("site_id")["access_node"]
    matrix = trunk.route_diverse(data.table("nodes"), data.table("routes"))
    first, second = detail["primary_site_id"].map(node), detail["copy_site_id"].map(node)
    found = [bool(matrix.loc[a, b]) for a, b in zip(first, second, strict=True)]
    return np.array(found, dtype=bool)


def _copies(audit: Audit) -> pd.DataFrame:
    hosting = audit.tables["hosting"]
    return hosting[hosting["copies"].astype(bool)].rename(columns={"class": "class_id"})


def recount(audit: Audit) -> None:
    """Recount the load of copies."""
    own = _copies(audit)
    amount = own["amount"].to_numpy(dtype=float)
    recount_load(
        audit, own[["site_id", "technology", "year"]], amount, *_factors(audit.data, audit.parameters, own)
    )
    units = audit.data.table("classes").set_index("class_id")["unit"]
    hosted = own.assign(unit=own["class_id"].map(units))
    audit.post("hosted", hosted[["site_id", "technology", "unit", "year"]], amount)


def check(audit: Audit) -> None:
    """Check shares, distances, places and the balance of copies."""
    data = audit.data
    table = audit.tables["replicas"].rename(columns={"class": "class_id"})
    keys = ["zone_id", "class_id", "year"]
    must = data.demand[data.demand["obligation"] == "must"].merge(_classes(data), on="class_id")
    need = summed(must.assign(need=must["amount"] * must["copy_share"]), keys, "need")
    have = summed(table, keys, "amount")
    both = outer(need, have, keys)
    audit.equal("copies", both[keys], both["amount"], both["need"])
    _check_first(audit, table)
    pairs = table.merge(
        _pairs(data), on=["class_id", "primary_site_id", "copy_site_id"], how="left", suffixes=("", "_true")
    )
    labels = pairs[["zone_id", "class_id", "primary_site_id", "copy_site_id", "year"]]
    unit = data.table("classes").set_index("class_id")["unit"]
    audit.same("copies_unit", labels, pairs["unit"], pairs["class_id"].map(unit))
    audit.equal("copies_distance", labels, pairs["distance_km"], pairs["distance_km_true"])
    audit.equal(
        "copies_route_diverse",
        labels,
        table["route_diverse"].astype(float),
        _diverse(data, table).astype(float),
    )
    own = _copies(audit)
    able = own.merge(_takers(data)[["site_id", "technology"]].drop_duplicates().assign(able=1.0), how="left")[
        "able"
    ]
    audit.equal("copies_able", own[["site_id", "technology", "year"]], able.fillna(0.0), np.ones(len(own)))
    left = summed(own, ["class_id", "site_id", "year"], "amount")
    right = table.rename(columns={"copy_site_id": "site_id", "amount": "copied"})
    right = summed(right, ["class_id", "site_id", "year"], "copied")
    both = outer(left, right, ["class_id", "site_id", "year"])
    audit.equal("copies_balance", both[["class_id", "site_id", "year"]], both["amount"], both["copied"])


def _check_first(audit: Audit, table: pd.DataFrame) -> None:
    """Check that a site's copies do not exceed the copy share of what it serves."""
    keys = ["zone_id", "class_id", "primary_site_id", "year"]
    service = audit.tables["service"].rename(columns={"class": "class_id", "site_id": "primary_site_id"})
    service = service.merge(_classes(audit.data)[["class_id", "copy_share"]], on="class_id")
    service["most"] = service["amount"] * service["copy_share"]
    have = summed(table, keys, "amount")
    both = have.merge(summed(service, keys, "most"), on=keys, how="left").fillna({"most": 0.0})
    audit.at_most("copies_of_what_is_served", both[keys], both["amount"], both["most"])


FEATURE = Feature(
    name="copies",
    title=Text(zh="灾备副本", en="Disaster-recovery copies"),
    parameters=CopiesParameters,
    variables=variables,
    postings=postings,
    constraints=constraints,
    tables=tables,
    recount=recount,
    check=check,
)
