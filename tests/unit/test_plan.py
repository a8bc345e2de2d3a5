"""Plan: one form, one folder, read back as it was."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from capplan.case import Case
from capplan.errors import InputError, ModelError
from capplan.plan import RECORD_KEYS, Plan, read_plan
from capplan.plan_tables import PLAN_TABLES
from tests.support.sample_plan import sample_plan, sample_tables
from tests.support.tiny_case import tiny_case

FILES = ["case", "certificate.json", "gis", "plan.gpkg", "plan.json", "plan.xlsx", "sites.geojson", "tables"]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return tiny_case(tmp_path / "toyland")


@pytest.fixture
def folder(tmp_path: Path, case: Case) -> Path:
    return sample_plan(case).write(tmp_path / "plan")


def test_every_table_is_there_and_cannot_be_exchanged(case: Case) -> None:
    plan = sample_plan(case)
    assert list(plan.tables) == [*PLAN_TABLES, "quotes"]
    assert plan.tables["contracts"].empty
    with pytest.raises(TypeError, match="does not support item assignment"):
        plan.tables["capacity"] = plan.tables["sites"]  # type: ignore[index]


def test_a_table_out_of_form_is_refused(case: Case) -> None:
    with pytest.raises(ModelError, match="'costs' lacks the column"):
        sample_plan(case, costs=pd.DataFrame({"term": ["land"]}))


def test_sites_are_points_with_their_capacity(case: Case) -> None:
    sites = sample_plan(case).sites
    assert isinstance(sites, gpd.GeoDataFrame)
    assert sites.crs == "EPSG:4326"
    assert {"standard_racks", "pflops_fp16", "it_mw", "main_technology"} <= set(sites.columns)


def test_the_record_is_plain_and_in_the_order_of_the_contract(folder: Path) -> None:
    record = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    known = [key for key in record if key in RECORD_KEYS]
    assert known == [key for key in RECORD_KEYS if key in record]
    assert list(record)[-1] == "our_own"
    assert record["gap_controllable"] is None


def test_the_folder_holds_what_the_contract_names(folder: Path, case: Case) -> None:
    assert sorted(entry.name for entry in folder.iterdir()) == FILES
    stored = {
        path.relative_to(folder / "case").as_posix()
        for path in (folder / "case").rglob("*")
        if path.is_file()
    }
    assert stored == set(case.files)


def test_a_plan_reads_back_as_it_was(folder: Path, case: Case) -> None:
    plan, back = sample_plan(case), read_plan(folder)
    assert list(back.tables) == list(plan.tables)
    for name, frame in plan.tables.items():
        assert_frame_equal(back.tables[name], frame, check_exact=True)
    assert dict(back.record) == dict(plan.record)
    assert back.certificate.holds
    assert back.certificate.to_json() == plan.certificate.to_json()
    assert back.case.fingerprints() == case.fingerprints()


def test_what_was_read_is_written_as_it_stood(tmp_path: Path, folder: Path) -> None:
    again = read_plan(str(folder)).write(str(tmp_path / "again"))
    first = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    second = {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    assert first.keys() == second.keys()
    assert [str(name) for name in first if first[name] != second[name]] == []


@pytest.mark.parametrize("name", ["plan", "plan.rejected"])
def test_a_plan_that_does_not_hold_is_written_apart(tmp_path: Path, case: Case, name: str) -> None:
    former = sample_plan(case, status="former").write(tmp_path / "plan")
    rejected = sample_plan(case, holds=False).write(tmp_path / name)
    assert rejected == tmp_path / "plan.rejected"
    assert not read_plan(rejected).certificate.holds
    assert read_plan(former).record["status"] == "former"


def test_a_rejected_plan_of_this_folder_stands_beside_it(
    tmp_path: Path, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert sample_plan(case, holds=False).write(".") == tmp_path / "here.rejected"


def test_more_files_come_with_the_plan(tmp_path: Path, case: Case) -> None:
    def draw(folder: Path) -> None:
        assert (folder / "plan.json").is_file()
        (folder / "maps").mkdir()
        (folder / "maps" / "siting-zh.png").write_bytes(b"a map")

    folder = sample_plan(case).write(tmp_path / "plan", also=[draw])
    assert (folder / "maps" / "siting-zh.png").read_bytes() == b"a map"


@pytest.mark.parametrize("name", ["nowhere", "toyland"])
def test_what_is_no_plan_folder_is_said_to_be_none(tmp_path: Path, case: Case, name: str) -> None:
    assert case.name == "toyland"
    with pytest.raises(InputError) as caught:
        read_plan(tmp_path / name)
    assert len(caught.value.faults) == 1
    assert name in caught.value.faults[0].file


def test_every_fault_of_a_folder_is_told_at_once(folder: Path) -> None:
    (folder / "plan.json").write_text('{\n"case": ', encoding="utf-8")
    (folder / "certificate.json").write_text("[]", encoding="utf-8")
    (folder / "tables" / "costs.csv").unlink()
    zones = folder / "case" / "data" / "zones.csv"
    zones.write_text(zones.read_text(encoding="utf-8").replace("zone_id", "zone"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_plan(folder)
    files = {fault.file for fault in caught.value.faults}
    assert {"plan.json", "certificate.json", "tables/costs.csv", "case/data/zones.csv"} <= files
    assert all(fault.remedy.text("en") for fault in caught.value.faults)


def test_binary_rubbish_is_a_fault(folder: Path) -> None:
    (folder / "certificate.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError) as caught:
        read_plan(folder)
    assert [fault.file for fault in caught.value.faults] == ["certificate.json"]


def test_two_plans_share_nothing(case: Case) -> None:
    tables = sample_tables()
    plan: Plan = sample_plan(case, **tables)
    tables["costs"].loc[0, "cny"] = 0.0
    assert plan.tables["costs"]["cny"].sum() == pytest.approx(1e9 / 3 + 1.5e6)
