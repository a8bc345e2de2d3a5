"""Energy, green electricity and its contracts by site and year."""

from __future__ import annotations

from typing import Any

from capplan.page.registry import View
from capplan.page.source import Source, rounded

_COLUMNS = ("it_mwh", "facility_mwh", "grid_mwh", "green_mwh", "cost_cny")


def _data(source: Source) -> dict[str, Any]:
    energy = source.rows("energy", ("site_id", source.sites), ("year", source.years), *_COLUMNS)
    table = source.table("contracts")
    zones = {str(name) for name in table["zone"]}
    contracts = [
        [
            source.sites.get(str(row["site_id"]), -1),
            str(row["type"]),
            str(row["zone"]),
            source.years[int(row["year"])],
            rounded(row["mw"]),
            rounded(row["mwh"]),
            rounded(row["price_cny_per_mwh"]),
        ]
        for row in table.to_dict("records")
        if float(row["mwh"]) > 0.0 and int(row["year"]) in source.years
    ]
    return {
        "energy": energy,
        "contracts": contracts,
        "zones": {name: source.place(name) for name in sorted(zones)},
    }


VIEW = View("power", ("energy",), _data)
