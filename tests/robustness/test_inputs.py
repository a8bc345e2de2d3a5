"""Broken inputs: every fault is reported at once, with file, row, column, value and remedy, and never a traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capplan.case import load_case
from capplan.errors import Fault, InputError
from capplan.reading import text as text_module
from capplan.schema.tables import TABLES
from tests.support.tiny_case import HEADERS, Edit, Parts, tiny_parts, write_parts, write_tiny_case

FolderEdit = Callable[[Path], object]


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        load_case(folder)
    assert caught.value.exit_code == 3
    for lang in ("en", "zh"):
        assert "Traceback" not in caught.value.text(lang)
    for fault in caught.value.faults:
        assert fault.problem.text()
        assert fault.remedy.text()
    return caught.value.faults


def the_fault(folder: Path) -> Fault:
    found = faults_of(folder)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


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
    Break("blank in an id", "sites", 2, "site_id", "gam ma", "form", "A-Za-z0-9"),
    Break("unknown zone", "sites", 0, "zone_id", "9901-02", "zone is not known", "990101", "990102"),
    Break("unknown zone of demand", "demand", 0, "zone_id", "gate-suoth", "not known", "", "gate-south"),
    Break("unknown node", "zones", 0, "access_node", "West", "node is not known", "", "west"),
    Break("unknown grid node", "sites", 0, "grid_node", "gn_west", "grid node is not known", "", "gn-west"),
    Break("unknown voltage", "sites", 0, "connection_voltage_kv", "67", "voltage is not known", "66"),
    Break("unknown station", "sites", 0, "climate_station", "colt", "weather station", "", "cold"),
    Break("unknown energy zone", "sites", 2, "energy_zone", "windi", "energy zone", "", "windy"),
    Break("unknown prefecture", "sites", 2, "prefecture_adcode", "990300", "prefecture is not known"),
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


def test_unreachable_zones_and_sites(tmp_path: Path) -> None:
    def cut(parts: Parts) -> None:
        parts.tables["routes"] = [row for row in parts.rows("routes") if "east" not in row["route_id"]]

    found = faults_of(write_tiny_case(tmp_path, edit=cut))
    assert {(fault.file, fault.row, fault.problem.text()) for fault in found} == {
        ("data/zones.csv", 4, "no route reaches the zone"),
        ("data/sites.csv", 4, "no route reaches the site"),
    }


def test_missing_and_unknown_columns(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        for row in parts.rows("zones"):
            row["Population "] = row.pop("population")

    missing, unknown = sorted(
        faults_of(write_tiny_case(tmp_path, edit=edit)), key=lambda fault: fault.column
    )[::-1]
    assert (missing.row, missing.column, missing.problem.text()) == (1, "population", "the column is missing")
    assert (unknown.column, unknown.nearest) == ("Population", "population")


@pytest.mark.parametrize("table", TABLES)
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


def _rewrite(table: str, change: Callable[[bytes], bytes]) -> FolderEdit:
    def edit(folder: Path) -> None:
        file = folder / "data" / f"{table}.csv"
        file.write_bytes(change(file.read_bytes()))

    return edit


def _replace_with_folder(folder: Path) -> None:
    (folder / "data" / "zones.csv").unlink()
    (folder / "data" / "zones.csv").mkdir()


def _replace_with_pipe(folder: Path) -> None:
    (folder / "data" / "zones.csv").unlink()
    os.mkfifo(folder / "data" / "zones.csv")


def _link_to_itself(folder: Path) -> None:
    (folder / "data" / "zones.csv").unlink()
    (folder / "data" / "zones.csv").symlink_to(folder / "data" / "zones.csv")


FILES: list[tuple[str, FolderEdit, int | None, str]] = [
    ("GBK", _rewrite("zones", lambda data: data.decode().encode("gb18030")), 2, "in GBK"),
    ("UTF-16", _rewrite("zones", lambda data: data.decode().encode("utf-16")), None, "UTF-16"),
    ("semicolons", _rewrite("zones", lambda data: data.replace(b",", b";")), 1, "separated by semicolons"),
    ("tabs", _rewrite("zones", lambda data: data.replace(b",", b"\t")), 1, "separated by tabs"),
    ("binary", _rewrite("zones", lambda _: bytes(range(256)) * 40), 2, "no UTF-8 text"),
    ("NUL", _rewrite("zones", lambda data: data.replace(b"Ashire", b"As\0ire")), 2, "NUL byte"),
    ("a workbook", _rewrite("zones", lambda _: b"PK\x03\x04" + b"x" * 99), None, "workbook"),
    ("empty", _rewrite("zones", lambda _: b""), 1, "empty"),
    ("no header", _rewrite("zones", lambda data: data.split(b"\n", 1)[1]), 1, "not the header"),
    ("no rows", _rewrite("zones", lambda data: data.split(b"\n", 1)[0]), None, "no rows"),
    ("open quotation mark", _rewrite("zones", lambda data: data + b'"x'), 6, "cannot be split"),
    ("too many cells", _rewrite("zones", lambda data: data.replace(b"800000", b"800,000")), 2, "cells"),
    ("too few cells", _rewrite("zones", lambda data: data.replace(b",800000", b"")), 2, "cells"),
    ("an empty row", _rewrite("zones", lambda data: data + b",,,,\n"), 6, "row is empty"),
    ("a folder", _replace_with_folder, None, "a folder stands"),
    ("a pipe", _replace_with_pipe, None, "not a regular file"),
    ("a link to itself", _link_to_itself, None, "cannot be read"),
]


@pytest.mark.parametrize(
    ("edit", "row", "says"), [item[1:] for item in FILES], ids=[item[0] for item in FILES]
)
def test_a_broken_file_is_named(tmp_path: Path, edit: FolderEdit, row: int | None, says: str) -> None:
    folder = write_tiny_case(tmp_path)
    edit(folder)
    fault = next(fault for fault in faults_of(folder) if fault.file == "data/zones.csv")
    assert fault.row == row
    assert says in fault.problem.text()


def test_the_size_limit_is_kept(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    with (folder / "data" / "zones.csv").open("r+b") as file:
        file.truncate(text_module.MAX_BYTES + 1)
    fault = next(fault for fault in faults_of(folder) if fault.file == "data/zones.csv")
    assert "larger than 64 MiB" in fault.problem.text()


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_tiny_case(tmp_path)
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "zones.csv":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    fault = next(fault for fault in faults_of(folder) if fault.file == "data/zones.csv")
    assert "may not be read" in fault.problem.text()


def test_a_mark_before_the_text_blanks_and_windows_lines_are_no_faults(tmp_path: Path) -> None:
    plain = load_case(write_tiny_case(tmp_path / "plain"))
    folder = write_tiny_case(tmp_path / "marked")
    for file in (folder / "data").glob("*.csv"):
        padded = file.read_bytes().replace(b",", b" ,").replace(b'" ,', b'",').replace(b"tests ,", b"tests,")
        file.write_bytes(b"\xef\xbb\xbf" + padded.replace(b"\n", b"\r\n") + b"\r\n")
    for name in ("study.yaml", "technologies/ai-hall.yaml", "data/datapackage.json"):
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())
    assert load_case(folder).fingerprints() == plain.fingerprints()


STUDY: list[tuple[str, Callable[[str], str], str, str]] = [
    ("a list", lambda _: "- 1\n- 2\n", "", "holds a list"),
    ("a scalar", lambda _: "42\n", "", "holds a single value"),
    ("empty", lambda _: "", "", "empty"),
    ("only comments", lambda _: "# nothing\n", "", "empty"),
    ("tab", lambda text: text.replace("  zh: 玩具省", "\tzh: 玩具省"), "", "cannot be read"),
    ("key twice", lambda text: text + "region: toyland\n", "region", "stands twice"),
    ("unknown key", lambda text: text.replace("base_year:", "base-year:"), "base-year", "not known"),
    ("year as text", lambda text: text.replace("year: 2023", "year: '2023'"), "base_year", "not a number"),
    ("unknown region", lambda text: text.replace("region: toyland", "region: joyland"), "region", "region"),
    ("region a number", lambda text: text.replace("region: toyland", "region: 22"), "region", "not a text"),
    ("gap", lambda text: text.replace("gap: 0.0001", "gap: -1"), "solver.gap", "range"),
    ("infinite", lambda text: text.replace("gap: 0.0001", "gap: .inf"), "solver.gap", "finite"),
    (
        "objective",
        lambda text: text.replace("minimise: cost", "minimise: cots"),
        "objective.minimise",
        "word",
    ),
    ("anchor", lambda text: text.replace("service: {}", "service: &a {}"), "", "anchors"),
    ("tag", lambda text: text.replace("seed: 0", "seed: !!python/name:os.system 0"), "solver.seed", "tag"),
    ("a feature a word", lambda text: text.replace("sizing: {}", "sizing: yes"), "features.sizing", "keys"),
    ("a dataset", lambda text: text + "dataset: jilinn\n", "dataset", "dataset is not known"),
    (
        "a technology",
        lambda text: text.replace("gies: all", "gies: [cloud]"),
        "technologies",
        "technology is",
    ),
    (
        "scenario",
        lambda text: text.replace("targets.racks-2025.value", "targets.racks-2052.value"),
        "scenarios.more-racks.set.targets.racks-2052.value",
        "racks-2052 is not known",
    ),
    (
        "scenario value",
        lambda text: text.replace("value: 3500", "value: many"),
        "scenarios.more-racks.set.targets.racks-2025.value",
        "not a number",
    ),
]


@pytest.mark.parametrize(
    ("change", "column", "says"), [item[1:] for item in STUDY], ids=[item[0] for item in STUDY]
)
def test_a_broken_study(tmp_path: Path, change: Callable[[str], str], column: str, says: str) -> None:
    folder = write_tiny_case(tmp_path)
    file = folder / "study.yaml"
    before = file.read_text(encoding="utf-8").split("\n")
    after = change("\n".join(before))
    file.write_text(after, encoding="utf-8")
    pairs = zip_longest(before, after.split("\n"))
    line = next(number for number, (old, new) in enumerate(pairs, start=1) if old != new)
    found = [fault for fault in faults_of(folder) if fault.file == "study.yaml"]
    wanted = [fault for fault in found if (fault.row, fault.column) == (line, column)]
    assert any(says in fault.problem.text() for fault in wanted), "\n".join(map(str, found))


@pytest.mark.parametrize(
    "text", ["periods: [", "features: [a]\n  x: y", "name: 'x", "a: b: c", "? - x", "\x07: 1"]
)
def test_yaml_that_cannot_be_read_is_said_with_its_line(tmp_path: Path, text: str) -> None:
    folder = write_tiny_case(tmp_path)
    (folder / "study.yaml").write_text(text)
    fault = next(fault for fault in faults_of(folder) if fault.file == "study.yaml")
    assert "the YAML cannot be read" in fault.problem.text() or "not a word" in fault.problem.text()


@pytest.mark.parametrize("years", [[2025, 2024], [2024, 2024], [2023, 2024], []])
def test_periods_increase_after_the_base_year(tmp_path: Path, years: list[int]) -> None:
    fault = the_fault(write_tiny_case(tmp_path, edit=lambda parts: parts.study.update(periods=years)))
    assert (fault.file, fault.column) == ("study.yaml", "periods")


TECHNOLOGY: list[tuple[str, Callable[[Parts], object], str, str]] = [
    ("unit", lambda p: p.technologies["ai-hall"]["it_kw"].update(unit="MW"), "it_kw.unit", "unit"),
    (
        "negative",
        lambda p: p.technologies["ai-hall"]["land_ha"].update(value=-1),
        "land_ha.value",
        "negative",
    ),
    ("no source", lambda p: p.technologies["ai-hall"]["land_ha"].pop("source"), "land_ha.source", "missing"),
    ("order", lambda p: p.technologies["ai-hall"]["capex_cny"].update(low=1e9), "capex_cny", "low <= value"),
    ("class", lambda p: p.technologies["ai-hall"].update(serves=["trainig"]), "serves.0", "service class"),
    ("cooling", lambda p: p.technologies["ai-hall"].update(cooling=["ice"]), "cooling.0", "cooling system"),
    ("id", lambda p: p.technologies["ai-hall"].update(id="a-hall"), "id", "not the name of the file"),
    ("key", lambda p: p.technologies["ai-hall"].update(it_kws=1), "it_kws", "key is not known"),
    ("bare number", lambda p: p.technologies["ai-hall"].update(it_kw=300), "it_kw", "keys with values"),
    ("text", lambda p: p.technologies["ai-hall"]["it_kw"].update(value="300"), "it_kw.value", "not a number"),
    (
        "above one",
        lambda p: p.technologies["ai-hall"]["utilisation_cap"].update(high=1.2),
        "utilisation_cap.high",
        "",
    ),
]


@pytest.mark.parametrize(
    ("edit", "column", "says"), [item[1:] for item in TECHNOLOGY], ids=[item[0] for item in TECHNOLOGY]
)
def test_a_broken_technology(tmp_path: Path, edit: Edit, column: str, says: str) -> None:
    found = faults_of(write_tiny_case(tmp_path, edit=edit))
    fault = next(fault for fault in found if fault.column == column)
    assert fault.file == "technologies/ai-hall.yaml"
    assert says in fault.problem.text()
    assert fault.row is not None
    assert fault.row >= 1


def test_files_that_are_not_there(tmp_path: Path) -> None:
    found = faults_of(tmp_path)
    assert {"study.yaml", "data", "technologies"} <= {fault.file for fault in found}


def test_the_data_package_lists_every_table(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    file = folder / "data" / "datapackage.json"
    package = json.loads(file.read_text(encoding="utf-8"))
    package["resources"] = [item for item in package["resources"] if item["name"] != "zones"]
    package["resources"][0]["schema"]["fields"].pop()
    package["resources"].append({"name": "gone", "path": "gone.geojson"})
    file.write_text(json.dumps(package), encoding="utf-8")
    found = {(fault.column, fault.value) for fault in faults_of(folder)}
    assert found == {
        ("resources", "zones.csv"),
        ("resources.regions", "confidence"),
        ("resources", "gone.geojson"),
    }


@pytest.mark.parametrize("content", ["", "[]", "{", '{"resources": 3}', '{"resources": [1]}', "[" * 10**5])
def test_a_broken_data_package(tmp_path: Path, content: str) -> None:
    folder = write_tiny_case(tmp_path)
    (folder / "data" / "datapackage.json").write_text(content)
    assert {fault.file for fault in faults_of(folder)} == {"data/datapackage.json"}
    (folder / "data" / "datapackage.json").unlink()
    assert the_fault(folder).problem.text() == "the file is missing"


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
    if column.kind != "text" and column.name in HEADERS[table]
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
