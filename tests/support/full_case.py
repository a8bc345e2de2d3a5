"""Toyland with every feature on and something for each to decide: the case that tests of the core share.

`full_edit` turns `tests.support.tiny_case` into it: an old hall to convert and one to close, a vault for copies,
direct lines and pooled contracts, a carbon price, quotas, shares, accounts, priced and "at most" targets, announced
projects and a substation that grows.
"""

from __future__ import annotations

import copy
from pathlib import Path

from capplan.case import Case
from capplan.schema.tables import TABLES
from tests.support.tiny_case import HEADERS, Parts, Row, tiny_case

SOURCE: Row = {"source": "Made up for tests, 2024", "confidence": "assumption"}

FEATURES = {
    "service": {},
    "sizing": {},
    "campuses": {},
    "targets": {},
    "energy": {},
    "net_present_cost": {"carbon_price_cny_per_t": 40.0},
    "retrofit": {},
    "power": {},
    "green_share": {"share": {"toyland": {2024: 0.2, 2025: 0.35}, "west": {2025: 0.3}}},
    "edge_coverage": {"latency_ms": 1.0, "min_share": {2025: 0.3}},
    "copies": {},
    "budget": {},
    "land_quota": {},
    "energy_quota": {},
    "water": {},
    "pue_cap": {"limit": 1.1975},
    "construction_rate": {},
    "projects": {},
    "site_count": {},
    "shares": {"max_share": 0.8, "min_share": 0.05, "from_year": 2025},
}


def add(parts: Parts, table: str, **cells: str) -> None:
    """Add a row to a table; cells that are not given are empty."""
    rows = parts.tables.setdefault(table, [])
    names = (
        list(rows[0])
        if rows
        else HEADERS.get(table, tuple(c.name for c in TABLES[table].columns if c.required))
    )
    rows.append(dict.fromkeys(names, "") | SOURCE | cells)


def technology(parts: Parts, like: str, name: str, **changes: object) -> None:
    """Add a technology like another one; numbers replace the `value` of a quantity."""
    made = copy.deepcopy(parts.technologies[like]) | {"id": name}
    for key, value in changes.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            made[key] = {"value": float(value), **{k: v for k, v in made[key].items() if k in _KEPT}}
        else:
            made[key] = value
    parts.technologies[name] = made


_KEPT = ("unit", "source", "confidence")


def full_edit(parts: Parts) -> None:
    """Turn every feature on and give each something to decide."""
    parts.study["name"] = "toyland-full"
    parts.study["features"] = copy.deepcopy(FEATURES)
    old = {"buildable": False, "kind": "legacy", "standard_racks": 100, "it_kw": 250, "copies": False}
    technology(
        parts,
        "cloud-hall",
        "old-hall",
        **old,
        fom_cny_per_year=4e6,
        capex_cny=4e6,
        serves=["archive", "regional"],
    )
    technology(
        parts, "cloud-hall", "new-hall", standard_racks=100, it_kw=250, capex_cny=3e6, it_capex_cny=1e6,
        fom_cny_per_year=1e5, replaces=["old-hall"], land_ha=0.1,
    )  # fmt: skip
    technology(
        parts, "cloud-hall", "vault", kind="vault", standard_racks=50, it_kw=125, capex_cny=2e6, it_capex_cny=0.0,
        fom_cny_per_year=5e4, serves=["archive"], sites="copies_eligible", dr_centre=True, land_ha=0.1,
    )  # fmt: skip
    parts.technologies["vault"]["lead_time_years"]["new_campus"]["value"] = 1.0
    technology(
        parts, "cloud-hall", "hot-hall", serves=["archive"], cooling=["chilled-water"], capex_cny=1e7,
        sites="existing", max_modules=2,
    )  # fmt: skip
    parts.technologies["ai-hall"]["pflops_fp64"]["value"] = 0.5
    clearing = copy.deepcopy(parts.technologies["new-hall"]["it_capex_cny"])
    parts.technologies["new-hall"]["replace_cost_cny"] = clearing | {"value": 2e5}
    add(parts, "existing", site_id="alpha", technology="old-hall", modules="4", commissioned_year="2010")
    _policy(parts)
    _announced(parts)
    add(
        parts, "energy_offers", offer_id="grid-solar", type="grid_green", energy_zone="sunny", resource="solar",
        first_year="2024", full_load_hours="1400", available_mw="5", price_cny_per_mwh="10", match_share="1",
    )  # fmt: skip


def _announced(parts: Parts) -> None:
    """Add a project that is committed, one that may follow it with wind of its own, one that is dropped, and MVA."""
    own = {"cost_ratio": "0.9", "investor_share": "0.5", "doubt_zh": "仅见报道", "doubt_en": "Press only"}
    none = dict.fromkeys(("connection_mva", "land_ha", "energy_gwh", "direct_mw"), "0")
    for name, site, what, modules, year, status, after, more in (
        ("firm", "beta", "ai-hall", "1", "2024", "committed", "", {"connection_mva": "4", "land_ha": "1"}),
        ("windy", "gamma", "ai-hall", "1", "2025", "optional", "firm", {"direct_mw": "3", "offer_id": "line-windy", "energy_gwh": "10"}),
        ("gone", "alpha", "cloud-hall", "2", "2024", "dropped", "", {}),
    ):  # fmt: skip
        add(
            parts, "projects", project_id=name, name_zh=name, name_en=name, site_id=site, technology=what,
            modules=modules, first_year=year, status=status, after=after, **own, **none | more,
        )  # fmt: skip
    add(parts, "reinforcements", grid_node="gn-east", year="2025", added_mva="30")


def _policy(parts: Parts) -> None:
    for limit, region, year, bound, unit in (
        ("build_racks_per_year", "toyland", "", "2600", "standard_rack"),
        ("build_racks_per_year", "west", "2025", "2000", "standard_rack"),
        ("water_m3", "west", "", "60000", "m3"),
        ("energy_gwh", "west", "", "60", "GWh"),
        ("sites", "toyland", "", "2", "site"),
    ):
        add(parts, "limits", limit=limit, region=region, year=year, bound=bound, unit=unit)
    for row in parts.rows("funding"):
        row["limit_cny"] = {"own": "6000000000", "bond": "100000000", "grant": "20000000"}[row["account_id"]]
    for name, metric, relation, kind, value, price, unit, *counts in (
        ("renewed", "standard_racks", ">=", "hard", "200", "", "standard_rack", "new-hall"),
        ("racks-cap", "standard_racks", "<=", "hard", "5000", "", "standard_rack"),
        ("racks-low", "standard_racks", "<=", "priced", "2600", "1000", "standard_rack"),
        ("pflops-dear", "pflops_fp16", ">=", "priced", "450", "100", "pflops_fp16"),
        ("added", "standard_racks_added", ">=", "hard", "1000", "", "standard_rack"),
        ("dr", "dr_centres", ">=", "hard", "1", "", "dr_centre"),
    ):
        add(
            parts, "targets", target_id=name, region="toyland", metric=metric, year="2025", relation=relation,
            kind=kind, value=value, unit=unit, counts=counts[0] if counts else "all", price_cny_per_unit=price, document_id="TOY2023",
        )  # fmt: skip


def full_case(folder: Path) -> Case:
    """Return Toyland with every feature on, written into and read from a folder."""
    return tiny_case(folder, edit=full_edit)
