"""Tables of places: zones, regions, sites and the route graph between them."""

from __future__ import annotations

from capplan.schema.spec import (
    ADCODE_PATTERN,
    TableSpec,
    identity,
    link,
    number,
    ratio,
    table,
    text,
    year,
)

_NAMES = (text("name_zh", "Name in Chinese"), text("name_en", "Name in English"))
_POSITION = (
    number("lon", "deg", "Longitude, WGS-84", minimum=-180, maximum=180),
    number("lat", "deg", "Latitude, WGS-84", minimum=-90, maximum=90),
)

PLACES: tuple[TableSpec, ...] = (
    table(
        "zones",
        "A place where compute is demanded: a county unit, a development zone, or a gate for outside demand",
        ("zone_id",),
        identity("zone_id", "Id of the zone: the adcode of a county unit, a word for a gate"),
        *_NAMES,
        text("kind", "What the zone is", choices=("county", "development_zone", "gate")),
        text(
            "prefecture_adcode",
            "Adcode of the prefecture it reports under; empty for gates",
            empty=True,
            pattern=ADCODE_PATTERN,
        ),
        *_POSITION,
        number("population", "person", "Residents"),
        number("urban_population", "person", "Residents of towns and cities"),
        number("output_cny", "CNY/yr", "Gross domestic product allocated to the zone"),
        link("access_node", "nodes.node_id", "Node of the route graph that the zone enters by"),
    ),
    table(
        "regions",
        "A group of zones or sites that targets, limits and reports speak of",
        ("region_id",),
        identity("region_id", "Id of the region"),
        *_NAMES,
        text(
            "kind",
            "What the region is",
            choices=("province", "prefecture", "pilot", "committee", "cluster", "park"),
        ),
        text("adcode", "Adcode of the region, where it has one", empty=True, pattern=ADCODE_PATTERN),
    ),
    table(
        "region_members",
        "A zone or a site that belongs to a region",
        ("region_id", "member_kind", "member_id"),
        link("region_id", "regions.region_id", "The region"),
        text("member_kind", "Whether the member is a zone or a site", choices=("zone", "site")),
        text("member_id", "Id of the zone or site"),
        ratio("share", "Share of the member's residents and demand that the region counts"),
    ),
    table(
        "sites",
        "A candidate campus: a park, a facility, or a county seat",
        ("site_id",),
        identity("site_id", "Id of the site"),
        *_NAMES,
        text("kind", "What the site is", choices=("park", "facility", "county_seat")),
        link("zone_id", "zones.zone_id", "Zone in which the site stands"),
        text("prefecture_adcode", "Adcode of the prefecture it reports under", pattern=ADCODE_PATTERN),
        *_POSITION,
        number("position_error_km", "km", "How far the true position may be from the one given"),
        text(
            "status",
            "Whether halls stand there at the end of the base year",
            choices=("existing", "candidate"),
        ),
        year("opened_year", "Year in which the first hall opened; empty where none stands", empty=True),
        link("grid_node", "grid_nodes.grid_node", "Substation that feeds the site"),
        link("access_node", "nodes.node_id", "Node of the route graph that the site enters by"),
        number(
            "connection_voltage_kv", "kV", "Voltage of the site's connection", reference="voltages.voltage_kv"
        ),
        number("connection_existing_mva", "MVA", "Connection that stands at the end of the base year"),
        number("connection_max_mva", "MVA", "Largest connection the site can have", ranged=True),
        number("grid_distance_km", "km", "Length of the line to the grid node"),
        number("land_max_ha", "ha", "Land that halls may take", ranged=True),
        number("land_price_cny_per_m2", "CNY/m2", "Price of industrial land", ranged=True),
        link("climate_station", "climate.station_id", "Weather station whose climate the site has"),
        link(
            "energy_zone",
            "energy_offers.energy_zone",
            "Zone from which a direct line is possible",
            empty=True,
        ),
        text("copies_eligible", "Whether disaster-recovery copies may stand here", choices=("yes", "no")),
        text("merged", "Facilities that became this campus, with ; between them", empty=True, many=True),
    ),
    table(
        "nodes",
        "A node of the fibre route graph",
        ("node_id",),
        identity("node_id", "Id of the node"),
        *_NAMES,
        *_POSITION,
        text("kind", "Trunk node, or exit to other provinces", choices=("trunk", "exit")),
    ),
    table(
        "routes",
        "A fibre route between two nodes, usable in both directions",
        ("route_id",),
        identity("route_id", "Id of the route"),
        link("from_node", "nodes.node_id", "One end"),
        link("to_node", "nodes.node_id", "The other end"),
        number("route_km", "km", "Length along the route", ranged=True),
        text("corridor", "Trench that the route lies in; routes of one corridor fail together"),
        text("kind", "Inside the province or to another one", choices=("trunk", "inter_province")),
        may_be_empty=True,
    ),
)
