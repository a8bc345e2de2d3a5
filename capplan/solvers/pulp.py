"""CBC as PuLP bundles it, through an MPS file that is written from whole arrays; PuLP 3.3 (below 4) is supported.

CBC's statuses are read from its files, its bound from its log, and its values at full precision from its binary
solution file (the text file has eight digits). Other command-line solvers that PuLP knows are served by
`capplan.solvers.pulp_other`.
"""

from __future__ import annotations

import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from capplan.solution import Progress, Reason
from capplan.solvers.engine import Capabilities, Outcome
from capplan.solvers.mps import bounded_rows, write_mps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.engine import Hooks, Request

_REMEDY = "pip install 'pulp>=3.3,<4'"
PROGRAMS = {
    "pulp-gurobi": ("GUROBI_CMD", "gurobi_cl"),
    "pulp-cplex": ("CPLEX_CMD", "cplex"),
    "pulp-xpress": ("XPRESS", "optimizer"),
    "pulp-copt": ("COPT_CMD", "copt_cmd"),
    "pulp-scip": ("SCIP_CMD", "scip"),
    "pulp-glpk": ("GLPK_CMD", "glpsol"),
}
"""Solvers that PuLP starts as programs: its name for them, and the program that must be on the path."""

ENGINES = {
    "pulp-cbc": Capabilities(
        "pulp", _REMEDY, mip_start=True, progress=True, work_unit="branch-and-bound nodes"
    ),
    **{
        name: Capabilities("pulp", f"install {program} and put it on the path", dual_bound=False, seed=False)
        for name, (_, program) in PROGRAMS.items()
    },
}

_STATUSES = (
    ("optimal", Reason.OPTIMAL),
    ("integer infeasible", Reason.INFEASIBLE),
    ("infeasible", Reason.INFEASIBLE),
    ("unbounded", Reason.UNBOUNDED),
    ("stopped on time", Reason.TIME_LIMIT),
    ("stopped on iterations", Reason.WORK_LIMIT),
    ("stopped on nodes", Reason.WORK_LIMIT),
    ("stopped on solutions", Reason.WORK_LIMIT),
    ("stopped on gap", Reason.OPTIMAL),
    ("stopped on ctrl-c", Reason.INTERRUPTED),
    ("user ctrl-c", Reason.INTERRUPTED),
)
_NUMBER = r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
NONE_YET = 1e49
"""CBC logs an objective from here on while it has no solution."""
_FOUND = re.compile(rf"best solution, best possible {_NUMBER}")
_BOTH = re.compile(rf"{_NUMBER} best solution, best possible {_NUMBER}")


def present(engine: str) -> bool:
    """Whether the program of an engine is on this machine; PuLP brings CBC with it."""
    return engine == "pulp-cbc" or shutil.which(PROGRAMS[engine][1]) is not None


def run(arrays: Arrays, request: Request, warm_start: NDArray[np.float64] | None, hooks: Hooks) -> Outcome:
    """Solve with CBC, or with another program that PuLP knows; see `capplan.solvers.engine.Adapter`."""
    if request.engine != "pulp-cbc":
        from capplan.solvers.pulp_other import run_other

        return run_other(arrays, request)
    with tempfile.TemporaryDirectory(prefix="capplan-cbc-") as name:
        files = _Files(Path(name))
        write_mps(arrays, files.model)
        if warm_start is not None:
            _write_start(warm_start, files.start)
        log = _run_cbc(_command(arrays, request, files), hooks)
        outcome = _outcome(arrays, files, log)
    if hooks.stop.is_set() and outcome.reason in (Reason.TIME_LIMIT, Reason.WORK_LIMIT, Reason.NO_SOLUTION):
        return replace(outcome, reason=Reason.INTERRUPTED)
    return outcome


@dataclass(frozen=True)
class _Files:
    folder: Path

    @property
    def model(self) -> Path:
        return self.folder / "model.mps"

    @property
    def start(self) -> Path:
        return self.folder / "start.sol"

    @property
    def status(self) -> Path:
        return self.folder / "status.sol"

    @property
    def values(self) -> Path:
        return self.folder / "values.bin"


def cbc_path() -> str:
    """Return the path of the CBC program that PuLP bundles."""
    from pulp.apis.coin_api import pulp_cbc_path

    return str(pulp_cbc_path)


