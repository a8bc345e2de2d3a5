"""The parent's side of a worker: start it, listen, stop it, and keep the best values whatever becomes of it.

A worker that crashes, is killed or runs out of memory costs the solve, never the plan: the last improving values are
on disk, are checked like any others, and come back with the reason.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.errors import SolveError
from capplan.messages import msg
from capplan.solution import Incumbent, Progress, Reason, Solution, Termination
from capplan.solvers.engine import Outcome, Request
from capplan.solvers.polish import judged
from capplan.solvers.registry import available

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays

__all__ = ["Job", "run_worker", "stopping_signals"]

POLL_SECONDS = 0.2
OVERRUN_SECONDS = 60.0
"""How far past its time limit an engine may run before it is asked to stop, at least [s]."""
KILLED = -9


@dataclass(frozen=True)
class Job:
    """One solve in a worker.

    Attributes
    ----------
    arrays : Arrays
        The program.
    request : Request
        What is asked of the engine.
    start : ndarray or None
        Warm start, or the values to clean for the task ``polish``.
    task : str
        ``solve``, ``polish`` or ``conflict``.
    grace : float
        Time between asking a worker to stop and killing it [s].
    progress : callable or None
        Called in the caller's thread with each `Progress`.
    stop : threading.Event
        Set it from anywhere to ask for the best solution so far.
    started : callable or None
        Called with the worker's process when it runs.
    """

    arrays: Arrays
    request: Request
    start: NDArray[np.float64] | None = None
    task: str = "solve"
    grace: float = 20.0
    progress: Callable[[Progress], None] | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    started: Callable[[subprocess.Popen[bytes]], None] | None = None


def run_worker(job: Job) -> Solution:
    """Solve a job in a worker process and return what may be believed of its answer."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="capplan-solve-") as name:
        folder = Path(name)
        _write_job(job, folder)
        watcher = _Watcher(job, folder)
        watcher.run()
        solution = _read_result(folder)
        if solution is None:
            solution = _salvaged(job, folder, watcher)
    return replace(solution, termination=replace(solution.termination, seconds=time.monotonic() - began))


def conflict_rows(job: Job) -> NDArray[np.int64]:
    """Return rows of an irreducible infeasible subset, found in a worker; empty where none came in time."""
    with tempfile.TemporaryDirectory(prefix="capplan-solve-") as name:
        folder = Path(name)
        job = replace(job, task="conflict")
        _write_job(job, folder)
        _Watcher(job, folder).run()
        path = folder / "conflict.npy"
        return np.load(path).astype(np.int64) if path.is_file() else np.array([], dtype=np.int64)


@contextlib.contextmanager
def stopping_signals(stop: threading.Event) -> Iterator[None]:
    """Let an interrupt or a termination set `stop` while a solve runs, unless somebody else handles them."""
    defaults = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    taken: dict[signal.Signals, Any] = {}

    def asked(number: int, _frame: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is threading.main_thread():
        for number, default in defaults.items():
            if signal.getsignal(number) is default:
                taken[number] = signal.signal(number, asked)
    try:
        yield
    finally:
        for number, former in taken.items():
            signal.signal(number, former)


class _Watcher:
    """Runs one worker to its end: relays progress, asks it to stop, kills it after the grace period."""

    def __init__(self, job: Job, folder: Path) -> None:
        self.job, self.folder = job, folder
        self.events: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.incumbents: list[Incumbent] = []
        self.last = Progress(0.0)
        self.interrupted = False
        self.overran = False
        self.killed = False
        self.exit_code = 0

    def run(self) -> None:
        """Start the worker and return when it has ended and nothing of its process group is left."""
        process = self._start()
        try:
            if self.job.started is not None:
                self.job.started(process)
            with stopping_signals(self.job.stop):
                self._follow(process)
        finally:
            self._end(process)
            self.exit_code = process.returncode

    def _start(self) -> subprocess.Popen[bytes]:
        if not sys.executable:
            raise SolveError(msg("no Python interpreter to start a worker with; remedy: in_process=True"))
        with (self.folder / "worker.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "capplan.solvers.worker", str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
                start_new_session=os.name == "posix",
            )

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        threading.Thread(target=self._read, args=(process,), daemon=True).start()
        began = time.monotonic()
        limit = self.job.request.time_limit
        overrun = None if limit is None else limit + max(OVERRUN_SECONDS, 0.5 * limit)
        deadline: float | None = None
        while True:
            with contextlib.suppress(queue.Empty):
                event = self.events.get(timeout=POLL_SECONDS)
                if event is None:
                    return
                self._heard(event)
            now = time.monotonic()
            if deadline is None:
                self.interrupted = self.job.stop.is_set()
                self.overran = overrun is not None and now - began > overrun
                if self.interrupted or self.overran:
                    _ask_to_stop(process)
                    deadline = now + self.job.grace
            elif now > deadline:
                self.killed = True
                return

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        for line in process.stdout:
            with contextlib.suppress(ValueError):
                self.events.put(json.loads(line))
        self.events.put(None)

    def _heard(self, event: dict[str, Any]) -> None:
        kind = event.pop("kind", "")
        if kind == "incumbent":
            self.incumbents.append(Incumbent(event["seconds"], event["objective"]))
            self.last = Progress(event["seconds"], event["objective"], self.last.dual_bound)
        elif kind == "progress":
            self.last = Progress(**event)
        else:
            return
        if self.job.progress is not None:
            self.job.progress(self.last)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if not self.killed and self.exit_code == 0 and (self.folder / "result.json").exists():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=self.job.grace)
        _kill_group(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


def _environment() -> dict[str, str]:
    """Return the worker's environment: this package importable, one numeric thread of NumPy's own."""
    environment = dict(os.environ)
    root = str(Path(__file__).resolve().parents[2])
    if root not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (environment.get("PYTHONPATH"), root)))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environment.setdefault(name, "1")
    return environment


