"""What a summary says of the files: those that are there, and the commands that make the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from capplan.report.files_section import files_section
from capplan.report.names import Names
from tests.support.tiny_case import tiny_case


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    return Names(tiny_case(tmp_path_factory.mktemp("case") / "toyland"), "zh")


def put(folder: Path, *files: str) -> str:
    """Write empty files into a plan folder."""
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return str(folder)


def test_a_fresh_plan_names_what_can_be_made_of_it(names: Names, tmp_path: Path) -> None:
    here = put(
        tmp_path, "plan.json", "plan.gpkg", "gis/sites.parquet", "maps/siting-zh.png", "maps/siting-en.pdf"
    )
    lines = files_section(tmp_path, names).lines
    assert "plan.gpkg、gis/：QGIS 图层，另有 GeoParquet 与 GeoJSON 格式" in lines
    assert "maps/siting-zh、maps/siting-en：布局图" in lines
    for command in ("map", "report", "why", "compare"):
        assert any(f"capplan {command} {here}" in line for line in lines)
    assert not any("plan.xlsx" in line or "map.html" in line for line in lines)


def test_what_is_there_is_not_to_come(names: Names, tmp_path: Path) -> None:
    maps = [f"maps/{name}.png" for name in ("siting-zh", "siting-en", "power-zh", "power-en")]
    put(tmp_path, "map.html", "report-zh.pdf", "tables/prices.csv", *maps)
    lines = files_section(tmp_path, names).lines
    assert "map.html：交互页面，可用任意浏览器离线打开" in lines
    assert "report-zh.pdf：方案报告" in lines
    assert "maps/siting-zh、maps/siting-en 等图（另有 2 幅）" in lines
    assert not any(
        word in line for line in lines for word in ("capplan map", "capplan report", "capplan why")
    )
