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
