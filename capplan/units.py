"""Units of the field: what each unit string means, and the few constants that tie units together."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

STANDARD_RACK_KW: Final = 2.5
"""IT power of one standard rack [kW], as in the statistics of the Ministry of Industry and Information Technology."""

HOURS_PER_YEAR: Final = 8760.0
"""Hours of a common year [h/yr]."""

MONTHS_PER_YEAR: Final = 12
"""Months of a year [1/yr]."""

DAYS_PER_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each month of a common year [d]."""

UNITS: Final = MappingProxyType(
    {
        "": "a name, a text or a choice without a unit",
        "1": "a pure number",
        "1/yr": "per year",
        "CNY": "Chinese yuan",
        "CNY/kVA/month": "yuan per contracted kilovolt-ampere and month",
        "CNY/kW": "yuan per kilowatt of IT power",
        "CNY/kWh": "yuan per kilowatt-hour",
        "CNY/km": "yuan per kilometre",
        "CNY/m2": "yuan per square metre",
        "CNY/MWh": "yuan per megawatt-hour",
        "CNY/unit": "yuan per unit of the target's metric",
        "CNY/unit/yr": "yuan per class unit and year",
        "CNY/yr": "yuan per year",
        "GWh": "gigawatt-hour per year",
        "Gbit/s/unit": "gigabit per second and class unit",
        "L/kWh": "litre per kilowatt-hour of IT energy",
        "MVA": "megavolt-ampere",
        "MW": "megawatt",
        "PFLOPS": "10^15 floating-point operations per second",
        "class unit": "the unit of the service class: standard racks or PFLOPS",
        "degC": "degree Celsius",
        "deg": "degree, WGS-84",
        "h": "hour of the day, 0 to 23",
        "h/yr": "hours per year",
        "ha": "hectare",
        "kV": "kilovolt",
        "kW": "kilowatt",
        "kW/kW": "kilowatt per kilowatt",
        "kg/kWh": "kilogram of carbon dioxide per kilowatt-hour",
        "km": "kilometre",
        "module": "module of a technology",
        "month": "month of the year, 1 to 12",
        "ms": "millisecond, round trip",
        "person": "residents",
        "ratio": "a share, 0 to 1 unless said otherwise",
        "standard_rack": "2.5 kW of IT power",
        "year": "calendar year",
        "yr": "years",
    }
)
"""What each unit string of a file means."""

CLASS_UNITS: Final = ("standard_rack", "pflops_fp16", "pflops_fp64")
"""Units in which a service class may be demanded."""

METRIC_UNITS: Final = MappingProxyType(
    {
        "standard_racks": "standard_rack",
        "standard_racks_added": "standard_rack",
        "pflops_fp16": "pflops_fp16",
        "pflops_fp64": "pflops_fp64",
        "edge_nodes": "edge_node",
        "dr_centres": "dr_centre",
    }
)
"""Unit of each metric that a target may name."""

LIMIT_UNITS: Final = MappingProxyType(
    {
        "land_ha": "ha",
        "energy_gwh": "GWh",
        "water_m3": "m3",
        "build_racks_per_year": "standard_rack",
        "sites": "site",
    }
)
"""Unit of the well-known limits; a rule may read further ones under its own names."""
