"""Packaged data: every package is valid, every number has a source and a range, and every case has its promised size."""

from __future__ import annotations

import csv
import logging
from pathlib import Path

import pytest
import yaml
from frictionless import Package

from capplan import load_case
from capplan.schema.base import Quantity
from capplan.schema.spec import CONFIDENCES
from capplan.schema.tables import TABLES
from capplan.schema.technology import Technology

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path for path in (ROOT / "datasets").glob("[!_]*") if path.is_dir())
PACKAGES = sorted(path.parent for path in (ROOT / "datasets").glob("*/datapackage.json"))
STUDIES = sorted((ROOT / "models").glob("*/study.yaml"))
TABLE_FILES = sorted(file for package in PACKAGES for file in package.glob("*.csv"))
TECHNOLOGIES = sorted((ROOT / "models" / "technologies").glob("*.yaml"))
UNSURE = ("estimate", "assumption")
RANKED = tuple(name for name, spec in TABLES.items() if any(column.ranged for column in spec.columns))
"""Tables whose numbers a report may rank, and whose sources it then quotes."""
MIRRORS = ("github", "gotohui", "wikipedia mirror", "reprint")


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def jilin(table: str) -> list[dict[str, str]]:
    return rows_of(ROOT / "datasets" / "jilin" / f"{table}.csv")


def jilin_2025(table: str) -> list[dict[str, str]]:
    return rows_of(ROOT / "datasets" / "jilin-2025" / f"{table}.csv")


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def packages_of(study: Path) -> list[str]:
    """Return the packages that a study reads, in order."""
    given = yaml.safe_load(study.read_text(encoding="utf-8"))["dataset"]
    return [given] if isinstance(given, str) else list(given)


def table_of(study: Path, table: str) -> list[dict[str, str]]:
    """Return a table of a study: that of the last package that has it."""
    files = [ROOT / "datasets" / name / f"{table}.csv" for name in packages_of(study)]
    found = [file for file in files if file.is_file()]
    return rows_of(found[-1]) if found else []


by_case = pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.parent.name)


def test_every_folder_is_a_package_that_a_case_reads() -> None:
    assert FOLDERS == PACKAGES
    assert {folder.name for folder in PACKAGES} == {name for study in STUDIES for name in packages_of(study)}


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_package_is_valid(folder: Path) -> None:
    logging.getLogger("frictionless").setLevel(logging.ERROR)
    report = Package(str(folder / "datapackage.json")).validate()
    faults = report.flatten(["title", "rowNumber", "fieldName", "note"])
    assert faults == []


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_package_says_what_it_is(folder: Path) -> None:
    package = Package(str(folder / "datapackage.json"))
    assert package.title
    assert package.licenses
    assert package.sources
    assert (folder / "README.md").is_file()
    described = {resource.name: resource for resource in package.resources}
    assert {f"{name}.csv" for name in described} == {file.name for file in folder.glob("*.csv")}
    for name, resource in described.items():
        assert resource.schema.primary_key == list(TABLES[name].key)
        for field in resource.schema.fields:
            assert field.description, f"{name}.{field.name}"


@pytest.mark.parametrize("file", [file for file in TABLE_FILES if file.stem != "translations"], ids=name_of)
def test_every_row_has_a_source(file: Path) -> None:
    for number, row in enumerate(rows_of(file), start=2):
        assert row["source"].strip(), f"row {number}"
        assert row["confidence"] in CONFIDENCES, f"row {number}"
        assert not any(word in row["source"].lower() for word in MIRRORS), f"row {number}: {row['source']}"


@by_case
def test_what_a_report_quotes_stands_in_both_languages(study: Path) -> None:
    case = load_case(study.parent.name)
    known = case.table("translations").set_index("text")
    sources = {
        quantity.source for item in case.technologies.values() for quantity in item.quantities.values()
    }
    for name in RANKED:
        sources |= set(case.table(name)["source"])
    said = set(case.table("targets")["quote_zh"]) | set(case.table("documents")["issuer"])
    assert sorted(sources - set(known.index[known["text_zh"] != ""])) == []
    assert sorted(said - set(known.index[known["text_en"] != ""]) - {""}) == []
    assert (known["text_zh"] + known["text_en"] != "").all()