def _command(arrays: Arrays, request: Request, files: _Files) -> list[str]:
    options = ["-threads", str(request.threads), "-timeMode", "elapsed"]
    seed = request.seed % (2**31 - 1)
    options += ["-randomSeed", str(seed), "-randomCbcSeed", str(seed)]
    if arrays.integer.any():
        options += ["-ratioGap", repr(request.gap)]
    else:
        options += ["-primalTolerance", "1e-9", "-dualTolerance", "1e-9"]
    if request.time_limit is not None:
        options += ["-seconds", repr(float(request.time_limit))]
    if request.work_limit is not None and arrays.integer.any():
        options += ["-maxNodes", str(request.work_limit)]
    if files.start.is_file():
        options += ["-mipStart", str(files.start)]
    ending = ["-solve", "-solution", str(files.status), "-saveSolution", str(files.values)]
    return [cbc_path(), str(files.model), *options, *ending]


def _write_start(values: NDArray[np.float64], path: Path) -> None:
    lines = [f"{column} c{column} {value!r} 0\n" for column, value in enumerate(values.tolist()) if value]
    path.write_text("Stopped on iterations - objective value 0\n" + "".join(lines), encoding="ascii")


def _run_cbc(command: list[str], hooks: Hooks) -> list[str]:
    """Run CBC to its end, relay its bounds, interrupt it when asked; return its log."""
    process = subprocess.Popen(  # noqa: S603 - the program PuLP bundles
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        preexec_fn=_die_with_worker if sys.platform.startswith("linux") else None,  # noqa: PLW1509 - prctl only
    )
    over = threading.Event()
    guard = threading.Thread(target=_interrupt_when_asked, args=(process, hooks.stop, over), daemon=True)
    guard.start()
    log: list[str] = []
    try:
        for line in process.stdout or ():
            log.append(line.strip())
            both = _BOTH.search(line)
            if both:
                primal = float(both[1]) if abs(float(both[1])) < NONE_YET else None
                hooks.report(Progress(hooks.seconds, primal, float(both[2])))
    finally:
        over.set()
        process.wait()
        guard.join()
    return log


def _interrupt_when_asked(
    process: subprocess.Popen[str], stop: threading.Event, over: threading.Event
) -> None:
    while not over.wait(timeout=0.2):
        if stop.is_set():
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            return


def _die_with_worker() -> None:
    """Have Linux kill CBC when the worker dies, and let it hear interrupts, which the worker ignores."""
    import ctypes

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


def _outcome(arrays: Arrays, files: _Files, log: list[str]) -> Outcome:
    version = next((line.split(":")[1].strip() for line in log if line.startswith("Version:")), "")
    if not files.status.is_file():
        return Outcome(
            Reason.FAILED, detail=f"CBC left no answer: {' | '.join(log[-3:])}"[:400], version=version
        )
    with files.status.open(encoding="ascii", errors="replace") as file:
        status = file.readline().strip()
    said = status.lower()
    reason = next((reason for text, reason in _STATUSES if said.startswith(text)), Reason.NO_SOLUTION)
    useless = "no integer solution" in said or reason in (Reason.INFEASIBLE, Reason.UNBOUNDED)
    values, duals = (None, None) if useless else _read_values(arrays, files.values)
    integer = bool(arrays.integer.any())
    dual_bound = _logged(log, "Lower bound:") if integer else None
    if reason is Reason.OPTIMAL and dual_bound is None and values is not None:
        dual_bound = arrays.objective(values)
    if dual_bound is None and integer:
        dual_bound = _last_possible(log)
    return Outcome(
        reason=reason,
        values=values,
        dual_bound=dual_bound,
        nodes=int(_logged(log, "Enumerated nodes:") or 0),
        detail=status,
        duals=None if integer else duals,
        version=version,
    )


def _read_values(arrays: Arrays, path: Path) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """Read CBC's binary solution: two counts, the objective, row activities and duals, column values and costs."""
    raw = path.read_bytes() if path.is_file() else b""
    if len(raw) < struct.calcsize("=iid"):
        return None, None
    rows, columns = struct.unpack_from("=ii", raw)
    written = bounded_rows(arrays)
    if (rows, columns) != (len(written), arrays.width) or len(raw) < 16 + 16 * (rows + columns):
        return None, None
    numbers = np.frombuffer(raw, dtype=np.float64, offset=16)
    duals = np.zeros(arrays.height)
    duals[written] = numbers[rows : 2 * rows]
    return numbers[2 * rows : 2 * rows + columns].copy(), duals


def _logged(log: list[str], label: str) -> float | None:
    found = [line.removeprefix(label).strip() for line in log if line.startswith(label)]
    try:
        return float(found[-1]) if found else None
    except ValueError:
        return None


def _last_possible(log: list[str]) -> float | None:
    found = [match[1] for line in log if (match := _FOUND.search(line))]
    return float(found[-1]) if found else None
