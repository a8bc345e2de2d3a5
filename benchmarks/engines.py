"""Engines on the same rows in one run: time, objective, bound, gap and memory, side by side.

Every engine gets the program of one case, the same gap, time limit, threads and seed, and a process of its own whose
peak memory is that of its worker. The objective and the gap are recomputed from checked values, so that no engine's
word is taken; "true gap" measures every objective against the best bound that any engine proved. Run
``python -m benchmarks.engines [CASE] [--seconds 60] [--gap 0.001] [--threads 2] [ENGINE ...]``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any

import capplan
from capplan.build import build
from capplan.solvers import available, solve_matrix


def measured(
    case: str, engine: str, *, gap: float, seconds: float, threads: int, seed: int
) -> dict[str, Any]:
    """Solve a case's program with one engine in this process's worker and return what came of it."""
    import resource

    matrix = build(capplan.load_case(case)).program.matrix()
    solution = solve_matrix(matrix, engine=engine, gap=gap, time_limit=seconds, threads=threads, seed=seed)
    end = solution.termination
    return {
        "engine": engine,
        "version": solution.version,
        "reason": end.reason.value,
        "seconds": end.seconds,
        "objective": end.primal_bound,
        "bound": end.dual_bound,
        "gap": end.gap,
        "first": solution.incumbents[0].seconds if solution.incumbents else None,
        "mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024.0,
        "shape": (*matrix.shape, int(matrix.integer.sum())),
    }


def apart(case: str, engine: str, options: list[str]) -> dict[str, Any]:
    """Measure one engine in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.engines", case, engine, "--one", *options]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def table(answers: list[dict[str, Any]]) -> str:
    """Return the answers as a Markdown table; ratios are to the fastest."""
    bounds = [answer["bound"] for answer in answers if answer["bound"] is not None]
    best = max(bounds, default=None)
    solved = [answer["seconds"] for answer in answers if answer["objective"] is not None]
    fastest = min(solved, default=1.0)
    lines = [
        "| engine | ended by | time [s] | ratio | first plan [s] | objective | bound | gap | true gap | peak [MiB] |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for answer in answers:
        objective = answer["objective"]
        true = None if objective is None or best is None else (objective - best) / max(abs(objective), 1e-9)
        cells = [
            f"{answer['engine']} {answer['version']}",
            answer["reason"],
            f"{answer['seconds']:.1f}",
            _cell(None if objective is None else answer["seconds"] / fastest, "{:.1f}"),
            _cell(answer["first"], "{:.1f}"),
            _cell(objective, "{:.6g}"),
            _cell(answer["bound"], "{:.6g}"),
            _cell(answer["gap"], "{:.3%}"),
            _cell(true, "{:.3%}"),
            f"{answer['mib']:.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def main() -> None:
    """Print the table, or with ``--one`` one engine's answer as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="?", default="jilin-2025")
    parser.add_argument("engines", nargs="*")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--gap", type=float, default=0.001)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--one", action="store_true")
    asked = parser.parse_args()
    options = {"gap": asked.gap, "seconds": asked.seconds, "threads": asked.threads, "seed": asked.seed}
    if asked.one:
        print(json.dumps(measured(asked.case, asked.engines[0], **options)))
        return
    installed = [name for name, abilities in available().items() if abilities.installed]
    words = [f"--{name}={value}" for name, value in options.items()]
    answers = [apart(asked.case, engine, words) for engine in asked.engines or installed]
    rows, columns, integers = answers[0]["shape"]
    print(f"{asked.case}: {rows} rows, {columns} columns, {integers} integers\n")
    print(table(answers))


if __name__ == "__main__":
    main()
