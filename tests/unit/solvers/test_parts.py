"""Parts of a program: blocks, the bounds that rows imply, and the engine that works part by part."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from capplan.solvers import solve_matrix
from capplan.solvers.arrays import Arrays
from capplan.solvers.parts import box_minimum, divided, fitting, matrix_of, tightened

INF = float("inf")


def towns(seed: int, *, towns: int = 5, sites: int = 4) -> Arrays:
    """Return halls of several towns: demand of each over its own sites, one budget of all that binds them."""
    rng = np.random.default_rng(seed)
    count = towns * sites
    works, each = rng.uniform(20, 40, count), rng.uniform(1, 3, count)
    town = np.repeat(np.arange(towns), sites)
    own = sparse.csr_matrix((np.ones(count), (town, np.arange(count))), shape=(towns, count))
    none = sparse.csr_matrix((towns, count))
    matrix = sparse.vstack([
        sparse.hstack([own, none]),
        sparse.hstack([sparse.eye(count), -10.0 * sparse.eye(count)]),
        sparse.hstack([sparse.csr_matrix((1, count)), sparse.csr_matrix(works[None, :])]),
    ]).tocsr()  # fmt: skip
    matrix.sort_indices()
    demand = rng.uniform(12, 24, towns)
    return Arrays(
        cost=np.concatenate([each, works]),
        offset=3.0,
        indptr=matrix.indptr.astype(np.int64),
        indices=matrix.indices.astype(np.int64),
        data=matrix.data,
        row_lower=np.concatenate([demand, np.full(count, -INF), [-INF]]),
        row_upper=np.concatenate([demand, np.zeros(count), [90.0 * towns]]),
        column_lower=np.zeros(2 * count),
        column_upper=np.concatenate([np.full(count, INF), np.full(count, 3.0)]),
        integer=np.arange(2 * count) >= count,
    )


def test_blocks_are_towns_and_only_the_budget_couples() -> None:
    arrays = towns(0)
    parts = divided(arrays, 4)
    assert parts.count == 5
    assert np.flatnonzero(parts.inner < 0).tolist() == [arrays.height - 1]
    for number in range(parts.count):
        assert int((arrays.integer & (parts.block == number)).sum()) == 4
    assert divided(arrays, 20).count == 1
    assert (divided(arrays, 20).inner == 0).all()


def test_inner_rows_hold_columns_of_their_block_alone() -> None:
    arrays = towns(1)
    parts, matrix = divided(arrays, 3), matrix_of(arrays)
    for row in np.flatnonzero(parts.inner >= 0):
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        assert set(parts.block[columns]) == {parts.inner[row]}


def test_implied_bounds_leave_the_optimum_alone() -> None:
    arrays = towns(2)
    tight = tightened(arrays)
    assert np.isfinite(tight.column_upper).all()
    both = [solve_matrix(one, gap=1e-9, threads=1, in_process=True).termination for one in (arrays, tight)]
    assert both[0].primal_bound == pytest.approx(both[1].primal_bound)


@pytest.mark.parametrize("seed", range(3))
def test_any_prices_give_a_bound(seed: int) -> None:
    arrays = tightened(towns(seed))
    best = solve_matrix(arrays, gap=1e-9, threads=1, in_process=True).termination.primal_bound
    assert best is not None
    prices = fitting(arrays, np.random.default_rng(seed).normal(0.0, 2.0, arrays.height))
    rows = np.where(prices > 0, arrays.row_lower, arrays.row_upper)
    paid = np.where(prices == 0, 0.0, prices * np.where(np.isfinite(rows), rows, 0.0))
    cost = arrays.cost - matrix_of(arrays).T @ prices
    least = box_minimum(cost, arrays.column_lower, arrays.column_upper)
    assert arrays.offset + paid.sum() + least.sum() <= best + 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_part_by_part_brackets_the_optimum_and_repeats_itself(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capplan.solvers.regional.BLOCK_INTEGERS", 4)
    monkeypatch.setattr("capplan.solvers.regional.NEIGHBOUR_INTEGERS", 4)
    arrays = towns(seed)
    plain = solve_matrix(arrays, engine="highs", gap=1e-9, threads=1, in_process=True).termination
    first, second = (
        solve_matrix(arrays, engine="regional", gap=1e-9, threads=1, seed=1, in_process=True)
        for _ in range(2)
    )
    end = first.termination
    assert end.primal_bound is not None
    assert end.dual_bound is not None
    assert plain.primal_bound is not None
    assert end.dual_bound <= plain.primal_bound + 1e-6
    assert end.primal_bound >= plain.primal_bound - 1e-6
    assert end.primal_bound <= 1.2 * plain.primal_bound
    relaxed = solve_matrix(arrays.relaxed(), engine="highs", gap=1e-9, threads=1, in_process=True).termination
    assert relaxed.primal_bound is not None
    assert end.dual_bound >= relaxed.primal_bound - 1e-5
    assert first.values is not None
    assert second.values is not None
    assert np.array_equal(first.values, second.values)
