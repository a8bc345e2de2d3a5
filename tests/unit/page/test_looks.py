"""How the page looks, as far as it can be measured, and how it is used without a mouse."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from capplan.page import write_page
from tests.support.browser import Browser, Opened
from tests.support.looks import LOOKS
from tests.support.page_plan import ATTACKS, hostile_case, toyland_plan
from tests.support.sample_plan import sample_plan

ONE_LINE = 30
"""Height of a line of the list of finds, and less than two [px]."""
VIEWS = ("buildup", "power", "cost", "service", "targets", "limits", "sites")


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Opened]:
    with browser.opened(file) as found:
        yield found
    assert found.faults == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("width", "height", "theme"),
    [
        (1440, 900, "light"),
        (1280, 720, "dark"),
        (820, 1180, "light"),
        (390, 844, "dark"),
        (320, 640, "light"),
    ],
)
def test_every_view_can_be_read(
    browser: Browser, file: Path, lang: str, width: int, height: int, theme: str
) -> None:
    address = f"#lang={lang}&theme={theme}"
    with browser.opened(file, width=width, height=height, address=address) as found:
        wrong = {}
        for view in VIEWS:
            found.page.locator(f"#tab-{view}").click()
            wrong[view] = found.page.evaluate(LOOKS, lang)
        found.page.locator("#panel-sites tbody .link").first.click()
        wrong["sheet"] = found.page.evaluate(LOOKS, lang)
        found.page.keyboard.press("Escape")
        found.page.locator("#tab-service").click()
        found.page.locator("#zone").select_option("0")
        wrong["zone"] = found.page.evaluate(LOOKS, lang)
        found.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        wrong["open"] = [one for one in found.page.evaluate(LOOKS, lang) if not one.startswith("boxes")]
        assert {view: said for view, said in wrong.items() if said} == {}
    assert found.faults == []


def test_charts_are_as_wide_as_their_place_even_if_it_was_hidden(opened: Opened) -> None:
    opened.page.locator("#tab-cost").click()
    opened.page.set_viewport_size({"width": 1200, "height": 800})
    opened.page.locator("#tab-power").click()
    opened.page.set_viewport_size({"width": 1000, "height": 800})
    for view in ("cost", "power", "buildup"):
        opened.page.locator(f"#tab-{view}").click()
        opened.page.wait_for_function(
            "(view) => [...document.querySelectorAll(`#panel-${view} .chart`)].every((one) => one.querySelector('svg')"
            " && Math.abs(one.querySelector('svg').getBoundingClientRect().width - one.getBoundingClientRect().width) < 2)",
            arg=view,
            timeout=5_000,
        )
        assert opened.count(f"#panel-{view} .chart svg") >= 1


def test_a_sheet_that_is_open_on_a_phone_does_not_keep_charts_off_paper(browser: Browser, file: Path) -> None:
    with browser.opened(file, width=390, height=844, address="#site=alpha&lang=en") as found:
        assert found.page.locator(".sheet").is_visible()
        found.page.emulate_media(media="print")
        found.page.locator("html[data-theme=light]").wait_for()
        charts = found.count(".chart")
        assert charts >= 5
        assert found.count(".chart svg") == charts
    assert found.faults == []


def test_charts_say_their_figures_and_have_them_as_a_table(opened: Opened) -> None:
    label = opened.attribute("#panel-buildup .chart", "aria-label")
    assert "2024" in label
    assert "2025" in label
    opened.page.locator("#tab-service").click()
    assert " → " in opened.attribute("#panel-service .chart", "aria-label")
    opened.page.locator("#panel-service .figures summary").click()
    opened.page.locator("#panel-service .figures tbody tr").first.wait_for()
    assert opened.count("#panel-service .figures tbody tr") >= 1


def test_a_table_is_saved_as_csv_that_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    file = write_page(sample_plan(hostile_case()), tmp_path / "map.html", lang="zh")
    with browser.opened(file, accept_downloads=True) as found:
        found.page.locator("#tab-sites").click()
        with found.page.expect_download() as waiting:
            found.page.locator("#panel-sites .save").click()
        saved = tmp_path / "saved.csv"
        waiting.value.save_as(saved)
        whole = saved.read_bytes()
        rows = list(csv.reader(io.StringIO(whole.decode("utf-8-sig"))))
        assert whole.startswith(b"\xef\xbb\xbf")
        assert len(rows) == found.count("#panel-sites tbody tr") + 1
        assert len({len(row) for row in rows}) == 1
        assert not any(cell[:1] in {"=", "+", "@"} for row in rows for cell in row)
        assert all(float(row[3]) >= 0.0 for row in rows[1:])
    assert found.faults == []


def test_the_address_holds_what_is_shown(browser: Browser, file: Path, opened: Opened) -> None:
    opened.page.locator("#tab-service").click()
    opened.page.locator("#flow").select_option("c:1")
    opened.page.locator("#quantity").select_option("green_share")
    opened.page.locator("#layer-routes").uncheck()
    opened.page.locator("#year").press("Home")
    address = "#" + opened.page.url.split("#")[1]
    with browser.opened(file, address=address) as again:
        assert again.page.locator("#flow").input_value() == "c:1"
        assert again.page.locator("#quantity").input_value() == "green_share"
        assert not again.page.locator("#layer-routes").is_checked()
        assert again.count(".layer-routes path") == 0
        assert again.text("output.year") == "2024"
    with browser.opened(
        file, address="#class=%3Cb%3E&colour=x&without=%3Cb%3E.y&flow=&year=1e9&view=no"
    ) as wild:
        assert wild.text("output.year") == "2025"
    assert again.faults == wild.faults == []


def test_keys_go_through_tabs_slider_map_and_sheet(opened: Opened) -> None:
    page = opened.page
    page.locator("#tab-buildup").focus()
    for key, tab in (
        ("ArrowRight", "power"),
        ("End", "sites"),
        ("ArrowRight", "buildup"),
        ("Home", "buildup"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == f"tab-{tab}"
        assert opened.attribute(f"#tab-{tab}", "aria-selected") == "true"
    page.locator("#year").focus()
    page.keyboard.press("Home")
    assert opened.text("output.year") == "2024"
    page.keyboard.press("ArrowRight")
    assert opened.text("output.year") == "2025"
    page.locator("#map").focus()
    before = opened.attribute(".layer-areas", "transform")
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    assert opened.attribute(".layer-areas", "transform") != before
    page.keyboard.press("0")
    assert opened.attribute(".layer-areas", "transform") == before
    page.locator("[data-site][tabindex='0']").press("Enter")
    assert page.evaluate("document.activeElement.className") == "sheet"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "close"
    page.keyboard.press("Escape")
    assert page.locator(".sheet").is_hidden()
    assert page.evaluate("document.activeElement.dataset.site") is not None


def test_what_has_the_focus_is_seen_and_named_in_the_language_of_the_page(opened: Opened) -> None:
    for lang in ("zh", "en"):
        if opened.attribute("html", "lang")[:2] != lang:
            opened.page.locator("#lang").click()
        found = opened.page.evaluate(
            "[...document.querySelectorAll('[aria-label]')].map((one) => one.getAttribute('aria-label'))"
        )
        other = r"[\u4e00-\u9fff]" if lang == "en" else r"\b[a-z]{4,}"
        assert [one for one in found if re.search(other, one)] == []
    opened.page.locator("#search").focus()
    for _ in range(40):
        opened.page.keyboard.press("Tab")
        seen = opened.page.evaluate(
            "(() => { const e = document.activeElement; const one = e.classList.contains('site') ? e.querySelector('.reach') : e; const s = getComputedStyle(one);"
            " return e === document.body || parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== 'none' || parseFloat(s.strokeWidth) >= 2 })()"
        )
        assert seen, opened.page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def test_nothing_moves_for_those_who_want_no_motion(opened: Opened) -> None:
    opened.page.locator("#tab-service").click()
    opened.page.locator("#zone").select_option("0")
    assert opened.page.evaluate("document.getAnimations().length") == 0
    assert opened.page.evaluate(
        "[...document.querySelectorAll('.pulse')].every((one) => getComputedStyle(one).animationName === 'none')"
    )


def test_a_packed_plan_is_the_same_page(
    browser: Browser, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capplan.page.html.PLAIN", 1_000)
    file = write_page(toyland_plan(), tmp_path / "packed.html", lang="zh")
    with browser.opened(file) as packed:
        for view in ("buildup", "service", "sites"):
            for one in (opened, packed):
                one.page.locator(f"#tab-{view}").click()
            assert packed.text(f"#panel-{view}") == opened.text(f"#panel-{view}")
    assert packed.faults == []


def test_hostile_names_stand_everywhere_and_do_nothing(browser: Browser, tmp_path: Path) -> None:
    file = write_page(sample_plan(hostile_case()), tmp_path / "map.html", lang="en")
    with browser.opened(file, width=1280, height=720) as found:
        page = found.page
        assert page.title() == " ".join(ATTACKS[1].split())
        page.locator("[data-site]").first.hover()
        assert "<" in page.locator(".tip").inner_text()
        page.locator(".area").first.dispatch_event("pointermove", {"clientX": 400, "clientY": 300})
        assert page.locator(".tip").is_visible()
        page.locator("[data-site]").first.click()
        assert "<" in page.locator(".sheet h2").inner_text()
        assert page.evaluate(
            "document.querySelector('.sheet').scrollWidth <= document.querySelector('.sheet').clientWidth"
        )
        page.keyboard.press("Escape")
        page.locator("#tab-service").click()
        assert "<" in page.locator("#zone").inner_text()
        page.locator("#panel-service .chart svg text").first.wait_for()
        assert [one for one in page.evaluate(LOOKS, "en") if one.startswith(("chart", "cut", "map"))] == []
        page.locator("#panel-service .figures summary").click()
        page.locator("#tab-buildup").click()
        assert "<" in page.locator("#panel-buildup .legend").first.inner_text()
        assert "<" in found.attribute("#panel-buildup .chart", "aria-label")
        page.locator("#panel-buildup .chart svg").first.hover()
        page.locator("#panel-buildup .chart .tipbody").first.wait_for()
        page.locator("#search").fill("onerror")
        assert found.count(".found [role=option]") >= 1
        assert page.locator(".found .tag").first.evaluate("(tag) => tag.offsetHeight") < ONE_LINE
        assert page.evaluate(
            "document.querySelector('.found').scrollWidth <= document.querySelector('.found').clientWidth + 1"
        )
        assert len(page.pdf()) > 10_000
        assert found.count("img, .found script, .sheet script, .tip script") == 0
        assert page.evaluate("document.body.dataset.ran") is None
    assert found.faults == []
    assert len([name for name in found.requests if not name.startswith(("data:", "blob:"))]) == 1
