"""Write the tables of Merrow, a region that does not exist: `python make_region.py FOLDER`. The same words always."""

from __future__ import annotations

import csv
import json
import math
import random
import sys
from pathlib import Path
from typing import Any

import shapely

Row = dict[str, Any]

SOURCE = {"source": "Made up: examples/made-up-region/make_region.py", "confidence": "assumption"}
SHIRES = {
    "910000": ("coast", "滨海郡", "Coastshire"),
    "920000": ("mid", "中原郡", "Midshire"),
    "930000": ("lake", "湖区郡", "Lakeshire"),
    "940000": ("high", "高地郡", "Highshire"),
}
TOWNS = (
    ("桤木湾", "Alder Bay"), ("盐港", "Saltport"), ("灯塔", "Beacon"), ("鸥岛", "Gullholm"), ("潮汐", "Tidewell"),
    ("帆镇", "Sailing"), ("白崖", "Whitecliff"), ("沙洲", "Sandbar"), ("渡口", "Ferry"), ("锚地", "Anchorage"),
    ("王桥", "Kingsbridge"), ("麦田", "Wheatley"), ("磨坊", "Millford"), ("橡树", "Oakham"), ("集市", "Marketon"),
    ("新堡", "Newkeep"), ("绿野", "Greenmead"), ("石桥", "Stonebridge"), ("果园", "Orchard"), ("钟楼", "Belfry"),
    ("大湖", "Greatmere"), ("苇塘", "Reedmere"), ("天鹅", "Swanlake"), ("柳岸", "Willowbank"), ("鳟溪", "Troutbeck"),
    ("水闸", "Watergate"), ("雾谷", "Mistvale"), ("莲池", "Lilypond"), ("沼泽", "Fenwick"), ("小溪", "Brookside"),
    ("鹰峰", "Eaglecrag"), ("雪岭", "Snowridge"), ("松林", "Pinewood"), ("铁矿", "Ironpit"), ("风口", "Windgap"),
    ("鹿原", "Deerfell"), ("岩城", "Rockburgh"), ("石南", "Heathton"), ("峡谷", "Glenmore"), ("高泉", "Highspring"),
)  # fmt: skip
NODES = {
    "Alder Bay": 0,
    "Whitecliff": 6,
    "Kingsbridge": 10,
    "Marketon": 14,
    "Greatmere": 20,
    "Mistvale": 26,
    "Eaglecrag": 30,
    "Rockburgh": 36,
}
EXITS = {
    "exit-east": ("东部海缆", "East cable", -24.6, 45.2, 6),
    "exit-south": ("南部海缆", "South cable", -27.6, 43.4, 0),
}
SITES = (  # town, kind, modules of old halls that stand, grid voltage, MVA, hectares, price of land, wind of its own
    (0, "park", 10, 132, 80, 8, 260, ""), (10, "park", 16, 132, 90, 10, 420, ""), (20, "facility", 6, 132, 60, 5, 180, ""),
    (3, "park", 0, 132, 60, 6, 150, "offshore"), (6, "county_seat", 0, 132, 60, 5, 200, ""), (8, "county_seat", 0, 132, 40, 3, 160, ""),
    (13, "county_seat", 0, 132, 60, 6, 240, ""), (15, "park", 0, 275, 160, 16, 220, ""), (18, "county_seat", 0, 132, 40, 3, 210, ""),
    (23, "county_seat", 0, 132, 40, 3, 120, ""), (26, "park", 0, 132, 80, 10, 110, ""), (30, "park", 0, 275, 140, 20, 60, "uplands"),
    (34, "county_seat", 0, 132, 60, 8, 50, "uplands"), (36, "facility", 4, 132, 50, 4, 80, ""),
)  # fmt: skip
CITIES = (0, 10, 20)
YEARS = (2029, 2030, 2031)
BY_HOUR = (0.6,) * 7 + (1.0,) * 10 + (1.5,) * 3 + (1.0,) * 4


