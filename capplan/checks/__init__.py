"""Checks across files: every reference leads somewhere, every place can be reached, every number fits its unit.

They run on `Inputs`, before there is a case, so that all faults of a case are reported at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from capplan.checks.geography import check_geography
from capplan.checks.references import check_references
from capplan.checks.study import check_scenarios, check_served, check_technologies
from capplan.checks.values import check_values

if TYPE_CHECKING:
    from capplan.reading.faults import Faults
    from capplan.reading.inputs import Inputs

__all__ = ["check"]


def check(inputs: Inputs, faults: Faults) -> None:
    """Add every fault of the inputs that shows only when files are seen together."""
    check_references(inputs, faults)
    check_technologies(inputs, faults)
    check_values(inputs, faults)
    check_geography(inputs, faults)
    check_scenarios(inputs, faults)
    check_served(inputs, faults)
