"""A made-up region that is small enough to think through and can be planned.

Toyland has three counties in two prefectures (`west` with 990100 and `east` with 990200) and one gate for outside
demand; three sites, `alpha` with two existing cloud halls, `beta` and `gamma` bare; three technologies; three service
classes. Every number is an assumption.

Use `tiny_case()` for a `Case`, `write_tiny_case(folder)` for its folder, and the `edit` argument to break it::

    def negative(parts):
        parts.rows("sites")[0]["land_max_ha"] = "-1"


    write_tiny_case(folder, edit=negative)
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capplan.case import Case, load_case
from capplan.case_files import csv_text
from capplan.reading.yaml_file import dump_yaml
from capplan.schema.package import data_package
from capplan.schema.tables import TABLES

Row = dict[str, str]


@dataclass
class Parts:
    """The files of a case before they are written: change them as you like."""

    study: dict[str, Any]
    technologies: dict[str, dict[str, Any]]
    tables: dict[str, list[Row]]
    readme: str = "# Toyland\n\nA made-up region for tests.\n"

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table, to be changed."""
        return self.tables[table]

    def row(self, table: str, **key: str) -> Row:
        """Return the first row of a table with these cells."""
        return next(
            row for row in self.tables[table] if all(row[name] == value for name, value in key.items())
        )


Edit = Callable[[Parts], object]


def tiny_parts() -> Parts:
    """Return a fresh copy of the files of Toyland."""
    return copy.deepcopy(Parts(_STUDY, {item["id"]: item for item in _technologies()}, _tables()))


def write_parts(parts: Parts, folder: Path) -> Path:
    """Write the files of a case into a folder and return it."""
    (folder / "technologies").mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "README.md").write_text(parts.readme, encoding="utf-8")
    (folder / "study.yaml").write_text(_yaml(parts.study), encoding="utf-8")
    for name, technology in parts.technologies.items():
        (folder / "technologies" / f"{name}.yaml").write_text(_yaml(technology), encoding="utf-8")
    columns = {name: tuple(rows[0]) if rows else HEADERS[name] for name, rows in parts.tables.items()}
    for name, rows in parts.tables.items():
        text = csv_text(columns[name], [[row[column] for column in columns[name]] for row in rows])
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    about = {"name": "toyland", "title": "Toyland, a made-up region for tests"}
    known = {name: [column for column in TABLES[name].names if column in columns[name]] for name in columns}
    package = json.dumps(data_package(about, known), ensure_ascii=False, indent=2)
    (folder / "data" / "datapackage.json").write_text(package, encoding="utf-8")
    return folder


def _yaml(content: dict[str, Any]) -> str:
    """Return the YAML text of some content; most files of most cases are the same, and writing YAML takes long."""
    key = repr(content)
    if key not in _WRITTEN:
        _WRITTEN[key] = dump_yaml(content)
    return _WRITTEN[key]


_WRITTEN: dict[str, str] = {}


def write_tiny_case(folder: Path, *, edit: Edit | None = None) -> Path:
    """Write Toyland into a folder, after an edit where one is given, and return the folder."""
    parts = tiny_parts()
    if edit is not None:
        edit(parts)
    return write_parts(parts, folder)


def tiny_case(folder: Path, *, edit: Edit | None = None) -> Case:
    """Return Toyland as a case, written into and read from a folder."""
    return load_case(write_tiny_case(folder, edit=edit))


_STUDY: dict[str, Any] = {
    "name": "toyland",
    "title": {"zh": "玩具省", "en": "Toyland"},
    "description": {"zh": "供测试的虚构地区", "en": "A made-up region for tests"},
    "region": "toyland",
    "base_year": 2023,
    "periods": [2024, 2025],
    "technologies": "all",
    "features": {"service": {}, "sizing": {}, "targets": {}, "energy": {}, "net_present_cost": {}},
    "objective": {"minimise": "cost"},
    "solver": {"name": "highs", "gap": 0.0001, "time_limit_seconds": 60, "seed": 0},
    "scenarios": {
        "more-racks": {
            "title": {"zh": "更多机架", "en": "More racks"},
            "set": {"targets.racks-2025.value": 3500},
        }
    },
}


