"""A plan as the page's data: its figures are those of the tables, its texts cannot run, and it is small."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from capplan import resources
from capplan.errors import RenderError
from capplan.page import page_for, write_page
from capplan.page.document import document
from capplan.page.html import page_html, safe_json
from capplan.page.registry import data_of, views
from capplan.page.source import Source
from capplan.page.words import words
from capplan.plan import Plan
from capplan.webfont import _woff, face_rules, used_characters
from tests.support.fake_plan import bare_case, fake_plan
from tests.support.page_plan import ATTACKS, hostile_case, toyland_plan
from tests.support.sample_plan import SampleCertificate, sample_plan


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return document(toyland_plan(), "en")


def test_capacity_is_that_of_the_table(told: dict[str, Any]) -> None:
    capacity = toyland_plan().tables["capacity"]
    rows = pd.DataFrame(
        told["capacity"], columns=["site", "technology", "year", "modules", "racks", "fp16", "fp64", "mw"]
    )
    assert rows["modules"].sum() == capacity["modules"].sum()
    assert rows["mw"].sum() == pytest.approx(capacity["it_mw"].sum(), rel=1e-5)
    sites = [site["id"] for site in told["sites"]]
    row = capacity.iloc[0]
    same = rows[
        (rows["site"] == sites.index(row["site_id"])) & (rows["year"] == told["years"].index(row["year"]))
    ]
    assert row["standard_racks"] in same["racks"].tolist()


def test_service_energy_and_cost_are_those_of_the_tables(told: dict[str, Any]) -> None:
    tables, found = toyland_plan().tables, told["views"]
    assert sum(sum(row[5:]) for row in found["service"]["pairs"]) == pytest.approx(
        tables["service"]["amount"].sum(), rel=1e-4
    )
    assert found["service"]["kept"] is None
    assert sum(row[5] for row in found["power"]["energy"]) == pytest.approx(
        tables["energy"]["green_mwh"].sum(), rel=1e-5
    )
    assert sum(row[2] for row in found["cost"]["yearly"]) == pytest.approx(
        tables["costs"]["cny"].sum(), rel=1e-4
    )
    assert len(found["targets"]["rows"]) == len(tables["targets"])


def test_views_without_data_are_not_there() -> None:
    bare = data_of(Source(fake_plan("jilin-2025")))
    assert {"service", "targets", "buildup", "routes"} <= set(bare)
    assert not {"power", "cost"} & set(bare)


def test_an_offer_may_be_called_as_the_zone_that_it_stands_in() -> None:
    plan = toyland_plan()
    offers = plan.case.tables["energy_offers"]
    own = offers.assign(offer_id=offers["energy_zone"]).drop_duplicates("offer_id")
    case = bare_case(plan.case, tables={**plan.case.tables, "energy_offers": own})
    source = Source(Plan(case, plan.tables, plan.record, SampleCertificate()))
    zone = str(own["energy_zone"].iloc[0])

    assert "Direct line" in source.place(zone)[1] or "Green" in source.place(zone)[1]


def test_offers_of_one_zone_are_told_apart_where_they_are_listed(told: dict[str, Any]) -> None:
    plan = toyland_plan()
    offers, contracts = plan.case.tables["energy_offers"], plan.tables["contracts"]
    twin = offers.iloc[:1].assign(offer_id="twin", first_year=2030)
    case = bare_case(plan.case, tables={**plan.case.tables, "energy_offers": pd.concat([offers, twin])})
    first = contracts[contracts["offer_id"] == offers["offer_id"].iloc[0]]
    bought = pd.concat([contracts, first.assign(offer_id="twin")])
    source = Source(Plan(case, {**plan.tables, "contracts": bought}, plan.record, SampleCertificate()))

    power = data_of(source)["power"]
    names = [(offer["type"], offer["n"][0]) for offer in power["offers"]]
    assert len(first) > 0
    assert len(names) == len(told["views"]["power"]["offers"]) + 1
    assert len(set(names)) == len(names)
    assert source.place("twin") == [
        name.replace(str(offers["first_year"].iloc[0]), "2030")
        for name in source.place(str(offers["offer_id"].iloc[0]))
    ]
    assert source.place("twin")[0].endswith("（2030 年起）")


def test_offers_alike_in_year_are_told_apart_by_price_and_then_by_id() -> None:
    plan = toyland_plan()
    offers = plan.case.tables["energy_offers"]
    for price, ending in ((123.0, " (at 123 CNY/MWh)"), (offers["price_cny_per_mwh"].iloc[0], " (twin)")):
        twin = offers.iloc[:1].assign(offer_id="twin", price_cny_per_mwh=price)
        case = bare_case(plan.case, tables={**plan.case.tables, "energy_offers": pd.concat([offers, twin])})
        source = Source(Plan(case, plan.tables, plan.record, SampleCertificate()))
        assert source.place("twin")[1].endswith(ending)


def test_of_too_many_pairs_the_largest_are_kept_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = toyland_plan()
    whole = data_of(Source(plan))["service"]["pairs"]
    monkeypatch.setattr("capplan.page.views.service.MOST_PAIRS", 3)
    found = data_of(Source(plan))["service"]
    assert len(found["pairs"]) == 3
    assert all(row in whole for row in found["pairs"])
    assert found["kept"][:2] == [3, len(whole)]
    assert 0.0 <= found["kept"][2] < 1.0


def test_a_page_too_large_leaves_out_bold_letters_and_then_the_smallest_relations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = page_html(toyland_plan(), "zh")
    size = len(whole.encode("utf-8"))
    monkeypatch.setattr("capplan.page.html.MOST_BYTES", size - 1)
    plain = page_html(toyland_plan(), "zh")
    assert whole.count("@font-face") == 2
    assert plain.count("@font-face") == 1
    assert '"kept":null' in plain
    monkeypatch.setattr("capplan.page.html.MOST_BYTES", len(plain.encode("utf-8")) - 100)
    fewer = page_html(toyland_plan(), "zh")
    assert len(fewer) < len(plain)
    assert '"kept":[' in fewer


def test_long_data_are_packed_and_are_the_same_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = page_html(toyland_plan(), "zh")
    monkeypatch.setattr("capplan.page.html.PLAIN", 1_000)
    packed = page_html(toyland_plan(), "zh")
    assert len(packed) < len(plain)
    found = re.search(r'data-size="(\d+)">([^<]*)</script>', packed)
    told = re.search(r'id="plan">(.*?)</script>', plain, re.DOTALL)
    assert found is not None
    assert told is not None
    text = zlib.decompress(base64.b64decode(found[2]), -zlib.MAX_WBITS)
    assert len(text) == int(found[1])
    assert json.loads(text) == json.loads(told[1])


def test_outlines_of_many_areas_keep_within_their_points(monkeypatch: pytest.MonkeyPatch) -> None:
    geometry = Source(fake_plan("jilin-2025")).geometry
    fine = geometry.document()["areas"]
    points = sum(len(ring) // 2 for area in fine for ring in area["r"])
    monkeypatch.setattr("capplan.page.geometry.MOST_POINTS", points // 3)
    coarse = geometry.document()["areas"]
    assert len(coarse) == len(fine)
    assert all(area["r"] for area in coarse)
    assert sum(len(ring) // 2 for area in coarse for ring in area["r"]) <= points // 3 * 1.05
    polygons = [_polygon(area["r"]) for area in coarse]
    assert sum(shapely.area(polygons)) == pytest.approx(shapely.union_all(polygons).area, rel=0.01)


def test_a_page_without_its_fonts_is_made_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    read = resources.read_bytes

    def gone(shelf: Any, relative: str) -> bytes:
        if relative.startswith("fonts/"):
            raise FileNotFoundError(relative)
        return read(shelf, relative)

    monkeypatch.setattr("capplan.webfont.resources.read_bytes", gone)
    _woff.cache_clear()
    with pytest.raises(RenderError, match=r"NotoSansSC-Regular\.ttf is missing"):
        face_rules("a character set of its own: 甲")
    text = page_html(toyland_plan(), "zh")
    assert "@font-face" not in text
    assert '"fontless":true' in text
    assert words()["no_font"].zh in text


@pytest.mark.parametrize("whole", [b"", b"no font", b"\0\1\0\0" + b"\xff" * 400])
def test_a_damaged_font_is_named(whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capplan.webfont.resources.read_bytes", lambda *_: whole)
    with pytest.raises(RenderError, match=r"NotoSansSC-Regular\.ttf"):
        face_rules(f"another set: 乙 {len(whole)}")


def test_a_font_that_is_cut_short_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = resources.read_bytes("maps", "fonts/NotoSansSC-Regular.ttf")
    monkeypatch.setattr("capplan.webfont.resources.read_bytes", lambda *_: whole[: len(whole) // 2])
    with pytest.raises(RenderError, match=r"NotoSansSC-Regular\.ttf"):
        face_rules("a set of half a font: 丙")


def test_every_view_has_its_script(root: Path) -> None:
    scripts = {path.stem for path in (root / "maps/page/src/views").glob("*.js")}
    layers = {path.stem for path in (root / "maps/page/src/layers").glob("*.js")}
    assert {view.name for view in views()} <= scripts | layers


def test_reasons_name_stock_targets_latency_and_limits(told: dict[str, Any]) -> None:
    reasons = " ".join(reason[1] for site in told["sites"] for reason in site["why"])
    for part in ("Stock of the end of", "target", "comes from its own prefecture", "used to the full"):
        assert part in reasons
    assert not re.search(r"[{}]", reasons)


def test_areas_are_a_coverage_and_keep_their_place(told: dict[str, Any]) -> None:
    areas = fake_document()["map"]
    polygons = [_polygon(area["r"]) for area in areas["areas"]]
    whole = shapely.union_all(polygons)
    assert len(polygons) == 60
    assert sum(shapely.area(polygons)) == pytest.approx(whole.area, rel=0.005)
    assert max(areas["size"]) == 12_000
    assert len(told["map"]["areas"]) == 3


def test_sites_stand_in_their_areas() -> None:
    found = fake_document()
    polygons = [_polygon(area["r"]) for area in found["map"]["areas"]]
    off = [
        site["id"]
        for site in found["sites"]
        if shapely.distance(polygons[site["area"]], shapely.Point(site["xy"])) > 15
    ]
    assert off == []


def test_the_page_is_small_and_carries_its_fonts(tmp_path: Path) -> None:
    file = write_page(fake_plan("jilin-2030"), tmp_path, lang="zh")
    text = file.read_text(encoding="utf-8")
    assert file.name == "map.html"
    assert file.stat().st_size < 2_000_000
    assert text.count("data:font/woff;base64,") == 2
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!data:)", text.split("<script")[0])


def test_no_name_can_end_the_data() -> None:
    text = page_html(sample_plan(hostile_case()), "zh")
    assert text.count("</script") == 2
    assert text.count("<script") == 2
    data = re.search(r'id="plan">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    names = [name for zone in json.loads(data[1])["zones"] for name in zone["n"]]
    assert " ".join(ATTACKS[0].split()) in names
    assert all(len(name) <= 120 and "\n" not in name for name in names)
    assert "<title>&lt;/script&gt;" in text


def test_json_keeps_what_it_escapes() -> None:
    value = {"a": "</script>&\u2028<!--", "b": [1, 0.5, None, True]}
    text = safe_json(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028") & set(text)


def test_a_lone_surrogate_does_no_harm() -> None:
    assert json.loads(safe_json(["\ud800x"])) == ["?x"]


def test_the_font_is_cut_to_what_is_written() -> None:
    few, more = (
        len(face_rules(used_characters([text]))) for text in ("长春", "长春市南关区宽城区朝阳区二道区绿园区")
    )
    assert few < more < 120_000


def test_both_languages_say_every_word() -> None:
    fields = re.compile(r"\{(\w+)\}")
    for name, text in words().items():
        assert text.zh
        assert text.en
        assert set(fields.findall(text.zh)) == set(fields.findall(text.en)), name


def test_a_page_stands_until_the_next_one_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, target = toyland_plan(), tmp_path / "map.html"
    target.write_text("before", encoding="utf-8")

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(RenderError, match="No space left"):
        write_page(plan, target)
    target.chmod(0o444)
    with pytest.raises(RenderError, match="write-protected"):
        write_page(plan, target)
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_an_interrupt_leaves_the_former_page_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "map.html"
    target.write_text("before", encoding="utf-8")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_page(toyland_plan(), target)
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_another_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="fr"):
        write_page(toyland_plan(), tmp_path, lang="fr")


def test_it_goes_into_a_folder_being_written(tmp_path: Path) -> None:
    page_for(toyland_plan(), lang="zh")(tmp_path)
    assert (tmp_path / "map.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


_KEPT: list[dict[str, Any]] = []


def fake_document() -> dict[str, Any]:
    """Return the data of a plan with packaged boundaries, made once."""
    if not _KEPT:
        _KEPT.append(document(fake_plan("jilin-2025"), "zh"))
    return _KEPT[0]


def _polygon(rings: list[list[int]]) -> Any:
    shapes = [shapely.Polygon(np.cumsum(np.array(ring).reshape(-1, 2), axis=0)) for ring in rings]
    return shapely.make_valid(shapely.union_all([shapely.make_valid(shape) for shape in shapes]))
