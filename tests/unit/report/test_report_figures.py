"""Every figure of the report equals its table: read again from the files, by other code than wrote the text."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

from capplan.report.chapters.tracing import figures_of
from capplan.report.document.blocks import Document, Figure, Picture, Table, plain
from capplan.report.document.origins import described, sources_of
from capplan.report.document.words import wordings
from tests.support.report_plan import SCALES, SecondReading, all_figures, written_number

NAMES_WITH_DIGITS = re.compile(r"FP16|FP64|CO2|SHA-256")


@pytest.fixture(scope="module")
def reading(report_folder: Path, ranking: pd.DataFrame) -> SecondReading:
    return SecondReading(report_folder, {"recount": ranking.to_dict("records")})


def wrong(figure: Figure, value: float | None) -> str:
    """Return what is wrong with a figure; nothing where it is right."""
    told = written_number(figure.text)
    if value is None:
        return "" if figure.text == "-" and figure.value is None else "writes a number where there is none"
    if told is None or figure.value is None:
        return "writes no number"
    number, half = told
    target = value * SCALES[figure.unit]
    if figure.text.startswith("<"):
        return "" if 0 < target < 1e-6 else "is not that small"
    if any(source.column == "unit_price_cny" for source in sources_of(figure.origin)):
        half = 0.005 * abs(target)
    slack = half * (1 + 1e-6) + 1e-9 * abs(target)
    return "" if abs(number - target) <= slack else f"should be {target!r}"


def test_every_figure_equals_its_table(document: Document, reading: SecondReading) -> None:
    figures = list(all_figures(document))
    faults = [
        f"{place}: {figure.text} ({described(figure.origin)}) {fault}"
        for place, figure in figures
        if (fault := wrong(figure, reading.value(figure.origin)))
    ]
    assert faults == []
    assert len(figures) > 500
    without = {"formulation"}  # inequalities and parameters, quoted as they stand
    assert {place for place, _ in figures} == {
        "cover",
        *(section.anchor for section in document.sections),
    } - without


def test_a_wrong_figure_is_seen(document: Document, reading: SecondReading) -> None:
    figure = next(figure for _, figure in all_figures(document) if figure.value and figure.value > 100)
    changed = Figure("1", figure.value, figure.scale, figure.unit, figure.origin)
    assert wrong(changed, reading.value(figure.origin))


def test_the_written_unit_is_that_of_the_figure(document: Document) -> None:
    for _, figure in all_figures(document):
        assert figure.scale == pytest.approx(SCALES[figure.unit])
        if figure.text.endswith("%"):
            assert figure.unit == "%"
        for unit in ("亿元", "万元", "bn", "million"):
            assert not figure.text.endswith(unit) or figure.unit.endswith(unit)


def test_the_bound_of_an_account_is_in_the_unit_beside_its_name(document: Document) -> None:
    rows = [
        row
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
        if any(
            isinstance(span, Figure) and "funding.bond" in described(span.origin)
            for cell in row
            for span in cell
        )
    ]
    (row,) = rows
    (before,) = row[1]
    assert isinstance(before, Figure)
    assert plain(row[0]) in (f"special bonds 2025 [{before.unit}]", f"专项债券 2025 年 [{before.unit}]")


def test_charts_draw_figures(document: Document) -> None:
    charts = [
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Picture) and block.points
    ]
    assert len(charts) >= 3
    assert all(
        figure.text in chart.content.decode() for chart in charts for figure in chart.points if figure.value
    )


def test_wording_holds_no_number_and_the_same_fields_in_both_languages() -> None:
    for name, wording in wordings().items():
        fields = []
        for text in (wording.zh, wording.en):
            parts = list(Formatter().parse(text))
            assert not re.search(r"\d", NAMES_WITH_DIGITS.sub("", "".join(part[0] for part in parts))), name
            fields.append(Counter(part[1] for part in parts if part[1] is not None).keys())
        assert fields[0] == fields[1], name


def test_both_languages_say_the_same(documents: dict[str, Document]) -> None:
    zh, en = documents["zh"], documents["en"]
    assert [section.anchor for section in zh.sections] == [section.anchor for section in en.sections]
    for one, other in zip(zh.sections, en.sections, strict=True):
        assert [type(block) for block in one.blocks] == [type(block) for block in other.blocks], one.anchor
    assert Counter(figure.origin for _, figure in all_figures(zh)) == Counter(
        figure.origin for _, figure in all_figures(en)
    )


def test_chinese_is_chinese(documents: dict[str, Document]) -> None:
    for section in documents["zh"].sections:
        assert re.search(r"[\u4e00-\u9fff]", section.title)
        for block in section.blocks:
            if isinstance(block, Table):
                assert re.search(r"[\u4e00-\u9fff]", plain(block.caption)), block.caption


def test_figures_of_one_form_share_a_row_and_none_is_lost(document: Document) -> None:
    sources = next(section for section in document.sections if section.anchor == "sources")
    rows = next(block for block in sources.blocks if isinstance(block, Table)).rows
    listed = [[span for span in cells[1] if isinstance(span, Figure)] for cells in rows]
    figures = {
        (figure.text, figure.origin)
        for section in document.sections
        if section is not sources
        for block in section.blocks
        if not isinstance(block, Table | Picture)
        for figure in figures_of(block)
    }
    assert {(figure.text, figure.origin) for row in listed for figure in row} == figures
    assert max(len(row) for row in listed) >= 3
    told = [plain(cells[2]) for cells in rows]
    for row, origin in zip(listed, told, strict=True):
        if len(row) > 1:
            assert len(described(row[0].origin)) < len(origin)
            assert all(
                name in origin for figure in row for name in re.findall(r"\w+", described(figure.origin))
            )


def test_every_figure_says_where_it_comes_from(document: Document) -> None:
    sources = next(section for section in document.sections if section.anchor == "sources")
    told = " ".join(
        plain(cell)
        for block in sources.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
    )
    for place, figure in all_figures(document):
        if place not in ("sources", "cover"):
            assert all(source.file in told for source in sources_of(figure.origin)), described(figure.origin)
