"""The search for the bound does not believe an optimum that its own values do not have."""

from __future__ import annotations

import numpy as np
import pytest

from capplan.solution import Reason
from capplan.solvers import Arrays, proving
from capplan.solvers.engine import Hooks, Request
from capplan.solvers.pool import Pool
from capplan.solvers.turns import Turn


def _pool() -> Pool:
    """Return a pool over one whole number that is to be at least 1.5."""
    one = np.ones(1)
    arrays = Arrays(
        one, 0.0, np.array([0, 1]), np.array([0]), 2 * one, 3 * one, np.inf * one, 0 * one, 9 * one, one > 0
    )
    return Pool(arrays, Request("search", gap=1e-9, threads=1), Hooks())


def test_a_claimed_optimum_that_is_none_is_sought_without_presolve(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, asked = _pool(), []
    honest = proving._proved

    def wrong_once(
        arrays: Arrays, pool: Pool, more: dict[str, object], turn: Turn | None
    ) -> tuple[Reason, str, str]:
        asked.append(more)
        if len(asked) == 1:
            pool.offer(np.array([3.0]))
            pool.raise_bound(1.5)
            return Reason.OPTIMAL, "kOptimal", "1.16.0"
        return honest(arrays, pool, more, turn)

    monkeypatch.setattr(proving, "_proved", wrong_once)
    assert proving.prove(pool)[0] is Reason.OPTIMAL
    assert [more.get("presolve") for more in asked] == [None, "off"]
    assert (pool.primal, pool.dual) == (2.0, 2.0)


def test_a_right_optimum_is_believed_at_once() -> None:
    pool = _pool()
    assert proving.prove(pool)[0] is Reason.OPTIMAL
    assert (pool.primal, pool.dual) == (2.0, 2.0)
