"""A page in a real browser without a network: Debian's or any other Chromium, driven by Playwright over a pipe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
"""Nothing but the page may do anything; sandboxes are not to be had in most containers."""


@dataclass
class Opened:
    """An open page, with all that it asked for and all that it complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def attribute(self, selector: str, name: str) -> str:
        """Return an attribute of the first element of a selector."""
        return str(self.page.locator(selector).first.get_attribute(name))

    def text(self, selector: str) -> str:
        """Return the text of the first element of a selector."""
        return str(self.page.locator(selector).first.inner_text())

    def count(self, selector: str) -> int:
        """Return how many elements a selector finds."""
        return int(self.page.locator(selector).count())


class Browser:
    """A running Chromium with an empty profile."""

    def __init__(self, running: Any) -> None:
        self._running = running

    @contextmanager
    def opened(
        self,
        file: Path,
        *,
        width: int = 1440,
        height: int = 900,
        address: str = "",
        ready: str = "html[data-ready=yes]",
        **more: Any,
    ) -> Iterator[Opened]:
        """Open a file with the network off and wait until it says that it is ready."""
        context = self._running.new_context(
            viewport={"width": width, "height": height}, offline=True, reduced_motion="reduce", **more
        )
        found = Opened(context.new_page())
        try:
            found.page.on("console", lambda line: found.faults.append(f"{line.type}: {line.text}"))
            found.page.on("pageerror", lambda error: found.faults.append(str(error)))
            found.page.on("dialog", lambda dialog: (found.faults.append("dialog"), dialog.dismiss()))
            found.page.on("request", lambda request: found.requests.append(str(request.url)))
            found.page.goto(file.as_uri() + address)
            found.page.wait_for_selector(ready, timeout=20_000)
            yield found
        finally:
            context.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium; the test is skipped, and says so, where there is none or no Playwright."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: no browser test")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: the page was not opened in a browser")
    with api.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=list(SWITCHES))
        try:
            yield Browser(running)
        finally:
            running.close()
