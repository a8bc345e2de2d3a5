"""Accounts: what a subsidy pays in full costs nothing, and a bond at the discount rate saves nothing."""

from __future__ import annotations

import pytest

from tests.support.full_case import add, full_edit
from tests.support.solved import read_tiny, solved
from tests.support.tiny_case import Parts

CAPITAL = ("capital", "it_equipment", "connection", "campus", "retrofit")


def costs(kind: str, **terms: str) -> dict[str, float]:
    """Return the cost by term where one account of a kind pays for everything [CNY]."""

    def edit(parts: Parts) -> None:
        full_edit(parts)
        parts.study["periods"] = [2025]
        parts.study["features"].pop("projects", None)
        parts.tables["funding"] = []
        add(
            parts,
            "funding",
            account_id="all",
            year="2025",
            kind=kind,
            limit_cny="1e11",
            eligible="all",
            **terms,
        )

    return solved(read_tiny(edit)).tables["costs"].groupby("term")["cny"].sum().to_dict()


def test_what_a_subsidy_pays_in_full_costs_nothing() -> None:
    found = costs("subsidy", share_of_capex="1")
    assert found["subsidy"] == pytest.approx(-sum(found.get(term, 0.0) for term in CAPITAL), rel=1e-9)
    assert found["capital"] > 0
    assert found["connection"] > 0


def test_a_bond_at_the_discount_rate_saves_nothing() -> None:
    assert costs("special_bond", interest_rate="0.06").get("bond_relief", 0.0) == pytest.approx(0.0, abs=1.0)


def test_a_bond_saves_what_need_not_be_paid_back() -> None:
    found = costs("special_bond", interest_rate="0.03")
    rate, interest, tenor = 0.06, 0.03, 15.0
    payment = interest / (1 - (1 + interest) ** -tenor)
    worth = 1 - payment * (1 - (1 + rate) ** -tenor) / rate
    expected = -worth * sum(found.get(term, 0.0) for term in CAPITAL)
    assert found["bond_relief"] == pytest.approx(expected, rel=1e-9)
