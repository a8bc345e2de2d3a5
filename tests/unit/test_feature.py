"""What rules receive: limits are rows, and the audit measures how far rows are from holding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from capplan.feature import Audit, Context, Outcome, Recount
from capplan.program import Program, Terms, Tier

ROWS = pd.DataFrame({"region": ["west", "east"], "year": [2024, 2025]})
NOBODY: Any = None


@pytest.fixture
def audit() -> Audit:
    """An audit of no case."""
    return Audit(NOBODY, NOBODY, {}, None, "rule")


def _last(audit: Audit) -> Recount:
    return audit.results[-1]


@pytest.mark.parametrize(("at_least", "side"), [(False, "row_upper"), (True, "row_lower")])
def test_a_limit_is_a_block_of_rows_less_what_is_used_anyway(at_least: bool, side: str) -> None:  # noqa: FBT001
    program = Program()
    block = program.add_columns("x", ROWS, unit="MWh/yr")
    context = Context(NOBODY, NOBODY, program, None)
    terms = Terms.of([0, 1], block.ids, 2.0)
    context.add_limit(
        "cap", ROWS, terms, np.array([1.0, 0.0]), 5.0, unit="MWh", tier=Tier.POLICY, at_least=at_least
    )
    matrix, limit = program.matrix(), context.limits[0]
    assert getattr(matrix, side).tolist() == [4.0, 5.0]
    other = matrix.row_lower if side == "row_upper" else matrix.row_upper
    assert np.isinf(other).all()
    assert (limit.bound.tolist(), limit.sign) == ([5.0, 5.0], -1 if at_least else 1)


def test_an_outcome_gives_blocks_with_their_values() -> None:
    program = Program()
    program.add_columns("first", ROWS.iloc[:1], unit="MW")
    program.add_columns("x", ROWS, unit="MW")
    outcome = Outcome(NOBODY, NOBODY, program, None, np.array([7.0, 8.0, 9.0]))
    assert outcome.block("x").to_numpy().tolist() == [["west", 2024, 8.0], ["east", 2025, 9.0]]
    assert outcome.block("y").columns.tolist() == ["value"]


def test_recounted_amounts_add_up_by_what_is_asked(audit: Audit) -> None:
    audit.post("land_ha", ROWS.assign(more="x"), [1.0, 2.0])
    audit.post("land_ha", ROWS.iloc[:1], [4.0])
    assert audit.ledger("land_ha", ["region"]).to_numpy().tolist() == [["east", 2.0], ["west", 5.0]]
    nothing = audit.ledger("water_m3", ["region", "year"])
    assert nothing.columns.tolist() == ["region", "year", "value"]
    assert nothing["value"].dtype == float


def test_violations_are_relative_to_the_largest_term(audit: Audit) -> None:
    audit.equal("balance", ROWS, [100.0, 50.0], [100.0, 49.0])
    assert (_last(audit).violation, _last(audit).worst) == (pytest.approx(1 / 50), "east,2025")
    audit.equal("balance", ROWS, [100.0, 50.0], [100.0, 49.0], scale=1000.0)
    assert _last(audit).violation == pytest.approx(1e-3)
    audit.at_most("room", ROWS, [3.0, 8.0], [4.0, 4.0])
    assert (_last(audit).violation, _last(audit).rows) == (0.5, 2)
    audit.at_most("room", ROWS, [3.0, -8.0], [4.0, 4.0])
    assert _last(audit) == Recount("room", "rule", 2, 0.0, "")


@pytest.mark.parametrize("rubbish", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_never_holds(audit: Audit, rubbish: float) -> None:
    audit.equal("balance", ROWS, [rubbish, 0.0], [0.0, 0.0])
    assert _last(audit).violation > 1.0
    audit.at_most("room", ROWS, [np.nan, 0.0], [0.0, 0.0])
    assert _last(audit).violation == np.inf


def test_rows_of_nothing_hold(audit: Audit) -> None:
    audit.equal("balance", ROWS.iloc[:0], [], [])
    assert _last(audit) == Recount("balance", "rule", 0, 0.0, "")


def test_words_agree_or_not_and_empty_ones_agree(audit: Audit) -> None:
    left = pd.Series(["a", None])
    audit.same("words", ROWS, left, pd.Series(["a", ""]))
    assert _last(audit).violation == 0.0
    audit.same("words", ROWS, left, pd.Series(["a", "b"]))
    assert (_last(audit).violation, _last(audit).worst) == (1.0, "east,2025")


@pytest.mark.parametrize(("at_least", "room"), [(False, [-1.0, 3.0]), (True, [1.0, -3.0])])
def test_a_limit_is_checked_and_said_for_the_table(audit: Audit, at_least: bool, room: list[float]) -> None:  # noqa: FBT001
    audit.limit("cap", ROWS, [6.0, 2.0], 5.0, unit="MWh", at_least=at_least, scale=[9.0, 1.0], step=0.5)
    table = audit.limits[0]
    assert table["room"].tolist() == room
    assert table[["limit", "unit", "bound", "step"]].iloc[1].tolist() == ["cap", "MWh", 5.0, 0.5]
    assert table["scale"].tolist() == [9.0, 1.0]
    assert _last(audit).violation == pytest.approx(1 / 9 if not at_least else 3 / 5)
