"""Tables of supply: grid, tariffs, climate, cooling and green electricity."""

from __future__ import annotations

from capplan.schema.spec import TableSpec, identity, integer, number, ratio, table, text, year

_HOUR = integer("hour", "h", "Hour of the day that begins", maximum=23)

SUPPLY: tuple[TableSpec, ...] = (
    table(
        "grid_nodes",
        "A substation that feeds campuses",
        ("grid_node",),
        identity("grid_node", "Id of the substation"),
        text("name_zh", "Name in Chinese"),
        text("name_en", "Name in English"),
        number("voltage_kv", "kV", "Higher voltage of the substation", minimum=1),
        number("lon", "deg", "Longitude, WGS-84", minimum=-180, maximum=180),
        number("lat", "deg", "Latitude, WGS-84", minimum=-90, maximum=90),
        number("headroom_mva", "MVA", "Load that can be added over the horizon", ranged=True),
    ),
    table(
        "voltages",
        "A voltage at which a campus can be connected",
        ("voltage_kv",),
        number("voltage_kv", "kV", "Voltage", minimum=1),
        number("capacity_charge_cny_per_kva_month", "CNY/kVA/month", "Charge for contracted capacity"),
        number("step_mva", "MVA", "Capacity of one transformer step", minimum=0.001),
        number("step_cost_cny", "CNY", "Cost of one transformer step", ranged=True),
        number("line_cost_cny_per_km", "CNY/km", "Cost of the line to the grid node", ranged=True),
        number(
            "lead_time_years", "yr", "Time from decision to energised connection", maximum=20, ranged=True
        ),
    ),
    table(
        "tariffs",
        "The delivered energy price of one hour of the day",
        ("voltage_kv", "hour"),
        number("voltage_kv", "kV", "Voltage of the connection", reference="voltages.voltage_kv"),
        _HOUR,
        number(
            "price_cny_per_kwh",
            "CNY/kWh",
            "Energy price with all components but the capacity charge",
            maximum=20,
        ),
    ),
    table(
        "climate",
        "Mean and spread of temperatures in one hour of a month",
        ("station_id", "month", "hour"),
        identity("station_id", "Id of the weather station"),
        integer("month", "month", "Month", minimum=1, maximum=12),
        _HOUR,
        number("dry_bulb_c", "degC", "Mean dry-bulb temperature", minimum=-70, maximum=60),
        number("dry_bulb_sd_c", "degC", "Standard deviation of the dry-bulb temperature", maximum=30),
        number("wet_bulb_c", "degC", "Mean wet-bulb temperature", minimum=-70, maximum=45),
        number("wet_bulb_sd_c", "degC", "Standard deviation of the wet-bulb temperature", maximum=30),
    ),
    table(
        "cooling",
        "A cooling system that a hall may have",
        ("cooling_id",),
        identity("cooling_id", "Id of the cooling system"),
        text("name_zh", "Name in Chinese"),
        text("name_en", "Name in English"),
        number(
            "fixed_overhead", "kW/kW", "Facility power per installed IT power, whatever the load", maximum=2
        ),
        number("electrical_loss", "kW/kW", "Power lost in supply per IT power in use", maximum=1),
        number("free_cooling_power", "kW/kW", "Power per heat removed by outside air alone", maximum=2),
        number("mechanical_power", "kW/kW", "Power per heat removed by compressors at design", maximum=2),
        number(
            "free_below_c", "degC", "Temperature below which outside air suffices", minimum=-50, maximum=60
        ),
        number(
            "full_mechanical_above_c",
            "degC",
            "Temperature above which compressors do all the work",
            minimum=-50,
            maximum=80,
        ),
        text("driver", "Temperature that decides", choices=("dry_bulb", "wet_bulb")),
        number("water_l_per_kwh", "L/kWh", "Water per IT energy while evaporating", maximum=20),
        number("capex_cny_per_kw_it", "CNY/kW", "Cost per installed IT power"),
    ),
    table(
        "energy_offers",
        "Green electricity that may be contracted",
        ("offer_id",),
        identity("offer_id", "Id of the offer"),
        text("type", "Traded through the grid, or by direct line", choices=("grid_green", "direct_line")),
        text("energy_zone", "Id of the zone that produces"),
        text("resource", "What produces", choices=("wind", "solar", "mixed")),
        year("first_year", "First year of delivery"),
        number("full_load_hours", "h/yr", "Yearly energy per power", maximum=8784, ranged=True),
        number("available_mw", "MW", "Power that can be contracted", ranged=True),
        number(
            "price_cny_per_mwh",
            "CNY/MWh",
            "Delivered price; for grid_green the premium over the tariff",
            minimum=-1000,
            maximum=10000,
            ranged=True,
        ),
        ratio("match_share", "Largest share of a site's yearly energy it can cover without storage"),
        may_be_empty=True,
    ),
    table(
        "grid_factors",
        "Emissions of electricity from the grid in one year",
        ("year",),
        year("year", "Year"),
        number("kg_co2_per_kwh", "kg/kWh", "Carbon dioxide per energy", maximum=2),
    ),
)