def _q(value: float, unit: str, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    spread = {} if low is None else {"low": low, "high": high}
    return {
        "value": value,
        **spread,
        "unit": unit,
        "source": "Made up for tests, 2024",
        "confidence": "assumption",
    }


def _technology(name: str, kind: str, zh: str, en: str, **numbers: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": {"zh": zh, "en": en},
        "kind": kind,
        "buildable": True,
        "module_name": {"zh": "模块", "en": "module"},
        "standard_racks": _q(numbers["racks"], "standard_rack"),
        "pflops_fp16": _q(numbers.get("pflops", 0), "pflops_fp16"),
        "pflops_fp64": _q(0, "pflops_fp64"),
        "it_kw": _q(numbers["it_kw"], "kW"),
        "edge_nodes": _q(numbers.get("edge_nodes", 0), "1"),
        "dr_centre": numbers.get("dr_centre", False),
        "serves": numbers["serves"],
        "copies": numbers.get("copies", False),
        "utilisation_cap": _q(0.85, "ratio", 0.8, 0.9),
        "sites": "all",
        "max_modules": _q(numbers["most"], "1"),
        "lead_time_years": {
            "existing_campus": _q(1, "yr"),
            "new_campus": _q(numbers.get("lead_new", 2), "yr"),
        },
        "lifetime_years": _q(20, "yr"),
        "it_lifetime_years": _q(5, "yr"),
        "capex_cny": _q(numbers["capex"], "CNY", 0.8 * numbers["capex"], 1.25 * numbers["capex"]),
        "it_capex_cny": _q(numbers["it_capex"], "CNY"),
        "fom_cny_per_year": _q(0.03 * numbers["capex"], "CNY/yr"),
        "it_fom_cny_per_year": _q(0.05 * numbers["it_capex"], "CNY/yr"),
        "land_ha": _q(numbers["land"], "ha"),
        "cooling": ["chilled-water", "free-air"],
    }


def _technologies() -> list[dict[str, Any]]:
    return [
        _technology(
            "cloud-hall", "hall", "云计算机房", "Cloud hall", racks=500, it_kw=1250, most=20, land=0.5,
            capex=2.5e7, it_capex=6e7, serves=["regional", "archive"], copies=True,
        ),
        _technology(
            "ai-hall", "ai", "智算机房", "AI hall", racks=120, it_kw=300, pflops=100, most=20, land=0.2,
            capex=9e6, it_capex=1.2e8, serves=["training"],
        ),
        _technology(
            "edge-node", "edge", "边缘节点", "Edge node", racks=50, it_kw=125, edge_nodes=1, most=10, land=0.02,
            capex=3e6, it_capex=6e6, serves=["regional"], lead_new=1,
        ),
    ]  # fmt: skip


_SOURCE = {"source": "Made up for tests, 2024", "confidence": "assumption"}


def _rows(header: str, *lines: str) -> list[Row]:
    """Return rows of a table written with blanks between cells; a dot is an empty cell, an underscore a blank."""
    names = header.split()
    cells = ([("" if cell == "." else cell) for cell in line.split()] for line in lines)
    cells = ([cell.replace("_", " ") if cell[:1].isupper() else cell for cell in row] for row in cells)
    return [dict(zip(names, row, strict=True)) | _SOURCE for row in cells]


def _places() -> dict[str, list[Row]]:
    return {
        "zones": _rows(
            "zone_id name_zh name_en kind prefecture_adcode lon lat population urban_population output_cny access_node",
            "990101 甲县 Ashire county 990100 120.0 44.0 800000 500000 60000000000 west",
            "990102 乙县 Bshire county 990100 120.5 44.2 300000 120000 15000000000 west",
            "990201 丙县 Cshire county 990200 122.0 44.1 500000 260000 30000000000 east",
            "gate-south 南口 South_gate gate . 121.0 42.0 0 0 0 exit-south",
        ),
        "regions": _rows(
            "region_id name_zh name_en kind adcode",
            "toyland 玩具省 Toyland province 990000",
            "west 西市 West prefecture 990100",
            "east 东市 East prefecture 990200",
        ),
        "region_members": _rows(
            "region_id member_kind member_id share",
            "toyland zone 990101 1",
            "toyland zone 990102 1",
            "toyland zone 990201 1",
            "west zone 990101 1",
            "west zone 990102 1",
            "east zone 990201 1",
        ),
        "sites": _sites(),
        "nodes": _rows(
            "node_id name_zh name_en lon lat kind",
            "west 西 West 120.0 44.0 trunk",
            "east 东 East 122.0 44.1 trunk",
            "exit-south 南 South 121.0 42.0 exit",
        ),
        "routes": _rows(
            "route_id from_node to_node route_km route_km_low route_km_high corridor kind",
            "west-east west east 190 170 210 rail trunk",
            "west-south west exit-south 280 250 300 motorway inter_province",
            "east-south east exit-south 300 280 330 river inter_province",
        ),
    }


def _sites() -> list[Row]:
    return _rows(
        "site_id name_zh name_en kind zone_id prefecture_adcode lon lat position_error_km status opened_year"
        " grid_node access_node connection_voltage_kv connection_existing_mva connection_max_mva"
        " connection_max_mva_low connection_max_mva_high grid_distance_km land_max_ha land_price_cny_per_m2"
        " climate_station energy_zone copies_eligible merged",
        "alpha 甲园 Alpha_park park 990101 990100 120.02 44.01 2 existing 2018 gn-west west 66 10 60 40 80 5 20 500"
        " cold . yes F001;F002",
        "beta 乙城 Beta_town county_seat 990102 990100 120.5 44.2 1 candidate . gn-west west 66 0 60 40 80 12 30 200"
        " cold . no .",
        "gamma 丙园 Gamma_park park 990201 990200 122.03 44.12 2 candidate . gn-east east 66 0 80 60 90 3 40 150"
        " mild windy yes .",
    )


def _supply() -> dict[str, list[Row]]:
    climate = [
        f"{station} {month} {hour} {mean + 18 * _season(month) + _day(hour):g} 4 {mean - 2 + 16 * _season(month):g} 3"
        for station, mean in (("cold", 5), ("mild", 8))
        for month in range(1, 13)
        for hour in range(24)
    ]
    tariffs = [
        f"{voltage} {hour} {round(base * (0.5 if hour < 6 else 1.4 if 16 <= hour < 21 else 1.0), 4)}"
        for voltage, base in ((10, 0.66), (66, 0.62))
        for hour in range(24)
    ]
    return {
        "grid_nodes": _rows(
            "grid_node name_zh name_en voltage_kv lon lat headroom_mva headroom_mva_low headroom_mva_high",
            "gn-west 西变 West_substation 220 120.1 44.05 120 80 150",
            "gn-east 东变 East_substation 220 122.1 44.15 150 100 200",
        ),
        "voltages": _rows(
            "voltage_kv capacity_charge_cny_per_kva_month step_mva step_cost_cny line_cost_cny_per_km lead_time_years",
            "10 24 2 1500000 500000 0",
            "66 22 20 12000000 1500000 1",
        ),
        "tariffs": _rows("voltage_kv hour price_cny_per_kwh", *tariffs),
        "climate": _rows(
            "station_id month hour dry_bulb_c dry_bulb_sd_c wet_bulb_c wet_bulb_sd_c", *climate
        ),
        "cooling": _rows(
            "cooling_id name_zh name_en fixed_overhead electrical_loss free_cooling_power mechanical_power"
            " free_below_c full_mechanical_above_c driver water_l_per_kwh capex_cny_per_kw_it",
            "chilled-water 冷冻水 Chilled_water 0.04 0.06 0.06 0.25 8 20 wet_bulb 1.5 3000",
            "free-air 新风 Free_air 0.03 0.06 0.05 0.3 15 25 dry_bulb 0.2 3500",
        ),
        "energy_offers": _rows(
            "offer_id type energy_zone resource first_year full_load_hours available_mw price_cny_per_mwh match_share",
            "grid-wind grid_green windy wind 2024 2600 200 30 1",
            "line-windy direct_line windy mixed 2025 2400 50 280 0.6",
        ),
        "grid_factors": _rows("year kg_co2_per_kwh", "2023 0.5", "2024 0.49", "2025 0.48"),
    }  # fmt: skip


def _season(month: int) -> float:
    return 1 - abs(month - 7) / 3


def _day(hour: int) -> float:
    return 4 - abs(hour - 14) / 2


def _needs() -> dict[str, list[Row]]:
    return {
        "classes": _rows(
            "class_id name_zh name_en unit latency_limit_ms load_factor peak_factor gbps_per_unit copy_share copy_min_km",
            "regional 区域 Regional standard_rack 10 0.6 0.8 1 0 0",
            "archive 归档 Archive standard_rack . 0.5 0.7 0.2 0.2 100",
            "training 训练 Training pflops_fp16 . 0.7 0.9 0.1 0 0",
        ),
        "demand_drivers": _rows(
            "class_id base_amount base_amount_low base_amount_high driver_year growth_per_year weight_population"
            " weight_urban_population weight_output",
            "regional 600 400 800 2023 0.2 0.2 0.5 0.3",
            "archive 300 200 400 2023 0.15 0.5 0 0.5",
            "training 120 80 200 2023 0.25 0 0.3 0.7",
        ),
        "demand": _rows(
            "zone_id class_id year amount obligation revenue_cny_per_unit_year",
            "gate-south archive 2024 200 optional 30000",
            "gate-south archive 2025 400 optional 30000",
        ),
        "existing": _rows(
            "site_id technology modules commissioned_year facility_ids", "alpha cloud-hall 2 2018 F001;F002"
        ),
        "committed": _rows("site_id technology year modules facility_id", "alpha ai-hall 2024 2 F002"),
    }


def _policy() -> dict[str, list[Row]]:
    return {
        "targets": _rows(
            "target_id region metric year relation kind value unit counts price_cny_per_unit document_id quote_zh",
            "racks-2025 toyland standard_racks 2025 >= hard 3000 standard_rack cloud-hall . TOY2023 三千架",
            "pflops-2025 toyland pflops_fp16 2025 >= hard 300 pflops_fp16 ai-hall . TOY2023 三百P",
            "pflops-high toyland pflops_fp16 2025 >= aspirational 600 pflops_fp16 ai-hall . TOY2023 力争六百P",
            "edge-east east edge_nodes 2025 >= priced 1 edge_node all 2000000 TOY2023 边缘节点",
        ),
        "documents": _rows("document_id title_zh title_en issuer number date", "TOY2023 玩具规划 Toy_plan Toyland 1 2023-05"),
        "limits": _rows("limit region year bound unit", "land_ha west . 40 ha", "energy_gwh toyland 2025 300 GWh"),
        "funding": _rows(
            "account_id year kind limit_cny interest_rate share_of_capex eligible",
            "own 2024 own 5000000000 . . all",
            "own 2025 own 5000000000 . . all",
            "bond 2025 special_bond 100000000 0.03 . cloud-hall;edge-node",
            "grant 2025 subsidy 20000000 . 0.1 ai-hall",
        ),
    }  # fmt: skip


def _tables() -> dict[str, list[Row]]:
    return _places() | _supply() | _needs() | _policy()


HEADERS: dict[str, tuple[str, ...]] = {name: tuple(rows[0]) for name, rows in _tables().items()}
"""Columns of each table of Toyland."""
