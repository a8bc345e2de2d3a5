"""Whether what was read from a plan folder can be a plan: the record's figures are figures, tables name known things.

Damage that no reader of a file sees is found here, before anything is drawn or told of it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from capplan.errors import Fault
from capplan.messages import Message, msg

__all__ = ["record_faults", "stray_faults"]

_FIGURES = ("primal_bound", "dual_bound", "gap", "gap_controllable", "peak_mib")
_OBJECTS = ("termination", "solver", "seconds", "size", "inputs", "versions", "cost_by_term", "key_figures")
_LISTS = ("scenarios", "binding")
_MOST = 5
"""How many names of a table are told."""


def record_faults(record: Mapping[str, Any], file: str) -> list[Fault]:
    """Return what is wrong with the record of a plan: its cost must be there, and each key of its kind.

    Parameters
    ----------
    record
        What the file holds.
    file
        Its name.

    Examples
    --------
    >>> [fault.column for fault in record_faults({"objective_cny": 1.0, "gap": "x", "binding": {}}, "plan.json")]
    ['gap', 'binding']
    """
    wrong: dict[str, Message] = {}
    if not _number(record.get("objective_cny")):
        wrong["objective_cny"] = msg("the cost of the plan is no number")
    for key in _FIGURES:
        if record.get(key) is not None and not _number(record[key]):
            wrong[key] = msg("this is not a number")
    for keys, kind in ((_OBJECTS, dict), (_LISTS, list)):
        for key in keys:
            if key in record and not isinstance(record[key], kind):
                wrong[key] = msg("the value is not of the kind that capplan writes")
    binding = record.get("binding", [])
    if isinstance(binding, list) and not all(isinstance(item, dict) for item in binding):
        wrong["binding"] = msg("the value is not of the kind that capplan writes")
    return [_fault(file, key, record.get(key), problem) for key, problem in wrong.items()]


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def stray_faults(frame: pd.DataFrame, file: str, column: str, known: Collection[str]) -> list[Fault]:
    """Return the names in a plan's table that the plan does not have, the first few of them.

    Parameters
    ----------
    frame
        The table.
    file
        Its name.
    column
        The column of names.
    known
        The names that there are.
    """
    stray = [name for name in dict.fromkeys(frame[column].astype(str)) if name not in known]
    problem = msg("the name is not one of the plan's")
    return [_fault(file, column, name, problem) for name in stray[:_MOST]]


def _fault(file: str, column: str, value: object, problem: Message) -> Fault:
    remedy = msg("restore the file, or write the plan again with capplan plan")
    return Fault(file, None, column, "" if value is None else str(value)[:80], problem, remedy)
