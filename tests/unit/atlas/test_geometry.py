"""Projection, scale, north and boundaries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from pyproj import Geod

from capplan.atlas import draw_siting
from capplan.atlas.bars import _texts
from capplan.atlas.base_layers import layers_for, packaged
from capplan.atlas.boundaries import OWN_FILE, boundaries_of
from capplan.atlas.box import Box
from capplan.atlas.labels import Label, Places
from capplan.atlas.layers.names import aside
from capplan.atlas.marginalia import scale_bar
from capplan.atlas.paper import Ink
from capplan.atlas.projection import Projection, geodesic_km
from capplan.atlas.seats import Pin
from capplan.atlas.sheet import Sheet
from capplan.atlas.windows import main_view
from capplan.atlas.words import figure
from capplan.case import Case
from capplan.errors import RenderError
from capplan.plan import Plan
from tests.support.fake_plan import bare_case, fake_plan

GEOD = Geod(ellps="WGS84")


def test_scale_bar_is_true_to_one_percent_everywhere_in_the_region(sheet: Sheet) -> None:
    for view in sheet.views:
        bar = scale_bar(view.frame, 60.0)
        region = view.frame.shapes([sheet.boundaries.region])[0]
        box = view.frame.box
        for x in np.linspace(box.left + 5.0, box.right - 5.0 - bar.millimetres, 6):
            for y in np.linspace(box.bottom + 5.0, box.top - 5.0, 6):
                middle = (x + bar.millimetres / 2.0, y)
                if not shapely.contains_xy(region, *middle):
                    continue
                start, end = view.frame.degrees([(x, y), (x + bar.millimetres, y)])
                assert geodesic_km(tuple(start), tuple(end)) == pytest.approx(bar.kilometres, rel=0.01)


def test_nominal_scale_is_the_one_printed(sheet: Sheet) -> None:
    bar = scale_bar(sheet.main.frame, 70.0)

    assert bar.kilometres * 1e6 / bar.millimetres == pytest.approx(sheet.main.frame.scale, rel=0.01)


def test_arrow_points_to_true_north(sheet: Sheet) -> None:
    frame = sheet.main.frame
    for x, y in (frame.box.centre, (frame.box.left + 10.0, frame.box.top - 10.0)):
        lon, lat = frame.degrees([(x, y)])[0]
        turn = np.radians(frame.projection.north_at(lon, lat))
        tip = frame.degrees([(x - 5.0 * np.sin(turn), y + 5.0 * np.cos(turn))])[0]
        azimuth = GEOD.inv(lon, lat, *tip)[0]
        assert azimuth == pytest.approx(0.0, abs=0.05)


def test_areas_are_true(plan: Plan) -> None:
    boundaries = boundaries_of(plan.case)
    largest = max(boundaries.counties.geometry, key=lambda shape: shape.area)
    degrees = shapely.transform(largest, boundaries.projection.degrees)
    ground = abs(GEOD.geometry_area_perimeter(degrees)[0])

    assert largest.area == pytest.approx(ground, rel=2e-4)


def test_parallels_south_of_the_equator_and_about_it() -> None:
    assert Projection.suited((10.0, -30.0, 20.0, -20.0)).crs.is_projected
    assert Projection.suited((10.0, -5.0, 20.0, 5.0)).crs.is_projected


@pytest.mark.parametrize(
    ("adcode", "folder", "count", "prefectures"), [("220000", "jilin", 60, 9), ("420100", "wuhan", 13, 1)]
)
def test_packaged_boundaries_are_complete_and_one_coverage(
    adcode: str, folder: str, count: int, prefectures: int
) -> None:
    entry = layers_for(adcode)
    assert entry is not None
    counties = packaged(entry.folder, "counties")
    assert counties is not None

    assert entry.folder == f"base/{folder}"
    assert len(counties) == count
    assert counties["prefecture_adcode"].nunique() == prefectures
    assert counties["adcode"].is_unique
    assert shapely.coverage_is_valid(counties.geometry.values)
    assert not (counties[["name_zh", "name_en"]] == "").any(axis=None)


def test_every_zone_lies_in_the_area_of_its_prefecture(plan: Plan) -> None:
    boundaries = boundaries_of(plan.case)
    zones = plan.case.tables["zones"]
    zones = zones[zones["kind"] != "gate"]

    assert set(boundaries.zone_area) == set(zones["zone_id"])
    found = [
        boundaries.counties["prefecture_adcode"].iloc[boundaries.zone_area[zone]] for zone in zones["zone_id"]
    ]
    assert found == list(zones["prefecture_adcode"])


def _elsewhere(case: Case) -> Case:
    """The same case in a place for which nothing is packaged."""
    regions, zones = case.tables["regions"].copy(), case.tables["zones"].copy()
    regions["adcode"] = ""
    zones["prefecture_adcode"] = zones["prefecture_adcode"].str.replace("^22", "99", regex=True)
    return bare_case(case, tables={**case.tables, "regions": regions, "zones": zones})


def test_a_region_without_packaged_boundaries_is_drawn_and_the_map_says_so(
    plan: Plan, tmp_path: Path
) -> None:
    elsewhere = fake_plan(_elsewhere(plan.case))
    boundaries = boundaries_of(elsewhere.case)

    assert boundaries.schematic
    assert boundaries.entry is None
    assert len(boundaries.counties) == 69
    overlap = sum(boundaries.counties.area) / boundaries.region.area
    assert overlap == pytest.approx(1.0, abs=1e-6)
    assert all(
        file.stat().st_size for file in draw_siting(elsewhere, lang="zh", formats=["svg"], folder=tmp_path)
    )


SQUARE = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": %s,
  "geometry": {"type": "Polygon", "coordinates": [[[121, 40], [132, 40], [132, 47], [121, 47], [121, 40]]]}}]}"""


