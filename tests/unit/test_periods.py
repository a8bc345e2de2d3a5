"""Cumulative variables over the periods: steps and sums undo each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from capplan.periods import ascending, before, cumulative, steps
from capplan.program import Program, Tier

YEARS = [2024, 2027, 2030]
LABELS = pd.DataFrame({"site_id": ["a"] * 3 + ["b"] * 2, "year": [2024, 2027, 2030, 2027, 2030]})


def test_the_period_before_is_the_one_listed_before_and_not_the_year_before() -> None:
    assert before(LABELS, YEARS)["year"].tolist() == [-1, 2024, 2027, 2024, 2027]


def test_a_block_that_never_falls_has_one_row_for_each_pair_of_periods() -> None:
    program = Program()
    program.add_columns("first", LABELS.iloc[:2], unit="module")
    block = program.add_columns("count", LABELS, unit="module")
    ascending(program, "count", YEARS)
    rows = program.rows[0]
    assert (rows.name, rows.tier, rows.unit) == ("count_ascending", Tier.PHYSICS, "module")
    assert rows.index.to_numpy().tolist() == [["a", 2027], ["a", 2030], ["b", 2030]]
    matrix = program.matrix()
    dense = np.zeros((3, 7))
    for row, (later, earlier) in enumerate([(1, 0), (2, 1), (4, 3)]):
        dense[row, block.start + later], dense[row, block.start + earlier] = 1.0, -1.0
    assert matrix.csr().toarray().tolist() == dense.tolist()
    assert (matrix.row_lower == 0.0).all()
    assert np.isinf(matrix.row_upper).all()


def test_steps_leave_out_periods_in_which_nothing_happens() -> None:
    frame = LABELS.assign(value=[2.0, 2.0, 5.0, 1.0 + 1e-12, 1.0])
    found = steps(frame, YEARS)
    assert found.drop(columns="modules").to_numpy().tolist() == [["a", 2024], ["a", 2030], ["b", 2027]]
    np.testing.assert_allclose(found["modules"], [2.0, 3.0, 1.0])


def test_steps_of_one_period_are_what_stands() -> None:
    assert steps(LABELS.iloc[:1].assign(value=4.0), [2024])["modules"].tolist() == [4.0]


def test_sums_undo_steps() -> None:
    amounts = np.array([2.0, 2.0, 5.0, 1.0, 4.0])
    happened = steps(LABELS.assign(value=amounts), YEARS)
    found = cumulative(happened, ["site_id", "year"], YEARS)
    both = LABELS.assign(value=amounts).merge(found, how="outer")
    np.testing.assert_allclose(both["modules"], both["value"])


def test_sums_add_what_happens_more_than_once_in_a_period() -> None:
    twice = pd.DataFrame({"site_id": ["a", "a"], "year": [2027, 2027], "modules": [1.0, 2.0]})
    found = cumulative(twice, ["site_id", "year"], YEARS)
    assert found.to_numpy().tolist() == [["a", 2027, 3.0], ["a", 2030, 3.0]]
