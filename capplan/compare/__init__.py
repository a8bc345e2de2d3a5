"""Plans beside one another: what changed in their inputs, what changed in what they build, and at which cost.

`compare_plans` takes plans and gives a `Comparison`: tidy tables, each with a column ``change``. `write_comparison`
makes a folder of it, with tables, maps of differences and pages. Nothing here solves anything: which input change
brings which difference is found out by `capplan.explore.attribution`.
"""

from capplan.compare.change import InputChange
from capplan.compare.comparison import Comparison, PlanComparison, Side, compare_plans
from capplan.compare.inputs import input_changes

__all__ = ["Comparison", "InputChange", "PlanComparison", "Side", "compare_plans", "input_changes"]
