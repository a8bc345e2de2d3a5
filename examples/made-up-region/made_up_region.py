"""Plan Merrow, a region that does not exist, from the plain folder that this file stands in."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

import capplan

FOLDER = Path(__file__).resolve().parent


def figures(folder: Path) -> pd.DataFrame:
    """Return the size of the region and the key figures of its plan.

    Parameters
    ----------
    folder : Path
        A case folder.
    """
    case = capplan.load_case(folder)
    plan = capplan.solve(case)
    key, size = plan.record["key_figures"], plan.record["size"]
    met = plan.tables["targets"].query("kind == 'hard'")["margin"] >= 0
    rows = {
        "zones and gates": size["zones"],
        "candidate sites": size["sites"],
        "hard targets": len(met),
        "hard targets met": int(met.sum()),
        "standard racks": key["standard_racks"],
        "PFLOPS FP16": key["pflops_fp16"],
        "green share [ratio]": key["green_share"],
        "net present cost [million CNY]": plan.record["objective_cny"] / 1e6,
    }
    return pd.DataFrame({"figure": list(rows), "value": [round(float(value), 2) for value in rows.values()]})


if __name__ == "__main__":
    figures(FOLDER).to_csv(sys.stdout, index=False, lineterminator="\n")
