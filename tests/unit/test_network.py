"""Network: distances, attachment, direct links, latency and places cut off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from capplan import network

LON, LAT = st.floats(73.0, 135.0), st.floats(18.0, 54.0)
DEGREE_KM = np.pi * network.EARTH_RADIUS_KM / 180.0


def node_table() -> pd.DataFrame:
    """Return three nodes on the equator at 0, 2 and 4 degrees of longitude, and one far away without a
    route.
    """
    return pd.DataFrame({"node_id": ["a", "b", "c", "x"], "lon": [0.0, 2.0, 4.0, 40.0], "lat": 0.0})


def route_table() -> pd.DataFrame:
    """Return routes a-b and b-c."""
    rows = [("a", "b", 250.0, "east"), ("b", "c", 260.0, "far east")]
    return pd.DataFrame(rows, columns=["from_node", "to_node", "route_km", "corridor"])


def places(kind: str, rows: list[tuple[str, float, str]], key: str) -> pd.DataFrame:
    """Return zones or sites on the equator as (id, longitude, access node)."""
    ids, lon, node = (list(column) for column in zip(*rows, strict=True))
    return pd.DataFrame({key: ids, "kind": kind, "lon": lon, "lat": 0.0, "access_node": node})


def paths(zones: pd.DataFrame, sites: pd.DataFrame, **options: float) -> pd.DataFrame:
    """Return the paths over the test graph."""
    return network.site_paths(zones, sites, node_table(), route_table(), **options)


def test_great_circle_by_hand() -> None:
    """One degree of longitude on the equator, a quarter of the globe to the pole."""
    km = network.great_circle_km([0.0, 10.0], [0.0, 0.0], [1.0, 50.0], [0.0, 90.0])
    assert km.tolist() == pytest.approx([DEGREE_KM, 90.0 * DEGREE_KM])


@given(LON, LAT, LON, LAT)
def test_great_circle_is_near_the_geodesic(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    """The sphere errs by at most 0.6 per cent against the WGS-84 ellipsoid."""
    _, _, metres = Geod(ellps="WGS84").inv(lon1, lat1, lon2, lat2)
    assert float(network.great_circle_km(lon1, lat1, lon2, lat2)) == pytest.approx(
        metres / 1000.0, rel=6e-3, abs=1e-6
    )


@given(st.lists(st.tuples(LON, LAT), min_size=3, max_size=3))
def test_great_circle_keeps_the_triangle_inequality(points: list[tuple[float, float]]) -> None:
    """No way over a third point is shorter."""
    (x1, y1), (x2, y2), (x3, y3) = points
    direct = float(network.great_circle_km(x1, y1, x3, y3))
    around = float(network.great_circle_km(x1, y1, x2, y2)) + float(network.great_circle_km(x2, y2, x3, y3))
    assert direct <= around + 1e-6


def test_path_over_the_trunk_by_hand() -> None:
    """Half a degree to node a, two routes, and a tenth of a degree from node c; three routers."""
    zones = places("county", [("z", -0.5, "a")], "zone_id")
    sites = places("park", [("s", 4.1, "c")], "site_id")
    row = paths(zones, sites, detour=1.2).iloc[0]
    assert row["route_km"] == pytest.approx(1.2 * 0.6 * DEGREE_KM + 510.0)
    assert row["trunk_km"] == pytest.approx(510.0)
    assert row["nodes"] == 3


def test_direct_link_within_the_metro_radius() -> None:
    """A zone and a site 0.2 degrees apart are linked directly; trunk_km still says what bandwidth crosses."""
    zones = places("county", [("z", 0.9, "a")], "zone_id")
    sites = places("park", [("s", 1.1, "b")], "site_id")
    near = paths(zones, sites, detour=1.3).iloc[0]
    assert near["route_km"] == pytest.approx(1.3 * 0.2 * DEGREE_KM)
    assert (near["nodes"], near["trunk_km"]) == (0, pytest.approx(250.0))
    far = paths(zones, sites, detour=1.3, metro_radius_km=10.0).iloc[0]
    assert far["route_km"] == pytest.approx(1.3 * 1.8 * DEGREE_KM + 250.0)
    assert far["nodes"] == 2


def test_gate_stands_at_its_node() -> None:
    """A gate has no access fibre and no direct link, whatever its own position."""
    gates = places("gate", [("g", 33.0, "b")], "zone_id")
    sites = places("park", [("s", 2.1, "b")], "site_id")
    row = paths(gates, sites, detour=1.3).iloc[0]
    assert row["route_km"] == pytest.approx(1.3 * 0.1 * DEGREE_KM)
    assert (row["nodes"], row["trunk_km"]) == (1, 0.0)


def test_pairs_without_a_path_are_left_out_and_named() -> None:
    """A site at a node without routes, and a zone at an unknown node, are unreachable."""
    zones = places("county", [("z", 0.0, "a"), ("lost", 10.0, "nowhere")], "zone_id")
    sites = places("park", [("s", 4.0, "c"), ("island", 40.0, "x")], "site_id")
    table = paths(zones, sites)
    assert list(zip(table["zone_id"], table["site_id"], strict=True)) == [("z", "s")]
    cut_off = network.unreachable(zones, sites, node_table(), route_table())
    assert cut_off == [
        network.Unreachable("zone", "lost", "nowhere"),
        network.Unreachable("site", "island", "x"),
    ]


def test_all_connected_is_an_empty_list() -> None:
    """Nothing is cut off on the connected part."""
    zones = places("county", [("z", 0.0, "a")], "zone_id")
    sites = places("park", [("s", 4.0, "c")], "site_id")
    assert network.unreachable(zones, sites, node_table(), route_table()) == []


@given(st.lists(st.tuples(st.floats(-1.0, 5.0), st.sampled_from("abc")), min_size=2, max_size=5))
def test_paths_are_no_shorter_than_the_crow_flies(rows: list[tuple[float, str]]) -> None:
    """Route km are at least the great circle, and at most the way over the trunk."""
    zones = places("county", [(f"z{i}", lon, node) for i, (lon, node) in enumerate(rows)], "zone_id")
    sites = places("park", [(f"s{i}", lon, node) for i, (lon, node) in enumerate(rows)], "site_id")
    table = paths(zones, sites)
    lon = {f"{i}": lon for i, (lon, _) in enumerate(rows)}
    crow = network.great_circle_km(
        table["zone_id"].str[1:].map(lon), 0.0, table["site_id"].str[1:].map(lon), 0.0
    )
    assert len(table) == len(rows) ** 2
    assert (table["route_km"] >= crow - 1e-9).all()


def test_latency_by_hand() -> None:
    """100 km of fibre, two routers and access: 0.49 + 0.1 + 0.1 ms one way."""
    assert float(network.latency_ms(100.0, 2, round_trip=False)) == pytest.approx(0.69)
    assert float(network.latency_ms(100.0, 2)) == pytest.approx(1.38)
    slow = network.latency_ms([0.0], [1], fibre_us_per_km=5.0, node_delay_ms=0.2, access_delay_ms=0.3)
    assert slow.tolist() == pytest.approx([1.0])


def test_site_distances_are_ordered_pairs() -> None:
    """Every pair both ways; near pairs can be left out."""
    sites = places("park", [("s", 0.0, "a"), ("t", 1.0, "a"), ("u", 3.0, "a")], "site_id")
    table = network.site_distances(sites)
    assert len(table) == 6
    assert table.set_index(["site_a", "site_b"]).loc[("t", "u"), "distance_km"] == pytest.approx(
        2.0 * DEGREE_KM
    )
    far = network.site_distances(sites, at_least_km=2.5 * DEGREE_KM)
    assert list(zip(far["site_a"], far["site_b"], strict=True)) == [("s", "u"), ("u", "s")]
