"""Tables of needs and stock: service classes, demand, what stands and what is committed."""

from __future__ import annotations

from capplan.schema.spec import TableSpec, identity, integer, link, number, ratio, table, text, year
from capplan.units import CLASS_UNITS

NEEDS: tuple[TableSpec, ...] = (
    table(
        "classes",
        "A service class: what demand asks for, and how it loads a hall",
        ("class_id",),
        identity("class_id", "Id of the service class"),
        text("name_zh", "Name in Chinese"),
        text("name_en", "Name in English"),
        text("unit", "Unit of its amounts", choices=CLASS_UNITS),
        number(
            "latency_limit_ms", "ms", "Largest round trip allowed; empty for none", maximum=10000, empty=True
        ),
        ratio("load_factor", "Mean IT power over the IT power of what is in use"),
        ratio("peak_factor", "Peak IT power over the IT power of what is in use"),
        number("gbps_per_unit", "Gbit/s/unit", "Bandwidth per unit served"),
        ratio("copy_share", "Share of the amount that has a second copy"),
        number("copy_min_km", "km", "Least distance between the two copies"),
    ),
    table(
        "demand_drivers",
        "Demand of one class in the study region, and what spreads it over the zones",
        ("class_id",),
        link("class_id", "classes.class_id", "The service class"),
        number("base_amount", "class unit", "Demand of the study region in driver_year", ranged=True),
        year("driver_year", "Year of base_amount"),
        number("growth_per_year", "1/yr", "Growth a year", minimum=-1, maximum=10, ranged=True),
        ratio("weight_population", "Weight of residents in spreading it"),
        ratio("weight_urban_population", "Weight of residents of towns and cities"),
        ratio("weight_output", "Weight of gross domestic product; the three weights sum to 1"),
        may_be_empty=True,
    ),
    table(
        "demand",
        "Demand stated for a zone, a class and a year, on top of what the drivers give",
        ("zone_id", "class_id", "year"),
        link("zone_id", "zones.zone_id", "The zone"),
        link("class_id", "classes.class_id", "The service class"),
        year("year", "Year"),
        number("amount", "class unit", "Amount demanded"),
        text("obligation", "Whether it must be served", choices=("must", "optional")),
        number("revenue_cny_per_unit_year", "CNY/unit/yr", "Income from serving it"),
        may_be_empty=True,
    ),
    table(
        "existing",
        "Modules that stand at the end of the base year",
        ("site_id", "technology"),
        link("site_id", "sites.site_id", "The site"),
        link("technology", "technologies.id", "The technology"),
        integer("modules", "module", "Modules that stand"),
        year("commissioned_year", "Year in which they came into service"),
        text("facility_ids", "Facilities they belong to, with ; between them", empty=True, many=True),
        may_be_empty=True,
    ),
    table(
        "committed",
        "Modules under construction: they come whatever the plan says",
        ("site_id", "technology", "year"),
        link("site_id", "sites.site_id", "The site"),
        link("technology", "technologies.id", "The technology"),
        year("year", "Year in which they come into service"),
        integer("modules", "module", "Modules under construction"),
        text("facility_id", "Facility they belong to", empty=True),
        may_be_empty=True,
    ),
)
