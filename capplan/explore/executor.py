"""Independent runs side by side, in processes of this machine or on the planner's own Dask cluster.

Every task is one call of a function that can be imported where it runs. What it takes and gives travels by value, as a
pickle, so all processes must run the same capplan; that is checked before anything is sent. A task whose worker is
lost runs again; what has finished is handed on at once and is never lost.
"""

from __future__ import annotations

import contextlib
import queue
import time
import traceback
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from capplan.errors import CapplanError, SolveError
from capplan.explore.cluster import connected, local_workers, packed, unpacked
from capplan.messages import msg
from capplan.progress import StageEvent

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Finished", "Started", "run_all"]

_NEWS_SECONDS = 0.5
_POLL_SECONDS = 0.5

_given_up: set[str] = set()
"""Runs whose planner has gone; only ever filled in a worker."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A task that has ended.

    Attributes
    ----------
    key : str
        Its name among the tasks.
    result : object
        What the function returned; None where it raised.
    error : Exception or None
        What it raised, or a `SolveError` where its workers were lost again and again.
    seconds : float
        How long the last attempt took [s]; 0 where it was lost.
    worker : str
        Address of the worker that ended it; empty where it was lost.
    attempts : int
        How often it was begun.
    """

    key: str
    result: Any
    error: Exception | None
    seconds: float
    worker: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Started:
    """A task begins on a worker; at another attempt than the first, because its worker was lost.

    Attributes
    ----------
    worker : str
        Address of the worker.
    attempt : int
        1 for the first.
    """

    worker: str
    attempt: int = 1


def run_all(
    function: Callable[..., Any],
    tasks: Mapping[str, tuple[Any, ...]],
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    threads: int = 1,
    retries: int = 2,
    progress: Callable[[str, object], None] | None = None,
) -> Generator[Finished, None, None]:
    """Run tasks side by side and yield each as it finishes.

    Close the iterator (`contextlib.closing`) where it may be left before its end: then nothing stays behind.

    Parameters
    ----------
    function : callable
        Called as ``function(*arguments, progress=callback)`` in a worker; `progress` takes events as `capplan.solve`
        does. A `CapplanError` that it raises is a result and is not tried again; another exception is carried.
    tasks : mapping of str to tuple
        Arguments by the name of the task.
    scheduler : str, optional
        Address of the planner's Dask scheduler, as ``tcp://host:8786``; else a cluster of this machine, for this call.
    workers : int, optional
        Processes on this machine; by default what `local_workers` says.
    threads : int
        Threads that each task uses, for that count.
    retries : int
        How often a task is begun again after its worker was lost; on the planner's cluster its own setting
        ``distributed.scheduler.allowed-failures`` decides.
    progress : callable, optional
        Called in the caller's thread with the name of a task and `Started`, or what its function told.

    Yields
    ------
    Finished
        Each task once, in the order in which they end.

    Raises
    ------
    SolveError
        If the scheduler cannot be reached, has no worker, or its workers run other versions.
    """
    if not tasks:
        return
    count = min(workers or local_workers(len(tasks), threads), len(tasks))
    with connected(scheduler, count, retries) as client:
        run = _Run(client, function, progress)
        try:
            run.submit(tasks)
            yield from run.finished()
        finally:
            run.end()


