"""The worker process: ``python -m capplan.solvers.worker FOLDER`` solves what lies in the folder, and nothing else.

It imports one solver library. Arrays and options are read from the folder; progress goes to standard output as JSON
lines; improving values and the result are files, each moved into place whole. On standard input the line ``stop``
asks for the best solution so far, and the end of input means that the parent is gone: then the worker ends too.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from capplan.solution import Incumbent, Reason
from capplan.solvers.arrays import Arrays
from capplan.solvers.engine import Hooks, Outcome, Request
from capplan.solvers.polish import judged, polished, told_apart
from capplan.solvers.registry import adapter_of
from capplan.solvers.trivial import endless

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from capplan.solution import Progress, Solution

PARENT_GONE = 75
"""Exit code when the parent died."""


def main(folder: Path) -> int:
    """Solve what lies in `folder`; return 0 when a result was written."""
    channel = _private_channel()
    _die_with_parent()
    request, task = _read_request(folder)
    arrays = Arrays.read(folder)
    keeper = _Keeper(folder, arrays, channel)
    hooks = Hooks(report=keeper.report, improve=keeper.improve)
    keeper.hooks = hooks
    threading.Thread(target=_watch, args=(hooks.stop,), daemon=True).start()
    if task == "conflict":
        return _conflict(folder, arrays, request, hooks.stop)
    warm = folder / "warm.npy"
    start = np.load(warm, allow_pickle=False) if warm.is_file() else None
    solution = solve_here(arrays, request, start, hooks, task=task, incumbents=keeper.incumbents)
    _write_result(folder, solution)
    keeper.say({"kind": "done"})
    return 0


def solve_here(
    arrays: Arrays,
    request: Request,
    start: NDArray[np.float64] | None,
    hooks: Hooks,
    *,
    task: str = "solve",
    incumbents: list[Incumbent] | None = None,
) -> Solution:
    """Solve in this process: run the engine, polish, judge. Task ``polish`` only cleans the values in `start`."""
    adapter: Callable[..., Outcome] = adapter_of(request.engine)
    if task == "polish":
        outcome = Outcome(Reason.NO_SOLUTION, values=start)
    elif endless(arrays):
        outcome = told_apart(
            arrays, Outcome(Reason.UNBOUNDED, detail="a column without rows"), request, adapter
        )
    else:
        outcome = told_apart(arrays, adapter(arrays, request, start, hooks), request, adapter)
    outcome = polished(arrays, outcome, request, adapter)
    return judged(arrays, outcome, request, seconds=hooks.seconds, incumbents=incumbents or ())


class _Keeper:
    """Saves improving values and tells the parent of progress."""

    def __init__(self, folder: Path, arrays: Arrays, channel: IO[str]) -> None:
        self.folder, self.arrays, self.channel = folder, arrays, channel
        self.hooks = Hooks()
        self.incumbents: list[Incumbent] = []
        self._lock = threading.Lock()

    def improve(self, values: NDArray[np.float64]) -> None:
        objective = self.arrays.objective(values)
        write_whole(self.folder / "incumbent.npy", values)
        self.incumbents.append(Incumbent(self.hooks.seconds, objective))
        self.say({"kind": "incumbent", "seconds": self.hooks.seconds, "objective": objective})

    def report(self, progress: Progress) -> None:
        self.say({"kind": "progress", **asdict(progress)})

    def say(self, event: dict[str, object]) -> None:
        with self._lock, contextlib.suppress(BrokenPipeError):
            self.channel.write(json.dumps(event) + "\n")
            self.channel.flush()


def write_whole(path: Path, values: NDArray[np.float64]) -> None:
    """Write an array so that a reader sees the former file or the new one, never half of it."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, values, allow_pickle=False)
    part.replace(path)


def _private_channel() -> IO[str]:
    """Keep standard output for JSON lines; whatever a library prints goes to standard error."""
    sys.stdout.flush()
    private = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(private, "w", encoding="utf-8")


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies, even while a library holds the interpreter's lock."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _watch(stop: threading.Event) -> None:
    """Set `stop` at the line ``stop``; end the process group when input ends."""
    while True:
        line = os.read(0, 64)
        if not line:
            _end_group()
        if b"stop" in line:
            stop.set()


def _end_group() -> None:
    if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(PARENT_GONE)


def _read_request(folder: Path) -> tuple[Request, str]:
    loaded = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    return Request(**loaded["request"]), str(loaded["task"])


def _write_result(folder: Path, solution: Solution) -> None:
    if solution.values is not None:
        write_whole(folder / "values.npy", solution.values)
    if solution.duals is not None:
        write_whole(folder / "duals.npy", solution.duals)
    loaded = {
        "termination": asdict(solution.termination),
        "engine": solution.engine,
        "version": solution.version,
        "incumbents": [asdict(entry) for entry in solution.incumbents],
        "worst_row": solution.worst_row,
    }
    part = folder / "result.part"
    part.write_text(json.dumps(loaded), encoding="utf-8")
    part.replace(folder / "result.json")


def _conflict(folder: Path, arrays: Arrays, request: Request, stop: threading.Event) -> int:
    from capplan.solvers.highs import conflict

    rows = conflict(arrays, request.time_limit or 60.0, stop)
    write_whole(folder / "conflict.npy", rows.astype(np.float64))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
