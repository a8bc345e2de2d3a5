"""Fonts, words, styles and names that are no friends of a map."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from capplan.atlas import draw_siting, fonts, style
from capplan.atlas.boundaries import boundaries_of
from capplan.atlas.box import Box
from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.facts import facts_of
from capplan.atlas.fonts import covers, font_path, writable
from capplan.atlas.labels import Label, Places
from capplan.atlas.layers import draw_layer, layers
from capplan.atlas.layers.areas import round_limits
from capplan.atlas.panels import blocks
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.sheet import Sheet
from capplan.atlas.sizes import SIZES
from capplan.atlas.strip import draw_strip
from capplan.atlas.style import map_names, style_of
from capplan.atlas.words import words
from capplan.atlas.wrap import wrapped
from capplan.errors import RenderError
from capplan.messages import Text
from capplan.plan import Plan
from tests.support.fake_plan import bare_case

HOSTILE = (
    "<b>园区</b>",
    "=HYPERLINK(1)",
    r"$\frac{1}{0}$ ${x}",
    "两行\n园区",
    "长" * 300,
    "🚀",
    "㐂𠮷",
    "{0} {region}",
    "",
)


def test_every_name_of_the_case_can_be_written(plan: Plan) -> None:
    names = [
        name
        for table in ("zones", "sites", "nodes", "regions", "classes", "grid_nodes")
        for column in ("name_zh", "name_en")
        for name in plan.case.tables[table][column]
    ]

    assert [name for name in names if not covers(name, "regular") or not covers(name, "bold")] == []


def test_words_say_the_same_in_both_languages_and_can_be_written() -> None:
    for name, phrase in words().items():
        assert phrase.zh, name
        assert phrase.en, name
        assert covers(re.sub(r"\{\w+\}", "", phrase.zh + phrase.en)), name
        assert set(re.findall(r"\{\w+\}", phrase.zh)) == set(re.findall(r"\{\w+\}", phrase.en)), name
        assert not re.search(r"[一-鿿][,;:!?]", phrase.zh), name


def test_a_name_beyond_the_font_gives_way_to_the_other_language_and_is_logged_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = logging.getLogger("words beyond the font")  # nobody else has set it up or disabled it
    monkeypatch.setattr(fonts, "_LOG", own)
    fonts._warn_once.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert writable(("龘\U0002a6d6园区", "Taxi campus")) == "Taxi campus"
        assert writable(("龘\U0002a6d6园区", "Taxi campus")) == "Taxi campus"
    assert len(caplog.records) == 1
    assert "U+2A6D6" in caplog.text
    assert writable(("\U0002a6d6园区",)) == "园区"
    assert writable(("", "")) == ""


def test_hostile_names_are_drawn_as_they_are(plan: Plan, tmp_path: Path) -> None:
    sites, capacity = plan.tables["sites"].copy(), plan.tables["capacity"]
    order = capacity.groupby("site_id")["it_mw"].sum().sort_values(ascending=False).index[: len(HOSTILE)]
    for site, name in zip(order, HOSTILE, strict=True):
        sites.loc[sites["site_id"] == site, ["name_zh", "name_en"]] = name
    hostile = Plan(plan.case, {**plan.tables, "sites": sites}, plan.record, plan.certificate)
    for lang in ("zh", "en"):
        assert all(
            file.stat().st_size for file in draw_siting(hostile, lang=lang, formats=["svg"], folder=tmp_path)
        )


def test_nothing_in_service_is_told(plan: Plan, tmp_path: Path) -> None:
    empty = Plan(
        plan.case, {**plan.tables, "capacity": plan.tables["capacity"].iloc[:0]}, {}, plan.certificate
    )
    with pytest.raises(RenderError, match="no rows of table capacity"):
        draw_siting(empty, lang="en", folder=tmp_path)


def test_a_plan_without_targets_service_or_routes_is_drawn(plan: Plan, tmp_path: Path) -> None:
    tables = {name: plan.tables[name] for name in ("capacity", "sites")}
    case_tables = {**plan.case.tables, "routes": plan.case.tables["routes"].iloc[:0]}
    bare = Plan(plan.case, tables, {}, plan.certificate)
    sheet = drawn_sheet(facts_of(bare), boundaries_of(plan.case), style_of("siting"), "en")

    assert sheet.class_keys == []
    assert not any(written.role == "strip" for written in sheet.paper.written)
    alone = Plan(bare_case(plan.case, tables=case_tables), tables, {}, plan.certificate)
    assert draw_siting(alone, lang="zh", formats=["svg"], folder=tmp_path)


def test_names_of_regions_stand_whole_in_the_strip_of_targets(sheet: Sheet) -> None:
    name = Text(zh="长春都市圈一体化算力集群", en="Changchun metropolitan compute cluster")
    targets = tuple(
        replace(
            sheet.facts.targets[0],
            region=name,
            year=2030 + number,
            required=100.0 + number,
            relation=f"{number}",
        )
        for number in range(12)
    )
    fresh = replace(sheet, facts=replace(sheet.facts, targets=targets), paper=Paper(420.0, 297.0))
    draw_strip(fresh, Box(10.0, 10.0, 290.0, 29.5))

    written = [line for line in fresh.paper.written if line.role == "strip"]
    assert not [line.text for line in written if line.text.endswith(("…", "..."))]
    assert all(line.size >= SIZES["a3"].least_pt for line in written)
    assert name.in_(sheet.lang).replace(" ", "") in "".join(line.text for line in written).replace(" ", "")


def test_the_font_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    font_path.cache_clear()
    monkeypatch.setattr("capplan.atlas.fonts._FILES", MappingProxyType({"regular": "fonts/gone.ttf"}))
    with pytest.raises(RenderError, match=r"gone\.ttf is missing"):
        font_path("regular")
    font_path.cache_clear()


def test_styles_name_only_layers_and_blocks_that_exist() -> None:
    for name in map_names():
        found = style_of(name)
        assert {layer["draw"] for layer in found.layers} <= set(layers())
        assert set(found.panel) <= set(blocks())


def test_unknown_map_layer_and_parameter_are_told_with_the_nearest_name(sheet: Sheet) -> None:
    with pytest.raises(RenderError, match="known: siting"):
        style_of("sitting")
    with pytest.raises(RenderError, match="known: borders"):
        draw_layer(sheet, sheet.main, {"draw": "border"})
    with pytest.raises(RenderError, match="colour"):
        draw_layer(sheet, sheet.main, {"draw": "borders", "colour": "#000000"})
    with pytest.raises(RenderError, match="known: it_mw"):
        draw_layer(sheet, sheet.main, _areas("it_mv"))


def _areas(quantity: str) -> dict[str, Any]:
    return {
        "draw": "areas",
        "quantity": quantity,
        "label": {"zh": "甲", "en": "A"},
        "palette": ["#ffffff", "#000000"],
    }


def test_a_broken_style_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    style_of.cache_clear()
    monkeypatch.setattr(style.resources, "read_text", lambda *_: "title: [")
    with pytest.raises(RenderError, match=r"styles/siting\.yaml cannot be read"):
        style_of("siting")
    style_of.cache_clear()


def test_labels_take_the_cheapest_free_place_or_none() -> None:
    ink = Ink(8.0)
    places = Places(Box(0.0, 0.0, 40.0, 20.0), taken=[Box(0.0, 0.0, 20.0, 20.0)])
    label = Label((("abc", ink),), ((10.0, 10.0, 0.0), (30.0, 10.0, 3.0), (30.0, 15.0, 1.0)), 0.0, "name")

    (placed,) = places.place([label])
    assert placed.box.centre == pytest.approx((30.0, 15.0))
    assert places.place([Label((("wide " * 20, ink),), ((30.0, 5.0, 0.0),), 0.0, "name")]) == []
    assert places.place([Label((("abc", ink),), (), 0.0, "name")]) == []


def test_class_limits_are_increasing_round_numbers() -> None:
    import numpy as np

    values = np.random.default_rng(0).lognormal(5.0, 1.0, 60)
    limits = round_limits(values, 5)
    assert limits == sorted(set(limits))
    assert 3 <= len(limits) <= 4
    assert round_limits(np.zeros(4), 5) == []
    assert round_limits(np.array([3.0, 3.0]), 5) == []


def test_lines_break_as_chinese_and_english_do() -> None:
    ink = Ink(10.0)
    lines = wrapped("边界来源（天地图），审图号；非官方。Albers equal-area conic", ink, 25.0)

    assert "".join(lines).replace(" ", "") == "边界来源（天地图），审图号；非官方。Albersequal-areaconic"
    assert all(line[0] not in "，。；）" and line[-1] != "（" for line in lines)
    assert wrapped("", ink, 25.0) == []
