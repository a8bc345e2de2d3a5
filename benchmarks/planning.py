"""How long a plan takes, cold: a process of its own, everything written, and the plan verified.

Run ``python -m benchmarks.planning [CASE] [ENGINE ...]``; without engines the one of the study plans.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def planned(case: str, engine: str | None, folder: Path) -> tuple[float, dict[str, Any]]:
    """Plan a case into a folder and return the wall-clock time [s] and plan.json."""
    out = folder / "plan"
    command = [sys.executable, "-m", "capplan", "plan", case, "--out", str(out), "--quiet", "--lang", "en"]
    began = time.perf_counter()
    subprocess.run([*command, *(["--solver", engine] if engine else [])], check=True)
    seconds = time.perf_counter() - began
    subprocess.run([sys.executable, "-m", "capplan", "verify", str(out), "--quiet"], check=True)
    return seconds, json.loads((out / "plan.json").read_text(encoding="utf-8"))


def main() -> None:
    """Print one row of Markdown an engine."""
    case, *engines = sys.argv[1:] or ["jilin-2025"]
    print(
        "| case | engine | rows, columns, integers | whole run [s] | solve [s] | gap | controllable gap | peak [MiB] |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for engine in engines or [None]:
        with tempfile.TemporaryDirectory() as folder:
            seconds, record = planned(case, engine, Path(folder))
        size, gap, rest = record["size"], record["gap"], record["gap_controllable"]
        shape = f"{size['rows']}, {size['columns']}, {size['integers']}"
        print(
            f"| {case} | {record['solver']['name']} | {shape} | {seconds:.1f} | {record['seconds']['solve']:.1f} "
            f"| {100 * gap:.2f} % | {100 * rest:.2f} % | {record['peak_mib']:.0f} |"
        )


if __name__ == "__main__":
    main()
