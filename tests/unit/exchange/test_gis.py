"""GeoParquet and GeoJSON of every layer, read back: the same rows, the same shapes, WGS-84."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely.geometry

from capplan.exchange.areas import areas_layer
from capplan.exchange.gis import write_gis, write_parquet
from capplan.exchange.layers import grid_nodes_layer
from capplan.plan import Plan
from tests.support.fake_plan import bare_case, fake_plan
from tests.support.sample_plan import HOSTILE


@pytest.fixture(scope="module")
def plan() -> Plan:
    return fake_plan()


@pytest.fixture(scope="module")
def layers(plan: Plan) -> dict[str, gpd.GeoDataFrame]:
    return plan.layers


@pytest.fixture(scope="module")
def folder(layers: dict[str, gpd.GeoDataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("plan") / "gis"
    write_gis(place, layers)
    write_parquet(place, layers)
    return place


def test_every_layer_is_there_twice(folder: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    wanted = [f"{name}.{ending}" for name in layers for ending in ("geojson", "parquet")]
    assert sorted(path.name for path in folder.iterdir()) == sorted(wanted)
    assert list(layers) == ["sites", "zones", "grid_nodes", "service", "routes", "areas"]


def test_geoparquet_reads_back_bit_for_bit(folder: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    for name, layer in layers.items():
        back = gpd.read_parquet(folder / f"{name}.parquet")
        assert back.crs == "EPSG:4326"
        one, other = (pd.DataFrame(frame.drop(columns="geometry")) for frame in (back, layer))
        assert one.dtypes.astype(str).tolist() == other.dtypes.astype(str).tolist()
        pd.testing.assert_frame_equal(one.astype(object), other.astype(object), check_column_type=False)
        assert back.geometry.to_wkb().tolist() == layer.geometry.to_wkb().tolist()
        assert back.geometry.dropna().is_valid.all()
        described = json.loads(pq.read_schema(folder / f"{name}.parquet").metadata[b"geo"])
        assert described["version"] == "1.1.0"


def test_geojson_has_the_same_shapes(folder: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    for name, layer in layers.items():
        back = gpd.read_file(folder / f"{name}.geojson")
        assert back.crs == "EPSG:4326"
        assert len(back) == len(layer)
        assert back.geometry.isna().tolist() == layer.geometry.isna().tolist()
        shapes, wanted = back.geometry.dropna().normalize(), layer.geometry.dropna().normalize()
        assert shapes.geom_equals_exact(wanted, 1e-12).all()
    assert layers["service"].geometry.isna().any(), "what is served in its own place has no line"


def test_geojson_keeps_the_rules_of_its_standard(folder: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    for name, layer in layers.items():
        content = json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))
        assert "crs" not in content
        assert content["bbox"] == pytest.approx(list(layer.total_bounds))
        ids = [feature["id"] for feature in content["features"]]
        assert len(set(ids)) == len(ids) == len(layer)
    areas = json.loads((folder / "areas.geojson").read_text(encoding="utf-8"))
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in areas["features"]]
    assert shapes
    for part in shapely.get_parts(shapes):
        assert part.exterior.is_ccw
        assert not any(hole.is_ccw for hole in part.interiors)


def test_areas_count_what_stands_in_them(plan: Plan, layers: dict[str, gpd.GeoDataFrame]) -> None:
    areas = layers["areas"]
    assert set(areas.geom_type) == {"MultiPolygon"}
    assert areas["adcode"].is_unique
    assert areas["sites"].sum() == len(plan.sites)
    assert areas["standard_racks"].sum() == pytest.approx(plan.sites["standard_racks"].sum())
    taken = areas.set_index("adcode").loc["220822"]
    assert taken["pflops_fp16"] == 3000.0


def test_a_region_without_packaged_areas_has_none(plan: Plan) -> None:
    regions = plan.case.tables["regions"].assign(adcode="990000")

    elsewhere = bare_case(plan.case, tables={**plan.case.tables, "regions": regions}, boundaries=b"")
    assert areas_layer(elsewhere, plan.sites) is None


def test_substations_have_what_is_contracted_last() -> None:
    nodes = pd.DataFrame({"grid_node": ["a", "b"], "name_zh": HOSTILE, "name_en": "A", "voltage_kv": 220.0})
    nodes = nodes.assign(lon=120.0, lat=[44.0, 45.0], headroom_mva=50.0)
    rows = {"site_id": ["x", "x", "y"], "year": [2024, 2025, 2025], "grid_node": "a"}
    connections = pd.DataFrame(rows | {"contracted_mva": [5.0, 10.0, 2.5]})
    layer = grid_nodes_layer(nodes, connections)
    assert layer[["contracted_mva", "sites"]].to_numpy().tolist() == [[12.5, 2], [0.0, 0]]
    assert grid_nodes_layer(nodes, None)["contracted_mva"].tolist() == [0.0, 0.0]


def test_failures_of_arrow_are_those_of_the_disk(
    tmp_path: Path, layers: dict[str, gpd.GeoDataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "no room"
        raise pa.ArrowInvalid(message)

    monkeypatch.setattr(gpd.GeoDataFrame, "to_parquet", fail)
    with pytest.raises(OSError, match=r"sites\.parquet"):
        write_parquet(tmp_path / "gis", layers)
