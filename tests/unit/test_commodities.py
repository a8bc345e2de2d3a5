"""Merging demand: exact, and blind to the order of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from capplan.commodities import merge
from capplan.reach import arcs, nearest, nearest_alike

NODES = pd.Series({"z1": "west", "z2": "west", "z3": "west", "z4": "east"})
CLASSES = pd.DataFrame({"class_id": ["fast", "any"], "latency_limit_ms": [5.0, np.nan]})
HOSTS = pd.DataFrame({"site_id": ["p", "q", "p"], "class_id": ["fast", "fast", "any"]})


def _demand() -> pd.DataFrame:
    rows = [
        ("z1", "fast", 2024, 30.0, "must", 0.0),
        ("z2", "fast", 2024, 10.0, "must", 0.0),
        ("z3", "fast", 2024, 5.0, "must", 0.0),
        ("z4", "fast", 2024, 7.0, "must", 0.0),
        ("z1", "fast", 2025, 20.0, "must", 0.0),
        ("z2", "fast", 2025, 20.0, "must", 0.0),
        ("z1", "any", 2024, 4.0, "optional", 9.0),
        ("z2", "any", 2024, 4.0, "optional", 8.0),
    ]
    names = ["zone_id", "class_id", "year", "amount", "obligation", "revenue_cny_per_unit_year"]
    return pd.DataFrame(rows, columns=names)


def _paths() -> pd.DataFrame:
    latency = {"z1": (1.0, 4.0), "z2": (2.0, 5.0), "z3": (1.0, 6.0), "z4": (9.0, 3.0)}
    rows = [
        (zone, site, 100.0, ms)
        for zone, times in latency.items()
        for site, ms in zip("pq", times, strict=True)
    ]
    return pd.DataFrame(rows, columns=["zone_id", "site_id", "trunk_km", "latency_ms"])


def _arcs() -> pd.DataFrame:
    wanted = _demand()[["zone_id", "class_id"]].drop_duplicates()
    limits = CLASSES.set_index("class_id")["latency_limit_ms"].fillna(np.inf)
    table = _paths().pivot_table(index="zone_id", columns="site_id", values="latency_ms")
    km = np.full(table.shape, 100.0)
    return arcs(wanted, limits, HOSTS, (table.index, table.columns), (table.to_numpy(), km))


def test_arcs_keep_to_the_limit_exactly_at_it_too_and_to_what_a_site_hosts() -> None:
    found = _arcs()
    pairs = set(zip(found["class_id"], found["zone_id"], found["site_id"], strict=True))
    assert pairs == {
        ("fast", "z1", "p"), ("fast", "z1", "q"), ("fast", "z2", "p"), ("fast", "z2", "q"), ("fast", "z3", "p"),
        ("fast", "z4", "q"), ("any", "z1", "p"), ("any", "z2", "p"),
    }  # fmt: skip
    assert len(found) == len(pairs)


def test_only_what_nothing_tells_apart_is_merged() -> None:
    demand, _ = merge(_demand(), _arcs(), NODES)
    names = dict(
        zip(
            zip(demand["zone_id"], demand["class_id"], demand["year"], strict=True),
            demand["commodity"],
            strict=True,
        )
    )
    assert names["z1", "fast", 2024] == names["z2", "fast", 2024] == "fast|z1|must"
    assert names["z3", "fast", 2024] == "fast|z3|must", "another reach"
    assert names["z4", "fast", 2024] == "fast|z4|must", "another node"
    assert names["z1", "any", 2024] != names["z2", "any", 2024], "another revenue"


def test_shares_are_those_of_the_amounts_in_each_year() -> None:
    demand, _ = merge(_demand(), _arcs(), NODES)
    assert demand.groupby(["commodity", "year"])["share"].sum().round(12).eq(1.0).all()
    assert demand["share"].tolist() == [0.75, 0.25, 1.0, 1.0, 0.5, 0.5, 1.0, 1.0]


def test_latency_of_a_commodity_is_weighted_by_demand_so_that_totals_agree() -> None:
    demand, merged = merge(_demand(), _arcs(), NODES)
    both = merged.set_index(["commodity", "year", "site_id"])["latency_ms"]
    assert both["fast|z1|must", 2024, "p"] == 0.75 * 1.0 + 0.25 * 2.0
    assert both["fast|z1|must", 2025, "q"] == 0.5 * 4.0 + 0.5 * 5.0
    detail = demand.merge(_arcs(), on=["zone_id", "class_id"])
    single = (detail["amount"] * detail["latency_ms"]).sum()
    total = demand.groupby(["commodity", "year"])["amount"].sum()
    amounts = merged.set_index(["commodity", "year"]).index.map(total)
    assert np.isclose((merged["latency_ms"] * amounts).sum(), single)


def test_the_order_of_rows_changes_no_name() -> None:
    demand, merged = merge(_demand(), _arcs(), NODES)
    other, others = merge(_demand().iloc[::-1], _arcs().iloc[::-1], NODES)
    keys = ["zone_id", "class_id", "year"]
    pd.testing.assert_frame_equal(
        demand.sort_values(keys).reset_index(drop=True), other.sort_values(keys).reset_index(drop=True)
    )
    pd.testing.assert_frame_equal(merged, others)


def test_demand_that_no_site_reaches_keeps_its_commodity_without_arcs() -> None:
    near = _arcs()[lambda frame: frame["zone_id"] != "z4"]
    demand, arcs = merge(_demand(), near, NODES)
    lost = demand[demand["zone_id"] == "z4"]
    assert lost["commodity"].tolist() == ["fast|z4|must"]
    assert not arcs["commodity"].isin(lost["commodity"]).any()


def test_the_nearest_of_every_circle_are_kept_and_ties_go_to_the_first() -> None:
    inside = np.array([[True, True, True, True], [False, True, True, True]])
    km = np.array([[5.0, 5.0, 9.0, 1.0]]).repeat(2, axis=0)
    far = np.array([True, True, True, False])
    assert nearest(inside, km, 1).tolist() == [[False, False, False, True]] * 2
    both = nearest(inside, km, 1, [far])
    assert both.tolist() == [[True, False, False, True], [False, True, False, True]]
    assert nearest(inside, km, 4, [far]).tolist() == inside.tolist()


def test_a_group_keeps_what_all_of_it_may_use_and_else_each_its_own() -> None:
    inside = np.array([[True, True, False], [False, True, True], [True, False, False], [False, True, False]])
    km = np.array([[1.0, 2.0, 3.0]]).repeat(4, axis=0)
    kept = nearest_alike(inside, km, np.array([0, 0, 1, 1]), 1)
    assert kept.tolist() == [[False, True, False]] * 2 + [[True, False, False], [False, True, False]]
