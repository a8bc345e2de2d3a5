"""Layers: positions, totals at the horizon's end, lines between the right places."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from capplan.exchange.geojson import write_geojson
from capplan.exchange.layers import routes_layer, service_layer, sites_layer, zones_layer
from capplan.plan_tables import conform, empty
from tests.support.sample_plan import sample_tables

ZONES = pd.DataFrame(
    {
        "zone_id": ["990101", "990201"],
        "name_zh": ["甲县", "丙县"],
        "kind": "county",
        "lon": [120.0, 122.0],
        "lat": [44.0, 44.1],
        "population": [800_000.0, 500_000.0],
        "source": "made up",
    }
)
NODES = pd.DataFrame({"node_id": ["a", "b"], "lon": [120.0, 122.0], "lat": [44.0, 44.1]})


def table(name: str) -> pd.DataFrame:
    return conform(name, sample_tables()[name])


def test_sites_have_what_is_in_service_at_the_horizon_s_end() -> None:
    sites = sites_layer(table("sites"), table("capacity")).set_index("site_id")
    assert sites.crs == "EPSG:4326"
    assert sites.loc["alpha", ["standard_racks", "pflops_fp16", "main_technology"]].tolist() == [
        1620,
        100,
        "cloud-hall",
    ]
    assert sites.loc["alpha", "it_mw"] == pytest.approx(4.05)
    assert sites.loc["gamma", "main_technology"] == "edge-node"
    assert sites.geometry["gamma"].coords[0] == (122.03, 44.12)


def test_sites_without_capacity_have_none() -> None:
    sites = sites_layer(table("sites"), empty("capacity"))
    assert sites["standard_racks"].tolist() == [0.0, 0.0]
    assert sites["main_technology"].tolist() == ["", ""]


def test_totals_are_made_once_even_if_the_table_has_them() -> None:
    once = sites_layer(table("sites"), table("capacity"))
    again = sites_layer(pd.DataFrame(once.drop(columns="geometry")), table("capacity"))
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(once))


def test_zones_have_amounts_by_unit_and_mean_latency() -> None:
    zones = zones_layer(ZONES, table("service")).set_index("zone_id")
    assert zones.loc["990101", ["standard_racks", "pflops_fp16"]].tolist() == [1e-7, 80.0]
    assert zones.loc["990101", "mean_latency_ms"] == pytest.approx(0.4)
    assert "source" not in zones.columns
    assert zones_layer(ZONES, empty("service"))["mean_latency_ms"].isna().all()


def test_service_is_one_line_for_each_pair_and_year() -> None:
    lines = service_layer(ZONES, table("sites"), table("service"))
    assert lines[["zone_id", "site_id", "year"]].to_numpy().tolist() == [
        ["990101", "alpha", 2025],
        ["990201", "gamma", 2025],
    ]
    assert list(lines.geometry[0].coords) == [(120.0, 44.0), (120.02, 44.01)]


def test_lines_without_a_known_place_are_left_out() -> None:
    routes = pd.DataFrame(
        {"route_id": ["r", "s"], "from_node": ["a", "a"], "to_node": ["b", "x"], "route_km": 190.0}
    )
    lines = routes_layer(NODES, routes)
    assert lines["route_id"].tolist() == ["r"]
    assert routes_layer(NODES, routes.iloc[:0]).empty


def test_geojson_opens_as_it_was_written(tmp_path: Path) -> None:
    sites = sites_layer(table("sites"), table("capacity"))
    write_geojson(tmp_path / "sites.geojson", sites, name="sites", identity="site_id")
    content = json.loads((tmp_path / "sites.geojson").read_text(encoding="utf-8"))
    assert [feature["id"] for feature in content["features"]] == ["alpha", "gamma"]
    assert content["features"][0]["properties"]["pue"] is None
    assert content["features"][0]["properties"]["prefecture_adcode"] == "990100"
    back = gpd.read_file(tmp_path / "sites.geojson")
    assert back.crs == "EPSG:4326"
    assert back.geometry.geom_equals(sites.geometry).all()


def test_geojson_of_lines(tmp_path: Path) -> None:
    lines = service_layer(ZONES, table("sites"), table("service"))
    write_geojson(tmp_path / "lines.geojson", lines, name="service", identity="zone_id")
    assert gpd.read_file(tmp_path / "lines.geojson").geometry.geom_equals(lines.geometry).all()
