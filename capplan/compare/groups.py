"""Input changes that belong together, so that each group can be tried alone: few where many values change alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from capplan.compare.change import InputChange
from capplan.reading.inputs import STUDY_FILE

__all__ = ["FINE", "LEVELS", "Group", "grouped"]

LEVELS = ("auto", "file", "row")
"""How finely changes may be grouped."""

FINE = 6
"""Rows, or else columns, of one table that are groups of their own at most, where the level is ``auto``."""

_RULE = 2


@dataclass(frozen=True)
class Group:
    """Input changes that are tried together.

    Attributes
    ----------
    name
        What it is called: a file's name, then the row, the column or the key, as ``targets/wuhan-500p``.
    changes
        Its changes, those of ranges and texts that go with them included.
    """

    name: str
    changes: tuple[InputChange, ...]

    @property
    def deciding(self) -> tuple[InputChange, ...]:
        """Those of its changes that a plan can follow from."""
        return tuple(change for change in self.changes if change.role == "value")


def grouped(changes: Sequence[InputChange], level: str = "auto") -> list[Group]:
    """Return changes in groups that can be tried alone; what no plan can follow from makes no group.

    Parameters
    ----------
    changes
        Differences of two cases.
    level
        ``file``: a group is a file. ``row``: a row of a table, a rule or key of the study, a technology. ``auto``: rows
        where a table has few that change, else columns where it has few, else the file.

    Examples
    --------
    >>> one = InputChange("data/targets.csv", "t1", "value", "changed", "1", "2", keys=("targets", "t1", "value"))
    >>> [group.name for group in grouped([one], "file")], [group.name for group in grouped([one])]
    (['targets'], ['targets/t1'])
    """
    by_file: dict[str, list[InputChange]] = {}
    for change in changes:
        if change.keys:
            by_file.setdefault(change.file, []).append(change)
    groups = [group for file, own in by_file.items() for group in _of_file(file, own, level)]
    return [group for group in groups if group.deciding]


def _of_file(file: str, changes: list[InputChange], level: str) -> list[Group]:
    stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if file == STUDY_FILE:
        return [Group(stem, tuple(changes))] if level == "file" else _split(stem, changes, _key)
    if not file.startswith("data/") or level == "file":
        return [Group(stem, tuple(changes))]
    deciding = [change for change in changes if change.role == "value"]
    rows, columns = {change.row for change in deciding}, {change.column for change in deciding}
    if level == "row" or len(rows) <= FINE:
        return _split(stem, changes, lambda change: change.row)
    if "" not in columns and 1 < len(columns) <= FINE:
        return _split(stem, changes, lambda change: _column(change.column, columns))
    return [Group(stem, tuple(changes))]


def _split(stem: str, changes: list[InputChange], part_of: Callable[[InputChange], str]) -> list[Group]:
    parts: dict[str, list[InputChange]] = {}
    for change in changes:
        parts.setdefault(part_of(change), []).append(change)
    return [Group(stem if part == stem else f"{stem}/{part}", tuple(own)) for part, own in parts.items()]


def _key(change: InputChange) -> str:
    """Return the rule that a change of the study is about, else its first key."""
    keys: tuple[Any, ...] = change.keys
    count = _RULE if keys[0] == "features" else 1
    return ".".join(map(str, keys[:count]))


def _column(name: str, deciding: set[str]) -> str:
    """Return the column that a change belongs to: ranges go with theirs, texts with the first."""
    for ending in ("_low", "_high"):
        if name.endswith(ending) and name.removesuffix(ending) in deciding:
            return name.removesuffix(ending)
    return name if name in deciding else min(deciding)
