"""Cases of any size: a made-up country (`benchmarks.country`) with the packaged technologies and the rules of Jilin.

Every case goes through the reading path that files go through: `region` gives a `Case`, ``python -m benchmarks.regions
COUNTIES FOLDER [--seed 0] [--periods 6]`` writes its folder, which ``capplan plan FOLDER`` plans. Technologies, service
classes, cooling, prices and weather profiles are those of `jilin-2025` and `wuhan-2022`; demand and stock are Jilin's
per resident. Quotas, rates and money are sized by what demand and targets need, with a margin, and lean towards windy
prefectures, so that cheap western power pulls against the capitals' demand as in Jilin.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import capplan
from benchmarks.country import KM_PER_DEG, Country, Numbers, adcodes, country
from benchmarks.policy import policy_tables
from capplan.schema.study import Study
from capplan.schema.tables import TABLES

BASE_YEAR = 2024
JILIN_PEOPLE = 24.07e6
REGION = "country"
README = "# A made-up region\n\nWritten by `benchmarks/regions.py`; every number is an assumption.\n"
SOURCE = "made up by benchmarks/regions.py"
COUNTIES_WITH_PARK = 0.12
REACH = 12
"""Nearest sites of a kind (any, with a campus, with green power) that a zone may be served from [-]."""


def region(counties: int, *, seed: int = 0, periods: int = 6, reach: int | None = REACH) -> capplan.Case:
    """Return a case.

    Parameters
    ----------
    counties
        Number of counties, at least 6.
    seed
        Of everything random.
    periods
        Years planned, from the year after the base year.
    reach
        How many sites of a kind a zone may be served from (`reach_sites` of the study); None: all in time.
    """
    packaged = capplan.load_case("jilin-2025")
    base = dataclasses.replace(packaged, about={}, readme=README, boundaries=b"")
    land = country(counties, seed)
    random = np.random.default_rng([seed, counties, 1])
    sites = _sites(land, random)
    stock = _existing(land, sites, random)
    _connect(sites, stock, base)
    years = [BASE_YEAR + number for number in range(1, periods + 1)]
    tables = {
        "zones": _zones(land),
        "regions": _regions(land),
        "region_members": _members(land),
        "nodes": _nodes(land),
        "routes": land.routes.assign(corridor=land.routes["corridor"].astype(str)),
        "sites": sites.drop(columns=["prefecture", "wind", "district", "capital", "county"]),
        "grid_nodes": _grid_nodes(land, random),
        "energy_offers": _offers(land, sites, random),
        "climate": _climate(land, base),
        "existing": stock,
        "committed": pd.DataFrame(columns=["site_id", "technology", "year", "modules"]),
        "demand_drivers": _drivers(base, float(land.counties["people"].sum()) / JILIN_PEOPLE),
        "documents": pd.DataFrame(columns=["document_id", "title_zh", "title_en", "issuer"]),
        **policy_tables(land, sites, stock, years),
    }
    tables["voltages"], tables["tariffs"] = _southern(base)
    given = {name: _complete(name, frame) for name, frame in tables.items()}
    return base.replace(study=_study(base.study, counties, land, years, reach), tables=given)


def _complete(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its source, and with the columns that its file must have, empty where nothing is said."""
    known = frame.assign(source=SOURCE, confidence="assumption", note="")
    lacking = [column.name for column in TABLES[name].columns if column.required and column.name not in known]
    return known.assign(**dict.fromkeys(lacking, ""))


