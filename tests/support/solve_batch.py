"""Solve many small programs with one engine in this process: ``python solve_batch.py ENGINE IN.json OUT.json``."""

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


def main(engine: str, source: Path, target: Path) -> None:
    """Solve every program of a file and write what came of it."""
    answers = []
    for case in json.loads(source.read_text()):
        solution = solve_matrix(arrays_of(case), engine=engine, gap=1e-9, threads=1, in_process=True)
        end = solution.termination
        values = None if solution.values is None else solution.values.tolist()
        answer = {"reason": end.reason.value, "objective": end.primal_bound, "gap": end.gap, "values": values}
        answers.append({**answer, "detail": end.detail, "worst": solution.worst_row})
    target.write_text(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
