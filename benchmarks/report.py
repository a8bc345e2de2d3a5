"""How long a report takes: each part of it, in both languages, with the maps that lie in the plan folder.

Run ``python -m benchmarks.report PLAN``; the table goes to standard output as Markdown.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from capplan.explore.reporting import Reports, pictures_of
from capplan.influence import influences
from capplan.plan import read_plan
from capplan.report.book import written
from capplan.report.press.paper import pdf
from capplan.report.press.screen import html


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Do something, print what it took [s of wall clock, s of processor] and how large it is, and return it."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    size = f"{len(done) / 1e6:.1f} MB" if isinstance(done, bytes | str) else ""
    print(f"| {name} | {time.perf_counter() - wall:.1f} | {time.process_time() - cpu:.1f} | {size} |")
    return done


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1])
    print("| part | wall clock [s] | processor [s] | size |\n|---|---|---|---|")
    plan = timed("read the plan", lambda: read_plan(folder))
    ranking = timed("rank the assumptions", lambda: influences(plan))
    for lang in ("zh", "en"):
        _one(plan, folder, lang, ranking)


def _one(plan: Any, folder: Path, lang: str, ranking: Any) -> None:
    maps = timed(f"find the maps, {lang}", lambda: pictures_of(plan, folder / "maps", lang, None, Reports()))
    document = timed(f"write, {lang}", lambda: written(plan, lang, pictures=maps, influences=ranking))
    timed(f"PDF, {lang}", lambda: pdf(document))
    timed(f"HTML, {lang}", lambda: html(document))


if __name__ == "__main__":
    main()
