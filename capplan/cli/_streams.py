"""Standard output and standard error: safe on odd terminals, closed pipes and full disks."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from capplan.errors import WriteError, system_reason
from capplan.messages import msg

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["closed_pipe_tolerated", "console", "prepare", "print_json", "printable", "show", "write"]

_ENDLESS = 1000


def prepare() -> None:
    """Let a character that the terminal cannot show become a question mark, and a closed stream swallow all."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  (for the process's life)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(ValueError, OSError):
                stream.reconfigure(errors="replace")


def console(stream: TextIO, *, like: TextIO | None = None) -> Console:
    """Return a console for a stream: plain, and so wide that nothing wraps, unless it is a terminal.

    Parameters
    ----------
    stream : TextIO
        Where it writes.
    like : TextIO, optional
        Whose form the text is given, where that is another stream.
    """
    from rich.console import Console

    terminal = (like or stream).isatty()
    return Console(
        file=stream,
        force_terminal=terminal,
        width=None if terminal else _ENDLESS,
        no_color=None if terminal else True,
        markup=False,
        highlight=False,
        emoji=False,
    )


def show(*renderables: RenderableType, stream: TextIO | None = None) -> None:
    """Print Rich renderables on a stream, by default standard output.

    Parameters
    ----------
    *renderables
        What to print, one below the other.
    stream : TextIO, optional
        Where to.
    """
    target = sys.stdout if stream is None else stream
    paper = io.StringIO()
    screen = console(paper, like=target)
    for renderable in renderables:
        screen.print(renderable)
    lines = paper.getvalue().splitlines()
    write("\n".join(line.rstrip() for line in lines) + "\n", stream=target)


def write(text: str, *, stream: TextIO | None = None) -> None:
    """Write text; a reader who has gone away is no error.

    Raises
    ------
    WriteError
        If the stream cannot take it, as on a full disk.
    """
    target = sys.stdout if stream is None else stream
    with closed_pipe_tolerated(target):
        target.write(text)
        target.flush()


def print_json(document: object) -> None:
    """Print one JSON document on standard output; numbers that JSON has no word for become null."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    text = json.dumps(_speakable(document), ensure_ascii=plain, allow_nan=False, indent=2, default=str)
    write(text + "\n")


def printable(text: str) -> str:
    """Return a text on one line, with no character that could steer a terminal.

    Examples
    --------
    >>> printable("two" + chr(10) + "lines" + chr(27))
    'two lines�'
    """
    line = "".join(" " if letter.isspace() else letter for letter in text)
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


@contextlib.contextmanager
def closed_pipe_tolerated(stream: TextIO) -> Iterator[None]:
    """Run something that writes to a stream whose reader may go away.

    Raises
    ------
    WriteError
        If the stream cannot take it, as on a full disk.
    """
    try:
        yield
    except BrokenPipeError:
        _silence(stream)
    except OSError as error:
        _silence(stream)
        raise WriteError(
            msg("standard output cannot be written: {reason}", reason=system_reason(error))
        ) from error


def _silence(stream: TextIO) -> None:
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _speakable(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _speakable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_speakable(item) for item in value]
    return _speakable(value.item()) if hasattr(value, "item") and hasattr(value, "dtype") else value
