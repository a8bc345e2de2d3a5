"""What 3,000 PFLOPS cost in Changchun: one price of `jilin-2025`, with its interval, and how long it took.

Run ``python -m benchmarks.prices [SECONDS]``; the line goes to standard output as Markdown.
"""

from __future__ import annotations

import sys

import capplan
from capplan.explore.prices import price_targets

MILLION = 1e6


def main(seconds: float = 300.0) -> None:
    """Print the price."""
    only = ("targets.changchun-3000p",)
    found = price_targets(
        capplan.load_case("jilin-2025"), only=only, gap=5e-4, time_limit=seconds, threads=2, workers=1
    )
    (row,) = found.table.to_dict("records")
    cost, low, high = (row[name] / MILLION for name in ("cost_cny", "cost_low_cny", "cost_high_cny"))
    sys.stdout.write("| price [million CNY] | between | gap | time [s] |\n|---|---|---|---|\n")
    sys.stdout.write(
        f"| {cost:.1f} | {low:.1f} and {high:.1f} | {100 * row['gap']:.2f} % | {found.seconds:.0f} |\n"
    )


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
