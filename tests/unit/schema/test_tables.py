"""Table specifications: keys, references, ranges and the data package they make."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from capplan.case import load_case
from capplan.schema.package import data_package, field, table_schema
from capplan.schema.spec import CONFIDENCES, TableSpec
from capplan.schema.tables import TABLES
from capplan.schema.technology import QUANTITY_UNITS, Technology
from tests.support.tiny_case import write_tiny_case


@pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)
def test_every_table_has_a_key_a_source_and_described_columns(spec: TableSpec) -> None:
    assert spec.key
    assert set(spec.key) <= set(spec.names)
    assert len(set(spec.names)) == len(spec.names)
    if spec.name != "translations":  # it holds no numbers
        assert {"source", "confidence", "note"} <= set(spec.names)
        assert spec.column("confidence").choices == CONFIDENCES
    for column in spec.columns:
        assert column.description
        assert column.required or column.empty
        re.compile(column.pattern)
        if column.minimum is not None and column.maximum is not None:
            assert column.minimum < column.maximum


def test_every_reference_leads_to_a_column() -> None:
    for spec in TABLES.values():
        for column in spec.columns:
            other, _, name = column.reference.partition(".")
            if other == "technologies":
                assert name in Technology.model_fields
            elif other:
                assert TABLES[other].column(name)


def test_ranges_follow_their_column_with_its_unit() -> None:
    spec = TABLES["sites"]
    place = spec.names.index("land_max_ha")
    assert spec.names[place + 1 : place + 3] == ("land_max_ha_low", "land_max_ha_high")
    assert spec.column("land_max_ha_low").unit == "ha"
    assert not spec.column("land_max_ha_low").required


def test_every_quantity_of_a_technology_has_units(tmp_path: Path) -> None:
    for technology in load_case(write_tiny_case(tmp_path)).technologies.values():
        assert set(technology.quantities) <= set(QUANTITY_UNITS)


def test_a_field_carries_unit_and_constraints() -> None:
    assert field(TABLES["region_members"].column("share")) == {
        "name": "share",
        "type": "number",
        "description": "Share of the member's residents and demand that the region counts",
        "unit": "ratio",
        "constraints": {"required": True, "minimum": 0, "maximum": 1},
    }


def test_a_table_schema_has_its_keys() -> None:
    schema = table_schema(TABLES["routes"])
    assert schema["primaryKey"] == ["route_id"]
    assert schema["foreignKeys"][0] == {
        "fields": ["from_node"],
        "reference": {"resource": "nodes", "fields": ["node_id"]},
    }
    assert "route_km_low" not in [item["name"] for item in schema["fields"]]


def test_a_data_package_keeps_what_it_says_of_itself_and_derives_its_resources() -> None:
    package = data_package({"name": "toy", "resources": "mine", "odd": 1}, {"zones": ("zone_id",)})
    assert package["name"] == "toy"
    assert "odd" not in package
    assert [item["path"] for item in package["resources"]] == ["zones.csv"]


def test_a_written_case_is_a_valid_data_package(tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    load_case(write_tiny_case(tmp_path / "read")).write(tmp_path / "written")
    report = frictionless.Package(str(tmp_path / "written" / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])
    names = [item["name"] for item in json.loads(_package(tmp_path))["resources"]]
    assert names == [name for name, spec in TABLES.items() if not spec.optional]


def _package(folder: Path) -> str:
    return (folder / "written" / "data" / "datapackage.json").read_text(encoding="utf-8")
