"""Program to Solution: every solve in a worker process of its own, one adapter a file, no status believed.

Examples
--------
>>> import numpy as np
>>> from capplan.solvers import Arrays, solve_matrix
>>> one, none = np.ones(1), np.zeros(1)
>>> knap = Arrays(one, 0.0, np.array([0, 1]), np.array([0]), 2 * one, 3 * one, np.inf * one, none, 9 * one, one > 0)
>>> float(solve_matrix(knap).termination.primal_bound)
2.0
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.errors import Infeasible, NoSolutionInTime, SolveError, Unbounded
from capplan.messages import msg
from capplan.solution import Progress, Reason, Solution
from capplan.solvers.arrays import Arrays
from capplan.solvers.engine import NEEDS_WHOLE_COLUMNS, Capabilities, Hooks, Request
from capplan.solvers.process import Job, conflict_rows, run_worker, stopping_signals
from capplan.solvers.registry import available, require
from capplan.solvers.trivial import settled

if TYPE_CHECKING:
    import subprocess

    from numpy.typing import NDArray

    from capplan.solvers.arrays import MatrixLike

__all__ = [
    "Arrays",
    "Capabilities",
    "Solution",
    "available",
    "conflicting_rows",
    "raise_without_values",
    "solve_matrix",
]


def solve_matrix(  # noqa: PLR0913 - the options of a solve
    matrix: MatrixLike,
    *,
    engine: str = "highs",
    gap: float = 1e-4,
    time_limit: float | None = None,
    work_limit: int | None = None,
    threads: int | None = None,
    seed: int = 0,
    warm_start: NDArray[np.float64] | None = None,
    in_process: bool = False,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    grace: float = 20.0,
    started: Callable[[subprocess.Popen[bytes]], None] | None = None,
) -> Solution:
    """Solve a mixed-integer program and return values that were checked, with bounds that were recomputed.

    Parameters
    ----------
    matrix, engine
        The program, as `capplan.program.Matrix` or anything with its arrays; an engine, as in `available`.
    gap
        Relative gap at which to stop [fraction].
    time_limit, work_limit
        Wall-clock limit [s]: a plan that stopped at it may differ from run to run; deterministic limit in the
        engine's own unit (`Capabilities.work_unit`).
    threads, seed
        Threads [-], None for all that this process may use, at most 8; random seed [-].
    warm_start
        Values to start from, shape (columns,); engines without MIP start ignore it.
    in_process
        Solve in this process, for those who embed; a crash of the library is then a crash of theirs.
    progress
        Called with each `Progress` in the caller's thread.
    stop, grace, started
        Set `stop` from another thread to ask for the best solution so far; a worker that does not answer is killed
        `grace` [s] later; `started` is called with the worker's process once it runs.

    Returns
    -------
    Solution
        An interrupt, a crash or a time limit is told by its termination, with the best values so far.

    Raises
    ------
    SolverMissing
        The engine is not known or not installed.
    SolveError
        The program holds what is no number, or no worker could be started.
    """
    require(engine)
    arrays = Arrays.of(matrix)
    request = Request(engine, gap, time_limit, work_limit, threads or _usable_threads(), seed)
    start = _usable_start(arrays, warm_start)
    ears: dict[str, Any] = {"progress": progress, "stop": stop or threading.Event(), "started": started}
    return settled(arrays, engine) or _run(
        Job(arrays, request, start, grace=grace, **ears), in_process=in_process
    )


def _run(job: Job, *, in_process: bool) -> Solution:
    if in_process:
        return _solve_here(job.arrays, job.request, job.start, job.stop, job.progress)
    return run_worker(job)


def conflicting_rows(matrix: MatrixLike, *, time_limit: float = 30.0) -> NDArray[np.int64]:
    """Return rows that cannot hold together, of which none is superfluous (HiGHS IIS, in its own process).

    Parameters
    ----------
    matrix
        An infeasible program.
    time_limit
        Wall-clock limit [s].

    Returns
    -------
    ndarray
        Row numbers; empty where none came in time.
    """
    require("highs")
    request = Request("highs", time_limit=time_limit)
    return conflict_rows(Job(Arrays.of(matrix), request, grace=5.0))


def raise_without_values(solution: Solution, *, time_limit: float | None = None) -> Solution:
    """Return a solution that has values, and raise the error that says why there are none otherwise.

    Parameters
    ----------
    solution
        What an engine returned.
    time_limit
        The limit that was asked for [s]; without it the time that passed is told.

    Raises
    ------
    Infeasible, Unbounded, NoSolutionInTime, SolveError
        By the termination's reason.
    """
    if solution.values is not None:
        return solution
    end = solution.termination
    if end.reason is Reason.INFEASIBLE:
        raise Infeasible(msg("no plan satisfies every target and limit"))
    if end.reason is Reason.UNBOUNDED:
        raise Unbounded(msg("the cost has no lower bound: a price or a limit must be wrong"))
    if end.reason in (Reason.TIME_LIMIT, Reason.WORK_LIMIT):
        raise NoSolutionInTime(
            msg(
                "no plan was found within the limit ({seconds} s)",
                seconds=f"{end.seconds if time_limit is None else time_limit:.4g}",
            )
        )
    if end.reason is Reason.INTERRUPTED:
        raise KeyboardInterrupt
    if end.detail == NEEDS_WHOLE_COLUMNS:
        raise SolveError(
            msg(
                "solver {engine} can only decide whole numbers, and this plan has amounts that are not whole "
                "(power, energy, money); choose another with --solver or solver.name in study.yaml, such as {other}",
                engine=solution.engine,
                other="highs",
            )
        )
    raise SolveError(
        msg("solver {engine} failed: {detail}", engine=solution.engine, detail=end.detail or end.reason.value)
    )


def _solve_here(
    arrays: Arrays,
    request: Request,
    start: NDArray[np.float64] | None,
    stop: threading.Event,
    progress: Callable[[Progress], None] | None,
) -> Solution:
    from capplan.solvers.worker import solve_here

    hooks = Hooks(stop=stop)
    if progress is not None:
        hooks.report = progress
    with stopping_signals(stop):
        return solve_here(arrays, request, start, hooks)


def _usable_start(arrays: Arrays, values: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    if values is None:
        return None
    start = np.asarray(values, dtype=np.float64)
    if start.shape != (arrays.width,) or not np.isfinite(start).all():
        raise SolveError(
            msg(
                "the warm start has shape {shape} or holds no number; {width} values are needed",
                shape=start.shape,
                width=arrays.width,
            )
        )
    return arrays.rounded(start)


def _usable_threads() -> int:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, 8)
