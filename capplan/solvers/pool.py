"""What searches that run side by side know together: the best values, the best bound, and whether to end."""

from __future__ import annotations

import math
import queue
import threading
import time
from typing import TYPE_CHECKING

from capplan.solution import relative_gap

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.engine import Hooks, Request

__all__ = ["Pool"]

KEPT = 6
"""How many former best values are remembered [-]."""
BETTER = 1e-9
"""Least improvement, relative to the objective [-]."""
COST_SCALE = 100.0
"""Largest cost that engines are given, to the next power of two [-]."""


class Pool:
    """Best values and bound of a program, safe for threads; `done` ends every search.

    Parameters
    ----------
    arrays
        The program.
    request
        What is asked; its gap and time limit end the searches.
    hooks
        Its `stop` ends the searches too.
    """

    def __init__(self, arrays: Arrays, request: Request, hooks: Hooks) -> None:
        self.arrays, self.request, self.hooks = arrays, request, hooks
        self.values: NDArray[np.float64] | None = None
        self.primal, self.dual = math.inf, -math.inf
        self.former: list[NDArray[np.float64]] = []
        self.done = threading.Event()
        self.news: queue.SimpleQueue[NDArray[np.float64] | None] = queue.SimpleQueue()
        self.nodes = 0
        self._lock = threading.Lock()
        self._began = time.monotonic()
        largest = float(abs(arrays.cost).max(initial=0.0))
        self.scale = 2.0 ** math.floor(math.log2(COST_SCALE / largest)) if largest > 0 else 1.0

    @property
    def closed(self) -> bool:
        """Whether the best values are as near to the bound as was asked."""
        if math.isinf(self.primal) or math.isinf(self.dual):
            return False
        found = relative_gap(self.primal, self.dual)
        return found is not None and found <= self.request.gap

    @property
    def ended(self) -> bool:
        """Whether searches should end: the gap is closed, somebody asked, or time is over."""
        return self.done.is_set() or self.hooks.stop.is_set() or self.left() <= 0.0

    def left(self) -> float:
        """Return the time that is left [s]; endless without a limit."""
        limit = self.request.time_limit
        return math.inf if limit is None else limit - (time.monotonic() - self._began)

    def offer(self, values: NDArray[np.float64]) -> bool:
        """Take values, shape (columns,), if they are better than the best; say whether they were."""
        objective = self.arrays.objective(values)
        with self._lock:
            if objective >= self.primal - BETTER * max(1.0, abs(objective)):
                return False
            if self.values is not None:
                self.former = [*self.former[1 - KEPT :], self.values]
            self.values, self.primal = values, objective
            self._close()
        self.news.put(values)
        return True

    def raise_bound(self, dual: float | None) -> None:
        """Take a proved bound [unit of the objective] if it is better than the best."""
        if dual is None:
            return
        with self._lock:
            if dual <= self.dual:
                return
            self.dual = dual
            self._close()
        self.news.put(None)

    def count(self, nodes: int) -> None:
        """Add branch-and-bound nodes [-] to the tally."""
        with self._lock:
            self.nodes += max(0, nodes)

    def best(self) -> tuple[NDArray[np.float64] | None, float, list[NDArray[np.float64]]]:
        """Return the best values, their objective, and former ones."""
        with self._lock:
            return self.values, self.primal, list(self.former)

    def _close(self) -> None:
        if self.closed:
            self.done.set()
