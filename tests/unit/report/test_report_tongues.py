"""Sources and sentences of documents in the language of the report, where the inputs hold them in it; else that is said once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd
import pytest

from capplan.plan import Plan
from capplan.report.chapters.risks import risks
from capplan.report.chapters.targets import targets
from capplan.report.document.blocks import Paragraph, Section, Table, plain
from capplan.report.document.pen import Pen
from capplan.report.document.tongues import Tongues, chinese

QUOTE, ISSUER = "到二〇二五年机架达到一千", "玩具国政府"


def translated(plan: Plan, told: dict[str, tuple[str, str]]) -> Plan:
    """Return a plan whose document and targets are Chinese, with wordings of its texts."""
    frame = pd.DataFrame(
        [(text, *both) for text, both in told.items()], columns=["text", "text_zh", "text_en"]
    )
    case = plan.case
    tables = {
        "documents": case.table("documents").assign(title_zh="玩具国规划", issuer=ISSUER),
        "targets": case.table("targets").assign(quote_zh=QUOTE),
        "translations": frame.astype(object),
    }
    return Plan(case.replace(tables=tables), plan.tables, plan.record, plan.certificate)


def every_source(plan: Plan) -> set[str]:
    case = plan.case
    sources = {
        quantity.source for item in case.technologies.values() for quantity in item.quantities.values()
    }
    tables = (case.table(name) for name in case.tables)
    return sources | {str(text) for table in tables if "source" in table for text in table["source"]}


def texts(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Table):
            yield plain(block.note)
            yield from (plain(cell) for row in block.rows for cell in row)
        elif isinstance(block, Paragraph):
            yield plain(block.text)


@pytest.fixture(params=[True, False], ids=["translated", "not translated"])
def said(request: pytest.FixtureRequest, reported: Plan, ranking: pd.DataFrame) -> tuple[bool, str, str]:
    """Whether there are translations, and what the two chapters say in Chinese and in English."""
    known = {QUOTE: ("", "A thousand racks by 2025"), ISSUER: ("", "Government of Toyland")}
    known |= {text: (f"出处第{number}", "") for number, text in enumerate(sorted(every_source(reported)))}
    plan = translated(reported, known if request.param else {})
    told = []
    for lang in ("zh", "en"):
        pen = Pen(plan, lang, {})
        pen.facts.hold("recount", ranking)
        told.append("\n".join((*texts(targets(pen)), *texts(risks(pen)))))
    return request.param, told[0], told[1]


def test_sources_and_sentences_are_told_in_the_language_of_the_report(said: tuple[bool, str, str]) -> None:
    known, zh, en = said
    assert ("出处第" in zh) is known
    assert ("原文为英文" in zh) is not known
    assert f"“{QUOTE}”" in zh
    assert (f"“{QUOTE}”" in en) is known
    assert (f'"{QUOTE}"' in en) is not known
    assert ('"A thousand racks by 2025" (in the original:' in en) is known
    assert ("holds no translation" in en or "hold no translation" in en) is not known
    assert (f"Government of Toyland ({ISSUER})" in en) is known
    assert "original title: 《玩具国规划》" in en


def test_units_of_assumptions_are_in_the_language_of_the_report(said: tuple[bool, str, str]) -> None:
    _, zh, en = said
    assert "/yr]" not in zh
    assert "[yr]" not in zh
    assert "1/yr" not in zh + en
    assert not re.search(r"\[[^\]]*\[", zh)


def test_a_text_that_nobody_translated_is_told_as_it_stands() -> None:
    tongues = Tongues(pd.DataFrame({"text": ["a source"], "text_zh": [""], "text_en": [""]}), "zh")
    assert tongues.own("a source") == "a source"
    assert tongues.foreign("a source")
    assert not tongues.foreign("2.5 kW / 国家标准")
    assert not chinese("")