def _study(base: Study, counties: int, land: Country, years: list[int], reach: int | None) -> Study:
    """Return Jilin's study for the made-up country: its rules, with dates of these periods."""
    first, middle = years[0], years[len(years) // 2]
    features: dict[str, Any] = {name: dict(given) for name, given in base.features.items()}
    features["green_share"]["share"] = {REGION: {first: 0.3, middle: 0.4}}
    features["edge_coverage"]["min_share"] = {years[min(1, len(years) - 1)]: 0.4, middle: 0.7}
    if land.provinces > 1:
        del features["shares"]  # a rule for the prefectures of one province
    features["pue_cap"]["limit"] = 1.5
    if reach is not None:
        features["service"]["reach_sites"] = features["copies"]["reach_sites"] = reach
    update = {
        "name": f"region-{counties}",
        "title": base.title.model_copy(update={"zh": f"虚构地区，{counties}个县", "en": f"Made-up region of {counties} counties"}),
        "description": base.description.model_copy(update={"zh": "供测量的虚构地区", "en": "A made-up region for measurements"}),
        "region": REGION, "base_year": BASE_YEAR, "periods": tuple(years), "features": features, "scenarios": {},
        "solver": base.solver.model_copy(update={"gap": 0.015, "time_limit_seconds": 600.0}),
    }  # fmt: skip
    return base.model_copy(update=update)


def _zones(land: Country) -> pd.DataFrame:
    """Return every county, and a gate at every exit."""
    places, names = land.counties, county_ids(land)
    frame = pd.DataFrame({
        "zone_id": names, "name_zh": [f"县{name}" for name in names], "name_en": [f"County {name}" for name in names],
        "kind": "county", "prefecture_adcode": adcodes(land)[places["prefecture"]], "lon": places["lon"].round(5),
        "lat": places["lat"].round(5), "population": places["people"], "urban_population": places["urban"],
        "output_cny": places["output"], "access_node": land.nodes["node_id"].to_numpy()[land.access],
    })  # fmt: skip
    exits = land.nodes[land.nodes["kind"] == "exit"]
    gates = pd.DataFrame({
        "zone_id": "gate-" + exits["node_id"], "name_zh": "出口" + exits["node_id"], "name_en": "Gate " + exits["node_id"],
        "kind": "gate", "prefecture_adcode": "", "lon": exits["lon"], "lat": exits["lat"], "population": 0.0,
        "urban_population": 0.0, "output_cny": 0.0, "access_node": exits["node_id"],
    })  # fmt: skip
    return pd.concat([frame, gates], ignore_index=True)


def county_ids(land: Country) -> Any:
    """Return the id of every county, shape (county,)."""
    code = adcodes(land)[land.counties["prefecture"]]
    return np.array(
        [f"{c[:4]}{k + 1:02d}" for c, k in zip(code, land.counties["rank"], strict=True)], dtype=object
    )


def _regions(land: Country) -> pd.DataFrame:
    codes = adcodes(land)
    prefectures = pd.DataFrame({"region_id": "p" + codes, "kind": "prefecture", "adcode": codes})
    numbers = [f"{11 + province:02d}0000" for province in range(land.provinces)]
    provinces = pd.DataFrame({"region_id": [f"p{n}" for n in numbers], "kind": "province", "adcode": numbers})
    whole = pd.DataFrame({"region_id": [REGION], "kind": "cluster", "adcode": ""})
    frame = pd.concat([whole, provinces, prefectures], ignore_index=True)
    return frame.assign(name_zh="地区" + frame["region_id"], name_en="Region " + frame["region_id"])


def _members(land: Country) -> pd.DataFrame:
    zone, prefecture = county_ids(land), land.counties["prefecture"]
    codes = adcodes(land)[prefecture]
    province = np.array([code[:2] + "0000" for code in codes], dtype=object)
    parts = [
        pd.DataFrame({"region_id": name, "member_id": zone}) for name in ("p" + codes, "p" + province, REGION)
    ]
    return pd.concat(parts, ignore_index=True).assign(member_kind="zone", share=1.0)


def _nodes(land: Country) -> pd.DataFrame:
    nodes = land.nodes[["node_id", "lon", "lat", "kind"]]
    return nodes.assign(name_zh="节点" + nodes["node_id"], name_en="Node " + nodes["node_id"])


def _sites(land: Country, random: np.random.Generator) -> pd.DataFrame:
    """Return a campus in every county and parks in some, with the plain facts of position, land and grid."""
    count = len(land.counties)
    park = np.flatnonzero(random.random(count) < COUNTIES_WITH_PARK)
    home = np.concatenate([np.arange(count), park])
    is_park = np.arange(len(home)) >= count
    own = land.counties.iloc[home].reset_index(drop=True)
    capital = land.prefectures["capital"].to_numpy()[own["prefecture"]]
    angle = random.uniform(0.0, 2 * np.pi, len(home))
    shift = np.where(is_park, random.uniform(5.0, 9.0, len(home)), 0.5) / KM_PER_DEG
    roomy = is_park | (own["wind"] > 0.6).to_numpy()
    place = np.where(is_park, "park", "seat")
    ids = county_ids(land)[home] + "-" + place
    voltage = np.where(own["lat"] > 40.0, 66.0, 110.0)
    land_ha = np.where(roomy, random.uniform(6.0, 20.0, len(home)), np.where(own["district"], 5.0, 1.5))
    most = np.where(roomy, 200.0, 80.0)
    return pd.DataFrame({
        "site_id": ids, "name_zh": "园区" + ids, "name_en": "Campus " + ids, "kind": np.where(is_park, "park", "county_seat"),
        "zone_id": county_ids(land)[home], "prefecture_adcode": adcodes(land)[own["prefecture"]],
        "lon": (own["lon"] + shift * np.cos(angle)).round(5), "lat": (own["lat"] + shift * np.sin(angle)).round(5),
        "position_error_km": 5.0, "status": "candidate", "opened_year": pd.array([pd.NA] * len(home), dtype="Int64"),
        "grid_node": "g" + county_ids(land)[home], "access_node": land.nodes["node_id"].to_numpy()[land.access[home]],
        "connection_voltage_kv": voltage, "connection_existing_mva": 0.0, "connection_max_mva": most,
        "grid_distance_km": random.uniform(3.0, 18.0, len(home)).round(1), "land_max_ha": land_ha.round(2),
        "land_price_cny_per_m2": np.where(own["district"], 600.0, 250.0),
        "climate_station": stations(land)[own["prefecture"]], "energy_zone": np.where(own["wind"] > 0.6, county_ids(land)[home], ""),
        "copies_eligible": np.where(~own["district"] | is_park, "yes", "no"), "merged": "",
        "prefecture": own["prefecture"], "wind": own["wind"], "district": own["district"], "capital": capital, "county": home,
    })  # fmt: skip


def stations(land: Country) -> Any:
    """Return the weather station of every prefecture: one for every third, shape (prefecture,)."""
    return np.array([f"w{place // 3:03d}" for place in range(len(land.prefectures))], dtype=object)


def _existing(land: Country, sites: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Return the stock, Jilin's per resident: operator halls in seats and capitals, old rooms almost everywhere."""
    seat = sites[sites["kind"] == "county_seat"].reset_index(drop=True)
    people = land.counties["people"].to_numpy()[seat["county"]]
    each = people / JILIN_PEOPLE
    city = land.prefectures["people"].to_numpy()[seat["prefecture"]] / JILIN_PEOPLE
    first = (land.counties["rank"].to_numpy()[seat["county"]] == 0) & seat["district"].to_numpy()
    second = (land.counties["rank"].to_numpy()[seat["county"]] == 1) & seat["capital"].to_numpy()
    noise = random.lognormal(0.0, 0.3, len(seat))
    hall = np.where(first, city * np.where(seat["capital"], 60.0, 22.0), np.where(second, city * 40.0, 0.0))
    wanted = {
        "operator-hall": (np.maximum(hall * noise, 4.0 * first), 2016),
        "legacy-hall": (each * 45.0 * noise, 2010),
        "storage-hall": (np.where(seat["district"], each * 60.0, 0.0), 2015),
        "ai-hall": (np.where(first & seat["capital"], city * 6.0, 0.0), 2023),
        "supercomputing-hall": (np.where(first & seat["capital"], city * 8.0, 0.0), 2022),
    }
    parts = [
        pd.DataFrame({"site_id": seat["site_id"], "technology": name, "modules": np.round(amount).astype(int), "commissioned_year": year})
        for name, (amount, year) in wanted.items()
    ]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["modules"] > 0].reset_index(drop=True)


def _connect(sites: pd.DataFrame, stock: pd.DataFrame, base: capplan.Case) -> None:
    """Give sites with stock their connection, land and status: a campus where anything but old rooms stands."""
    kw = stock["technology"].map({name: t.it_kw.value for name, t in base.technologies.items()})
    ha = stock["technology"].map({name: t.land_ha.value for name, t in base.technologies.items()})
    mva = (stock["modules"] * kw * 1.5 * 0.7 / 950.0).groupby(stock["site_id"]).sum()
    taken = (stock["modules"] * ha).groupby(stock["site_id"]).sum()
    big = set(stock.loc[~stock["technology"].isin(["legacy-hall", "storage-hall"]), "site_id"])
    own = np.ceil(sites["site_id"].map(mva).fillna(0.0))
    sites["connection_existing_mva"] = own
    sites["connection_max_mva"] = np.maximum(sites["connection_max_mva"], own + 40.0 * (own > 40.0))
    sites["land_max_ha"] = np.maximum(
        sites["land_max_ha"], sites["site_id"].map(taken).fillna(0.0) + 2.0
    ).round(2)
    stands = sites["site_id"].isin(big)
    sites["status"] = np.where(stands, "existing", "candidate")
    sites["opened_year"] = pd.array(np.where(stands, 2016, -1), dtype="Int64")
    sites.loc[~stands, "opened_year"] = pd.NA


def _grid_nodes(land: Country, random: np.random.Generator) -> pd.DataFrame:
    """Return a substation group in every county; larger ones where the wind blows or many people live."""
    places, ids = land.counties, county_ids(land)
    base = np.where(places["wind"] > 0.6, 120.0, np.where(places["district"], 90.0, 60.0))
    headroom = np.round(base * random.uniform(0.6, 1.5, len(places)), -1) + 10.0
    return pd.DataFrame({
        "grid_node": "g" + ids, "name_zh": "变电站" + ids, "name_en": "Substation " + ids, "voltage_kv": 220.0,
        "lon": places["lon"].round(5), "lat": places["lat"].round(5), "headroom_mva": headroom,
    })  # fmt: skip


def _offers(land: Country, sites: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Return direct lines in windy counties, and traded green power of the windiest prefectures of every province."""
    zones = sites[sites["energy_zone"] != ""].drop_duplicates("energy_zone")
    hours = np.round(2200.0 + 900.0 * zones["wind"], -1)
    direct = pd.DataFrame({
        "offer_id": "direct-" + zones["energy_zone"], "type": "direct_line", "energy_zone": zones["energy_zone"],
        "resource": "wind", "first_year": BASE_YEAR + 1, "full_load_hours": hours, "match_share": 0.55,
        "available_mw": np.round(random.uniform(30.0, 150.0, len(zones)), -1), "price_cny_per_mwh": np.round(480.0 - 110.0 * zones["wind"]),
    })  # fmt: skip
    windy = (
        land.prefectures.sort_values(["province", "wind"], ascending=[True, False])
        .groupby("province")
        .head(3)
    )
    ids = pd.Series(adcodes(land), index=land.prefectures.index)[windy.index]
    share = windy["province"].map(land.prefectures.groupby("province")["people"].sum()) / JILIN_PEOPLE
    pooled = pd.DataFrame({
        "offer_id": "green-" + ids, "type": "grid_green", "energy_zone": "green-" + ids, "resource": "mixed",
        "first_year": BASE_YEAR + 1, "full_load_hours": 2600.0, "match_share": 1.0, "available_mw": np.round(30.0 + 70.0 * share),
        "price_cny_per_mwh": np.round(26.0 - 14.0 * windy["wind"], 1),
    })  # fmt: skip
    return pd.concat([direct, pooled], ignore_index=True)


def _climate(land: Country, base: capplan.Case) -> pd.DataFrame:
    """Return weather between Changchun's (43.8 degrees north) and Wuhan's (30.6), by latitude."""
    north = base.table("climate").query("station_id == 'changchun'").reset_index(drop=True)
    south = (
        capplan.load_case("wuhan-2022").table("climate").query("station_id == 'wuhan'").reset_index(drop=True)
    )
    names = stations(land)
    latitude = land.prefectures["lat"].groupby(names).mean()
    part: Numbers = np.clip((latitude.to_numpy() - 30.6) / 13.2, -0.3, 1.2)
    values = ["dry_bulb_c", "dry_bulb_sd_c", "wet_bulb_c", "wet_bulb_sd_c"]
    mixed = (
        part[:, None, None] * north[values].to_numpy()
        + (1.0 - part[:, None, None]) * south[values].to_numpy()
    )
    mixed[..., [1, 3]] = np.clip(mixed[..., [1, 3]], 0.5, None)
    mixed[..., 2] = np.minimum(mixed[..., 2], mixed[..., 0])
    keys = north[["month", "hour"]]
    frame = pd.concat([keys] * len(latitude), ignore_index=True).assign(
        station_id=np.repeat(latitude.index.to_numpy(), len(keys))
    )
    return frame.assign(**{name: mixed[..., place].ravel().round(2) for place, name in enumerate(values)})


def _drivers(base: capplan.Case, times: float) -> pd.DataFrame:
    """Return Jilin's demand per resident; AI grows more slowly over the longer horizon."""
    given = base.table("demand_drivers")
    growth = np.where(given["class_id"].isin(["inference", "training"]), 0.45, 0.22)
    columns = ["class_id", "weight_population", "weight_urban_population", "weight_output"]
    amount = given["base_amount"].astype(float) * times
    return given[columns].assign(base_amount=amount.round(3), driver_year=BASE_YEAR, growth_per_year=growth)


def _southern(base: capplan.Case) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return voltages and tariffs with 110 kV, which stands between 66 and 220 kV, for the south."""
    voltages, tariffs = base.table("voltages"), base.table("tariffs")
    of66 = voltages[voltages["voltage_kv"] == 66].assign(voltage_kv=110.0, step_mva=20.0, step_cost_cny=12e6)
    of66 = of66.assign(step_cost_cny_low=np.nan, step_cost_cny_high=np.nan)
    prices = tariffs[tariffs["voltage_kv"] == 66].assign(voltage_kv=110.0)
    prices = prices.assign(price_cny_per_kwh=(prices["price_cny_per_kwh"].astype(float) * 1.12).round(6))
    return pd.concat([voltages, of66], ignore_index=True), pd.concat([tariffs, prices], ignore_index=True)


def main() -> None:
    """Write the folder of a case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counties", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--periods", type=int, default=6)
    parser.add_argument("--reach", type=int, default=REACH)
    asked = parser.parse_args()
    case = region(asked.counties, seed=asked.seed, periods=asked.periods, reach=asked.reach)
    print(case.write(asked.folder))


if __name__ == "__main__":
    main()
