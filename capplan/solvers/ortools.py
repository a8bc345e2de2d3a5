"""OR-Tools through MathOpt: its `ModelProto` filled from whole arrays, solved by HiGHS, SCIP, CP-SAT or GLOP.

MathOpt's Python objects are never built. Linear programs, and those that remain when integers are fixed, go to GLOP.
Known limits: HiGHS inside OR-Tools calls no callbacks and takes its threads as its own option; CP-SAT scales
continuous columns to integers, so their values are solved again by GLOP and its bounds are not believed; this library
and highspy cannot be loaded in one process.
"""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.solution import Progress, Reason
from capplan.solvers.engine import NEEDS_WHOLE_COLUMNS, Capabilities, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.engine import Hooks, Request

_REMEDY = "pip install 'ortools>=9.12'"

ENGINES = {
    "ortools-highs": Capabilities("ortools", _REMEDY, mip_start=True, work_unit="branch-and-bound nodes"),
    "ortools-scip": Capabilities(
        "ortools", _REMEDY, mip_start=True, incumbents=True, work_unit="branch-and-bound nodes"
    ),
    "ortools-cpsat": Capabilities(
        "ortools",
        _REMEDY,
        continuous=False,
        mip_start=True,
        incumbents=True,
        progress=True,
        work_unit="deterministic seconds of CP-SAT",
    ),
}

_TYPES = {"ortools-highs": "HIGHS", "ortools-scip": "GSCIP", "ortools-cpsat": "CP_SAT"}
_TOLERANCE = 1e-9
"""Primal feasibility asked of linear programs [-]."""
_STEPS = "CP-SAT cut amounts into steps, so that its bound is none of this program"
_REASONS = {
    "OPTIMAL": Reason.OPTIMAL,
    "INFEASIBLE": Reason.INFEASIBLE,
    "UNBOUNDED": Reason.UNBOUNDED,
    "INFEASIBLE_OR_UNBOUNDED": Reason.UNBOUNDED,
    "NUMERICAL_ERROR": Reason.FAILED,
    "OTHER_ERROR": Reason.FAILED,
    "IMPRECISE": Reason.NO_SOLUTION,
}
_LIMITS = {
    "TIME": Reason.TIME_LIMIT,
    "NODE": Reason.WORK_LIMIT,
    "ITERATION": Reason.WORK_LIMIT,
    "MEMORY": Reason.FAILED,
}


def present(_engine: str) -> bool:
    """Whether the engine is there once its library is."""
    return True


def run(arrays: Arrays, request: Request, warm_start: NDArray[np.float64] | None, hooks: Hooks) -> Outcome:
    """Solve with an engine of OR-Tools; see `capplan.solvers.engine.Adapter`."""
    from ortools import __version__ as version
    from ortools.math_opt import parameters_pb2
    from ortools.math_opt.core.python import solver

    kind = _TYPES[request.engine]
    if not arrays.integer.any():
        kind = "GLOP"
    registration, heard = _callback(kind, arrays, hooks)
    with _interrupter(hooks) as interrupter:
        try:
            result = solver.solve(
                _model(arrays),
                parameters_pb2.SolverTypeProto.Value(f"SOLVER_TYPE_{kind}"),
                parameters_pb2.SolverInitializerProto(),
                _parameters(kind, request),
                _hints(warm_start),
                None,
                registration,
                heard,
                interrupter,
            )
        except Exception as error:  # noqa: BLE001 - the library raises bare and undocumented types
            return _refusal(error, version)
    return _outcome(result, arrays, request, hooks, version)


def _refusal(error: Exception, version: str) -> Outcome:
    """Translate an error; SCIP's objective of minus infinity is one, though it only says "unbounded"."""
    endless = "objective_value" in str(error) and "-inf" in str(error)
    reason = Reason.UNBOUNDED if endless else Reason.FAILED
    if "MODEL_INVALID" in str(error):
        return Outcome(reason, detail=NEEDS_WHOLE_COLUMNS, version=version)
    return Outcome(reason, detail=f"OR-Tools refused the program: {error}", version=version)


def _model(arrays: Arrays) -> Any:
    from ortools.math_opt import model_pb2

    model = model_pb2.ModelProto()
    variables = model.variables
    variables.ids.extend(range(arrays.width))
    variables.lower_bounds.extend(arrays.column_lower.tolist())
    variables.upper_bounds.extend(arrays.column_upper.tolist())
    variables.integers.extend(arrays.integer.tolist())
    priced = np.flatnonzero(arrays.cost)
    model.objective.offset = arrays.offset
    model.objective.linear_coefficients.ids.extend(priced.tolist())
    model.objective.linear_coefficients.values.extend(arrays.cost[priced].tolist())
    rows = model.linear_constraints
    rows.ids.extend(range(arrays.height))
    rows.lower_bounds.extend(arrays.row_lower.tolist())
    rows.upper_bounds.extend(arrays.row_upper.tolist())
    kept = arrays.data != 0.0
    matrix = model.linear_constraint_matrix
    matrix.row_ids.extend(np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))[kept].tolist())
    matrix.column_ids.extend(arrays.indices[kept].tolist())
    matrix.coefficients.extend(arrays.data[kept].tolist())
    return model


