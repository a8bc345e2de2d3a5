"""What must hold of random small regions: limits, options, splits, orders, names and money.

Costs are those of plans found to the last digit; a region without a plan costs more than any other.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from capplan.build import build
from capplan.case import Case
from capplan.explore.lever_rules import RULES
from capplan.features import registry
from capplan.schema.tables import TABLES
from capplan.solution import Reason
from capplan.solvers import Arrays, solve_matrix
from tests.support.full_case import add, technology
from tests.support.random_case import LIMITS, random_parts
from tests.support.solved import read_parts
from tests.support.tiny_case import Parts

Change = Callable[[Parts, float], object]
TOLERANCE = 1e-6
DICE = st.randoms(use_true_random=True)


def cost(parts: Parts) -> float:
    """Return the least cost of a case [CNY]; infinite where it has no plan. Its tables are left to `tests/agree`."""
    matrix = build(read_parts(parts)).program.matrix()
    end = solve_matrix(matrix, gap=0.0, time_limit=60, threads=1, in_process=True).termination
    if end.reason is Reason.INFEASIBLE:
        return math.inf
    assert end.reason is Reason.OPTIMAL
    assert end.primal_bound is not None
    return end.primal_bound


def not_more(cheap: float, dear: float) -> bool:
    """Say whether a cost does not exceed another one."""
    return cheap <= dear + TOLERANCE * abs(dear) + 1.0 if math.isfinite(dear) else True


def cells(table: str, *columns: str, **key: str) -> Change:
    """Return the change that multiplies cells of some rows; empty ones stay."""

    def change(parts: Parts, factor: float) -> None:
        for row in parts.rows(table):
            if all(row[name] == value for name, value in key.items()):
                row |= {name: repr(float(row[name]) * factor) for name in columns if row[name]}

    return change


def ranged(table: str, column: str) -> Change:
    """Return the change that multiplies a column and its range."""
    return cells(table, column, f"{column}_low", f"{column}_high")


def shares(feature: str, parameter: str) -> Change:
    """Return the change that divides the shares that a rule asks for."""

    def scaled(value: object, factor: float) -> object:
        if isinstance(value, dict):
            return {key: scaled(part, factor) for key, part in value.items()}
        return min(float(str(value)) / factor, 1.0)

    def change(parts: Parts, factor: float) -> None:
        given = parts.study["features"].get(feature)
        if given is not None and parameter in given:
            given[parameter] = scaled(given[parameter], factor)

    return change


def largest_share(parts: Parts, factor: float) -> None:
    """Let one prefecture hold more, or less."""
    given = parts.study["features"].get("shares")
    if given is not None:
        given["max_share"] = min(given["max_share"] * factor, 1.0)


def connections(parts: Parts, factor: float) -> None:
    """Let campuses have larger connections, or smaller ones, but never less than stands."""
    names = ("connection_max_mva", "connection_max_mva_low", "connection_max_mva_high")
    for row in parts.rows("sites"):
        most = max(float(row["connection_max_mva"]) * factor, float(row["connection_existing_mva"]))
        row.update(dict.fromkeys(names, repr(most)))


def goals(parts: Parts, factor: float) -> None:
    """Ask for less of what must be reached, and allow more of what must not be passed."""
    for row in parts.rows("targets"):
        factor_here = 1.0 / factor if row["relation"] == ">=" else factor
        row["value"] = repr(float(row["value"]) * factor_here)


def plants(*path: str, loosens: int) -> Change:
    """Return the change of one number of every technology that multiplies it, or divides it where `loosens` is -1."""

    def change(parts: Parts, factor: float) -> None:
        for one in parts.technologies.values():
            held = one
            for name in path:
                held = held[name]
            held["value"] = float(held["value"]) * factor**loosens

    return change


def lead_times(parts: Parts, factor: float) -> None:
    """Let halls open sooner, or later."""
    for kind in ("existing_campus", "new_campus"):
        plants("lead_time_years", kind, loosens=-1)(parts, factor)


def pue_cap(parts: Parts, factor: float) -> None:
    """Let new halls be less efficient, or ask more of them; no hall has a PUE below 1."""
    given = parts.study["features"].get("pue_cap")
    if given is not None:
        given["limit"] = 1.0 + (given["limit"] - 1.0) * factor


def copies(parts: Parts, factor: float) -> None:
    """Ask for fewer copies nearby, or for more of them farther away."""
    for row in parts.rows("classes"):
        row["copy_share"] = repr(min(float(row["copy_share"]) / factor, 1.0))
        row["copy_min_km"] = repr(float(row["copy_min_km"]) / factor)


def served(parts: Parts, factor: float) -> None:
    """Ask for less of what must be served, or for more of it."""
    for row in parts.rows("demand_drivers"):
        amount = float(row["base_amount"]) / factor
        row |= {"base_amount": repr(amount), "base_amount_high": repr(max(amount, 1000.0))}


LOOSENED: dict[str, Change] = {
    "quotas": cells("limits", "bound"),
    "land": ranged("sites", "land_max_ha"),
    "connections": connections,
    "grid headroom": ranged("grid_nodes", "headroom_mva"),
    "latency": cells("classes", "latency_limit_ms"),
    "green offers": cells("energy_offers", "available_mw"),
    "green shares": shares("green_share", "share"),
    "edge coverage": shares("edge_coverage", "min_share"),
    "least share": shares("shares", "min_share"),
    "largest share": largest_share,
    "accounts": cells("funding", "limit_cny"),
    "targets": goals,
    "modules of a hall": plants("max_modules", loosens=1),
    "lead times": lead_times,
    "cap of the PUE": pue_cap,
    "copies": copies,
    "demand": served,
}
"""What each kind of limit reads, by which a factor above 1 loosens it."""
FAMILIES = {
    **dict.fromkeys(LIMITS, "quotas"),
    "target": "targets",
    "account_limit": "accounts",
    "grid_headroom": "grid headroom",
    "green_available": "green offers",
    "site_power": "connections",
    "site_land": "land",
    "green_share": "green shares",
    "edge_coverage": "edge coverage",
    "max_share": "largest share",
    "min_share": "least share",
    "pue_cap_count": "cap of the PUE",
    "pue_cap_converted": "cap of the PUE",
    "copies": "copies",
    "demand": "demand",
}
"""What `capplan why` may loosen, and the limits table, by the kind of limit here."""


def test_every_limit_that_can_give_is_loosened_here() -> None:
    assert set(FAMILIES) == set(RULES) | {
        limit for feature in registry().values() for limit in feature.limits
    }
    assert set(FAMILIES.values()) <= set(LOOSENED)


@pytest.mark.parametrize("name", LOOSENED)
@settings(max_examples=3, phases=[Phase.generate])
@given(random=DICE)
def test_a_looser_limit_never_costs_more_and_a_tighter_one_never_less(name: str, random: Random) -> None:
    parts = random_parts(random)
    looser, tighter = copy.deepcopy(parts), copy.deepcopy(parts)
    LOOSENED[name](looser, random.choice([1.1, 1.5, 4.0]))
    LOOSENED[name](tighter, random.choice([0.9, 0.5]))
    usual = cost(parts)
    if looser != parts:
        assert not_more(cost(looser), usual)
        assert not_more(usual, cost(tighter))


def another_offer(parts: Parts, random: Random) -> None:
    """Add green electricity."""
    add(
        parts, "energy_offers", offer_id="more", type="grid_green", energy_zone="windy", resource="wind", first_year="2024",
        full_load_hours="3000", available_mw=random.choice(["1", "500"]), price_cny_per_mwh=random.choice(["-50", "20", "400"]),
        match_share="1",
    )  # fmt: skip


def another_technology(parts: Parts, random: Random) -> None:
    """Add a hall with other numbers."""
    technology(
        parts,
        "cloud-hall",
        "other-hall",
        standard_racks=random.choice([40, 700]),
        capex_cny=random.choice([1e6, 9e7]),
    )


def another_site(parts: Parts, random: Random) -> None:
    """Add a campus like another one."""
    like = random.choice(parts.rows("sites"))
    bare = {"site_id": "other", "status": "candidate", "opened_year": "", "connection_existing_mva": "0"}
    parts.tables["sites"].append({**like, **bare})


def another_route(parts: Parts, random: Random) -> None:
    """Add a route that is shorter than any other."""
    first, last = parts.rows("nodes")[0]["node_id"], parts.rows("nodes")[-1]["node_id"]
    km = random.choice(["20", "150"])
    add(
        parts, "routes", route_id="other", from_node=first, to_node=last, route_km=km, route_km_low=km, route_km_high=km,
        corridor="air", kind="trunk",
    )  # fmt: skip


OPTIONS = {
    "an offer": another_offer,
    "a technology": another_technology,
    "a site": another_site,
    "a route": another_route,
}


@pytest.mark.parametrize("name", OPTIONS)
@settings(max_examples=4, phases=[Phase.generate])
@given(random=DICE)
def test_an_option_more_never_costs_more(name: str, random: Random) -> None:
    parts = random_parts(random)
    richer = copy.deepcopy(parts)
    OPTIONS[name](richer, random)
    assert not_more(cost(richer), cost(parts))


@settings(max_examples=8, phases=[Phase.generate])
@given(random=DICE)
def test_a_zone_split_in_two_costs_the_same(random: Random) -> None:
    parts = random_parts(random)
    parts.rows("zones")[0] |= {"population": "200000", "urban_population": "90000", "output_cny": "3e10"}
    halved = copy.deepcopy(parts)
    zone = random.choice([row for row in halved.rows("zones") if row["kind"] == "county"])
    for column in ("population", "urban_population", "output_cny"):
        zone[column] = repr(float(zone[column]) / 2)
    halved.tables["zones"].append({**zone, "zone_id": "half"})
    for row in list(halved.rows("region_members")):
        if (row["member_kind"], row["member_id"]) == ("zone", zone["zone_id"]):
            halved.tables["region_members"].append({**row, "member_id": "half"})
    for site in halved.rows("sites"):
        if site["zone_id"] == zone["zone_id"] and random.random() < 0.5:
            site["zone_id"] = "half"
    assert cost(halved) == pytest.approx(cost(parts), rel=TOLERANCE, abs=1.0)


def same_program(first: Case, second: Case) -> bool:
    """Say whether two cases become the same program, to the last bit."""
    pair = [vars(Arrays.of(build(case).program.matrix())) for case in (first, second)]
    return all(np.array_equal(pair[0][key], pair[1][key]) for key in pair[0])


@settings(max_examples=12, phases=[Phase.generate])
@given(random=DICE)
def test_the_order_of_rows_and_columns_says_nothing(random: Random) -> None:
    parts = random_parts(random)
    other = copy.deepcopy(parts)
    for name, rows in other.tables.items():
        random.shuffle(rows)
        names = list(rows[0]) if rows else []
        random.shuffle(names)
        other.tables[name] = [{column: row[column] for column in names} for row in rows]
    cases = [read_parts(parts), read_parts(other)]
    assert cases[0].fingerprints() == cases[1].fingerprints()
    assert same_program(*cases)


REFERENCES = {
    "zones": "zone_id",
    "sites": "site_id",
    "nodes": "node_id",
    "grid_nodes": "grid_node",
    "energy_offers": "offer_id",
}
COLUMNS = (*REFERENCES.values(), "member_id", "access_node", "from_node", "to_node")


@settings(max_examples=8, phases=[Phase.generate])
@given(random=DICE)
def test_names_say_nothing(random: Random) -> None:
    parts = random_parts(random)
    other = copy.deepcopy(parts)
    ids = [row[column] for table, column in REFERENCES.items() for row in parts.rows(table)]
    letters = random.sample(range(len(ids)), len(ids))
    names = {name: f"x{number:03d}" for name, number in zip(ids, letters, strict=True)}
    for rows in other.tables.values():
        for row in rows:
            row |= {column: names.get(row[column], row[column]) for column in COLUMNS if column in row}
    assert cost(other) == pytest.approx(cost(parts), rel=TOLERANCE, abs=1.0)


def in_other_money(parts: Parts, factor: float) -> None:
    """Write every amount of money of a case in another currency."""
    for name, rows in parts.tables.items():
        spec = TABLES[name]
        money = {column.name for column in spec.columns if column.unit.startswith("CNY")}
        money |= {f"{column}_{side}" for column in money for side in ("low", "high")}
        for row in rows:
            row |= {column: repr(float(row[column]) * factor) for column in money if row.get(column)}
    for one in parts.technologies.values():
        for value in one.values():
            if isinstance(value, dict) and str(value.get("unit", "")).startswith("CNY"):
                value |= {side: value[side] * factor for side in ("value", "low", "high") if side in value}
    for name, feature in registry().items():
        for key, field in feature.parameters.model_fields.items():
            given = parts.study["features"].get(name)
            if "[CNY" in (field.description or "") and (given is not None or field.default):
                parts.study["features"].setdefault(name, {})
                parts.study["features"][name][key] = (
                    parts.study["features"][name].get(key, field.default) * factor
                )


@settings(max_examples=6, phases=[Phase.generate])
@given(random=DICE, factor=st.sampled_from([0.125, 3.0]))
def test_the_currency_says_nothing(random: Random, factor: float) -> None:
    parts = random_parts(random)
    for name in ("service", "campuses", "net_present_cost"):
        parts.study["features"].setdefault(name, {})
    other = copy.deepcopy(parts)
    in_other_money(other, factor)
    assert cost(other) == pytest.approx(cost(parts) * factor, rel=TOLERANCE, abs=1.0)
