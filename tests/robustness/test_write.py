"""Bad luck while a plan is written: killed runs, full disks, no permission; the former plan stays whole."""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capplan.case import Case
from capplan.errors import WriteError
from capplan.exchange import staging
from capplan.plan import check_writable, read_plan
from tests.support.sample_plan import sample_plan
from tests.support.tiny_case import tiny_case, write_tiny_case

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and permissions of POSIX systems")

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return tiny_case(tmp_path / "case")


@pytest.fixture
def former(tmp_path: Path, case: Case) -> Path:
    """A plan folder of a former run, in a folder of its own."""
    return sample_plan(case, status="former").write(tmp_path / "plans" / "toyland")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def killed(case_folder: Path, target: Path, moment: str) -> None:
    """Write a new plan in a process of its own, and kill it at the moment named."""
    command = [sys.executable, "-m", "tests.support.sample_plan", str(case_folder), str(target), moment]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    assert child.stdout is not None
    with child, child.stdin, child.stdout:
        assert child.stdout.readline() == "reached\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL


def neighbours(target: Path) -> list[str]:
    return sorted(entry.name for entry in target.parent.iterdir() if entry != target)


@pytest.mark.parametrize("moment", ["writing", "before-swap"])
def test_killed_before_the_swap_leaves_the_former_plan(
    tmp_path: Path, former: Path, case: Case, moment: str
) -> None:
    before = contents(former)
    killed(tmp_path / "case", former, moment)
    assert contents(former) == before
    assert len(neighbours(former)) == 1
    sample_plan(case, status="next").write(former)
    assert neighbours(former) == []
    assert read_plan(former).record["status"] == "next"


def test_killed_after_the_swap_leaves_the_new_plan(tmp_path: Path, former: Path, case: Case) -> None:
    killed(tmp_path / "case", former, "after-swap")
    assert read_plan(former).record["status"] == "new"
    sample_plan(case, status="next").write(former)
    assert neighbours(former) == []


