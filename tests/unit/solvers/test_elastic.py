"""Levers loosen what they are said to loosen at the price they are said to have; softened rows name a contradiction."""

from __future__ import annotations

import numpy as np
import pytest

from capplan.solution import Reason
from capplan.solvers import Arrays, solve_matrix
from capplan.solvers.elastic import Effects, given, loosened, only_rows, soften, violations
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
NONE = np.array([], dtype=np.int64)


def effects(row: list[int], side: list[int], rate: list[float]) -> Effects:
    """Return one lever for each row."""
    number = np.arange(len(row))
    return Effects(
        np.array(row), number, np.array(side), np.array(rate), NONE, NONE, np.array([], dtype=float)
    )


def moved(arrays: Arrays, levers: Effects, *, weight: list[float], most: list[float]) -> list[float] | None:
    count = len(weight)
    elastic = loosened(arrays, levers, size=np.full(count, 2.0), weight=np.array(weight), most=np.array(most))
    solution = solve_matrix(elastic.arrays, threads=1)
    return None if solution.values is None else elastic.moved(solution.values).tolist()


def test_the_cheapest_lever_moves_and_costs_of_the_program_do_not_count() -> None:
    levers = effects([0, 1], [1, -1], [1.0, 1.0])
    assert moved(ARRAYS, levers, weight=[1.0, 5.0], most=[INF, INF]) == pytest.approx([3.0, 0.0])
    assert moved(ARRAYS, levers, weight=[5.0, 1.0], most=[INF, INF]) == pytest.approx([0.0, 3.0])
    assert moved(ARRAYS, levers, weight=[1.0, 5.0], most=[2.0, INF]) == pytest.approx([2.0, 1.0])
    assert moved(ARRAYS, levers, weight=[1.0, 1.0], most=[1.0, 1.0]) is None


def test_rates_say_what_a_unit_of_a_lever_gives() -> None:
    assert moved(ARRAYS, effects([1], [-1], [0.5]), weight=[1.0], most=[INF]) == pytest.approx([6.0])


def test_columns_give_at_their_upper_bounds() -> None:
    tight = arrays_of(
        {
            "cost": [0.0],
            "offset": 0.0,
            "rows": [[1]],
            "row_lower": [10.0],
            "row_upper": [INF],
            "column_lower": [0.0],
            "column_upper": [4.0],
            "integer": [False],
        }
    )
    one = np.array([0])
    lever = Effects(NONE, NONE, NONE, np.array([], dtype=float), one, one, np.array([2.0]))
    assert moved(tight, lever, weight=[1.0], most=[INF]) == pytest.approx([3.0])
    assert moved(tight, lever, weight=[1.0], most=[2.0]) is None
    eased = given(tight, lever, np.array([3.0]))
    assert solve_matrix(eased, threads=1).termination.reason is Reason.OPTIMAL


def test_what_has_moved_holds() -> None:
    levers = effects([0], [1], [1.0])
    assert solve_matrix(ARRAYS, threads=1).termination.reason is Reason.INFEASIBLE
    eased = given(ARRAYS, levers, np.array([3.0]))
    assert solve_matrix(eased, threads=1).termination.reason is Reason.OPTIMAL


def test_violations_are_told_by_side() -> None:
    short, over, beyond = violations(ARRAYS, np.array([5.0, 11.0]))
    assert short.tolist() == [0.0, 0.0, 0.0]
    assert over.tolist() == [0.0, 2.0, 7.0]
    assert beyond.tolist() == [0.0, 2.0]


def test_softened_rows_with_a_dual_contradict_each_other() -> None:
    solution = solve_matrix(soften(ARRAYS), threads=1)
    assert solution.termination.primal_bound == pytest.approx(3.0)
    assert solution.duals is not None
    rows = np.flatnonzero(np.abs(solution.duals) > 1e-9)
    assert rows.tolist() == [0, 1, 2]
    assert solve_matrix(only_rows(ARRAYS, rows), threads=1).termination.reason is Reason.INFEASIBLE
    assert solve_matrix(only_rows(ARRAYS, rows[1:]), threads=1).termination.reason is Reason.OPTIMAL
