"""What must hold of plans whatever the numbers are: options never hurt, names say nothing, every plan is certified."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import capplan
from capplan.errors import Infeasible
from tests.support.full_case import FEATURES, full_edit
from tests.support.solved import read_tiny
from tests.support.tiny_case import Parts

Change = Callable[[Parts], object]
TOLERANCE = 1e-6


def planned(*changes: Change) -> capplan.Plan:
    """Return the best plan of the full case after changes, with what holds of every plan asserted."""

    def edit(parts: Parts) -> None:
        for change in (full_edit, one_period, *changes):
            change(parts)

    plan = capplan.solve(read_tiny(edit), in_process=True, gap=0.0, threads=1)
    assert plan.certificate.failures == ()
    sites, energy = plan.tables["sites"], plan.tables["energy"]
    assert (sites["pue"].dropna() >= 1.0).all()
    assert energy["green_share"].between(0.0, 1.0 + 1e-9).all()
    assert (energy["facility_mwh"] >= energy["it_mwh"]).all()
    return plan


def one_period(parts: Parts) -> None:
    """Plan one period of two years, which is enough for these properties and faster."""
    parts.study["periods"] = [2025]


def cost(*changes: Change) -> float:
    """Return the least cost after changes [CNY]."""
    return float(planned(*changes).record["objective_cny"])


@cache
def usual() -> float:
    """Return the least cost of the full case in one period [CNY]."""
    return cost()


def cell(table: str, column: str, value: str, **key: str) -> Change:
    """Return the change of one cell."""
    return lambda parts: parts.row(table, **key).update({column: value})


def parameter(feature: str, **values: Any) -> Change:
    """Return the change of a feature's parameters."""
    return lambda parts: parts.study["features"][feature].update(copy.deepcopy(values))


def without(table: str, **key: str) -> Change:
    """Return the change that takes a row away."""

    def change(parts: Parts) -> None:
        parts.tables[table].remove(parts.row(table, **key))

    return change


TIGHTER = {
    "less bond money": cell("funding", "limit_cny", "1000000", account_id="bond"),
    "smaller subsidy": cell("funding", "limit_cny", "100000", account_id="grant"),
    "less energy in the west": cell("limits", "bound", "14", limit="energy_gwh", region="west"),
    "no direct lines": parameter("green_share", direct_lines=False),
    "a solar offer less": without("energy_offers", offer_id="grid-solar"),
    "more green energy": parameter("green_share", share={"toyland": {2025: 0.6}, "west": {2025: 0.5}}),
    "a stricter share": parameter("shares", max_share=0.6),
    "a higher target": cell("targets", "value", "450", target_id="renewed"),
    "edge nodes everywhere": parameter("edge_coverage", min_share={2025: 0.9}),
    "one new campus": cell("limits", "bound", "1", limit="sites"),
    "two routes only": without("routes", route_id="west-south"),
}


@pytest.mark.parametrize("name", TIGHTER)
def test_less_freedom_never_costs_less(name: str) -> None:
    try:
        tighter = cost(TIGHTER[name])
    except Infeasible:
        tighter = float("inf")
    assert tighter >= usual() * (1 - TOLERANCE)


@settings(max_examples=3)
@given(factor=st.floats(1.0, 2.0))
def test_more_demand_never_costs_less(factor: float) -> None:
    def change(parts: Parts) -> None:
        for row in parts.rows("demand_drivers"):
            row["base_amount"] = repr(float(row["base_amount"]) * factor)
            row["base_amount_high"] = repr(float(row["base_amount_high"]) * 2)

    assert cost(change) >= usual() * (1 - TOLERANCE)


NAMES = {
    "alpha": "zulu",
    "beta": "yankee",
    "gamma": "able",
    "990101": "990190",
    "990201": "990105",
    "gate-south": "a-gate",
}
NAMED = ("zones", "sites", "region_members", "existing", "committed", "projects", "demand")


def renamed(parts: Parts) -> None:
    """Give sites, counties and the gate other names, in another order."""
    for name in NAMED:
        for row in parts.rows(name):
            for column in ("zone_id", "site_id", "member_id"):
                if column in row:
                    row[column] = NAMES.get(row[column], row[column])


@settings(max_examples=2)
@given(seed=st.randoms(use_true_random=False))
def test_names_and_the_order_of_rows_say_nothing(seed: Any) -> None:
    def change(parts: Parts) -> None:
        renamed(parts)
        for rows in parts.tables.values():
            seed.shuffle(rows)

    assert cost(change) == pytest.approx(usual(), rel=TOLERANCE)


def split(parts: Parts) -> None:
    """Split a county in two of half its people, at one place, with all else as it was."""
    zone = parts.row("zones", zone_id="990102")
    for column in ("population", "urban_population", "output_cny"):
        zone[column] = repr(float(zone[column]) / 2)
    parts.tables["zones"].append({**zone, "zone_id": "990103"})
    for row in list(parts.rows("region_members")):
        if row["member_id"] == "990102":
            parts.tables["region_members"].append({**row, "member_id": "990103"})


def test_a_county_split_in_two_costs_the_same() -> None:
    assert cost(split) == pytest.approx(usual(), rel=TOLERANCE)


@settings(max_examples=5, phases=[Phase.generate])
@given(
    dropped=st.sets(
        st.sampled_from(sorted(set(FEATURES) - {"service", "sizing", "campuses", "targets", "energy"})),
        max_size=8,
    ),
    periods=st.sampled_from([[2024, 2025], [2025], [2024, 2027], [2025, 2026, 2028]]),
    carbon=st.sampled_from([0.0, 120.0]),
    price=st.sampled_from(["100", "500000"]),
)
def test_every_plan_is_certified(dropped: set[str], periods: list[int], carbon: float, price: str) -> None:
    def change(parts: Parts) -> None:
        features = parts.study["features"]
        for name in dropped:
            features.pop(name)
        if "retrofit" in dropped:
            without("targets", target_id="renewed")(parts)
        if "net_present_cost" in features:
            features["net_present_cost"] = {"carbon_price_cny_per_t": carbon, "wacc": 0.0 if carbon else 0.08}
        parts.study["periods"] = periods
        for target in ("pflops-dear", "racks-low"):
            parts.row("targets", target_id=target)["price_cny_per_unit"] = price
        own = parts.row("funding", account_id="own")
        for year in ("2026", "2027", "2028"):
            parts.tables["funding"].append({**own, "year": year})

    plan = planned(change)
    assert sorted(set(plan.tables["capacity"]["year"])) == periods
