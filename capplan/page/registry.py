"""Views of the page: a view is one module of ``capplan/page/views`` and one of ``maps/page/src/views``, found by walking."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from capplan.partial import or_none

if TYPE_CHECKING:
    from capplan.page.source import Source

__all__ = ["View", "data_of", "views"]


@dataclass(frozen=True)
class View:
    """One view.

    Attributes
    ----------
    name
        Its name; the script of that name draws it.
    needs
        Tables of the plan without whose rows it is not shown.
    data
        What its script gets, as JSON can hold it; None where there is nothing to show.
    """

    name: str
    needs: tuple[str, ...]
    data: Callable[[Source], Any]


@cache
def views() -> tuple[View, ...]:
    """Return every view.

    Examples
    --------
    >>> "targets" in {view.name for view in views()}
    True
    """
    from capplan.page import views as folder

    modules = sorted(name for _, name, _ in pkgutil.iter_modules(folder.__path__) if not name.startswith("_"))
    return tuple(import_module(f"{folder.__name__}.{name}").VIEW for name in modules)


def data_of(source: Source) -> dict[str, Any]:
    """Return what every view that has something to show, and all of its tables, gets, by name."""
    found: dict[str, Any] = {}
    for view in views():
        if all(name in source.plan.tables and len(source.table(name)) for name in view.needs):
            data = or_none(partial(view.data, source))
            if data is not None:
                found[view.name] = data
    return found
