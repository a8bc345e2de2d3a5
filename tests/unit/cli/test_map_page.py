"""``capplan map`` and the interactive page."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capplan.atlas.making import Made
from capplan.errors import RenderError
from capplan.messages import msg

ONE_MAP = ("--map", "siting", "--format", "png", "--lang", "zh")


@pytest.fixture
def folder(plan_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(plan_folder, tmp_path / "plan"))


@pytest.fixture
def no_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no map at all: they have their own tests."""
    monkeypatch.setattr(
        "capplan.atlas.make_maps", lambda *_, **__: Made(files={"siting": [Path("siting-zh.png")]})
    )


def test_the_page_is_written_into_the_plan_folder(call: Callable[..., Any], folder: Path) -> None:
    ended = call("map", folder, *ONE_MAP, "--page", "--json")
    assert ended.code == 0, ended.err
    assert list((folder / "maps").glob("*.png"))
    assert ended.document["page"] == str(folder / "map.html")
    text = (folder / "map.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert 'lang="zh-CN"' in text[:100]


@pytest.mark.usefixtures("no_maps")
def test_a_map_that_is_named_comes_alone(call: Callable[..., Any], folder: Path) -> None:
    ended = call("map", folder, *ONE_MAP, "--json")
    assert ended.code == 0, ended.err
    assert ended.document["page"] is None
    assert not (folder / "map.html").exists()


@pytest.mark.usefixtures("no_maps")
def test_it_goes_where_the_maps_go(call: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    ended = call("map", folder, *ONE_MAP, "--page", "--out", tmp_path / "elsewhere")
    assert ended.code == 0, ended.err
    assert "elsewhere" in ended.out
    assert (tmp_path / "elsewhere" / "map.html").is_file()


@pytest.mark.usefixtures("no_maps")
def test_a_page_that_fails_does_not_cost_the_maps(
    call: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Path:
        raise RenderError(msg("the font {file} is missing: install capplan again", file="x.ttf"))

    monkeypatch.setattr("capplan.page.write_page", broken)
    ended = call("map", folder, *ONE_MAP, "--page", "--json")
    assert ended.code == RenderError.exit_code
    assert ended.document["maps"] == {"siting": ["siting-zh.png"]}
    assert "x.ttf" in ended.out


def test_without_fonts_the_page_is_written_and_says_so(
    call: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> Any:
        raise RenderError(msg("the font {file} is missing: install capplan again", file="x.ttf"))

    monkeypatch.setattr("capplan.atlas.fonts._characters", missing)
    monkeypatch.setattr("capplan.webfont._woff", missing)
    ended = call("map", folder, "--lang", "zh")
    assert ended.code == RenderError.exit_code
    assert "缺少字体 x.ttf" in ended.err
    assert "网页改用读者电脑上的字体" in ended.err
    assert "@font-face" not in (folder / "map.html").read_text(encoding="utf-8")
