"""Every way in which a call can end badly, told once: as text on standard error, or as one JSON document."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from capplan.cli._streams import print_json, printable, show, write
from capplan.cli._usage import usage_message
from capplan.errors import (
    INTERRUPTED_EXIT_CODE,
    USAGE_EXIT_CODE,
    CapplanError,
    Fault,
    Infeasible,
    InputError,
    SolveError,
    VerificationError,
    WriteError,
    package_missing,
    system_reason,
)
from capplan.messages import Message, msg

if TYPE_CHECKING:
    from rich.console import RenderableType

    from capplan.cli._session import Session

__all__ = ["Outcome", "outcome_of", "report"]

_SHOWN = 200
_DEBUG = "CAPPLAN_DEBUG"
_DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended, where it did not end well.

    Attributes
    ----------
    exit_code : int
        The process's exit code.
    kind : str
        Name of the error, as ``InputError``.
    message : Message
        One sentence.
    faults : tuple of Fault
        Every fault of the inputs.
    conflicts : tuple of Message
        Why no plan satisfies every target and limit.
    hint : str
        The usage line, for wrong usage.
    ways : callable or None
        Ways out of a case that cannot be planned as JSON in a language, where they were looked for.
    """

    exit_code: int
    kind: str
    message: Message
    faults: tuple[Fault, ...] = ()
    conflicts: tuple[Message, ...] = ()
    hint: str = field(default="")
    ways: Callable[[str], Mapping[str, object]] | None = None

    def document(self, lang: str) -> dict[str, Any]:
        """Return the outcome as a JSON document in ``lang``."""
        return {
            "error": {
                "kind": self.kind,
                "exit_code": self.exit_code,
                "message": self.message.text(lang),
                "faults": [_fault_document(fault, lang) for fault in self.faults],
                "conflicts": [str(conflict.text(lang)) for conflict in self.conflicts],
                **({} if self.ways is None else {"alternatives": self.ways(lang)["alternatives"]}),
            }
        }


def outcome_of(error: BaseException) -> Outcome:
    """Return how a call ended that ended with an error.

    Parameters
    ----------
    error : BaseException
        What was raised.
    """
    if isinstance(error, CapplanError):
        faults = error.faults if isinstance(error, InputError | VerificationError) else ()
        conflicts = error.conflicts if isinstance(error, Infeasible) else ()
        one = isinstance(error, InputError) and len(faults) == 1
        told = msg("one fault in the inputs") if one else error.message
        ways = error.document if isinstance(error, Infeasible) else None
        return Outcome(error.exit_code, type(error).__name__, told, faults, conflicts, ways=ways)
    if isinstance(error, click.ClickException):
        hint = error.ctx.get_usage() if isinstance(error, click.UsageError) and error.ctx else ""
        return Outcome(USAGE_EXIT_CODE, "UsageError", usage_message(error), hint=hint)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return Outcome(
            INTERRUPTED_EXIT_CODE, "Interrupted", msg("interrupted; what was there before is intact")
        )
    return _of_the_machine(error) or Outcome(CapplanError.exit_code, type(error).__name__, _unexpected(error))


def _of_the_machine(error: BaseException) -> Outcome | None:
    """Return how a call ended for want of memory, of a package or of a file; None where it ended otherwise."""
    if isinstance(error, MemoryError):
        told = msg("the machine's memory is not enough for this case")
        return Outcome(SolveError.exit_code, "SolveError", told)
    if isinstance(error, ImportError):
        return Outcome(WriteError.exit_code, "PackageMissing", package_missing(error))
    if isinstance(error, OSError) and error.errno is not None:
        where = error.filename if error.filename is not None else "?"
        told = msg("{path} cannot be used: {reason}", path=where, reason=system_reason(error))
        return Outcome(WriteError.exit_code, "WriteError", told)
    return None


def report(error: BaseException, session: Session) -> int:
    """Tell how a call ended, and return its exit code.

    Parameters
    ----------
    error : BaseException
        What was raised.
    session : Session
        How to tell it.
    """
    outcome = outcome_of(error)
    if session.json:
        print_json(outcome.document(session.lang))
    else:
        show(*_lines(outcome, session), stream=sys.stderr)
    if os.environ.get(_DEBUG):
        write("".join(traceback.format_exception(error)), stream=sys.stderr)
    return outcome.exit_code


def _unexpected(error: BaseException) -> Message:
    return msg(
        "capplan met an error of its own, {kind}: {text}; nothing that was there before was changed. "
        "Set CAPPLAN_DEBUG=1 to see where, and please report it",
        kind=type(error).__name__,
        text=str(error),
    )


def _lines(outcome: Outcome, session: Session) -> list[RenderableType]:
    from rich.text import Text

    lines: list[RenderableType] = []
    if outcome.hint:
        lines.append(Text(outcome.hint, style="dim"))
    heading = session.say(msg("error: {message}", message=outcome.message))
    lines.append(Text(printable(heading), style="bold red"))
    lines.extend(_conflict_line(conflict.text(session.lang)) for conflict in outcome.conflicts)
    for fault in outcome.faults[:_SHOWN]:
        lines.extend(_fault_lines(fault, session))
    if len(outcome.faults) > _SHOWN:
        more = msg("… and {count} more; --json lists them all", count=len(outcome.faults) - _SHOWN)
        lines.append(_indented(session.say(more), 2, style="dim"))
    return lines


def _conflict_line(text: str) -> RenderableType:
    """Return one line of an explanation; what begins with a dash belongs to the line above it."""
    return _indented(text, 4 if text.startswith(_DASH) else 2)


def _fault_lines(fault: Fault, session: Session) -> list[RenderableType]:
    """Return the place and value, then what is wrong and what would be right, then the nearest known name."""
    value = f"  [{fault.value}]" if fault.value and fault.value != fault.place else ""
    told = msg("{problem}; {remedy}", problem=fault.problem, remedy=fault.remedy)
    lines = [_indented(fault.place + value, 2, style="bold"), _indented(session.say(told), 6)]
    if fault.nearest is not None:
        lines.append(_indented(session.say(msg("nearest known name: {name}", name=fault.nearest)), 6))
    return lines


def _indented(text: str, columns: int, *, style: str = "") -> RenderableType:
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(printable(text), style=style), (0, 0, 0, columns))


def _fault_document(fault: Fault, lang: str) -> dict[str, Any]:
    return {
        "file": fault.file,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "problem": fault.problem.text(lang),
        "remedy": fault.remedy.text(lang),
        "nearest": fault.nearest,
    }
