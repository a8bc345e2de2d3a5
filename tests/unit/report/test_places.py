"""Places in the report: no empty brackets where demand comes from outside, offers by what they are and where."""

from __future__ import annotations

import pytest

from capplan.exchange.names import Names
from capplan.plan import Plan
from capplan.report.chapters.reasons import reasons
from capplan.report.document.pen import Pen
from tests.support.report_plan import report_plan


@pytest.mark.parametrize(("lang", "told"), [("zh", "来自区域外"), ("en", "comes from outside the region")])
def test_demand_from_gates_comes_from_outside_without_empty_brackets(lang: str, told: str) -> None:
    plan = report_plan()
    zones = plan.case.tables["zones"]
    gate = zones.loc[zones["kind"] == "gate", "zone_id"].iloc[0]
    service = plan.tables["service"].assign(zone_id=gate)
    pen = Pen(Plan(plan.case, {**plan.tables, "service": service}, plan.record, plan.certificate), lang, {})
    text = str(reasons(pen))

    assert told in text
    assert "（）" not in text
    assert "()'" not in text.replace("words=()", "")


def test_an_offer_of_green_electricity_is_called_by_what_it_is_and_where() -> None:
    case = report_plan().case
    offer = case.tables["energy_offers"].iloc[0]
    found = Names(case, "en").place(str(offer["offer_id"]))

    assert found.startswith("green electricity ")
    assert found != offer["offer_id"]
