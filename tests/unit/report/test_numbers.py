"""Numbers as a planner writes them."""

from __future__ import annotations

import math

import pytest

from capplan.report.numbers import amount, money, money_in_large_units, money_unit, percent


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [(60000.4, 0, "60,000"), (-0.4, 0, "0"), (None, 0, "-"), (math.inf, 2, "-"), (1234.5678, 2, "1,234.57")],
)
def test_amounts(value: float | None, digits: int, written: str) -> None:
    assert amount(value, digits) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.0, "0.0%"), (0.5, "50.0%"), (0.0008, "0.080%"), (3e-16, "<1e-6%"), (-0.199, "-19.9%"), (None, "-")],
)
def test_shares_keep_digits_that_count(share: float | None, written: str) -> None:
    assert percent(share) == written


@pytest.mark.parametrize(
    ("cny", "zh", "en"),
    [
        (5.12e9, "51.20 亿元", "CNY 5.120 bn"),
        (3.2e7, "3,200 万元", "CNY 32.00 million"),
        (3.2e6, "320.00 万元", "CNY 3.20 million"),
        (120_000.0, "12.00 万元", "CNY 120,000"),
        (99.0, "99 元", "CNY 99"),
        (-3.4e8, "-3.40 亿元", "CNY -0.340 bn"),
        (math.nan, "-", "-"),
    ],
)
def test_money_has_the_unit_of_its_size(cny: float, zh: str, en: str) -> None:
    assert (money(cny, "zh"), money(cny, "en")) == (zh, en)


def test_columns_of_money_share_one_unit() -> None:
    assert money_in_large_units(5.12e9, "zh", 1) == "51.2"
    assert money_in_large_units(None, "en") == "-"
    assert [money_in_large_units(2.5e6, lang, 3, whole=4e7) for lang in ("zh", "en")] == ["250.0", "2.50"]
    assert [money_unit(lang, 4e7) for lang in ("zh", "en")] == ["万元", "CNY million"]
