"""A plan folder for commands that show one: what is missing from it is told on standard error, and the rest is shown."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.cli._streams import printable, show
from capplan.partial import told_missing

if TYPE_CHECKING:
    from capplan.cli._session import Session
    from capplan.plan import Plan

__all__ = ["read_shown", "tell_missing"]


def read_shown(folder: Path, session: Session) -> Plan:
    """Return the plan of a folder as far as its files go, having told which are missing.

    Parameters
    ----------
    folder : Path
        The plan folder.
    session : Session
        How to tell it.

    Raises
    ------
    InputError
        If it is no plan folder, or a file that is there is damaged.
    """
    from capplan.plan import read_plan

    plan = read_plan(folder, partly=True)
    tell_missing(plan, folder, session)
    return plan


def tell_missing(plan: Plan, folder: Path | str, session: Session) -> None:
    """Tell on standard error which files of a plan are missing; with JSON the document holds them.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : Path
        Its folder.
    session : Session
        How to tell it.
    """
    if plan.missing and not session.json:
        from rich.text import Text

        line = f"{folder}: {session.say(told_missing(plan.missing))}"
        show(Text(printable(line), style="yellow"), stream=sys.stderr)
