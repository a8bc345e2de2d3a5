"""Broken inputs: every fault is reported at once, with file, row, column, value and remedy, and never a traceback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capplan.case import load_case
from capplan.errors import InputError
from capplan.schema.tables import TABLES
from tests.support.faults import faults_of, the_fault
from tests.support.tiny_case import HEADERS, Parts, tiny_parts, write_parts, write_tiny_case


@dataclass(frozen=True)
class Break:
    """One way to break one cell, and the fault that must follow."""

    name: str
    table: str
    row: int
    column: str
    value: str
    says: str
    remedy: str = ""
    nearest: str | None = None

    def edit(self, parts: Parts) -> None:
        parts.rows(self.table)[self.row][self.column] = self.value


CELLS = [
    Break("word for a number", "zones", 0, "population", "many", "not a number", "[person]"),
    Break("nan", "zones", 0, "population", "NaN", "not a finite number"),
    Break("infinity", "sites", 1, "land_max_ha", "inf", "not a finite number"),
    Break("too large to be finite", "sites", 1, "land_max_ha", "1e999", "not a finite number"),
    Break("empty", "sites", 2, "land_max_ha", "", "empty", "fill the cell in"),
    Break("negative size", "sites", 0, "land_max_ha", "-1", "negative", "at least 0 [ha]"),
    Break(
        "thousands separators", "zones", 1, "population", "300,000", "thousands separators", "write 300000"
    ),
    Break("blank as separator", "zones", 1, "population", "300 000", "thousands separators", "write 300000"),
    Break("full-width separators", "zones", 1, "population", "300，000", "thousands", "write 300000"),
    Break("decimal comma", "routes", 0, "route_km", "190,5", "decimal comma", "write 190.5"),
    Break("percentage", "region_members", 0, "share", "80 %", "percentage", "write 0.8"),
    Break("number with unit", "sites", 0, "grid_distance_km", "5 km", "more than a number", "write 5"),
    Break("out of range", "region_members", 0, "share", "1.5", "out of its range", "from 0 to 1"),
    Break("latitude above 90", "sites", 0, "lat", "120.02", "out of its range", "from -90 to 90"),
    Break("half a module", "existing", 0, "modules", "1.5", "not a whole number"),
    Break("unknown word", "zones", 0, "kind", "County", "not known", "county", "county"),
    Break("blank in an id", "sites", 2, "site_id", "gam ma", "form", "Latin letters"),
    Break("unknown zone", "sites", 0, "zone_id", "9901-02", "zone is not known", "990101", "990102"),
    Break("unknown zone of demand", "demand", 0, "zone_id", "gate-suoth", "not known", "", "gate-south"),
    Break("unknown node", "zones", 0, "access_node", "West", "node is not known", "", "west"),
    Break("unknown grid node", "sites", 0, "grid_node", "gn_west", "grid node is not known", "", "gn-west"),
    Break("unknown voltage", "sites", 0, "connection_voltage_kv", "67", "voltage is not known", "66"),
    Break("unknown station", "sites", 0, "climate_station", "colt", "weather station", "", "cold"),
    Break("unknown energy zone", "sites", 2, "energy_zone", "windi", "energy zone", "", "windy"),
    Break("unknown prefecture", "sites", 2, "prefecture_adcode", "990300", "prefecture is not known"),
    Break(
        "code as a number", "sites", 2, "prefecture_adcode", "9.902E+05", "turned the code", "write 990200,"
    ),
    Break("unknown class", "demand_drivers", 0, "class_id", "Regional ", "class", "", "regional"),
    Break("unknown technology", "existing", 0, "technology", "cloudhall", "technology", "", "cloud-hall"),
    Break("unknown counted", "targets", 0, "counts", "cloud-hall;aihall", "technology", "", "ai-hall"),
    Break("unknown region", "targets", 0, "region", "toylan", "region is not known", "", "toyland"),
    Break("unknown document", "targets", 0, "document_id", "TOY2032", "document", "", "TOY2023"),
    Break("unknown member", "region_members", 5, "member_id", "990209", "zone is not known", "", "990201"),
    Break("unit of a metric", "targets", 1, "unit", "standard_rack", "unit", "write pflops_fp16"),
    Break("unit of a limit", "limits", 0, "unit", "km2", "unit", "write ha"),
    Break("misspelt limit", "limits", 0, "limit", "land_hq", "limit is not known", "", "land_ha"),
    Break("year of a target", "targets", 0, "year", "225", "out of its range", "1990"),
    Break("relation", "targets", 0, "relation", "≥", "not known", ">="),
    Break("price of a priced target", "targets", 3, "price_cny_per_unit", "", "priced target has no price"),
    Break("range around the value", "routes", 0, "route_km_low", "200.5", "low <= value <= high"),
    Break("weights", "demand_drivers", 0, "weight_output", "0.4", "sum to 1.1"),
    Break("existing above largest", "sites", 0, "connection_existing_mva", "90", "larger than the largest"),
    Break("urban above all", "zones", 0, "urban_population", "900000", "more urban residents"),
    Break("outside the region", "sites", 2, "lon", "135", "outside the region", "119.50"),
    Break("substation outside", "grid_nodes", 0, "lat", "30", "outside the region"),
    Break("stock after the base year", "existing", 0, "commissioned_year", "2024", "after the base year"),
    Break("committed before", "committed", 0, "year", "2023", "before the end of the base year"),
    Break("bond without interest", "funding", 2, "interest_rate", "", "needs interest_rate"),
    Break("route to itself", "routes", 0, "to_node", "west", "ends where it begins"),
    Break("cooling temperatures", "cooling", 0, "full_mechanical_above_c", "5", "outside air suffices"),
    Break("confidence", "zones", 0, "confidence", "sure", "not known", "document, statistics"),
    Break("no source", "zones", 0, "source", "", "empty"),
]


@pytest.mark.parametrize("broken", CELLS, ids=lambda broken: broken.name)
def test_a_broken_cell_is_named_with_its_place(tmp_path: Path, broken: Break) -> None:
    folder = write_tiny_case(tmp_path, edit=broken.edit)
    found = faults_of(folder)
    wanted = [fault for fault in found if (fault.row, fault.column) == (broken.row + 2, broken.column)]
    wanted = [fault for fault in wanted if fault.file == f"data/{broken.table}.csv"]
    assert wanted, "\n".join(map(str, found))
    fault = wanted[0]
    assert broken.says in fault.problem.text()
    assert broken.remedy in fault.remedy.text()
    assert broken.nearest is None or fault.nearest == broken.nearest


def test_swapped_coordinates_are_recognised(tmp_path: Path) -> None:
    def swap(parts: Parts) -> None:
        for row in (*parts.rows("zones"), *parts.rows("grid_nodes"), *parts.rows("sites")):
            row["lon"] = str(float(row["lon"]) - 60)
        site = parts.rows("sites")[0]
        site["lon"], site["lat"] = site["lat"], site["lon"]

    fault = the_fault(write_tiny_case(tmp_path, edit=swap))
    assert (fault.row, fault.column) == (2, "lon")
    assert "exchanged" in fault.remedy.text()


def test_a_zone_far_from_all_others_is_a_fault_of_its_own(tmp_path: Path) -> None:
    found = faults_of(write_tiny_case(tmp_path, edit=lambda parts: parts.rows("zones")[0].update(lon="12.0")))
    assert [(fault.file, fault.row, fault.column) for fault in found] == [("data/zones.csv", 2, "lon")]


def test_an_outlying_island_is_no_slip_where_its_node_lies_there_too(tmp_path: Path) -> None:
    def away(parts: Parts) -> None:
        zone = parts.rows("zones")[0]
        node = parts.row("nodes", node_id=zone["access_node"])
        zone["lon"] = node["lon"] = "12.0"
        parts.row("sites", zone_id=zone["zone_id"])["lon"] = "12.1"

    zones = load_case(write_tiny_case(tmp_path, edit=away)).tables["zones"]
    assert zones["lon"].min() == 12.0


def test_unreachable_zones_and_sites(tmp_path: Path) -> None:
    def cut(parts: Parts) -> None:
        parts.tables["routes"] = [row for row in parts.rows("routes") if "east" not in row["route_id"]]

    found = faults_of(write_tiny_case(tmp_path, edit=cut))
    assert {(fault.file, fault.row, fault.problem.text()) for fault in found} == {
        ("data/zones.csv", 4, "no route reaches the zone"),
        ("data/sites.csv", 4, "no route reaches the site"),
    }


def test_a_region_without_members_cannot_have_targets(tmp_path: Path) -> None:
    def empty(parts: Parts) -> None:
        parts.tables["region_members"] = [r for r in parts.rows("region_members") if r["region_id"] != "east"]

    fault = the_fault(write_tiny_case(tmp_path, edit=empty))
    assert (fault.file, fault.row, fault.column) == ("data/targets.csv", 5, "region")
    assert fault.problem.text() == "the region has no members"


@pytest.mark.parametrize("table", ["tariffs", "zones", "regions", "voltages", "region_members", "nodes"])
def test_a_table_without_rows_is_one_fault(tmp_path: Path, table: str) -> None:
    folder = write_tiny_case(tmp_path)
    file = folder / "data" / f"{table}.csv"
    file.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    fault = the_fault(folder)
    assert (fault.file, fault.problem.text()) == (f"data/{table}.csv", "the table has no rows")


def test_a_missing_table_is_one_fault_and_names_its_columns(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    (folder / "data" / "zones.csv").unlink()
    fault = the_fault(folder)
    assert "A place where compute is demanded" in fault.text("en")
    assert fault.text("zh").startswith("data/zones.csv: 缺少该文件；请补上：zone_id,name_zh")


def test_a_voltage_that_is_not_defined_is_one_fault_without_a_nearest_name(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.rows("sites")[0]["connection_voltage_kv"] = "110"

    fault = the_fault(write_tiny_case(tmp_path, edit=edit))
    assert (fault.row, fault.column, fault.nearest) == (2, "connection_voltage_kv", None)
    assert "66" in fault.remedy.text()


def test_chinese_faults_name_columns_and_keys_instead_of_describing_them_in_english(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.rows("sites")[0]["land_max_ha"] = ""

    folder = write_tiny_case(tmp_path, edit=edit)
    study = folder / "study.yaml"
    lines = study.read_text(encoding="utf-8").splitlines(keepends=True)
    study.write_text("".join(line for line in lines if "base_year" not in line), encoding="utf-8")
    told = {fault.file: fault.remedy for fault in faults_of(folder)}
    assert told["data/sites.csv"].text("zh") == "请填写该单元格：land_max_ha [ha]"
    assert told["data/sites.csv"].text("en") == "fill the cell in: Land that halls may take [ha]"
    assert told["study.yaml"].text("zh") == "请补上：base_year"


def test_a_key_of_a_scenario_that_is_missing_is_named_in_the_remedy(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    study = folder / "study.yaml"
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace("scenarios:\n", "scenarios:\n  2025: {}\n"), encoding="utf-8")
    told = {fault.column: fault.text("zh") for fault in faults_of(folder)}
    assert "请补上：title" in told["scenarios.2025.title"]
    assert "不是文字" in told["scenarios.2025.[key]"]


def test_missing_and_unknown_columns(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        for row in parts.rows("zones"):
            row["Population "] = row.pop("population")

    missing, unknown = sorted(
        faults_of(write_tiny_case(tmp_path, edit=edit)), key=lambda fault: fault.column
    )[::-1]
    assert (missing.row, missing.column, missing.problem.text()) == (1, "population", "the column is missing")
    assert (unknown.column, unknown.nearest) == ("Population", "population")


@pytest.mark.parametrize("table", [name for name, spec in TABLES.items() if not spec.optional])
def test_every_table_is_required_and_has_a_key(tmp_path: Path, table: str) -> None:
    folder = write_tiny_case(tmp_path)
    (folder / "data" / f"{table}.csv").unlink()
    assert any(
        fault.file == f"data/{table}.csv" and "missing" in fault.problem.text() for fault in faults_of(folder)
    )


@pytest.mark.parametrize("table", [name for name, rows in tiny_parts().tables.items() if rows])
def test_a_key_that_stands_twice(tmp_path: Path, table: str) -> None:
    parts = tiny_parts()
    parts.tables[table].append(dict(parts.tables[table][0]))
    found = faults_of(write_parts(parts, tmp_path))
    fault = next(fault for fault in found if "key stands in line 2 already" in fault.problem.text())
    assert (fault.file, fault.row) == (f"data/{table}.csv", len(parts.tables[table]) + 1)


def test_an_unknown_file_has_its_nearest_table(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    (folder / "data" / "target.csv").write_text("a,b\n1,2\n")
    found = [fault for fault in faults_of(folder) if fault.file == "data/target.csv"]
    assert [fault.problem.text() for fault in found] == ["the table is not known"]
    assert "targets" in str(found[0].nearest)


def test_a_mark_before_the_text_blanks_and_windows_lines_are_no_faults(tmp_path: Path) -> None:
    plain = load_case(write_tiny_case(tmp_path / "plain"))
    folder = write_tiny_case(tmp_path / "marked")
    for file in (folder / "data").glob("*.csv"):
        padded = file.read_bytes().replace(b",", b" ,").replace(b'" ,', b'",').replace(b"tests ,", b"tests,")
        file.write_bytes(b"\xef\xbb\xbf" + padded.replace(b"\n", b"\r\n") + b"\r\n")
    for name in ("study.yaml", "technologies/ai-hall.yaml", "data/datapackage.json"):
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())
    assert load_case(folder).fingerprints() == plain.fingerprints()


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    chosen = [item for item in CELLS if item.table not in {"routes", "region_members"}]
    chosen = list({(item.table, item.row, item.column): item for item in chosen}.values())

    def edit(parts: Parts) -> None:
        for item in chosen:
            item.edit(parts)
        parts.study["base_yaer"] = parts.study.pop("base_year")
        parts.technologies["ai-hall"]["land_ha"]["value"] = "wide"

    found = {
        (fault.file, fault.row, fault.column) for fault in faults_of(write_tiny_case(tmp_path, edit=edit))
    }
    needs_study = {"commissioned_year", "year", "technology", "counts"}
    wanted = {(f"data/{i.table}.csv", i.row + 2, i.column) for i in chosen if i.column not in needs_study}
    hidden = {("data/zones.csv", 2, "urban_population"), ("data/limits.csv", 2, "unit")}
    assert wanted - hidden <= found
    assert ("study.yaml", 1, "base_year") in found
    assert any(column == "land_ha.value" for _, _, column in found)


def test_endless_repetition_is_counted_not_listed(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        for row in parts.rows("climate"):
            row["dry_bulb_c"] = "cold"

    found = faults_of(write_tiny_case(tmp_path, edit=edit))
    assert len(found) == 101
    assert found[-1].problem.text() == "476 more faults of the same kind"


@pytest.mark.parametrize("given_name", ["", "nowhere", "jilin-2052", "\0", "x" * 5000, "tests/no/such"])
def test_an_unknown_case(given_name: str) -> None:
    with pytest.raises(InputError) as caught:
        load_case(given_name)
    assert len(caught.value.faults) == 1


def test_a_file_is_not_a_case(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    with pytest.raises(InputError, match="this is a file, not a case"):
        load_case(folder / "study.yaml")


NUMBERS = [
    (table, column.name)
    for table, spec in TABLES.items()
    for column in spec.columns
    if table in HEADERS and column.kind != "text" and column.name in HEADERS[table]
]
GARBAGE = st.sampled_from(
    ["x", "--1", "1.2.3", "1e", "∞", "١x", "0x10", "1_0", "=A1", "nan", "-", "1;2", "N/A"]
)
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(place=st.sampled_from(NUMBERS), garbage=GARBAGE, pick=st.integers(0, 10**6))
def test_garbage_in_any_number_is_named_with_its_place(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str, str], garbage: str, pick: int
) -> None:
    table, column = place
    parts = tiny_parts()
    rows = parts.rows(table)
    row = pick % len(rows)
    rows[row][column] = garbage
    folder = write_parts(parts, tmp_path_factory.mktemp("case"))
    fault = next(
        f for f in faults_of(folder) if (f.file, f.row, f.column) == (f"data/{table}.csv", row + 2, column)
    )
    assert fault.value == garbage


@QUICK
@given(
    name=st.sampled_from(["data/zones.csv", "study.yaml", "technologies/ai-hall.yaml"]),
    content=st.binary(max_size=300),
)
def test_no_bytes_whatever_end_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    folder = write_tiny_case(tmp_path_factory.mktemp("case"))
    (folder / name).write_bytes(content)
    assert any(fault.file == name for fault in faults_of(folder))


@QUICK
@given(name=st.sampled_from(["study.yaml", "technologies/ai-hall.yaml"]), content=st.text(max_size=200))
def test_no_text_whatever_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: str
) -> None:
    folder = write_tiny_case(tmp_path_factory.mktemp("case"))
    (folder / name).write_text(content, encoding="utf-8", errors="surrogatepass")
    assert any(fault.file == name for fault in faults_of(folder))
