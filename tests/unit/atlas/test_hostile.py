"""Names as nobody should write them, on every kind of map: none runs, none breaks a map, none is a box."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pandas as pd
import pytest

from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.fonts import covers, legible, named
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.registry import drawings
from capplan.atlas.subject import Subjects
from capplan.atlas.wrap import lines_of
from capplan.messages import Text
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
    "\u200b\u2060",
    "W" * 30,
    "]]><!-- --></svg></title>",
)


_WIDEST = 64.0
"""How wide a name on the map may be [mm]."""


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
    title = plan.case.study.title.model_copy(update={"zh": "长" * 300, "en": "{0} " + "a" * 300})
    study = plan.case.study.model_copy(update={"title": title})
    case = bare_case(plan.case, tables=renamed(plan.case.tables), study=study)
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
        _names_are_there_and_short(paper, drawing.name)
    assert {"siting", "periods", "sheet", "flows", "power"} <= seen


def _names_are_there_and_short(paper: Paper, name: str) -> None:
    """Check that no name is empty, and that none on the map is so long that it hides what is around."""
    for written in paper.written:
        if written.role in {"head", "prefecture", "county", "exit", "context", "site", "gate"}:
            assert written.text.strip(), (name, written.role)
        if written.role in {"prefecture", "county", "exit", "context", "site", "gate"}:
            assert written.box.width < _WIDEST, (name, written.text)
    head = [written.text for written in paper.written if written.role == "head"]
    assert not head[0].startswith((":", "：")), head
    assert any("0.08%" in line for line in head), head


@pytest.mark.parametrize(
    ("names", "zh", "en"),
    [
        (("长春🚀园区", "Changchun park"), "长春园区", "Changchun park"),
        (("🚀", None), "pad-39a", "pad-39a"),
        (("한국", "Korea"), "Korea", "Korea"),
        (("长\u200b春\ufeff", float("nan")), "长春", "长春"),
        (("e\u0301te", "\u2060"), "éte", "éte"),
        (("ไทย", "العربية"), "pad-39a", "pad-39a"),
    ],
)
def test_a_name_is_never_empty(names: tuple[object, object], zh: str, en: str) -> None:
    assert named(*names, "pad-39a") == Text(zh=zh, en=en)


def test_lines_of_a_name_have_room_and_lose_nothing_in_silence() -> None:
    ink = Ink(7.6)
    for text in NAMES:
        for most in (1, 2):
            lines = lines_of(legible(text), ink, 30.0, most)
            assert len(lines) <= most
            assert all(look.width(line) <= 30.0 * 1.001 for line, look in lines)
    assert [line for line, _ in lines_of("长" * 300, ink, 30.0, 2)][1].endswith("…")
    assert [line for line, _ in lines_of("New Area of the River", ink, 14.0, 2)] == [
        "New Area",
        "of the Riv...",
    ]


def test_what_the_font_lacks_is_left_out_and_lines_become_one() -> None:
    assert legible("AI🚀 园\n区") == "AI 园 区"
    assert legible("한국") == ""
    assert legible("plain") == "plain"
