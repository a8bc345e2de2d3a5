"""The page as people use it, in a headless Chromium with the network off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from capplan.page import write_page
from tests.support.browser import Browser, Opened
from tests.support.page_plan import hostile_case
from tests.support.sample_plan import sample_plan


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Opened]:
    with browser.opened(file) as found:
        yield found
    assert found.faults == []
    assert {address.split("#")[0] for address in found.requests if not address.startswith("data:")} == {
        file.as_uri()
    }


def test_it_opens_with_map_charts_and_figures(opened: Opened) -> None:
    assert opened.page.title() == "玩具国算力规划" or opened.text("h1")
    assert opened.count(".area") == 3
    assert opened.count("[data-site]") >= 2
    assert opened.count(".chart svg") == 2
    assert "非官方规划" in opened.text(".notice")
    assert opened.attribute("html", "lang") == "zh-CN"
    assert [opened.page.locator(".tabs button").all_inner_texts()] == [
        ["容量", "电力", "成本", "服务", "目标", "限制", "站点"]
    ]


def test_layers_are_switched(opened: Opened) -> None:
    assert opened.count(".layer-flows path") > 0
    opened.page.locator("#layer-flows").uncheck()
    assert opened.count(".layer-flows path") == 0
    sites = opened.count("[data-site]")
    for box in opened.page.locator("[id^=layer-kind-]").all():
        box.uncheck()
    assert sites > 0
    assert opened.count("[data-site]") == 0


def test_areas_are_coloured_by_what_is_chosen(opened: Opened) -> None:
    before = [opened.attribute(f".area >> nth={at}", "style") for at in range(3)]
    names = opened.page.locator("#quantity option").all_inner_texts()
    assert len(names) >= 5
    opened.page.locator("#quantity").select_option("green_share")
    assert [opened.attribute(f".area >> nth={at}", "style") for at in range(3)] != before


def test_the_slider_moves_with_arrow_keys_and_plays(opened: Opened) -> None:
    assert opened.text("output.year") == "2025"
    opened.page.locator("#year").focus()
    opened.page.keyboard.press("ArrowLeft")
    assert opened.text("output.year") == "2024"
    assert opened.attribute("#year", "aria-valuetext") == "2024"
    opened.page.locator("#play").click()
    opened.page.locator("output.year", has_text="2025").wait_for()
    assert opened.text("output.year") == "2025"
    assert opened.attribute("#play", "aria-pressed") == "false"


def test_the_language_is_switched_whole(opened: Opened) -> None:
    opened.page.locator("#lang").click()
    assert opened.attribute("html", "lang") == "en"
    assert "not an official plan" in opened.text(".notice")
    for name in ("buildup", "power", "cost", "service", "targets", "limits", "sites"):
        opened.page.locator(f"#tab-{name}").click()
        assert opened.text(f"#panel-{name} h2")
        for title in opened.page.locator(f"#panel-{name} .charttitle").all_inner_texts():
            assert re.search(r"\((MW|GWh|CNY)|%", title), title
    assert opened.page.evaluate("document.activeElement.id") == "tab-sites" or opened.count(
        "#panel-sites tbody tr"
    )


def test_a_click_on_a_site_opens_its_sheet_and_escape_closes_it(opened: Opened) -> None:
    opened.page.locator("[data-site]").first.click()
    headings = opened.page.locator(".sheet h3").all_inner_texts()
    assert {"为什么在这里", "分年容量", "服务谁", "用电", "成本"} <= set(headings)
    assert opened.count(".sheet .why li") >= 1
    opened.page.keyboard.press("Escape")
    assert opened.page.locator(".sheet").is_hidden()


def test_search_finds_sites_and_zones_by_keyboard(opened: Opened) -> None:
    opened.page.locator("#search").fill("alpha")
    assert opened.attribute("#search", "aria-expanded") == "true"
    opened.page.keyboard.press("Enter")
    assert opened.page.locator(".sheet").is_visible()
    opened.page.locator("#search").fill("990201")
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("Enter")
    assert opened.page.locator("#panel-service").is_visible()
    assert "990201" in opened.page.url
    opened.page.locator("#search").fill("nothing like it")
    assert opened.count(".found [role=option]") == 0


def test_the_service_view_answers_for_a_zone_and_a_class(opened: Opened) -> None:
    opened.page.locator("#tab-service").click()
    classes = opened.count("#panel-service tbody tr")
    opened.page.locator("#zone").select_option("0")
    assert opened.count(".area.on") == 1
    assert opened.count("#panel-service tbody tr") >= 1
    opened.page.locator("#zone").select_option("")
    opened.page.locator("#flow").select_option("c:0")
    assert opened.count("#panel-service tbody tr") == classes


def test_everything_is_reached_by_keyboard(opened: Opened) -> None:
    reached = []
    for _ in range(60):
        opened.page.keyboard.press("Tab")
        reached.append(
            opened.page.evaluate(
                "(() => { const e = document.activeElement; return e.id || e.dataset.site || e.className.baseVal || e.tagName })()"
            )
        )
    assert {"search", "lang", "theme", "print", "map", "year", "play", "quantity", "tab-buildup"} <= set(
        reached
    )
    assert len({name for name in reached if name.isdigit()}) == 1, (
        "one site takes the focus, arrow keys go on from there"
    )
    opened.page.locator("[data-site][tabindex='0']").focus()
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.evaluate("document.activeElement.dataset.site") is not None
    opened.page.keyboard.press("Enter")
    assert opened.page.locator(".sheet").is_visible()
    assert opened.page.evaluate("getComputedStyle(document.activeElement).display") != "none"


def test_what_can_be_pressed_has_a_name(opened: Opened) -> None:
    unnamed = opened.page.evaluate(
        "[...document.querySelectorAll('button, input, select, [role=button], [role=group][tabindex]')].filter(e => !(e.getAttribute('aria-label')"
        " || e.textContent.trim() || (e.labels && e.labels.length))).map(e => e.outerHTML.slice(0, 80))"
    )
    assert unnamed == []


def test_a_phone_shows_it_without_scrolling_sideways(browser: Browser, file: Path) -> None:
    with browser.opened(file, width=390, height=844, has_touch=True) as found:
        for address in (
            "view=service",
            "view=targets",
            "site=alpha",
            "lang=en&view=sites",
            "lang=en&view=power",
        ):
            found.page.goto("about:blank")
            found.page.goto(f"{file.as_uri()}#{address}")
            found.page.wait_for_selector("html[data-ready=yes]")
            assert found.page.evaluate("document.documentElement.scrollWidth") <= 390, address
            assert found.page.locator(".mapsvg").bounding_box()["height"] > 200
            assert found.page.locator("#year").is_visible()
    assert found.faults == []


def test_two_fingers_zoom_the_map(browser: Browser, file: Path) -> None:
    with browser.opened(file, width=390, height=844, has_touch=True) as found:
        box = found.page.locator("#map").bounding_box()
        touch = found.page.context.new_cdp_session(found.page)

        def fingers(kind: str, apart: float | None = None) -> None:
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            places = (
                []
                if apart is None
                else [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
            )
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

        before = found.attribute(".layer-areas", "transform")
        fingers("touchStart", 20.0)
        for apart in (30.0, 50.0, 80.0):
            fingers("touchMove", apart)
        fingers("touchEnd")
        assert found.attribute(".layer-areas", "transform") != before
        assert found.page.evaluate("visualViewport.scale") == 1
        found.page.locator("#zoom_all").click()
        assert found.attribute(".layer-areas", "transform") == before
    assert found.faults == []


def test_paper_gets_every_view_in_light_colours(browser: Browser, file: Path) -> None:
    with browser.opened(file, color_scheme="dark") as found:
        assert found.attribute("html", "data-theme") == "dark"
        pages = found.page.pdf(prefer_css_page_size=True, print_background=True)
        assert pages.count(b"/Type /Page\n") + pages.count(b"/Type /Page ") >= 3
        found.page.emulate_media(media="print", color_scheme="dark")
        found.page.locator("html[data-theme=light]").wait_for()
        assert found.attribute("html", "data-theme") == "light"
        assert found.count(".panel:visible") == 7
        assert found.page.locator(".tools").is_hidden()
        found.page.emulate_media(media="screen", color_scheme="dark")
        found.page.locator("html[data-theme=dark]").wait_for()
        assert found.attribute("html", "data-theme") == "dark"
        assert found.count(".panel:visible") == 1
    assert found.faults == []


def test_both_themes_can_be_read(opened: Opened) -> None:
    def contrast() -> float:
        return float(
            opened.page.evaluate(
                "(() => { const l = c => { const p = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);"
                " return .2126 * p[0] + .7152 * p[1] + .0722 * p[2] }; const s = getComputedStyle(document.querySelector('.cards dt'));"
                " const [a, b] = [l(s.color), l(getComputedStyle(document.querySelector('.cards div')).backgroundColor)]; return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) })()"
            )
        )

    assert contrast() >= 4.5
    opened.page.locator("#theme").click()
    opened.page.locator("#theme").click()
    assert opened.attribute("html", "data-theme") == "dark"
    assert contrast() >= 4.5


_UNDER = """(() => {
  const boxes = (found) => [...document.querySelectorAll(found)].map((node) => node.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const over = boxes('.layers, .zoomer, .caption, .scalebar');
  return boxes('.layer-names text').filter((name) => over.some((one) => meet(name, one))).length;
})()"""
_CUT = """(() => {
  const map = document.getElementById('map').getBoundingClientRect();
  return [...document.querySelectorAll('.gate')].map((node) => node.getBoundingClientRect())
    .filter((one) => one.left < map.left || one.right > map.right || one.top < map.top || one.bottom > map.bottom).length;
})()"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (768, 1024), (390, 844)])
def test_nothing_on_the_map_hides_what_is_on_it(
    browser: Browser, file: Path, width: int, height: int
) -> None:
    for lang in ("zh", "en"):
        with browser.opened(file, width=width, height=height, address=f"#lang={lang}") as found:
            assert found.count(".layer-names text") > 0
            assert found.count(".gate") > 0
            assert found.page.evaluate(_UNDER) == 0
            assert found.page.evaluate(_CUT) == 0
            found.page.locator("#zoom_in").click()
            assert found.page.evaluate(_UNDER) == 0
        assert found.faults == []


def test_the_search_field_says_all_that_it_is_for(browser: Browser, file: Path) -> None:
    with browser.opened(file, width=1280, height=720, address="#lang=en") as found:
        assert found.page.evaluate(
            "(() => { const field = document.getElementById('search'); const brush = document.createElement('canvas').getContext('2d');"
            " const style = getComputedStyle(field); brush.font = style.font; return brush.measureText(field['place' + 'holder']).width"
            " <= field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) })()"
        )


def test_hostile_names_are_shown_and_do_nothing(browser: Browser, tmp_path: Path) -> None:
    plan = replace(sample_plan(hostile_case()), missing=("certificate.json",))
    file = write_page(plan, tmp_path / "map.html", lang="zh")
    with browser.opened(file, width=390, height=844) as found:
        assert "certificate.json" in found.text(".missing")
        assert "方案不完整" in found.text(".missing")
        for tab in found.page.locator(".tabs button").all():
            tab.click()
        found.page.locator("#lang").click()
        assert "Incomplete plan: missing from the plan folder: certificate.json" in found.text(".missing")
        found.page.locator("#missing-close").focus()
        found.page.keyboard.press("Enter")
        assert found.page.locator(".missing").is_hidden()
        assert found.page.evaluate("document.activeElement.id") == "lang"
        found.page.locator("[data-site]").first.focus()
        found.page.keyboard.press("Enter")
        found.page.locator("#search").fill("script")
        assert found.count("#tab-power") == 0, "a plan without energy has no such view"
        assert found.count("img") == 0
        assert found.page.evaluate("document.body.dataset.ran") is None
        assert found.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert "<script>" in found.page.inner_text("body") or "<img" in found.page.inner_text("body")
    assert found.faults == []
    assert len([name for name in found.requests if not name.startswith("data:")]) == 1
