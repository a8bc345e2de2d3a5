"""Regions that are odd but sound: one site, one point, across the 180th meridian, many years: each map is drawn whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from capplan.atlas.base_layers import features
from capplan.atlas.boundaries import OWN_FILE
from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.registry import drawings
from capplan.atlas.sheet import Sheet
from capplan.atlas.subject import Subjects
from capplan.atlas.words import word
from capplan.plan import Plan
from tests.support.atlas_plan import atlas_plan
from tests.support.fake_plan import bare_case

Place = Callable[[pd.Series, pd.Series], tuple[Any, Any]]
_KINDS = ("siting", "periods", "flows")


@pytest.fixture(scope="module")
def merrow() -> Plan:
    return atlas_plan("examples/made-up-region")


def without_boundaries(plan: Plan) -> Mapping[str, bytes]:
    return {name: content for name, content in plan.case.files.items() if name != OWN_FILE}


def moved(plan: Plan, place: Place) -> Plan:
    """Return the plan with everything elsewhere, and without the region's boundaries."""

    def there(table: pd.DataFrame) -> pd.DataFrame:
        if not {"lon", "lat"} <= set(table.columns):
            return table
        lon, lat = place(table["lon"].astype(float), table["lat"].astype(float))
        return table.assign(lon=lon, lat=lat)

    inputs = {name: there(table) for name, table in plan.case.tables.items()}
    tables = {**plan.tables, "sites": there(plan.tables["sites"])}
    case = bare_case(plan.case, tables=inputs, files=without_boundaries(plan))
    return Plan(case, tables, plan.record, plan.certificate)


def across_the_date_line(plan: Plan) -> Plan:
    return moved(plan, lambda lon, lat: ((lon + 28.0) % 360.0 - 180.0, lat))


def one_point(plan: Plan) -> Plan:
    return moved(plan, lambda lon, lat: (0.0 * lon - 28.0, 0.0 * lat + 44.5))


def very_wide(plan: Plan) -> Plan:
    return moved(plan, lambda lon, lat: (14.0 * (lon + 28.0), lat))


def arctic(plan: Plan) -> Plan:
    return moved(plan, lambda lon, lat: (40.0 * (lon + 28.0), 80.0 + 0.1 * (lat - 44.5)))


def very_tall(plan: Plan) -> Plan:
    return moved(plan, lambda lon, lat: (0.2 * lon, 8.0 * (lat - 44.5) + 40.0))


def no_regions(plan: Plan) -> Plan:
    empty = {name: plan.case.tables[name].iloc[:0] for name in ("regions", "region_members")}
    return Plan(
        bare_case(plan.case, tables={**plan.case.tables, **empty}),
        plan.tables,
        plan.record,
        plan.certificate,
    )


def many_years(plan: Plan) -> Plan:
    years = range(2029, 2054)
    last = int(plan.tables["capacity"]["year"].max())
    tables = {
        name: pd.concat([table[table["year"] == last].assign(year=year) for year in years], ignore_index=True)
        if "year" in table.columns and len(table)
        else table
        for name, table in plan.tables.items()
    }
    study = plan.case.study.model_copy(update={"periods": tuple(years)})
    return Plan(bare_case(plan.case, study=study), tables, plan.record, plan.certificate)


def sheets(plan: Plan, lang: str, kinds: tuple[str, ...], size: str | None = None) -> list[Sheet]:
    subjects = Subjects(plan)
    wanted = [one for one in drawings(plan) if one.style.file in kinds]
    return [drawn_sheet(*subjects.of(one), one.style, lang, size) for one in wanted]


@pytest.mark.parametrize(
    "odd", [across_the_date_line, one_point, very_wide, arctic, very_tall, no_regions, many_years]
)
def test_maps_are_drawn_whole(merrow: Plan, odd: Callable[[Plan], Plan]) -> None:
    kinds = ("periods",) if odd is many_years else _KINDS
    drawn = sheets(odd(merrow), "zh", kinds, "slide" if odd is arctic else None)

    assert len(drawn) == len(kinds)
    for sheet in drawn:
        paper, written = sheet.paper, sheet.paper.written
        sides = np.array([(one.box.left, one.box.bottom, one.box.right, one.box.top) for one in written])
        assert np.isfinite(sides).all()
        assert sides[:, :2].min() >= 0.0
        assert (sides[:, 2:] <= (paper.width, paper.height)).all()
        low = np.maximum(sides[:, None, :2], sides[None, :, :2])
        high = np.minimum(sides[:, None, 2:], sides[None, :, 2:])
        shared = np.triu((high - low - 0.3).min(axis=2), k=1)
        assert [(written[one].text, written[other].text) for one, other in np.argwhere(shared > 0.0)] == []


def test_longitudes_go_on_across_the_date_line(merrow: Plan) -> None:
    sheet = sheets(across_the_date_line(merrow), "en", ("siting",))[0]
    names = {one.text for one in sheet.paper.written if one.role == "graticule"}

    assert "180°" in names
    assert {name[-1] for name in names if name != "180°"} == {"E", "W", "N"}
    assert sheet.main.frame.scale < 2.0e6


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sheet_without_sites_says_so_and_has_nothing_empty(merrow: Plan, lang: str) -> None:
    code = str(merrow.tables["capacity"]["prefecture_adcode"].iloc[0])
    tables = {
        name: table[table["prefecture_adcode"].astype(str) != code]
        if "prefecture_adcode" in table.columns
        else table
        for name, table in merrow.tables.items()
    }
    plan = Plan(merrow.case, tables, merrow.record, merrow.certificate)
    drawing = next(one for one in drawings(plan) if one.name == f"sheet-{code}")
    sheet = drawn_sheet(*Subjects(plan).of(drawing), drawing.style, lang)
    texts = [one.text for one in sheet.paper.written]

    assert not sheet.facts.sites
    assert texts.count(word("no_sites", lang)) == 1
    assert word("no_sites_about", lang).replace(" ", "") in "".join(texts).replace(" ", "")
    assert not {word("small_symbols", lang), word("column_pue", lang), word("total_sites", lang, count=0)} & {
        *texts
    }
    assert not any("0 MW" in text for text in texts)


def test_projections_have_sides_and_latin_names_keep_their_distance(merrow: Plan) -> None:
    west = moved(merrow, lambda lon, lat: (lon + 28.0 - 116.0, lat - 46.0))
    names = {
        name: merrow.case.tables[name].assign(name_zh=merrow.case.tables[name]["name_en"])
        for name in ("regions",)
    }
    west = Plan(
        bare_case(west.case, tables={**west.case.tables, **names}, files=without_boundaries(west)),
        west.tables,
        west.record,
        west.certificate,
    )
    for lang, sides in (("zh", ("西经", "南纬")), ("en", ("°W", "°S"))):
        sheet = sheets(west, lang, ("siting",))[0]
        projection = "".join(one.text for one in sheet.paper.written if one.role == "panel")
        assert all(side in projection for side in sides)
        assert "-116" not in projection
        if lang == "zh":
            head = next(one.text for one in sheet.paper.written if one.role == "head")
            assert re.search("[A-Za-z] [一-鿿]", head)
            assert not re.search("[A-Za-z][一-鿿]", head)


def test_a_polygon_that_crosses_itself_is_mended() -> None:
    knot = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    shape = {"type": "Polygon", "coordinates": [knot]}
    content = json.dumps({"features": [{"geometry": shape, "properties": {}}]}).encode()

    (found,) = features(content, "knot.geojson").geometry
    assert found.is_valid
    assert found.area == pytest.approx(0.5)
