"""The command line as a process: interrupts, terminations, closed pipes, odd terminals, no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from capplan.case import load_case
from tests.support.sample_plan import sample_plan
from tests.support.tiny_case import write_tiny_case

COMMAND = [sys.executable, "-m", "capplan"]

# A program that plans with a solver that never ends: it says that it has begun, and waits.
ENDLESS = """
import signal, sys, threading
import capplan.planner
from capplan.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored

def solve(case, **options):
    sys.stdout.write("begun\\n")
    sys.stdout.flush()
    threading.Event().wait()

capplan.planner.solve = solve
main()
"""


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=120,
    )


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of Toyland."""
    folder = tmp_path_factory.mktemp("cases") / "toyland"
    write_tiny_case(folder)
    return folder


def contents(folder: Path) -> dict[Path, bytes]:
    """Return every file of a folder with its content."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("ending", ["SIGINT", "SIGTERM"])
def test_an_interrupted_run_leaves_the_former_plan(toy: Path, tmp_path: Path, ending: str) -> None:
    former = sample_plan(load_case(toy)).write(tmp_path / "plan")
    before = contents(former)
    arguments = ["plan", str(toy), "--out", str(former)]
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(getattr(signal, ending))
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in told
    assert "Traceback" not in told
    assert contents(former) == before
    assert list(tmp_path.iterdir()) == [former]


@pytest.mark.parametrize("arguments", [["datasets", "--json"], ["cases"], ["--help"]])
def test_a_reader_who_goes_away_is_no_error(arguments: Sequence[str]) -> None:
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
        code = process.wait(timeout=60)
    assert (code, told) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_standard_output_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, "cases"], stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert ended.returncode == 7
    assert b"standard output cannot be written" in ended.stderr
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp936"])
def test_odd_terminals_are_served(encoding: str, toy: Path) -> None:
    ended = run("check", toy, "--lang", "zh", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.decode(encoding).startswith("toyland")


def test_no_colour_and_no_control_characters_reach_a_file(toy: Path) -> None:
    for ended in (run("check", toy, TERM="xterm-256color"), run("check", "nowhere", TERM="xterm-256color")):
        assert b"\x1b" not in ended.stdout + ended.stderr


def test_help_loads_nothing_heavy() -> None:
    heavy = ("pandas", "numpy", "pydantic", "geopandas", "matplotlib", "rich", "ortools", "highspy", "yaml")
    program = (
        "import sys\nfrom capplan.cli import main\n"
        "code = main(['plan', '--help'], standalone_mode=False)\n"
        f"sys.stderr.write(' '.join(name for name in {heavy!r} if name in sys.modules))\nsys.exit(code)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
def test_closed_streams_are_no_error(toy: Path) -> None:
    line = f'exec "{sys.executable}" -m capplan check "{toy}" >&- 2>&-'
    ended = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False, timeout=60)
    assert ended.returncode == 0


def test_completion_for_shells() -> None:
    ended = run(_CAPPLAN_COMPLETE="bash_source")
    assert ended.returncode == 0
    assert b"capplan" in ended.stdout
    words = run(_CAPPLAN_COMPLETE="bash_complete", COMP_WORDS="capplan pl", COMP_CWORD="1")
    assert b"plan" in words.stdout
