"""Places in the report: no empty brackets where demand comes from outside, offers by what they are and where."""

from __future__ import annotations

import copy

import pandas as pd
import pytest

from capplan.exchange.names import Names
from capplan.plan import Plan
from capplan.report.chapters.opening import summary
from capplan.report.chapters.phases import phases
from capplan.report.chapters.reasons import reasons
from capplan.report.chapters.sheets import sheets
from capplan.report.document.blocks import Paragraph, Picture, Table, plain
from capplan.report.document.pen import Pen
from tests.support.fake_plan import bare_case
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


def test_offers_alike_are_told_apart_by_their_first_years_and_zones_without_a_name_by_what_produces() -> None:
    case = report_plan().case
    offer = (
        case.tables["energy_offers"]
        .iloc[[0]]
        .assign(type="grid_green", resource="solar", energy_zone="nowhere")
    )
    later = offer.assign(offer_id="later", first_year=2031)
    names = Names(bare_case(case, tables={**case.tables, "energy_offers": pd.concat([offer, later])}), "zh")

    assert names.energy_zone("nowhere") == "光伏"
    assert names.place("later") == "光伏绿电交易（2031 年起）"
    assert names.place(str(offer["offer_id"].iloc[0])).startswith("光伏绿电交易（")
    assert names.energy_zone("unheard-of") == "unheard-of"


def test_an_account_is_called_by_its_kind_and_by_its_id_only_where_several_are_of_a_kind() -> None:
    case = report_plan().case
    funding = pd.DataFrame(
        [("own-a", "own"), ("own-b", "own"), ("bond", "special_bond"), ("bond", "special_bond")],
        columns=["account_id", "kind"],
    )
    names = Names(bare_case(case, tables={**case.tables, "funding": funding}), "zh")

    assert names.account("own-a") == "自有资金（own-a）"
    assert names.account("bond") == "专项债券"
    assert names.account("unheard-of") == "unheard-of"


def test_what_is_left_out_is_told_missed_targets_actions_without_cost_and_places_without_sites() -> None:
    plan = report_plan()
    targets = plan.tables["targets"].assign(margin=-1e6)
    zones = plan.case.tables["zones"]
    more = zones.iloc[:1].assign(zone_id="990301", prefecture_adcode="990300")
    case = copy.copy(plan.case)
    object.__setattr__(case, "tables", {**plan.case.tables, "zones": pd.concat([zones, more])})
    pen = Pen(Plan(case, {**plan.tables, "targets": targets}, plan.record, plan.certificate), "en", {})

    opening = next(b for b in summary(pen).blocks if isinstance(b, Paragraph) and b.head == "Targets")
    assert plain(opening.text).endswith(f"{len(targets) - 3} more are missed: see the next chapter.")
    actions = next(
        b for b in phases(pen).blocks if isinstance(b, Table) and "largest investment" in plain(b.caption)
    )
    assert {plain(row[3]) for row in actions.rows}.isdisjoint({"retire"})
    last = sheets(pen).blocks[-1]
    assert isinstance(last, Paragraph)
    assert plain(last.text) == "Nothing is in service, hence no sheet: 990300."


def test_maps_of_the_one_prefecture_of_a_region_stand_behind_the_sheets_of_its_districts() -> None:
    plan = report_plan()
    sites = plan.case.tables["sites"].assign(prefecture_adcode="990100")
    case = copy.copy(plan.case)
    object.__setattr__(case, "tables", {**plan.case.tables, "sites": sites})
    shown = {name: Picture(b"", "svg", (name,), name, "landscape") for name in ("parks-990100", "siting")}
    capacity = plan.tables["capacity"].assign(prefecture_adcode="990100")
    whole = Plan(case, {**plan.tables, "capacity": capacity}, plan.record, plan.certificate)

    maps = [block.alt for block in sheets(Pen(whole, "en", shown)).blocks if isinstance(block, Picture)]
    assert maps == ["parks-990100"]
