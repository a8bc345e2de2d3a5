"""What a comparison says to a planner: inputs by what they are, states that read right, and what may be chance."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pandas as pd
import pytest
from PIL import Image

from capplan.case import Case
from capplan.compare import Comparison, compare_plans
from capplan.compare.change import InputChange
from capplan.compare.groups import grouped
from capplan.compare.input_names import change_name, group_name
from capplan.compare.input_values import value_text
from capplan.compare.page import page_html
from capplan.compare.pairs import paired
from capplan.compare.sections import inputs, pair_sections
from capplan.compare.wording import PairNames
from capplan.plan import Plan
from capplan.resources import read_text
from tests.support.sample_plan import sample_plan

LEAST_CONTRAST = 4.5


@pytest.fixture(scope="module")
def edited_pair(full: Case, other: Case) -> Comparison:
    return compare_plans([("a", sample_plan(full), None), ("b", sample_plan(other), None)])


def test_words_of_numbers_do_not_change_because_a_row_is_new() -> None:
    one = pd.DataFrame({"id": ["a"], "value": [1.0], "year": [2022]})
    two = pd.DataFrame({"id": ["a", "b"], "value": [1.0, 2.0], "year": [2022, 2023]})
    found = paired(one, two, ["id"], ("value",), words=("year",))
    assert found["change"].tolist() == ["same", "added"]
    assert found["year_before"].tolist() == ["2022", ""]


def test_inputs_are_told_by_what_they_are(edited_pair: Comparison) -> None:
    (pair,) = edited_pair.pairs
    names = {lang: PairNames(pair, lang, 80) for lang in ("zh", "en")}
    told = {change.path: change_name(change, names["en"]) for change in pair.deciding}
    assert told["targets.racks-2025.value"] == "Toyland, standard racks, 2025: The amount"
    assert told["features.pue_cap.limit"] == "largest design PUE of a new hall"
    assert told["technologies.ai-hall.capex_cny.value"] == "AI hall: Overnight cost of building and plant"
    for change in pair.deciding:
        assert re.search(r"[\u4e00-\u9fff]", change_name(change, names["zh"]))
    assert all(group_name(group, names["zh"]) for group in grouped(pair.inputs))
    section = inputs(pair, "zh", 80)
    assert section.grid is not None
    assert section.grid.rows[0][-1].startswith("data/targets.csv")
    assert any(row[1] and "," in row[1] for row in section.grid.rows)


def test_a_met_target_and_an_empty_list_read_right_in_chinese(edited_pair: Comparison) -> None:
    (pair,) = edited_pair.pairs
    cells = [
        cell
        for section in pair_sections(pair, "zh")
        for cell in (
            *section.lines,
            *(text for row in (section.grid.rows if section.grid else ()) for text in row),
        )
    ]
    assert not any("不限" in cell or cell == "是否达到" for cell in cells)


def test_it_is_said_how_plans_were_solved_and_what_may_be_chance(plans: tuple[Plan, Plan]) -> None:
    record = {**plans[1].record, "termination": {"gap_asked": 0.05, "time_limit_seconds": 9.0}, "seed": 7}
    other = replace(plans[1], record=record)
    (pair,) = compare_plans([("a", plans[0], None), ("b", other, None)]).pairs
    lines = [line for section in pair_sections(pair, "en") for line in section.lines]
    assert any("solved otherwise" in line and "5.00%" in line and "random seed" in line for line in lines)
    assert any("may do so by chance" in line for line in lines)
    assert any(re.match(r"Most of it, in CNY( million| bn)?: [^.]*[+-]\d", line) for line in lines)


def test_sites_say_which_halls_differ(comparison: Comparison) -> None:
    sections = {section.title: section for section in pair_sections(comparison.pairs[0], "en")}
    grid = sections["Sites, at the end of the horizon"].grid
    assert grid is not None
    assert all(re.search(r"[+-]\d", row[-1]) for row in grid.rows)


def test_maps_of_several_plans_are_small_on_the_page(
    plans: tuple[Plan, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capplan.compare.page.face_rules", lambda _characters: "")
    drawn = io.BytesIO()
    Image.effect_noise((3000, 2000), 60).save(drawn, "PNG")
    found = compare_plans([("a", plans[0], None), ("b", plans[1], None), ("c", plans[1], None)])
    page = page_html(found, "en", dict.fromkeys("bc", drawn.getvalue()))
    assert page.count("data:image/webp;base64,") == 2
    assert len(page) < len(drawn.getvalue())


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_texts_stand_out_from_what_is_behind_them(theme: str) -> None:
    style = read_text("maps", "compare/page.css")
    light, dark = re.findall(r":root\{([^}]*--bg[^}]*--font[^}]*|[^}]*--bg[^}]*color-scheme:dark)\}", style)
    (paper,) = re.findall(r"@media print\{:root\{([^}]*)\}", style)
    colours = _colours(light) | ({} if theme == "light" else _colours(dark if theme == "dark" else paper))
    for text in ("text", "quiet", "accent", "more", "less"):
        for back in ("bg", "card"):
            assert _contrast(colours[text], colours[back]) >= LEAST_CONTRAST, (theme, text, back)


def _colours(rules: str) -> dict[str, str]:
    found = dict(re.findall(r"--(\w+):#([0-9a-f]{3,6})", rules))
    return {
        name: value if len(value) == 6 else "".join(2 * digit for digit in value)
        for name, value in found.items()
    }


def _contrast(one: str, other: str) -> float:
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255.0 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_amounts_are_written_as_people_read_them(edited_pair: Comparison) -> None:
    names = PairNames(edited_pair.pairs[0], "en")
    growth = InputChange("data/x.csv", "a", "growth_per_year", "changed", "0.25", "0.2", "1/yr")
    assert growth.ratio == pytest.approx(-0.2)
    assert InputChange("data/x.csv", "a", "first_year", "changed", "2025", "2030").ratio is None
    long = InputChange("data/x.csv", "a", "base", "changed", "2772", "1249.9909462104174", "MW")
    assert value_text(long.after, long, names) == "1249.99"
    money = InputChange("data/x.csv", "a", "cost", "changed", "7800000", "10140000.5", "CNY")
    told = [value_text(text, money, names) for text in (money.before, money.after)]
    assert told == ["7,800,000", "10,140,000.5"]


def test_whole_rows_and_codes_are_told_in_words_with_units(edited_pair: Comparison) -> None:
    (pair,) = edited_pair.pairs
    found = {(change.file, change.row, change.column): change for change in pair.inputs}
    added = found["data/targets.csv", "racks-2024", ""]
    kind = found["data/targets.csv", "pflops-high", "kind"]
    hut = found["technologies/edge-hut.yaml", "", ""]
    zh, en = (PairNames(pair, lang) for lang in ("zh", "en"))
    assert "数量：1200 标准机架" in value_text(added.after, added, zh)
    assert "The amount: 1200 standard racks" in value_text(added.after, added, en)
    assert not re.search(r"[a-z]+=|[a-z]_[a-z]|；[^：；]*：；", value_text(added.after, added, zh))
    assert "value=1200" in added.after
    assert [value_text(text, kind, zh) for text in (kind.before, kind.after)] == ["力争", "硬性"]
    assert value_text(hut.after, hut, zh) == pair.other.plan.case.technologies["edge-hut"].name.in_("zh")
    for change in pair.deciding:
        if change.cells:
            told = value_text(change.before or change.after, change, zh)
            assert not re.search(r"\b[a-z]+_[a-z_]+\b|CNY", told), told


def test_rules_are_told_by_what_their_parameters_are(edited_pair: Comparison) -> None:
    zh, en = (PairNames(edited_pair.pairs[0], lang) for lang in ("zh", "en"))
    rule = "{latency_ms: 1, min_share: {2024: 0.4, 2025: 0.75}}"
    edge = InputChange("study.yaml", "", "features.edge_coverage", "added", "", rule, keys=RULE)
    told = "边缘节点覆盖需求区的时延：1 ms；人口覆盖率下限，自该年起：2024 年 0.4、2025 年 0.75"
    assert value_text(rule, edge, zh) == told
    told = "latency within which a node covers a zone: 1 ms; least share of the population covered, from that year on: "
    assert value_text(rule, edge, en) == f"{told}0.4 in 2024, 0.75 in 2025"
    water = replace(edge, keys=("features", "water"), after="{}")
    assert [value_text("{}", water, names) for names in (zh, en)] == ["启用", "in force"]
    shares = replace(edge, keys=("features", "shares"), after="{metric: standard_racks, max_share: 0.86}")
    assert value_text(shares.after, shares, zh) == "用于计算占比的指标：标准机架；单个市（州）占比上限：0.86"
    kinds = replace(edge, keys=("features", "pue_cap", "kinds"), after="[hall, ai, edge]")
    assert value_text(kinds.after, kinds, en) == "cloud and data centre, AI, edge node"
    cost = "{value: 300000, low: 1, high: 2, unit: CNY, source: a, confidence: estimate}"
    clearing = InputChange(
        "technologies/ai-hall.yaml",
        "",
        "replace_cost_cny",
        "added",
        "",
        cost,
        keys=("ai-hall", "replace_cost_cny"),
    )
    assert [value_text(cost, clearing, names) for names in (zh, en)] == ["300,000 元", "300,000 CNY"]
    for change in edited_pair.pairs[0].deciding:
        texts = (change.before, change.after)
        assert not any("{" in value_text(text, change, zh) for text in texts), change


RULE = ("features", "edge_coverage")


def test_what_is_gone_is_named_by_the_plan_in_which_it_stood(full: Case, other: Case) -> None:
    renamed = other.override({"regions.east.name_en": "New East", "regions.east.name_zh": "新东部"})
    one, two = sample_plan(full), sample_plan(renamed)
    gone = one.tables["targets"].iloc[:1].assign(target_id="old", region="east")
    table = pd.concat([one.tables["targets"], gone], ignore_index=True)
    (pair,) = compare_plans(
        [("a", replace(one, tables={**one.tables, "targets": table}), None), ("b", two, None)]
    ).pairs
    was = str(full.tables["regions"].set_index("region_id")["name_en"]["east"])
    names = PairNames(pair, "en", 80)
    (removed,) = (change for change in pair.inputs if change.row == "edge-east")
    assert was in change_name(removed, names)
    assert was in value_text(removed.before, removed, names.gone)
    sections = {section.title: section for section in pair_sections(pair, "en", 80)}
    grid = sections["Targets"].grid
    assert grid is not None
    assert [row[0] for row in grid.rows if row[3] == "no longer a target"] == [was]
    assert names.of("region", "east") == "New East"
