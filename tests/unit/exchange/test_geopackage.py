"""The GeoPackage, read back with GDAL and SQLite: layers, styles in both languages, equal bytes for equal plans."""

from __future__ import annotations

import contextlib
import errno
import re
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest

from capplan.exchange import geopackage
from capplan.exchange.geopackage import write_geopackage
from capplan.plan import Plan
from capplan.resources import read_text
from tests.support.sample_plan import sample_plan
from tests.support.tiny_case import tiny_case

LAYERS = ["sites", "zones", "service", "routes"]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return sample_plan(tiny_case(tmp_path / "case"))


def rows(path: Path, query: str) -> list[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_layers_read_back_as_they_were(tmp_path: Path, plan: Plan) -> None:
    path = tmp_path / "plan.gpkg"
    write_geopackage(path, plan.layers)
    assert [name for name, _ in pyogrio.list_layers(path)] == [*LAYERS, "layer_styles"]
    for name, layer in plan.layers.items():
        back = gpd.read_file(path, layer=name)
        assert back.crs == "EPSG:4326"
        assert list(back.columns) == list(layer.columns)
        assert back.geometry.geom_equals(layer.geometry).all()
    sites = gpd.read_file(path, layer="sites")
    assert sites["prefecture_adcode"].tolist() == ["990100", "990200"]
    assert sites["standard_racks"].tolist() == plan.sites["standard_racks"].tolist()


def test_every_layer_has_a_style_in_both_languages(tmp_path: Path, plan: Plan) -> None:
    path = tmp_path / "plan.gpkg"
    write_geopackage(path, plan.layers, lang="zh")
    query = "SELECT f_table_name, styleName, useAsDefault FROM layer_styles"
    wanted = [(name, style, style == "中文") for name in LAYERS for style in ("English", "中文")]
    assert sorted(rows(path, query)) == sorted(wanted)


def test_styles_name_columns_that_the_layers_have(tmp_path: Path, plan: Plan) -> None:
    path = tmp_path / "plan.gpkg"
    write_geopackage(path, plan.layers)
    for name, language, qml in rows(path, "SELECT f_table_name, styleName, styleQML FROM layer_styles"):
        style = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", qml))  # noqa: S314
        columns = [column for column in plan.layers[name].columns if column != "geometry"]
        aliases = {alias.get("field"): alias.get("name") for alias in style.iter("alias")}
        assert list(aliases) == columns
        expressions = [
            node.get("value", "") for node in style.iter("Option") if node.get("name") == "expression"
        ]
        named = {field for text in expressions for field in re.findall(r'"(\w+)"', text)}
        named |= {node.get("attr", "") for node in style.iter("renderer-v2")} - {""}
        named |= {node.get("fieldName", "") for node in style.iter("text-style")}
        assert named <= set(columns)
        assert "@" not in qml
        if language == "中文" and "lon" in aliases:
            assert aliases["lon"] == "经度 [deg]"


def test_headings_survive_characters_that_xml_minds(plan: Plan) -> None:
    odd = plan.sites.assign(**{'a"<&>': 1})
    style = geopackage._style("sites", odd, "en")
    names = [alias.get("field") for alias in ET.fromstring(style.split("'SYSTEM'>")[1]).iter("alias")]  # noqa: S314
    assert 'a"<&>' in names


def test_categories_are_the_states_of_the_contract() -> None:
    values = re.findall(r'<category value="(\w+)"', read_text("maps", "qgis/sites.qml"))
    assert values == ["existing", "retrofitted", "new", "edge"]


def test_equal_plans_give_equal_files(tmp_path: Path, plan: Plan) -> None:
    for name in ("a.gpkg", "b.gpkg"):
        write_geopackage(tmp_path / name, plan.layers)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


@pytest.mark.parametrize(("free", "code"), [(0, errno.ENOSPC), (1 << 30, errno.EIO)])
def test_failures_of_gdal_are_those_of_the_disk(
    tmp_path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch, free: int, code: int
) -> None:
    monkeypatch.setattr(geopackage.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    with pytest.raises(OSError, match=r"plan\.gpkg") as caught:
        write_geopackage(tmp_path / "no" / "such" / "plan.gpkg", plan.layers)
    assert caught.value.errno == code


def test_a_layer_that_lost_rows_is_a_failure(
    tmp_path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = geopackage._write_layer
    monkeypatch.setattr(
        geopackage, "_write_layer", lambda path, name, layer, lang: write(path, name, layer[1:], lang)
    )
    with pytest.raises(OSError, match="layer sites holds 1 of 2 rows"):
        write_geopackage(tmp_path / "plan.gpkg", plan.layers)
