"""A worker that dies costs the solve, never the plan; a parent that dies takes its worker along."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from capplan.errors import Infeasible, NoSolutionInTime, SolveError, SolverMissing, Unbounded
from capplan.solution import Progress, Reason, Solution, Termination
from capplan.solvers import Arrays, available, conflicting_rows, raise_without_values, solve_matrix
from capplan.solvers.engine import NEEDS_WHOLE_COLUMNS
from tests.agree.test_engines import facility_location
from tests.support.solve_batch import arrays_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups are a POSIX notion")

LONG = facility_location(160, 110, seed=3)
"""A program that no engine finishes at gap 0 within the time of a test."""


MIDDLING = facility_location(45, 28, seed=3)
"""One whose first bounds come soon from every engine."""


class Assassin:
    """Kills a worker at its first improving solution."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.seen: list[Progress] = []

    def started(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def progress(self, news: Progress) -> None:
        self.seen.append(news)
        if news.primal_bound is not None and self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


def test_a_killed_worker_leaves_its_best_values() -> None:
    assassin = Assassin()
    solution = solve_matrix(LONG, gap=0.0, threads=1, started=assassin.started, progress=assassin.progress)
    assert solution.values is not None
    assert solution.termination.reason is Reason.FAILED
    assert "killed" in solution.termination.detail
    assert LONG.worst(solution.values)[0] <= 1e-6
    assert solution.termination.primal_bound == pytest.approx(LONG.objective(solution.values))
    assert assassin.process is not None
    assert assassin.process.returncode == -signal.SIGKILL
    assert not psutil.pid_exists(assassin.process.pid)


def test_a_worker_killed_before_any_values_is_a_clean_error() -> None:
    def kill(process: subprocess.Popen[bytes]) -> None:
        process.kill()

    solution = solve_matrix(LONG, gap=0.0, threads=1, started=kill)
    assert solution.values is None
    assert solution.termination.reason is Reason.FAILED
    with pytest.raises(SolveError, match="killed"):
        raise_without_values(solution)


@pytest.mark.parametrize("engine", ["highs", "ortools-scip"])
def test_asked_to_stop_it_returns_the_best_so_far(engine: str) -> None:
    stop = threading.Event()

    def news(progress: Progress) -> None:
        if progress.primal_bound is not None:
            stop.set()

    solution = solve_matrix(
        MIDDLING, engine=engine, gap=0.0, threads=1, stop=stop, progress=news, grace=120.0
    )
    assert solution.values is not None
    assert solution.termination.reason is Reason.INTERRUPTED
    assert MIDDLING.worst(solution.values)[0] <= 1e-6


def test_cbc_asked_to_stop_ends_and_leaves_no_process() -> None:
    stop = threading.Event()
    workers: list[psutil.Process] = []
    children: list[psutil.Process] = []

    def started(process: subprocess.Popen[bytes]) -> None:
        workers.append(psutil.Process(process.pid))

    def news(_: Progress) -> None:
        children.extend(workers[0].children(recursive=True))
        stop.set()

    solution = solve_matrix(
        MIDDLING,
        engine="pulp-cbc",
        gap=0.0,
        threads=1,
        stop=stop,
        progress=news,
        started=started,
        grace=120.0,
    )
    assert solution.termination.reason in (Reason.INTERRUPTED, Reason.OPTIMAL)
    assert children
    gone, alive = psutil.wait_procs(children, timeout=60)
    assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]
    assert len(gone) + len(alive) == len(children)


PARENT = """
import os, sys
import capplan.solvers as solvers
from tests.robustness.test_worker import LONG
def told(process):
    print(process.pid, flush=True)
solvers.solve_matrix(LONG, engine=sys.argv[1], gap=0.0, threads=1, started=told)
"""


@pytest.mark.parametrize("engine", ["highs", "pulp-cbc"])
def test_a_worker_dies_with_its_parent(engine: str, root: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, engine], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert parent.stdout is not None
    worker = psutil.Process(int(parent.stdout.readline()))
    family = [worker, *worker.children(recursive=True)]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _, alive = psutil.wait_procs(family, timeout=120)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


