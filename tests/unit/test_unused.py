"""Rows that no rule reads are told, by name and reason, and are no faults."""

from __future__ import annotations

import pytest

from capplan.report.summary import idle
from capplan.unused import unused
from tests.support.full_case import add, full_edit
from tests.support.solved import read_tiny
from tests.support.tiny_case import Edit, Parts


def told(edit: Edit) -> list[str]:
    """Return what is told of Toyland after an edit."""
    return [entry.text("en") for entry in unused(read_tiny(edit))]


def test_nothing_is_told_where_every_row_is_read() -> None:
    assert told(full_edit) == []


def limit_of_another_year(parts: Parts) -> None:
    full_edit(parts)
    add(parts, "limits", limit="energy_gwh", region="east", year="2026", bound="5", unit="GWh")


def limit_without_a_rule(parts: Parts) -> None:
    full_edit(parts)
    add(parts, "limits", limit="noise_db", region="east", year="", bound="5", unit="dB")


def rule_that_is_off(parts: Parts) -> None:
    full_edit(parts)
    parts.study["features"].pop("water")


def money_of_another_year(parts: Parts) -> None:
    full_edit(parts)
    add(parts, "funding", account_id="own", year="2023", kind="own", limit_cny="5", eligible="all")


def demand_of_another_year(parts: Parts) -> None:
    full_edit(parts)
    parts.study["periods"] = [2025]


def late_commitment(parts: Parts) -> None:
    full_edit(parts)
    add(parts, "committed", site_id="beta", technology="ai-hall", year="2027", modules="1")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (limit_of_another_year, "data/limits.csv:year [energy_gwh east 2026]: not used: the year is none"),
        (limit_without_a_rule, "data/limits.csv:limit [noise_db]: not used: no rule reads it"),
        (rule_that_is_off, "data/limits.csv:limit [water_m3]: not used: the rule water is not on"),
        (money_of_another_year, "data/funding.csv:year [own 2023]: not used: it comes before the first year"),
        (
            demand_of_another_year,
            "data/demand.csv:year [gate-south archive 2024]: not used: the year is none",
        ),
        (late_commitment, "data/committed.csv:year [beta ai-hall 2027]: not used: it comes after the last"),
    ],
)
def test_what_no_rule_reads_is_told(edit: Edit, expected: str) -> None:
    found = told(edit)
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_a_summary_tells_it_in_both_languages() -> None:
    from types import SimpleNamespace

    plan = SimpleNamespace(case=read_tiny(rule_that_is_off))
    for lang, word in (("en", "not on"), ("zh", "未启用")):
        section = idle(plan, SimpleNamespace(lang=lang))  # type: ignore[arg-type]
        assert section is not None
        assert word in section.lines[0]
