"""The executor: results as they come, errors as results, lost workers, interrupts, versions, a cluster by address."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from capplan.errors import Infeasible, InputError, SolveError
from capplan.explore import cluster
from capplan.explore.cluster import connected, local_workers
from capplan.explore.executor import Finished, Started, run_all
from tests.support import tasks

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def run(function: Any, **given: Any) -> dict[str, Finished]:
    return {done.key: done for done in run_all(function, given.pop("tasks"), **given)}


def test_every_task_ends_once_and_nothing_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a folder with blanks"
    folder.mkdir()
    monkeypatch.chdir(folder)
    before = dict(os.environ)
    told: list[tuple[str, object]] = []
    done = run(
        tasks.square, tasks={"two": (2,), "three": (3,)}, workers=1, progress=lambda *news: told.append(news)
    )
    assert {key: (item.result, item.error, item.attempts) for key, item in done.items()} == {
        "two": (4, None, 1),
        "three": (9, None, 1),
    }
    assert all(item.seconds >= 0 and item.worker.startswith("tcp://127.0.0.1:") for item in done.values())
    assert ("three", "squaring 3") in told
    assert {key for key, event in told if isinstance(event, Started)} == {"two", "three"}
    assert capfd.readouterr() == ("", "")
    assert list(folder.iterdir()) == []
    assert dict(os.environ) == before


def test_errors_arrive_whole_and_a_task_may_start_processes() -> None:
    kinds = ("infeasible", "input", "strange", "unportable")
    failed = run(tasks.fail, tasks={kind: (kind,) for kind in kinds}, workers=1)
    infeasible, faults = failed["infeasible"].error, failed["input"].error
    assert isinstance(infeasible, Infeasible)
    assert infeasible.text("en") == "no plan for toyland\n  too many racks"
    assert isinstance(faults, InputError)
    assert faults.text("en") == "one fault in the inputs\n  study.yaml:3:name [x]: wrong; right"
    assert isinstance(failed["strange"].error, KeyError)
    assert "tasks.py" in "".join(failed["strange"].error.__notes__)
    assert str(failed["unportable"].error) == "Unportable: 1 and 2"
    assert [item.attempts for item in failed.values()] == [1, 1, 1, 1]


def test_a_lost_worker_costs_an_attempt_and_no_result(tmp_path: Path) -> None:
    heard, died = tmp_path / "heard", tmp_path / "died"
    starts: list[Started] = []

    def told(_key: str, event: object) -> None:
        if isinstance(event, Started):
            starts.append(event)
            heard.touch()

    done = run(tasks.die_once, tasks={"lost": (str(heard), str(died))}, workers=1, progress=told)
    assert died.exists()
    assert (done["lost"].result, done["lost"].attempts) == ("survived", 2)
    assert [event.attempt for event in starts] == [1, 2]


def test_a_task_that_always_loses_its_worker_is_given_up() -> None:
    done = run(tasks.die, tasks={"bad": ()}, workers=1, retries=1)
    assert isinstance(done["bad"].error, SolveError)
    assert done["bad"].error.text("en").startswith("its worker was lost 2 times; out of memory?")


def test_another_cluster_by_its_address() -> None:
    with connected(None, 1, 0) as client:
        address = client.scheduler.address
        assert run(tasks.child, tasks={"one": ()}, scheduler=address)["one"].result == "from a child"
        assert run(tasks.square, tasks={"one": (5,)}, scheduler=address)["one"].result == 25


def test_workers_with_another_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with connected(None, 1, 0) as client:
        address = client.scheduler.address
        monkeypatch.setattr(cluster, "_versions", lambda: {"capplan": "0.0.7"})
        with pytest.raises(
            SolveError, match=r"runs capplan \S+ and this machine 0\.0\.7; they must be the same"
        ):
            run(tasks.square, tasks={"one": (5,)}, scheduler=address)
        monkeypatch.setattr(cluster, "_versions", lambda: {"no-such-library": "1"})
        with pytest.raises(SolveError, match="no-such-library is not installed on the worker tcp://"):
            run(tasks.square, tasks={"one": (5,)}, scheduler=address)


def test_an_address_without_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """No client is made before the address answers: one that never connected prints a traceback when it is collected."""
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.5)
    monkeypatch.setattr("distributed.Client", None)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "tcp://127.0.0.1:99999", ""):
        with pytest.raises(SolveError, match="no Dask scheduler answers at"):
            run(tasks.square, tasks={"one": (5,)}, scheduler=address)


def test_leaving_early_leaves_no_process_behind(tmp_path: Path) -> None:
    def told(_key: str, event: object) -> None:
        if event == "still here":
            raise KeyboardInterrupt

    flag = tmp_path / "flag"
    runs = run_all(tasks.linger, {"long": (str(flag),)}, workers=1, progress=told)
    with pytest.raises(KeyboardInterrupt), closing(runs):
        next(runs)
    assert not _alive(int(flag.read_text(encoding="utf-8")))


@pytest.mark.skipif(os.name != "posix", reason="process groups are interrupted as a terminal does it")
def test_an_interrupt_from_the_terminal_is_quiet(tmp_path: Path) -> None:
    script = (
        "from capplan.explore.executor import run_all\n"
        "from tests.support import tasks\n"
        "try:\n"
        f"    list(run_all(tasks.linger, {{'long': ({str(tmp_path / 'flag')!r},)}}, workers=1,\n"
        "        progress=lambda key, event: print(event, flush=True)))\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    while "still here" not in process.stdout.readline():
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out.splitlines()[-1], err) == ("interrupted", "")
    assert not _alive(int((tmp_path / "flag").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("count", "threads", "free", "workers"),
    [(9, 1, 64, 8), (9, 4, 64, 2), (2, 1, 64, 2), (9, 1, 5, 2), (9, 99, 1, 1)],
)
def test_local_workers_follow_cores_and_memory(
    monkeypatch: pytest.MonkeyPatch, count: int, threads: int, free: int, workers: int
) -> None:
    monkeypatch.setattr("dask.system.CPU_COUNT", 8)
    monkeypatch.setattr("distributed.system.MEMORY_LIMIT", 64 * 1024**3)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": free * 1024**3}))
    assert local_workers(count, threads) == workers


def test_no_task_needs_no_cluster() -> None:
    assert list(run_all(tasks.square, {}, scheduler="nowhere")) == []


def _alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
