"""A plan and its map, drawn once for all tests of the atlas."""

from __future__ import annotations

import pytest

from capplan.atlas.boundaries import boundaries_of
from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.facts import facts_of
from capplan.atlas.sheet import Sheet
from capplan.atlas.style import style_of
from capplan.plan import Plan
from tests.support.fake_plan import fake_plan


@pytest.fixture(scope="package")
def plan() -> Plan:
    return fake_plan()


@pytest.fixture(scope="package", params=["zh", "en"])
def sheet(request: pytest.FixtureRequest, plan: Plan) -> Sheet:
    return drawn_sheet(facts_of(plan), boundaries_of(plan.case), style_of("siting"), request.param)
