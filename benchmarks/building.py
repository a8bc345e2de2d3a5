"""How fast a program is built: whole arrays against the same rows written one by one in PuLP.

Both start from the case and end with every coefficient, bound and kind of variable in place. PuLP gets the finished
numbers of every row, so that only the writing is timed, not the planning rules. Run
``python -m benchmarks.building [CASE]``.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pulp

import capplan
from capplan.build import build
from capplan.program import Matrix

REPEATS = 3


def seconds_of_ours(case: capplan.Case) -> tuple[float, float, Matrix]:
    """Return the best time of the planning rules with all they derive, and of assembling their blocks [s]."""
    rules, assembling = [], []
    for _ in range(REPEATS):
        began = time.perf_counter()
        built = build(case)
        between = time.perf_counter()
        matrix = built.program.matrix()
        rules.append(between - began)
        assembling.append(time.perf_counter() - between)
    return min(rules), min(assembling), matrix


def seconds_of_pulp(matrix: Matrix) -> float:
    """Return the time of writing the same program row by row in PuLP [s]."""
    began = time.perf_counter()
    problem = pulp.LpProblem("same", pulp.LpMinimize)
    variables = [
        pulp.LpVariable(
            f"x{number}", _bound(low), _bound(high), pulp.LpInteger if whole else pulp.LpContinuous
        )
        for number, (low, high, whole) in enumerate(
            zip(matrix.column_lower, matrix.column_upper, matrix.integer, strict=True)
        )
    ]
    problem += pulp.lpSum(float(price) * variables[at] for at, price in enumerate(matrix.cost) if price)
    for row in range(len(matrix.row_lower)):
        inside = slice(matrix.indptr[row], matrix.indptr[row + 1])
        terms = zip(matrix.indices[inside], matrix.data[inside], strict=True)
        left = pulp.lpSum(float(coefficient) * variables[column] for column, coefficient in terms)
        low, high = float(matrix.row_lower[row]), float(matrix.row_upper[row])
        if low == high:
            problem += left == low
            continue
        if np.isfinite(low):
            problem += left >= low
        if np.isfinite(high):
            problem += left <= high
    return time.perf_counter() - began


def _bound(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def main() -> None:
    """Print the times and their ratios."""
    case = capplan.load_case(sys.argv[1] if len(sys.argv) > 1 else "jilin-2025")
    rules, assembling, matrix = seconds_of_ours(case)
    theirs = seconds_of_pulp(matrix)
    rows, columns = len(matrix.row_lower), len(matrix.cost)
    print(
        f"{case.name}: {rows} rows, {columns} columns, {len(matrix.data)} coefficients, {int(matrix.integer.sum())} integers"
    )
    print(f"planning rules, with everything they derive from the case: {1000 * rules:.0f} ms")
    print(f"their blocks to one sparse matrix: {1000 * assembling:.1f} ms")
    print(
        f"the same rows one by one in PuLP, from finished numbers: {1000 * theirs:.0f} ms, {theirs / assembling:.0f} times"
    )


if __name__ == "__main__":
    main()
