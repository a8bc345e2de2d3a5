"""What a broken case is expected to raise."""

from __future__ import annotations

from pathlib import Path

import pytest

from capplan.case import load_case
from capplan.errors import Fault, InputError


def faults_of(folder: Path) -> tuple[Fault, ...]:
    """Return the faults of a case, after checking how they are said."""
    with pytest.raises(InputError) as caught:
        load_case(folder)
    assert caught.value.exit_code == 3
    for lang in ("en", "zh"):
        assert "Traceback" not in caught.value.text(lang)
    for fault in caught.value.faults:
        assert fault.problem.text()
        assert fault.remedy.text()
    return caught.value.faults


def the_fault(folder: Path) -> Fault:
    """Return the only fault of a case."""
    found = faults_of(folder)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def faults_of_workbook(path: Path) -> list[Fault]:
    """Return what is wrong with a workbook; it is told of the workbook, not of the files in it."""
    found = faults_of(path)
    assert all("data/" not in fault.file for fault in found)
    return list(found)


def the_fault_of_workbook(path: Path) -> Fault:
    """Return the one thing that is wrong with a workbook."""
    (fault,) = faults_of_workbook(path)
    return fault
