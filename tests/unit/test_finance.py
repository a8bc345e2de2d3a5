"""Finance: hand-computed values, the limit at rate zero, and the identities between the functions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capplan import finance

RATE = st.floats(0.0, 0.3)
LIFETIME = st.integers(1, 60)


def test_discount_factor_by_hand() -> None:
    """6 per cent: 1 / 1.06 after a year, 1.06 a year before."""
    factors = finance.discount_factor(0.06, [2024, 2025, 2026], 2025)
    assert factors.tolist() == pytest.approx([1.06, 1.0, 1.0 / 1.06])


def test_capital_recovery_by_hand() -> None:
    """10 per cent over two years: 0.1 / (1 - 1 / 1.21)."""
    assert float(finance.capital_recovery_factor(0.1, 2)) == pytest.approx(0.1 * 1.21 / 0.21)
    assert finance.annuity([0.0, 210.0], 0.1, 2).tolist() == pytest.approx([0.0, 121.0])


def test_rate_zero_is_the_limit() -> None:
    """At rate zero the annuity is cost over lifetime, and a tiny rate comes near it."""
    assert finance.annuity(1000.0, 0.0, [10.0, 20.0]).tolist() == [100.0, 50.0]
    assert float(finance.annuity(1000.0, 1e-12, 20.0)) == pytest.approx(50.0, rel=1e-9)


@given(RATE, LIFETIME)
def test_annuity_factor_is_the_sum(rate: float, lifetime: int) -> None:
    """The closed form equals the sum of discount factors."""
    years = np.arange(1, lifetime + 1)
    expected = float(finance.discount_factor(rate, years, 0).sum())
    assert float(finance.annuity_factor(rate, lifetime)) == pytest.approx(expected, rel=1e-9)


@given(st.floats(0.0, 1e9), RATE, LIFETIME)
def test_annuities_pay_the_overnight_cost(cost: float, rate: float, lifetime: int) -> None:
    """The present value of the annuities is the overnight cost; no annuity is below cost over lifetime."""
    yearly = float(finance.annuity(cost, rate, lifetime))
    years = np.arange(2025, 2025 + lifetime)
    paid = float(finance.present_value(np.full(lifetime, yearly), rate, years, 2024))
    assert paid == pytest.approx(cost, rel=1e-9, abs=1e-6)
    assert yearly >= cost / lifetime * (1.0 - 1e-9)


@given(st.floats(1.0, 1e9), RATE, LIFETIME, st.integers(0, 80))
def test_salvage_closes_the_horizon(cost: float, rate: float, lifetime: int, age: int) -> None:
    """Annuities up to an age cost as much as the overnight cost less the salvage value, discounted."""
    left = float(finance.salvage_value(cost, rate, lifetime, age))
    paid = float(finance.annuity(cost, rate, lifetime) * finance.annuity_factor(rate, min(age, lifetime)))
    assert paid == pytest.approx(cost - left * float(finance.discount_factor(rate, age, 0)), rel=1e-7)
    assert 0.0 <= left <= cost * (1.0 + 1e-9)


def test_present_value_sums_the_last_axis() -> None:
    """Two series of flows give two present values."""
    flows = [[100.0, 110.0], [0.0, 121.0]]
    assert finance.present_value(flows, 0.1, [2025, 2026], 2025).tolist() == pytest.approx([200.0, 110.0])