@pytest.mark.parametrize("file", TABLE_FILES, ids=name_of)
def test_every_unsure_number_has_a_range(file: Path) -> None:
    ranged = [column.name for column in TABLES[file.stem].columns if column.ranged]
    for number, row in enumerate(rows_of(file), start=2):
        for name in ranged:
            low, high = row.get(f"{name}_low", ""), row.get(f"{name}_high", "")
            if row["confidence"] in UNSURE:
                assert low, f"row {number}, {name}"
                assert high, f"row {number}, {name}"
                assert float(low) <= float(row[name]) <= float(high), f"row {number}, {name}"


@pytest.mark.parametrize("file", TABLE_FILES, ids=name_of)
def test_file_is_plain_utf8(file: Path) -> None:
    content = file.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")


@pytest.mark.parametrize("file", TECHNOLOGIES, ids=lambda file: file.stem)
def test_technology_has_sources_and_ranges(file: Path) -> None:
    technology = Technology.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    assert technology.id == file.stem
    for key, quantity in technology.quantities.items():
        assert quantity.source
        assert _ranged(quantity), key


def _ranged(quantity: Quantity) -> bool:
    return quantity.confidence != "estimate" or (quantity.low is not None and quantity.high is not None)


def test_residents_are_those_of_the_census() -> None:
    zones = jilin("zones")
    assert sum(int(zone["population"]) for zone in zones) == 24_073_453
    assert sum(zone["kind"] == "county" for zone in zones) == 60
    assert sum(zone["kind"] == "development_zone" for zone in zones) == 9
    assert sum(zone["kind"] == "gate" for zone in zones) >= 3
    assert all(int(zone["urban_population"]) <= int(zone["population"]) for zone in zones)


def test_output_adds_up_to_the_province() -> None:
    total = sum(float(zone["output_cny"]) for zone in jilin("zones"))
    assert total == pytest.approx(13_531.2e8, rel=1e-3)


def test_changbaishan_holds_its_residents() -> None:
    people = {zone["zone_id"]: int(zone["population"]) for zone in jilin("zones")}
    shares = [
        float(member["share"]) * people[member["member_id"]]
        for member in jilin("region_members")
        if member["region_id"] == "changbaishan" and member["member_kind"] == "zone"
    ]
    assert sorted(round(share) for share in shares) == [16_507, 44_639]


@by_case
def test_every_county_unit_has_a_campus_or_was_merged(study: Path) -> None:
    case = load_case(study.parent.name)
    sites, zones = case.tables["sites"], case.tables["zones"]
    homes = set(sites["zone_id"])
    merged = {name for names in sites["merged"] for name in names.split(";") if name}
    counties = set(zones.loc[zones["kind"] == "county", "zone_id"])
    assert counties
    assert counties <= homes | merged


@by_case
def test_zones_are_plausible(study: Path) -> None:
    zones = table_of(study, "zones")
    inside = [zone for zone in zones if zone["kind"] != "gate"]
    assert len(zones) - len(inside) >= 3
    assert all(int(zone["urban_population"]) <= int(zone["population"]) for zone in inside)
    assert all(float(zone["output_cny"]) > 0 for zone in inside)


def test_every_county_unit_of_jilin_counts() -> None:
    assert len(jilin("sites")) >= 60


def test_districts_of_wuhan() -> None:
    zones = rows_of(ROOT / "datasets" / "wuhan" / "zones.csv")
    assert sum(zone["kind"] == "county" for zone in zones) == 13
    assert sum(int(zone["population"]) for zone in zones) == 12_447_718
    assert len(rows_of(ROOT / "datasets" / "wuhan" / "sites.csv")) >= 18
    targets = {row["target_id"]: row for row in rows_of(ROOT / "datasets" / "wuhan-2022" / "targets.csv")}
    assert float(targets["wuhan-100000-racks"]["value"]) == 100_000
    assert float(targets["wuhan-500p"]["value"]) == 500
    stock = rows_of(ROOT / "datasets" / "wuhan-2022" / "existing.csv")
    racks = {file.stem: _value(file, "standard_racks") for file in TECHNOLOGIES}
    held = [row for row in stock if row["technology"] not in ("ai-hall", "supercomputing-hall")]
    assert sum(int(row["modules"]) * racks[row["technology"]] for row in held) == 60_000


