"""Second opinions: every engine and brute force find the same optimum of the same random small programs."""

from __future__ import annotations

import itertools
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from capplan.solution import Reason
from capplan.solvers import Arrays, solve_matrix
from tests.support.solve_batch import arrays_of

ENGINES = ["highs", "search", "ortools-highs", "ortools-scip", "pulp-cbc"]
CASES = 120
INF = math.inf
BATCH = Path(__file__).resolve().parents[1] / "support" / "solve_batch.py"


@st.composite
def programs(draw: st.DrawFn) -> dict[str, Any]:
    """Return a small program: integers within [-3, 3], continuous columns free or bounded, rows of every kind."""
    width, height = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    number = st.integers(-5, 5)
    integer = draw(st.lists(st.booleans(), min_size=width, max_size=width))
    lower = [
        draw(st.integers(-3, 0)) if whole else draw(st.sampled_from([-INF, -2.5, 0.0])) for whole in integer
    ]
    upper = [
        draw(st.integers(0, 3)) if whole else draw(st.sampled_from([INF, 4.25, 7.0])) for whole in integer
    ]
    rows = [draw(st.lists(number, min_size=width, max_size=width)) for _ in range(height)]
    kinds = [draw(st.sampled_from(["<=", ">=", "=", "range", "free"])) for _ in range(height)]
    sides = [draw(number) for _ in range(height)]
    return {
        "cost": draw(st.lists(number, min_size=width, max_size=width)),
        "offset": draw(st.sampled_from([0.0, 12.5, -7.0])),
        "rows": rows,
        "row_lower": [
            {"<=": -INF, "free": -INF}.get(kind, side) for kind, side in zip(kinds, sides, strict=True)
        ],
        "row_upper": [
            {">=": INF, "free": INF, "range": side + 2.5}.get(kind, side)
            for kind, side in zip(kinds, sides, strict=True)
        ],
        "column_lower": lower,
        "column_upper": upper,
        "integer": integer,
    }


