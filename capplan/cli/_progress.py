"""Progress on standard error: a live list on a terminal, plain lines elsewhere, nothing when quiet."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from capplan.cli import _streams
from capplan.messages import Message, msg
from capplan.progress import Callback, StageEvent
from capplan.report.numbers import money, percent

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

    from capplan.cli._session import Session

__all__ = ["watch"]

_PATIENCE = 2.0
_PAUSE = 5.0

_NEWS = ("solve", "price", "prove", "atlas", "report", "compared")
"""Stages that tell news while they run."""


def stage_title(name: str) -> Message:
    """Return what a stage is called.

    Parameters
    ----------
    name : str
        The stage's name in a `StageEvent`.
    """
    titles = {
        "read": msg("Reading the case"),
        "compare": msg("Comparing the plans"),
        "compared": msg("Drawing and writing the comparison"),
        "check": msg("Checking the inputs"),
        "build": msg("Building the program"),
        "solve": msg("Solving"),
        "tabulate": msg("Tabulating the plan"),
        "certify": msg("Certifying the plan"),
        "write": msg("Writing the plan folder"),
        "map": msg("Drawing the siting map"),
        "atlas": msg("Drawing the maps"),
        "page": msg("Writing the interactive page"),
        "rank": msg("Ranking the assumptions"),
        "report": msg("Writing the report"),
        "explain": msg("Finding out what conflicts"),
        "verify": msg("Verifying the plan"),
        "price": msg("Pricing targets and limits"),
        "prove": msg("Narrowing the prices"),
    }
    return titles.get(name, msg("{text}", text=name))


def news(event: Any, lang: str) -> str:
    """Return incumbent, bound and gap in one line.

    Parameters
    ----------
    event : capplan.solution.Progress
        The solver's news; bounds in CNY, gap as a ratio.
    lang : str
        ``zh`` or ``en``.
    """
    if hasattr(event, "total"):
        return msg("{done} of {total} · {name}", done=event.done, total=event.total, name=event.name).text(
            lang
        )
    told = msg(
        "best plan {primal} · bound {dual} · gap {gap}",
        primal=money(event.primal_bound, lang),
        dual=money(event.dual_bound, lang),
        gap=percent(event.gap, 2),
    )
    return told.text(lang)


@contextlib.contextmanager
def watch(session: Session) -> Iterator[Callback]:
    """Show a run's progress while it lasts.

    Parameters
    ----------
    session : Session
        How to speak.

    Yields
    ------
    Callback
        Give it the run's events.
    """
    if session.quiet:
        yield _ignore
    elif sys.stderr.isatty():
        screen = _LiveList(session)
        with screen.shown():
            yield screen
    else:
        lines = _Lines(session)
        try:
            yield lines
        finally:
            lines.close()


def _ignore(_event: object, /) -> None:
    """Take an event and do nothing."""


class _Lines:
    """Plain lines, only for what takes over two seconds."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._title = ""
        self._told = time.monotonic()
        self._timer: threading.Timer | None = None

    def __call__(self, event: object, /) -> None:
        if not isinstance(event, StageEvent):
            self._news(event)
        elif event.status == "start":
            self._start(event)
        else:
            self._end(event)

    def close(self) -> None:
        """Stop waiting for anything."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start(self, event: StageEvent) -> None:
        self.close()
        self._title = self._session.say(stage_title(event.stage))
        self._told = time.monotonic() - _PAUSE + _PATIENCE
        self._timer = threading.Timer(_PATIENCE, self._print, [f"{self._title} …"])
        self._timer.daemon = True
        self._timer.start()

    def _end(self, event: StageEvent) -> None:
        self.close()
        if event.seconds >= _PATIENCE:
            self._print(f"{self._session.say(stage_title(event.stage))}: {event.seconds:.1f} s")

    def _news(self, event: Any) -> None:
        if time.monotonic() - self._told >= _PAUSE:
            self._told = time.monotonic()
            self._print(f"{self._title}, {event.seconds:.0f} s: {news(event, self._session.lang)}")

    def _print(self, line: str) -> None:
        with contextlib.suppress(Exception):
            _streams.write(line + "\n", stream=sys.stderr)


class _LiveList:
    """A list of stages that redraws itself, with the solver's news beside the running one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._done: list[tuple[str, float, str]] = []
        self._running: list[tuple[str, float]] = []
        self._news = ""

    def __call__(self, event: object, /) -> None:
        if not isinstance(event, StageEvent):
            self._news = news(event, self._session.lang)
        elif event.status == "start":
            self._running.append((event.stage, time.monotonic()))
        else:
            self._running = [item for item in self._running if item[0] != event.stage]
            self._done.append((event.stage, event.seconds, self._news if event.stage in _NEWS else ""))

    @contextlib.contextmanager
    def shown(self) -> Iterator[Live]:
        """Keep the list on the terminal while the block runs."""
        from rich.live import Live

        with Live(
            get_renderable=self.table,
            console=_streams.console(sys.stderr),
            refresh_per_second=4,
            redirect_stdout=False,
            redirect_stderr=False,
        ) as live:
            yield live

    def table(self) -> Table:
        """Return the list as it stands now."""
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        for name, seconds, told in tuple(self._done):
            table.add_row(Text("✓", style="green"), self._title(name), f"{seconds:.1f} s", Text(told))
        for name, began in tuple(self._running):
            told = self._news if name in _NEWS else ""
            seconds = time.monotonic() - began
            table.add_row(Text("…", style="cyan"), self._title(name), f"{seconds:.0f} s", Text(told))
        return table

    def _title(self, name: str) -> str:
        return self._session.say(stage_title(name))
