"""The GeoPackage, read back with GDAL and SQLite: layers, styles in both languages, equal bytes for equal plans."""

from __future__ import annotations

import contextlib
import errno
import json
import re
import sqlite3
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest

from capplan.exchange import geopackage
from capplan.exchange.geopackage import write_geopackage
from capplan.exchange.qgis import layer_style
from capplan.messages import Text
from capplan.plan import GIS_TABLES, Plan
from capplan.resources import read_text
from tests.support.sample_plan import sample_plan
from tests.support.tiny_case import tiny_case

LAYERS = ["sites", "zones", "grid_nodes", "service", "routes"]
SQUARE = {"type": "Polygon", "coordinates": [[[119, 43], [121, 43], [121, 45], [119, 45], [119, 43]]]}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return sample_plan(tiny_case(tmp_path_factory.mktemp("case") / "toyland"))


@pytest.fixture(scope="module")
def whole(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the GeoPackage as a plan folder has it, of a case with boundaries, in Chinese."""
    words = {"adcode": "990101", "name_zh": "甲县", "name_en": "A", "prefecture_adcode": "990100"}
    feature = {"type": "Feature", "properties": words, "geometry": SQUARE}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    drawn = replace(plan, case=replace(plan.case, boundaries=content))
    return drawn.write(tmp_path_factory.mktemp("plan") / "toyland", lang="zh") / "plan.gpkg"


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
    wanted = [(name, style, style == "zh") for name in LAYERS for style in ("en", "zh")]
    assert sorted(rows(path, query)) == sorted(wanted)


def test_the_file_holds_every_layer_and_table_of_the_plan(whole: Path) -> None:
    shapes = dict(rows(whole, "SELECT table_name, data_type FROM gpkg_contents"))
    assert {name for name, kind in shapes.items() if kind == "features"} == {*LAYERS, "areas"}
    tables = {name for name, kind in shapes.items() if kind == "attributes"}
    assert tables == {*GIS_TABLES, "layer_styles"}
    assert set(rows(whole, "SELECT DISTINCT srs_id FROM gpkg_geometry_columns")) == {(4326,)}
    told = dict(rows(whole, "SELECT table_name, identifier || description FROM gpkg_contents"))
    assert all(re.search("[一-龥]", told[name]) for name in shapes if name != "layer_styles")
    areas = gpd.read_file(whole, layer="areas")
    assert areas[["adcode", "sites", "standard_racks"]].to_numpy().tolist() == [["990101", 1, 1620.0]]


def test_styles_name_columns_that_the_layers_have(whole: Path) -> None:
    styles = rows(whole, "SELECT f_table_name, styleName, styleQML FROM layer_styles")
    assert len(styles) == 2 * (len(LAYERS) + 1 + len(GIS_TABLES))
    for name, language, qml in styles:
        style = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", qml))  # noqa: S314
        found = [str(row[1]) for row in rows(whole, f'PRAGMA table_info("{name}")')]
        columns = [column for column in found if column not in {"fid", "geom"}]
        aliases = {alias.get("field"): alias.get("name") for alias in style.iter("alias")}
        assert list(aliases) == columns
        assert {field.get("name") for field in style.iter("field")} <= set(columns)
        expressions = [
            node.get("value", "") for node in style.iter("Option") if node.get("name") == "expression"
        ]
        expressions += [rule.get("filter", "") for rule in style.iter("rule")]
        expressions += [clause.text or "" for clause in style.iter("orderByClause")]
        named = {field for text in expressions for field in re.findall(r'"(\w+)"', text)}
        named |= {node.get("attr", "") for node in style.iter("renderer-v2")} - {""}
        named |= {node.get("fieldName", "") for node in style.iter("text-style")}
        assert named <= set(columns)
        assert "@" not in qml
        chinese = [bool(re.search("[一-龥]", str(alias))) for alias in aliases.values()]
        assert sum(chinese) > len(chinese) / 2 if language == "zh" else not any(chinese)


def test_words_cover_the_codes_that_the_layers_hold(whole: Path) -> None:
    named = 0
    for name, language, qml in rows(whole, "SELECT f_table_name, styleName, styleQML FROM layer_styles"):
        style = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", qml))  # noqa: S314
        for field in style.iter("field"):
            column = field.get("name", "")
            words = {
                option.get("value"): option.get("name")
                for option in field.iter("Option")
                if option.get("value")
            }
            held = {str(row[0]) for row in rows(whole, f'SELECT DISTINCT "{column}" FROM "{name}"') if row[0]}  # noqa: S608
            assert len(set(words.values())) == len(words)
            if column not in {"cooling", "prefecture_adcode", "kind", "region"} or name == "targets":
                assert held <= set(words), (name, column)
            named += language == "zh"
        held = {str(row[0]) for row in rows(whole, "SELECT DISTINCT status FROM sites")}
        if name == "sites":
            assert held <= {category.get("value") for category in style.iter("category")}
    assert named > 8


def test_headings_survive_characters_that_xml_minds(plan: Plan) -> None:
    odd = plan.sites.assign(**{'a"<&>': 1})
    codes = {("sites", "status"): {'"<': Text(zh='<b>&"', en='<b>&"')}}
    style = layer_style("sites", odd, codes, "en")
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