def _ask_to_stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.write(b"stop\n")
            process.stdin.flush()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the worker and of programs it started; an ended worker's group may outlive it."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()


def _write_job(job: Job, folder: Path) -> None:
    try:
        job.arrays.write(folder)
        if job.start is not None:
            np.save(folder / "warm.npy", np.asarray(job.start, dtype=np.float64), allow_pickle=False)
        text = json.dumps({"request": asdict(job.request), "task": job.task})
        (folder / "request.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise SolveError(
            msg(
                "the solver's files could not be written to {folder}: {error}",
                folder=str(folder),
                error=str(error),
            )
        ) from error


def _read_result(folder: Path) -> Solution | None:
    path = folder / "result.json"
    if not path.is_file():
        return None
    loaded = json.loads(path.read_text(encoding="utf-8"))
    termination = loaded["termination"]
    arrays = {
        name: np.load(folder / f"{name}.npy", allow_pickle=False)
        if (folder / f"{name}.npy").is_file()
        else None
        for name in ("values", "duals")
    }
    return Solution(
        values=arrays["values"],
        termination=Termination(**{**termination, "reason": Reason(termination["reason"])}),
        engine=loaded["engine"],
        version=loaded["version"],
        incumbents=tuple(Incumbent(**entry) for entry in loaded["incumbents"]),
        duals=arrays["duals"],
        worst_row=loaded["worst_row"],
    )


def _salvaged(job: Job, folder: Path, watcher: _Watcher) -> Solution:
    """Return the best saved values of a worker that left no result, cleaned by another worker where there is time."""
    reason = Reason.FAILED
    if watcher.interrupted:
        reason = Reason.INTERRUPTED
    elif watcher.overran:
        reason = Reason.TIME_LIMIT
    detail = _last_words(folder, watcher)
    path = folder / "incumbent.npy"
    values = np.load(path, allow_pickle=False) if path.is_file() else None
    outcome = Outcome(reason, values, dual_bound=watcher.last.dual_bound, detail=detail)
    solution = judged(job.arrays, outcome, job.request, seconds=0.0, incumbents=watcher.incumbents)
    if values is None or watcher.interrupted or job.task == "polish":
        return solution
    engine = "highs" if available()["highs"].installed else job.request.engine
    request = replace(job.request, engine=engine, time_limit=None)
    cleaned = run_worker(
        Job(job.arrays, request, start=values, task="polish", grace=job.grace, stop=job.stop)
    )
    if cleaned.values is None:
        return solution
    outcome = replace(outcome, values=cleaned.values, duals=cleaned.duals)
    return judged(job.arrays, outcome, job.request, seconds=0.0, incumbents=watcher.incumbents)


def _last_words(folder: Path, watcher: _Watcher) -> str:
    if watcher.killed:
        return "the worker did not stop when asked and was killed"
    log = folder / "worker.log"
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.is_file() else []
    last = f": {lines[-1][:300]}" if lines else ""
    if watcher.exit_code == KILLED:
        return f"the worker was killed from outside; out of memory?{last}"
    return f"the worker ended with exit code {watcher.exit_code}{last}"
