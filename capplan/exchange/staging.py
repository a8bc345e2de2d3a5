"""A folder is replaced as a whole or not at all: everything is written beside the target, then the two change places.

Killed at any moment, the target is the old folder or the new one, never a mixture. Where the file system cannot
exchange two names in one step, the old folder is moved aside for the blink between two renames, and the next run
moves it back if that blink was the moment of the kill.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from capplan.errors import WriteError, system_reason
from capplan.messages import Message, msg

__all__ = [
    "Owner",
    "check_folder",
    "check_target",
    "explain",
    "protected",
    "recover",
    "replacing",
    "workplace",
]

_LINUX_AT_FDCWD = -100
_LINUX_RENAME_EXCHANGE = 2
_DARWIN_RENAME_SWAP = 2
_NO_EXCHANGE = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


@dataclass(frozen=True)
class Owner:
    """Which folders are ours to replace, and what in them is ours.

    Attributes
    ----------
    markers
        Files that stand in every folder of ours.
    writes
        Names of what we write at the top of such a folder.
    """

    markers: frozenset[str]
    writes: re.Pattern[str]


@contextlib.contextmanager
def replacing(target: Path, *, owner: Owner) -> Iterator[Path]:
    """Give an empty folder to write into; when the block ends well, it takes the target's place.

    What stands at the top of the old folder and is not ours is carried over, unless the new one has its name.

    Parameters
    ----------
    target
        The folder to write or replace; its parents are made.
    owner
        Tells our folders, and what in them is ours, from somebody else's.

    Yields
    ------
    Path
        The folder to write into, on the file system of the target.

    Raises
    ------
    WriteError
        Where the target may not or cannot be written; what stood there is intact.
    """
    try:
        real = check_target(target, owner=owner)
        real.parent.mkdir(parents=True, exist_ok=True)
        recover(real)
        part = _beside(real, "part")
        part.mkdir()
    except OSError as fault:
        raise explain(fault, target) from fault
    try:
        yield part
        _carry_over(real, part, owner)
        _sync_tree(part)
        _swap(part, real)
    except OSError as fault:
        raise explain(fault, target) from fault
    finally:
        shutil.rmtree(part, ignore_errors=True)


def check_target(target: Path, *, owner: Owner) -> Path:
    """Return the real path of a folder that may be written or replaced; call it before long work.

    Parameters
    ----------
    target
        The folder; links are followed.
    owner
        Tells our folders from somebody else's.

    Raises
    ------
    WriteError
        If it is a file, a folder of somebody else's, or stands where nothing may be written.
    """
    try:
        real = _resolved(target)
        if real.exists():
            _check_replaceable(real, target, owner)
        _check_parent(real, target)
    except OSError as fault:
        raise explain(fault, target) from fault
    return real


def check_folder(target: Path) -> None:
    """Refuse a place for files that is a file; call it before long work.

    Parameters
    ----------
    target
        The folder that files go to; it need not be there.

    Raises
    ------
    WriteError
        If it, or what stands above it, is a file.
    """
    found = next(place for place in (target, *target.absolute().parents) if place.exists())
    if not found.is_dir():
        problem = msg("{path} is a file, not a folder", path=str(found))
        raise _refused(problem, msg("move it away, or choose another folder with --out"))


def protected(path: Path) -> bool:
    """Return whether somebody took all rights to write from a file or folder: it is to stay as it is.

    Parameters
    ----------
    path
        The file or folder; one that is not there is not protected.
    """
    return path.exists() and not path.stat().st_mode & 0o222


def _resolved(target: Path) -> Path:
    try:
        return target.resolve(strict=target.is_symlink())
    except FileNotFoundError as fault:
        problem = msg("{path} is a link to nothing", path=str(target))
        raise _refused(problem, msg("remove the link, or choose another folder with --out")) from fault
    except RuntimeError as fault:  # Python 3.11 and 3.12 say so of links in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(target)) from fault


def _check_replaceable(real: Path, target: Path, owner: Owner) -> None:
    if not real.is_dir():
        problem = msg("{path} is a file, not a folder", path=str(target))
        raise _refused(problem, msg("move it away, or choose another folder with --out"))
    entries = list(real.iterdir())
    if entries and not owner.markers <= {entry.name for entry in entries}:
        problem = msg("{path} holds something that is not a plan", path=str(target))
        raise _refused(problem, msg("choose an empty or new folder with --out"))


def _check_parent(real: Path, target: Path) -> None:
    parent = next(folder for folder in real.parents if folder.exists())
    if not parent.is_dir():
        problem = msg("{path} cannot be made: {parent} is a file", path=str(target), parent=str(parent))
        raise _refused(problem, msg("choose another folder with --out"))
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(parent))


def recover(target: Path) -> None:
    """Clear away what killed runs left beside a target, and move back an old folder that one had moved aside.

    Parameters
    ----------
    target
        The folder whose neighbours are looked at; those of runs that still live are left alone.
    """
    pattern = re.compile(rf"\.{re.escape(target.name)}\.(part|old)-(\d+)-[0-9a-f]+")
    for neighbour in sorted(target.parent.iterdir()):
        match = pattern.fullmatch(neighbour.name)
        if match is None or _lives(int(match[2])):
            continue
        if match[1] == "old" and not target.exists():
            neighbour.rename(target)
        else:
            shutil.rmtree(neighbour, ignore_errors=True)


@contextlib.contextmanager
def workplace(target: Path, role: str) -> Iterator[Path]:
    """Give a folder beside a folder for files that are not complete yet, having removed those of killed runs.

    Parameters
    ----------
    target
        The folder that the files are for; it is there.
    role
        What is made in it, as ``maps``.

    Yields
    ------
    Path
        An empty folder on the file system of the target.
    """
    real = target.resolve()
    pattern = re.compile(rf"\.{re.escape(real.name)}\.{re.escape(role)}-(\d+)-\w+")
    for neighbour in sorted(real.parent.iterdir()):
        match = pattern.fullmatch(neighbour.name)
        if match is not None and not _lives(int(match[1])):
            shutil.rmtree(neighbour, ignore_errors=True)
    prefix = f".{real.name}.{role}-{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=real.parent) as name:
        yield Path(name)


def _beside(target: Path, role: str) -> Path:
    return target.parent / f".{target.name}.{role}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def _lives(pid: int) -> bool:
    if sys.platform == "win32":  # there a signal 0 would end the process that it asks about
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _carry_over(old: Path, new: Path, owner: Owner) -> None:
    if not old.exists():
        return
    for entry in sorted(old.iterdir()):
        copy = new / entry.name
        if owner.writes.fullmatch(entry.name) or copy.exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, copy, symlinks=True)
        else:
            shutil.copy2(entry, copy, follow_symlinks=False)


def _sync_tree(folder: Path) -> None:
    for entry in sorted(folder.rglob("*")):
        if not entry.is_symlink():
            _sync(entry)
    _sync(folder)


def _sync(path: Path) -> None:
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(new: Path, target: Path) -> None:
    if not target.exists():
        new.rename(target)
    elif sys.platform == "win32" or not _exchange(new, target):
        _swap_in_two_steps(new, target)
    _sync(target.parent)


def _swap_in_two_steps(new: Path, target: Path) -> None:
    aside = _beside(target, "old")
    target.rename(aside)
    try:
        new.rename(target)
    except BaseException:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where this system cannot."""
    names = os.fsencode(one), os.fsencode(other)
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        failed = libc.renameat2(_LINUX_AT_FDCWD, names[0], _LINUX_AT_FDCWD, names[1], _LINUX_RENAME_EXCHANGE)
    elif sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(*names, _DARWIN_RENAME_SWAP)
    else:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _remedies() -> dict[int, Message]:
    free = msg("free some space, or choose another folder with --out")
    allow = msg("allow writing there, or choose another folder with --out")
    return {
        errno.ENOSPC: free,
        errno.EDQUOT: free,
        errno.EFBIG: msg("raise the limit on file sizes, or choose another folder with --out"),
        errno.EACCES: allow,
        errno.EPERM: allow,
        errno.EROFS: allow,
        errno.EEXIST: msg("move away what stands there, or choose another folder with --out"),
        errno.EISDIR: msg("move away what stands there, or choose another folder with --out"),
        errno.ELOOP: msg("remove the circle of links, or choose another folder with --out"),
        errno.ENAMETOOLONG: msg("choose a shorter name with --out"),
    }


def explain(fault: OSError, target: Path) -> WriteError:
    """Return the error for a planner that says why a folder could not be written, and what to do.

    Parameters
    ----------
    fault
        What the operating system reported.
    target
        The folder that was to be written.
    """
    reason = system_reason(fault)
    problem = msg("{path} could not be written: {reason}", path=str(target), reason=reason)
    remedy = _remedies().get(fault.errno or 0, msg("choose another folder with --out"))
    return _refused(problem, remedy)


def _refused(problem: Message, remedy: Message) -> WriteError:
    return WriteError(msg("{problem}; what was there is intact; {remedy}", problem=problem, remedy=remedy))
