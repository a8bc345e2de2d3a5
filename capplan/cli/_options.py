"""Options that several commands take: each is said once, with the help that the command gives it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from capplan.cli import _kinds

__all__ = ["formats_option", "out_option", "scenario_option", "set_option", "solving_options"]

Decorator = Callable[[Any], Any]


def out_option(told: str) -> Decorator:
    """Return ``--out``, a folder.

    Parameters
    ----------
    told
        What goes there.
    """
    return click.option("--out", type=_kinds.FOLDER, metavar="DIR", help=told)


def formats_option(known: Sequence[str], told: str) -> Decorator:
    """Return ``--format``, given to the command as ``formats``.

    Parameters
    ----------
    known
        The formats, all of them by default.
    told
        Which there are.
    """
    return click.option(
        "--format",
        "formats",
        type=_kinds.Names(known),
        default=",".join(known),
        show_default=True,
        metavar="LIST",
        help=told,
    )


def set_option() -> Decorator:
    """Return ``--set``, given to the command as ``settings``."""
    return click.option(
        "--set",
        "settings",
        type=_kinds.SETTING,
        multiple=True,
        metavar="PATH=VALUE",
        help="Change an input: a dotted key of the study, or table.key.column. May be repeated.",
    )


def scenario_option(when: str) -> Decorator:
    """Return ``--scenario``, given to the command as ``scenarios``.

    Parameters
    ----------
    when
        When they are applied: nothing, or words that begin with a blank or a comma.
    """
    return click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        metavar="NAME",
        help=f"Apply a scenario of the study{when}. May be repeated: a later one wins.",
    )


def solving_options(told: Sequence[str]) -> Decorator:
    """Return ``--gap``, ``--time-limit``, ``--solver``, ``--threads`` and ``--seed``.

    Parameters
    ----------
    told
        What each does.
    """
    gap, limit, solver, threads, seed = told
    options = (
        click.option("--gap", type=_kinds.GAP, metavar="FRACTION", help=gap),
        click.option("--time-limit", type=_kinds.SECONDS, metavar="SECONDS", help=limit),
        click.option("--solver", metavar="NAME", help=solver),
        click.option("--threads", type=_kinds.THREADS, metavar="N", help=threads),
        click.option("--seed", type=_kinds.SEED, metavar="N", help=seed),
    )

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
