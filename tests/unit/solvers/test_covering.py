"""Bounds without the relaxation of the whole: never above the optimum, and better than doing nothing."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from capplan.solution import Reason
from capplan.solvers import covering, regional, solve_matrix
from capplan.solvers.arrays import Arrays
from capplan.solvers.covering import Covering, bound_at
from capplan.solvers.engine import Hooks, Request
from capplan.solvers.parts import tightened
from capplan.solvers.pool import Pool
from tests.unit.solvers.test_parts import towns


def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make parts of single sites, so that the demand of every town couples its own."""
    monkeypatch.setattr(covering, "PART_INTEGERS", 3)
    monkeypatch.setattr(covering, "MOSTLY", 0.2)


def optimum(arrays: Arrays) -> float:
    """Return the least cost of a small program."""
    found = solve_matrix(arrays, gap=1e-9, threads=1, in_process=True).termination.primal_bound
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_prices_bound_above_the_optimum(seed: int) -> None:
    arrays = tightened(towns(seed))
    best = optimum(arrays)
    for scale in (0.0, 1.0, 10.0):
        prices = np.random.default_rng(seed).normal(0.0, scale, arrays.height)
        assert bound_at(arrays, prices) <= best + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_covering_prices_bound_better_than_none(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    apart(monkeypatch)
    arrays = tightened(towns(seed))
    pool = Pool(arrays, Request("regional"), Hooks())
    found = Covering(pool, arrays)
    assert found.covers.any()
    assert found.run() == len(covering.SHARES)
    assert bound_at(arrays, np.zeros(arrays.height)) < pool.dual <= optimum(arrays) + 1e-6


def test_no_bound_is_worked_out_when_asked_to_stop() -> None:
    arrays, stop = tightened(towns(0)), threading.Event()
    stop.set()
    pool = Pool(arrays, Request("regional"), Hooks(stop=stop))
    assert Covering(pool, arrays).run() == 0
    assert pool.dual == -np.inf


def test_a_program_too_large_for_its_relaxation_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regional, "UNRELAXED", 1)
    apart(monkeypatch)
    arrays = towns(1)
    outcome = regional.run(arrays, Request("regional", gap=1e-9, time_limit=30.0, threads=2), None, Hooks())
    assert outcome.reason is Reason.TIME_LIMIT
    assert outcome.values is None
    assert outcome.dual_bound is not None
    assert 3.0 < outcome.dual_bound <= optimum(arrays) + 1e-6
    assert "prices of covering rows" in outcome.detail
