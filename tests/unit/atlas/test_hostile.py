"""Names as nobody should write them, on every kind of map: none runs, none breaks a map, none is a box."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pandas as pd
import pytest

from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.fonts import covers, legible
from capplan.atlas.registry import drawings
from capplan.atlas.subject import Subjects
from capplan.plan import Plan
from tests.support.atlas_plan import atlas_plan
from tests.support.fake_plan import bare_case

NAMES = (
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    r"$\frac{1}{0}$ ${x} {region} {0}",
    "两行\n园区\t制表",
    "长" * 300,
    "a" * 300,
    "🚀",
    "㐂𠮷龘园",
    "한국 ไทย العربية",
    "\u202eright to left\u0000",
)


def renamed(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return tables whose names of anything are hostile."""
    found = {}
    for name, table in tables.items():
        columns = [column for column in ("name_zh", "name_en") if column in table.columns]
        names = list(itertools.islice(itertools.cycle(NAMES), len(table)))
        found[name] = table.assign(**dict.fromkeys(columns, names)) if columns and len(table) else table
    return found


@pytest.fixture(scope="module")
def hostile() -> Plan:
    plan = atlas_plan("examples/made-up-region")
    case = bare_case(plan.case, tables=renamed(plan.case.tables))
    return Plan(case, renamed(plan.tables), plan.record, plan.certificate)


@pytest.mark.parametrize(("lang", "size"), [("zh", "a4"), ("en", "slide")])
def test_every_kind_of_map_can_be_drawn(hostile: Plan, lang: str, size: str) -> None:
    subjects = Subjects(hostile)
    seen: set[str] = set()
    for drawing in drawings(hostile):
        if drawing.style.file in seen:
            continue
        seen.add(drawing.style.file)
        facts, areas = subjects.of(drawing)
        paper = drawn_sheet(facts, areas, drawing.style, lang, size).paper
        for written in paper.written:
            assert covers(written.text), drawing.name
            assert "\n" not in written.text
            assert written.box.left > 0.0, (drawing.name, written.text)
            assert written.box.right < paper.width, (drawing.name, written.text)
    assert {"siting", "periods", "sheet", "flows", "power"} <= seen


def test_what_the_font_lacks_is_left_out_and_lines_become_one() -> None:
    assert legible("AI🚀 园\n区") == "AI 园 区"
    assert legible("한국") == ""
    assert legible("plain") == "plain"
