"""Demand: hand-computed shares and growth, and that splitting or reordering zones changes nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capplan import demand

QUANTITY = st.floats(0.0, 1e6)


def zone_table(rows: list[tuple[str, str, float, float, float]]) -> pd.DataFrame:
    """Return zones of (id, kind, population, urban population, output)."""
    return pd.DataFrame(rows, columns=["zone_id", "kind", "population", "urban_population", "output_cny"])


def driver_table(weights: tuple[float, float, float] = (0.5, 0.3, 0.2), growth: float = 0.1) -> pd.DataFrame:
    """Return one driver of class ``cloud``: 1,000 in 2024."""
    row = {
        "class_id": "cloud",
        "base_amount": 1000.0,
        "driver_year": 2024,
        "growth_per_year": growth,
        "weight_population": weights[0],
        "weight_urban_population": weights[1],
        "weight_output": weights[2],
    }
    return pd.DataFrame([row])


def stated(rows: list[tuple[str, str, int, float, str, float]]) -> pd.DataFrame:
    """Return stated demand of (zone, class, year, amount, obligation, revenue)."""
    columns = ["zone_id", "class_id", "year", "amount", "obligation", "revenue_cny_per_unit_year"]
    return pd.DataFrame(rows, columns=columns)


CLASSES = pd.DataFrame({"class_id": ["cloud", "edge"]})
ZONES = zone_table(
    [("a", "county", 300, 100, 6.0), ("b", "development_zone", 100, 100, 2.0), ("g", "gate", 900, 0, 9.0)]
)


def project(
    zones: pd.DataFrame, fixed: pd.DataFrame | None = None, years: tuple[int, ...] = (2025,)
) -> pd.DataFrame:
    """Project the test driver over zones."""
    return demand.project(zones, driver_table(), CLASSES, stated([]) if fixed is None else fixed, years)


def test_projection_by_hand() -> None:
    """Zone a has 0.5 * 0.75 + 0.3 * 0.5 + 0.2 * 0.75 of 1,210 in 2026; the gate has nothing."""
    table = project(ZONES, years=(2024, 2026)).set_index(["zone_id", "year"])
    assert sorted(set(table.index.get_level_values("zone_id"))) == ["a", "b"]
    assert table.loc[("a", 2026), "amount"] == pytest.approx(1210.0 * 0.675)
    assert table.loc[("b", 2024), "amount"] == pytest.approx(1000.0 * 0.325)
    assert set(table["obligation"]) == {"must"}
    assert set(table["revenue_cny_per_unit_year"]) == {0.0}


def test_stated_rows_are_added_where_the_obligation_is_equal() -> None:
    """A stated must row joins the driver's; an optional one stays apart, with its revenue."""
    fixed = stated(
        [
            ("a", "cloud", 2025, 100.0, "must", 842.5),
            ("a", "cloud", 2025, 50.0, "optional", 300.0),
            ("g", "edge", 2025, 20.0, "optional", 100.0),
            ("g", "edge", 2031, 20.0, "optional", 100.0),
            ("g", "unknown", 2025, 20.0, "optional", 100.0),
        ]
    )
    table = project(ZONES, fixed).set_index(["zone_id", "class_id", "year", "obligation"])
    assert len(table) == 4
    assert table.loc[("a", "cloud", 2025, "must"), "amount"] == pytest.approx(842.5)
    assert table.loc[("a", "cloud", 2025, "must"), "revenue_cny_per_unit_year"] == pytest.approx(100.0)
    optional = table.xs("optional", level="obligation")
    assert optional.to_numpy().tolist() == [[50.0, 300.0], [20.0, 100.0]]


def test_without_drivers_only_stated_demand_remains() -> None:
    """An empty driver table is no fault."""
    none = driver_table().iloc[:0]
    fixed = stated([("g", "edge", 2025, 0.0, "optional", 100.0)])
    table = demand.project(ZONES, none, CLASSES, fixed, [2025])
    assert table["zone_id"].tolist() == ["g"]
    assert table["revenue_cny_per_unit_year"].tolist() == [100.0]
    assert demand.project(ZONES, none, CLASSES, stated([]), [2025]).empty


def test_a_quantity_that_no_zone_has_is_spread_evenly() -> None:
    """Without any output the weight of output goes to all zones alike, so nothing is lost."""
    zones = zone_table([("a", "county", 300, 100, 0.0), ("b", "county", 100, 100, 0.0)])
    share = demand.zone_shares(zones, driver_table((0.0, 0.0, 1.0)))
    assert share["cloud"].tolist() == [0.5, 0.5]


@given(st.lists(st.tuples(QUANTITY, QUANTITY, QUANTITY), min_size=1, max_size=6), st.integers(2020, 2035))
def test_the_region_keeps_its_total(quantities: list[tuple[float, float, float]], year: int) -> None:
    """Whatever the zones, their demand sums to the region's."""
    zones = zone_table([(f"z{i}", "county", *row) for i, row in enumerate(quantities)])
    table = project(zones, years=(year,))
    assert table["amount"].sum() == pytest.approx(1000.0 * 1.1 ** (year - 2024))
    assert (table["amount"] >= 0.0).all()


@given(
    st.lists(st.tuples(*[st.floats(1.0, 1e6)] * 3), min_size=2, max_size=5),
    st.floats(0.05, 0.95),
)
def test_splitting_a_zone_splits_its_demand(
    quantities: list[tuple[float, float, float]], part: float
) -> None:
    """A zone cut in two keeps its demand in the two parts, and the other zones keep theirs."""
    rows = [(f"z{i}", "county", *row) for i, row in enumerate(quantities)]
    whole = project(zone_table(rows)).set_index("zone_id")["amount"]
    people, urban, output = quantities[0]
    rest = 1.0 - part
    first = ("z0", "county", part * people, part * urban, part * output)
    second = ("z0b", "county", rest * people, rest * urban, rest * output)
    split = project(zone_table([first, second, *rows[1:]])).set_index("zone_id")["amount"]
    assert split["z0"] == pytest.approx(part * whole["z0"])
    assert split["z0"] + split["z0b"] == pytest.approx(whole["z0"])
    assert split.drop("z0b").drop("z0").to_dict() == pytest.approx(whole.drop("z0").to_dict())


@given(st.permutations([0, 1, 2]))
def test_order_of_zones_changes_nothing(order: list[int]) -> None:
    """The same table comes out whatever the order of the zones."""
    pd.testing.assert_frame_equal(project(ZONES.iloc[order]), project(ZONES))
