"""Where runs run: a Dask cluster of this machine, made for one call, or the planner's own by its address.

A cluster of ours says nothing, listens on the loopback alone, writes into one folder that goes with it, and leaves the
environment as it was. Workers of another's cluster must run the same versions, because what travels are pickles.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import logging
import os
import signal
import tempfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

import psutil

from capplan.errors import SolveError
from capplan.messages import msg

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

__all__ = ["connected", "local_workers", "packed", "unpacked"]

TASK_BYTES = 2 * 1024**3
"""Memory that one run is taken to need when workers of this machine are counted [B]."""

_CONNECT_SECONDS = 10.0
_WORKER_SECONDS = 60.0
_SAME = ("capplan", "numpy", "pandas", "pydantic")


def local_workers(tasks: int, threads: int = 1) -> int:
    """Return how many tasks may run at once on this machine, as its cores and free memory allow.

    Parameters
    ----------
    tasks : int
        How many there are.
    threads : int
        Threads of each.
    """
    from dask.system import CPU_COUNT
    from distributed.system import MEMORY_LIMIT

    free = min(psutil.virtual_memory().available, MEMORY_LIMIT)
    return max(1, min(tasks, CPU_COUNT // max(threads, 1), int(free // TASK_BYTES)))


@contextlib.contextmanager
def connected(scheduler: str | None, workers: int, retries: int) -> Iterator[Client]:
    """Give a client of a cluster, and end what was begun for it.

    Parameters
    ----------
    scheduler : str or None
        Address of the planner's scheduler; None for a cluster of this machine.
    workers : int
        Processes of a cluster of this machine.
    retries : int
        How often it begins a task again whose worker was lost.

    Yields
    ------
    Client
        A client that is nobody's default.

    Raises
    ------
    SolveError
        If the scheduler cannot be reached, has no worker, or its workers run other versions.
    """
    from distributed import Client

    if scheduler is not None:
        with _reached(scheduler) as client:
            _require_same_versions(client)
            yield client
        return
    folder = tempfile.TemporaryDirectory(prefix="capplan-runs-", ignore_cleanup_errors=True)
    with (
        _environment_kept(),
        folder as name,
        _local_cluster(name, workers, retries) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def packed(content: object) -> bytes:
    """Return anything as compressed bytes; functions that cannot be imported travel by value too."""
    from distributed.protocol import pickle

    return zlib.compress(pickle.dumps(content), 1)


def unpacked(content: bytes) -> Any:
    """Return what `packed` took; only for bytes of the planner's own cluster."""
    from distributed.protocol import pickle

    return pickle.loads(zlib.decompress(content))


@contextlib.contextmanager
def _reached(scheduler: str) -> Iterator[Client]:
    from distributed import Client

    try:
        _call(scheduler)
        client = Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        problem = msg(
            "no Dask scheduler answers at {address}; start one, or leave out --scheduler", address=scheduler
        )
        raise SolveError(problem) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except TimeoutError as error:
            problem = msg("the Dask scheduler at {address} has no worker; start some", address=scheduler)
            raise SolveError(problem) from error
        yield client


def _call(scheduler: str) -> None:
    """Connect to an address and hang up: a client that never connected is not closed, but says so at its end."""
    from distributed.comm.core import connect
    from distributed.security import Security

    async def attempt() -> None:
        arguments = Security().get_connection_args("client")
        comm = await connect(scheduler, timeout=_CONNECT_SECONDS, **arguments)
        await comm.close()

    # in a thread of its own, because a notebook has a loop that runs already
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, attempt()).result()


def _local_cluster(folder: str, workers: int, retries: int) -> LocalCluster:
    """Return a cluster of this machine that says nothing, listens on the loopback alone and writes into a folder."""
    import dask
    from distributed import LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": retries,
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.nanny.pre-spawn-environ": {},
        "temporary-directory": folder,
        "logging": {"distributed": "critical", "distributed.client": "critical", "tornado": "critical"},
    }
    environment = {"TMPDIR": folder, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with dask.config.set(settings), _interrupts_held():
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            worker_dashboard_address=None,
            silence_logs=logging.CRITICAL + 1,
            memory_limit=0,
            local_directory=folder,
            env=environment,
        )


@contextlib.contextmanager
def _environment_kept() -> Iterator[None]:
    """Take back what Dask writes into this process's environment for its children."""
    former = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - former.keys():
            del os.environ[name]
        os.environ.update(former)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back from threads begun here, and so from their processes: Ctrl-C is for this process alone."""
    if os.name != "posix":
        yield
        return
    # multiprocessing's tracker, where it starts later, would let interrupts through again
    resource_tracker.ensure_running()
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def _versions() -> dict[str, str]:
    """Return the versions that must agree for pickles to be understood."""
    return {name: importlib.metadata.version(name) for name in _SAME}


def _require_same_versions(client: Client) -> None:
    for name, mine in _versions().items():
        for worker, theirs in client.run(importlib.metadata.version, name, on_error="return").items():
            if isinstance(theirs, Exception):
                problem = msg("{name} is not installed on the worker {worker}", name=name, worker=worker)
                raise SolveError(problem) from theirs
            if theirs != mine:
                problem = msg(
                    "the worker {worker} runs {name} {theirs} and this machine {mine}; they must be the same",
                    worker=worker,
                    name=name,
                    theirs=theirs,
                    mine=mine,
                )
                raise SolveError(problem)
