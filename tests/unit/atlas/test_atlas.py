"""What holds for every map, measured on every kind of map of several cases, in both languages and every size."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import numpy as np
import pytest

from capplan.atlas.facts import KINDS as KINDS_OF_FACILITIES
from capplan.atlas.fonts import covers
from capplan.atlas.layers import sites_drawn
from capplan.atlas.marginalia import scale_bar
from capplan.atlas.projection import geodesic_km
from capplan.atlas.sizes import SIZES
from capplan.atlas.style import Style, map_names, style_of
from capplan.atlas.windows import site_boxes
from capplan.atlas.words import word
from tests.support.colours import Sight, difference, lab
from tests.unit.atlas.conftest import Drawn

KINDS = {
    "siting",
    "periods",
    "sheet",
    "parks",
    "demand",
    "flows",
    "flows-ai",
    "flows-hpc",
    "latency",
    "power",
    "green",
}
"""Maps that every plan of these cases has between them."""
SIGHTS: tuple[Sight, ...] = ("normal", "protanopia", "deuteranopia")


def sides(drawn: Drawn, less: float) -> np.ndarray:
    """Return left, bottom, right and top of every text on a map [mm], a little within."""
    boxes = [written.box.grown(-less) for written in drawn.sheet.paper.written]
    return np.array([(box.left, box.bottom, box.right, box.top) for box in boxes])


def test_every_kind_of_map_was_drawn(atlas: list[Drawn]) -> None:
    assert {drawn.sheet.style.file for drawn in atlas} >= KINDS
    assert {drawn.lang for drawn in atlas} == {"zh", "en"}
    assert {drawn.size for drawn in atlas} == set(SIZES)
    assert sum(drawn.name.startswith("sheet-22") and drawn.lang == "zh" for drawn in atlas) == 9


def test_no_text_crosses_another(atlas: list[Drawn]) -> None:
    crossing = []
    for drawn in atlas:
        boxes, written = sides(drawn, 0.15), drawn.sheet.paper.written
        low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
        high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
        pairs = np.argwhere(np.triu((high > low).all(axis=2), 1))
        crossing += [(str(drawn), written[one].text, written[other].text) for one, other in pairs]
    assert crossing == []


def test_no_text_leaves_the_page(atlas: list[Drawn]) -> None:
    for drawn in atlas:
        boxes, paper = sides(drawn, 0.0), drawn.sheet.paper
        assert (boxes[:, :2] > 0.0).all(), str(drawn)
        assert (boxes[:, 2:] < (paper.width, paper.height)).all(), str(drawn)


def test_every_text_can_be_read_on_paper_and_none_shows_a_box(atlas: list[Drawn]) -> None:
    small = [
        (str(drawn), one.text)
        for drawn in atlas
        for one in drawn.sheet.paper.written
        if one.size < SIZES[drawn.size].least_pt - 1e-9
    ]
    boxes = [
        (str(drawn), one.text) for drawn in atlas for one in drawn.sheet.paper.written if not covers(one.text)
    ]
    assert small == []
    assert boxes == []


def test_chinese_maps_have_chinese_punctuation(atlas: list[Drawn]) -> None:
    told = [
        (str(drawn), one.text)
        for drawn in atlas
        if drawn.lang == "zh"
        for one in drawn.sheet.paper.written
        if re.search(r"[一-鿿][,;:!?](?!\d)", one.text)
    ]
    assert told == []


def test_pages_have_the_size_that_they_are_called_by(atlas: list[Drawn]) -> None:
    for drawn in atlas:
        wanted = SIZES[drawn.size]
        inches = drawn.sheet.paper.figure.get_size_inches()
        assert inches * 25.4 == pytest.approx((wanted.width, wanted.height), abs=0.01), str(drawn)


def test_every_map_has_title_scale_arrow_projection_sources_and_notice(atlas: list[Drawn]) -> None:
    for drawn in atlas:
        texts = "".join(written.text for written in drawn.sheet.paper.written).replace(" ", "")
        roles = {written.role for written in drawn.sheet.paper.written}
        assert {"head", "scale", "north", "panel"} <= roles, str(drawn)
        assert "WGS-84" in texts, str(drawn)
        assert ("非官方规划图" if drawn.lang == "zh" else "notanofficialmap") in texts, str(drawn)
        if "made-up" not in drawn.case:
            assert ("GS（2024）0650号" if drawn.lang == "zh" else "GS(2024)0650") in texts, str(drawn)
        assert word("legend", drawn.lang) in texts, str(drawn)


def test_scale_bars_are_true_to_one_percent(atlas: list[Drawn]) -> None:
    for drawn in atlas:
        for view in drawn.sheet.views:
            bar, box = scale_bar(view.frame, 60.0), view.frame.box
            for share in (0.1, 0.5, 0.9):
                y = box.bottom + share * box.height
                x = box.centre[0] - bar.millimetres / 2.0
                start, end = view.frame.degrees([(x, y), (x + bar.millimetres, y)])
                assert geodesic_km(tuple(start), tuple(end)) == pytest.approx(bar.kilometres, rel=0.01), str(
                    drawn
                )


def test_printed_scale_is_that_of_the_real_page(atlas: list[Drawn]) -> None:
    for drawn in atlas:
        frame = drawn.sheet.main.frame
        paper_mm_per_km = 1e6 * frame.mm_per_metre * drawn.sheet.paper.zoom / 1000.0
        assert 1e6 / paper_mm_per_km == pytest.approx(frame.scale, rel=1e-9), str(drawn)


def test_sheets_show_their_region_alone_with_its_neighbours(atlas: list[Drawn]) -> None:
    (sheet,) = (drawn.sheet for drawn in atlas if drawn.name == "sheet-220800" and drawn.lang == "zh")
    capacity = sheet.facts.tables["capacity"]
    last = capacity[capacity["year"] == capacity["year"].max()]
    own = last.loc[last["prefecture_adcode"].astype(str) == "220800", "it_mw"].sum()
    texts = " ".join(written.text for written in sheet.paper.written)

    assert set(sheet.boundaries.counties["prefecture_adcode"]) == {"220800"}
    assert sheet.boundaries.neighbours is not None
    assert len(sheet.boundaries.neighbours) == 8
    assert sheet.facts.totals["it_mw"] == pytest.approx(own)
    assert "松原市" in texts
    assert "白城市" in texts
    for name in ("洮北区", "镇赉县", "通榆县", "洮南市", "大安市"):
        assert name in texts


def test_small_maps_have_one_scale_and_one_year_each(atlas: list[Drawn]) -> None:
    for drawn in atlas:
        if drawn.name != "periods":
            continue
        assert len(drawn.sheet.cells) == len(drawn.sheet.facts.years)
        assert len({view.frame.scale for view in drawn.sheet.cells}) == 1
        captions = [written.text for written in drawn.sheet.paper.written if written.role == "caption"]
        for year in drawn.sheet.facts.years:
            assert word("year_end", drawn.lang, year=year) in captions


RAMPS = [
    pytest.param(layer["palette"], id=f"{name}-{layer['draw']}")
    for name in map_names()
    for layer in style_of(name).layers
    if layer["draw"] in {"areas", "ratios"}
]
"""Every palette of areas, from little to much."""


@pytest.mark.parametrize("palette", RAMPS)
@pytest.mark.parametrize("sight", SIGHTS)
def test_palettes_of_areas_darken_steadily_for_everyone(palette: list[str], sight: Sight) -> None:
    lightness = [lab(colour, sight)[0] for colour in palette]
    steps = -np.diff(lightness)

    assert (steps >= 3.0).all()
    assert all(difference(one, other, sight) >= 5.0 for one, other in itertools.combinations(palette, 2))


@pytest.mark.parametrize("name", map_names())
@pytest.mark.parametrize("sight", SIGHTS)
def test_kinds_and_groups_are_told_apart_by_everyone(name: str, sight: Sight) -> None:
    style: Style = style_of(name)
    markers = style.symbols.markers
    faces = [(markers[kind].shape, markers[kind].face) for kind in KINDS_OF_FACILITIES if kind in markers]
    for (shape, face), (other_shape, other) in itertools.combinations(faces, 2):
        assert difference(face, other, sight) >= (20.0 if shape == other_shape else 12.0)
    for layer in style.layers:
        for one, other in itertools.combinations(layer["colours"] if layer["draw"] == "groups" else (), 2):
            assert difference(one, other, sight) >= 15.0


CUT = re.compile(r"(…|\.\.\.)$")


MOST_CUT = 4
"""Names that may be cut in all of the atlas: those that two lines of a narrow column do not hold."""


def test_figures_titles_and_keys_are_never_cut_and_names_hardly_ever(atlas: list[Drawn]) -> None:
    """Bars, captions, heads and the panel's titles and figures find room on every size, in both languages."""
    told = [
        (str(drawn), one.text)
        for drawn in atlas
        for one in drawn.sheet.paper.written
        if CUT.search(one.text)
        and (
            one.role in {"bars", "caption", "head", "scale", "strip"}
            or not re.search(r"[A-Za-z一-鿿]{4}", one.text)
        )
    ]
    assert told == []
    cut = [one.text for drawn in atlas for one in drawn.sheet.paper.written if CUT.search(one.text)]
    assert len(cut) <= MOST_CUT