def test_changchun_is_jilins_changchun() -> None:
    case = load_case("changchun-3000p")
    zones = case.tables["zones"]
    own = zones[zones["kind"] != "gate"]
    assert len(own) == 15
    assert own["population"].sum() == 9_066_906
    targets = case.tables["targets"].set_index("target_id")
    assert targets.loc["changchun-3000p", ["kind", "value"]].tolist() == ["hard", 3000]
    assert targets.loc["changchun-50000-racks", ["kind", "value"]].tolist() == ["hard", 50_000]
    assert targets.loc["changchun-30000-racks-added", ["kind", "value"]].tolist() == ["hard", 30_000]
    here = {site["site_id"] for site in rows_of(ROOT / "datasets" / "changchun-3000p" / "sites.csv")}
    for table in ("existing", "committed"):
        own_rows = rows_of(ROOT / "datasets" / "changchun-3000p" / f"{table}.csv")
        assert own_rows == [row for row in jilin_2025(table) if row["site_id"] in here], table


def test_stock_of_the_base_year() -> None:
    racks = {file.stem: _value(file, "standard_racks") for file in TECHNOLOGIES}
    where = {site["site_id"]: site["prefecture_adcode"] for site in jilin("sites")}
    counted = [
        row for row in jilin_2025("existing") if row["technology"] not in ("ai-hall", "supercomputing-hall")
    ]
    stock: dict[str, float] = {}
    for row in counted:
        prefecture = where[row["site_id"]]
        stock[prefecture] = stock.get(prefecture, 0.0) + int(row["modules"]) * racks[row["technology"]]
    assert stock.pop("220100") == 20_000
    assert sum(stock.values()) == 8_000
    assert len(stock) == 8


def test_stock_of_2025_is_what_the_documents_ask_for() -> None:
    folder = ROOT / "datasets" / "jilin-2030"
    where = {site["site_id"]: site["prefecture_adcode"] for site in rows_of(folder / "sites.csv")}
    stock: dict[tuple[str, bool], float] = {}
    for measure, others in (("standard_racks", ("ai-hall", "supercomputing-hall")), ("pflops_fp16", ())):
        held = {file.stem: _value(file, measure) for file in TECHNOLOGIES}
        for row in rows_of(folder / "existing.csv"):
            if row["technology"] not in others:
                key = (measure, where[row["site_id"]] == "220100")
                stock[key] = stock.get(key, 0.0) + int(row["modules"]) * held[row["technology"]]
    assert stock[("standard_racks", True)] == 50_000
    assert stock[("standard_racks", False)] == 10_000
    assert stock[("pflops_fp16", True)] == 2_000
    assert {
        where[r["site_id"]] for r in rows_of(folder / "existing.csv") if r["technology"] == "edge-node"
    } == {*where.values()}


def test_every_announced_project_says_its_doubt_in_both_languages() -> None:
    projects = rows_of(ROOT / "datasets" / "jilin-2030" / "projects.csv")
    assert {"F008", "F013", "F059", "F061", "F062", "F063"} <= {
        name for row in projects for name in row["facility_ids"].split(";")
    }
    tongyu = [row for row in projects if row["facility_ids"] == "F059"]
    assert sum(int(row["modules"]) for row in tongyu) * 100 == 30_000
    assert all(row["doubt_zh"].strip() and row["doubt_en"].strip() for row in projects)


def _value(file: Path, key: str) -> float:
    return float(yaml.safe_load(file.read_text(encoding="utf-8"))[key]["value"])


@by_case
def test_every_target_has_a_document_and_its_words(study: Path) -> None:
    documents = {row["document_id"] for row in table_of(study, "documents")}
    targets = table_of(study, "targets")
    assert targets
    assert {row["document_id"] for row in targets if row["document_id"]} <= documents
    assert all(row["quote_zh"].strip() for row in targets if row["confidence"] == "document")


def test_every_prefecture_of_jilin_has_an_edge_target() -> None:
    assert sum(row["metric"] == "edge_nodes" for row in jilin_2025("targets")) == 9


@by_case
def test_case_loads_without_faults(study: Path) -> None:
    case = load_case(study.parent.name)
    assert len(case.technologies) >= 6
    assert len(case.tables["classes"]) >= 6
    assert (study.parent / "README.md").is_file()


@pytest.mark.parametrize(
    ("name", "periods"),
    [
        ("jilin-2025", [2024, 2025]),
        ("jilin-2030", [2026, 2027, 2028, 2029, 2030]),
        ("wuhan-2022", [2021, 2022]),
        ("changchun-3000p", [2024, 2025]),
    ],
)
def test_periods_of_the_reference_cases(name: str, periods: list[int]) -> None:
    assert list(load_case(name).study.periods) == periods
