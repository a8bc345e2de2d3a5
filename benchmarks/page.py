"""The interactive page of a made-up country: how large it gets, and how long it takes.

Run ``python -m benchmarks.page [COUNTIES ...]`` (60, 300 and 3000 by default); lines go to standard output as Markdown, and
the pages to the working folder as ``country-<counties>.html`` with ``--keep``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

from benchmarks.regions import region
from capplan.case import Case
from capplan.page.html import page_html
from capplan.plan import Plan


def main(*asked: str) -> None:
    """Print size and time of the page for each number of counties."""
    sizes = [int(one) for one in asked if one != "--keep"] or [60, 300, 3_000]
    sys.stdout.write("| counties | sites | page [MB] | time [s] |\n|---|---|---|---|\n")
    for counties in sizes:
        plan = country_plan(counties)
        began = time.perf_counter()
        text = page_html(plan, "zh")
        seconds = time.perf_counter() - began
        size = len(text.encode("utf-8")) / 1e6
        sys.stdout.write(f"| {counties:,} | {len(plan.tables['sites']):,} | {size:.2f} | {seconds:.1f} |\n")
        sys.stdout.flush()
        if "--keep" in asked:
            Path(f"country-{counties}.html").write_text(text, encoding="utf-8")


def country_plan(counties: int) -> Plan:
    """Return a plan, by no solver, of a made-up country: every county served by seven sites, edge nodes everywhere."""
    case = region(counties, seed=1)
    years = case.study.periods
    sites, random = case.tables["sites"], np.random.default_rng(counties)
    technologies = ["edge-node", "cloud-hall", "ai-hall"]
    shares = pd.DataFrame(
        [
            (site, prefecture, name, year, int(1 + random.integers(1, 9) * place))
            for site, prefecture in zip(sites["site_id"], sites["prefecture_adcode"], strict=True)
            for name in technologies[: 1 + int(random.integers(0, 3))]
            for place, year in enumerate(years)
        ],
        columns=["site_id", "prefecture_adcode", "technology", "year", "modules"],
    )
    kinds = {name: case.technologies[name] for name in technologies}
    for column in ("standard_racks", "pflops_fp16", "pflops_fp64", "it_kw"):
        each = {name: getattr(kind, column).value for name, kind in kinds.items()}
        shares["it_mw" if column == "it_kw" else column] = shares["modules"] * shares["technology"].map(each)
    shares["it_mw"] /= 1000.0
    tables = {
        "capacity": shares,
        "sites": _country_sites(sites),
        "service": _country_service(case, years, random),
        "energy": _country_energy(shares),
        "costs": _country_costs(shares, random),
    }
    record = {"case": case.name, "status": "feasible", "objective_cny": 1.0e11, "gap": 0.02}
    return Plan(case, tables, record, cast("Any", SimpleNamespace(holds=True)))


def _country_sites(sites: pd.DataFrame) -> pd.DataFrame:
    columns = ["site_id", "name_zh", "name_en", "prefecture_adcode", "zone_id", "lon", "lat"]
    return sites[columns].assign(
        status="new", opened_year=2026, cooling="free-air", pue=1.25, connection_mva=20.0, land_ha=1.0
    )


def _country_service(case: Case, years: Sequence[int], random: np.random.Generator) -> pd.DataFrame:
    """Let every zone be served by the seven sites nearest to it, one a class, every year."""
    zones, sites, classes = case.tables["zones"], case.tables["sites"], case.tables["classes"]
    apart = np.hypot(*(zones[[axis]].to_numpy() - sites[axis].to_numpy() for axis in ("lon", "lat")))
    near = np.argsort(apart, axis=1)[:, : len(classes)]
    first = pd.DataFrame(
        {
            "zone_id": np.repeat(zones["zone_id"].to_numpy(), len(classes)),
            "class": np.tile(classes["class_id"].to_numpy(), len(zones)),
            "site_id": sites["site_id"].to_numpy()[near.ravel()],
            "unit": np.tile(classes["unit"].to_numpy(), len(zones)),
            "latency_limit_ms": np.tile(classes["latency_limit_ms"].to_numpy(dtype=float), len(zones)),
            "route_km": random.uniform(5.0, 900.0, near.size),
            "latency_ms": random.uniform(0.4, 12.0, near.size),
            "amount": random.lognormal(4.0, 1.0, near.size),
        }
    )
    grown = [first.assign(year=year, amount=first["amount"] * 1.2**place) for place, year in enumerate(years)]
    return pd.concat(grown, ignore_index=True)


def _country_energy(capacity: pd.DataFrame) -> pd.DataFrame:
    load = capacity.groupby(["site_id", "year"], as_index=False)[["it_mw"]].sum()
    it = load["it_mw"] * 5_256.0
    return load[["site_id", "year"]].assign(
        it_mwh=it,
        facility_mwh=1.25 * it,
        grid_mwh=1.1 * it,
        green_mwh=0.6 * it,
        green_share=0.48,
        cost_cny=500.0 * it,
    )


def _country_costs(capacity: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    pairs = capacity[["site_id", "year"]].drop_duplicates()
    terms = ("capex", "energy", "fixed_om", "connection", "land", "network")
    return pd.concat(
        [pairs.assign(term=term, cny=random.lognormal(14.0, 1.0, len(pairs))) for term in terms],
        ignore_index=True,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
