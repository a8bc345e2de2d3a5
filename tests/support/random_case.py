"""Random small regions: two to six zones, one to four sites, one to three periods, and a random choice of everything else.

`random_parts` gives the files of a case (`tests.support.tiny_case.Parts`), `drawn` the first ones that hypothesis draws,
always the same. What is drawn is legal input, and mostly but not always a case that has a plan.
"""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support.full_case import add, technology
from tests.support.tiny_case import Parts, tiny_parts

BASE = 2023
PERIODS = ([2025], [2024], [2024, 2025], [2025, 2028], [2024, 2025, 2027])
T = TypeVar("T")


class Dice:
    """Short names for what is drawn most."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, *values: T) -> T:
        """Return one of the values; the first is the plainest."""
        return values[self.random.randint(0, len(values) - 1)]

    def rare(self, plain: T, *odd: T) -> T:
        """Return the plain value, one time in six an odd one."""
        return self.one(*odd) if self.random.randint(0, 5) == 5 else plain

    def text(self, *values: float) -> str:
        """Return one of the numbers as a cell."""
        return repr(float(self.one(*values)))

    def upto(self, most: int, least: int = 0) -> int:
        """Return a whole number."""
        return self.random.randint(least, most)

    def yes(self) -> bool:
        """Return yes or no."""
        return self.random.randint(0, 1) == 1

    def some(self, values: list[str], least: int = 0) -> list[str]:
        """Return some of the values, in their order."""
        kept = [value for value in values if self.yes()]
        return kept if len(kept) >= least else values[:least]


def random_parts(random: Random, *, zones: int = 6, sites: int = 4, periods: int = 3) -> Parts:
    """Return the files of a random case with at most so many zones, sites and periods."""
    dice, parts = Dice(random), tiny_parts()
    parts.study |= {"name": "random", "scenarios": {}, "features": {}}
    parts.study["periods"] = list(dice.one(*(years for years in PERIODS if len(years) <= periods)))
    for table in (
        "zones",
        "sites",
        "region_members",
        "nodes",
        "routes",
        "demand",
        "targets",
        "limits",
        "funding",
    ):
        parts.tables[table] = []
    _classes(dice, parts)
    _technologies(dice, parts)
    _network(dice, parts)
    _zones(dice, parts, dice.upto(zones, 2))
    _sites(dice, parts, dice.upto(sites, 1))
    _stock(dice, parts)
    _offers(dice, parts)
    _features(dice, parts)
    _targets(dice, parts)
    _limits(dice, parts)
    return parts


def drawn(count: int, start: int = 0, **size: int) -> list[Parts]:
    """Return so many random cases: the first ones that hypothesis draws from a seed."""
    found: list[Parts] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @seed(start)
    @given(st.randoms(use_true_random=True))
    def collect(random: Random) -> None:
        found.append(random_parts(random, **size))

    collect()
    return found


def _classes(dice: Dice, parts: Parts) -> None:
    kept = dice.some(["archive", "regional", "training"], 1)
    for table in ("classes", "demand_drivers"):
        parts.tables[table] = [row for row in parts.rows(table) if row["class_id"] in kept]
    for row in parts.rows("classes"):
        row["latency_limit_ms"] = dice.rare("", "10", "3")
        row["gbps_per_unit"] = dice.text(1, 0, 20)
        row["copy_share"] = dice.rare("0", "0.25", "1")
        row["copy_min_km"] = dice.rare("0", "100")
    for row in parts.rows("demand_drivers"):
        amount = dice.one(200.0, 0.0, 37.5, 600.0)
        row |= {"base_amount": repr(amount), "base_amount_low": "0", "base_amount_high": "1000"}
        row["growth_per_year"] = dice.text(0.2, 0, -0.1)


def _technologies(dice: Dice, parts: Parts) -> None:
    made = parts.technologies
    for name in ("ai-hall", "edge-node"):
        if dice.rare("kept", "gone") == "gone":
            del made[name]
    technology(
        parts, "cloud-hall", "old-hall", buildable=False, kind="legacy", standard_racks=100, it_kw=250, copies=False,
        fom_cny_per_year=4e6, capex_cny=4e6,
    )  # fmt: skip
    technology(
        parts, "cloud-hall", "new-hall", standard_racks=100, it_kw=250, capex_cny=3e6, it_capex_cny=1e6,
        fom_cny_per_year=1e5, land_ha=0.1,
    )  # fmt: skip
    made["new-hall"] |= {
        "replaces": ["old-hall"],
        "replace_cost_cny": made["new-hall"]["land_ha"] | {"value": 2e5, "unit": "CNY"},
    }
    technology(
        parts, "cloud-hall", "vault", kind="vault", standard_racks=50, it_kw=125, capex_cny=2e6, it_capex_cny=0,
        serves=["archive"], sites="copies_eligible", dr_centre=True,
    )  # fmt: skip
    for name in ("new-hall", "vault"):
        if dice.upto(2) == 0:
            del made[name]
    known = [row["class_id"] for row in parts.rows("classes")]
    for one in made.values():
        one["serves"] = [name for name in one["serves"] if name in known]
        one["max_modules"]["value"] = dice.rare(20.0, 2.0)
        one["lead_time_years"]["new_campus"]["value"] = dice.rare(1.0, 0.5, 2.0)
        one["cooling"] = dice.one(["chilled-water", "free-air"], ["free-air"], ["chilled-water"])
        one["sites"] = dice.rare(one["sites"], "all", "existing")
    if "ai-hall" in made and "regional" in known and dice.yes():
        made["ai-hall"]["serves"] += ["regional"]
    made["cloud-hall"]["copies"] = dice.yes()


def _network(dice: Dice, parts: Parts) -> None:
    nodes = [f"n{i}" for i in range(dice.upto(3, 1))]
    for i, name in enumerate(nodes):
        add(
            parts, "nodes", node_id=name, name_zh=name, name_en=name, lon=str(120 + i), lat="44", kind="trunk"
        )
    add(parts, "nodes", node_id="exit", name_zh="口", name_en="Exit", lon="121", lat="42", kind="exit")
    joined = [*pairwise(nodes), (nodes[0], "exit")]
    if len(nodes) > 1 and dice.yes():
        joined.append((nodes[-1], "exit"))
    for i, (a, b) in enumerate(joined):
        km, corridor = dice.text(100, 190, 420), dice.one("rail", "motorway")
        add(
            parts, "routes", route_id=f"r{i}", from_node=a, to_node=b, route_km=km, route_km_low=km, route_km_high=km,
            corridor=corridor, kind="trunk",
        )  # fmt: skip


def _zones(dice: Dice, parts: Parts, count: int) -> None:
    nodes = [row["node_id"] for row in parts.rows("nodes") if row["kind"] == "trunk"]
    for i in range(count):
        people, west = dice.one(300000, 0, 800000), i == 0 or dice.yes()
        add(
            parts, "zones", zone_id=f"z{i}", name_zh=f"区{i}", name_en=f"Zone {i}", kind="county",
            prefecture_adcode="990100" if west else "990200", lon=dice.text(120.2, 120, 121, 122), lat=dice.text(44, 44.3),
            population=str(people), urban_population=str(people // dice.one(2, 4)),
            output_cny=dice.text(1e10, 0, 6e10), access_node=dice.one(*nodes),
        )  # fmt: skip
        share = dice.one("1", "1", "0.5")
        add(parts, "region_members", region_id="toyland", member_kind="zone", member_id=f"z{i}", share="1")
        add(
            parts,
            "region_members",
            region_id="west" if west else "east",
            member_kind="zone",
            member_id=f"z{i}",
            share=share,
        )
    if not any(row["region_id"] == "east" for row in parts.rows("region_members")):
        parts.tables["regions"] = [row for row in parts.rows("regions") if row["region_id"] != "east"]
    if dice.yes():
        _gate(dice, parts)


def _gate(dice: Dice, parts: Parts) -> None:
    """Add a gate with demand from outside, optional or not."""
    add(
        parts, "zones", zone_id="gate", name_zh="口", name_en="Gate", kind="gate", prefecture_adcode="", lon="121", lat="42",
        population="0", urban_population="0", output_cny="0", access_node="exit",
    )  # fmt: skip
    for row in parts.rows("classes"):
        if dice.yes():
            obligation, revenue = dice.rare(
                ("optional", "30000"), ("optional", "250000"), ("must", "0"), ("optional", "0")
            )
            for year in parts.study["periods"][-dice.upto(2, 1) :]:
                add(
                    parts, "demand", zone_id="gate", class_id=row["class_id"], year=str(year), amount=dice.rare("200", "40", "5000"),
                    obligation=obligation, revenue_cny_per_unit_year=revenue,
                )  # fmt: skip


def _sites(dice: Dice, parts: Parts, count: int) -> None:
    homes = [row for row in parts.rows("zones") if row["kind"] == "county"]
    for i in range(count):
        home, stands = dice.one(*homes), i == 0 or dice.yes()
        given, most = (dice.text(10, 0), dice.rare("60", "12")) if stands else ("0", dice.rare("60", "0"))
        land, price = dice.rare("20", "3"), dice.text(200, 900)
        add(
            parts, "sites", site_id=f"s{i}", name_zh=f"园{i}", name_en=f"Park {i}", kind="park", zone_id=home["zone_id"],
            prefecture_adcode=home["prefecture_adcode"], lon=repr(float(home["lon"]) + dice.one(0, 0.03)), lat=home["lat"],
            position_error_km="1", status="existing" if stands else "candidate", opened_year="2018" if stands else "",
            grid_node=dice.one("gn-west", "gn-east"), access_node=home["access_node"],
            connection_voltage_kv=dice.one("66", "10"), connection_existing_mva=given, connection_max_mva=most,
            connection_max_mva_low=most, connection_max_mva_high=most, grid_distance_km=dice.text(5, 0, 12),
            land_max_ha=land, land_max_ha_low=land, land_max_ha_high=land, land_price_cny_per_m2=price,
            climate_station=dice.one("cold", "mild"), energy_zone=dice.one("", "windy"), copies_eligible=dice.one("yes", "no"), merged="",
        )  # fmt: skip
    for row in parts.rows("grid_nodes"):
        room = dice.rare("120", "40")
        row |= {
            "lon": homes[0]["lon"],
            "lat": "44.1",
            "headroom_mva": room,
            "headroom_mva_low": room,
            "headroom_mva_high": room,
        }


def _stock(dice: Dice, parts: Parts) -> None:
    sites, names = [row["site_id"] for row in parts.rows("sites")], list(parts.technologies)
    parts.tables["existing"], parts.tables["committed"] = [], []
    for site in sites:
        for name in dice.some(["cloud-hall", "old-hall"]):
            add(
                parts, "existing", site_id=site, technology=name, modules=dice.one("1", "2", "5"),
                commissioned_year="2018", facility_ids="",
            )  # fmt: skip
    if dice.upto(3) == 0:
        name = dice.one(*(name for name in names if name != "old-hall"))
        year = str(dice.one(2024, 2025))
        add(
            parts,
            "committed",
            site_id=dice.one(*sites),
            technology=name,
            year=year,
            modules=dice.one("1", "2"),
            facility_id="",
        )


def _offers(dice: Dice, parts: Parts) -> None:
    add(
        parts, "energy_offers", offer_id="grid-solar", type="grid_green", energy_zone="sunny", resource="solar",
        first_year="2024", full_load_hours="1400", available_mw="5", price_cny_per_mwh="10", match_share="1",
    )  # fmt: skip
    for row in parts.rows("energy_offers"):
        row["available_mw"] = dice.rare("100", "20", "0")
        row["first_year"] = dice.one("2024", "2025")
        row["price_cny_per_mwh"] = dice.text(30, 280, 900, -20)


def _features(dice: Dice, parts: Parts) -> None:
    years, east = parts.study["periods"], any(row["region_id"] == "east" for row in parts.rows("regions"))
    first, last = years[0], years[-1]
    shares: list[dict[str, Any]] = [
        {},
        {"toyland": {first: 0.2, last: 0.6}},
        {"toyland": {last: 0.3}, "west": {last: 0.4}},
        {"toyland": {last: 1.0}, "west": {first: 0.5}},
    ]
    shares += [{"west": {first: 0.5}, "east": {last: 0.3}}] if east else []
    known: dict[str, dict[str, Any]] = {
        "service": {"basis": dice.one("round_trip", "one_way"), "metro_radius_km": dice.one(60.0, 0.0)},
        "sizing": {"retire_cost_share": dice.one(0.02, 0.0)},
        "campuses": {"cost_cny": dice.one(2e7, 0.0)},
        "net_present_cost": {"wacc": dice.one(0.06, 0.0), "carbon_price_cny_per_t": dice.one(0.0, 80.0)},
        "retrofit": {"lead_time_years": dice.one(0.5, 2.0)},
        "power": {"diversity": dice.one(0.6, 0.0, 1.0)},
        "green_share": {"share": dice.one({}, *shares), "direct_lines": dice.yes()},
        "edge_coverage": {
            "latency_ms": dice.one(1.0, 4.0),
            "min_share": dice.one({}, {}, {}, {first: 0.3}, {last: 0.9}),
        },
        "copies": {"idle_factor": dice.one(0.3, 0.0)},
        "budget": {},
        "land_quota": {},
        "energy_quota": {},
        "water": {},
        "pue_cap": {"limit": dice.rare(1.3, 1.25, 1.1975)},
        "construction_rate": {},
        "site_count": {},
        "shares": {
            "max_share": dice.rare(1.0, 0.7),
            "min_share": dice.rare(0.0, 0.0, 0.05),
            "from_year": dice.one(0, 2025),
        },
    }
    for name, meaningless in (("edge_coverage", "edge-node" not in parts.technologies), ("shares", not east)):
        if meaningless:
            del known[name]
    parts.study["features"] = {name: known[name] for name in known if dice.upto(2) > 0}
    if "budget" in parts.study["features"]:
        _accounts(dice, parts)


def _accounts(dice: Dice, parts: Parts) -> None:
    own, bond, grant = dice.rare("6e9", "1e9"), dice.one("1e8", "1e9"), dice.one("2e7", "1e9")
    for year in range(BASE + 1, parts.study["periods"][-1] + 1):
        add(parts, "funding", account_id="own", year=str(year), kind="own", limit_cny=own, eligible="all")
    last = str(parts.study["periods"][-1])
    add(
        parts, "funding", account_id="bond", year=last, kind="special_bond", limit_cny=bond,
        interest_rate=dice.text(0.03, 0.09), eligible=dice.one("cloud-hall", "all"),
    )  # fmt: skip
    add(
        parts, "funding", account_id="grant", year=last, kind="subsidy", limit_cny=grant, share_of_capex=dice.text(0.1, 0.9),
        eligible=dice.one("cloud-hall", "all"),
    )  # fmt: skip


METRICS = {
    "standard_racks": ("standard_rack", 600, 2000, 100000),
    "standard_racks_added": ("standard_rack", 500, 100),
    "pflops_fp16": ("pflops_fp16", 100, 350),
    "edge_nodes": ("edge_node", 1, 3),
    "dr_centres": ("dr_centre", 1, 1),
}


def _targets(dice: Dice, parts: Parts) -> None:
    regions = [row["region_id"] for row in parts.rows("regions")]
    for i in range(dice.upto(3)):
        metric = dice.one(
            *(name for name in METRICS if name != "dr_centres" or "vault" in parts.technologies)
        )
        unit, *values = METRICS[metric]
        kind = dice.one("priced", "priced", "hard", "aspirational")
        add(
            parts, "targets", target_id=f"t{i}", region=dice.one(*regions), metric=metric, unit=str(unit), kind=kind,
            year=str(dice.one(parts.study["periods"][-1], parts.study["periods"][0], 2026)), relation=dice.one(">=", ">=", "<="),
            value=dice.text(*map(float, values)), counts=dice.one("all", "cloud-hall"),
            price_cny_per_unit=dice.one("100", "2e5", "4e7") if kind == "priced" else "", document_id="TOY2023",
        )  # fmt: skip


LIMITS = {
    "land_ha": ("ha", 40, 10, 1.5),
    "energy_gwh": ("GWh", 300, 80, 25),
    "water_m3": ("m3", 200000, 60000),
    "build_racks_per_year": ("standard_rack", 2600, 1000),
    "sites": ("site", 2, 1),
}


def _limits(dice: Dice, parts: Parts) -> None:
    regions = [row["region_id"] for row in parts.rows("regions")]
    taken = set()
    for _ in range(dice.upto(4)):
        name = dice.one(*LIMITS)
        unit, *values = LIMITS[name]
        key = (name, dice.one(*regions), dice.one("", *map(str, parts.study["periods"])))
        if key not in taken:
            taken.add(key)
            add(
                parts,
                "limits",
                limit=name,
                region=key[1],
                year=key[2],
                bound=dice.text(*map(float, values)),
                unit=str(unit),
            )
