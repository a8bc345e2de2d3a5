"""Peak memory of a run."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from capplan.memory import peak_mib


def test_the_peak_is_that_of_a_python_process_and_never_falls() -> None:
    first = peak_mib()
    block = np.ones(4 * 2**20)
    assert block.sum() == 4 * 2**20
    assert 20.0 < first <= peak_mib() < 2**20


def test_systems_without_a_record_give_the_present_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    present: Any = None
    monkeypatch.setitem(sys.modules, "resource", present)
    assert 20.0 < peak_mib() < 2**20
