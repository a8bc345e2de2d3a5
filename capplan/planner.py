"""From a case to a certified plan: build, solve, tabulate, certify, and keep the record of how it went."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from capplan import solvers
from capplan.build import Built, build
from capplan.certificate import certify
from capplan.figures import key_figures
from capplan.frames import plain_text
from capplan.memory import peak_mib
from capplan.plan import Plan
from capplan.progress import stage
from capplan.solution import Reason, Solution
from capplan.tabulate import tabulate

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.program import Matrix

__all__ = ["solve"]

_RELAXED_SECONDS = 30.0
_LIBRARIES = ("capplan", "numpy", "pandas", "scipy", "geopandas", "shapely", "ortools", "highspy", "pulp")


@plain_text
def solve(
    case: Case,
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    solver: str | None = None,
    threads: int | None = None,
    seed: int | None = None,
    in_process: bool = False,
    progress: Callable[[object], None] | None = None,
) -> Plan:
    """Plan a case.

    Parameters
    ----------
    case
        The inputs.
    gap
        Relative gap at which to stop [fraction]; None: what the study says.
    time_limit
        Wall-clock limit of the solver [s]; None: what the study says.
    solver, threads, seed
        Engine, threads [-] and random seed; None: what the study says, else all threads.
    in_process
        Solve in this process rather than in a worker.
    progress
        Called with stage events and the solver's progress.

    Returns
    -------
    Plan
        The best plan found, with its bound, gap and certificate.

    Raises
    ------
    Infeasible
        When no plan satisfies every target and limit.
    NoSolutionInTime
        When the limit passed without a plan.
    SolveError
        When the solver failed.
    """
    asked = _asked(case, solver=solver, gap=gap, time_limit_seconds=time_limit, threads=threads, seed=seed)
    seconds: dict[str, float] = {}
    with _timed("build", progress, seconds):
        built = build(case)
        matrix = built.program.matrix()
    with _timed("solve", progress, seconds):
        solution = solvers.solve_matrix(matrix, in_process=in_process, progress=progress, **asked)
    solvers.raise_without_values(solution, time_limit=asked["time_limit"])
    with _timed("certify", progress, seconds):
        tables = tabulate(built, _values(solution))
        duals = _relaxed_duals(matrix, solution, in_process=in_process)
        record = _record(built, matrix, solution, tables, asked)
        record["binding"] = binding(built, tables, _values(solution), duals)
        record["seconds"] = seconds
        certificate = certify(case, tables, record)
    record["peak_mib"] = peak_mib()
    return Plan(case, tables, record, certificate)


def _asked(case: Case, *, solver: str | None, **given: float | None) -> dict[str, Any]:
    """Return the options of the solve: what is given, else what the study says."""
    options = case.study.solver
    chosen = {name: getattr(options, name) if value is None else value for name, value in given.items()}
    chosen["time_limit"] = chosen.pop("time_limit_seconds")
    return {"engine": solver or options.name, **chosen}


@contextmanager
def _timed(name: str, progress: Callable[[object], None] | None, seconds: dict[str, float]) -> Iterator[None]:
    began = time.perf_counter()
    with stage(name, progress):
        yield
    seconds[name] = round(time.perf_counter() - began, 3)


def _relaxed_duals(matrix: Matrix, solution: Solution, *, in_process: bool) -> np.ndarray | None:
    """Return the duals of the linear relaxation [CNY per unit], shape (rows,); those at the plan where it has none."""
    if in_process:
        return solution.duals
    relaxed = dataclasses.replace(matrix, integer=np.zeros_like(matrix.integer))
    duals = solvers.solve_matrix(relaxed, engine="highs", time_limit=_RELAXED_SECONDS).duals
    return solution.duals if duals is None else duals


def _repeatable(solution: Solution, asked: Mapping[str, Any]) -> bool:
    """Say whether the same inputs, seed and threads would give the same plan again."""
    unhurried = solution.termination.reason is Reason.OPTIMAL or asked["time_limit"] is None
    return unhurried and (asked["threads"] == 1 or solvers.available()[asked["engine"]].repeatable)


def _values(solution: Solution) -> np.ndarray:
    return np.asarray(solution.values, dtype=float)


def _record(
    built: Built,
    matrix: Matrix,
    solution: Solution,
    tables: Mapping[str, pd.DataFrame],
    asked: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what `plan.json` says, but for times and memory."""
    case, end = built.case, solution.termination
    objective = float(tables["costs"]["cny"].sum())
    fixed = _fixed_cost(matrix)
    missing = None if end.dual_bound is None else max(objective - end.dual_bound, 0.0)
    return {
        "case": case.name,
        "scenarios": list(case.study.applied),
        "status": "optimal" if end.reason is Reason.OPTIMAL else "feasible",
        "objective_cny": objective,
        "primal_bound": end.primal_bound,
        "dual_bound": end.dual_bound,
        "gap": end.gap,
        "gap_controllable": None if missing is None else missing / max(abs(objective - fixed), 1e-9),
        "termination": {
            "reason": end.reason.value,
            "detail": end.detail,
            "nodes": end.nodes,
            "gap_asked": asked["gap"],
            "time_limit_seconds": asked["time_limit"],
            "deterministic": _repeatable(solution, asked),
        },
        "solver": {"name": solution.engine, "version": solution.version},
        "seed": asked["seed"],
        "threads": asked["threads"],
        "size": _size(built, matrix),
        "inputs": case.fingerprints(),
        **({"workbook": dict(case.origin)} if case.origin else {}),
        "versions": _versions(),
        "cost_by_term": tables["costs"].groupby("term")["cny"].sum().to_dict(),
        "key_figures": key_figures(built.data, tables),
    }


