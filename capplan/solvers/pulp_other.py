"""Solvers that a planner owns and PuLP can start: Gurobi, CPLEX, Xpress, COPT, SCIP, GLPK.

PuLP reports no bound for them, so the linear relaxation is solved too and its objective is the bound; a claim of
optimality that it does not prove is not repeated.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.solution import Reason
from capplan.solvers.engine import Outcome
from capplan.solvers.pulp import PROGRAMS

if TYPE_CHECKING:
    from capplan.solvers.arrays import Arrays
    from capplan.solvers.engine import Request

__all__ = ["run_other", "solve_with"]

_REASONS = {
    "Optimal": Reason.OPTIMAL,
    "Infeasible": Reason.INFEASIBLE,
    "Unbounded": Reason.UNBOUNDED,
    "Undefined": Reason.NO_SOLUTION,
    "Not Solved": Reason.NO_SOLUTION,
}


def run_other(arrays: Arrays, request: Request) -> Outcome:
    """Solve with the program that an engine's name stands for."""
    import pulp

    name, _ = PROGRAMS[request.engine]
    options = {"msg": False, "timeLimit": request.time_limit}
    solver = getattr(pulp, name)(**options)
    if arrays.integer.any():
        return solve_with(arrays, getattr(pulp, name)(**options, **_search(name, request)), solver)
    return solve_with(arrays, solver, solver)


def solve_with(arrays: Arrays, solver: Any, relaxed: Any) -> Outcome:
    """Solve with a PuLP solver object, and the linear relaxation, for the bound, with another.

    Parameters
    ----------
    arrays
        The program.
    solver, relaxed
        PuLP solver objects.

    Returns
    -------
    Outcome
        With the relaxation's objective as the bound where there are integers.
    """
    import pulp

    outcome = _once(arrays, solver)
    if not arrays.integer.any() or outcome.values is None:
        return outcome
    bound = _once(arrays.relaxed(), relaxed)
    proven = bound.reason is Reason.OPTIMAL and bound.values is not None
    return Outcome(
        reason=outcome.reason,
        values=outcome.values,
        dual_bound=bound.dual_bound if proven else None,
        detail=f"{outcome.detail}; bound of the linear relaxation",
        version=f"PuLP {pulp.__version__}",
    )


def _search(name: str, request: Request) -> dict[str, object]:
    gap: dict[str, object] = {} if name in ("GLPK_CMD", "COPT_CMD") else {"gapRel": request.gap}
    if name in ("GUROBI_CMD", "CPLEX_CMD", "SCIP_CMD"):
        gap["threads"] = request.threads
    return gap


def _once(arrays: Arrays, solver: Any) -> Outcome:
    import pulp

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # what PuLP 4 will name otherwise; 3.3 is pinned
            problem, variables = _problem(arrays)
            problem.solve(solver)
    except pulp.PulpSolverError as error:
        return Outcome(Reason.FAILED, detail=str(error))
    status = pulp.LpStatus[problem.status]
    found = [variable.varValue for variable in variables]
    usable = problem.status == pulp.LpStatusOptimal and all(value is not None for value in found)
    values = np.array(found, dtype=np.float64) if usable else None
    bound = arrays.objective(values) if values is not None and not arrays.integer.any() else None
    reason = _REASONS.get(status, Reason.NO_SOLUTION)
    return Outcome(reason, values, dual_bound=bound, detail=status, version=f"PuLP {pulp.__version__}")


def _problem(arrays: Arrays) -> tuple[Any, list[Any]]:
    """Write the program as PuLP objects, ranged rows as two."""
    import pulp

    bounds = [
        [float(value) if np.isfinite(value) else None for value in side]
        for side in (arrays.column_lower, arrays.column_upper)
    ]
    variables = [
        pulp.LpVariable(
            f"c{column}", bounds[0][column], bounds[1][column], pulp.LpInteger if whole else pulp.LpContinuous
        )
        for column, whole in enumerate(arrays.integer.tolist())
    ]
    problem = pulp.LpProblem("capplan", pulp.LpMinimize)
    priced = [(variables[column], float(arrays.cost[column])) for column in range(arrays.width)]
    problem += pulp.LpAffineExpression(priced, arrays.offset)
    for row in range(arrays.height):
        part = slice(int(arrays.indptr[row]), int(arrays.indptr[row + 1]))
        pairs = zip(arrays.indices[part].tolist(), arrays.data[part].tolist(), strict=True)
        terms = [(variables[column], value) for column, value in pairs]
        for sense, side, letter in _senses(float(arrays.row_lower[row]), float(arrays.row_upper[row])):
            expression = pulp.LpAffineExpression(terms)
            problem += pulp.LpConstraint(expression, sense, name=f"r{row}{letter}", rhs=side)
    return problem, variables


def _senses(lower: float, upper: float) -> list[tuple[int, float, str]]:
    """Return PuLP's senses (0: equal, 1: at least, -1: at most), right-hand sides and name endings of a row."""
    if lower == upper:
        return [(0, lower, "")]
    sides = [(1, lower, "a"), (-1, upper, "b")]
    return [entry for entry in sides if np.isfinite(entry[1])]
