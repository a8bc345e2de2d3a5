"""Cases: loading, writing, replacing and overriding."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from capplan import resources
from capplan.case import Case, load_case, parse_setting
from capplan.errors import InputError, WriteError
from capplan.schema.tables import TABLES
from tests.support.tiny_case import Parts, tiny_case, tiny_parts, write_parts, write_tiny_case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return tiny_case(tmp_path_factory.mktemp("toyland"))


def test_tables_are_typed_whole_and_sorted_by_key(case: Case) -> None:
    for name, spec in TABLES.items():
        frame = case.table(name)
        assert tuple(frame.columns) == spec.names
        for column in spec.columns:
            values = frame[column.name]
            if column.kind == "text":
                assert values.notna().all()
                assert all(isinstance(value, str) for value in values)
            elif column.kind == "integer" and not column.empty:
                assert values.dtype == np.int64
            else:
                assert values.dtype == np.float64
    assert list(case.table("tariffs")["voltage_kv"][[0, 47]]) == [10, 66]
    assert np.isnan(case.table("sites")["opened_year"][1])


def test_the_order_of_rows_columns_and_quotation_marks_does_not_matter(case: Case, tmp_path: Path) -> None:
    parts = tiny_parts()
    for name, rows in parts.tables.items():
        parts.tables[name] = [dict(reversed(row.items())) for row in reversed(rows)]
    assert load_case(write_parts(parts, tmp_path)).fingerprints() == case.fingerprints()


def test_load_write_load_is_the_same_case(case: Case, tmp_path: Path) -> None:
    written = load_case(case.write(tmp_path / "once"))
    again = load_case(written.write(tmp_path / "twice"))
    assert dict(written.files) == dict(case.files) == dict(again.files)
    assert written.study == case.study
    assert dict(written.technologies) == dict(case.technologies)
    for name in TABLES:
        pd.testing.assert_frame_equal(written.table(name), case.table(name))
    on_disk = {
        str(p.relative_to(tmp_path / "once")): p for p in (tmp_path / "once").rglob("*") if p.is_file()
    }
    assert {path: file.read_bytes() for path, file in on_disk.items()} == dict(case.files)


@pytest.mark.parametrize("name", resources.case_names())
def test_every_packaged_case_loads_and_is_the_same_when_written_out(name: str, tmp_path: Path) -> None:
    packaged = load_case(name)
    assert packaged.name == name
    assert load_case(packaged.write(tmp_path / name)).fingerprints() == packaged.fingerprints()


def test_a_folder_may_build_on_a_packaged_dataset(tmp_path: Path) -> None:
    study = resources.read_text("models", "jilin-2025/study.yaml").replace(
        "name: jilin-2025", "name: mine", 1
    )
    (tmp_path / "study.yaml").write_text(study, encoding="utf-8")
    mine, packaged = load_case(tmp_path).fingerprints(), load_case("jilin-2025").fingerprints()
    assert {name for name in packaged if mine.get(name) != packaged[name]} <= {"study.yaml", "README.md"}


def test_tables_given_out_are_copies_and_the_case_is_frozen(case: Case) -> None:
    zones = case.tables["zones"]
    zones["population"] = 0.0
    zones.loc[0, "kind"] = "gate"
    assert case.table("zones")["population"].sum() == 1_600_000
    assert case.table("zones")["kind"][0] == "county"
    with pytest.raises(AttributeError):
        case.study = case.study  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        case.study.name = "x"
    assert "Tables(" in repr(case.tables)


def test_a_case_can_be_pickled(case: Case) -> None:
    assert pickle.loads(pickle.dumps(case)).fingerprints() == case.fingerprints()  # noqa: S301  (our own bytes)


def test_replace_checks_what_is_new(case: Case) -> None:
    sites = case.table("sites")
    sites["land_max_ha"] = [1, 2, 3]
    changed = case.replace(tables={"sites": sites})
    assert list(changed.table("sites")["land_max_ha"]) == [1.0, 2.0, 3.0]
    assert list(case.table("sites")["land_max_ha"]) == [20.0, 30.0, 40.0]
    sites.loc[1, "land_max_ha"] = -2.0
    sites.loc[2, "zone_id"] = "nowhere"
    with pytest.raises(InputError) as caught:
        case.replace(tables={"sites": sites, "zoness": sites})
    places = [(fault.file, fault.row, fault.column) for fault in caught.value.faults]
    assert places == [
        ("data/sites.csv", 3, "land_max_ha"),
        ("data/sites.csv", 4, "zone_id"),
        ("data/zoness.csv", None, ""),
    ]


def test_replacing_nothing_changes_nothing(case: Case) -> None:
    same = {name: case.table(name) for name in TABLES}
    assert case.replace(tables=same).fingerprints() == case.fingerprints()
    study = case.study.model_copy(update={"periods": (2025,)})
    assert case.replace(study=study).study.periods == (2025,)
    fewer = {name: value for name, value in case.technologies.items() if name != "edge-node"}
    with pytest.raises(InputError, match="edge-node"):
        case.replace(technologies=fewer)


SETTINGS = {
    "periods": [2025],
    "solver.threads": 2,
    "features.green_share": {"share": 0.8},
    "features.budget.accounts.own": 1e9,
    "targets.pflops-high.kind": "hard",
    "tariffs.66,3.price_cny_per_kwh": 0.1,
    "limits.land_ha,west,.bound": 60,
    "limits.energy_gwh,toyland,2025.bound": 400,
    "demand.gate-south,archive,2024.obligation": "must",
    "funding.bond,2025.eligible": ["ai-hall", "cloud-hall"],
    "technologies.ai-hall.capex_cny": 1e6,
    "technologies.ai-hall.it_kw.value": 310,
    "technologies.ai-hall.lead_time_years.new_campus": 3,
    "technologies.ai-hall.buildable": False,
}


def test_every_kind_of_path_can_be_set(case: Case) -> None:
    changed = case.override(SETTINGS)
    assert changed.study.periods == (2025,)
    assert changed.study.solver.threads == 2
    assert changed.study.features["green_share"] == {"share": 0.8}
    assert changed.study.features["budget"] == {"accounts": {"own": 1e9}}
    target = changed.table("targets").set_index("target_id").loc["pflops-high"]
    assert (target["kind"], target["confidence"]) == ("hard", "assumption")
    assert "before: aspirational" in target["note"]
    assert changed.table("tariffs").query("voltage_kv == 66 and hour == 3")["price_cny_per_kwh"].item() == 0.1
    assert list(changed.table("limits")["bound"]) == [400, 60]
    assert "must" in set(changed.table("demand")["obligation"])
    assert changed.table("funding").set_index("account_id").loc["bond", "eligible"] == "ai-hall;cloud-hall"
    hall = changed.technologies["ai-hall"]
    assert (hall.capex_cny.value, hall.capex_cny.low, hall.it_kw.value) == (1e6, 1e6, 310)
    assert hall.lead_time_years.new_campus.value == 3
    assert not hall.buildable
    assert case.study.periods == (2024, 2025)


def test_years_below_a_feature_are_the_numbers_that_they_are(case: Case) -> None:
    first = case.override({"features.green_share": {"share": {"toyland": {2024: 0.3}}}})
    second = first.override({"features.green_share.share.toyland.2024": 0.5})
    assert second.study.features["green_share"] == {"share": {"toyland": {2024: 0.5}}}


def test_the_technologies_that_a_study_lists_are_those_of_the_case(case: Case, tmp_path: Path) -> None:
    fewer = case.override({"technologies": ["cloud-hall", "ai-hall"], "funding.bond,2025.eligible": "all"})
    assert list(fewer.technologies) == ["cloud-hall", "ai-hall"]
    assert load_case(fewer.write(tmp_path / "fewer")).fingerprints() == fewer.fingerprints()
    only = {name: fewer.technologies[name] for name in ("ai-hall", "cloud-hall")}
    assert fewer.replace(technologies=only).study.technologies == ("ai-hall", "cloud-hall")
    with pytest.raises(InputError, match="did you mean edge-node"):
        case.override({"technologies": ["cloud-hall", "ai-hall", "edge-nod"]})


def test_numbers_of_numpy_are_numbers(case: Case, tmp_path: Path) -> None:
    share = {"toyland": {2024: np.float64(0.3)}, "west": {2025: np.float32(0.5)}}
    changed = case.override(
        {
            "features.green_share": {"share": share},
            "solver.seed": np.int64(7),
            "sites.beta.land_max_ha": np.float64(12.0),
            "technologies.ai-hall.buildable": np.bool_(0),
        }
    )
    again = load_case(changed.write(tmp_path / "case"))
    assert again.study.features["green_share"] == {"share": {"toyland": {2024: 0.3}, "west": {2025: 0.5}}}
    assert again.study.solver.seed == 7
    assert again.table("sites").set_index("site_id").loc["beta", "land_max_ha"] == 12.0
    assert not again.technologies["ai-hall"].buildable


def test_an_override_survives_being_written(case: Case, tmp_path: Path) -> None:
    changed = case.override(SETTINGS)
    assert load_case(changed.write(tmp_path / "changed")).fingerprints() == changed.fingerprints()
    differ = {name for name, mark in changed.fingerprints().items() if case.fingerprints()[name] != mark}
    assert "data/zones.csv" not in differ
    assert "data/targets.csv" in differ


def test_none_switches_a_feature_off(case: Case) -> None:
    assert "energy" not in case.override({"features.energy": None}).study.features


WRONG: list[tuple[str, object, str, str | None]] = [
    ("slover.gap", 1, "name is not known", "solver"),
    ("solver.gapp", 1, "name is not known", "gap"),
    ("solver.gap", "x", "not a number", None),
    ("solver.gap", 2, "out of its range", None),
    ("solver.gap.x", 2, "no keys below gap", None),
    ("title.fr", "x", "name is not known", None),
    ("features", [], "keys with values", None),
    ("features.budget", 3, "keys with values", None),
    ("targets.pflops-hihg.kind", "hard", "name is not known", "pflops-high"),
    ("targets.pflops-high.kin", "hard", "name is not known", "kind"),
    ("targets.pflops-high.kind", "harrd", "word is not known", "hard"),
    ("targets.pflops-high.target_id", "x", "key cannot be set", None),
    ("targets.kind", "hard", "name is not known", None),
    ("targets", "hard", "name is not known", None),
    ("sites.alpha.land_max_ha", -3, "negative", None),
    ("sites.alpha.land_max_ha", "3 ha", "more than a number", None),
    ("sites.alpha.land_max_ha", None, "empty", None),
    ("sites.alpha.land_max_ha", 10**400, "not a finite number", None),
    ("sites.alpha.land_max_ha", float("nan"), "empty", None),
    ("technologies.ai-hall.capex_cny", 10**400, "not a", None),
    ("solver.gap", 10**400, "not a", None),
    ("technologies.ai-hal.capex_cny", 1, "name is not known", "ai-hall"),
    ("technologies.ai-hall.capexcny", 1, "name is not known", "capex_cny"),
    ("technologies.ai-hall.capex_cny", "much", "not a number", None),
    ("technologies.ai-hall", 1, "name is not known", None),
    ("", 1, "name is not known", None),
    ("..", 1, "name is not known", None),
]


@pytest.mark.parametrize(
    ("path", "value", "says", "nearest"), WRONG, ids=[str(item[:2])[:60] for item in WRONG]
)
def test_a_path_that_leads_nowhere_is_named(
    case: Case, path: str, value: object, says: str, nearest: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        case.override({path: value})
    fault = caught.value.faults[0]
    assert (fault.file, fault.column) == ("--set", path)
    assert says in fault.problem.text()
    assert nearest is None or fault.nearest == nearest


def test_all_wrong_settings_are_reported_at_once(case: Case) -> None:
    with pytest.raises(InputError) as caught:
        case.override({path: value for path, value, _, _ in reversed(WRONG)})
    assert {fault.column for fault in caught.value.faults} == {path for path, *_ in WRONG}


def test_settings_meet_the_checks_across_files(case: Case) -> None:
    with pytest.raises(InputError) as caught:
        case.override({"sites.alpha.zone_id": "990109", "targets.edge-east.price_cny_per_unit": None})
    places = {(fault.file, fault.row, fault.column) for fault in caught.value.faults}
    assert places == {("data/sites.csv", 2, "zone_id"), ("data/targets.csv", 2, "price_cny_per_unit")}


def test_settings_are_parsed_as_yaml() -> None:
    assert parse_setting("solver.gap=1e-3") == ("solver.gap", 0.001)
    assert parse_setting("a.b=c=d") == ("a.b", "c=d")
    for text in ("solver.gap", "=1", " =1"):
        with pytest.raises(ValueError, match="PATH=VALUE"):
            parse_setting(text)


def test_writing_never_touches_a_folder_that_holds_something(case: Case, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    case.write(tmp_path / "empty")
    before = sorted(tmp_path.rglob("*"))
    for target in (tmp_path / "empty", tmp_path / "empty" / "study.yaml"):
        with pytest.raises(WriteError) as caught:
            case.write(target)
        assert caught.value.exit_code == 7
    assert sorted(tmp_path.rglob("*")) == before


def test_a_full_disk_leaves_nothing_behind(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "zones.csv":
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WriteError, match="No space left"):
        case.write(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_empty_tables_and_columns_are_kept(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.tables["committed"] = []
        parts.tables["funding"] = []
        parts.rows("zones")[0]["note"] = 'a, b "c"\nd'
        for row in parts.rows("zones")[1:]:
            row["note"] = ""

    first = load_case(write_tiny_case(tmp_path / "read", edit=edit))
    assert first.table("committed").empty
    assert first.table("committed")["modules"].dtype == np.int64
    assert first.table("zones")["note"][0] == 'a, b "c"\nd'
    assert load_case(first.write(tmp_path / "written")).fingerprints() == first.fingerprints()
