"""Energy, green electricity and its contracts by site and year."""

from __future__ import annotations

from typing import Any

from capplan.page.registry import View
from capplan.page.source import Source, rounded

_COLUMNS = ("it_mwh", "facility_mwh", "grid_mwh", "green_mwh", "cost_cny")


def _data(source: Source) -> dict[str, Any]:
    energy = source.rows("energy", ("site_id", source.sites), ("year", source.years), *_COLUMNS)
    held = [
        (row, (str(row["type"]), str(row["zone"]), str(row.get("offer_id") or "")))
        for row in source.table("contracts").to_dict("records")
        if float(row["mwh"]) > 0.0 and int(row["year"]) in source.years
    ]
    number = {key: place for place, key in enumerate(sorted({key for _, key in held}))}
    return {
        "energy": energy,
        "contracts": [
            [
                source.sites.get(str(row["site_id"]), -1),
                number[key],
                source.years[int(row["year"])],
                rounded(row["mw"]),
                rounded(row["mwh"]),
                rounded(row["price_cny_per_mwh"]),
            ]
            for row, key in held
        ],
        "offers": [_offer(source, *key) for key in number],
    }


def _offer(source: Source, kind: str, zone: str, offer: str) -> dict[str, Any]:
    """Return how an offer is called: its kind, and its energy zone with what tells it from others there."""
    where = source.energy_zone(zone) if zone else ["", ""]
    return {
        "type": kind,
        "n": [name + note for name, note in zip(where, source.offer_note(offer), strict=True)],
    }


VIEW = View("power", ("energy",), _data)