def drawn(count: int) -> list[dict[str, Any]]:
    """Return the first programs that hypothesis draws, always the same."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=count, derandomize=True, database=None, deadline=None)
    @given(programs())
    def collect(case: dict[str, Any]) -> None:
        found.append(case)

    collect()
    return found


def brute_force(arrays: Arrays) -> tuple[str, float | None]:
    """Try every combination of integers, a linear program for the rest of each."""
    whole = np.flatnonzero(arrays.integer)
    ranges = [range(int(arrays.column_lower[j]), int(arrays.column_upper[j]) + 1) for j in whole]
    best, unbounded = None, False
    for combination in itertools.product(*ranges):
        values = np.zeros(arrays.width)
        values[whole] = combination
        answer = linear(arrays.fixed(values))
        if answer.status == 3:
            unbounded = True
        elif answer.status == 0:
            objective = answer.fun + arrays.offset
            best = objective if best is None else min(best, objective)
    if unbounded:
        return "unbounded", None
    return ("infeasible", None) if best is None else ("optimal", best)


def linear(arrays: Arrays) -> Any:
    """Solve a linear program with SciPy; any claim but an optimum is checked by dropping the costs."""
    dense = np.zeros((arrays.height, arrays.width))
    dense[np.repeat(np.arange(arrays.height), np.diff(arrays.indptr)), arrays.indices] = arrays.data
    bounds = list(zip(arrays.column_lower, arrays.column_upper, strict=True))
    above, below = np.isfinite(arrays.row_upper), np.isfinite(arrays.row_lower)
    sides = np.concatenate([arrays.row_upper[above], -arrays.row_lower[below]])
    rows = {"A_ub": np.vstack([dense[above], -dense[below]]), "b_ub": sides, "bounds": bounds}
    answer = linprog(arrays.cost, **rows)
    if answer.status != 0:
        plain = linprog(np.zeros(arrays.width), **rows)
        answer.status = 3 if plain.status == 0 else 2
    return answer


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    return drawn(CASES)


@pytest.fixture(scope="module")
def truth(cases: list[dict[str, Any]]) -> list[tuple[str, float | None]]:
    return [brute_force(arrays_of(case)) for case in cases]


def test_the_programs_are_of_every_kind(truth: list[tuple[str, float | None]]) -> None:
    kinds = [kind for kind, _ in truth]
    assert kinds.count("optimal") >= 30
    assert kinds.count("infeasible") >= 5
    assert kinds.count("unbounded") >= 5


@pytest.mark.parametrize("engine", [*ENGINES, "ortools-cpsat"])
def test_an_engine_agrees_with_brute_force(
    engine: str, cases: list[dict[str, Any]], truth: list[tuple[str, float | None]], tmp_path: Path
) -> None:
    """CP-SAT only where every column is whole: it cuts amounts into steps."""
    wanted = [
        (case, *kind)
        for case, kind in zip(cases, truth, strict=True)
        if engine != "ortools-cpsat" or all(case["integer"])
    ]
    assert len(wanted) >= 20
    (tmp_path / "in.json").write_text(json.dumps([case for case, _, _ in wanted]))
    command = [sys.executable, str(BATCH), engine, str(tmp_path / "in.json"), str(tmp_path / "out.json")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers = json.loads((tmp_path / "out.json").read_text())
    for (case, kind, objective), answer in zip(wanted, answers, strict=True):
        assert answer["reason"] == kind, (case, answer)
        if objective is not None:
            assert answer["objective"] == pytest.approx(objective, abs=1e-6), (case, answer)
            assert answer["worst"] <= 1e-6
            assert all(
                v == round(v) for v, whole in zip(answer["values"], case["integer"], strict=True) if whole
            )


def awkward() -> Arrays:
    """Return a program with a range, an equality, a free row, a free and a negative column, and an offset."""
    return arrays_of(
        {
            "cost": [1.0, -2.0, 0.5, 3.0],
            "offset": 1000.0,
            "rows": [[1, 1, 0, 0], [0, 1, -1, 1], [1, 0, 0, 0], [0, 1, 0, 0]],
            "row_lower": [-4.5, 1.0, -INF, -INF],
            "row_upper": [-1.5, 1.0, INF, 2.75],
            "column_lower": [-INF, -9.0, -INF, -5.0],
            "column_upper": [INF, 8.0, -1.25, -2.0],
            "integer": [False, True, False, True],
        }
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_ranges_free_columns_negative_bounds_and_the_offset_survive(engine: str) -> None:
    arrays = awkward()
    kind, objective = brute_force(arrays)
    solution = solve_matrix(arrays, engine=engine, gap=1e-9, threads=1)
    assert kind == "optimal"
    assert solution.termination.reason is Reason.OPTIMAL
    assert solution.termination.primal_bound == pytest.approx(objective, abs=1e-6)
    assert solution.termination.gap == pytest.approx(0.0, abs=1e-6)


def test_cpsat_claims_no_optimum_where_it_cuts_amounts_into_steps() -> None:
    arrays = _boxed(awkward())
    _, objective = brute_force(arrays)
    solution = solve_matrix(arrays, engine="ortools-cpsat", gap=1e-9, threads=1)
    assert solution.termination.primal_bound == pytest.approx(objective, abs=1e-6)
    assert solution.termination.dual_bound is None
    assert solution.termination.reason is Reason.NO_SOLUTION
    assert "CP-SAT cut amounts into steps" in solution.termination.detail


def _boxed(arrays: Arrays) -> Arrays:
    """CP-SAT scales continuous columns, so it needs finite bounds."""
    limits = {
        "column_lower": np.maximum(arrays.column_lower, -64.0),
        "column_upper": np.minimum(arrays.column_upper, 64.0),
    }
    return Arrays(**{**vars(arrays), **limits})


def facility_location(zones: int, sites: int, seed: int = 0) -> Arrays:
    """Return a capacitated facility location program with integer counts: hard for its size."""
    rng = np.random.default_rng(seed)
    demand, cost = rng.uniform(1, 10, zones), rng.uniform(1, 50, (zones, sites))
    room, price = rng.uniform(40, 90, sites), rng.uniform(100, 200, sites)
    column = sites + np.arange(zones * sites).reshape(zones, sites)
    served = np.repeat(np.arange(zones), sites), column.ravel(), np.ones(zones * sites)
    used = zones + np.tile(np.arange(sites), zones), column.ravel(), np.repeat(demand, sites)
    given = zones + np.arange(sites), np.arange(sites), -room
    row, columns, data = (np.concatenate(part) for part in zip(served, used, given, strict=True))
    order = np.lexsort((columns, row))
    width = sites + zones * sites
    return Arrays(
        cost=np.concatenate([price, cost.ravel()]),
        offset=0.0,
        indptr=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=zones + sites))]),
        indices=columns[order],
        data=data[order],
        row_lower=np.concatenate([np.ones(zones), np.full(sites, -INF)]),
        row_upper=np.concatenate([np.ones(zones), np.zeros(sites)]),
        column_lower=np.zeros(width),
        column_upper=np.concatenate([np.full(sites, 3.0), np.full(zones * sites, INF)]),
        integer=np.arange(width) < sites,
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_node_limit_gives_a_checked_incumbent_with_an_honest_gap(engine: str) -> None:
    arrays = facility_location(24, 15)
    best = solve_matrix(arrays, engine="highs", gap=1e-6, threads=1).termination
    solution = solve_matrix(arrays, engine=engine, gap=1e-9, threads=1, work_limit=1)
    end = solution.termination
    assert solution.values is not None
    assert arrays.worst(solution.values)[0] <= 1e-6
    assert end.primal_bound == pytest.approx(arrays.objective(solution.values))
    assert end.reason in (Reason.WORK_LIMIT, Reason.OPTIMAL)
    assert best.primal_bound is not None
    assert end.dual_bound is not None
    assert end.dual_bound <= best.primal_bound * (1 + 1e-6)
    assert end.primal_bound >= best.primal_bound * (1 - 1e-6)
    assert (end.reason is Reason.OPTIMAL) == ((end.gap or 0.0) <= 2e-7)


def test_cpsat_solves_a_covering_program_exactly() -> None:
    rng = np.random.default_rng(5)
    rows = (rng.random((12, 15)) < 0.3).astype(float)
    rows[:, 0] = 1.0
    case = {
        "cost": rng.integers(1, 9, 15).tolist(),
        "offset": 3.0,
        "rows": rows.tolist(),
        "row_lower": [1.0] * 12,
        "row_upper": [INF] * 12,
        "column_lower": [0.0] * 15,
        "column_upper": [1.0] * 15,
        "integer": [True] * 15,
    }
    ours = [
        solve_matrix(arrays_of(case), engine=name, gap=0.0, threads=1) for name in ("ortools-cpsat", "highs")
    ]
    assert ours[0].termination.primal_bound == ours[1].termination.primal_bound
    assert ours[0].termination.reason is Reason.OPTIMAL


def test_the_same_work_seed_and_threads_give_the_same_values() -> None:
    arrays = facility_location(20, 12)
    first, second = (solve_matrix(arrays, gap=1e-9, threads=1, seed=7, work_limit=5) for _ in range(2))
    assert first.values is not None
    assert second.values is not None
    assert (first.values == second.values).all()
    assert first.termination.dual_bound == second.termination.dual_bound


@pytest.mark.parametrize("engine", ["highs", "search", "ortools-scip", "pulp-cbc"])
def test_a_warm_start_is_never_worsened(engine: str) -> None:
    arrays = facility_location(20, 12)
    best = solve_matrix(arrays, gap=1e-9, threads=1)
    assert best.values is not None
    again = solve_matrix(arrays, engine=engine, gap=1e-9, threads=1, warm_start=best.values, work_limit=1)
    assert again.termination.primal_bound == pytest.approx(best.termination.primal_bound, rel=1e-6)


def test_a_solver_that_pulp_starts_gets_the_same_rows_and_an_honest_bound() -> None:
    from pulp import COIN_CMD

    from capplan.solvers.pulp import cbc_path
    from capplan.solvers.pulp_other import solve_with

    arrays = awkward()
    _, objective = brute_force(arrays)
    solver = COIN_CMD(path=cbc_path(), msg=False)
    outcome = solve_with(arrays, solver, solver)
    assert outcome.values is not None
    assert arrays.objective(arrays.rounded(outcome.values)) == pytest.approx(objective, abs=1e-6)
    assert outcome.dual_bound is not None
    assert outcome.dual_bound <= (objective or 0.0) + 1e-6
