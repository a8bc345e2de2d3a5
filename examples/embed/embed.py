"""What green electricity costs the western cluster, asked from a program of one's own."""

from __future__ import annotations

import pandas as pd
from region import western_cluster

import capplan


def price_of_green(shares: tuple[float, ...] = (0.4, 0.8), gap: float = 0.005) -> pd.DataFrame:
    """Return cost and electricity of the least-cost plan for every green share asked for in 2025 [ratio]."""
    rows = []
    for share in shares:
        case = western_cluster().override({"features.green_share.share.jilin.2025": share})
        plan = capplan.solve(case, gap=gap, time_limit=120)
        year = plan.tables["energy"].query("year == 2025")[["facility_mwh", "green_mwh"]].sum()
        used = plan.tables["service"].query("year == 2025 and unit == 'standard_rack'")["amount"].sum()
        enough = year["green_mwh"] >= (share - 1e-6) * year["facility_mwh"]
        rows.append((share, plan.record["objective_cny"], year["facility_mwh"], enough, used))
    return pd.DataFrame(rows, columns=["asked", "cost_cny", "facility_mwh", "green_enough", "racks_in_use"])


if __name__ == "__main__":
    print(price_of_green().to_csv(index=False, float_format="%.6g"), end="")
