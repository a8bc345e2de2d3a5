"""``capplan new``: write a case out whole, to be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from capplan.cli import _kinds
from capplan.cli._options import scenario_option
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, write
from capplan.cli.plan import DEFAULT_CASE
from capplan.errors import WriteError, system_reason
from capplan.messages import msg

if TYPE_CHECKING:
    from capplan.case import Case


@click.command(
    cls=Command,
    short_help="Write a case out whole, to start one's own from.",
    epilog="Example: capplan new my-region --from jilin-2025 --excel",
)
@click.argument("folder", type=_kinds.FOLDER, metavar="DIR")
@click.option(
    "--from",
    "origin",
    metavar="CASE",
    help="A packaged case, a case folder or a workbook. With --excel it may be left out: the case that plan takes.",
)
@click.option(
    "--excel",
    is_flag=True,
    help="Write one workbook with all inputs instead of a folder; check, plan and why take it as CASE.",
)
@scenario_option(" first")
@spoken
@click.pass_obj
def command(
    session: Session,
    folder: Path,
    origin: str | None,
    excel: bool,  # noqa: FBT001
    scenarios: tuple[str, ...],
) -> int:
    """Write the whole of a case into the new folder DIR: study, technologies and data.

    With --excel they stand in one workbook, DIR/<case>.xlsx, with lists to choose from, units and explanations in
    the language of --lang. A folder that holds anything is left alone.
    """
    from capplan.case import load_case

    origin = origin or _default(excel)
    _require_new(folder)
    case = load_case(origin).scenario(*scenarios)
    _write(case, folder, _book(case, session.lang) if excel else case.files)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if session.json:
        print_json({"folder": str(folder), "from": origin, "files": files})
    elif not session.quiet:
        _tell(session, folder, files, case.name if excel else None)
    return 0


def _default(excel: bool) -> str:  # noqa: FBT001
    if excel:
        return DEFAULT_CASE
    parameter = next(item for item in command.params if item.name == "origin")
    raise click.MissingParameter(param=parameter)


def _book(case: Case, lang: str) -> Mapping[str, bytes]:
    from capplan.exchange.input_book import workbook_files

    return workbook_files(case, lang)


def _require_new(folder: Path) -> None:
    try:
        taken = folder.is_symlink() or (
            folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))
        )
    except OSError as error:
        reason = system_reason(error)
        raise WriteError(msg("{path} cannot be used: {reason}", path=folder, reason=reason)) from error
    if taken:
        raise WriteError(msg("{path} exists and is left alone; choose a new folder", path=folder))


def _write(case: Case, folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a case; an empty folder is filled, not replaced, because somebody may stand in it."""
    if not folder.exists():
        case.write(folder, files=files)
        return
    inner = case.write(folder / ".capplan-new", files=files)
    try:
        for entry in sorted(inner.iterdir()):
            entry.rename(folder / entry.name)
    finally:
        inner.rmdir()


def _tell(session: Session, folder: Path, files: Sequence[str], book: str | None) -> None:
    told = msg("{path}: {count} files written", path=folder, count=len(files))
    then = msg("change study.yaml, technologies/ and data/, then: capplan check {path}", path=folder)
    if book is not None:
        path = folder / f"{book}.xlsx"
        told = msg("{path}: all inputs in one workbook", path=path)
        then = msg("change it in a spreadsheet program, then: capplan check {path}", path=path)
    write("".join(f"{session.say(line)}\n" for line in (told, then)))
