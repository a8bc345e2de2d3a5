"""``capplan compare``: what differs between plans, in inputs, in what they build and in cost, as tables, map and page."""

from __future__ import annotations

import contextlib
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capplan.cli import _kinds
from capplan.cli._options import formats_option, out_option, solving_options
from capplan.cli._outcome import outcome_of
from capplan.cli._plan import tell_fontless
from capplan.cli._progress import watch
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, show, write
from capplan.cli._usage import Misuse
from capplan.cli.plan import require_solver
from capplan.messages import msg
from capplan.progress import stage

if TYPE_CHECKING:
    from capplan.compare import Comparison, PlanComparison
    from capplan.compare.attribution import Attribution, Variant
    from capplan.compare.write import Written
    from capplan.explore.attribution import Attempt
    from capplan.explore.kept import KeptSolves
    from capplan.progress import Callback

_FORMATS = ("html", "png", "svg", "pdf")
_LEVELS = ("auto", "file", "row")
_LEAST = 2
_MOST = 12
"""Plans that a page and a wide table can show side by side."""
_SOLVE = ("gap", "time_limit", "solver", "threads", "seed")


@dataclass(frozen=True, slots=True)
class _Wish:
    """How effects are found out: whether at all, by which groups, alone only, and how each variant is planned."""

    solve: bool
    by: str
    alone: bool
    scheduler: str | None
    workers: int | None
    options: dict[str, Any]

    def check(self) -> None:
        """Refuse options that say how to solve where nothing is solved."""
        given = [name for name, value in self.options.items() if value is not None]
        given += [name for name in ("scheduler", "workers") if getattr(self, name) is not None]
        given += ["alone"] if self.alone else []
        if given and not self.solve:
            option = f"--{given[0].replace('_', '-')}"
            raise Misuse(msg("{option} goes with --solve", option=option))
        require_solver(self.options["solver"])


