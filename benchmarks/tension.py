"""What binds in a case and what moves when it is loosened: each lever set, the relaxation solved again.

The linear relaxation is solved to its optimum, so that differences of a thousandth mean something, which those of two
plans with a gap of half a per cent do not. It moves where the plan moves and costs a little less.

Run ``python -m benchmarks.tension [WORDS]``: the levers whose title holds the words, or all; the table goes to standard
output as Markdown.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator

import numpy as np

import capplan
from capplan import solvers
from capplan.build import build
from capplan.derived import Derived
from capplan.schema import TABLES

CASE = "jilin-2030"
PLACES = {"Changchun": ("changchun",), "west": ("western-cluster",)}
COUNTED = ("standard_racks", "pflops_fp16")
NO_RACKS = ("ai-hall", "supercomputing-hall", "dr-vault")

Settings = dict[str, object]

ROWS: tuple[tuple[str, str, dict[str, str], str, float], ...] = (
    ("AI of 2027, 10 % less", "targets", {"target_id": "jilin-5000p"}, "value", 0.9),
    ("AI of 2028-2030, 10 % less", "targets", {"target_id": "jilin-ai-20.."}, "value", 0.9),
    ("racks of every year, 10 % less", "targets", {"target_id": "jilin-racks-.*"}, "value", 0.9),
    ("racks of the metropolitan cluster, 10 % less", "targets", {"target_id": "metropolitan.*"}, "value", 0.9),
    ("energy quota of Changchun, 10 % more", "limits", {"limit": "energy_gwh", "region": "changchun"}, "bound", 1.1),
    ("energy quota of Baicheng, 10 % more", "limits", {"limit": "energy_gwh", "region": "baicheng"}, "bound", 1.1),
    ("land quota of every prefecture, 10 % more", "limits", {"limit": "land_ha"}, "bound", 1.1),
    ("racks built a year in the west, 10 % more", "limits", {"limit": "build.*", "region": "baicheng|songyuan"}, "bound", 1.1),
    ("own money, 10 % more", "funding", {"account_id": "own-capital"}, "limit_cny", 1.1),
    ("special bonds, 10 % more", "funding", {"account_id": "special-bond"}, "limit_cny", 1.1),
    ("headroom of every substation, 10 % more", "grid_nodes", {}, "headroom_mva", 1.1),
    ("green electricity through the grid, 10 % more", "energy_offers", {"type": "grid_green"}, "available_mw", 1.1),
    ("direct lines, 10 % more", "energy_offers", {"type": "direct_line"}, "available_mw", 1.1),
    ("price of direct lines, 10 % less", "energy_offers", {"type": "direct_line"}, "price_cny_per_mwh", 0.9),
    ("cost of announced projects, 10 % less", "projects", {}, "cost_ratio", 0.9),
    ("netback of AI from outside, 10 % more", "demand", {"class_id": "training|inference"}, "revenue_cny_per_unit_year", 1.1),
)  # fmt: skip
"""Title, table, rows by patterns, column, factor."""

STUDIES: tuple[tuple[str, Settings], ...] = (
    ("no direct lines", {"features.green_share.direct_lines": False}),
    ("connections and substations a year later", {"features.power.delay_years": 1}),
    ("bandwidth at half its price", {"features.service.bandwidth_cny_per_gbps_km_year": 60}),
    ("a campus at half its cost", {"features.campuses.cost_cny": 4.0e7}),
    ("no largest share", {"features.shares.max_share": 1.0}),
    ("green share as in 2026 in every year", {"features.green_share.share": {"jilin": {2026: 0.45}}}),
)
"""Title and settings."""


def levers(case: capplan.Case) -> Iterator[tuple[str, Settings]]:
    """Yield title and settings of every lever; the case itself first."""
    yield "as it is", {}
    for title, table, patterns, column, factor in ROWS:
        frame = case.tables[table]
        chosen = np.logical_and.reduce(
            [frame[name].astype(str).str.fullmatch(pattern) for name, pattern in patterns.items()]
            or [np.ones(len(frame), dtype=bool)]
        )
        keys = TABLES[table].key
        settings: Settings = {}
        for row in frame[chosen].to_dict("records"):
            value = float(row[column]) * factor
            settings[f"{table}.{','.join(str(row[key]) for key in keys)}.{column}"] = round(value, 6)
        yield title, settings
    yield from STUDIES


def relaxed(case: capplan.Case) -> tuple[float, dict[str, float]]:
    """Return cost [CNY] and what stands in the last year by place and measure, of the relaxed program; NaN if none."""
    program = build(case).program
    matrix = program.matrix()
    free = dataclasses.replace(matrix, integer=np.zeros_like(matrix.integer))
    solution = solvers.solve_matrix(
        free, engine="highs", gap=1e-6, time_limit=300, threads=1, seed=0, in_process=True
    )
    if solution.termination.primal_bound is None:
        return float("nan"), {}
    sites = Derived(case).region_sites
    found: dict[str, float] = {}
    for measure in COUNTED:
        book = program.ledgers[measure].evaluate(solution.values)
        book = book[book["year"] == case.study.periods[-1]]
        if measure == "standard_racks":
            book = book[~book["technology"].isin(NO_RACKS)]
        for place, regions in PLACES.items():
            inside = sites.loc[sites["region"].isin(regions), "site_id"]
            found[f"{measure} {place}"] = float(book.loc[book["site_id"].isin(inside), "value"].sum())
    return float(solution.termination.primal_bound), found


def main() -> None:
    """Print one row a lever: what its loosening saves, and what then stands where."""
    case = capplan.load_case(CASE)
    base, first = relaxed(case)
    heads = [f"{measure}, {place}" for measure in ("racks", "PFLOPS") for place in PLACES]
    print(f"| loosened | cost [CNY million] | {' | '.join(heads)} |")
    print("|---|" + "---:|" * (1 + len(heads)))
    keys = [f"{measure} {place}" for measure in COUNTED for place in PLACES]
    words = sys.argv[1] if len(sys.argv) > 1 else ""
    for title, settings in levers(case):
        if settings and words not in title:
            continue
        cost, found = relaxed(case.override(settings)) if settings else (base, first)
        moved = [
            f"{round(found[key] - first[key]) + 0:+,}" if settings else f"{found[key]:,.0f}" for key in keys
        ]
        told = f"{round((cost - base) / 1e6, 1) + 0.0:+,}" if settings else f"{cost / 1e6:,.1f}"
        print(f"| {title} | {told} | {' | '.join(moved)} |", flush=True)


if __name__ == "__main__":
    main()
