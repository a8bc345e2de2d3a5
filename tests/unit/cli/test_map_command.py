"""``capplan map``: files, names, languages, sizes and what is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.atlas_plan import atlas_plan
from tests.unit.cli.conftest import Ended

Call = Callable[..., Ended]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a plan on which every map can be drawn."""
    place = tmp_path_factory.mktemp("plans") / "jilin-2025"
    atlas_plan().write(place)
    return place


def test_named_maps_go_into_the_plan_folder_and_leave_others_there(call: Call, folder: Path) -> None:
    (folder / "maps").mkdir(exist_ok=True)
    (folder / "maps" / "siting-zh.svg").write_text("kept")
    arguments = ("--map", "siting", "--map", "sheet-220400", "--format", "svg", "--lang", "en")
    ended = call("map", folder, *arguments)
    names = {file.name for file in (folder / "maps").iterdir()}

    assert ended.code == 0
    assert "Maps: 2, files: 2, in " in ended.out
    assert {"siting-en.svg", "sheet-220400-en.svg", "siting-zh.svg"} <= names
    assert (folder / "maps" / "siting-zh.svg").read_text() == "kept"
    assert not [file for file in folder.iterdir() if file.name.startswith(".")]


def test_other_sizes_are_in_the_name_and_json_lists_the_files(
    call: Call, folder: Path, tmp_path: Path
) -> None:
    options = ("--map", "sheet-220400", "--format", "png,svg", "--size", "a4,a3", "--out", tmp_path / "out")
    ended = call("map", folder, *options, "--lang", "zh", "--json")

    assert ended.code == 0
    assert ended.document["maps"] == {
        "sheet-220400": [
            "sheet-220400-zh-a4.png",
            "sheet-220400-zh-a4.svg",
            "sheet-220400-zh.png",
            "sheet-220400-zh.svg",
        ]
    }
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted(
        ended.document["maps"]["sheet-220400"]
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--map", "sittin"), "the nearest is siting"),
        (("--format", "gif"), "--format is gif"),
        (("--size", "a5"), "--size is a5"),
        (("--size", ","), "--size is"),
    ],
)
def test_what_there_is_not_is_wrong_usage(
    call: Call, folder: Path, options: tuple[Any, ...], told: str
) -> None:
    ended = call("map", folder, *options, "--lang", "en")

    assert ended.code == 2
    assert told in ended.err


def test_a_folder_that_is_no_plan_is_told(call: Call, tmp_path: Path) -> None:
    ended = call("map", tmp_path, "--lang", "en")

    assert ended.code == 3
    assert "no plan folder" in ended.err


def test_a_map_that_fails_costs_that_map(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from capplan.atlas import making

    draw = making.drawn_sheet

    def drawn(facts: Any, areas: Any, style: Any, *rest: Any) -> Any:
        if style.file == "siting":
            raise ZeroDivisionError(style.file)
        return draw(facts, areas, style, *rest)

    monkeypatch.setattr(making, "drawn_sheet", drawn)
    options = ("--map", "siting", "--map", "sheet-220400", "--format", "svg", "--lang", "en", "--json")
    ended = call("map", folder, *options)

    assert ended.code == 7
    assert list(ended.document["maps"]) == ["sheet-220400"]
    assert "ZeroDivisionError: siting" in ended.document["failed"]["siting"]
    assert ended.document["error"]["exit_code"] == 7


def test_a_place_that_cannot_be_written_is_told(call: Call, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    options = ("--map", "sheet-220400", "--format", "svg", "--out", tmp_path / "file", "--lang", "en")
    ended = call("map", folder, *options)

    assert ended.code == 7
    assert "is a file, not a folder" in ended.err