class _Level(click.ParamType):  # type: ignore[type-arg]  # generic only in newer versions of click
    """How finely input changes are grouped."""

    name = "level"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the level.

        Raises
        ------
        Misuse
            If there is none of that name.
        """
        if value not in _LEVELS:
            known = ", ".join(_LEVELS)
            raise Misuse(
                msg("{option} is {value}; it must be of {known}", option="--by", value=value, known=known)
            )
        return str(value)


@click.command(
    cls=Command,
    short_help="Compare plans: inputs, sites, cost, targets.",
    epilog="Example: capplan compare plans/jilin-2025 plans/jilin-2025--low-demand --solve --time-limit 60",
)
@click.argument("plans", metavar="PLAN PLAN [PLAN ...]", nargs=-1, type=_kinds.FOLDER)
@out_option("Where the comparison goes; default plans/compare-<a>--<b>.")
@formats_option(_FORMATS, "Which of html, png, svg and pdf; tables and compare.json are always written.")
@click.option(
    "--solve", is_flag=True, help="Plan again with each group of input changes alone, and with all but it."
)
@click.option(
    "--by",
    type=_Level(),
    default="auto",
    metavar="auto|file|row",
    help="What a group is: rows where few change, else columns, else files; always files; always rows.",
)
@click.option("--alone", is_flag=True, help="With --solve: each group alone, not all but it: half the work.")
@solving_options(
    (
        "With --solve: gap of each solve; default the first plan's.",
        "With --solve: time limit of each solve.",
        "With --solve: engine.",
        "With --solve: threads of each solve.",
        "With --solve: random seed.",
    )
)
@click.option("--scheduler", metavar="ADDRESS", help="With --solve: your Dask scheduler, as tcp://host:8786.")
@click.option(
    "--workers", type=_kinds.THREADS, metavar="N", help="With --solve: how many solves run at once here."
)
@spoken
@click.pass_obj
def command(session: Session, /, plans: tuple[Path, ...], out: Path | None, **given: Any) -> int:
    """Compare plan folders: the first is the base, and each other PLAN is compared with it.

    What differs in the inputs is told by file, row and column, what differs in the plans by site, technology, year, cost
    term and target. The folder gets tables, compare.json, maps of differences and pages in Chinese and English. With
    --solve, it is found out which input change brings which difference, with bounds.
    """
    if len(plans) < _LEAST:
        raise Misuse(msg("compare takes two plan folders at least, and got {count}", count=len(plans)))
    if len(plans) > _MOST:
        told = msg(
            "compare takes {most} plan folders at most, and got {count}: compare them in several parts",
            most=_MOST,
            count=len(plans),
        )
        raise Misuse(told)
    options = {name: given.pop(name) for name in _SOLVE}
    formats = given.pop("formats")
    wish = _Wish(**given, options=options)
    wish.check()
    return _compare(session, plans, out, formats, wish)


def _compare(
    session: Session, plans: Sequence[Path], out: Path | None, formats: Sequence[str], wish: _Wish
) -> int:
    from capplan.cli._plan import tell_missing
    from capplan.cli._target import try_place
    from capplan.compare import compare_plans
    from capplan.compare.reading import label_of, read_plans
    from capplan.compare.write import check_comparison_target, default_folder, write_comparison
    from capplan.explore.kept import KeptSolves

    target = out or default_folder([label_of(plan) for plan in plans])
    check_comparison_target(target)
    try_place(target)
    with watch(session) as progress, stage("compare", progress):
        read = read_plans(plans)
        for _, plan, folder in {item[2]: item for item in read}.values():
            tell_missing(plan, folder or plan.case.name, session)
        comparison = compare_plans(read)
    kept = KeptSolves.beside(target)
    if wish.solve:
        pairs = tuple(_attributed(pair, wish, session, kept) for pair in comparison.pairs)
        comparison = replace(comparison, pairs=pairs)
    with watch(session) as progress, stage("compared", progress):
        drawing = _drawn(len(comparison.pairs), progress)
        written = write_comparison(comparison, target, formats, drawing=drawing)
    if wish.solve:
        kept.clear()
    return _tell(comparison, written, session)


def _drawn(total: int, progress: Callback) -> Callable[[str], None]:
    """Return what tells of each map that is drawn next."""
    from capplan.atlas.making import MapEvent

    began, count = time.monotonic(), itertools.count()

    def told(plan: str) -> None:
        progress(MapEvent(plan, next(count), total, time.monotonic() - began))

    return told


def _attributed(pair: PlanComparison, wish: _Wish, session: Session, kept: KeptSolves) -> PlanComparison:
    """Return a comparison with the effects of its input changes; what is solved when it is interrupted is kept."""
    from capplan.explore.attribution import asked_of_plan, attempts_of, attribute

    both = not wish.alone
    with watch(session) as progress, stage("compare", progress):
        groups, attempts = attempts_of(pair, level=wish.by, both=both)
    if not groups:
        return pair
    with _told_if_interrupted(session, attempts, kept), _shown(session, attempts) as (news, ended):
        found: Attribution = attribute(
            pair,
            groups,
            attempts,
            asked_of_plan(pair.base.plan, wish.options),
            both=both,
            scheduler=wish.scheduler,
            workers=wish.workers,
            progress=news,
            ended=ended,
            kept=kept,
        )
    return pair.attributed(found)


@contextlib.contextmanager
def _shown(session: Session, attempts: Sequence[Attempt]) -> Iterator[tuple[Any, Any]]:
    """Show the progress of variants as that of scenarios."""
    from capplan.cli._board import board
    from capplan.explore.scenarios import Outcome, Task

    with board(session, [attempt.name for attempt in attempts]) as shown:

        def ended(attempt: Attempt, variant: Variant) -> None:
            case: Any = attempt.case
            task = Task(attempt.name, case, Path(), {})
            record = variant.record or None
            shown.ended(
                Outcome(
                    task,
                    variant.status,
                    record=record,
                    seconds=variant.seconds,
                    attempts=0 if variant.kept else 1,
                )
            )

        yield shown, ended


@contextlib.contextmanager
def _told_if_interrupted(session: Session, attempts: Sequence[Attempt], kept: KeptSolves) -> Iterator[None]:
    """Say of an interrupted run how many of its solves are kept, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        if not session.quiet:
            told = msg(
                "{done} finished solves are kept in {folder} ({count} are needed for this plan): "
                "the same command goes on from there",
                done=kept.count(),
                folder=str(kept.folder),
                count=sum(attempt.case is not None for attempt in attempts),
            )
            write(session.say(told) + "\n", stream=sys.stderr)
        raise


def _tell(comparison: Comparison, written: Written, session: Session) -> int:
    """Tell what differs; a map that failed is told beside it, and decides the exit code."""
    from capplan.compare.document import document

    failures = written.failures
    if any(written.folder.glob("compare-*.html")):
        tell_fontless(session)
    if session.json:
        failed = outcome_of(failures[0]).document(session.lang) if failures else {}
        print_json({**document(comparison), "out": str(written.folder), **failed})
        return failures[0].exit_code if failures else 0
    if not session.quiet:
        from capplan.cli._render import section_lines
        from capplan.compare.sections import comparison_sections

        show(*section_lines(comparison_sections(comparison, session.lang, folder=written.folder)))
    if failures:
        raise failures[0]
    return 0
