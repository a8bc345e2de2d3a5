"""From fractions to whole numbers: propagation, the dive, the sweep, better prices, and the engine that uses them."""

from __future__ import annotations

import numpy as np
import pytest

from capplan.solvers import highs, solve_matrix
from capplan.solvers.arrays import Arrays
from capplan.solvers.diving import Dive, between
from capplan.solvers.engine import Hooks, Request
from capplan.solvers.parts import divided, fitting, matrix_of, tightened
from capplan.solvers.pool import Pool
from capplan.solvers.pricing import Pricing
from capplan.solvers.propagation import Propagation
from capplan.solvers.sweeping import Sweep, missed
from tests.unit.solvers.test_parts import towns

REQUEST = Request(engine="regional", gap=1e-6, time_limit=None, threads=1, seed=0, work_limit=None)


def relaxed(arrays: Arrays) -> tuple[Pool, object]:
    """Return a pool and a HiGHS with the relaxation solved."""
    pool = Pool(arrays, REQUEST, Hooks())
    scaled = Arrays(
        **{
            **arrays.__dict__,
            "cost": arrays.cost * pool.scale,
            "offset": arrays.offset * pool.scale,
            "integer": arrays.integer & False,
        }
    )
    model = highs.loaded(scaled, {"threads": 1})
    model.run()
    return pool, model


def exact(arrays: Arrays) -> float:
    """Return the least cost."""
    found = solve_matrix(arrays, gap=1e-9, threads=1, in_process=True).termination.primal_bound
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(3))
def test_propagation_keeps_every_whole_solution(seed: int) -> None:
    arrays = tightened(towns(seed))
    best = solve_matrix(arrays, gap=1e-9, threads=1, in_process=True).values
    assert best is not None
    bounds = Propagation(arrays).settled(arrays.column_lower, arrays.column_upper)
    assert bounds is not None
    assert (bounds[0] <= best + 1e-6).all()
    assert (best <= bounds[1] + 1e-6).all()


def test_propagation_says_where_nothing_fits() -> None:
    arrays = tightened(towns(0))
    dear = np.where(arrays.integer, arrays.column_upper, 0.0)
    assert Propagation(arrays).settled(dear, arrays.column_upper) is None


@pytest.mark.parametrize("seed", range(3))
def test_a_dive_stays_within_the_rows_and_leaves_few_columns_between(seed: int) -> None:
    arrays = tightened(towns(seed, towns=12))
    pool, model = relaxed(arrays)
    first = len(between(np.array(model.getSolution().col_value), arrays.integer))  # type: ignore[attr-defined]
    point = Dive(pool, arrays, model).run()
    assert point is not None
    assert len(missed(arrays, point)) == 0
    assert len(between(point, arrays.integer)) < max(first, 1)


@pytest.mark.parametrize("seed", range(3))
def test_a_sweep_gives_whole_numbers_that_miss_few_rows(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capplan.solvers.sweeping.PART_INTEGERS", 4)
    arrays = tightened(towns(seed, towns=12))
    pool, model = relaxed(arrays)
    solution = model.getSolution()  # type: ignore[attr-defined]
    prices = fitting(arrays, np.array(solution.row_dual) / pool.scale)
    values = np.array(solution.col_value)
    found = Sweep(pool, arrays, values, prices, by_nodes=True).run()
    assert found is not None
    assert len(between(found, arrays.integer)) == 0
    assert len(missed(arrays, found)) <= 2
    again = Sweep(pool, arrays, values, prices, by_nodes=True).run()
    assert again is not None
    assert np.array_equal(found, again)


def test_prices_after_cuts_bound_no_worse_than_those_of_the_relaxation() -> None:
    arrays = tightened(towns(1, towns=8))
    pool, model = relaxed(arrays)
    before = np.array(model.getSolution().row_dual) / pool.scale  # type: ignore[attr-defined]
    pricing = Pricing(pool, arrays, model, 4, by_nodes=True)
    after = pricing.better()
    assert after is not None
    best = exact(arrays)
    assert blockwise(arrays, fitting(arrays, before)) <= best + 1e-6
    assert blockwise(arrays, fitting(arrays, before)) - 1e-6 <= blockwise(arrays, fitting(arrays, after))
    assert blockwise(arrays, fitting(arrays, after)) <= best + 1e-6


def blockwise(arrays: Arrays, prices: np.ndarray) -> float:
    """Return the bound of blocks of four integer columns, solved to the end at the prices of what couples them."""
    parts = divided(arrays, 4)
    coupling = np.where(parts.inner < 0, prices, 0.0)
    speaks = np.where(coupling > 0, arrays.row_lower, arrays.row_upper)
    paid = np.where(coupling == 0, 0.0, coupling * np.where(np.isfinite(speaks), speaks, 0.0))
    rows = np.where(parts.inner >= 0)[0]
    inner = matrix_of(arrays)[rows]
    alone = Arrays(
        **{
            **arrays.__dict__,
            "cost": arrays.cost - matrix_of(arrays).T @ coupling,
            "indptr": inner.indptr.astype(np.int64),
            "indices": inner.indices.astype(np.int64),
            "data": inner.data,
            "row_lower": arrays.row_lower[rows],
            "row_upper": arrays.row_upper[rows],
        }
    )
    return exact(alone) + float(paid.sum())


@pytest.mark.parametrize("first", ["sweep", "dive"])
def test_values_of_either_way_are_solutions(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capplan.solvers.mending.DIVES", 0 if first == "sweep" else 10**6)
    monkeypatch.setattr("capplan.solvers.regional.BLOCK_INTEGERS", 8)
    monkeypatch.setattr("capplan.solvers.regional.NEIGHBOUR_INTEGERS", 8)
    monkeypatch.setattr("capplan.solvers.sweeping.PART_INTEGERS", 8)
    arrays = towns(2, towns=8)
    found = solve_matrix(arrays, engine="regional", gap=1e-9, threads=1, seed=1, in_process=True)
    end = found.termination
    assert first in end.detail or end.reason.value == "optimal"
    assert found.values is not None
    assert arrays.worst(found.values)[0] <= 1e-6
    assert end.primal_bound is not None
    assert end.dual_bound is not None
    assert end.dual_bound - 1e-6 <= exact(arrays) <= end.primal_bound + 1e-6


def test_values_found_with_two_threads_are_polished() -> None:
    found = solve_matrix(towns(1), engine="regional", gap=1e-9, threads=2, time_limit=10.0)
    assert found.values is not None
    assert "not polished" not in found.termination.detail
    assert found.duals is not None
