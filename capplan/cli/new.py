"""``capplan new``: write a case out whole, to be changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from capplan.cli import _kinds
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, write
from capplan.errors import WriteError
from capplan.messages import msg

if TYPE_CHECKING:
    from capplan.case import Case


@click.command(
    cls=Command,
    short_help="Write a case out whole, to start one's own from.",
    epilog="Example: capplan new my-region --from jilin-2025",
)
@click.argument("folder", type=_kinds.FOLDER, metavar="DIR")
@click.option("--from", "origin", required=True, metavar="CASE", help="A packaged case or a case folder.")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="Apply a scenario of the study first. May be repeated: a later one wins.",
)
@spoken
@click.pass_obj
def command(session: Session, folder: Path, origin: str, scenarios: tuple[str, ...]) -> int:
    """Write the whole of a case into the new folder DIR: study, technologies and data.

    A folder that holds anything is left alone.
    """
    from capplan.case import load_case

    _require_new(folder)
    case = load_case(origin).scenario(*scenarios)
    _write(case, folder)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if session.json:
        print_json({"folder": str(folder), "from": origin, "files": files})
    elif not session.quiet:
        _tell(session, folder, len(files))
    return 0


def _require_new(folder: Path) -> None:
    try:
        taken = folder.is_symlink() or (
            folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteError(msg("{path} cannot be used: {reason}", path=folder, reason=reason)) from error
    if taken:
        raise WriteError(msg("{path} exists and is left alone; choose a new folder", path=folder))


def _write(case: Case, folder: Path) -> None:
    """Write the case; an empty folder is filled, not replaced, because somebody may stand in it."""
    if not folder.exists():
        case.write(folder)
        return
    inner = case.write(folder / ".capplan-new")
    try:
        for entry in sorted(inner.iterdir()):
            entry.rename(folder / entry.name)
    finally:
        inner.rmdir()


def _tell(session: Session, folder: Path, files: int) -> None:
    told = (
        msg("{path}: {count} files written", path=folder, count=files),
        msg("change study.yaml, technologies/ and data/, then: capplan check {path}", path=folder),
    )
    write("".join(f"{session.say(line)}\n" for line in told))
