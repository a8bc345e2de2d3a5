"""Which engine is in which adapter file, and what of it is installed here; imports no solver library."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import replace
from typing import TYPE_CHECKING

from capplan.errors import SolverMissing, nearest_name
from capplan.messages import msg

if TYPE_CHECKING:
    from capplan.solvers.engine import Adapter, Capabilities

__all__ = ["adapter_of", "available", "require"]

_FILES = ("highs", "search", "regional", "ortools", "pulp")


def available() -> dict[str, Capabilities]:
    """Return what every known engine can do, by name; `installed` says whether its library is on this machine.

    Examples
    --------
    >>> available()["highs"].mip_start
    True
    """
    known: dict[str, Capabilities] = {}
    for file in _FILES:
        module = importlib.import_module(f"capplan.solvers.{file}")
        for name, abilities in module.ENGINES.items():
            found = importlib.util.find_spec(abilities.library) is not None
            known[name] = replace(abilities, installed=found and module.present(name))
    return known


def require(engine: str) -> Capabilities:
    """Return the abilities of an engine that can be used.

    Raises
    ------
    SolverMissing
        The name is not known, or the library is not installed; the message says what to do.
    """
    known = available()
    if engine not in known:
        usable = sorted(name for name, abilities in known.items() if abilities.installed)
        near = nearest_name(engine, known) or usable[0] if usable else ""
        raise SolverMissing(
            msg(
                "solver {engine} is not known; did you mean {near}? Installed: {usable}",
                engine=engine,
                near=near,
                usable=usable,
            )
        )
    if not known[engine].installed:
        raise SolverMissing(
            msg(
                "solver {engine} is not installed; remedy: {remedy}",
                engine=engine,
                remedy=known[engine].remedy,
            )
        )
    return known[engine]


def adapter_of(engine: str) -> Adapter:
    """Return the `run` of the adapter file that serves an engine."""
    file = next(file for file in _FILES if engine == file or engine.startswith(f"{file}-"))
    run: Adapter = importlib.import_module(f"capplan.solvers.{file}").run
    return run