def _parameters(kind: str, request: Request) -> Any:
    from ortools.math_opt import parameters_pb2

    parameters = parameters_pb2.SolveParametersProto(enable_output=False)
    if kind == "GLOP":
        parameters.glop.primal_feasibility_tolerance = _TOLERANCE
    else:
        parameters.relative_gap_tolerance = request.gap
        parameters.random_seed = request.seed % (2**31 - 1)
    if kind == "HIGHS":
        parameters.highs.int_options["threads"] = request.threads
        parameters.highs.bool_options["log_to_console"] = False
    elif kind != "GLOP":
        parameters.threads = request.threads
    if kind == "GSCIP":
        # with its presolve, SCIP of OR-Tools 9.15 calls plans optimal that are not (two of 200 random regions)
        parameters.presolve = parameters_pb2.EMPHASIS_OFF
    if request.time_limit is not None:
        parameters.time_limit.FromNanoseconds(int(request.time_limit * 1e9))
    if request.work_limit is not None:
        if kind == "CP_SAT":
            parameters.cp_sat.max_deterministic_time = float(request.work_limit)
        elif kind != "GLOP":
            parameters.node_limit = request.work_limit
    return parameters


def _hints(warm_start: NDArray[np.float64] | None) -> Any:
    from ortools.math_opt import model_parameters_pb2

    parameters = model_parameters_pb2.ModelSolveParametersProto()
    if warm_start is not None:
        hint = parameters.solution_hints.add()
        hint.variable_values.ids.extend(range(len(warm_start)))
        hint.variable_values.values.extend(warm_start.tolist())
    return parameters


def _callback(kind: str, arrays: Arrays, hooks: Hooks) -> tuple[Any, Any]:
    from ortools.math_opt import callback_pb2

    registration = callback_pb2.CallbackRegistrationProto()
    if kind not in ("GSCIP", "CP_SAT"):
        return registration, None
    registration.request_registration.append(callback_pb2.CALLBACK_EVENT_MIP_SOLUTION)

    def heard(event: Any) -> Any:
        values = _dense(event.primal_solution_vector, arrays.width)
        hooks.improve(values)
        bound = event.mip_stats.dual_bound if event.mip_stats.HasField("dual_bound") else None
        hooks.report(Progress(hooks.seconds, arrays.objective(values), _finite(bound)))
        return callback_pb2.CallbackResultProto()

    return registration, heard


@contextmanager
def _interrupter(hooks: Hooks) -> Iterator[Any]:
    """Give an interrupter that fires when `hooks.stop` is set; its thread ends with the solve."""
    from ortools.util.python import pybind_solve_interrupter

    interrupter = pybind_solve_interrupter.PySolveInterrupter()
    over = threading.Event()

    def wait() -> None:
        while not over.wait(timeout=0.2):
            if hooks.stop.is_set():
                interrupter.interrupt()
                return

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield interrupter
    finally:
        over.set()
        thread.join()


def _outcome(result: Any, arrays: Arrays, request: Request, hooks: Hooks, version: str) -> Outcome:
    from ortools.math_opt import result_pb2, solution_pb2

    end = result.termination
    name = result_pb2.TerminationReasonProto.Name(end.reason).removeprefix("TERMINATION_REASON_")
    limit = result_pb2.LimitProto.Name(end.limit).removeprefix("LIMIT_")
    reason = _REASONS.get(name) or _limit_reason(limit, request, hooks)
    values = duals = None
    for solution in result.solutions[:1]:
        primal = solution.primal_solution
        if primal.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE:
            values = _dense(primal.variable_values, arrays.width)
        if not arrays.integer.any() and solution.HasField("dual_solution"):
            duals = _dense(solution.dual_solution.dual_values, arrays.height)
    bound, remark = _finite(end.objective_bounds.dual_bound), ""
    if request.engine == "ortools-cpsat" and arrays.integer.any() and not arrays.integer.all():
        # amounts were cut into steps: neither the bound nor "infeasible" holds for amounts between them
        bound, remark = None, _STEPS
        reason = Reason.NO_SOLUTION if reason is Reason.INFEASIBLE else reason
    return Outcome(
        reason=reason,
        values=values,
        dual_bound=bound,
        nodes=int(result.solve_stats.node_count),
        detail="; ".join(filter(None, (name, limit if end.limit else "", end.detail, remark))),
        duals=duals,
        version=version,
    )


def _limit_reason(limit: str, request: Request, hooks: Hooks) -> Reason:
    if limit in _LIMITS:
        return _LIMITS[limit]
    if hooks.stop.is_set():
        return Reason.INTERRUPTED
    out_of_time = request.time_limit is not None and hooks.seconds >= 0.98 * request.time_limit
    return Reason.TIME_LIMIT if out_of_time else Reason.WORK_LIMIT


def _dense(vector: Any, size: int) -> NDArray[np.float64]:
    values = np.zeros(size)
    values[np.array(vector.ids, dtype=np.int64)] = np.array(vector.values, dtype=np.float64)
    return values


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
