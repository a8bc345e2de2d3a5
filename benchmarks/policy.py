"""Targets, quotas, money and outside demand of a made-up country, sized by what its demand needs.

With *R* the residents of a place over Jilin's, demand asks for about 12,600 racks *R* and 160 PFLOPS *R* in the base
year and grows by 22 and 45 % a year. A quota of a prefecture is that of its province, shared out by people and by wind:
the more wind, the more of it than its own demand needs, the capitals have less. Sums over provinces exceed need by a
margin, so that cases have a plan; whether a case has one is what a solve says.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.country import Country, Numbers, adcodes

JILIN_PEOPLE = 24.07e6
BASE_RACKS, BASE_PFLOPS = 12600.0, 160.0
RACK_GROWTH, AI_GROWTH = 1.22, 1.45
GWH_PER_RACK, GWH_PER_PFLOPS = 0.0185, 0.0225
MARGIN = 1.35
COPIES = 1.15
FILLED = 0.8
HALLS = "cloud-hall;operator-hall;retrofitted-hall;legacy-hall;storage-hall;edge-node"


def policy_tables(
    land: Country, sites: pd.DataFrame, stock: pd.DataFrame, years: list[int]
) -> dict[str, pd.DataFrame]:
    """Return demand, targets, limits and funding.

    Parameters
    ----------
    land
        The country.
    sites
        site_id, prefecture.
    stock
        The table `existing`.
    years
        Periods; the year before the first is the base year.
    """
    codes = _codes(land)
    ratio = land.prefectures["people"].to_numpy() / JILIN_PEOPLE
    held = _held(land, sites, stock)
    grown = np.array(years) - (years[0] - 1)
    racks = BASE_RACKS * COPIES * RACK_GROWTH**grown
    pflops = BASE_PFLOPS * AI_GROWTH**grown
    return {
        "demand": _outside(land, years),
        "targets": _targets(land, codes, years, racks, pflops, held),
        "limits": _limits(land, codes, years, ratio, racks, pflops, held),
        "funding": _funding(years, float(ratio.sum()), racks, pflops),
    }


def _codes(land: Country) -> Numbers:
    return np.array(["p" + code for code in adcodes(land)], dtype=object)


def _held(land: Country, sites: pd.DataFrame, stock: pd.DataFrame) -> pd.DataFrame:
    """Return what stands in every prefecture: racks that count, PFLOPS FP16 and FP64, land [ha]."""
    each = pd.DataFrame({
        "racks": {"operator-hall": 500.0, "legacy-hall": 100.0, "storage-hall": 100.0},
        "fp16": {"ai-hall": 100.0}, "fp64": {"supercomputing-hall": 1.0},
        "ha": {"operator-hall": 0.25, "legacy-hall": 0.05, "storage-hall": 0.05, "ai-hall": 0.05, "supercomputing-hall": 0.01},
    }).fillna(0.0)  # fmt: skip
    home = stock["site_id"].map(sites.set_index("site_id")["prefecture"])
    amounts = (
        each.reindex(stock["technology"])
        .reset_index(drop=True)
        .mul(stock["modules"].to_numpy(dtype=float), axis=0)
    )
    return amounts.groupby(home.to_numpy()).sum().reindex(range(len(land.prefectures)), fill_value=0.0)


def _outside(land: Country, years: list[int]) -> pd.DataFrame:
    """Return optional demand from outside at every gate, growing to its size over the periods."""
    gates = "gate-" + land.nodes.loc[land.nodes["kind"] == "exit", "node_id"]
    times = (float(land.prefectures["people"].sum()) / JILIN_PEOPLE) ** 0.7
    sizes = {"archive": (3000.0, 11500.0), "provincial": (2500.0, 18500.0), "training": (300.0, 85000.0)}
    rows = [
        (
            gate,
            name,
            year,
            round(amount * times * (number + 1) / len(years) * (1.0 + 0.3 * place)),
            "optional",
            money,
        )
        for place, gate in enumerate(gates)
        for name, (amount, money) in sizes.items()
        for number, year in enumerate(years)
    ]
    columns = ["zone_id", "class_id", "year", "amount", "obligation", "revenue_cny_per_unit_year"]
    return pd.DataFrame(rows, columns=columns)


def _targets(
    land: Country, codes: Numbers, years: list[int], racks: Numbers, pflops: Numbers, held: pd.DataFrame
) -> pd.DataFrame:
    """Return racks, compute and disaster recovery by province and capital, and an edge node for every prefecture."""
    middle, last = len(years) // 2, len(years) - 1
    frame = land.prefectures.assign(code=codes, **{f"held_{name}": held[name] for name in held})
    rows: list[tuple[str, str, str, int, str, float, str]] = []
    for number, own in frame.groupby("province"):
        capital = own[own["capital"]].iloc[0]
        province, ratio = f"p{11 + int(number):02d}0000", float(own["people"].sum()) / JILIN_PEOPLE
        for at in sorted({middle, last}):
            wanted = max(racks[at] * ratio * 1.3, 1.02 * float(own["held_racks"].sum()))
            rows.append(
                (f"racks-{province}-{years[at]}", province, "standard_racks", at, "hard", wanted, HALLS)
            )
            ai = pflops[at] * ratio * 1.5 + float(own["held_fp16"].sum())
            rows.append(
                (f"pflops-{province}-{years[at]}", province, "pflops_fp16", at, "hard", ai, "ai-hall")
            )
        share = float(capital["people"]) / float(own["people"].sum())
        most = 0.5 * racks[last] * ratio * share
        rows.append(
            (
                f"added-{capital['code']}",
                capital["code"],
                "standard_racks_added",
                last,
                "hard",
                most,
                "cloud-hall;edge-node",
            )
        )
        ai = 0.8 * share * pflops[last] * ratio + float(capital["held_fp16"])
        rows.append(
            (f"pflops-{capital['code']}", capital["code"], "pflops_fp16", last, "hard", ai, "ai-hall")
        )
        rows.append(
            (
                f"pflops-more-{capital['code']}",
                capital["code"],
                "pflops_fp16",
                last,
                "aspirational",
                2.0 * ai,
                "ai-hall",
            )
        )
        if float(own["held_fp64"].sum()) > 0:
            fp64 = np.ceil(1.5 * float(own["held_fp64"].sum()))
            rows.append(
                (f"fp64-{province}", province, "pflops_fp64", last, "hard", fp64, "supercomputing-hall")
            )
        windy = own.sort_values("wind").iloc[-1]["code"]
        rows.append((f"recovery-{windy}", windy, "dr_centres", last, "hard", 1.0, "dr-vault"))
    rows += [(f"edge-{code}", code, "edge_nodes", min(1, last), "hard", 1.0, "edge-node") for code in codes]
    table = pd.DataFrame(rows, columns=["target_id", "region", "metric", "at", "kind", "value", "counts"])
    units = {
        "standard_racks": "standard_rack",
        "standard_racks_added": "standard_rack",
        "edge_nodes": "edge_node",
        "dr_centres": "dr_centre",
    }
    table["unit"] = table["metric"].map(units).fillna(table["metric"])
    table["year"], table["value"] = np.array(years)[table["at"]], np.round(table["value"])
    return table.drop(columns="at").assign(relation=">=")


def _limits(
    land: Country,
    codes: Numbers,
    years: list[int],
    ratio: Numbers,
    racks: Numbers,
    pflops: Numbers,
    held: pd.DataFrame,
) -> pd.DataFrame:
    """Return quotas of energy, land and building by prefecture, and of water by province, for every year."""
    province = land.prefectures["province"].to_numpy()
    whole = np.bincount(province, ratio)[province]
    lean = 0.3 + 1.4 * land.prefectures["wind"].to_numpy()
    lean = lean / (np.bincount(province, lean * ratio) / np.bincount(province, ratio))[province]
    capital = land.prefectures["capital"].to_numpy()
    share = ratio / whole * (0.55 + 0.45 * lean) * np.where(capital, 0.85, 1.1)
    stock = held["racks"].to_numpy()
    parts = []
    for at, year in enumerate(years):
        energy = MARGIN * (GWH_PER_RACK * racks[at] + GWH_PER_PFLOPS * pflops[at] * 1.5) * whole
        own = np.maximum(energy * share, 0.006 * stock + 3.0)
        parts.append(
            pd.DataFrame(
                {"limit": "energy_gwh", "region": codes, "year": year, "bound": np.ceil(own), "unit": "GWh"}
            )
        )
        space = 0.0005 * (1.3 * racks[at] / FILLED + 1.5 * pflops[at]) * whole * share * 1.6
        room = np.maximum(space, held["ha"].to_numpy() + 0.8)
        parts.append(
            pd.DataFrame(
                {"limit": "land_ha", "region": codes, "year": year, "bound": room.round(1), "unit": "ha"}
            )
        )
        pace = racks[at] * (1.0 - 1.0 / RACK_GROWTH) + 2.0 * pflops[at]
        rate = np.maximum(2.0 * pace * whole * share, 1500.0).round(-2)
        limit = {
            "limit": "build_racks_per_year",
            "region": codes,
            "year": year,
            "bound": rate,
            "unit": "standard_rack",
        }
        parts.append(pd.DataFrame(limit))
        names = [f"p{11 + number:02d}0000" for number in range(land.provinces)]
        water = 700.0 * np.bincount(province, own)
        parts.append(
            pd.DataFrame(
                {"limit": "water_m3", "region": names, "year": year, "bound": water.round(-3), "unit": "m3"}
            )
        )
    return pd.concat(parts, ignore_index=True)


def _funding(years: list[int], ratio: float, racks: Numbers, pflops: Numbers) -> pd.DataFrame:
    """Return own funds, bonds and subsidies: about a third more than what demand and targets cost to build."""
    rows = []
    for at, year in enumerate(years):
        before = (racks[at] / RACK_GROWTH, pflops[at] / AI_GROWTH)
        need = ratio * (
            8.0e4 * 1.3 * (racks[at] - before[0]) + 7.0e5 * 1.6 * (pflops[at] - before[1]) + 1.5e8
        )
        rows.append(("own-capital", year, "own", 1.2 * need, np.nan, np.nan, "all"))
        bond = "cloud-hall;supercomputing-hall;edge-node;dr-vault;retrofitted-hall"
        rows.append(("special-bond", year, "special_bond", 0.2 * need, 0.027, np.nan, bond))
        subsidy = "edge-node;dr-vault;retrofitted-hall;supercomputing-hall"
        rows.append(("subsidy", year, "subsidy", 0.03 * need, np.nan, 0.1, subsidy))
    columns = ["account_id", "year", "kind", "limit_cny", "interest_rate", "share_of_capex", "eligible"]
    return pd.DataFrame(rows, columns=columns).round({"limit_cny": -6})
