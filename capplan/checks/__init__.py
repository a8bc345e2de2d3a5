"""Checks across files: every reference leads somewhere, every place can be reached, every number fits its unit."""

from __future__ import annotations

from capplan.reading.faults import Faults
from capplan.reading.inputs import Inputs


def check(inputs: Inputs, faults: Faults) -> None:
    """Add every fault of the inputs that shows only when files are seen together."""
    del inputs, faults
