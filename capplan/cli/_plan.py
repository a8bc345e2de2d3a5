"""A plan folder for commands that show one: what is missing from it is told on standard error, and the rest is shown."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.cli._streams import printable, show
from capplan.messages import msg
from capplan.partial import told_missing

if TYPE_CHECKING:
    from capplan.cli._session import Session
    from capplan.errors import CapplanError
    from capplan.plan import Plan

__all__ = ["failure_lines", "read_shown", "tell_fontless", "tell_missing"]


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
    _tell_newer(plan, folder, session)
    return plan


def _tell_newer(plan: Plan, folder: Path, session: Session) -> None:
    """Tell on standard error that a newer capplan wrote the plan: what this one does not know of is not shown."""
    from rich.text import Text

    from capplan._version import __version__

    version = str((plan.record.get("versions") or {}).get("capplan", ""))
    if _numbered(version) > _numbered(__version__):
        told = msg(
            "written by capplan {version}, newer than this {own}: what it added is not shown",
            version=version,
            own=__version__,
        )
        show(Text(printable(f"{folder}: {session.say(told)}"), style="yellow"), stream=sys.stderr)


def _numbered(version: str) -> tuple[int, ...]:
    """Return the numbers with which a version begins.

    Examples
    --------
    >>> _numbered("1.2.0rc1"), _numbered("unknown")
    ((1, 2, 0), ())
    """
    found = re.match(r"\d{1,9}(\.\d{1,9})*", version, re.ASCII)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


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


def tell_fontless(session: Session) -> None:
    """Tell on standard error that HTML pages are written without the packaged fonts, where these cannot be used.

    Parameters
    ----------
    session : Session
        How to tell it.
    """
    from rich.text import Text

    from capplan.webfont import lacking

    told = lacking()
    if told is not None:
        show(Text(printable(session.say(told)), style="yellow"), stream=sys.stderr)


def failure_lines(failures: Mapping[str, CapplanError], session: Session) -> list[str]:
    """Return what failed, one line for each reason; that of the first is told by the error that ends the call.

    Parameters
    ----------
    failures : mapping
        Why something could not be made, by its name.
    session : Session
        How to tell it.
    """
    by_reason: dict[str, list[str]] = {}
    for name, fault in failures.items():
        by_reason.setdefault(session.say(fault.message), []).append(name)
    lines = [
        session.say(msg("{name} failed: {reason}", name=", ".join(names), reason=reason))
        for reason, names in by_reason.items()
    ]
    if len(failures) > 1:
        first = ", ".join(next(iter(by_reason.values())))
        lines[:1] = [session.say(msg("not made: {names}", names=first))]
    return lines if len(failures) > 1 else []
