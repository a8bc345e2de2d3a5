"""Tasks for the executor's tests; they live here because worker processes must be able to import them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from capplan.errors import Fault, Infeasible, InputError
from capplan.messages import msg

Progress = Callable[[object], None]


class Unportable(Exception):  # noqa: N818
    """An error that cannot be rebuilt from its arguments."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def square(number: int, *, progress: Progress) -> int:
    """Return the square, and tell of it."""
    progress(f"squaring {number}")
    return number * number


def child(*, progress: Progress) -> str:
    """Return what a process of its own says, as a solver's worker would."""
    progress("starting")
    command = [sys.executable, "-c", "print('from a child')"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def fail(kind: str, *, progress: Progress) -> None:
    """Raise an error of a kind."""
    progress("failing")
    errors = {
        "infeasible": Infeasible(msg("no plan for {case}", case="toyland"), (msg("too many racks"),)),
        "input": InputError([Fault("study.yaml", 3, "name", "x", msg("wrong"), msg("right"))]),
        "strange": KeyError("strange"),
        "unportable": Unportable(1, 2),
    }
    raise errors[kind]


def die_once(heard: str, died: str, *, progress: Progress) -> str:
    """Kill the worker the first time, as soon as a file says that the planner's process has heard of the start."""
    while not Path(heard).exists():
        progress("waiting to be heard")
    if not Path(died).exists():
        Path(died).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "survived"


def die(*, progress: Progress) -> None:
    """Kill the worker every time."""
    progress("dying")
    os.kill(os.getpid(), signal.SIGKILL)


def linger(flag: str, *, progress: Progress) -> None:
    """Tell for ever that it still runs, and that it has begun by a file."""
    Path(flag).write_text(str(os.getpid()), encoding="utf-8")
    while True:
        progress("still here")
