"""What tests of the command line share: a case folder, a plan that no solver made, and a way to call."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from capplan.case import Case
from capplan.cli import main
from capplan.plan import Plan
from tests.support.sample_plan import sample_plan
from tests.support.tiny_case import tiny_case


@dataclass(frozen=True)
class Ended:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Return what runs the command line in this process."""

    def run(*arguments: object) -> Ended:
        code = main([str(argument) for argument in arguments], standalone_mode=False)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of Toyland; not to be changed."""
    folder = tmp_path_factory.mktemp("cases") / "toyland"
    tiny_case(folder)
    return folder


@pytest.fixture(scope="session")
def toy(toy_folder: Path) -> Case:
    """Return Toyland."""
    from capplan.case import load_case

    return load_case(toy_folder)


@pytest.fixture(scope="session")
def plan(toy: Case) -> Plan:
    """Return a plan of Toyland that no solver made."""
    return sample_plan(toy)


@pytest.fixture(scope="session")
def plan_folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of that plan; not to be changed."""
    return plan.write(tmp_path_factory.mktemp("plans") / "toyland")
