"""Toyland with every feature on, built and solved once for all tests of a session."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from capplan import solvers
from capplan.build import Built, build
from capplan.case import Case, load_case
from capplan.plan_tables import conform
from capplan.tabulate import tabulate
from tests.support.full_case import full_edit
from tests.support.tiny_case import Edit, Parts, tiny_case, write_parts


@dataclass(frozen=True)
class Solved:
    """A case, its program, a solution of it and the tables that follow."""

    built: Built
    values: np.ndarray
    tables: Mapping[str, pd.DataFrame]
    record: Mapping[str, Any]


def read_tiny(edit: Edit | None = None) -> Case:
    """Return Toyland after an edit, from a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return tiny_case(Path(folder) / "case", edit=edit)


def read_parts(parts: Parts) -> Case:
    """Return the case of some files, from a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return load_case(write_parts(parts, Path(folder) / "case"))


def solved(case: Case) -> Solved:
    """Build and solve a case to the last digit, in this process."""
    built = build(case)
    solution = solvers.solve_matrix(
        built.program.matrix(), engine="highs", gap=0.0, time_limit=60, threads=1, seed=0, in_process=True
    )
    solvers.raise_without_values(solution)
    values = np.asarray(solution.values, dtype=float)
    tables = {name: conform(name, frame) for name, frame in tabulate(built, values).items()}
    return Solved(built, values, tables, {"objective_cny": float(tables["costs"]["cny"].sum())})


@cache
def full() -> Solved:
    """Return Toyland with every feature on, solved."""
    return solved(read_tiny(full_edit))


@cache
def full_one_period() -> Solved:
    """Return the same with one period of two years: small enough to try every cell."""

    def edit(parts: Any) -> None:
        full_edit(parts)
        parts.study["periods"] = [2025]

    return solved(read_tiny(edit))
