"""Second opinions on a case that is small enough to try every number of halls, and to write down by hand.

The model here is written from the documentation, from tables and prices, without `Program`: one period, halls that
host one class each, annuities, energy at part load, bandwidth, land and campus works.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
import pulp
import pytest
from scipy.optimize import linprog

import capplan
from capplan.derived import Derived
from tests.support.solved import read_tiny
from tests.support.tiny_case import Parts

YEARS = (2024, 2025)
"""Years that the one period, 2025, stands for; the base year is 2023."""
WACC = 0.06
MOST = 4


def small(parts: Parts) -> None:
    """Keep one period, two technologies, few modules, and the rules written down below."""
    parts.study["periods"] = [2025]
    parts.study["scenarios"] = {}
    parts.study["features"] = {"service": {}, "land_quota": {}}
    parts.technologies.pop("edge-node")
    parts.tables["committed"] = []
    parts.tables["limits"] = []
    parts.tables["funding"] = []
    parts.tables["targets"] = [row for row in parts.rows("targets") if row["target_id"] == "pflops-2025"]
    for technology in parts.technologies.values():
        technology["max_modules"]["value"] = float(MOST)


@dataclass(frozen=True)
class Facts:
    """What the hand-written model reads: hosts, flows and their yearly costs."""

    pairs: list[tuple[str, str]]
    stock: dict[tuple[str, str], float]
    built: dict[tuple[str, str], float]
    standing: dict[tuple[str, str], float]
    holds: dict[str, tuple[str, float]]
    demand: dict[tuple[str, str], tuple[float, bool, float]]
    flow: dict[tuple[str, str, str, str], float]
    campus: float
    pflops: float
    weight: float


def annuity(money: float, years: float) -> float:
    """Return the yearly payment [CNY/yr]."""
    return money * WACC / (1 - (1 + WACC) ** -years)


@cache
def facts() -> Facts:
    """Return the facts of the small case."""
    data = Derived(read_tiny(small))
    sites = data.table("sites").set_index("site_id")
    classes = data.table("classes").set_index("class_id")
    technologies = data.case.technologies
    pairs = [(site, name) for site in sites.index for name in technologies]
    built, standing, holds = {}, {}, {}
    for site, name in pairs:
        made, plant = technologies[name], data.plant.loc[(site, name)]
        built[site, name] = annuity(plant["capex"], 20) + annuity(made.it_capex_cny.value, 5)
        overhead = plant["fixed"] * made.it_kw.value * 8760 * plant["price"]
        land = annuity(made.land_ha.value * 1e4 * float(sites.loc[site, "land_price_cny_per_m2"]), 50)
        standing[site, name] = made.fom_cny_per_year.value + made.it_fom_cny_per_year.value + overhead + land
        unit = "pflops_fp16" if name == "ai-hall" else "standard_racks"
        holds[name] = (unit, getattr(made, unit).value)
    demand = {
        (row.zone_id, row.class_id): (row.amount, row.obligation == "must", row.revenue_cny_per_unit_year)
        for row in data.demand.itertuples()
    }
    flow = {}
    for path in data.paths.itertuples():
        for (zone, name), (site, technology) in itertools.product(demand, pairs):
            late = path.latency_ms > float(classes["latency_limit_ms"].astype(float).fillna(np.inf)[name])
            if (
                late
                or (zone, site) != (path.zone_id, path.site_id)
                or name not in technologies[technology].serves
            ):
                continue
            plant, held = data.plant.loc[(site, technology)], holds[technology][1]
            kw = technologies[technology].it_kw.value / held * float(classes.loc[name, "load_factor"])
            energy = plant["variable"] * kw * 8760 * plant["price"]
            network = path.trunk_km * float(classes.loc[name, "gbps_per_unit"]) * 120
            flow[zone, name, site, technology] = energy + network - demand[zone, name][2]
    stock = {("alpha", "cloud-hall"): 2.0}
    weight = sum((1 + WACC) ** -(year - 2023) for year in YEARS)
    return Facts(pairs, stock, built, standing, holds, demand, flow, annuity(2e7, 40), 300.0, weight)


def planned(engine: str = "highs") -> float:
    """Return the least cost that capplan finds [CNY]."""
    case = read_tiny(small)
    return float(
        capplan.solve(case, solver=engine, in_process=engine == "highs", gap=0.0, threads=1).record[
            "objective_cny"
        ]
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_program_written_by_hand_costs_the_same() -> None:
    known = facts()
    model = pulp.LpProblem("toyland", pulp.LpMinimize)
    count = {pair: pulp.LpVariable(f"n_{i}", 0, MOST, cat="Integer") for i, pair in enumerate(known.pairs)}
    retired = {
        pair: pulp.LpVariable(f"d_{i}", 0, most, cat="Integer")
        for i, (pair, most) in enumerate(known.stock.items())
    }
    opened = {site: pulp.LpVariable(f"o_{site}", cat="Binary") for site in ("beta", "gamma")}
    serve = {key: pulp.LpVariable(f"s_{i}", 0) for i, key in enumerate(known.flow)}
    stands = {pair: known.stock.get(pair, 0.0) + count[pair] - retired.get(pair, 0.0) for pair in known.pairs}
    data = Derived(read_tiny(small))
    closing = {pair: annuity(0.02 * data.plant.loc[pair, "capex"], 20) for pair in known.stock}
    model += known.weight * pulp.lpSum(
        [known.built[pair] * count[pair] + known.standing[pair] * stands[pair] for pair in known.pairs]
        + [closing[pair] * retired[pair] for pair in retired]
        + [known.campus * variable for variable in opened.values()]
        + [known.flow[key] * variable for key, variable in serve.items()]
    )
    for (zone, name), (amount, must, _) in known.demand.items():
        total = pulp.lpSum(variable for key, variable in serve.items() if key[:2] == (zone, name))
        model += total == amount if must else total <= amount
    for site, technology in known.pairs:
        total = pulp.lpSum(variable for key, variable in serve.items() if key[2:] == (site, technology))
        model += total <= 0.85 * known.holds[technology][1] * stands[site, technology]
        model += stands[site, technology] >= 0
        if site in opened:
            model += count[site, technology] <= MOST * opened[site]
    model += pulp.lpSum(100 * stands[pair] for pair in known.pairs if pair[1] == "ai-hall") >= known.pflops
    model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0.0, threads=1))
    assert pulp.LpStatus[model.status] == "Optimal"
    assert planned() == pytest.approx(pulp.value(model.objective), rel=1e-6)


def flows_cost(known: Facts, stands: dict[tuple[str, str], float]) -> float:
    """Return the least yearly cost of flows where so many halls stand [CNY/yr]; infinite where they cannot."""
    keys = list(known.flow)
    wanted, rooms = list(known.demand), known.pairs
    upper = np.array([[float(key[2:] == pair) for key in keys] for pair in rooms])
    room = [0.85 * known.holds[pair[1]][1] * stands[pair] for pair in rooms]
    equal = [name for name in wanted if known.demand[name][1]]
    loose = [name for name in wanted if not known.demand[name][1]]
    rows = lambda names: np.array([[float(key[:2] == name) for key in keys] for name in names])  # noqa: E731
    found = linprog(
        [known.flow[key] for key in keys],
        A_ub=np.vstack([upper, rows(loose)]) if loose else upper,
        b_ub=[*room, *(known.demand[name][0] for name in loose)],
        A_eq=rows(equal),
        b_eq=[known.demand[name][0] for name in equal],
    )
    return float(found.fun) if found.status == 0 else float("inf")


def test_no_number_of_halls_is_cheaper() -> None:
    """Try every number of halls near what the targets and the demand need, without retirement."""
    known = facts()
    best, least = float("inf"), known.weight * flows_cost(known, dict.fromkeys(known.pairs, 100.0))
    clouds = [number for number in itertools.product(range(3), repeat=3) if sum(number) <= 3]
    smart = [number for number in itertools.product(range(MOST + 1), repeat=3) if sum(number) == 3]
    for cloud, ai in itertools.product(clouds, smart):
        count = {}
        for (site, own), other in zip(zip(("alpha", "beta", "gamma"), cloud, strict=True), ai, strict=True):
            count[site, "cloud-hall"], count[site, "ai-hall"] = float(own), float(other)
        stands = {pair: known.stock.get(pair, 0.0) + count[pair] for pair in known.pairs}
        fixed = sum(
            known.built[pair] * count[pair] + known.standing[pair] * stands[pair] for pair in known.pairs
        )
        fixed += known.campus * sum(
            any(count[site, name] for name in known.holds) for site in ("beta", "gamma")
        )
        if known.weight * fixed + least < best:
            best = min(best, known.weight * (fixed + flows_cost(known, stands)))
    assert planned() == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("engine", ["ortools-highs", "ortools-scip", "pulp-cbc"])
def test_engines_agree_on_a_case(engine: str) -> None:
    assert planned(engine) == pytest.approx(planned(), rel=1e-6)
