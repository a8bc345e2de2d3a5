"""Tables of what is announced: projects of halls, and substations that grow; a case may do without either."""

from __future__ import annotations

from dataclasses import replace

from capplan.schema.spec import TableSpec, identity, integer, link, number, ratio, table, text, year

_PROJECTS = table(
    "projects",
    "An announced project: a package of halls at one site, to be taken whole or left",
    ("project_id",),
    identity("project_id", "Id of the project, or of one phase of it"),
    text("name_zh", "Name in Chinese"),
    text("name_en", "Name in English"),
    text(
        "facility_ids",
        "Facilities of the documents it belongs to, with ; between them",
        empty=True,
        many=True,
    ),
    link("site_id", "sites.site_id", "Site where its halls stand"),
    link("technology", "technologies.id", "Technology of its halls"),
    replace(integer("modules", "module", "Modules it puts into service at once"), ranged=True),
    year("first_year", "First year in which it can be in service; a committed project comes then"),
    text(
        "status",
        "Whether the plan may take it, must take it, or must not",
        choices=("optional", "committed", "dropped"),
    ),
    link("after", "projects.project_id", "Project that must be there first", empty=True),
    number(
        "cost_ratio",
        "ratio",
        "Cost of its halls and equipment over that of the technology",
        maximum=3.0,
        ranged=True,
    ),
    ratio("investor_share", "Share of its cost that its investor pays, outside all accounts", ranged=True),
    number(
        "connection_mva", "MVA", "Connection agreed for it, beyond the headroom of the grid node", ranged=True
    ),
    number("land_ha", "ha", "Land approved for it, beyond site and quota", ranged=True),
    number("energy_gwh", "GWh", "Yearly energy its own review lets through, beyond the quota", ranged=True),
    number("direct_mw", "MW", "Wind or sun built for it, beyond what the offer has", ranged=True),
    link("offer_id", "energy_offers.offer_id", "Offer under which direct_mw is delivered", empty=True),
    text("doubt_zh", "Why it may not come, or not like this, in Chinese"),
    text("doubt_en", "Why it may not come, or not like this, in English"),
    may_be_empty=True,
)

_REINFORCEMENTS = table(
    "reinforcements",
    "Load that a substation can take from a year on, when it or the grid behind it has grown",
    ("grid_node", "year"),
    link("grid_node", "grid_nodes.grid_node", "Substation"),
    year("year", "First year in which the load can be connected"),
    number("added_mva", "MVA", "Load that can be added on top of its headroom", ranged=True),
    may_be_empty=True,
)

ANNOUNCED: tuple[TableSpec, ...] = tuple(
    replace(spec, optional=True) for spec in (_PROJECTS, _REINFORCEMENTS)
)
