"""What thematic maps show, against the tables it is computed from; and the small figures they are drawn with."""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import shapely

from capplan.atlas.boundaries import boundaries_of
from capplan.atlas.curves import Arrow, bent
from capplan.atlas.facts import Facts, facts_of
from capplan.atlas.layers.ratios import area_ratios
from capplan.atlas.panels import _levelled
from capplan.atlas.pies import sector
from capplan.atlas.sheet import Sheet
from capplan.atlas.style import map_names, style_of
from capplan.atlas.themes.demand import demand_of
from capplan.atlas.themes.flows import flows_of
from capplan.atlas.themes.green import contracts, required_shares, site_energy, zone_energy
from capplan.atlas.themes.latency import NEAR, class_latencies, tight_links, worst_shares
from capplan.atlas.themes.places import printed, site_names
from capplan.errors import RenderError
from capplan.messages import Text
from capplan.plan import Plan
from tests.support.fake_plan import Uncertified
from tests.support.served_plan import served_plan
from tests.support.solved import full

THEMATIC = ("demand", "flows", "flows-ai", "flows-hpc", "latency", "power", "green")


@pytest.fixture(scope="module")
def served() -> Plan:
    return served_plan()


@pytest.fixture(scope="module")
def facts(served: Plan) -> Facts:
    return facts_of(served)


@pytest.fixture(scope="module")
def toyland() -> Plan:
    solved = full()
    return Plan(solved.built.data.case, dict(solved.tables), {"status": "optimal", "gap": 0.0}, Uncertified())


def test_latency_of_classes_is_that_of_the_table(served: Plan, facts: Facts) -> None:
    service = served.tables["service"]
    found = class_latencies(facts)

    assert [one.limit for one in found][:4] == [1.0, 5.0, 10.0, 20.0]
    for one in found:
        name = one.name.en
        own = served.case.tables["classes"].set_index("name_en").loc[name, "class_id"]
        part = service[service["class"] == own]
        assert one.amount == pytest.approx(part["amount"].sum())
        assert one.worst == pytest.approx(part["latency_ms"].max())
        assert one.mean == pytest.approx(np.average(part["latency_ms"], weights=part["amount"]))
        if one.limit is not None:
            near = part.loc[part["latency_ms"] >= NEAR * one.limit, "amount"].sum()
            assert one.near == pytest.approx(near / part["amount"].sum())


def test_worst_shares_and_the_links_that_have_them(served: Plan, facts: Facts) -> None:
    service = served.tables["service"].dropna(subset=["latency_limit_ms"])
    share = service["latency_ms"] / service["latency_limit_ms"]
    worst = share.groupby(service["zone_id"]).max()

    assert worst_shares(facts) == pytest.approx(dict(worst))
    links = tight_links(facts, 0.0)
    assert {link.zone_id: link.share for link in links} == pytest.approx(dict(worst))
    assert [link.share for link in links] == sorted((link.share for link in links), reverse=True)
    assert all(link.share >= NEAR for link in tight_links(facts))


def test_areas_have_the_worst_latency_and_the_green_share_of_their_zones(facts: Facts, served: Plan) -> None:
    areas = boundaries_of(served.case)
    sheet = cast("Sheet", SimpleNamespace(facts=facts, boundaries=areas))
    latency, green = area_ratios(sheet, "latency"), area_ratios(sheet, "green")
    of_zones, energy = worst_shares(facts), zone_energy(facts)
    for number in range(len(areas.counties)):
        zones = [zone for zone, area in areas.zone_area.items() if area == number]
        held = [of_zones[zone] for zone in zones if zone in of_zones]
        assert latency[number] == pytest.approx(max(held)) if held else math.isnan(latency[number])
        used = sum(energy[zone][1] for zone in zones if zone in energy)
        if used > 0.0:
            assert green[number] == pytest.approx(
                sum(energy[zone][0] for zone in zones if zone in energy) / used
            )
        else:
            assert math.isnan(green[number])
    with pytest.raises(RenderError, match="latency"):
        area_ratios(sheet, "latencies")


def test_green_electricity_is_that_of_the_tables(served: Plan, facts: Facts) -> None:
    energy = served.tables["energy"].set_index("site_id")
    sites = {site.site_id: site for site in site_energy(facts)}

    assert {name: site.share for name, site in sites.items()} == pytest.approx(dict(energy["green_share"]))
    assert {name: site.direct for name, site in sites.items()} == pytest.approx(dict(energy["direct_mwh"]))
    signed = contracts(facts)
    assert sum(one.mw for one in signed) == pytest.approx(served.tables["contracts"]["mw"].sum())
    assert sum(one.mwh for one in signed) == pytest.approx(served.tables["contracts"]["mwh"].sum())
    assert all(one.place is not None for one in signed)
    (asked,) = required_shares(facts)
    assert (asked.required, asked.reached) == (0.4, 0.43)


