"""One difference between the inputs of two cases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from capplan.reading.yaml_file import flow_yaml, parse_value

__all__ = ["InputChange"]


@dataclass(frozen=True)
class InputChange:
    """One difference between the inputs of two cases.

    Attributes
    ----------
    file : str
        The file inside the case, as ``data/targets.csv``.
    row : str
        Key of the row, composite keys joined by commas; empty in other files than tables.
    column : str
        The column, or the dotted key; empty where a whole row or file is added, removed or changed.
    change : str
        ``changed``, ``added`` or ``removed``.
    before, after : str
        The values as they are written; empty where there is none.
    unit : str
        Their unit; empty where there is none.
    role : str
        ``value`` for what a plan follows from, ``range`` for how sure it is, ``text`` for what is only told, ``solving``
        for how it is solved.
    keys : tuple
        The keys of the study or technology from the top, or the table with row and column.
    path : str
        Path of the setting that makes the one case's value into the other's; empty where none does.
    value : object
        Value of that setting.
    cells : tuple
        Of a whole row, what it says beside its key and its source: column, value and unit of each cell.
    """

    file: str
    row: str
    column: str
    change: str
    before: str
    after: str
    unit: str = ""
    role: str = "value"
    keys: tuple[Any, ...] = ()
    path: str = ""
    value: object = None
    cells: tuple[tuple[str, str, str], ...] = ()

    @property
    def difference(self) -> float | None:
        """By how much a number changed [unit]; None where it is none."""
        before, after = _number(self.before), _number(self.after)
        return None if before is None or after is None else after - before

    @property
    def ratio(self) -> float | None:
        """By how much a number changed, over what it was [ratio]; None where that says nothing."""
        before, difference = _number(self.before), self.difference
        dated = self.unit == "year" or (self.column.endswith("year") and not self.column.endswith("per_year"))
        return None if dated or not before or difference is None else difference / abs(before)

    @property
    def setting(self) -> str:
        """The change as ``PATH=VALUE``, as ``--set`` takes it; empty where it cannot be set."""
        if not self.path:
            return ""
        return f"{self.path}={_written(self.value)}"


def _written(value: object) -> str:
    """Return a value as YAML on one line that `parse_value` reads back."""
    if isinstance(value, str):
        return value if value and parse_value(value) == value else flow_yaml(value, quoted=True)
    return "null" if value is None else flow_yaml(value)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
