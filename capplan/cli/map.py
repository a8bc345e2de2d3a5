"""``capplan map``: the maps of a plan, each drawn where the plan has data for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capplan.cli import _kinds
from capplan.cli._options import formats_option, out_option
from capplan.cli._outcome import outcome_of
from capplan.cli._plan import failure_lines, read_shown, tell_fontless
from capplan.cli._progress import watch
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, printable, show
from capplan.cli._usage import Misuse
from capplan.errors import CapplanError, RenderError, nearest_name, package_missing
from capplan.messages import msg
from capplan.partial import MissingTable
from capplan.progress import stage

if TYPE_CHECKING:
    from rich.console import RenderableType

    from capplan.atlas import Drawing
    from capplan.messages import Message
    from capplan.plan import Plan
    from capplan.progress import Callback

_FORMATS = ("png", "svg", "pdf")
_SIZES = ("a3", "a4", "slide")
PAGE = "map.html"


@dataclass(frozen=True)
class _Atlas:
    """What was drawn into which folder, and why a map that exists was not asked of this plan."""

    folder: Path
    files: dict[str, list[Path]] = field(default_factory=dict)
    failed: dict[str, CapplanError] = field(default_factory=dict)
    left_out: dict[str, Message] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    page: Path | None = None
    page_failure: CapplanError | None = None

    @property
    def failures(self) -> dict[str, CapplanError]:
        """What could not be drawn, the interactive page last, by name."""
        page = {} if self.page_failure is None else {PAGE: self.page_failure}
        return {**self.failed, **page}


@click.command(
    cls=Command,
    short_help="Draw the maps of a plan.",
    epilog="Example: capplan map plans/jilin-2025 --map siting --map sheet-220100 --size a4,slide --lang zh",
)
@click.argument("plan", type=_kinds.FOLDER)
@click.option(
    "--map",
    "names",
    multiple=True,
    metavar="NAME",
    help="A map, as siting or sheet, or one sheet by its code. May be repeated; default every map that there is data for.",
)
@formats_option(_FORMATS, "Which of png, svg and pdf.")
@click.option(
    "--size",
    "sizes",
    type=_kinds.Names(_SIZES),
    default=None,
    metavar="LIST",
    help="Which of a3, a4 and slide; default the size that each map is designed for, a3.",
)
@out_option("Where the files go; default PLAN/maps.")
@click.option(
    "--page/--no-page",
    default=None,
    help="Whether the interactive page map.html is written too; default where no --map is named.",
)
@spoken
@click.pass_obj
def command(session: Session, /, plan: Path, names: tuple[str, ...], out: Path | None, **wishes: Any) -> int:
    """Draw the maps of the plan folder PLAN into its folder maps, in the language of this call.

    A map is drawn where the plan has data for it: what would be empty is left out and told. Files of other maps,
    languages and sizes stay; each file takes its place when it is complete. The interactive page, one file for both
    languages that needs no network, goes to PLAN/map.html, or with --out into DIR.
    """
    from capplan.exchange.staging import check_folder

    asked = wishes.pop("page")
    check_folder(out or plan / "maps")
    with watch(session) as progress:
        with stage("read", progress):
            found = read_shown(plan, session)
        with stage("atlas", progress):
            atlas = _drawn(found, names, out or plan / "maps", session, wishes, progress)
        if asked or (asked is None and not names):
            with stage("page", progress):
                atlas = _with_page(atlas, found, (out or plan) / PAGE, session.lang)
    return _tell(atlas, session)


def _drawn(plan: Plan, names: tuple[str, ...], folder: Path, *how: Any) -> _Atlas:
    """Draw the maps; what keeps all of them from being drawn does not keep the page from being written."""
    try:
        return _draw(plan, names, folder, *how)
    except RenderError as fault:
        return _Atlas(folder, failed={"maps": fault}, missing=plan.missing)
    except ImportError as fault:
        told = msg("maps cannot be drawn: {reason}", reason=package_missing(fault))
        return _Atlas(folder, failed={"maps": RenderError(told)}, missing=plan.missing)


def _draw(
    plan: Plan,
    names: tuple[str, ...],
    folder: Path,
    session: Session,
    wishes: dict[str, Any],
    progress: Callback,
) -> _Atlas:
    from capplan.atlas import Wanted, make_maps
    from capplan.atlas.registry import left_out

    _require_known(plan, names)
    drawings, refused = _possible(plan, names)
    wanted = Wanted(langs=(session.lang,), formats=wishes["formats"], sizes=wishes["sizes"] or ())
    made = make_maps(plan, drawings, wanted, folder, progress=progress)
    lacking = {} if names else left_out(plan)
    failed, omitted = made.failures | refused, {**lacking, **made.left_out}
    return _Atlas(folder, made.files, failed, omitted, missing=plan.missing)


def _possible(plan: Plan, names: Sequence[str]) -> tuple[list[Drawing], dict[str, CapplanError]]:
    """Return the maps that are asked for, and those of them that a table is missing for, which costs them alone."""
    from capplan.atlas import chosen

    if not names:
        return chosen(plan, names), {}
    found: dict[str, Drawing] = {}
    refused: dict[str, CapplanError] = {}
    for name in names:
        try:
            found |= {one.name: one for one in chosen(plan, [name])}
        except MissingTable as fault:
            refused[name] = fault
    return list(found.values()), refused


def _with_page(atlas: _Atlas, plan: Plan, file: Path, lang: str) -> _Atlas:
    """Write the interactive page; one that fails costs the page, not the maps."""
    if file.is_dir():
        told = msg(
            "{path} is a folder, not a file; move it away, or choose another folder with --out",
            path=str(file),
        )
        return replace(atlas, page_failure=RenderError(told))
    try:
        from capplan.page import write_page

        return replace(atlas, page=write_page(plan, file, lang=lang))
    except CapplanError as error:
        return replace(atlas, page_failure=error)
    except ImportError as fault:
        return replace(atlas, page_failure=RenderError(package_missing(fault)))


def _require_known(plan: Plan, names: Sequence[str]) -> None:
    from capplan.atlas import drawings, map_names

    if not names:
        return
    known = list(dict.fromkeys([*(one.name for one in drawings(plan)), *map_names()]))
    for name in names:
        if name not in known:
            nearest = nearest_name(name, known)
            if nearest is None:
                told = ", ".join(known)
                raise Misuse(msg("there is no map {name}; known: {known}", name=name, known=told))
            raise Misuse(msg("there is no map {name}; the nearest is {nearest}", name=name, nearest=nearest))


def _tell(atlas: _Atlas, session: Session) -> int:
    """Tell what was drawn; a map that failed is told beside the others, and decides the exit code."""
    failures = list(atlas.failures.values())
    if atlas.page is not None:
        tell_fontless(session)
    if session.json:
        print_json(_document(atlas, session))
        return failures[0].exit_code if failures else 0
    if not session.quiet:
        show(*_lines(atlas, session))
    if failures:
        raise failures[0]
    return 0


def _document(atlas: _Atlas, session: Session) -> dict[str, Any]:
    failures = atlas.failures
    told = {
        "folder": str(atlas.folder),
        "maps": {name: [file.name for file in files] for name, files in atlas.files.items()},
        "page": None if atlas.page is None else str(atlas.page),
        "left_out": {name: reason.text(session.lang) for name, reason in atlas.left_out.items()},
        "failed": {name: error.text(session.lang) for name, error in failures.items()},
        **({"missing": list(atlas.missing)} if atlas.missing else {}),
    }
    first = next(iter(failures.values()), None)
    return told if first is None else {**told, **outcome_of(first).document(session.lang)}


def _lines(atlas: _Atlas, session: Session) -> list[RenderableType]:
    from rich.text import Text

    files = sum(len(found) for found in atlas.files.values())
    told = msg(
        "Maps: {maps}, files: {files}, in {folder}",
        maps=len(atlas.files),
        files=files,
        folder=str(atlas.folder),
    )
    lines = [session.say(told)]
    if atlas.files:
        lines.append("  " + ", ".join(atlas.files))
    if atlas.page is not None:
        lines.append(session.say(msg("Interactive page: {file}", file=str(atlas.page))))
    for name, reason in atlas.left_out.items():
        lines.append("  " + session.say(msg("{name} left out: {reason}", name=name, reason=reason)))
    lines += ["  " + line for line in failure_lines(atlas.failures, session)]
    return [Text(printable(line)) for line in lines]
