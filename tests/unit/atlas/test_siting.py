"""The siting map as files, and what stands on it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

from capplan.atlas import draw_siting, map_names, maps_for
from capplan.atlas.files import SETTINGS
from capplan.atlas.panels.legend import _kinds
from capplan.atlas.sheet import Sheet, listed
from capplan.errors import RenderError
from capplan.plan import Plan

MEGABYTE = 2**20


@pytest.fixture(scope="module")
def files(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    drawn = draw_siting(plan, lang="zh", folder=tmp_path_factory.mktemp("drawn") / "maps")
    return {file.suffix: file for file in drawn}


def test_files_in_every_format_are_modest(files: dict[str, Path]) -> None:
    assert sorted(file.name for file in files.values()) == ["siting-zh.pdf", "siting-zh.png", "siting-zh.svg"]
    assert files[".png"].stat().st_size < 1.5 * MEGABYTE
    assert files[".pdf"].stat().st_size < 1.5 * MEGABYTE
    assert files[".svg"].stat().st_size < 4 * MEGABYTE
    with Image.open(files[".png"]) as image:
        assert image.size == (3307, 2338)
        assert "吉林省" in image.info["Title"]


def test_pdf_embeds_truetype_outlines_of_the_packaged_font_only(files: dict[str, Path]) -> None:
    content = files[".pdf"].read_bytes()

    fonts = set(re.findall(rb"/BaseFont /[A-Z]{6}\+([\w-]+)", content))
    assert {name.split(b"-")[0] for name in fonts} == {b"NotoSansSC"}
    assert b"/FontFile2" in content
    assert b"/Type3" not in content


def test_svg_needs_no_font_and_no_network(files: dict[str, Path]) -> None:
    content = files[".svg"].read_text(encoding="utf-8")
    spaces = r'xmlns(:\w+)?="[^"]*"|<!DOCTYPE[^>]*>|<metadata>.*?</metadata>'

    assert "<text" not in content
    assert "font-family" not in content
    assert "http" not in re.sub(spaces, "", content, flags=re.DOTALL)


def test_the_same_plan_gives_the_same_bytes(plan: Plan, files: dict[str, Path], tmp_path: Path) -> None:
    for file in draw_siting(plan, lang="zh", folder=tmp_path):
        assert file.read_bytes() == files[file.suffix].read_bytes()


def test_no_text_crosses_another(sheet: Sheet) -> None:
    crossing = [
        (one.text, other.text)
        for one, other in itertools.combinations(sheet.paper.written, 2)
        if one.box.grown(-0.15).overlap(other.box.grown(-0.15)) > 0.0
    ]

    assert crossing == []


def test_texts_are_as_wide_as_they_were_measured_and_lie_on_the_page(sheet: Sheet) -> None:
    figure = sheet.paper.figure
    figure.set_dpi(200)
    with mpl.rc_context(dict(SETTINGS)):
        renderer = FigureCanvasAgg(figure).get_renderer()
        texts = [artist for artist in figure.artists if isinstance(artist, Text)]
        widths = [text.get_window_extent(renderer).width * 25.4 / 200 for text in texts]
    for written, width in zip(sheet.paper.written, widths, strict=True):
        assert 0.0 < written.box.left < written.box.right < sheet.paper.width
        assert 0.0 < written.box.bottom < written.box.top < sheet.paper.height
        if written.role != "graticule":
            assert width == pytest.approx(written.box.width, rel=0.01, abs=0.2)


def test_every_prefecture_is_named_and_every_listed_site_is_numbered_once(sheet: Sheet) -> None:
    roles = Counter(written.role for written in sheet.paper.written)
    numbers = [int(written.text) for written in sheet.paper.written if written.role == "number"]

    assert roles["prefecture"] == (18 if sheet.lang == "zh" else 9)
    assert sorted(numbers) == list(range(1, len(listed(sheet.facts, sheet.style)) + 1))


def test_the_legend_has_one_of_what_looks_alike_and_nothing_that_no_layer_draws(sheet: Sheet) -> None:
    shown = _kinds(sheet)
    assert len(shown) > 1
    (alike,) = {sheet.marker(shown[0])}
    markers = dict.fromkeys(sheet.style.symbols.markers, alike)
    symbols = sheet.style.symbols.model_copy(update={"markers": markers})
    same = sheet.style.model_copy(update={"symbols": symbols})
    assert len(_kinds(replace(sheet, style=same))) == 1
    bare = sheet.style.model_copy(update={"layers": ()})
    assert _kinds(replace(sheet, style=bare)) == []


def test_figures_on_the_map_are_those_of_the_tables(sheet: Sheet, plan: Plan) -> None:
    texts = " ".join(written.text for written in sheet.paper.written)
    capacity = plan.tables["capacity"]
    last = capacity[capacity["year"] == capacity["year"].max()]

    assert f"{last['it_mw'].sum():,.1f} MW" in texts
    assert f"{last['standard_racks'].sum():,.0f}" in texts
    site = last.groupby("site_id")["standard_racks"].sum().idxmax()
    assert f"{last.loc[last['site_id'] == site, 'standard_racks'].sum():,.0f}" in texts


def test_approval_number_source_and_notice_are_on_the_map(sheet: Sheet) -> None:
    texts = "".join(written.text for written in sheet.paper.written).replace(" ", "")

    assert ("GS（2024）0650号" if sheet.lang == "zh" else "GS(2024)0650") in texts
    assert ("非官方规划图" if sheet.lang == "zh" else "notanofficialmap") in texts


def test_the_crowd_is_enlarged_in_a_corner_that_hides_nothing_of_the_region(sheet: Sheet) -> None:
    import shapely

    assert sheet.inset is not None
    box = sheet.inset.frame.box
    region = sheet.main.frame.shapes([sheet.boundaries.region])[0]

    assert sheet.main.frame.scale / sheet.inset.frame.scale >= 2.5
    assert not shapely.intersects(region, shapely.box(box.left, box.bottom, box.right, box.top))


def test_maps_go_into_the_plan_folder(plan: Plan, tmp_path: Path) -> None:
    maps_for(plan, langs=("en",), formats=("svg",))(tmp_path)

    assert [file.name for file in (tmp_path / "maps").iterdir()] == ["siting-en.svg"]
    assert "siting" in map_names()


def test_a_folder_that_is_a_file_and_unknown_formats_and_languages_are_told(
    plan: Plan, tmp_path: Path
) -> None:
    (tmp_path / "maps").write_text("")

    with pytest.raises(RenderError, match="cannot be written"):
        draw_siting(plan, lang="en", formats=["svg"], folder=tmp_path / "maps")
    with pytest.raises(RenderError, match="format gif"):
        draw_siting(plan, lang="en", formats=["gif"], folder=tmp_path)
    with pytest.raises(RenderError, match="language fr"):
        draw_siting(plan, lang="fr", folder=tmp_path)