def test_demand_of_groups_adds_up_to_the_table(served: Plan, facts: Facts) -> None:
    service = served.tables["service"]
    demand = demand_of(facts, boundaries_of(served.case), "standard_rack")

    racks = service[service["unit"] == "standard_rack"]
    assert sum(one.amount for one in demand) == pytest.approx(racks["amount"].sum())
    for unit, amount in service.groupby("unit")["amount"].sum().items():
        assert sum(one.by_unit.get(str(unit), 0.0) for one in demand) == pytest.approx(amount)
    assert [one.group.gate for one in demand] == sorted(one.group.gate for one in demand)


def test_a_region_without_packaged_areas_is_grouped_by_its_own_prefectures(toyland: Plan) -> None:
    facts, areas = facts_of(toyland), boundaries_of(toyland.case)
    flows = flows_of(facts, areas, "standard_rack")
    fine = flows_of(facts, areas, "standard_rack", fine=True)

    assert {flow.group.key for flow in flows.flows if not flow.group.gate} == {"990100", "990200"}
    assert fine.total == pytest.approx(flows.total)
    assert len(fine.demand) >= len(flows.demand)
    assert flows_of(facts, areas, "no_such_unit").flows == ()


def test_names_are_printed_with_full_width_brackets_in_chinese_alone(facts: Facts) -> None:
    assert printed(Text(zh="白城(洮北, 经开)", en="Baicheng (Taobei)"), "zh") == "白城（洮北，经开）"
    assert printed(Text(zh="白城(洮北)", en="Baicheng (Taobei)"), "en") == "Baicheng (Taobei)"
    assert set(site_names(facts, "zh")) == {site.site_id for site in facts.sites}


def test_an_arrow_goes_from_the_rim_of_one_symbol_to_the_rim_of_the_other() -> None:
    arrow = Arrow((0.0, 0.0), (40.0, 30.0), 2.0, clear_start=1.0, clear_end=4.0)
    shape = arrow.shape()

    assert shape.is_valid
    assert shape.distance(shapely.Point(0.0, 0.0)) == pytest.approx(1.0, abs=0.05)
    assert shape.distance(shapely.Point(40.0, 30.0)) == pytest.approx(4.0, abs=0.05)
    assert Arrow((0.0, 0.0), (3.0, 0.0), 2.0, clear_start=2.0, clear_end=2.0).shape().is_empty
    back, forth = bent((0.0, 0.0), (10.0, 0.0), 0.2), bent((10.0, 0.0), (0.0, 0.0), 0.2)
    assert back[16, 1] == pytest.approx(-forth[16, 1])


def test_sectors_of_a_pie_make_the_whole() -> None:
    edges = [0.0, 0.07, 0.5, 0.93, 1.0]
    parts = [sector(1.0, 2.0, 3.0, first, last) for first, last in itertools.pairwise(edges)]

    assert sum(part.area for part in parts) == pytest.approx(math.pi * 9.0, rel=0.01)
    assert shapely.union_all(parts).area == pytest.approx(sum(part.area for part in parts), rel=1e-6)


def test_what_a_block_cannot_use_is_for_the_others() -> None:
    assert _levelled([10.0, math.inf], [0.0, 0.0], 50.0) == [10.0, 40.0]
    assert _levelled([60.0, 60.0], [40.0, 0.0], 50.0) == pytest.approx([45.0, 5.0])
    assert sum(_levelled([60.0, 80.0, 5.0], [0.0, 0.0, 0.0], 100.0)) == pytest.approx(100.0)


def lightness(colour: str) -> float:
    """Return the lightness L* of a colour, 0 to 100 (CIE 1976)."""
    parts = np.array([int(colour[first : first + 2], 16) for first in (1, 3, 5)]) / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return 116.0 * luminance ** (1.0 / 3.0) - 16.0 if luminance > 0.008856 else 903.3 * luminance


def test_areas_go_from_light_to_dark_and_parts_of_symbols_differ_in_grey() -> None:
    assert set(THEMATIC) <= set(map_names())
    for name in THEMATIC:
        for layer in style_of(name).layers:
            if layer["draw"] in {"areas", "ratios"}:
                steps = [lightness(colour) for colour in layer["palette"]]
                assert all(one - other > 3.0 for one, other in itertools.pairwise(steps)), name
            parts: dict[str, tuple[Any, ...]] = {
                "flows": ("own", "other", "outside"),
                "green_sites": ("direct", "pooled", "grid"),
                "grid": ("used", "left"),
            }
            colours = [layer[part] for part in parts.get(layer["draw"], ())]
            colours += layer["palette"][:4] if layer["draw"] == "demand" else []
            tones = sorted(lightness(colour) for colour in colours)
            assert all(other - one > 12.0 for one, other in itertools.pairwise(tones)), name
