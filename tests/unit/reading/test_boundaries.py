"""A case's own boundaries: read, kept byte for byte, and refused feature by feature."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capplan.atlas.boundaries import boundaries_of
from capplan.case import load_case
from capplan.errors import Fault
from capplan.plan import read_plan
from capplan.reading import boundaries as module
from capplan.reading.faults import Faults
from capplan.reading.inputs import _boundaries
from capplan.schema.package import BOUNDARIES_FILE, PACKAGE_FILE
from tests.support.faults import faults_of, the_fault
from tests.support.sample_plan import sample_plan
from tests.support.tiny_case import write_tiny_case


def square(west: float, south: float) -> list[list[float]]:
    east, north = west + 1.0, south + 0.5
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def area(adcode: str, prefecture: str, west: float) -> dict[str, Any]:
    said = {"adcode": adcode, "name_zh": "县", "name_en": "Shire", "prefecture_adcode": prefecture}
    shape = {"type": "Polygon", "coordinates": [square(west, 44.0)]}
    return {"type": "Feature", "properties": said | {"area_km2": 3}, "geometry": shape}


def collection() -> dict[str, Any]:
    areas = [area("990101", "990100", 119.5), area("990201", "990200", 121.5)]
    islands = [[square(121.5, 44.0)], [square(121.5, 45.0)]]
    areas[1]["geometry"] = {"type": "MultiPolygon", "coordinates": islands}
    return {"type": "FeatureCollection", "features": areas}


def found_in(text: str) -> list[Fault]:
    """Return the faults of a text, after saying them in both languages."""
    faults = Faults()
    module.check_boundaries(text, faults)
    assert all(fault.text(lang) for fault in faults.listed() for lang in ("en", "zh"))
    return faults.listed()


def bring(folder: Path, content: object) -> Path:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
    (folder / BOUNDARIES_FILE).write_text(text, encoding="utf-8", newline="")
    return folder


def test_boundaries_travel_with_the_case_byte_for_byte(tmp_path: Path) -> None:
    folder = bring(write_tiny_case(tmp_path / "case"), collection())
    content = (folder / BOUNDARIES_FILE).read_bytes()
    case = load_case(folder)
    assert case.files[BOUNDARIES_FILE] == case.boundaries == content
    again = load_case(case.write(tmp_path / "again"))
    assert again.fingerprints() == case.fingerprints()
    assert BOUNDARIES_FILE in case.fingerprints()
    assert (tmp_path / "again" / BOUNDARIES_FILE).read_bytes() == content
    assert case.override({"solver.seed": 3}).files[BOUNDARIES_FILE] == content
    assert case.replace(tables={"zones": case.table("zones")}).boundaries == content


def test_the_data_package_lists_boundaries_only_where_there_are_some(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    bare = json.loads(load_case(folder).files[PACKAGE_FILE])
    assert (bare["profile"], BOUNDARIES_FILE in load_case(folder).files) == ("tabular-data-package", False)
    package = json.loads(load_case(bring(folder, collection())).files[PACKAGE_FILE])
    assert package["profile"] == "data-package"
    assert package["resources"][:-1] == bare["resources"]
    assert package["resources"][-1]["path"] == "boundaries.geojson"


def test_a_mark_at_the_beginning_is_left_out(tmp_path: Path) -> None:
    folder = bring(write_tiny_case(tmp_path), "\ufeff" + json.dumps(collection()))
    assert json.loads(load_case(folder).boundaries.decode("utf-8")) == collection()


Change = Callable[[dict[str, Any]], object]


def _properties(**changed: object) -> Change:
    return lambda content: content["features"][1]["properties"].update(changed)


def _ring(ring: object) -> Change:
    return lambda content: content["features"][1].update(geometry={"type": "Polygon", "coordinates": [ring]})


def _geometry(shape: object) -> Change:
    return lambda content: content["features"][1].update(geometry=shape)


HERE = "feature 2.geometry"
WRONG: list[tuple[str, Change, str, str]] = [
    ("kind", lambda content: content.update(type="Feature"), "", "feature collection"),
    ("no list", lambda content: content.update(features={}), "", "feature collection"),
    ("no areas", lambda content: content.update(features=[]), "", "no areas"),
    ("crs", lambda content: content.update(crs={"name": "urn:ogc:def:crs:EPSG::4490"}), "crs", "WGS-84"),
    ("missing", _properties(name_en=None), "feature 2.properties.name_en", "missing"),
    ("empty", _properties(name_zh=""), "feature 2.properties.name_zh", "missing"),
    ("a number", _properties(adcode=990201), "feature 2.properties.adcode", "not a text"),
    ("no adcode", _properties(prefecture_adcode="east"), "feature 2.properties.prefecture_adcode", "adcode"),
    ("twice", _properties(adcode="990101"), "feature 2.properties.adcode", "feature 1 has this adcode"),
    ("a point", _geometry({"type": "Point", "coordinates": [120, 44]}), HERE, "not an area"),
    ("nothing", _geometry(None), HERE, "not an area"),
    ("no rings", _geometry({"type": "Polygon", "coordinates": []}), HERE, "no outline"),
    ("a number as ring", _geometry({"type": "MultiPolygon", "coordinates": [[3]]}), HERE, "not close"),
    ("open", _ring(square(120, 44)[:-1]), HERE, "does not close"),
    ("too short", _ring([[120, 44], [121, 44], [120, 44]]), HERE, "does not close"),
    ("words", _ring([[120, 44], ["121", 44], [121, 45], [120, 44]]), HERE, "not longitude and latitude"),
    ("metres", _ring([[5e5, 4e6], [6e5, 4e6], [6e5, 5e6], [5e5, 4e6]]), HERE, "500000.0, 4000000.0"),
    ("exchanged", _ring([[44, 120], [45, 120], [45, 121], [44, 120]]), HERE, "in degrees"),
    ("a bow tie", _ring([[120, 44], [121, 45], [121, 44], [120, 45], [120, 44]]), HERE, "crosses itself"),
]


@pytest.mark.parametrize(
    ("change", "column", "says"), [item[1:] for item in WRONG], ids=[item[0] for item in WRONG]
)
def test_a_broken_feature_is_named(change: Change, column: str, says: str) -> None:
    content = collection()
    change(content)
    (fault,) = found_in(json.dumps(content))
    assert (fault.file, fault.column) == (BOUNDARIES_FILE, column)
    assert says in fault.problem.text()


def test_all_broken_features_are_named_at_once(tmp_path: Path) -> None:
    content = collection()
    content["features"] += [7, {"type": "Feature"}]
    found = faults_of(bring(write_tiny_case(tmp_path), content))
    assert {fault.column.split(".")[0] for fault in found} == {"feature 3", "feature 4"}
    assert len(found) == 2 * 5


@pytest.mark.parametrize(
    ("text", "row", "says"),
    [
        ("", 1, "cannot be read"),
        ('{"type":\n "FeatureCollection", ', 2, "cannot be read"),
        ('{"type": "FeatureCollection", "features": [NaN]}', None, "NaN"),
        ("[" * 10**5, None, "nesting"),
        ("[]", 1, "feature collection"),
    ],
)
def test_text_that_is_no_geojson(text: str, row: int | None, says: str) -> None:
    (fault,) = found_in(text)
    assert (fault.file, fault.row) == (BOUNDARIES_FILE, row)
    assert says in fault.problem.text()


def test_boundaries_have_a_largest_size(tmp_path: Path) -> None:
    folder = bring(write_tiny_case(tmp_path), "{}")
    with (folder / BOUNDARIES_FILE).open("r+b") as file:
        file.truncate(module.MAX_BOUNDARIES_BYTES + 1)
    assert "larger than 16 MiB" in the_fault(folder).problem.text()


def test_data_that_nothing_reads_are_told_and_texts_for_people_are_not(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    for name in ("README.md", "LICENSE", "notes.txt", "_draft.xlsx", ".hidden.json"):
        (folder / "data" / name).write_text("x", encoding="utf-8")
    before = load_case(folder).fingerprints()
    assert not [path for path in before if path.startswith("data/") and path.endswith((".md", ".txt", "NSE"))]
    for name in ("boundary.geojson", "sites.xlsx"):
        (folder / "data" / name).write_text("x", encoding="utf-8")
    found = {fault.file: fault for fault in faults_of(folder)}
    assert set(found) == {"data/boundary.geojson", "data/sites.xlsx"}
    assert found["data/boundary.geojson"].nearest == "boundaries.geojson"
    assert "begin its name with _" in found["data/sites.xlsx"].remedy.text()


def test_a_later_folder_replaces_the_boundaries_of_an_earlier_one(tmp_path: Path) -> None:
    folders = []
    for name in ("first", "second", "bare"):
        (tmp_path / name).mkdir()
        if name != "bare":
            content = collection() | {"name": name}
            (tmp_path / name / "boundaries.geojson").write_text(json.dumps(content), encoding="utf-8")
        folders.append({entry.name: entry for entry in (tmp_path / name).iterdir()})
    faults = Faults()
    assert json.loads(_boundaries(folders, faults))["name"] == "second"
    assert _boundaries(folders[2:], faults) == b""
    assert len(faults) == 0


def test_a_plan_carries_the_boundaries_and_its_map_can_be_drawn_with_them(tmp_path: Path) -> None:
    case = load_case(bring(write_tiny_case(tmp_path / "case"), collection()))
    plan = sample_plan(case)
    plan.write(tmp_path / "plan")
    again = read_plan(tmp_path / "plan").case
    assert again.fingerprints() == case.fingerprints()
    areas = boundaries_of(again)
    assert areas.own
    assert areas.counties["adcode"].tolist() == ["990101", "990201"]
    assert areas.zone_area == {"990101": 0, "990102": 0, "990201": 1}
