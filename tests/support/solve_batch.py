"""Solve many small programs with one engine in this process: ``python solve_batch.py ENGINE IN OUT.json``.

IN is a JSON file of dense programs, or an NPZ file as `save` writes it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from capplan.solvers import Arrays, solve_matrix

KEYS = ("cost", "row_lower", "row_upper", "column_lower", "column_upper", "integer")


def arrays_of(case: dict[str, Any]) -> Arrays:
    """Return a program whose coefficients are written as a dense list of rows."""
    dense = np.array(case["rows"], dtype=float).reshape(len(case["row_lower"]), len(case["cost"]))
    row, column = np.nonzero(dense)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(dense)))])
    parts = {key: np.array(case[key], dtype=bool if key == "integer" else float) for key in KEYS}
    return Arrays(offset=case["offset"], indptr=indptr, indices=column, data=dense[row, column], **parts)


def save(programs: list[Arrays], target: Path) -> None:
    """Write programs into an NPZ file, one array a part."""
    parts = {
        f"{i}.{key}": np.asarray(part) for i, one in enumerate(programs) for key, part in vars(one).items()
    }
    np.savez(target, **parts)


def load(source: Path) -> list[Arrays]:
    """Return the programs of a file."""
    if source.suffix == ".json":
        return [arrays_of(case) for case in json.loads(source.read_text())]
    found: dict[int, dict[str, Any]] = {}
    with np.load(source) as parts:
        for name in parts.files:
            number, _, key = name.partition(".")
            found.setdefault(int(number), {})[key] = parts[name]
    return [Arrays(**{**found[i], "offset": float(found[i]["offset"])}) for i in sorted(found)]


def main(engine: str, source: Path, target: Path) -> None:
    """Solve every program of a file and write what came of it."""
    answers = []
    for arrays in load(source):
        solution = solve_matrix(arrays, engine=engine, gap=1e-9, time_limit=60, threads=1, in_process=True)
        end = solution.termination
        values = None if solution.values is None else solution.values.tolist()
        answer = {
            "reason": end.reason.value,
            "objective": end.primal_bound,
            "bound": end.dual_bound,
            "values": values,
        }
        answers.append({**answer, "detail": end.detail, "worst": solution.worst_row, "seconds": end.seconds})
    target.write_text(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
