"""What every test shares: no network, no surroundings, goldens as text, one browser, the folder of larger instances."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from hypothesis import HealthCheck, settings

from tests.support.browser import Browser, chromium

mpl.use("Agg")

# Frames come and go by the million and hold no cycles: looking for these less often saves 5 % of the time.
gc.set_threshold(20_000, 20, 20)

settings.register_profile(
    "capplan", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("capplan")

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that rewrites goldens."""
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files instead of comparing")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CAPPLAN_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Path], str]:
    """Return what a golden file says, to be compared with a text; ``--update-golden`` writes the text there first."""
    update = bool(request.config.getoption("--update-golden"))

    def kept(text: str, path: Path) -> str:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"no golden file {path.name}: write it with --update-golden and read it"
        return path.read_text(encoding="utf-8")

    return kept


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running browser: one a process, for Playwright's driver cannot be started a second time beside itself."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def instances() -> Path:
    """The folder of published instances that are too large to ship, named by CAPPLAN_INSTANCES."""
    folder = os.environ.get("CAPPLAN_INSTANCES")
    if not folder or not Path(folder).is_dir():
        pytest.skip("CAPPLAN_INSTANCES names no folder of published instances")
    return Path(folder)
