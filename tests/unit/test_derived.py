"""What follows from a case alone: stock, limits, lead times, cooling, years and memberships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capplan import finance
from capplan.derived import Derived
from tests.support.full_case import add
from tests.support.solved import full
from tests.support.tiny_case import Edit, Parts, tiny_case

REPORTED = ["existing", "committed", "limit", "earliest"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """Toyland as it is."""
    return Derived(tiny_case(tmp_path_factory.mktemp("toyland")))


def derived(folder: Path, edit: Edit) -> Derived:
    """Return what follows from Toyland after an edit."""
    return Derived(tiny_case(folder, edit=edit))


def _long_periods(parts: Parts) -> None:
    parts.study["periods"] = [2024, 2027]
    parts.study["scenarios"] = {}
    parts.study["features"]["net_present_cost"] = {"wacc": 0.1}


def test_a_period_stands_for_the_years_since_the_one_before(tmp_path: Path) -> None:
    data = derived(tmp_path, _long_periods)
    assert data.spans.to_dict() == {2024: 1, 2027: 3}
    wanted = {2024: 1.1**-1, 2027: 1.1**-2 + 1.1**-3 + 1.1**-4}
    assert data.discount.to_dict() == pytest.approx(wanted)


def test_without_interest_a_period_weighs_its_years(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        _long_periods(parts)
        parts.study["features"]["net_present_cost"] = {"wacc": 0.0}

    assert derived(tmp_path, edit).discount.to_dict() == {2024: 1.0, 2027: 3.0}


def test_stock_is_added_up_over_rows(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        add(parts, "existing", site_id="gamma", technology="edge-node", modules="3", commissioned_year="2020")
        add(parts, "committed", site_id="alpha", technology="ai-hall", year="2025", modules="1")
        add(parts, "committed", site_id="gamma", technology="cloud-hall", year="2025", modules="4")

    data = derived(tmp_path, edit)
    assert data.existing.to_numpy().tolist() == [["alpha", "cloud-hall", 2], ["gamma", "edge-node", 3]]
    promised = data.committed.set_index(["site_id", "technology", "year"])["modules"].to_dict()
    assert promised == {
        ("alpha", "ai-hall", 2024): 2,
        ("alpha", "ai-hall", 2025): 3,
        ("gamma", "cloud-hall", 2025): 4,
    }


def test_modules_may_be_built_after_their_lead_time_where_they_are_admitted(tiny: Derived) -> None:
    pairs = tiny.site_technologies.set_index(["site_id", "technology"])
    assert pairs.loc[("alpha", "cloud-hall"), REPORTED].tolist() == [2, 0, 20, 2024]
    assert pairs.loc[("alpha", "ai-hall"), REPORTED].tolist() == [0, 2, 20, 2024]
    assert pairs.loc[("beta", "cloud-hall"), "earliest"] == 2025, "a new campus takes two years"
    assert pairs.loc[("beta", "edge-node"), "earliest"] == 2024, "a new edge node takes one"
    assert not pairs["convertible"].any()


def test_land_and_the_largest_number_limit_modules_and_promises_are_kept(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.row("sites", site_id="alpha")["land_max_ha"] = "0.19"
        parts.row("sites", site_id="beta")["land_max_ha"] = "1.5"
        parts.technologies["ai-hall"]["max_modules"]["value"] = 6.0
        parts.technologies["cloud-hall"]["lead_time_years"]["new_campus"]["value"] = 2.5

    pairs = derived(tmp_path, edit).site_technologies.set_index(["site_id", "technology"])
    assert pairs.loc[("alpha", "ai-hall"), "limit"] == 2, "committed, though the land is too small"
    assert pairs.loc[("alpha", "edge-node"), "limit"] == 9
    assert pairs.loc[("beta", "ai-hall"), "limit"] == 6
    assert ("beta", "cloud-hall") not in pairs.index, "it would come after the last period"


def test_what_may_not_be_built_comes_only_as_promised(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.technologies["ai-hall"]["buildable"] = False
        parts.technologies["edge-node"]["sites"] = "copies_eligible"
        parts.technologies["cloud-hall"]["sites"] = "existing"

    pairs = derived(tmp_path, edit).site_technologies
    where = {name: set(part["site_id"]) for name, part in pairs.groupby("technology")}
    assert where == {"ai-hall": {"alpha"}, "cloud-hall": {"alpha"}, "edge-node": {"alpha", "gamma"}}
    promised = pairs[pairs["technology"] == "ai-hall"].iloc[0]
    assert (promised["limit"], promised["earliest"]) == (2, 2026)


def test_conversions_stand_where_the_old_hall_does() -> None:
    data = full().built.data
    assert data.conversions.to_numpy().tolist() == [["alpha", "old-hall", "new-hall", 4]]
    pairs = data.site_technologies.set_index(["site_id", "technology"])
    assert pairs.index[pairs["convertible"]].tolist() == [("alpha", "new-hall")]
    assert pairs.loc[("alpha", "new-hall"), "limit"] == 0, "it is converted into, not built"


def test_cooling_is_the_cheapest_over_the_year(tiny: Derived) -> None:
    options = tiny._cooling_options()
    options = options[(options["climate_station"] == "cold") & (options["technology"] == "ai-hall")]
    recovery = float(finance.capital_recovery_factor(0.06, 20.0))
    price = tiny.plant.loc[("alpha", "ai-hall"), "price"]
    yearly = (
        options["capex_cny_per_kw_it"] * recovery
        + (options["fixed"] + 0.65 * options["variable"]) * 8760 * price
    )
    assert len(options) == 2
    assert tiny.plant.loc[("alpha", "ai-hall"), "cooling"] == options["cooling_id"][yearly.idxmin()]


@pytest.mark.parametrize(
    ("cap", "chosen"), [(None, "chilled-water"), (1.1975, "free-air"), (1.0, "chilled-water")]
)
def test_cooling_keeps_the_cap_on_pue_where_one_does(tmp_path: Path, cap: float | None, chosen: str) -> None:
    def edit(parts: Parts) -> None:
        parts.row("cooling", cooling_id="free-air")["capex_cny_per_kw_it"] = "9000"
        if cap is not None:
            parts.study["features"]["pue_cap"] = {"limit": cap}

    plant = derived(tmp_path, edit).plant
    assert set(plant["cooling"]) == {chosen}
    assert (plant["pue"] > 1.0).all()
    if chosen == "free-air":
        assert plant["pue"].le(1.1975).all()


def test_cost_of_a_module_holds_its_cooling_and_edge_nodes_pay_the_local_price(tiny: Derived) -> None:
    plant = tiny.plant
    hall, node = plant.loc[("alpha", "cloud-hall")], plant.loc[("alpha", "edge-node")]
    each = tiny.table("cooling").set_index("cooling_id")["capex_cny_per_kw_it"]
    assert hall["capex"] == 2.5e7 + 1250 * each[hall["cooling"]]
    mean = tiny.table("tariffs").groupby("voltage_kv")["price_cny_per_kwh"].mean()
    assert (hall["price"], node["price"]) == pytest.approx((mean[66], mean[10]))
    assert (bool(hall["campus"]), bool(node["campus"])) == (True, False)


def test_power_per_unit_of_service(tiny: Derived) -> None:
    assert tiny.kw_per_unit("standard_rack")["cloud-hall"] == 2.5
    assert tiny.kw_per_unit("pflops_fp16").to_dict() == {"ai-hall": 3.0, "cloud-hall": 0.0, "edge-node": 0.0}
    assert set(tiny.hosting["technology"][tiny.hosting["class_id"] == "regional"]) == {
        "cloud-hall",
        "edge-node",
    }


def test_sites_belong_to_regions_with_their_whole_zone_or_by_name(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.row("region_members", region_id="west", member_id="990102")["share"] = "0.4"
        add(parts, "region_members", region_id="west", member_kind="site", member_id="gamma", share="1")
        add(parts, "region_members", region_id="east", member_kind="site", member_id="gamma", share="1")

    data = derived(tmp_path, edit)
    found = {name: list(part["site_id"]) for name, part in data.region_sites.groupby("region")}
    assert found == {"east": ["gamma"], "toyland": ["alpha", "beta", "gamma"], "west": ["alpha", "gamma"]}
    shares = data.region_zones.set_index(["region", "zone_id"])["share"]
    assert shares["west", "990102"] == 0.4
    assert data.prefectures == ["east", "west"]


def test_the_nearest_year_stands_for_a_missing_emission_factor(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.tables["grid_factors"] = [row for row in parts.rows("grid_factors") if row["year"] != "2024"]
        parts.rows("grid_factors")[0]["kg_co2_per_kwh"] = "0.7"

    assert derived(tmp_path, edit).grid_factor.to_dict() == {2024: 0.7, 2025: 0.48}


def test_latency_grows_with_what_the_study_says(tmp_path: Path, tiny: Derived) -> None:
    def edit(parts: Parts) -> None:
        parts.study["features"]["service"] = {"access_delay_ms": 1.1, "basis": "one_way"}

    keys = ["zone_id", "site_id"]
    one_way = derived(tmp_path, edit).paths.set_index(keys)["latency_ms"]
    both_ways = tiny.paths.set_index(keys)["latency_ms"]
    np.testing.assert_allclose(both_ways / 2, one_way - 1.0)


def test_frames_of_features_are_made_once(tiny: Derived) -> None:
    made = tiny.once("kept by this test", lambda: tiny.table("zones"))
    assert tiny.once("kept by this test", lambda: tiny.table("sites")) is made
