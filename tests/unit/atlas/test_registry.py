"""Which maps a plan has, and what is said of those that it has not."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from capplan.atlas import MapEvent, Wanted, chosen, drawings, make_maps, map_names
from capplan.atlas.focus import groups_in, region_of, regions_of
from capplan.atlas.making import file_name
from capplan.atlas.registry import lacking, left_out
from capplan.atlas.style import Repeat, style_of
from capplan.atlas.words import words
from capplan.errors import RenderError
from capplan.messages import msg
from capplan.plan import Plan
from tests.support.atlas_plan import atlas_plan
from tests.support.fake_plan import bare_case


@pytest.fixture(scope="module")
def full() -> Plan:
    return atlas_plan()


def without(plan: Plan, **tables: pd.DataFrame) -> Plan:
    """Return a plan with other tables."""
    return Plan(plan.case, {**plan.tables, **tables}, plan.record, plan.certificate)


def test_maps_come_in_the_order_of_their_styles_and_sheets_by_code(full: Plan) -> None:
    names = [drawing.name for drawing in drawings(full)]
    sheets = [name for name in names if name.startswith("sheet-")]

    assert names[:2] == ["siting", "periods"]
    assert sheets == [f"sheet-{code}" for code in (*range(220100, 220900, 100), 222400)]
    assert "parks-220100" in names
    assert len(names) == len(set(names))


def test_the_name_of_a_repeated_style_means_all_its_sheets_and_one_sheet_can_be_named(full: Plan) -> None:
    assert len(chosen(full, ["sheet"])) == 9
    assert [drawing.region for drawing in chosen(full, ["sheet-220800", "sheet-220800"])] == ["baicheng"]
    assert chosen(full, []) == drawings(full)


def test_sheets_of_regions_with_any_id_are_files_everywhere(full: Plan, tmp_path: Path) -> None:
    ids = {"baicheng": "长" * 300, "songyuan": 'a/b\\c:*?"<>|', "siping": "Four.", "jilin-city": "four."}
    tables = dict(full.case.tables)
    regions = tables["regions"]
    codes = regions["adcode"].where(~regions["region_id"].isin(ids), "")
    tables["regions"] = regions.assign(region_id=regions["region_id"].replace(ids), adcode=codes)
    members = tables["region_members"]
    tables["region_members"] = members.assign(region_id=members["region_id"].replace(ids))
    odd = Plan(bare_case(full.case, tables=tables), full.tables, full.record, full.certificate)

    sheets = [drawing for drawing in drawings(odd) if drawing.region in set(ids.values())]
    assert {drawing.region for drawing in sheets} == set(ids.values())
    for drawing in sheets:
        name = file_name(drawing, "zh", "slide", "png")
        assert re.fullmatch(r"[^<>:\"/\\|?*\s]{1,120}", name), name
        (tmp_path / name).touch(exist_ok=False)
        assert [one.region for one in chosen(odd, [drawing.name])] == [drawing.region]
    assert len({drawing.name.casefold() for drawing in sheets}) == len(ids)


def test_an_unknown_map_is_told_with_the_nearest_name(full: Plan) -> None:
    with pytest.raises(RenderError, match="nearest is sheet-220800"):
        chosen(full, ["sheet-220801"])
    with pytest.raises(RenderError, match="there is no map"):
        chosen(full, ["x"])


def test_a_map_without_its_tables_is_left_out_and_says_why(full: Plan) -> None:
    bare = without(full, service=full.tables["service"].iloc[:0])
    left = left_out(bare)

    assert "flows" in left
    assert "difference" not in left
    assert "service" in str(left["flows"])
    assert "flows" not in [drawing.name for drawing in drawings(bare)]
    with pytest.raises(RenderError, match="map flows cannot be drawn"):
        chosen(bare, ["flows"])


def test_a_column_that_is_zero_throughout_says_nothing(full: Plan) -> None:
    capacity = full.tables["capacity"].assign(it_mw=0.0)
    assert "it_mw" in str(lacking(without(full, capacity=capacity), style_of("siting")))


def test_one_period_has_no_build_out_by_period(full: Plan) -> None:
    style = style_of("periods").model_copy(update={"least_periods": 3})
    assert "at least 3 periods" in str(lacking(full, style))


def test_regions_and_groups_come_from_the_tables_of_the_case(full: Plan) -> None:
    capital = region_of(full, "changchun")
    groups = groups_in(full, capital, "park")

    assert [group.region_id for group in groups] == ["jingyue-core", "new-area-pole", "changchun-parks"]
    assert all(group.sites <= capital.sites for group in groups)
    assert {"jingyue-core", "new-area-pole", "changchun-parks"} <= capital.inner
    assert regions_of(full, Repeat(kind="county")) == []
    assert [region.code for region in regions_of(full, Repeat(kind="cluster"))] == [
        "changchun-metropolitan",
        "western-cluster",
    ]


def test_every_style_says_what_it_is_for_and_what_it_needs() -> None:
    for name in map_names():
        style = style_of(name)
        assert style.file == name
        assert style.needs, name
        assert style.purpose.zh, name
        assert style.purpose.en, name
    assert words()


def test_maps_without_their_font_fail_one_by_one_and_say_so(
    full: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise RenderError(msg("the font {file} is missing: install capplan again", file="fonts/gone.ttf"))

    monkeypatch.setattr("capplan.atlas.making.drawn_sheet", missing)
    wanted = Wanted(langs=("zh",), formats=("svg",))
    made = make_maps(full, chosen(full, ["siting", "sheet-220400"]), wanted, tmp_path / "maps")

    assert made.files == {}
    assert list(made.failures) == ["siting", "sheet-220400"]
    assert all("gone.ttf is missing" in str(error) for error in made.failures.values())
    assert [file.name for file in tmp_path.iterdir()] == ["maps"]


def test_progress_names_the_map_that_is_next(full: Plan, tmp_path: Path) -> None:
    seen: list[MapEvent] = []
    wanted = Wanted(langs=("en",), formats=("svg",))
    make_maps(full, chosen(full, ["sheet-220400", "sheet-220600"]), wanted, tmp_path, progress=seen.append)

    assert [(event.name, event.done, event.total) for event in seen] == [
        ("sheet-220400", 0, 2),
        ("sheet-220600", 1, 2),
    ]
