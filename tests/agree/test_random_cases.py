"""Second opinions on random small regions: every engine finds the same plan's cost, or the same that there is none.

Cases are built here, solved here by plain HiGHS and by the search, and by the other engines in one worker each, since
their libraries cannot share a process with highspy. Some plans are certified.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from capplan import solvers
from capplan.build import Built, build
from capplan.certificate import certify
from capplan.plan_tables import conform
from capplan.solution import Solution
from capplan.solvers import Arrays
from capplan.tabulate import tabulate
from tests.support.random_case import drawn
from tests.support.solve_batch import save
from tests.support.solved import read_parts

PARTS, EACH = 4, 50
"""How many cases: parts run side by side, cases in each."""
OTHERS = ("ortools-highs", "ortools-scip", "pulp-cbc")
CERTIFIED = 4
"""One in so many plans is certified here: the certificate costs as much as all engines."""
SCALING = "ortools-cpsat"
"""CP-SAT cuts amounts into steps: it may find a plan that costs more, and claims neither an optimum nor that there is none."""
BATCH = Path(__file__).resolve().parents[1] / "support" / "solve_batch.py"
RELATIVE, ABSOLUTE = 1e-6, 1.0
"""How far two engines may differ: of the cost, and in CNY."""


def near(first: float | None, second: float | None) -> bool:
    """Say whether two costs agree [CNY]; none agrees with none."""
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def solution(arrays: Arrays, engine: str) -> Solution:
    """Solve a program to the last digit, in this process."""
    return solvers.solve_matrix(arrays, engine=engine, gap=1e-9, time_limit=60, threads=1, in_process=True)


def certified(built: Built, found: Solution) -> list[str]:
    """Return the families of rows of a plan that its certificate refuses."""
    values = np.asarray(found.values, dtype=float)
    tables = {name: conform(name, frame) for name, frame in tabulate(built, values).items()}
    objective = float(tables["costs"]["cny"].sum())
    assert near(objective, found.termination.primal_bound)
    certificate = certify(built.case, tables, {"objective_cny": objective})
    return [f"{family.family} {family.worst}" for family in certificate.failures]


@pytest.mark.parametrize("part", range(PARTS))
def test_engines_agree_on_random_regions(part: int, tmp_path: Path) -> None:
    programs, ours, wrong = [], [], []
    for number, parts in enumerate(drawn(EACH, part)):
        built = build(read_parts(parts))
        arrays = Arrays.of(built.program.matrix())
        plain, searched = (solution(arrays, engine) for engine in ("highs", "search"))
        programs.append(arrays)
        ours.append((plain.termination.reason.value, plain.termination.primal_bound))
        wrong += _search_faults(number, plain, searched)
        if plain.found and number % CERTIFIED == 0:
            wrong += [(number, "certificate", refused) for refused in certified(built, plain)]
    kinds = [kind for kind, _ in ours]
    assert kinds.count("optimal") >= EACH // 3
    assert kinds.count("infeasible") >= EACH // 10
    save(programs, tmp_path / "in.npz")
    for engine in (*OTHERS, SCALING):
        for number, (own, answer) in enumerate(zip(ours, answers(engine, tmp_path), strict=True)):
            if engine == SCALING:
                agrees = _not_below(answer, own[1])
            else:
                agrees = answer["reason"] == own[0] and near(answer["objective"], own[1])
            if not agrees:
                wrong.append((number, engine, own, answer["reason"], answer["objective"], answer["detail"]))
    assert wrong == []


def _not_below(answer: dict[str, object], least: float | None) -> bool:
    """Say whether a plan in steps is one, costs no less than the best, and is called no more than that."""
    cost = answer["objective"]
    if answer["reason"] not in ("failed", "no_solution", "time_limit") or answer["bound"] is not None:
        return False
    return cost is None or (
        least is not None and float(str(cost)) >= least - RELATIVE * abs(least) - ABSOLUTE
    )


def _search_faults(number: int, plain: Solution, searched: Solution) -> list[tuple[object, ...]]:
    """Return what is wrong with the search: another answer, or one outside its bound and that of plain HiGHS."""
    ends = [plain.termination, searched.termination]
    if ends[0].reason is not ends[1].reason or not near(ends[0].primal_bound, ends[1].primal_bound):
        return [(number, "search", *ends)]
    if not searched.found:
        return []
    bounds = [end.dual_bound for end in ends]
    room = RELATIVE * abs(ends[1].primal_bound or 0.0) + ABSOLUTE
    above = [bound is None or bound > (ends[1].primal_bound or 0.0) + room for bound in bounds]
    return [(number, "bounds", *ends)] if any(above) else []


def answers(engine: str, folder: Path) -> list[dict[str, object]]:
    """Return what an engine says of the programs of a folder."""
    command = [sys.executable, str(BATCH), engine, str(folder / "in.npz"), str(folder / f"{engine}.json")]
    path = os.pathsep.join([str(BATCH.parents[2]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, object]] = json.loads((folder / f"{engine}.json").read_text())
    return found
