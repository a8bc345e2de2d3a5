"""The map of differences, measured: no text crosses another, each sign and class is explained, both hues tell sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from capplan.atlas.boundaries import boundaries_of
from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.facts import facts_of
from capplan.atlas.fonts import covers
from capplan.atlas.registry import Drawing
from capplan.atlas.sheet import Sheet
from capplan.atlas.style import style_of
from capplan.atlas.subject import Subjects
from capplan.atlas.themes.difference import area_differences, site_changes
from capplan.case import load_case
from capplan.compare import PlanComparison, compare_plans
from capplan.compare.maps import mapped_plan, told
from tests.support.fake_plan import fake_plan


@pytest.fixture(scope="module")
def pair() -> PlanComparison:
    case = load_case("jilin-2025")
    new = {
        "220822-tongyu": {"ai-hall": 12},
        "220802-taobei": {"cloud-hall": 3},
        "220103-beihu": {"cloud-hall": 20},
    }
    return compare_plans([("a", fake_plan(case), None), ("b", fake_plan(case, new=new), None)]).pairs[0]


@pytest.fixture(scope="module", params=[("zh", "a3"), ("en", "slide")])
def sheet(request: pytest.FixtureRequest, pair: PlanComparison) -> Sheet:
    plan = mapped_plan(pair)
    lang, size = request.param
    return drawn_sheet(facts_of(plan), boundaries_of(plan.case), style_of("difference"), lang, size)


def test_no_text_crosses_another_or_shows_a_box(sheet: Sheet) -> None:
    written = sheet.paper.written
    boxes = [one.box.grown(-0.15) for one in written]
    crossing = [
        (written[one].text, written[other].text)
        for one in range(len(boxes))
        for other in range(one)
        if boxes[one].overlap(boxes[other]) > 0.0
    ]
    assert crossing == []
    assert all(covers(one.text) for one in written)


def test_what_the_map_shows_is_what_the_tables_say(sheet: Sheet, pair: PlanComparison) -> None:
    table = pair.tables["sites"]
    shown = {site.site_id: site.change for site in site_changes(sheet.facts)}
    differing = table[table["change"] != "same"]
    assert shown == dict(zip(differing["site_id"], differing["change"], strict=True))
    values = area_differences(sheet.facts, sheet.boundaries)
    assert values.sum() == pytest.approx(table["it_mw_difference"].sum())
    assert (values > 0.0).any()
    assert (values < 0.0).any()


def test_the_legend_explains_every_sign_and_class(sheet: Sheet, pair: PlanComparison) -> None:
    kinds = set(pair.tables["sites"]["change"]) - {"same"}
    assert len(sheet.symbol_keys) >= len(kinds)
    (key,) = sheet.class_keys
    limits = [float(limit.replace(",", "")) for limit in key.limits]
    assert np.allclose(limits, [-limit for limit in reversed(limits)])
    assert 0.0 in limits
    assert len(key.colours) == len(limits) + 1
    assert key.none


def test_plans_that_end_in_different_years_say_so(pair: PlanComparison) -> None:
    later = replace(pair, scope=replace(pair.scope, ends=(2025, 2030)))
    texts = [told(one, {"base": "a", "other": "b"}).text("zh") for one in (pair, later)]
    assert texts == ["2025 年末：b 与 a 对比", "b（2030 年末）与 a（2025 年末）对比"]


def test_a_part_compared_with_the_whole_lists_the_rest_and_tells_what_is_off_the_map() -> None:
    whole = fake_plan(load_case("jilin-2025"))
    part = fake_plan(load_case("changchun-3000p"), new={})
    one = compare_plans([("whole", whole, None), ("part", part, None)]).pairs[0]
    plan = mapped_plan(one)
    subjects = Subjects(plan)
    style = style_of("difference")
    sheet = drawn_sheet(*subjects.of(Drawing("difference", style)), style, "en")
    texts = [line.text for line in sheet.paper.written]

    assert "All that differ" in texts
    assert any(text.startswith("Other sites: ") for text in texts)
    (note,) = (text for text in texts if text.startswith("Sites that differ and lie off this map: "))
    outside = int(note.split(": ")[1].split(";")[0])
    signs = len(site_changes(sheet.facts)) - outside
    assert 0 < signs < len(site_changes(sheet.facts))
