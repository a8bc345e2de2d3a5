"""A part of a region: what it keeps, what it drops, and that its zones ask for what they asked for in the whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capplan import Case, load_case
from capplan.derived import Derived
from capplan.errors import InputError
from tests.support.tiny_case import Parts, tiny_case, tiny_parts, write_parts, write_tiny_case

WEST = ["990101", "990102"]


def demands(case: Case) -> dict[tuple[str, str, int], float]:
    """Return what zones must have, by zone, class and year."""
    frame = Derived(case).demand
    must = frame[frame["obligation"] == "must"]
    return must.set_index(["zone_id", "class_id", "year"])["amount"].to_dict()


def west(folder: Path, *, gates: list[str] | None = None) -> Case:
    def edit(parts: Parts) -> None:
        parts.study["part"] = "west" if gates is None else {"region": "west", "gates": gates}
        if gates:
            asked = dict(parts.row("demand", year="2024"))
            parts.tables["demand"].append(asked | {"zone_id": gates[0], "obligation": "must"})

    return tiny_case(folder, edit=edit)


def test_the_part_keeps_its_places_and_nothing_else(tmp_path: Path) -> None:
    case = west(tmp_path)
    assert case.study.region == "west"
    assert case.study.part is None
    assert sorted(case.tables["zones"]["zone_id"]) == [*WEST, "gate-south"]
    assert sorted(case.tables["sites"]["site_id"]) == ["alpha", "beta"]
    assert list(case.tables["regions"]["region_id"]) == ["west"]
    assert set(case.tables["region_members"]["member_id"]) == set(WEST)
    assert list(case.tables["grid_nodes"]["grid_node"]) == ["gn-west"]
    assert list(case.tables["targets"]["target_id"]) == []
    assert list(case.tables["limits"]["region"]) == ["west"]
    assert set(case.tables["demand"]["zone_id"]) == {"gate-south"}
    assert len(case.tables["routes"]) == 3


def test_every_zone_asks_for_what_it_asks_in_the_whole(tmp_path: Path) -> None:
    whole = demands(tiny_case(tmp_path / "whole"))
    part = demands(west(tmp_path / "part"))
    assert part == pytest.approx({key: amount for key, amount in whole.items() if key[0] in WEST}, rel=1e-12)
    assert set(part) == {key for key in whole if key[0] in WEST}


def test_the_rest_stays_as_gates_where_the_study_says_so(tmp_path: Path) -> None:
    case = west(tmp_path, gates=["990201"])
    zone = case.tables["zones"].set_index("zone_id").loc["990201"]
    assert (zone["kind"], zone["prefecture_adcode"], zone["population"]) == ("gate", "", 0)
    assert demands(case)["990201", "archive", 2024] == 200
    assert ("990201", "archive", 2025) not in demands(case)
    assert sorted(case.tables["sites"]["site_id"]) == ["alpha", "beta"]


def test_what_is_written_is_the_part(tmp_path: Path) -> None:
    case = west(tmp_path / "case")
    again = load_case(case.write(tmp_path / "again"))
    assert again.fingerprints() == case.fingerprints()


def test_a_setting_cuts_too_and_renames_what_rules_ask_of_the_whole(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.study["features"]["green_share"] = {"share": {"toyland": {2025: 0.3}}}

    case = tiny_case(tmp_path, edit=edit).override({"part": "west"})
    assert case.study.features["green_share"] == {"share": {"west": {2025: 0.3}}}
    assert case.study.scenarios == {}


def test_a_zone_that_belongs_in_part_brings_its_share_of_residents(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.row("region_members", region_id="west", member_id="990102")["share"] = "0.25"
        parts.study["part"] = "west"

    case = tiny_case(tmp_path / "part", edit=edit)
    assert case.tables["zones"].set_index("zone_id").loc["990102", "population"] == 75_000
    assert list(case.tables["region_members"]["share"]) == [1, 1]
    assert list(case.tables["sites"]["site_id"]) == ["alpha"]
    whole = demands(tiny_case(tmp_path / "whole"))
    found = demands(case)["990102", "archive", 2025]
    assert found == pytest.approx(0.25 * whole["990102", "archive", 2025])


def test_a_site_outside_its_zones_brings_its_zone_without_residents(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        member = parts.row("region_members", region_id="east")
        parts.tables["region_members"].append(member | {"member_kind": "site", "member_id": "beta"})
        parts.study["part"] = "east"

    case = tiny_case(tmp_path, edit=edit)
    zones = case.tables["zones"].set_index("zone_id")
    assert zones.loc["990102", "population"] == 0
    assert sorted(case.tables["sites"]["site_id"]) == ["beta", "gamma"]
    assert sorted(case.tables["regions"]["region_id"]) == ["east", "west"]
    assert all(key[0] != "990102" or amount == 0 for key, amount in demands(case).items())


def test_own_boundaries_are_cut_to_the_prefectures_of_the_part(tmp_path: Path) -> None:
    folder = write_tiny_case(tmp_path)
    ring = [[120.0, 44.0], [121.0, 44.0], [121.0, 45.0], [120.0, 44.0]]
    areas = [
        {
            "type": "Feature",
            "properties": {"adcode": code, "name_zh": code, "name_en": code, "prefecture_adcode": above},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code, above in (("990101", "990100"), ("990201", "990200"))
    ]
    text = json.dumps({"type": "FeatureCollection", "features": areas})
    (folder / "data" / "boundaries.geojson").write_text(text, encoding="utf-8")
    part = load_case(folder).override({"part": "west"})
    assert json.loads(part.boundaries)["features"] == areas[:1]


@pytest.mark.parametrize(
    ("part", "column", "value"),
    [
        ("wset", "part.region", "wset"),
        ({"region": "west", "gates": ["990202"]}, "part.gates", "990202"),
        ({"region": "west", "gates": ["990101"]}, "part.gates", "990101"),
        ("hollow", "part.region", "hollow"),
    ],
)
def test_a_part_that_cannot_be_is_said_with_its_place(
    part: object, column: str, value: str, tmp_path: Path
) -> None:
    parts = tiny_parts()
    parts.study["part"] = part
    hollow = parts.row("regions", region_id="west") | {"region_id": "hollow", "kind": "park", "adcode": ""}
    parts.tables["regions"].append(hollow)
    with pytest.raises(InputError) as caught:
        load_case(write_parts(parts, tmp_path))
    (fault,) = caught.value.faults
    assert (fault.file, fault.column, fault.value) == ("study.yaml", column, value)
    assert fault.row is not None


def test_faults_of_the_rest_are_not_cut_away(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        parts.study["part"] = "west"
        parts.row("sites", site_id="gamma")["zone_id"] = "990202"

    with pytest.raises(InputError, match="990202"):
        tiny_case(tmp_path, edit=edit)
