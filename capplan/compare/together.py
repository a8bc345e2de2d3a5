"""Which other input changes a group of them takes, where it is no case by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from capplan.case import Case
from capplan.compare.change import InputChange
from capplan.compare.groups import Group
from capplan.compare.patch import patched
from capplan.errors import Fault, InputError
from capplan.messages import Message, msg
from capplan.reading.inputs import STUDY_FILE
from capplan.reading.table import key_texts
from capplan.schema.tables import TABLES

__all__ = ["Taking", "briefly", "needed", "taking"]

_DOCUMENTS = "documents"

Taking = Callable[[Sequence[Group]], Case]
"""Makes a case with the changes of some groups, or raises `InputError`."""


def taking(case: Case, other: Case, changes: Sequence[InputChange]) -> Taking:
    """Return what makes one case with groups of another's inputs; scenarios of the study do not matter to it.

    Documents that only the other case has are taken over whatever the groups are: nothing follows from them, and a
    target may speak of one.

    Parameters
    ----------
    case, other
        The cases.
    changes
        All their differences.
    """
    plain = (
        case.replace(study=case.study.model_copy(update={"scenarios": {}})) if case.study.scenarios else case
    )
    known = set(key_texts(TABLES[_DOCUMENTS], other.tables.shared(_DOCUMENTS)))
    added = [
        change
        for change in changes
        if change.keys[:1] == (_DOCUMENTS,) and not change.column and change.row in known
    ]

    def made(groups: Sequence[Group]) -> Case:
        own = [change for group in groups for change in group.changes if not _of_scenarios(change)]
        return patched(plain, other, [*added, *own])

    return made


def _of_scenarios(change: InputChange) -> bool:
    return change.file == STUDY_FILE and change.keys[:1] == ("scenarios",)


def needed(group: Group, groups: Sequence[Group], made: Taking) -> tuple[Group, ...]:
    """Return the fewest other groups found with which a group is a case; empty where none are found.

    Parts are halved as in QuickXplain (Junker 2004): with `k` of `n` groups needed it takes about `k log(n / k)` cases.

    Parameters
    ----------
    group
        The group, which is no case by itself.
    groups
        All groups.
    made
        Makes a case.
    """
    others = [one for one in groups if one.name != group.name]
    tried: dict[frozenset[str], bool] = {}

    def holds(chosen: Sequence[Group]) -> bool:
        key = frozenset(one.name for one in chosen)
        if key not in tried:
            tried[key] = _is_case(chosen, made)
        return tried[key]

    found = _fewest([group], others, holds, grown=False) if others else []
    return tuple(found) if found and holds([group, *found]) else ()


def _fewest(
    taken: list[Group], others: list[Group], holds: Callable[[Sequence[Group]], bool], *, grown: bool
) -> list[Group]:
    if grown and holds(taken):
        return []
    if len(others) == 1:
        return others
    half = len(others) // 2
    second = _fewest([*taken, *others[:half]], others[half:], holds, grown=True)
    first = _fewest([*taken, *second], others[:half], holds, grown=bool(second))
    return [*first, *second]


def _is_case(groups: Sequence[Group], made: Taking) -> bool:
    try:
        made(groups)
    except InputError:
        return False
    return True


def briefly(error: InputError) -> Message:
    """Return the first fault of inputs that are no case together, without what could be written instead.

    Parameters
    ----------
    error
        The error.
    """
    fault = next(iter(error.faults), None)
    if fault is None:
        return error.message
    return msg("{text}", text=replace(fault, remedy=Fault("").remedy, nearest=None))
