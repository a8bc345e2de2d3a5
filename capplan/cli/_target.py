"""Where a plan may be written: tried before anything is solved, so that no work is lost."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from capplan.exchange.staging import explain
from capplan.plan import check_writable

__all__ = ["require_target", "try_place"]


def require_target(target: Path) -> None:
    """Refuse a folder in which a plan could not or should not be written.

    Parameters
    ----------
    target : Path
        The plan folder to be; it may hold a former plan.

    Raises
    ------
    WriteError
        If it is a file, holds something that is not a plan, or nothing can be made beside it.
    """
    check_writable(target)
    try_place(target)


def try_place(target: Path) -> None:
    """Refuse a place where no folder can be made.

    Parameters
    ----------
    target : Path
        The folder to be.

    Raises
    ------
    WriteError
        If nothing can be made beside it.
    """
    try:
        _try(target)
    except OSError as error:
        raise explain(error, target) from error


def _try(target: Path) -> None:
    """Do what writing will do: make a folder beside the target, or in the nearest folder above it."""
    place = target.absolute().parent
    while not place.exists():
        place = place.parent
    trial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=place))
    with contextlib.suppress(OSError):
        trial.rmdir()
