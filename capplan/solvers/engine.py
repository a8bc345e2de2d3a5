"""What an adapter is given and gives back; its abilities are data."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from capplan.solution import Progress, Reason
    from capplan.solvers.arrays import Arrays

__all__ = ["NEEDS_WHOLE_COLUMNS", "Adapter", "Capabilities", "Hooks", "Outcome", "Request"]

NEEDS_WHOLE_COLUMNS = "the continuous columns of this program cannot be scaled to whole numbers"
"""Detail of a solve that failed because its engine knows whole numbers only."""


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do.

    Attributes
    ----------
    library : str
        Python module that must be importable.
    remedy : str
        What to install where it is missing.
    continuous : bool
        Whether programs with continuous columns are solved as they are, not scaled to integers.
    mip_start : bool
        Whether a warm start is used.
    iis : bool
        Whether it names an irreducible infeasible subset of rows.
    progress : bool
        Whether bounds are reported while it runs.
    incumbents : bool
        Whether improving values are saved while it runs, so that a crash does not lose them.
    dual_bound : bool
        Whether it proves a bound.
    threads : bool
        Whether it can use more than one thread.
    seed : bool
        Whether it takes a seed.
    repeatable : bool
        Whether the same seed and threads give the same values when no time limit ends the solve; an engine whose
        threads hear of one another in their own time is repeatable on one thread only.
    work_unit : str
        What the deterministic work limit counts; empty where it takes none.
    installed : bool
        Whether the library was found on this machine.
    """

    library: str
    remedy: str
    continuous: bool = True
    mip_start: bool = False
    iis: bool = False
    progress: bool = False
    incumbents: bool = False
    dual_bound: bool = True
    threads: bool = True
    seed: bool = True
    repeatable: bool = True
    work_unit: str = ""
    installed: bool = False


@dataclass(frozen=True)
class Request:
    """What is asked of an engine.

    Attributes
    ----------
    engine : str
        Name of the engine.
    gap : float
        Relative gap at which to stop [fraction].
    time_limit : float or None
        Wall-clock limit [s].
    work_limit : int or None
        Deterministic limit, in the engine's own `work_unit`.
    threads : int
        Threads to use [-].
    seed : int
        Random seed [-].
    """

    engine: str
    gap: float = 1e-4
    time_limit: float | None = None
    work_limit: int | None = None
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True)
class Outcome:
    """What an engine claims; `solvers.polish` checks it before anyone else sees it."""

    reason: Reason
    values: NDArray[np.float64] | None = None
    dual_bound: float | None = None
    nodes: int = 0
    detail: str = ""
    duals: NDArray[np.float64] | None = None
    version: str = ""


@dataclass
class Hooks:
    """How a running engine speaks to whoever waits: reports, improving values, and the wish to stop."""

    report: Callable[[Progress], None] = lambda _: None
    improve: Callable[[NDArray[np.float64]], None] = lambda _: None
    stop: threading.Event = field(default_factory=threading.Event)
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Time since the start [s]."""
        return time.monotonic() - self.started


Adapter = Callable[["Arrays", Request, "NDArray[np.float64] | None", Hooks], Outcome]
"""An adapter's `run`: arrays, what is asked, a warm start or None, and hooks; returns what the engine claims."""
