"""Maps of flows, latency, power, green electricity and demand: their figures are the tables', their legends say what is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from capplan.atlas.boundaries import Boundaries, boundaries_of
from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.facts import Facts, facts_of
from capplan.atlas.layers import look_in
from capplan.atlas.layers.flows import LAYER as FLOWS
from capplan.atlas.layers.flows import numbered
from capplan.atlas.layers.green_sites import numbered_sites
from capplan.atlas.layers.grid import numbered_nodes
from capplan.atlas.registry import lacking
from capplan.atlas.sheet import Sheet
from capplan.atlas.style import style_of
from capplan.atlas.themes.flows import flows_of
from capplan.atlas.themes.power import grid_nodes
from capplan.atlas.words import figure, share_text, word
from capplan.plan import Plan
from tests.support.fake_plan import Uncertified, bare_case
from tests.support.sample_plan import HOSTILE
from tests.support.served_plan import served_plan

MAPS = ("demand", "flows", "flows-ai", "flows-hpc", "latency", "power", "green")
Sheets = Mapping[tuple[str, str], Sheet]


@pytest.fixture(scope="module")
def served() -> Plan:
    return served_plan()


@pytest.fixture(scope="module")
def facts(served: Plan) -> Facts:
    return facts_of(served)


@pytest.fixture(scope="module")
def areas(served: Plan) -> Boundaries:
    return boundaries_of(served.case)


@pytest.fixture(scope="module")
def sheets(facts: Facts, areas: Boundaries) -> Sheets:
    drawn = [(name, "zh") for name in MAPS] + [("flows", "en")]
    return {(name, lang): drawn_sheet(facts, areas, style_of(name), lang) for name, lang in drawn}


@pytest.fixture(scope="module")
def bare(served: Plan) -> Plan:
    tables = ("service", "connections", "contracts", "energy", "limits")
    return served_plan(served.case, **{table: served.tables[table].iloc[:0] for table in tables})


def texts(sheet: Sheet) -> str:
    return " ".join(written.text for written in sheet.paper.written)


@pytest.mark.parametrize("name", MAPS)
def test_everything_that_layers_want_explained_is_in_the_legend(sheets: Sheets, name: str) -> None:
    sheet = sheets[name, "zh"]
    written = {one.text for one in sheet.paper.written if one.role == "panel"}
    named = [key.label for key in (*sheet.symbol_keys, *sheet.line_keys)]
    named += [key.title for key in (*sheet.class_keys, *sheet.size_keys)]
    named += [text for key in sheet.class_keys for text in key.limits]
    named += [text for key in sheet.size_keys for text, _ in key.steps]

    assert sheet.class_keys
    assert len(set(named)) >= 8
    assert set(named) - written == set()
    assert sheet.headline in texts(sheet)


@pytest.mark.parametrize("name", MAPS)
def test_chinese_maps_have_full_width_brackets_and_their_sources(sheets: Sheets, name: str) -> None:
    han = [
        one.text for one in sheets[name, "zh"].paper.written if any(ord(char) > 0x2E80 for char in one.text)
    ]

    assert [text for text in han if "(" in text or ")" in text] == []
    assert "GS（2024）0650号" in "".join(han).replace(" ", "")
    assert "非官方规划图" in "".join(han)


@pytest.mark.parametrize(
    ("name", "unit"), [("flows", "standard_rack"), ("flows-ai", "pflops_fp16"), ("flows-hpc", "pflops_fp64")]
)
def test_flows_are_those_of_the_table(
    served: Plan, facts: Facts, areas: Boundaries, sheets: Sheets, name: str, unit: str
) -> None:
    service = served.tables["service"]
    own = service[service["unit"] == unit]
    zones = served.case.tables["zones"].set_index("zone_id")
    gates = zones.index[zones["kind"] == "gate"]
    flows = flows_of(facts, areas, unit)

    assert flows.total == pytest.approx(own["amount"].sum())
    outside = own.loc[own["zone_id"].isin(gates), "amount"].sum()
    assert sum(site.outside for site in flows.sites) == pytest.approx(outside)
    by_site = own.groupby("site_id")["amount"].sum()
    assert {site.site_id: site.amount for site in flows.sites} == pytest.approx(dict(by_site))
    prefecture = zones["prefecture_adcode"].reindex(own["zone_id"]).fillna("").to_numpy()
    by_group = own.groupby(prefecture)["amount"].sum()
    assert {key: amount for key, amount in flows.demand.items() if key not in gates} == pytest.approx(
        {key: amount for key, amount in by_group.items() if key}
    )
    assert figure(own["amount"].sum(), flows.digits) in sheets[name, "zh"].headline
    assert flows.digits == (2 if own["amount"].sum() < 100.0 else 0)


def test_what_a_map_of_flows_leaves_out_is_told(facts: Facts, areas: Boundaries, sheets: Sheets) -> None:
    flows = flows_of(facts, areas, "standard_rack")
    sheet = sheets["flows", "en"]
    look = look_in(sheet, FLOWS)
    assert look is not None
    shown = flows.between(look.least_share, look.most)
    local = sum(flow.amount for flow in flows.flows if flow.local)
    rest = flows.total - local - sum(flow.amount for flow in shown)
    note = " ".join(sheet.notes)

    assert 0 < len(shown) <= look.most
    assert all(not flow.local and flow.amount >= look.least_share * flows.total for flow in shown)
    assert share_text(local / flows.total) in note
    assert share_text(rest / flows.total) in note
    left = len([flow for flow in flows.flows if not flow.local]) - len(shown)
    assert f" {left}," in note


def test_what_edge_nodes_draw_is_told_beside_the_connections(served: Plan, areas: Boundaries) -> None:
    last = served.tables["connections"]
    contracted = last.loc[last["year"] == last["year"].max(), "contracted_mva"].sum()
    sites = served.tables["sites"]
    beside = sites.assign(connection_mva=(contracted + 6.5) / len(sites))
    plan = Plan(served.case, {**served.tables, "sites": beside}, served.record, Uncertified())

    assert "6.5 MVA more" in " ".join(drawn_sheet(facts_of(plan), areas, style_of("power"), "en").notes)
    none = sites.assign(connection_mva=contracted / len(sites))
    plan = Plan(served.case, {**served.tables, "sites": none}, served.record, Uncertified())
    assert "MVA more" not in " ".join(drawn_sheet(facts_of(plan), areas, style_of("power"), "en").notes)


def test_blocks_that_find_no_room_on_a_slide_are_named_there(facts: Facts, areas: Boundaries) -> None:
    style = style_of("power")
    slide = drawn_sheet(facts, areas, style, "en", "slide")
    whole = drawn_sheet(facts, areas, style, "en")

    assert slide.left_out == ["grid_nodes", "green_contracts"]
    assert f"No room here for: {word('grid_nodes', 'en')}, {word('green_contracts', 'en')}" in texts(slide)
    assert whole.left_out == []
    assert "No room here" not in texts(whole)


def test_sites_and_substations_are_numbered_once_as_they_are_listed(sheets: Sheets) -> None:
    flows = sheets["flows", "zh"]
    look = look_in(flows, FLOWS)
    assert look is not None
    whole = flows_of(flows.facts, flows.boundaries, "standard_rack")
    listed = {
        "flows": numbered(flows, whole, look),
        "power": numbered_nodes(sheets["power", "zh"]),
        "green": numbered_sites(sheets["green", "zh"]),
    }
    for name, numbers in listed.items():
        written = [int(one.text) for one in sheets[name, "zh"].paper.written if one.role == "number"]
        rows = {one.text for one in sheets[name, "zh"].paper.written if one.role == "panel"}
        assert numbers
        assert sorted(written) == sorted(numbers.values())
        assert {str(number) for number in numbers.values()} <= rows


def test_nothing_is_enlarged_where_no_site_that_serves_stands(served: Plan, areas: Boundaries) -> None:
    facts = facts_of(served)
    whole = drawn_sheet(facts, areas, style_of("flows"), "zh")
    assert whole.inset is not None
    inner = whole.main.hidden
    service = served.tables["service"]
    far = service[~service["site_id"].astype(str).isin(inner)]
    elsewhere = replace(facts, tables={**facts.tables, "service": far})
    sheet = drawn_sheet(elsewhere, areas, style_of("flows"), "zh")

    assert sheet.inset is None
    assert not sheet.main.hidden
    assert all(written.role != "inset" for written in sheet.paper.written)


def test_gates_stand_in_the_frame_with_their_amounts(facts: Facts, areas: Boundaries, sheets: Sheets) -> None:
    flows = flows_of(facts, areas, "standard_rack")
    gates = {flow.group.key for flow in flows.flows if flow.group.gate}
    for name in ("flows", "demand"):
        sheet = sheets[name, "zh"]
        labels = [one for one in sheet.paper.written if one.role == "gate"]

        assert len(gates) >= 3
        assert {figure(flows.demand[key]) for key in gates} <= {one.text for one in labels}
        assert all(sheet.main.frame.box.holds(one.box) for one in labels)


def test_substations_show_what_the_table_of_limits_has(served: Plan, facts: Facts, sheets: Sheets) -> None:
    limits = served.tables["limits"]
    limits = limits[limits["limit"] == "grid_headroom"].set_index("region")
    nodes = grid_nodes(facts)

    assert {node.node_id: node.used for node in nodes} == pytest.approx(dict(limits["used"]))
    assert {node.node_id: node.headroom for node in nodes} == pytest.approx(dict(limits["bound"]))
    assert {node.node_id for node in nodes if node.binding} == set(limits.index[limits["binding"]])
    contracted = served.tables["connections"]["contracted_mva"].sum()
    assert f"{contracted:,.1f}" in sheets["power", "zh"].headline


@pytest.mark.parametrize("name", MAPS)
def test_a_plan_without_the_tables_has_no_such_map_and_drawing_it_breaks_nothing(
    served: Plan, bare: Plan, areas: Boundaries, name: str
) -> None:
    sheet = drawn_sheet(facts_of(bare), areas, style_of(name), "en")

    assert lacking(bare, style_of(name)) is not None
    assert lacking(served, style_of(name)) is None
    assert sheet.symbol_keys == [] or name == "latency"
    assert "Legend" in texts(sheet)


def test_hostile_names_neither_break_a_map_nor_leave_their_place(served: Plan, areas: Boundaries) -> None:
    name_of_place = HOSTILE.replace("㐀𠮷", "")  # else the id stands there: letters are lacking
    tables = {
        name: table.assign(
            **{column: name_of_place for column in ("name_zh", "name_en") if column in table.columns}
        )
        if name in {"zones", "sites", "classes", "grid_nodes"}
        else table
        for name, table in served.case.tables.items()
    }
    sites = served.tables["sites"].assign(name_zh=name_of_place, name_en=name_of_place)
    case = bare_case(served.case, tables=tables)
    plan = Plan(case, {**served.tables, "sites": sites}, served.record, Uncertified())
    facts = facts_of(plan)
    for name in ("demand", "flows", "power"):
        sheet = drawn_sheet(facts, areas, style_of(name), "zh")
        written = sheet.paper.written

        assert all("\n" not in one.text for one in written)
        assert all(one.box.left > 0.0 and one.box.right < sheet.paper.width for one in written)
        assert sum("HYPERLINK" in one.text for one in written) >= 5
