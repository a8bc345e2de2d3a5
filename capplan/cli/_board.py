"""Progress of many runs at once: one line a run on a terminal, plain lines as they begin and end elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from capplan.cli import _streams
from capplan.cli._progress import news, stage_title
from capplan.messages import Message, msg
from capplan.progress import StageEvent
from capplan.report.numbers import money, percent

if TYPE_CHECKING:
    from rich.table import Table

    from capplan.cli._session import Session
    from capplan.explore.scenarios import Outcome

__all__ = ["board"]


@contextlib.contextmanager
def board(session: Session, names: Sequence[str]) -> Iterator[_Board]:
    """Show the progress of runs while they last.

    Parameters
    ----------
    session : Session
        How to speak.
    names : sequence of str
        Names of the runs, in order.

    Yields
    ------
    _Board
        Call it with the name of a run and its news; tell it of each end.
    """
    shown = _Board(session, {name: _Line() for name in names})
    if session.quiet or not sys.stderr.isatty():
        yield shown
        return
    from rich.live import Live

    shown.live = True
    with Live(
        get_renderable=shown.table,
        console=_streams.console(sys.stderr),
        refresh_per_second=4,
        redirect_stdout=False,
        redirect_stderr=False,
    ):
        yield shown


@dataclass
class _Line:
    """What one run's line says."""

    mark: str = " "
    state: str = ""
    told: str = ""
    began: float = 0.0
    seconds: float | None = None


@dataclass
class _Board:
    """The lines of all runs."""

    session: Session
    lines: dict[str, _Line] = field(default_factory=dict)
    live: bool = False

    def __call__(self, name: str, event: object) -> None:
        """Take news of a run."""
        from capplan.explore.executor import Started

        line = self.lines[name]
        if isinstance(event, Started):
            self._started(name, line, event)
        elif isinstance(event, StageEvent):
            if event.status == "start":
                line.state = self.session.say(stage_title(event.stage))
        elif hasattr(event, "primal_bound"):
            line.told = news(event, self.session.lang)

    def ended(self, outcome: Outcome) -> None:
        """Take the end of a run."""
        line = self.lines[outcome.task.name]
        line.mark = "✓" if outcome.planned else "✗"
        line.seconds = outcome.seconds
        line.state = self.session.say(_state(outcome))
        line.told = self.session.say(_result(outcome, self.session.lang))
        self._print(f"{outcome.task.name}: {' · '.join(filter(None, (line.state, line.told)))}")

    def table(self) -> Table:
        """Return the lines as they stand now."""
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        styles = {"✓": "green", "✗": "red", "…": "cyan"}
        for name, line in self.lines.items():
            passed = time.monotonic() - line.began if line.began and line.seconds is None else line.seconds
            seconds = "" if passed is None else f"{passed:.0f} s"
            mark = Text(line.mark, style=styles.get(line.mark, ""))
            table.add_row(mark, Text(name), Text(line.state), seconds, Text(line.told))
        return table

    def _started(self, name: str, line: _Line, event: Any) -> None:
        line.mark, line.began, line.told = "…", time.monotonic(), ""
        said = msg("begun") if event.attempt == 1 else msg("begun again, attempt {n}", n=event.attempt)
        line.state = self.session.say(said)
        self._print(f"{name}: {line.state}")

    def _print(self, text: str) -> None:
        if not self.live and not self.session.quiet:
            with contextlib.suppress(Exception):
                _streams.write(text + "\n", stream=sys.stderr)


def _state(outcome: Outcome) -> Message:
    from capplan.report.scenarios import status_text

    said = status_text(outcome.status)
    return msg("{status}, kept from an earlier run", status=said) if outcome.kept else said


def _result(outcome: Outcome, lang: str) -> Message:
    record = outcome.record
    if not record:
        return msg("{text}", text="")
    cost = money(record["objective_cny"], lang)
    return msg("net present cost {cost}, gap {gap}", cost=cost, gap=percent(record["gap"], 2))
