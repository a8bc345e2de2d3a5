"""Add a technology in one file: what the western cluster builds when small halls are on offer."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pandas as pd

import capplan

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "embed"))

from region import western_cluster  # noqa: E402  (the example beside this one)


def with_small_hall(folder: Path) -> capplan.Case:
    """Return the western cluster with the new file among its technologies."""
    case = western_cluster()
    study = case.study.model_copy(update={"technologies": "all"})
    case.replace(study=study).write(folder)
    shutil.copy(HERE / "small-hall.yaml", folder / "technologies")
    return capplan.load_case(folder)


def built() -> pd.DataFrame:
    """Return cost and what is built of each kind, without and with the new technology."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, case in (("without", western_cluster()), ("with", with_small_hall(Path(scratch) / "case"))):
            plan = capplan.solve(case, gap=0.002, time_limit=120)
            modules = plan.tables["builds"].query("action == 'build'").groupby("technology")["modules"].sum()
            rows.append((name, plan.record["objective_cny"], bool(modules.get("small-hall", 0) > 0)))
    return pd.DataFrame(rows, columns=["case", "cost_cny", "small_halls_built"])


if __name__ == "__main__":
    print(built().to_csv(index=False, float_format="%.6g"), end="")
