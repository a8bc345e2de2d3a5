"""What the input files hold: every key and column with its unit, meaning and allowed range."""

from __future__ import annotations

from capplan.schema.base import Bilingual, Quantity
from capplan.schema.spec import Column, TableSpec
from capplan.schema.study import Objective, Scenario, SolverOptions, Study
from capplan.schema.tables import TABLES
from capplan.schema.technology import LeadTime, Technology

__all__ = [
    "TABLES",
    "Bilingual",
    "Column",
    "LeadTime",
    "Objective",
    "Quantity",
    "Scenario",
    "SolverOptions",
    "Study",
    "TableSpec",
    "Technology",
]
