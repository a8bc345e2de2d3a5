"""The verdict on a plan: numbers that fail are shown to differ."""

from __future__ import annotations

from capplan.certificate import Certificate
from capplan.feature import Recount
from capplan.report.verdict import verdict


def objective_line(stated: float, lang: str) -> str:
    """Return what the verdict says of an objective that should be 1.258 billion."""
    off = abs(stated - 1.258e9) / 1.258e9
    rule = Recount("objective", "core", 1, off, "objective_cny")
    return verdict(Certificate((rule,), stated, 1.258e9), lang)[0].lines[1]


def test_an_objective_that_fails_is_written_with_digits_that_differ() -> None:
    assert "CNY 1,258,016,354.00 stated, CNY 1,258,000,000.00 recomputed" in objective_line(
        1258016354.0, "en"
    )
    assert "1,258,016,354.00 元" in objective_line(1258016354.0, "zh")


def test_an_objective_that_holds_is_written_short() -> None:
    assert "12.58 亿元" in objective_line(1.258e9, "zh")
