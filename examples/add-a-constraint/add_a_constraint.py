"""Add a constraint in one file, and price it: a cap on emissions in the western cluster."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

import capplan
from capplan import features

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "embed"))
features.__path__.append(
    str(HERE / "rules")
)  # or: put the file into capplan/features/, or name it as an entry point

from region import western_cluster  # noqa: E402  (the example beside this one)


def price_of_a_cap(share: float = 0.9) -> pd.DataFrame:
    """Return cost and emissions of 2025 without a cap, and with a cap at a share of those [ratio]."""
    rows = []
    case = western_cluster()
    for name in ("without", "with"):
        plan = capplan.solve(case, gap=0.005, time_limit=120)
        emitted = plan.tables["energy"].query("year == 2025")["emissions_t"].sum()
        rows.append((name, plan.record["objective_cny"], emitted))
        case = case.override({"features.emissions_cap.cap": {2025: float(share * emitted)}})
    return pd.DataFrame(rows, columns=["case", "cost_cny", "emissions_t"])


if __name__ == "__main__":
    print(price_of_a_cap().to_csv(index=False, float_format="%.6g"), end="")