def test_killed_between_two_renames_is_mended_by_the_next_run(
    tmp_path: Path, former: Path, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(former)
    killed(tmp_path / "case", former, "between-renames")
    assert not former.exists()
    with monkeypatch.context() as broken:
        broken.setattr(staging, "_swap", lambda *_: fail(errno.EIO))
        with pytest.raises(WriteError):
            sample_plan(case, status="next").write(former)
    assert contents(former) == before
    assert neighbours(former) == []


def test_killed_first_run_leaves_nothing_at_the_target(tmp_path: Path, case: Case) -> None:
    target = tmp_path / "plans" / "toyland"
    write_tiny_case(tmp_path / "other")
    killed(tmp_path / "other", target, "writing")
    assert not target.exists()
    sample_plan(case).write(target)
    assert neighbours(target) == []


def fail(code: int) -> Any:
    raise OSError(code, os.strerror(code))


class FullFile(io.FileIO):
    """A file on a disk with room for a few bytes."""

    def write(self, data: Any) -> int:
        return int(fail(errno.ENOSPC)) if len(data) > 64 else super().write(data)


def test_full_disk_leaves_the_former_plan_and_says_so(
    former: Path, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(former)

    def small(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if "w" not in mode:
            return genuine(file, mode, *arguments, **options)
        raw = FullFile(file, mode.replace("b", "").replace("t", ""))
        return raw if "b" in mode else io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8")

    genuine = builtins.open
    with monkeypatch.context() as disk:
        disk.setattr(io, "open", small)
        with pytest.raises(WriteError) as caught:
            sample_plan(case, status="next").write(former)
    assert "No space left on device" in str(caught.value)
    assert "free some space" in str(caught.value)
    assert caught.value.exit_code == 7
    assert contents(former) == before
    assert neighbours(former) == []


LIMITED = """
import resource, sys
from capplan.case import load_case
from capplan.errors import WriteError
from tests.support.sample_plan import sample_plan

plan = sample_plan(load_case(sys.argv[1]), status="next")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    plan.write(sys.argv[2])
except WriteError as error:
    sys.exit(f"refused: {error}")
"""


@pytest.mark.parametrize("limit", [500, 20_000, 60_000])
def test_files_that_the_system_cuts_off_leave_the_former_plan(
    tmp_path: Path, former: Path, limit: int
) -> None:
    before = contents(former)
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "case"), str(former), str(limit)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("refused: "), done.stderr
    assert done.returncode == 1
    assert contents(former) == before
    assert neighbours(former) == []


UNPRIVILEGED = """
import os, re, sys
from pathlib import Path
from capplan.errors import WriteError
from capplan.exchange.staging import Owner, replacing
import capplan.exchange.staging

if os.geteuid() == 0:
    os.seteuid(int(sys.argv[2]))
try:
    with replacing(Path(sys.argv[1]), owner=Owner(frozenset({"plan.json"}), re.compile("plan.json"))):
        pass
except WriteError as error:
    sys.exit(f"refused: {error}")
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_no_permission_is_refused_and_leaves_the_former_plan(open_folder: Path) -> None:
    target = open_folder / "plan"
    target.mkdir()
    (target / "plan.json").write_text("{}", encoding="utf-8")
    open_folder.chmod(0o555)
    command = [sys.executable, "-c", UNPRIVILEGED, str(target), str(NOBODY)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("refused: "), done.stderr
    assert "allow writing there" in done.stderr
    assert contents(target) == {"plan.json": b"{}"}


def test_maps_that_cannot_be_drawn_leave_the_former_plan(former: Path, case: Case) -> None:
    before = contents(former)
    with pytest.raises(WriteError, match="No space left on device"):
        sample_plan(case).write(former, also=[lambda _: fail(errno.ENOSPC)])
    with pytest.raises(KeyboardInterrupt):
        sample_plan(case).write(former, also=[interrupted])
    assert contents(former) == before
    assert neighbours(former) == []


def interrupted(_: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["file", "loop", "dangling", "not-a-plan", "below-a-file", "n" * 300])
def test_targets_that_are_no_plan_folder_are_refused(tmp_path: Path, case: Case, name: str) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "not-a-plan").mkdir()
    (tmp_path / "not-a-plan" / "maps").write_text("mine", encoding="utf-8")
    target = tmp_path / "file" / "plan" if name == "below-a-file" else tmp_path / name
    before = contents(tmp_path)
    with pytest.raises(WriteError, match="--out"):
        check_writable(target)
    with pytest.raises(WriteError, match="--out"):
        sample_plan(case).write(target)
    assert contents(tmp_path) == before


def test_what_is_not_ours_in_a_plan_folder_is_kept(former: Path, case: Case) -> None:
    (former / "notes.txt").write_text("mine", encoding="utf-8")
    (former / "meeting").mkdir()
    (former / "meeting" / "slides.txt").write_text("ours", encoding="utf-8")
    (former / "maps").mkdir()
    (former / "maps" / "siting-zh.png").write_bytes(b"of the former plan")
    sample_plan(case, status="next").write(former)
    assert (former / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (former / "meeting" / "slides.txt").read_text(encoding="utf-8") == "ours"
    assert not (former / "maps").exists()


def test_a_link_to_a_plan_folder_stays_a_link(tmp_path: Path, former: Path, case: Case) -> None:
    link = tmp_path / "latest"
    link.symlink_to(former)
    sample_plan(case, status="next").write(link)
    assert link.is_symlink()
    assert read_plan(former).record["status"] == "next"


def test_runs_that_still_live_are_left_alone(former: Path, case: Case) -> None:
    other = former.parent / f".{former.name}.part-{os.getpid()}-0123abcd"
    other.mkdir()
    sample_plan(case).write(former)
    assert neighbours(former) == [other.name]


def test_without_an_exchange_of_names_two_renames_do(
    former: Path, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_exchange", lambda *_: False)
    sample_plan(case, status="next").write(former)
    assert read_plan(former).record["status"] == "next"
    assert neighbours(former) == []
