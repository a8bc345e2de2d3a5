"""A plan and its map, drawn once for all tests of the atlas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from capplan.atlas.boundaries import boundaries_of
from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.facts import facts_of
from capplan.atlas.registry import drawings
from capplan.atlas.sheet import Sheet
from capplan.atlas.style import style_of
from capplan.atlas.subject import Subjects
from capplan.plan import Plan
from tests.support.atlas_plan import atlas_plan
from tests.support.fake_plan import fake_plan


@pytest.fixture(scope="package")
def plan() -> Plan:
    return fake_plan()


@pytest.fixture(scope="package", params=["zh", "en"])
def sheet(request: pytest.FixtureRequest, plan: Plan) -> Sheet:
    return drawn_sheet(facts_of(plan), boundaries_of(plan.case), style_of("siting"), request.param)


@dataclass(frozen=True)
class Drawn:
    """One map of one case, drawn in a language and a size."""

    case: str
    name: str
    lang: str
    size: str
    sheet: Sheet

    def __str__(self) -> str:
        return f"{self.case} {self.name} {self.lang} {self.size}"


COMBINATIONS = (
    ("jilin-2025", "zh", "a3", 1),
    ("jilin-2025", "en", "a4", 6),
    ("wuhan-2022", "en", "slide", 1),
    ("changchun-3000p", "en", "slide", 1),
    ("examples/made-up-region", "zh", "slide", 8),
)
"""Case, language, size, and every how manieth sheet of those that are repeated over regions is drawn."""


@pytest.fixture(scope="package")
def atlas() -> list[Drawn]:
    """Every kind of map of several cases, in both languages and every size."""
    return [drawn for case, lang, size, every in COMBINATIONS for drawn in _drawn(case, lang, size, every)]


def _drawn(case: str, lang: str, size: str, every: int) -> Iterator[Drawn]:
    plan = atlas_plan(case)
    subjects = Subjects(plan)
    for number, drawing in enumerate(drawings(plan)):
        if drawing.style.repeat is not None and not drawing.style.repeat.having and number % every:
            continue
        facts, areas = subjects.of(drawing)
        yield Drawn(case, drawing.name, lang, size, drawn_sheet(facts, areas, drawing.style, lang, size))
