"""What a run tells whoever watches it: the stages it enters and leaves, beside the solver's own news."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol

__all__ = ["Callback", "StageEvent", "stage"]


@dataclass(frozen=True, slots=True)
class StageEvent:
    """A stage of a run begins or ends.

    Attributes
    ----------
    stage : str
        Its name: ``read``, ``check``, ``build``, ``solve``, ``certify``, ``write``, ``map``.
    status : {"start", "end"}
        Whether it begins or is over.
    seconds : float
        What it took [s]; 0 when it begins.
    """

    stage: str
    status: Literal["start", "end"]
    seconds: float = 0.0


class Callback(Protocol):
    """Anything that is told of `StageEvent` and of `capplan.solution.Progress`; it returns nothing."""

    def __call__(self, event: object, /) -> None:
        """Take one piece of news."""


@contextmanager
def stage(name: str, progress: Callback | None) -> Iterator[None]:
    """Announce a stage and, however it ends, its end.

    Parameters
    ----------
    name : str
        The stage.
    progress : Callback or None
        Who wants to know; nobody when None.

    Examples
    --------
    >>> seen = []
    >>> with stage("build", seen.append):
    ...     pass
    >>> [(event.stage, event.status) for event in seen]
    [('build', 'start'), ('build', 'end')]
    """
    if progress is None:
        yield
        return
    began = time.perf_counter()
    progress(StageEvent(name, "start"))
    try:
        yield
    finally:
        progress(StageEvent(name, "end", time.perf_counter() - began))