INTERRUPTED = """
import os, signal
# a shell that runs the tests in the background makes its children ignore SIGINT
signal.signal(signal.SIGINT, signal.default_int_handler)
import capplan.solvers as solvers
from tests.robustness.test_worker import LONG
sent = []
def news(progress):
    if progress.primal_bound is not None and not sent:
        sent.append(True)
        os.kill(os.getpid(), getattr(signal, {name!r}))
solution = solvers.solve_matrix(LONG, gap=0.0, threads=1, progress=news, grace=120.0)
print(solution.termination.reason.value, solution.values is not None, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_parent_keeps_the_best_values(name: str, root: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED.format(name=name)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=root)
    assert done.stdout.split() == ["interrupted", "True", "True"], done.stderr


def test_a_progress_callback_that_fails_kills_the_worker_and_is_heard() -> None:
    assassin = Assassin()

    def fail(_: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        solve_matrix(LONG, gap=0.0, threads=1, started=assassin.started, progress=fail)
    assert assassin.process is not None
    assert assassin.process.returncode is not None


def test_a_worker_imports_one_solver_and_no_tables() -> None:
    code = (
        "import sys; import capplan.solvers.worker, capplan.solvers.highs, highspy;"
        "print([name for name in ('pandas', 'geopandas', 'scipy', 'ortools', 'pulp', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_in_process_gives_the_same_answer_as_a_worker(root: Path) -> None:
    small = facility_location(12, 8)
    code = (
        "from tests.agree.test_engines import facility_location; from capplan.solvers import solve_matrix;"
        "print(repr(solve_matrix(facility_location(12, 8), gap=1e-9, threads=1, in_process=True).termination.primal_bound))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root)
    assert float(done.stdout) == solve_matrix(small, gap=1e-9, threads=1).termination.primal_bound


def test_what_is_no_number_is_refused() -> None:
    rubbish = facility_location(3, 2)
    rubbish.cost[1] = np.nan
    with pytest.raises(SolveError, match="no number at position 1"):
        solve_matrix(rubbish)
    with pytest.raises(SolveError, match="warm start"):
        solve_matrix(facility_location(3, 2), warm_start=np.zeros(3))


def test_an_unknown_or_missing_engine_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SolverMissing, match="did you mean highs"):
        solve_matrix(facility_location(3, 2), engine="higs")
    monkeypatch.setenv("PATH", "")
    assert not available()["pulp-gurobi"].installed
    with pytest.raises(SolverMissing, match="install gurobi_cl"):
        solve_matrix(facility_location(3, 2), engine="pulp-gurobi")
    assert SolverMissing.exit_code == 6


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        (Reason.INFEASIBLE, Infeasible),
        (Reason.UNBOUNDED, Unbounded),
        (Reason.TIME_LIMIT, NoSolutionInTime),
        (Reason.INTERRUPTED, KeyboardInterrupt),
        (Reason.NO_SOLUTION, SolveError),
    ],
)
def test_a_solve_without_values_raises_what_happened(reason: Reason, error: type[BaseException]) -> None:
    with pytest.raises(error):
        raise_without_values(Solution(None, Termination(reason), "highs"))


def test_the_limit_that_was_asked_for_is_told() -> None:
    end = Termination(Reason.TIME_LIMIT, seconds=5.7)
    with pytest.raises(NoSolutionInTime, match=r"\(5 s\)"):
        raise_without_values(Solution(None, end, "highs"), time_limit=5.0)


def test_an_engine_of_whole_numbers_says_so_and_names_another() -> None:
    end = Termination(Reason.FAILED, detail=NEEDS_WHOLE_COLUMNS)
    with pytest.raises(SolveError, match=r"whole numbers.*such as highs") as caught:
        raise_without_values(Solution(None, end, "ortools-cpsat"))
    assert caught.value.exit_code == 6
    assert "只能处理整数变量" in caught.value.text("zh")


def test_the_conflict_of_an_infeasible_program_is_small() -> None:
    arrays: Arrays = arrays_of(
        {
            "cost": [1.0, 1.0],
            "offset": 0.0,
            "rows": [[1, 1], [1, 0], [0, 1], [1, -1]],
            "row_lower": [10.0, -np.inf, -np.inf, -np.inf],
            "row_upper": [np.inf, 3.0, 4.0, 50.0],
            "column_lower": [0.0, 0.0],
            "column_upper": [9.0, 9.0],
            "integer": [False, False],
        }
    )
    assert conflicting_rows(arrays).tolist() == [0, 1, 2]