@dataclass
class _Run:
    """The tasks of one call while they run."""

    client: Client
    function: Callable[..., Any]
    progress: Callable[[str, object], None] | None
    name: str = field(default_factory=lambda: f"capplan-{uuid.uuid4().hex}")
    waiting: dict[str, Future[_Done]] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    heard: queue.Queue[tuple[str, Any]] = field(default_factory=queue.Queue)

    def submit(self, tasks: Mapping[str, tuple[Any, ...]]) -> None:
        """Send every task."""
        import dask

        self.client.subscribe_topic(self.name, self._hear)
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "10 GB"}):
            for key, arguments in tasks.items():
                content = packed((self.function, arguments))
                future = self.client.submit(
                    _perform, self.name, key, content, key=f"{self.name}-{key}", pure=False
                )
                self.waiting[key] = future
                future.add_done_callback(lambda _done, key=key: self.heard.put((key, None)))

    def finished(self) -> Iterator[Finished]:
        """Yield tasks as they end, and pass on what the others tell."""
        while self.waiting:
            try:
                key, event = self.heard.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if event is None:
                yield self._ended(key)
                continue
            if isinstance(event, Started):
                self.begun[key] = self.begun.get(key, 0) + 1
                event = Started(event.worker, self.begun[key])
            if self.progress is not None and key in self.waiting:
                self.progress(key, event)

    def end(self) -> None:
        """Give up what has not ended."""
        left = list(self.waiting.values())
        self.waiting.clear()
        with contextlib.suppress(Exception):
            self.client.unsubscribe_topic(self.name)
            if left:
                self.client.cancel(left, force=True)
                self.client.run(_give_up, self.name, on_error="ignore")

    def _hear(self, event: tuple[float, bytes]) -> None:
        self.heard.put(unpacked(event[1]))

    def _ended(self, key: str) -> Finished:
        future = self.waiting.pop(key)
        attempts = max(self.begun.get(key, 0), 1)  # the first words of a worker that died at once may be lost
        try:
            done = future.result()
        except Exception as error:  # noqa: BLE001  (whatever keeps a result from arriving is told, once, for this task)
            lost, attempts = _as_lost(error, attempts)
            return Finished(key, None, lost, 0.0, "", attempts)
        finally:
            future.release()
        return Finished(key, done.result, done.error, done.seconds, done.worker, attempts)


def _as_lost(error: Exception, attempts: int) -> tuple[Exception, int]:
    """Return why no result arrived, in the planner's words, and how often the task was begun."""
    from concurrent.futures import CancelledError

    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker):
        attempts = max(attempts, error.allowed_failures + 1)
        problem = msg(
            "its worker was lost {count} times; out of memory? Remedy: fewer --workers", count=attempts
        )
    elif isinstance(error, CancelledError):
        problem = msg("the connection to the Dask scheduler was lost")
    else:
        return error, attempts
    lost = SolveError(problem)
    lost.__cause__ = error
    return lost, attempts


# ------------------------------------------------------------------ in a worker


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any
    error: Exception | None
    seconds: float
    worker: str


class _GivenUp(BaseException):
    """The planner has gone; nobody waits for this task."""


class _Reporter:
    """Tells the planner's process of a task's progress, and ends the task when that process has gone."""

    def __init__(self, run: str, key: str) -> None:
        from distributed import get_worker

        self.worker, self.run, self.key = get_worker(), run, key
        self._told = -_NEWS_SECONDS

    def __call__(self, event: object, /) -> None:
        """Tell an event; news of the solver only now and then."""
        if self.run in _given_up:
            raise _GivenUp
        if not isinstance(event, StageEvent | Started):
            now = time.monotonic()
            if now - self._told < _NEWS_SECONDS:
                return
            self._told = now
        self.worker.log_event(self.run, packed((self.key, event)))


def _perform(run: str, key: str, content: bytes) -> _Done:
    """Run one task in a worker."""
    report = _Reporter(run, key)
    report(Started(report.worker.address))
    began = time.perf_counter()
    result, failure = None, None
    try:
        function, arguments = unpacked(content)
        result = function(*arguments, progress=report)
    except CapplanError as error:
        failure = _portable(error)
    except Exception as error:  # noqa: BLE001  (carried to the planner's process and told there)
        error.add_note("".join(traceback.format_exception(error)))
        failure = _portable(error)
    except _GivenUp:
        failure = SolveError(msg("interrupted"))
    return _Done(result, failure, time.perf_counter() - began, report.worker.address)


def _portable(error: Exception) -> Exception:
    """Return an error that survives its way to another process."""
    try:
        unpacked(packed(error))
    except Exception:  # noqa: BLE001  (whatever an error's own pickling raises)
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _give_up(run: str) -> None:
    """Note in a worker that nobody waits for a run any more."""
    _given_up.add(run)
