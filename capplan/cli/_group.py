"""The program itself: finds its commands, runs one, and turns every outcome into an exit code."""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any, NoReturn

import click

from capplan._version import __version__
from capplan.cli import _streams
from capplan.cli._outcome import outcome_of, report
from capplan.cli._session import Session
from capplan.cli._usage import Misuse
from capplan.errors import USAGE_EXIT_CODE, nearest_name
from capplan.messages import msg

__all__ = ["CommandLine", "main"]


class CommandLine(click.Group):
    """A group whose commands are the modules of this package, imported when asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; without any argument, show the help and exit as wrong usage does."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(USAGE_EXIT_CODE)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands."""
        package = importlib.import_module("capplan.cli")
        modules = (module.name for module in pkgutil.iter_modules(package.__path__))
        return sorted(name.replace("_", "-") for name in modules if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"capplan.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments ask for.

        Raises
        ------
        Misuse
            If there is no such command.
        """
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise _no_such_command(args[0], known)
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002  (click's own signature)
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002
        **extra: Any,
    ) -> Any:
        """Run the command line and exit with its code; with `standalone_mode` off, return the code."""
        arguments = list(sys.argv[1:] if args is None else args)
        name = prog_name or "capplan"
        if complete_var or os.environ.get("_CAPPLAN_COMPLETE"):
            extra["windows_expand_args"] = windows_expand_args
            return super().main(arguments, name, complete_var, standalone_mode=standalone_mode, **extra)
        code = _run(self, arguments, name, extra)
        return sys.exit(code) if standalone_mode else code


@click.command(
    cls=CommandLine,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: capplan plan jilin-2025 --out plans/jilin-2025 --lang zh",
)
@click.version_option(__version__, prog_name="capplan")
def main() -> None:
    """Plan regional computing capacity at least cost: sites, racks, PFLOPS, edge nodes and power."""


def _run(group: click.Group, arguments: list[str], name: str, extra: dict[str, Any]) -> int:
    _streams.prepare()
    session = Session.of(arguments, os.environ)
    try:
        with (
            _terminations_as_interrupts(),
            group.make_context(name, arguments, obj=session, **extra) as context,
        ):
            code = group.invoke(context)
            return code if isinstance(code, int) else 0
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except BrokenPipeError:
        return 0
    except BaseException as error:  # noqa: BLE001  (this is where every outcome gets its exit code)
        return _reported(error, session)


def _reported(error: BaseException, session: Session) -> int:
    try:
        return report(error, session)
    except BaseException:  # noqa: BLE001  (nobody can be told, or nobody waits; the exit code still tells)
        return outcome_of(error).exit_code


def _no_such_command(name: str, known: Sequence[str]) -> Misuse:
    nearest = nearest_name(name, known)
    if nearest is None:
        return Misuse(msg("there is no command {name}; there are {known}", name=name, known=list(known)))
    return Misuse(msg("there is no command {name}; the nearest is {nearest}", name=name, nearest=nearest))


@contextlib.contextmanager
def _terminations_as_interrupts() -> Iterator[None]:
    """Let a termination end a run as Ctrl-C does: workers stopped, temporary folders removed, exit code 130."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    former = {name: signal.getsignal(getattr(signal, name)) for name in names}
    for name in names:
        if former[name] is not signal.SIG_IGN:
            signal.signal(getattr(signal, name), _interrupt)
    try:
        yield
    finally:
        for name, handler in former.items():
            signal.signal(getattr(signal, name), handler)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
