"""Cases that are odd but sound are planned, or refused in words: empty tables, lonely sites, classes that nobody hosts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import capplan
from capplan.errors import Infeasible, InputError
from tests.support.full_case import add, full_edit, technology
from tests.support.solved import read_tiny
from tests.support.tiny_case import Parts

Change = Callable[[Parts], object]


def planned(change: Change) -> capplan.Plan:
    """Return the plan of the full case after a change; its certificate holds."""

    def edit(parts: Parts) -> None:
        full_edit(parts)
        change(parts)

    plan = capplan.solve(read_tiny(edit), in_process=True, gap=1e-4, threads=1)
    assert plan.certificate.failures == ()
    return plan


def emptied(*tables: str) -> Change:
    """Return the change that empties tables, and what needs them."""

    def change(parts: Parts) -> None:
        parts.study["scenarios"] = {}
        for name in tables:
            parts.tables[name] = []
        if "committed" in tables:
            parts.tables.pop("projects", None)
        if "targets" in tables:
            parts.study["features"]["shares"] = {}
        if "funding" in tables:
            parts.study["features"].pop("budget")
        if "energy_offers" in tables:
            parts.study["features"]["green_share"] = {}
            parts.row("sites", site_id="gamma")["energy_zone"] = ""
            for row in parts.rows("projects"):
                row |= {"offer_id": "", "direct_mw": "0"}
        if "existing" in tables:
            parts.tables["targets"] = [row for row in parts.rows("targets") if row["target_id"] != "renewed"]

    return change


@pytest.mark.parametrize(
    "tables",
    [("committed",), ("limits",), ("targets", "documents"), ("funding",), ("energy_offers",), ("demand",)],
    ids=",".join,
)
def test_an_empty_table_is_planned(tables: tuple[str, ...]) -> None:
    plan = planned(emptied(*tables))
    assert len(plan.tables["service"]) > 0


def test_no_stock_at_all_is_built_for() -> None:
    builds = planned(emptied("existing", "committed")).tables["builds"]
    assert set(builds["action"]) == {"build"}


def test_no_demand_at_all_leaves_what_targets_ask() -> None:
    plan = planned(emptied("demand", "demand_drivers"))
    assert len(plan.tables["service"]) == 0
    assert len(plan.tables["capacity"]) > 0


def nothing_at_all(parts: Parts) -> None:
    """Leave a region where nothing stands, nothing is asked and nothing is limited."""
    emptied("demand", "demand_drivers", "targets", "limits", "committed", "existing", "funding")(parts)
    parts.study["features"].pop("edge_coverage")


def test_nothing_to_do_is_a_plan() -> None:
    plan = planned(nothing_at_all)
    assert len(plan.tables["builds"]) == 0
    assert len(plan.tables["capacity"]) == 0


def only_funding_is_missing(parts: Parts) -> None:
    """Leave the budget on without an account."""
    parts.tables["funding"] = []


def test_a_budget_without_accounts_cannot_build() -> None:
    with pytest.raises(Infeasible):
        planned(only_funding_is_missing)


def unreachable(parts: Parts) -> None:
    """Ask for a latency that no hall keeps."""
    parts.row("classes", class_id="regional")["latency_limit_ms"] = "0.001"


def unhosted(parts: Parts) -> None:
    """Ask for a class that no technology serves."""
    add(parts, "classes", **{**parts.row("classes", class_id="training"), "class_id": "quantum"})
    driver = parts.row("demand_drivers", class_id="training")
    add(parts, "demand_drivers", **{**driver, "class_id": "quantum"})


@pytest.mark.parametrize("change", [unreachable, unhosted])
def test_demand_that_nothing_can_serve_is_refused_in_words(change: Change) -> None:
    with pytest.raises((Infeasible, InputError)) as refused:
        planned(change)
    assert str(refused.value)


def no_region_for_gamma(parts: Parts) -> None:
    """Leave the county of a site out of its prefecture, without targets that need it."""
    members = parts.tables["region_members"]
    parts.tables["region_members"] = [
        row for row in members if (row["region_id"], row["member_id"]) != ("east", "990201")
    ]
    add(parts, "region_members", region_id="east", member_kind="site", member_id="beta", share="1")
    parts.study["features"]["shares"] = {"max_share": 1.0}


def test_a_site_in_no_prefecture_is_planned() -> None:
    assert len(planned(no_region_for_gamma).tables["service"]) > 0


def early_and_late_targets(parts: Parts) -> None:
    """Set a target due before the first period and one due after the last."""
    for name, year in (("early", "2023"), ("late", "2030")):
        row = {
            **parts.row("targets", target_id="pflops-2025"),
            "target_id": name,
            "year": year,
            "value": "200",
        }
        add(parts, "targets", **row)


def test_targets_due_outside_the_horizon_are_reported() -> None:
    targets = planned(early_and_late_targets).tables["targets"].set_index("target_id")
    assert targets.loc["early", "achieved"] >= 200
    assert targets.loc["late", "year"] == 2030


def long_periods(parts: Parts) -> None:
    """Plan two periods of two and three years, with money in each year."""
    parts.study["periods"] = [2025, 2028]
    for year in ("2026", "2027", "2028"):
        add(parts, "funding", account_id="own", year=year, kind="own", limit_cny="200000000", eligible="all")


def test_a_period_spends_what_its_years_offer() -> None:
    funding = planned(long_periods).tables["funding"].set_index(["account_id", "year"])
    assert funding.loc[("own", 2028), "limit_cny"] == 6.0e8
    assert funding.loc[("own", 2025), "limit_cny"] == 1.2e10


def many_units(parts: Parts) -> None:
    """Let AI halls host racks too: a hall is filled once."""
    parts.technologies["ai-hall"]["serves"] = ["training", "regional"]


def test_a_hall_of_two_units_is_filled_once() -> None:
    plan = planned(many_units)
    hosting = plan.tables["hosting"]
    mine = hosting[hosting["technology"] == "ai-hall"].merge(
        plan.tables["capacity"][["site_id", "technology", "year", "modules"]]
    )
    size = mine["class"].map({"training": 100.0, "regional": 120.0}) * 0.85 * mine["modules"]
    filled = (mine["amount"] / size).groupby([mine["site_id"], mine["year"]]).sum()
    assert filled.max() <= 1 + 1e-6


def only_for_copies(parts: Parts) -> None:
    """Let vaults hold copies and nothing else."""
    parts.technologies["vault"]["serves"] = []


def test_a_vault_for_copies_only_is_not_bottomless() -> None:
    plan = planned(only_for_copies)
    copies = plan.tables["hosting"].query("technology == 'vault'")
    capacity = plan.tables["capacity"].query("technology == 'vault'")
    assert copies["copies"].all()
    assert copies["amount"].sum() <= 0.85 * capacity["standard_racks"].sum() + 1e-6


def not_buildable_but_coming(parts: Parts) -> None:
    """Commit a hall of a kind that may not be built, for the second year; it would pay to have it at once."""
    technology(
        parts,
        "cloud-hall",
        "gift-hall",
        buildable=False,
        it_capex_cny=0.0,
        capex_cny=1.0,
        fom_cny_per_year=0.0,
    )
    parts.technologies["gift-hall"]["lead_time_years"]["existing_campus"]["value"] = 0.0
    add(parts, "committed", site_id="alpha", technology="gift-hall", year="2025", modules="1")


def test_what_is_committed_comes_no_earlier() -> None:
    builds = planned(not_buildable_but_coming).tables["builds"].query("technology == 'gift-hall'")
    assert builds[["year", "modules", "action"]].to_numpy().tolist() == [[2025, 1, "committed"]]


def wrong_group(parts: Parts) -> None:
    """Ask for green energy in a region that does not exist."""
    parts.study["features"]["green_share"] = {"share": {"wets": {2025: 0.3}}}


def crossing_groups(parts: Parts) -> None:
    """Ask for green energy in two regions of which neither holds the other."""
    add(parts, "regions", region_id="ring", name_zh="环", name_en="Ring", kind="cluster")
    for site in ("beta", "gamma"):
        add(parts, "region_members", region_id="ring", member_kind="site", member_id=site, share="1")
    parts.study["features"]["green_share"] = {"share": {"west": {2025: 0.3}, "ring": {2025: 0.3}}}


def wrong_metric(parts: Parts) -> None:
    """Share out what nobody counts."""
    parts.study["features"]["shares"] = {"metric": "standard_rack"}


def share_above_one(parts: Parts) -> None:
    """Ask for more green energy than there is energy."""
    parts.study["features"]["green_share"] = {"share": {"west": {2025: 30}}}


@pytest.mark.parametrize("change", [wrong_group, crossing_groups, wrong_metric, share_above_one])
def test_parameters_that_a_rule_cannot_use_are_bad_input(change: Change) -> None:
    with pytest.raises(InputError, match=r"study\.yaml"):
        planned(change)


def nested_groups(parts: Parts) -> None:
    """Buy all green energy of one group and of the province that holds it."""
    parts.study["features"]["green_share"] = {"share": {"toyland": {2024: 1.0}, "west": {2024: 1.0}}}
    parts.row("energy_offers", offer_id="grid-wind")["available_mw"] = "2000"
    parts.row("energy_offers", offer_id="grid-solar")["available_mw"] = "2000"


def test_green_energy_is_counted_once() -> None:
    energy = planned(nested_groups).tables["energy"]
    assert energy["green_share"].min() == pytest.approx(1.0)
    assert energy["green_share"].max() == pytest.approx(1.0)


def every_campus_stands(parts: Parts) -> None:
    """Leave no campus to be opened."""
    for row in parts.rows("sites"):
        row |= {"status": "existing", "opened_year": "2018"}


def nobody_takes_copies(parts: Parts) -> None:
    """Ask for no copies and leave nobody who would take them."""
    for technology_ in parts.technologies.values():
        technology_["copies"] = False
    for row in parts.rows("classes"):
        row["copy_share"] = "0"


@pytest.mark.parametrize("change", [every_campus_stands, nobody_takes_copies])
def test_what_a_rule_decides_may_be_nothing(change: Change) -> None:
    assert len(planned(change).tables["service"]) > 0


def test_a_region_without_any_flow_is_planned() -> None:
    """Nothing flows, and no rule adds a variable after the flows."""

    def edit(parts: Parts) -> None:
        full_edit(parts)
        emptied("demand", "demand_drivers", "targets", "limits", "funding", "committed", "existing")(parts)
        parts.study["features"] = {}

    plan = capplan.solve(read_tiny(edit), in_process=True, gap=1e-4, threads=1)
    assert plan.certificate.failures == ()
    assert len(plan.tables["service"]) == 0
