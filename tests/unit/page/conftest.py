"""What tests of the interactive page share: the page of Toyland."""

from __future__ import annotations

from pathlib import Path

import pytest

from capplan.page import write_page
from tests.support.page_plan import toyland_plan


@pytest.fixture(scope="package")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of Toyland in Chinese, never to be changed."""
    return write_page(toyland_plan(), tmp_path_factory.mktemp("page") / "map.html", lang="zh")