def km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points (lon, lat) [deg] on a plane that is true at 45 degrees [km]."""
    return math.hypot((one[0] - other[0]) * 78.8, (one[1] - other[1]) * 111.2)


def places() -> list[tuple[float, float]]:
    """Return forty points, ten a shire, on a grid that was shaken [deg]."""
    chance = random.Random(40)  # noqa: S311  (a fixed seed, so that the region stays the same)
    corners = [(-29.2, 44.0), (-27.4, 44.0), (-27.4, 45.1), (-29.2, 45.1)]
    found = []
    for west, south in corners:
        for number in range(10):
            column, row = number % 4, number // 4
            lon = west + 0.42 * column + 0.3 * (row % 2) * 0.5 + chance.uniform(-0.1, 0.1)
            found.append((round(lon, 4), round(south + 0.33 * row + chance.uniform(-0.08, 0.08), 4)))
    return found


def zones() -> list[Row]:
    """Return the zones: towns with residents and output, and two gates."""
    chance = random.Random(41)  # noqa: S311
    rows = []
    for number, ((lon, lat), town) in enumerate(zip(places(), TOWNS, strict=True)):
        name_zh, name_en = town
        shire = list(SHIRES)[number // 10]
        large = {0: 4.0, 10: 9.0, 20: 3.5, 36: 2.5}.get(number, 1.0)
        people = round(60_000 * large * chance.uniform(0.6, 1.6))
        urban = round(people * min(0.95, 0.45 + 0.06 * large + chance.uniform(0, 0.2)))
        node = min(NODES.values(), key=lambda other: km(places()[other], (lon, lat)))
        rows.append(
            {"zone_id": zone_id(number), "name_zh": name_zh, "name_en": name_en, "kind": "county", "prefecture_adcode": shire,
             "lon": lon, "lat": lat, "population": people, "urban_population": urban,
             "output_cny": round(urban * 260_000 + (people - urban) * 90_000, -6), "access_node": node_id(node)}
        )  # fmt: skip
    for exit_id, (name_zh, name_en, lon, lat, _) in EXITS.items():
        rows.append(
            {"zone_id": exit_id.replace("exit", "gate"), "name_zh": f"{name_zh}外部需求", "name_en": f"Demand over the {name_en.lower()}",
             "kind": "gate", "prefecture_adcode": "", "lon": lon, "lat": lat, "population": 0, "urban_population": 0,
             "output_cny": 0, "access_node": exit_id}
        )  # fmt: skip
    return rows


def zone_id(number: int) -> str:
    """Return the id of a town."""
    return f"{list(SHIRES)[number // 10][:2]}{number % 10 + 1:04d}"


def node_id(number: int) -> str:
    """Return the id of the fibre node in a town."""
    return TOWNS[number][1].lower().replace(" ", "-")


def network() -> tuple[list[Row], list[Row]]:
    """Return fibre nodes and routes: a shortest tree, the two next best links, and the cables."""
    where = {node_id(number): places()[number] for number in NODES.values()}
    nodes = [
        {"node_id": node_id(number), "name_zh": TOWNS[number][0], "name_en": TOWNS[number][1], "lon": places()[number][0],
         "lat": places()[number][1], "kind": "trunk"}
        for number in NODES.values()
    ]  # fmt: skip
    nodes += [
        {"node_id": name, "name_zh": f"{given[0]}出口", "name_en": f"Exit to {given[1]}", "lon": given[2], "lat": given[3], "kind": "exit"}
        for name, given in EXITS.items()
    ]  # fmt: skip
    pairs = sorted(
        (km(where[one], where[other]), one, other) for one in where for other in where if one < other
    )
    group = {name: name for name in where}
    chosen, spare = [], []
    for length, one, other in pairs:
        if group[one] != group[other]:
            old = group[other]
            group = {name: group[one] if held == old else held for name, held in group.items()}
            chosen.append((length, one, other))
        else:
            spare.append((length, one, other))
    routes = [route(one, other, length, "trunk") for length, one, other in chosen + spare[:3]]
    for name, given in EXITS.items():
        near = node_id(given[4])
        routes.append(route(near, name, km(where[near], (given[2], given[3])), "inter_province"))
    return nodes, routes


def route(one: str, other: str, length: float, kind: str) -> Row:
    """Return a route a quarter longer than the crow flies, with a trench of its own."""
    name = f"{one}--{other}"
    return {"route_id": name, "from_node": one, "to_node": other, "route_km": round(1.25 * length, 1), "route_km_low": round(1.1 * length, 1),
            "route_km_high": round(1.5 * length, 1), "corridor": name, "kind": kind}  # fmt: skip


def sites() -> tuple[list[Row], list[Row]]:
    """Return candidate campuses and the substation of each."""
    found, grid = [], []
    for town, kind, stands, voltage, most, land, price, wind in SITES:
        (name_zh, name_en), (lon, lat) = TOWNS[town], places()[town]
        shire = list(SHIRES)[town // 10]
        found.append(
            {"site_id": f"{node_id(town)}-campus", "name_zh": f"{name_zh}园区", "name_en": f"{name_en} campus", "kind": kind,
             "zone_id": zone_id(town), "prefecture_adcode": shire, "lon": round(lon + 0.03, 4), "lat": round(lat + 0.02, 4), "position_error_km": 1,
             "status": "existing" if stands else "candidate", "opened_year": 2019 if stands else "", "grid_node": f"{node_id(town)}-substation",
             "access_node": node_id(min(NODES.values(), key=lambda other: km(places()[other], (lon, lat)))),
             "connection_voltage_kv": voltage, "connection_existing_mva": 2 * stands, "connection_max_mva": most,
             "connection_max_mva_low": round(0.6 * most), "connection_max_mva_high": round(1.5 * most), "grid_distance_km": 4,
             "land_max_ha": land, "land_max_ha_low": land / 2, "land_max_ha_high": land * 2, "land_price_cny_per_m2": price,
             "land_price_cny_per_m2_low": price / 2, "land_price_cny_per_m2_high": price * 2,
             "climate_station": "uplands" if shire == "940000" else "shore", "energy_zone": wind,
             "copies_eligible": "yes" if kind == "park" else "no", "merged": ""}
        )  # fmt: skip
        room = 14 if town in CITIES else {275: 45}.get(voltage, 25)
        grid.append(
            {"grid_node": f"{node_id(town)}-substation", "name_zh": f"{name_zh}变电站", "name_en": f"{name_en} substation", "voltage_kv": voltage,
             "lon": lon, "lat": lat, "headroom_mva": room, "headroom_mva_low": room / 2, "headroom_mva_high": room * 2}
        )  # fmt: skip
    return found, grid


def supply() -> dict[str, list[Row]]:
    """Return voltages, prices, weather, cooling, green offers and emissions."""
    tariffs = [
        {"voltage_kv": voltage, "hour": hour, "price_cny_per_kwh": round(base * factor, 4)}
        for voltage, base in ((20, 0.78), (132, 0.7), (275, 0.66))
        for hour, factor in enumerate(BY_HOUR)
    ]  # fmt: skip
    climate = []
    for station, mean, swing in (("shore", 11.5, 5.5), ("uplands", 7.0, 8.5)):
        for month in range(1, 13):
            for hour in range(24):
                dry = (
                    mean
                    - swing * math.cos((month - 1) * math.pi / 6)
                    - 2.5 * math.cos((hour - 3) * math.pi / 12)
                )
                climate.append({"station_id": station, "month": month, "hour": hour, "dry_bulb_c": round(dry, 2), "dry_bulb_sd_c": 3.0,
                                "wet_bulb_c": round(dry - 1.8, 2), "wet_bulb_sd_c": 2.8})  # fmt: skip
    return {
        "voltages": rows("voltage_kv capacity_charge_cny_per_kva_month step_mva step_cost_cny line_cost_cny_per_km lead_time_years",
                         "20 30 5 2500000 500000 0.5", "132 26 20 14000000 1800000 1", "275 24 60 45000000 3200000 2",
                         ranged="step_cost_cny line_cost_cny_per_km lead_time_years"),
        "tariffs": tariffs,
        "climate": climate,
        "cooling": rows("cooling_id name_zh name_en fixed_overhead electrical_loss free_cooling_power mechanical_power free_below_c"
                        " full_mechanical_above_c driver water_l_per_kwh capex_cny_per_kw_it",
                        "dry-cooler 干冷器 Dry_cooler 0.03 0.06 0.06 0.24 14 28 dry_bulb 0.05 4200",
                        "evaporative 蒸发冷却 Evaporative 0.03 0.06 0.05 0.2 13 22 wet_bulb 1.2 3600",
                        "old-air 旧式空调 Old_air_conditioning 0.12 0.12 0.3 0.42 0 30 dry_bulb 0 0"),
        "energy_offers": rows("offer_id type energy_zone resource first_year full_load_hours available_mw price_cny_per_mwh match_share",
                              "offshore-pool grid_green offshore wind 2029 4200 6 30 1", "uplands-pool grid_green uplands wind 2029 3100 8 14 1",
                              "offshore-line direct_line offshore wind 2031 4200 10 560 0.65", "uplands-line direct_line uplands wind 2030 3100 20 450 0.55",
                              ranged="full_load_hours available_mw price_cny_per_mwh"),
        "grid_factors": rows("year kg_co2_per_kwh", "2029 0.21", "2030 0.19", "2031 0.17"),
    }  # fmt: skip


def needs() -> dict[str, list[Row]]:
    """Return service classes, demand, stock and what is under construction."""
    outside = [
        ("gate-east", "backup", 600, 9500),
        ("gate-south", "national", 900, 14000),
        ("gate-south", "training", 60, 90000),
    ]
    old = [{"site_id": f"{node_id(town)}-campus", "technology": "old-hall", "modules": stands, "commissioned_year": 2019, "facility_ids": ""}
           for town, _, stands, *_ in SITES if stands]  # fmt: skip
    return {
        "classes": rows("class_id name_zh name_en unit latency_limit_ms load_factor peak_factor gbps_per_unit copy_share copy_min_km",
                        "metro 近程交互（3毫秒） Metro_(3_ms) standard_rack 3 0.55 0.75 0.15 0 0",
                        "national 全域业务（8毫秒） National_(8_ms) standard_rack 8 0.6 0.75 0.06 0.2 60",
                        "backup 备份 Backup standard_rack . 0.4 0.55 0.02 0 0",
                        "training 智能训练 AI_training pflops_fp16 . 0.8 0.95 0.05 0 0"),
        "demand_drivers": rows("class_id base_amount driver_year growth_per_year weight_population weight_urban_population weight_output",
                               "metro 2200 2028 0.2 0.2 0.4 0.4", "national 3600 2028 0.2 0.1 0.3 0.6", "backup 1400 2028 0.2 0.2 0.3 0.5",
                               "training 40 2028 0.7 0 0.3 0.7", ranged="base_amount growth_per_year"),
        "demand": [
            {"zone_id": gate, "class_id": name, "year": year, "amount": amount * step, "obligation": "optional", "revenue_cny_per_unit_year": price}
            for gate, name, amount, price in outside
            for step, year in enumerate(YEARS, start=1)
        ],
        "existing": [*old, {"site_id": "kingsbridge-campus", "technology": "ai-hall", "modules": 1, "commissioned_year": 2027, "facility_ids": ""}],
        "committed": [{"site_id": "alder-bay-campus", "technology": "hall", "year": 2029, "modules": 2, "facility_id": ""}],
    }  # fmt: skip


def policy() -> dict[str, list[Row]]:
    """Return targets with their document, limits and money."""
    halls = "old-hall;hall;edge-cabin"
    limits = [
        ("land_ha", "merrow", year, bound, "ha") for year, bound in zip(YEARS, (13, 16, 19), strict=True)
    ]
    limits += [
        ("energy_gwh", "merrow", year, bound, "GWh")
        for year, bound in zip(YEARS, (150, 185, 225), strict=True)
    ]
    limits += [
        ("build_racks_per_year", "merrow", year, bound, "standard_rack")
        for year, bound in zip(YEARS, (6500, 6500, 7000), strict=True)
    ]
    return {
        "targets": rows("target_id region metric year relation kind value unit counts price_cny_per_unit document_id quote_zh",
                        f"racks-2031 merrow standard_racks 2031 >= hard 22000 standard_rack {halls} . DM2031 到2031年机架达到2.2万个",
                        "pflops-2031 merrow pflops_fp16 2031 >= hard 500 pflops_fp16 ai-hall . DM2031 智能算力达到500P",
                        "pflops-high merrow pflops_fp16 2031 >= aspirational 800 pflops_fp16 ai-hall . DM2031 力争达到800P",
                        "highlands-racks highshire standard_racks 2031 >= priced 4000 standard_rack hall 15000 DM2031 高地郡新增机架四千",
                        *(f"edge-{name} {name_en.lower()} edge_nodes 2030 >= hard 1 edge_node edge-cabin . DM2031 各郡至少一个边缘节点"
                          for name, _, name_en in SHIRES.values())),
        "documents": rows("document_id title_zh title_en issuer number date", "DM2031 数字梅罗2031（虚构） Digital_Merrow_2031_(made_up) Merrow . 2028-06"),
        "limits": [{"limit": name, "region": region, "year": year, "bound": bound, "bound_low": 0.7 * bound, "bound_high": 1.5 * bound, "unit": unit}
                   for name, region, year, bound, unit in limits],
        "funding": [{"account_id": "operators", "year": year, "kind": "own", "limit_cny": 6e8, "limit_cny_low": 4e8, "limit_cny_high": 9e8,
                     "interest_rate": "", "share_of_capex": "", "eligible": "all"} for year in YEARS],
    }  # fmt: skip


def regions() -> tuple[list[Row], list[Row]]:
    """Return the country and its shires, and who belongs to them."""
    found = [
        {
            "region_id": "merrow",
            "name_zh": "梅罗",
            "name_en": "Merrow",
            "kind": "province",
            "adcode": "900000",
        }
    ]
    found += [{"region_id": name_en.lower(), "name_zh": name_zh, "name_en": name_en, "kind": "prefecture", "adcode": code}
              for code, (_, name_zh, name_en) in SHIRES.items()]  # fmt: skip
    members = [
        {"region_id": region, "member_kind": "zone", "member_id": zone_id(number), "share": 1}
        for number in range(len(TOWNS))
        for region in ("merrow", list(SHIRES.values())[number // 10][2].lower())
    ]
    return found, members


def rows(header: str, *lines: str, ranged: str = "") -> list[Row]:
    """Return rows written with blanks between cells: a dot is an empty cell, an underscore a blank in a name."""
    names = header.split()
    found = []
    for line in lines:
        cells = [
            "" if cell == "." else cell.replace("_", " ") if cell[:1].isupper() else cell
            for cell in line.split()
        ]
        row: Row = dict(zip(names, cells, strict=True))
        for name in ranged.split():
            value = float(row[name])
            row |= {f"{name}_low": f"{0.7 * value:g}", f"{name}_high": f"{1.4 * value:g}"}
        found.append(row)
    return found


def boundaries() -> dict[str, Any]:
    """Return the areas of the towns: what of the island is nearest to each."""
    points = places()
    island = shapely.union_all([shapely.buffer(shapely.Point(point), 0.36, quad_segs=6) for point in points])
    island = shapely.simplify(shapely.Polygon(shapely.get_parts(island)[0].exterior), 0.01)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=island))
    features = []
    for number, point in enumerate(points):
        cell = next(cell for cell in cells if shapely.contains(cell, shapely.Point(point)))
        shape = shapely.set_precision(shapely.intersection(cell, island), 1e-4)
        name_zh, name_en = TOWNS[number]
        said = {
            "adcode": zone_id(number),
            "name_zh": name_zh,
            "name_en": name_en,
            "prefecture_adcode": list(SHIRES)[number // 10],
        }
        features.append(
            {"type": "Feature", "properties": said, "geometry": json.loads(shapely.to_geojson(shape))}
        )
    return {"type": "FeatureCollection", "features": features}


def tables() -> dict[str, list[Row]]:
    """Return every table of the region."""
    (nodes, routes), (campuses, grid), (groups, members) = network(), sites(), regions()
    own = {
        "zones": zones(),
        "regions": groups,
        "region_members": members,
        "sites": campuses,
        "nodes": nodes,
        "routes": routes,
        "grid_nodes": grid,
    }
    return own | supply() | needs() | policy()


def main(folder: Path) -> None:
    """Write the tables and the areas."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in tables().items():
        filled = [row | SOURCE for row in content]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(filled[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(filled)
    text = json.dumps(boundaries(), ensure_ascii=False, indent=None)
    (folder / "boundaries.geojson").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