def test_a_case_may_bring_boundaries(plan: Plan) -> None:
    properties = '{"adcode": "220001", "name_zh": "甲", "name_en": "A", "prefecture_adcode": "220100"}'
    boundaries = boundaries_of(bare_case(plan.case, files={OWN_FILE: (SQUARE % properties).encode()}))

    assert boundaries.own
    assert len(boundaries.counties) == 1
    assert set(boundaries.zone_area.values()) == {0}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"not json", "no GeoJSON"),
        (b"[1, 2]", "no GeoJSON"),
        (b'{"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}', "other shapes"),
        ((SQUARE % '{"adcode": "1"}').encode(), "lacks name_zh"),
    ],
)
def test_broken_boundaries_of_a_case_are_told(plan: Plan, content: bytes, what: str) -> None:
    with pytest.raises(RenderError, match=what):
        boundaries_of(bare_case(plan.case, files={OWN_FILE: content}))


def test_a_case_without_zones_is_told(plan: Plan) -> None:
    case = bare_case(plan.case, tables={**plan.case.tables, "zones": plan.case.tables["zones"].iloc[:0]})
    with pytest.raises(RenderError, match="no zones"):
        boundaries_of(case)


def test_projection_is_frozen() -> None:
    assert replace(Projection(41.8, 45.4, 126.5), meridian=110.0).meridian == 110.0


def test_labels_of_symbols_that_stand_close_are_led_back_to_them() -> None:
    """Eight names, each wider than what parts the symbols: all find a place, none on another or on another's line."""
    ink = Ink(7.0)
    pins = [Pin(20.0 + 6.0 * number, 10.0, 1.5) for number in range(8)]
    labels = [
        Label(
            ((f"Gate number {number}", ink),),
            tuple((pin.x + 4.0 * dx, pin.y + 3.5 * dy, 0.0) for dx in range(-5, 6) for dy in range(-2, 12)),
            rank=0.0,
            role="gate",
            pin=pin,
        )
        for number, pin in enumerate(pins)
    ]
    squares = [Box.around(pin.x, pin.y, 3.0, 3.0) for pin in pins]
    placed = Places(Box(0.0, 0.0, 100.0, 60.0), taken=[*squares]).place(labels)

    assert len(placed) == len(labels)
    leads = [shapely.linestrings(one.lead) for one in placed if one.lead is not None]
    assert leads
    for one in placed:
        assert not any(one.box.overlap(other.box) for other in placed if other is not one)
        own = None if one.lead is None else shapely.linestrings(one.lead)
        shape = shapely.box(one.box.left, one.box.bottom, one.box.right, one.box.top)
        assert not any(shapely.intersects(shape, lead) for lead in leads if lead != own)


def test_names_wider_than_their_prefectures_may_stand_beside_the_region(plan: Plan) -> None:
    areas = boundaries_of(plan.case)
    view = main_view(areas, Box(10.0, 10.0, 160.0, 114.0))
    region = view.frame.shapes([areas.region])[0]
    long, short = (
        Label(((text, Ink(9.0)),), ((0.0, 0.0, 0.0),), 1.0, "prefecture") for text in ("x" * 30, "x")
    )
    led = 0
    for shape in view.frame.shapes(areas.prefectures.geometry.values):
        wide = aside(areas, view, long, shape)
        width, height = long.size
        added = [
            shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            for x, y, _ in wide.anchors[1:]
        ]
        assert aside(areas, view, short, shape) == short
        assert (wide.pin is None) == (not added)
        assert not any(shapely.intersects(region, box) for box in added)
        led += wide.pin is not None
    assert led >= 3


def test_bars_that_stand_close_keep_the_last_figure_and_round_none_away() -> None:
    years = tuple(range(2027, 2039))
    sheet = SimpleNamespace(facts=SimpleNamespace(years=years), lang="en")
    values = dict.fromkeys(years, 1.6) | {2038: 15.8}
    figures = SimpleNamespace(values=values, share=False, digits=1)
    assert _texts(sheet, figures, 9.0) == {year: figure(value, 1) for year, value in values.items()}
    close = _texts(sheet, figures, 2.4)
    assert close[2038] == "15.8"
    assert set(close.values()) == {"1.6", "15.8"}
    assert len(close) < len(years)
