"""A comparison as a folder: whole or not at all, pages that neither run nor ask for anything, tables that read back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from capplan.case import load_case
from capplan.compare import Comparison, compare_plans
from capplan.compare.charts import Bar, bars
from capplan.compare.page import page_html
from capplan.compare.reading import read_plans
from capplan.compare.write import check_comparison_target, default_folder, write_comparison
from capplan.errors import InputError, RenderError, WriteError
from capplan.plan import Plan
from tests.support.browser import Browser
from tests.support.fake_plan import fake_plan


class Page(HTMLParser):
    """The elements of a page, and what they point to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.fixture(scope="module")
def folder(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("compare") / "out"
    written = write_comparison(comparison, target, ("html",))
    assert written.failures == []
    return target


def test_tables_read_back_and_add_up(folder: Path, comparison: Comparison) -> None:
    tables = {
        path.stem: pd.read_csv(path, keep_default_na=False) for path in (folder / "tables").glob("*.csv")
    }
    assert set(tables) == set(comparison.tables)
    costs = tables["costs"]
    assert costs["cny_difference"].astype(float).sum() == pytest.approx(
        comparison.pairs[0].difference, rel=1e-12
    )
    assert np.array_equal(costs["cny_after"].astype(float), comparison.tables["costs"]["cny_after"])
    described = json.loads((folder / "tables" / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["name"] for resource in described["resources"]} == set(tables)


def test_the_document_tells_what_was_compared(folder: Path, comparison: Comparison) -> None:
    told = json.loads((folder / "compare.json").read_text(encoding="utf-8"))
    assert told["base"] == "before"
    assert [plan["plan"] for plan in told["plans"]] == ["before", "after"]
    (pair,) = told["comparisons"]
    assert pair["cost"]["difference_cny"] == comparison.pairs[0].difference
    assert pair["changes"]["sites"] == {"grown": 1, "gained": 1, "lost": 1}
    assert set(pair["told"][0]) == {"zh", "en"}
    assert [plan["missing"] for plan in told["plans"]] == [[], ["certificate.json"]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_hold_hostile_names_as_text_and_ask_for_nothing(folder: Path, lang: str) -> None:
    text = (folder / f"compare-{lang}.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert all(link.startswith(("data:", "compare-", "#")) for link in page.links)
    assert any('=HYPERLINK("http://x")' in said for said in page.said)
    assert ("规划期末站点" in text) == (lang == "zh")
    assert "default-src 'none'" in text


def test_the_page_opens_in_a_browser_without_a_network(browser: Browser, folder: Path) -> None:
    for width in (1200, 390):
        with browser.opened(folder / "compare-zh.html", width=width) as opened:
            assert opened.faults == []
            assert opened.requests == [(folder / "compare-zh.html").as_uri()]
            assert opened.count("svg rect") >= 2
            assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_former_comparison_is_replaced_and_nothing_else(
    comparison: Comparison, folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(folder, tmp_path / "copy"))
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    write_comparison(comparison, folder, ())
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert not (folder / "compare-zh.html").exists()
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WriteError):
        check_comparison_target(foreign)
    with pytest.raises(WriteError):
        write_comparison(comparison, foreign, ())
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]


def test_a_run_that_ends_badly_leaves_the_former_comparison(
    comparison: Comparison, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "compare.json").read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("capplan.compare.write.write_json", full)
    with pytest.raises(WriteError):
        write_comparison(comparison, folder, ())
    assert (folder / "compare.json").read_bytes() == before
    assert not list(folder.parent.glob(".out.*"))


def _packaged() -> Iterator[Plan]:
    case = load_case("jilin-2025")
    new = {
        "220822-tongyu": {"ai-hall": 12},
        "220802-taobei": {"cloud-hall": 3},
        "220103-beihu": {"cloud-hall": 20},
    }
    yield fake_plan(case)
    yield fake_plan(case, new=new)


def test_the_map_of_differences_is_drawn_in_both_languages(tmp_path: Path) -> None:
    base, other = _packaged()
    named = replace(other, record={**other.record, "key_figures": {"standard_racks": 2.0}})
    pair = compare_plans(
        [
            (
                "{base} 😀",
                replace(base, record={**base.record, "key_figures": {"standard_racks": 1.0}}),
                None,
            ),
            ("other", named, None),
        ]
    )
    written = write_comparison(pair, tmp_path / "out", ("svg",))
    assert written.failures == []
    files = sorted(path.name for path in (tmp_path / "out" / "maps").iterdir())
    assert files == ["difference-en.svg", "difference-zh.svg"]


def test_a_map_that_cannot_be_drawn_costs_the_map(
    comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capplan.compare.page.face_rules", lambda _characters: "")

    def broken(*_arguments: object, **_more: object) -> None:
        problem = "no ink"
        raise RuntimeError(problem)

    monkeypatch.setattr("capplan.compare.maps.make_maps", broken)
    written = write_comparison(comparison, tmp_path / "out", ("html", "png"))
    assert "no ink" in written.failures[0].text("en")
    assert isinstance(written.failures[0], RenderError)
    assert (tmp_path / "out" / "compare-en.html").is_file()


def test_every_broken_folder_is_told_with_its_file(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    good = plans[0].write(tmp_path / "good")
    bad = Path(shutil.copytree(good, tmp_path / "bad"))
    (bad / "tables" / "costs.csv").write_text("term,year\nland,2025\n", encoding="utf-8")
    (bad / "plan.json").write_text("{", encoding="utf-8")
    worse = Path(shutil.copytree(good, tmp_path / "worse"))
    (worse / "plan.json").write_text('{"objective_cny": "much", "key_figures": []}', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_plans([good, bad, worse, tmp_path / "none"])
    files = [fault.file for fault in caught.value.faults]
    assert any(file == f"{bad}/plan.json" for file in files)
    assert any("costs" in file and file.startswith(str(bad)) for file in files)
    assert f"{worse}/plan.json" in files
    assert str(tmp_path / "none") in files
    assert [label for label, _, _ in read_plans([good, good])] == ["good", "good"]


def test_names_of_folders_are_kept_short() -> None:
    name = default_folder(["长" * 300, "b"]).name
    assert len(name.encode("utf-8")) <= 120
    assert name != default_folder(["长" * 301, "b"]).name


def test_charts_hold_intervals_and_escape_labels() -> None:
    drawn = bars([Bar("<b>", -2.0, "-2", -3.0, -1.0), Bar("none", None, "0", even=True)], "a & b")
    assert "&lt;b&gt;" in drawn
    assert drawn.count('class="span"') == 1
    assert 'aria-label="a &amp; b"' in drawn
    assert bars([], "nothing") == ""
    assert f">{'长' * 15}…<" in bars([Bar("长" * 40, 1.0, "1")], "long")


def test_a_page_of_several_plans_leads_to_each(
    plans: tuple[Plan, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capplan.compare.page.face_rules", lambda _characters: "")
    found = compare_plans([("a", plans[0], None), ("b", plans[1], None), ("c", plans[0], None)])
    page = Page(page_html(found, "en", {}))
    assert {"#plan-1", "#plan-2"} <= set(page.links)
    assert any("Nothing differs" in said for said in page.said)
