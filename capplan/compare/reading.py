"""Plans from their folders, each with its faults by file; folders that hold no plan are told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.errors import Fault, InputError
from capplan.messages import msg
from capplan.plan import read_plan

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["label_of", "read_plans"]


def label_of(folder: Path) -> str:
    """Return what a plan folder is called: its name, also where it is given as ``.``.

    Parameters
    ----------
    folder
        The folder.
    """
    return folder.name if folder.name.strip(".") else folder.resolve().name


def read_plans(folders: Sequence[Path]) -> list[tuple[str, Plan, Path | None]]:
    """Read plans; the same folder is read once.

    Parameters
    ----------
    folders
        Plan folders.

    Returns
    -------
    list
        Label, plan and folder of each.

    Raises
    ------
    InputError
        With the faults of every folder that cannot be read, by folder and file.
    """
    found: dict[Path, Plan] = {}
    faults: list[Fault] = []
    for folder in dict.fromkeys(folders):
        try:
            found[folder] = _checked(read_plan(folder, partly=True))
        except InputError as error:
            faults += [_within(folder, fault) for fault in error.faults]
    if faults:
        raise InputError(faults)
    return [(label_of(folder), found[folder], folder) for folder in folders]


def _within(folder: Path, fault: Fault) -> Fault:
    place = str(folder)
    return fault if fault.file == place else replace(fault, file=f"{place}/{fault.file}")


def _checked(plan: Plan) -> Plan:
    """Refuse a record that does not say what a comparison needs."""
    remedy = msg("restore the file, or write the plan again with capplan plan")
    faults = []
    for key in ("objective_cny", "dual_bound"):
        value = plan.record.get(key)
        given = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not given and (key == "objective_cny" or value is not None):
            faults.append(
                Fault(
                    "plan.json", None, key, str(value or ""), msg("the cost of the plan is no number"), remedy
                )
            )
    figures = plan.record.get("key_figures")
    if figures is not None and not (
        isinstance(figures, dict) and all(value is None or _number(value) for value in figures.values())
    ):
        faults.append(
            Fault("plan.json", None, "key_figures", "", msg("the key figures are no numbers"), remedy)
        )
    if faults:
        raise InputError(faults)
    return plan


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
