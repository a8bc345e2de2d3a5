"""Units: every unit string of the schema is explained."""

from __future__ import annotations

from capplan.schema.tables import TABLES
from capplan.units import CLASS_UNITS, DAYS_PER_MONTH, METRIC_UNITS, UNITS


def test_every_column_has_a_unit_that_is_explained() -> None:
    used = {column.unit for spec in TABLES.values() for column in spec.columns}
    assert used <= set(UNITS)


def test_numbers_have_units_and_texts_have_none() -> None:
    for spec in TABLES.values():
        for column in spec.columns:
            assert (column.unit == "") == (column.kind == "text"), (spec.name, column.name)


def test_a_year_has_365_days_and_metrics_speak_of_class_units() -> None:
    assert sum(DAYS_PER_MONTH) == 365
    assert set(CLASS_UNITS) <= set(METRIC_UNITS.values())
