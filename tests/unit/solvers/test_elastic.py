"""Slacks let rows give, cost what they are said to cost, and can be held."""

from __future__ import annotations

import numpy as np
import pytest

from capplan.solvers import solve_matrix
from capplan.solvers.elastic import row_sizes, soften, without_rows
from tests.support.solve_batch import arrays_of

INF = float("inf")
ARRAYS = arrays_of(
    {
        "cost": [7.0, 7.0],
        "offset": 3.0,
        "rows": [[1, 1], [1, 0], [0, 1]],
        "row_lower": [10.0, -INF, -INF],
        "row_upper": [INF, 3.0, 4.0],
        "column_lower": [0.0, 0.0],
        "column_upper": [9.0, 9.0],
        "integer": [False, False],
    }
)
ALL = np.ones(3, dtype=bool)


def test_the_least_violation_is_found_and_costs_of_the_program_do_not_count() -> None:
    elastic = soften(ARRAYS, ALL, np.ones(3))
    solution = solve_matrix(elastic.arrays, threads=1)
    assert solution.values is not None
    assert solution.termination.primal_bound == pytest.approx(3.0)
    assert elastic.amounts(solution.values).sum() == pytest.approx(3.0)


def test_scales_are_the_units_of_slacks() -> None:
    elastic = soften(ARRAYS, ALL, np.array([10.0, 1.0, 1.0]))
    solution = solve_matrix(elastic.arrays, threads=1)
    assert solution.values is not None
    assert elastic.amounts(solution.values).tolist() == pytest.approx([3.0, 0.0, 0.0])
    assert solution.termination.primal_bound == pytest.approx(0.3)


def test_held_slacks_stay_within_their_total() -> None:
    elastic = soften(ARRAYS, ALL, np.ones(3)).held(np.array([True, False, False]), 1.0)
    solution = solve_matrix(elastic.arrays, threads=1)
    assert solution.values is not None
    amounts = elastic.amounts(solution.values)
    assert amounts[0] <= 1.0 + 1e-9
    assert amounts.sum() == pytest.approx(3.0)


def test_free_slacks_cost_nothing() -> None:
    elastic = soften(ARRAYS, ALL, np.ones(3)).free(np.array([True, False, False]))
    assert solve_matrix(elastic.arrays, threads=1).termination.primal_bound == pytest.approx(0.0)


def test_rows_that_are_left_out_bind_no_more() -> None:
    plain = without_rows(ARRAYS, np.array([True, False, False]))
    assert solve_matrix(plain, threads=1).termination.primal_bound == pytest.approx(3.0)


def test_sizes_come_from_bounds_then_terms_then_family_then_coefficients() -> None:
    family = np.array([0, 1, 1])
    assert row_sizes(ARRAYS, family).tolist() == [10.0, 3.5, 4.0]
    assert row_sizes(ARRAYS, family, np.array([40.0, 0.0])).tolist() == [20.0, 20.0, 12.0]
    empty = without_rows(ARRAYS, ALL)
    assert row_sizes(empty, family).tolist() == [1.0, 1.0, 1.0]
