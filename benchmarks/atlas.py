"""How long the atlas of a plan takes, and how much memory: every map by itself, and all in one go.

Run ``python -m benchmarks.atlas PLAN [LANG]`` on a plan folder; lines go to standard output as Markdown.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from capplan.atlas import FORMATS, MapEvent, Wanted, drawings, make_maps
from capplan.memory import peak_mib
from capplan.plan import read_plan


def main(folder: str, lang: str = "zh") -> None:
    """Print time by map and in all, and the peak of memory."""
    began, cpu = time.perf_counter(), time.process_time()
    plan = read_plan(folder)
    read = time.perf_counter() - began
    starts: list[MapEvent] = []
    with tempfile.TemporaryDirectory() as place:
        wanted = Wanted(langs=(lang,), formats=FORMATS)
        made = make_maps(plan, drawings(plan), wanted, Path(place), progress=starts.append)
        total = time.perf_counter() - began
        sizes = {name: sum(file.stat().st_size for file in files) for name, files in made.files.items()}
    ends = [event.seconds for event in starts[1:]] + [total - read]
    sys.stdout.write("| map | time [s] | files [kB] |\n|---|---|---|\n")
    for event, end in zip(starts, ends, strict=True):
        size = sizes.get(event.name, 0) / 1000.0
        sys.stdout.write(f"| {event.name} | {end - event.seconds:.1f} | {size:,.0f} |\n")
    sys.stdout.write(
        f"| **all {len(made.files)}**, read in {read:.1f} s | **{total:.1f}** | {sum(sizes.values()) / 1000.0:,.0f} |\n\n"
        f"Processor time {time.process_time() - cpu:.1f} s, peak of memory {peak_mib():,.0f} MiB.\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
