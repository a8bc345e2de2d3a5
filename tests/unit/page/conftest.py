"""What tests of the interactive page share: a browser, and the page of Toyland."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from capplan.page import write_page
from tests.support.browser import Browser, chromium
from tests.support.page_plan import toyland_plan


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A running browser."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of Toyland in Chinese, never to be changed."""
    return write_page(toyland_plan(), tmp_path_factory.mktemp("page") / "map.html", lang="zh")
