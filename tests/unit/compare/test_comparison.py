"""A comparison of plans: nothing where they are alike, the mirror image the other way round, sums that agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from capplan.case import Case, load_case
from capplan.compare import Comparison, compare_plans
from capplan.compare.pairs import changed
from capplan.compare.sections import comparison_sections, headline
from capplan.messages import LANGUAGES
from capplan.plan import Plan
from tests.support.fake_plan import fake_plan
from tests.support.sample_plan import sample_plan


def test_a_plan_does_not_differ_from_itself(plans: tuple[Plan, Plan]) -> None:
    (pair,) = compare_plans([("a", plans[0], None), ("a", plans[0], None)]).pairs
    assert pair.same
    assert pair.difference == 0.0
    assert not pair.certain
    assert pair.other.label == "a (2)"
    assert all((table["change"] == "same").all() for table in pair.tables.values())


def test_what_became_of_sites_targets_and_cost_is_told(comparison: Comparison) -> None:
    (pair,) = comparison.pairs
    sites = pair.tables["sites"].set_index("site_id")
    assert sites["change"].to_dict() == {"alpha": "grown", "beta": "gained", "gamma": "lost"}
    assert sites.loc["alpha", "pflops_fp16_difference"] == 200.0
    targets = pair.tables["targets"].set_index("target_id")
    assert targets.loc["pflops-2025", ["met_before", "met_after"]].tolist() == ["no", "yes"]
    assert targets.loc["racks-2025", "change"] == "same"
    assert pair.tables["costs"]["cny_difference"].sum() == pytest.approx(pair.difference, rel=1e-12)
    assert not pair.same
    assert pair.certain
    low, high = pair.interval
    assert low is not None
    assert high is not None
    assert low < pair.difference < high
    areas = pair.tables["areas"]
    assert areas["it_mw_difference"].sum() == pytest.approx(pair.tables["sites"]["it_mw_difference"].sum())


def test_the_comparison_the_other_way_round_is_its_mirror_image(plans: tuple[Plan, Plan]) -> None:
    (there,) = compare_plans([("a", plans[0], None), ("b", plans[1], None)]).pairs
    (back,) = compare_plans([("b", plans[1], None), ("a", plans[0], None)]).pairs
    opposite = {"gained": "lost", "lost": "gained", "grown": "shrunk", "shrunk": "grown"}
    opposite |= {"added": "removed", "removed": "added"}
    assert back.difference == -there.difference
    for name, table in there.tables.items():
        other = back.tables[name]
        assert [opposite.get(word, word) for word in table["change"]] == other["change"].tolist()
        for column in (column for column in table.columns if column.endswith("_difference")):
            assert np.allclose(table[column], -other[column], equal_nan=True)
        for column in (column for column in table.columns if column.endswith("_before")):
            after = other[column.replace("_before", "_after")]
            assert table[column].map(str).tolist() == after.map(str).tolist()


def test_more_than_two_plans_stand_in_one_wide_table(plans: tuple[Plan, Plan]) -> None:
    found = compare_plans([("a", plans[0], None), ("b", plans[1], None), ("c", plans[1], None)])
    assert list(found.overview.columns) == ["figure", "a", "b", "c"]
    costs = found.overview.set_index("figure").loc["objective_cny"]
    assert costs["b"] == costs["c"] == plans[1].record["objective_cny"]
    assert set(found.tables["sites"]["plan"]) == {"b", "c"}
    titles = [section.title for section in comparison_sections(found, "en")]
    assert "All plans" in titles


def test_plans_of_other_regions_are_compared_as_far_as_that_says_something(plans: tuple[Plan, Plan]) -> None:
    other = fake_plan("wuhan-2022", new={})
    full = replace(other, tables={**other.tables, "costs": plans[0].tables["costs"].iloc[:0]})
    (pair,) = compare_plans([("toy", plans[0], None), ("wuhan", full, None)]).pairs
    assert not pair.scope.places
    assert pair.scope.years == ()
    assert "sites" not in pair.tables
    assert set(pair.tables["capacity"]["when"]) == {"end"}
    told = [note.text("en") for note in pair.scope.notes]
    assert any("no site and no area in common" in line for line in told)
    assert any("no year in common" in line for line in told)
    assert any("discounted to different years" in line for line in told)
    lines = [
        line
        for section in comparison_sections(compare_plans([("t", plans[0], None), ("w", full, None)]), "zh")
        for line in section.lines
    ]
    assert any("没有共同的站点" in line for line in lines)


def test_other_years_are_told_and_common_ones_compared(full: Case, plans: tuple[Plan, Plan]) -> None:
    shorter = full.replace(study=full.study.model_copy(update={"periods": (2025,)}))
    plan = sample_plan(shorter)
    table = plan.tables["capacity"]
    plan = replace(plan, tables={**plan.tables, "capacity": table[table["year"] == 2025]})
    (pair,) = compare_plans([("both", plans[0], None), ("one", plan, None)]).pairs
    assert pair.scope.years == (2025,)
    assert set(pair.tables["capacity"]["when"]) == {"2025"}
    assert changed(pair.tables, "capacity").empty
    assert "only 2025 are compared" in pair.scope.notes[0].text("en")


def test_same_inputs_with_other_plans_are_told_apart_from_changed_inputs(plans: tuple[Plan, Plan]) -> None:
    lines = comparison_sections(compare_plans([("a", plans[0], None), ("b", plans[1], None)]), "en")[0].lines
    assert "The inputs are the same: the plans differ because solving stopped at different plans." in lines


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sections_are_on_one_line_each_and_in_their_language(comparison: Comparison, lang: str) -> None:
    sections = comparison_sections(comparison, lang)
    cells = [cell for section in sections if section.grid for row in section.grid.rows for cell in row]
    texts = [*cells, *(line for section in sections for line in section.lines)]
    assert all("\n" not in text and "\r" not in text for text in texts)
    assert max(len(cell) for cell in cells) <= 60
    assert any("HYPERLINK" in cell for cell in cells)
    titles = [section.title for section in sections]
    assert ("规划期末站点" in titles) == (lang == "zh")


def test_plans_that_do_not_hold_and_figures_that_are_missing_are_told(plans: tuple[Plan, Plan]) -> None:
    broken = sample_plan(plans[0].case, holds=False)
    bare = replace(broken, record={**broken.record, "key_figures": {"standard_racks": None, "pue": 1.2}})
    found = compare_plans([("a", plans[0], None), ("b", bare, None)])
    assert any("must not be used" in note.text("en") for note in found.pairs[0].scope.notes)
    part = replace(plans[0], missing=("certificate.json", "tables/limits.csv"))
    told = headline(compare_plans([("a", plans[0], None), ("b", part, None)]).pairs[0], "en").lines
    assert told[2:4] == ("The inputs are the same.", "What both plan folders hold is the same.")
    assert told[4].startswith("b: missing from the plan folder: certificate.json")
    assert len(told) == 5
    table = found.pairs[0].tables["figures"].set_index("figure")
    assert np.isnan(table.loc[["standard_racks", "pue"], "difference"]).all()
    assert comparison_sections(found, "zh")
    bare = replace(plans[1], record={**plans[1].record, "dual_bound": None})
    told = headline(compare_plans([("a", plans[0], None), ("b", bare, None)]).pairs[0], "en").lines
    assert not any("between -" in line for line in told)
    assert any("no bound on its cost" in line for line in told)


def test_labels_are_told_apart_and_two_plans_are_needed(plans: tuple[Plan, Plan]) -> None:
    found = compare_plans([("figure", plans[0], None), ("", plans[1], None), ("figure (2)", plans[1], None)])
    assert [side.label for side in found.sides] == ["figure (2)", "toyland-full", "figure (2) (2)"]
    with pytest.raises(ValueError, match="two plans"):
        compare_plans([("a", plans[0], None)])


def test_packaged_case_against_its_edit_tells_the_setting() -> None:
    case = load_case("jilin-2025")
    edit = case.override({"targets.changchun-3000p.kind": "hard"})
    new = {"220822-tongyu": {"ai-hall": 12}, "220802-taobei": {"cloud-hall": 3}}
    one, two = fake_plan(case), fake_plan(edit, new=new)
    costs = sample_plan(case).tables["costs"].iloc[:0]
    first, second = (replace(plan, tables={**plan.tables, "costs": costs}) for plan in (one, two))
    (pair,) = compare_plans([("a", first, None), ("b", second, None)]).pairs
    assert [change.setting for change in pair.deciding] == ["targets.changchun-3000p.kind=hard"]
    assert {"lost", "shrunk"} <= set(pair.tables["sites"]["change"])