def _fixed_cost(matrix: Matrix) -> float:
    """Return the cost that no decision can change [CNY]: constants, and what is committed."""
    least = np.where(np.isfinite(matrix.column_lower), np.maximum(matrix.column_lower, 0.0), 0.0)
    return float(matrix.offset + matrix.cost @ least)


def _size(built: Built, matrix: Matrix) -> dict[str, int]:
    case = built.case
    rows, columns = matrix.shape
    return {
        "zones": len(case.table("zones")),
        "sites": len(case.table("sites")),
        "technologies": len(case.technologies),
        "classes": len(case.table("classes")),
        "periods": len(built.data.years),
        "slices": 1,
        "rows": rows,
        "columns": columns,
        "integers": int(matrix.integer.sum()),
    }


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def binding(
    built: Built, tables: Mapping[str, pd.DataFrame], values: np.ndarray, duals: np.ndarray | None
) -> list[dict[str, Any]]:
    """Return the targets and limits that bind, most valuable first.

    The value is what one percent of the bound is worth at the margin [CNY]. It ranks, it does not price: prices come
    from re-solving.

    Parameters
    ----------
    built
        The program and what it was built from.
    tables
        The plan's tables `targets` and `limits`.
    values
        Value of every column, shape (columns,).
    duals
        Duals of the linear relaxation [CNY per unit of the row], shape (rows,); None where there are none.

    Returns
    -------
    list of dict
        kind (target or limit), name, region, year, bound, used, value_of_one_percent_cny.
    """
    names = ["kind", "name", "region", "year", "bound", "used"]
    targets = tables["targets"].assign(kind="target")
    targets = targets.rename(columns={"target_id": "name", "required": "bound", "achieved": "used"})
    limits = tables["limits"].rename(columns={"limit": "name"}).assign(kind="limit")
    both = pd.concat([frame.loc[frame["binding"].astype(bool), names] for frame in (targets, limits)])
    worth = {} if duals is None else {**_limits_worth(built, values, duals), **_targets_worth(built, duals)}
    found = [
        {str(key): value for key, value in row.items()}
        for row in both.astype({"year": int}).to_dict("records")
    ]
    for entry in found:
        entry["value_of_one_percent_cny"] = worth.get((entry["name"], entry["region"], entry["year"]), 0.0)
    order = ("kind", "name", "region", "year")
    return sorted(
        found, key=lambda entry: (-entry["value_of_one_percent_cny"], *(entry[name] for name in order))
    )


def _limits_worth(built: Built, values: np.ndarray, duals: np.ndarray) -> dict[tuple[str, str, int], float]:
    worth = {}
    for limit in built.limits:
        block = limit.rows
        size = limit.bound if limit.share is None else limit.share * limit.total(values)
        value = np.abs(duals[block.start : block.stop] * size) * 0.01
        for region, year, each in zip(block.index["region"], block.index["year"], value, strict=True):
            worth[(block.name, str(region), int(year))] = float(each)
    return worth


def _targets_worth(built: Built, duals: np.ndarray) -> dict[tuple[str, str, int], float]:
    table = built.data.table("targets").set_index("target_id")
    worth = {}
    for block in built.program.rows:
        if block.name == "target":
            ids = block.index["target_id"]
            value = np.abs(duals[block.start : block.stop] * table["value"].astype(float).reindex(ids)) * 0.01
            for name, region, each in zip(ids, block.index["region"], value, strict=True):
                worth[(str(name), str(region), int(table.loc[name, "year"]))] = float(each)
    return worth
