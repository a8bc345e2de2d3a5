"""HiGHS through highspy: whole arrays in, warm start, progress, improving solutions, bounds, duals."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.solution import Progress, Reason
from capplan.solvers.engine import Capabilities, Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.engine import Hooks, Request

_ABILITIES = Capabilities(
    library="highspy",
    remedy="pip install highspy",
    mip_start=True,
    iis=True,
    progress=True,
    incumbents=True,
    work_unit="branch-and-bound nodes",
)
INTERIOR = "highs-ipm"
"""HiGHS whose linear programs are solved by interior point with crossover: elastic ones of many flows are four times as fast."""
ENGINES = {"highs": _ABILITIES, INTERIOR: _ABILITIES}

LINEAR_TOLERANCE = 1e-9
"""Primal feasibility asked of linear programs [-]."""
FEASIBLE = 2
"""HiGHS's code of a feasible primal solution."""
ENDLESS = 1e200
"""A bound from here on is none."""

REASONS = {
    "kOptimal": Reason.OPTIMAL,
    "kModelEmpty": Reason.OPTIMAL,
    "kInfeasible": Reason.INFEASIBLE,
    "kUnbounded": Reason.UNBOUNDED,
    "kUnboundedOrInfeasible": Reason.UNBOUNDED,
    "kTimeLimit": Reason.TIME_LIMIT,
    "kIterationLimit": Reason.WORK_LIMIT,
    "kSolutionLimit": Reason.WORK_LIMIT,
    "kInterrupt": Reason.INTERRUPTED,
    "kHighsInterrupt": Reason.INTERRUPTED,
    "kMemoryLimit": Reason.FAILED,
}


def present(_engine: str) -> bool:
    """Whether the engine is there once its library is."""
    return True


def run(arrays: Arrays, request: Request, warm_start: NDArray[np.float64] | None, hooks: Hooks) -> Outcome:
    """Solve with HiGHS; see `capplan.solvers.engine.Adapter`."""
    import highspy

    model: Any = _new()
    _set_options(model, arrays, request)
    model.passModel(_model(arrays))
    if warm_start is not None:
        start_from(model, warm_start)
    _listen(model, highspy, hooks)
    model.run()
    return _outcome(model, arrays)


def loaded(arrays: Arrays, options: dict[str, object]) -> Any:
    """Return a silent HiGHS with a program and options, not yet run."""
    model: Any = _new()
    for name, value in {"output_flag": False, **options}.items():
        model.setOptionValue(name, value)
    model.passModel(_model(arrays))
    return model


def start_from(model: Any, values: NDArray[np.float64]) -> None:
    """Give HiGHS values to start from, shape (columns,)."""
    import highspy

    start = highspy.HighsSolution()
    start.col_value = values.tolist()
    model.setSolution(start)


def _new() -> Any:
    import highspy

    make: Any = highspy.Highs
    return make()


def _set_options(model: Any, arrays: Arrays, request: Request) -> None:
    options: dict[str, object] = {
        "output_flag": False,
        "log_to_console": False,
        "mip_rel_gap": request.gap,
        "mip_abs_gap": 1e-9,
        "threads": request.threads,
        "random_seed": request.seed % (2**31 - 1),
    }
    if request.threads > 1:
        options["parallel"] = "on"
    if request.engine == INTERIOR:
        options["solver"] = "ipm"
    if request.time_limit is not None:
        options["time_limit"] = float(request.time_limit)
    if request.work_limit is not None:
        options["mip_max_nodes"] = int(request.work_limit)
    if not arrays.integer.any():
        options["primal_feasibility_tolerance"] = LINEAR_TOLERANCE
    for name, value in options.items():
        model.setOptionValue(name, value)


def _model(arrays: Arrays) -> Any:
    import highspy

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = arrays.width, arrays.height
    lp.col_cost_, lp.offset_ = arrays.cost, arrays.offset
    lp.col_lower_, lp.col_upper_ = arrays.column_lower, arrays.column_upper
    lp.row_lower_, lp.row_upper_ = arrays.row_lower, arrays.row_upper
    matrix = highspy.HighsSparseMatrix()
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = arrays.width, arrays.height
    matrix.start_ = arrays.indptr.astype(np.int32)
    matrix.index_ = arrays.indices.astype(np.int32)
    matrix.value_ = arrays.data
    lp.a_matrix_ = matrix
    if arrays.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[flag] for flag in arrays.integer.tolist()]
    return lp


def _listen(model: Any, highspy: Any, hooks: Hooks) -> None:
    kinds = highspy.cb.HighsCallbackType
    improving = int(kinds.kCallbackMipImprovingSolution)
    searching = {improving, int(kinds.kCallbackMipInterrupt)}
    last = [-math.inf, math.inf]

    def heard(kind: int, _message: str, out: Any, into: Any, _data: object) -> None:
        if kind == improving:
            hooks.improve(np.array(out.mip_solution, dtype=np.float64))
        if kind in searching and (kind == improving or hooks.seconds - last[0] >= 1.0):
            last[0] = hooks.seconds
            hooks.report(
                Progress(hooks.seconds, usable_bound(out.mip_primal_bound), usable_bound(out.mip_dual_bound))
            )
        if into is not None and hooks.stop.is_set():
            into.user_interrupt = True

    model.setCallback(heard, None)
    for kind in ("MipImprovingSolution", "MipInterrupt", "SimplexInterrupt", "IpmInterrupt"):
        model.startCallback(getattr(kinds, f"kCallback{kind}"))


def _outcome(model: Any, arrays: Arrays) -> Outcome:
    status = model.getModelStatus().name
    info, solution = model.getInfo(), model.getSolution()
    integer = bool(arrays.integer.any())
    reason = REASONS.get(status, Reason.NO_SOLUTION)
    feasible = info.primal_solution_status == FEASIBLE or reason is Reason.OPTIMAL
    values = np.array(solution.col_value, dtype=np.float64) if feasible and solution.value_valid else None
    dual = info.mip_dual_bound if integer else None
    if not integer and reason is Reason.OPTIMAL:
        dual = info.objective_function_value
    duals = np.array(solution.row_dual, dtype=np.float64) if solution.dual_valid and not integer else None
    return Outcome(
        reason=reason,
        values=values,
        dual_bound=usable_bound(dual),
        nodes=max(0, int(info.mip_node_count)),
        detail=status,
        duals=duals,
        version=str(model.version()),
    )


def usable_bound(value: float | None) -> float | None:
    """Return a bound that HiGHS gives [unit of the objective], None where it is infinite or missing."""
    return None if value is None or not math.isfinite(value) or abs(value) >= ENDLESS else float(value)


def conflict(arrays: Arrays, time_limit: float, stop: threading.Event | None = None) -> NDArray[np.int64]:
    """Return rows of an irreducible infeasible subset (HiGHS strategy 2), empty where none came in time.

    Parameters
    ----------
    arrays
        An infeasible program; integer columns are relaxed.
    time_limit
        Wall-clock limit [s].
    stop
        Not started at all when this is set.

    Returns
    -------
    ndarray
        Row numbers, ascending.
    """
    if stop is not None and stop.is_set():
        return np.array([], dtype=np.int64)
    model: Any = _new()
    options = {"output_flag": False, "iis_strategy": 2, "iis_time_limit": float(time_limit)}
    for name, value in options.items():
        model.setOptionValue(name, value)
    model.passModel(_model(arrays.relaxed()))
    _, iis = model.getIis()
    rows = np.array(list(iis.row_index_), dtype=np.int64)
    return np.unique(rows) if iis.valid_ else np.array([], dtype=np.int64)
