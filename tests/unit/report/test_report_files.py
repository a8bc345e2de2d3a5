"""The report as files: one PDF and one HTML page, with every character, whatever the names are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from capplan import resources
from capplan.errors import RenderError
from capplan.explore.reporting import Wish, write_reports
from capplan.messages import msg
from capplan.plan import Plan
from capplan.report.book import written
from capplan.report.chapters.tracing import figures_of
from capplan.report.document.blocks import Document, Picture, Table
from capplan.report.document.glyphs import BREAK, FONTS, readable
from capplan.report.press.paper import as_json, pdf
from capplan.report.press.screen import html
from tests.support.report_plan import all_figures
from tests.support.sample_plan import sample_plan
from tests.support.solved import full
from tests.support.tiny_case import tiny_case

HOSTILE = (
    '#import "x" #panic() $x^2$ *b* _i_ `c` \\ @r <l> // /* [c] {e} ~ =HYPERLINK("http://x") '
    "<script>alert(1)</script>\n<b>&amp;</b> \u202e㐀𠮷😀"
)


@pytest.fixture(scope="module")
def paper(documents: dict[str, Document]) -> PdfReader:
    return PdfReader(BytesIO(pdf(documents["zh"])))


@pytest.fixture(scope="module")
def pages(paper: PdfReader) -> list[str]:
    """The text of each page without spaces."""
    return [re.sub(r"\s+", "", page.extract_text()) for page in paper.pages]


def texts(value: Any) -> Iterator[str]:
    """Yield every text of a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)


def missing(content: Any, folder: Path) -> set[str]:
    """Return the characters of a report, its charts included, that one of the packaged fonts lacks; breaks are not drawn."""
    said = " ".join(texts(content)) + " ".join(file.read_text() for file in folder.glob("picture-*.svg"))
    known = [
        frozenset(TTFont(BytesIO(resources.read_bytes("maps", name)), lazy=True).getBestCmap())
        for name in FONTS
    ]
    return {
        char for char in said if char not in ("\n", BREAK) and not all(ord(char) in each for each in known)
    }


def test_the_pdf_has_title_outline_and_the_packaged_fonts_alone(paper: PdfReader) -> None:
    assert paper.metadata is not None
    assert paper.metadata.title
    assert len(paper.outline) > 10
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in paper.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all(name.startswith("NotoSansSC") for name in fonts), fonts


def test_pages_have_feet_and_the_header_of_a_long_table_stands_on_each_of_its_pages(pages: list[str]) -> None:
    held = [number for number, text in enumerate(pages) if "文件、列与筛选" in text]
    assert held == list(range(held[0], held[-1] + 1))
    assert len(held) >= 2
    assert held[-1] == len(pages) - 1
    assert all("非官方规划" in text for text in pages[1:])


def test_figures_of_the_text_stand_in_the_pdf(pages: list[str], documents: dict[str, Document]) -> None:
    text = "".join(pages)
    sections = documents["zh"].sections
    blocks = [block for section in sections for block in section.blocks if not isinstance(block, Picture)]
    figures = {figure.text for block in blocks for figure in figures_of(block)}
    assert len(figures) > 100
    assert {told for told in figures if re.sub(r"\s+", "", told) not in text} <= {"-"}


def test_no_character_is_missing(document: Document, tmp_path: Path) -> None:
    assert missing(as_json(document, tmp_path), tmp_path) == set()


def test_the_same_plan_gives_the_same_files(documents: dict[str, Document]) -> None:
    assert html(documents["en"]) == html(documents["en"])
    assert pdf(documents["en"]) == pdf(documents["en"])


