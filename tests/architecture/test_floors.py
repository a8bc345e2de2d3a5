"""Floors: facts go in at the bottom, a plan comes out at the top, and nothing flows back."""

from __future__ import annotations

import pytest
from importlinter.cli import lint_imports

from tests.architecture._sources import ROOT


def test_no_module_imports_from_its_own_floor_or_above(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(ROOT / "setup.cfg"), no_cache=True)
    said = capsys.readouterr().out
    assert code == 0, said
    assert "0 broken" in said