def test_no_gate_is_without_its_name_and_amount(atlas: list[Drawn]) -> None:
    """However many gates share a side of a slide: those that have no room beside their square are led back to it."""
    seen = 0
    for drawn in atlas:
        labels = [label for label in drawn.sheet.main.labels if label.role == "gate"]
        written = [one.text for one in drawn.sheet.paper.written if one.role == "gate"]
        assert Counter(text for label in labels for text, _ in label.lines) == Counter(written), str(drawn)
        seen = max(seen, len(labels))
    assert seen > 10


def test_scale_bars_hide_no_site(atlas: list[Drawn]) -> None:
    enlarged = 0
    for drawn in atlas:
        sheet = drawn.sheet
        among = sites_drawn(sheet)
        views = [sheet.main] if sheet.style.file == "parks" else [sheet.inset] if sheet.inset else []
        for view in views:
            sites = site_boxes(view, sheet.facts, sheet.style, among)
            bars = [one.box for one in sheet.paper.written if one.role == "scale"]
            in_map = [bar for bar in bars if view.frame.box.has(*bar.centre)]
            assert in_map
            assert not any(bar.overlap(site.grown(-3.4)) for bar in in_map for site in sites), str(drawn)
            enlarged += view is sheet.inset
    assert enlarged


def test_texts_of_the_panel_stay_in_it(atlas: list[Drawn]) -> None:
    for drawn in atlas:
        sheet = drawn.sheet
        right = sheet.paper.width - SIZES[drawn.size].margin
        panel = [one for one in sheet.paper.written if one.role == "panel"]
        left = min(one.box.left for one in panel)
        assert all(one.box.right <= right - 3.0 for one in panel), str(drawn)
        assert all(one.box.left >= right - 2.0 * sheet.style.paper.panel for one in panel), str(drawn)
        assert max(view.frame.box.right for view in sheet.views) < left, str(drawn)


def test_the_map_takes_more_of_its_page_than_the_panel(atlas: list[Drawn]) -> None:
    for drawn in atlas:
        width = drawn.sheet.paper.width
        assert max(view.frame.box.right for view in drawn.sheet.views) > 0.55 * width, str(drawn)