class Tags(HTMLParser):
    """Counts tags, and keeps what could ask for something or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            outward = name in ("src", "href") and not (value or "").startswith(("data:", "#"))
            if outward or name.startswith("on") or tag in ("script", "iframe", "object", "link", "form"):
                self.bad.append(f"<{tag} {name}={value!r}>")


def test_the_page_asks_for_nothing_runs_nothing_and_traces_every_figure(document: Document) -> None:
    page = html(document)
    seen = Tags()
    seen.feed(page)
    assert seen.bad == []
    assert "url(http" not in page
    assert seen.tags.count("data") >= sum(1 for place, _ in all_figures(document) if place != "cover") * 0.9
    assert all(told for told in re.findall(r'<data value="[^"]*" title="([^"]*)"', page))
    assert seen.tags.count("section") == len(document.sections)
    tables = sum(isinstance(block, Table) for section in document.sections for block in section.blocks)
    assert seen.tags.count("table") == tables


def hostile(plan: Plan) -> Plan:
    """Return a plan whose names are as nobody should write them."""
    case, name = plan.case, {"name_zh": HOSTILE, "name_en": HOSTILE}
    tables = {
        key: case.table(key).assign(**name) for key in ("sites", "zones", "regions", "classes", "projects")
    }
    tables["sites"] = tables["sites"].assign(**dict.fromkeys(name, HOSTILE + "长" * 300))
    tables["documents"] = case.table("documents").assign(title_zh=HOSTILE, title_en=HOSTILE, issuer=HOSTILE)
    tables["targets"] = case.table("targets").assign(quote_zh=HOSTILE, source=HOSTILE)
    title = case.study.title.model_copy(update={"zh": HOSTILE, "en": HOSTILE})
    study = case.study.model_copy(update={"title": title, "description": title})
    technologies = {key: item.model_copy(update={"name": title}) for key, item in case.technologies.items()}
    changed = case.replace(study=study, tables=tables, technologies=technologies)
    long = dict.fromkeys(name, HOSTILE + "长" * 300)
    sites = plan.tables["sites"].assign(**long)
    return Plan(changed, {**plan.tables, "sites": sites}, plan.record, plan.certificate)


def test_hostile_names_neither_run_nor_break(reported: Plan, ranking: pd.DataFrame, tmp_path: Path) -> None:
    document = written(hostile(reported), "zh", influences=ranking)
    assert missing(as_json(document, tmp_path), tmp_path) == set()
    seen = Tags()
    page = html(document)
    seen.feed(page)
    assert seen.bad == []
    assert "<script" not in page
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf(document))).pages[:8])
    assert "#panic()" in text
    assert "[U+1F600]" in text


def test_characters_that_the_font_lacks_become_their_number() -> None:
    assert readable("a😀b") == "a[U+1F600]b"
    assert readable("Ａ") in ("Ａ", "A")
    assert readable("é") == "é"


def no_green(plan: Plan) -> Plan:
    features = {name: given for name, given in plan.case.study.features.items() if name != "green_share"}
    case = plan.case.replace(study=plan.case.study.model_copy(update={"features": features}))
    kept = {name: frame for name, frame in plan.tables.items() if name not in ("contracts", "prices")}
    kept["limits"] = kept["limits"][kept["limits"]["limit"] != "green_share"]
    return Plan(case, kept, plan.record, plan.certificate)


def no_targets(plan: Plan) -> Plan:
    study = plan.case.study.model_copy(update={"scenarios": {}})
    case = plan.case.replace(study=study, tables={"targets": plan.case.table("targets").iloc[:0]})
    tables = {name: frame for name, frame in plan.tables.items() if name not in ("targets", "prices")}
    return Plan(case, tables, plan.record, plan.certificate)


def one_period(plan: Plan) -> Plan:
    last = plan.case.study.periods[-1]
    case = plan.case.replace(study=plan.case.study.model_copy(update={"periods": (last,), "scenarios": {}}))
    tables = {
        name: frame[frame["year"] == last] if "year" in frame.columns else frame
        for name, frame in plan.tables.items()
        if name != "prices"
    }
    return Plan(case, tables, plan.record, plan.certificate)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (no_green, "This study asks for no share of green electricity."),
        (no_targets, "This study sets no targets."),
        (one_period, "Run capplan why on the plan folder"),
        (lambda _: sample_plan(full().built.data.case), "The solver proved no bound"),
    ],
    ids=["no green rule", "no targets, no prices", "one period", "hardly any table"],
)
def test_a_report_of_less(reported: Plan, change: Callable[[Plan], Plan], said: str) -> None:
    plan = change(reported)
    none = pd.DataFrame(columns=["name", "influence", "table", "kind", "column"])
    document = written(plan, "en", influences=none)
    assert said in re.sub(r"<[^>]*>", "", html(document))


def test_a_case_without_ranges_and_documents_has_a_report(tmp_path: Path) -> None:
    plan = sample_plan(tiny_case(tmp_path / "case"))
    none = pd.DataFrame(columns=["name", "influence", "table", "kind", "column"])
    document = written(plan, "zh", influences=none)
    assert "没有给出上下限" in re.sub(r"<[^>]*>", "", html(document))
    assert len(PdfReader(BytesIO(pdf(document))).pages) > 5


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_reports_stand_in_the_folder_and_nothing_else_changes(
    report_folder: Path,
    reported: Plan,
    ranking: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("capplan.influence.influences", lambda _plan: ranking)
    monkeypatch.setattr("capplan.report.press.paper.pdf", lambda _document: b"%PDF")
    before = digests(report_folder)
    made = write_reports(reported, report_folder, Wish(("en",), ("pdf", "html"), maps=False))
    assert [file.name for file in made.files] == ["report-en.pdf", "report-en.html"]
    assert made.failures == {}
    after = digests(report_folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"report-en.pdf", "report-en.html"}
    write_reports(reported, report_folder, Wish(("zh",), ("html",), maps=False), out=tmp_path / "out")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["report-zh.html"]
    for file in made.files:
        file.unlink()


def test_without_typst_the_page_is_still_written(
    report_folder: Path,
    reported: Plan,
    ranking: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("capplan.influence.influences", lambda _plan: ranking)
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    made = write_reports(reported, report_folder, Wish(("zh",), maps=False), out=tmp_path)
    assert [file.name for file in made.files] == ["report-zh.html"]
    fault = made.failures["report-zh.pdf"]
    assert isinstance(fault, RenderError)
    assert "typst" in fault.text("zh")


def test_missing_fonts_are_told(documents: dict[str, Document], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capplan.report.press.paper.FONTS", ("fonts/NoSuchFont.ttf",))
    with pytest.raises(RenderError, match="font"):
        pdf(documents["en"])

    def missing(*_: object) -> str:
        raise RenderError(msg("the font {file} is missing: install capplan again", file="x.ttf"))

    monkeypatch.setattr("capplan.webfont._woff", missing)
    page = html(documents["zh"])
    assert "网页改用读者电脑上的字体，因为随包字体无法使用：缺少字体 x.ttf" in page
    assert "@font-face" not in page
