"""Plans of which some files are not there: what needs one is left out and says so, and nothing is taken for nothing.

A table that is missing is no empty table: whoever asks for it gets a `MissingTable`, which names the file and the remedy.
Maps, chapters, views and sections are made one by one, so that such a table costs what needs it and not the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

import pandas as pd

from capplan.errors import Fault, InputError
from capplan.messages import Message, msg

__all__ = [
    "CERTIFICATE",
    "ESSENTIAL",
    "MissingTable",
    "PartialTables",
    "absent",
    "or_none",
    "table_file",
    "told_missing",
]

CERTIFICATE = "certificate.json"
"""The certificate's file, which a plan can be shown without."""

ESSENTIAL = ("capacity", "sites")
"""Tables without which a plan shows nothing: what is in service, and where."""

_T = TypeVar("_T")


def table_file(name: str) -> str:
    """Return the file of a plan's table, in its folder."""
    return f"tables/{name}.csv"


def absent(name: str, nearest: str | None = None) -> Fault:
    """Return the fault that a table's file is not there.

    Parameters
    ----------
    name : str
        The table.
    nearest : str, optional
        A table that is there and is called nearly so.
    """
    remedy = msg("restore the file, or write the plan again with capplan plan")
    return Fault(table_file(name), None, "", "", msg("the file is missing"), remedy, nearest)


class MissingTable(InputError):  # noqa: N818  (what is missing, as `Infeasible` is what it is)
    """A table of a plan is asked for, and its file is not in the plan folder.

    Parameters
    ----------
    name : str
        The table.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__([absent(name)])

    @property
    def reason(self) -> Message:
        """Why something that needs the table is left out."""
        return msg("{file} is missing from the plan folder", file=table_file(self.name))


class PartialTables(Mapping[str, pd.DataFrame]):
    """The tables of a plan, some of which are missing: asking for one of these is an error, also by `get`.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Those that are there.
    missing : collection of str
        Those that are not.

    Examples
    --------
    >>> tables = PartialTables({"sites": pd.DataFrame()}, {"costs"})
    >>> "costs" in tables, list(tables), tables.get("prices") is None
    (False, ['sites'], True)
    >>> print(or_none(lambda: tables.get("costs")))
    None
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame], missing: Collection[str]) -> None:
        self._frames, self.missing = dict(frames), frozenset(missing)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table.

        Raises
        ------
        MissingTable
            If its file is not there.
        KeyError
            If no such table belongs to the plan.
        """
        if name in self.missing:
            raise MissingTable(name)
        return self._frames[name]

    def __contains__(self, name: object) -> bool:
        """Return whether a table is there."""
        return name in self._frames

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the tables that are there."""
        return iter(self._frames)

    def __len__(self) -> int:
        """Return how many tables are there."""
        return len(self._frames)


def or_none(make: Callable[[], _T]) -> _T | None:
    """Return what is made, or None where a table that it needs is missing."""
    try:
        return make()
    except MissingTable:
        return None


def told_missing(files: Collection[str]) -> Message:
    """Return what a reader must know of a plan of which files are missing.

    Parameters
    ----------
    files : collection of str
        The files, by their place in the plan folder.
    """
    return msg(
        "missing from the plan folder: {files}; what needs them is left out, and nothing said here speaks of it. "
        "To have all of it, write the plan again with capplan plan",
        files=list(files),
    )
