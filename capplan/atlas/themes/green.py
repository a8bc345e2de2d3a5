"""Green electricity: the share by site and area, what contracts bring it, and what share is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from capplan.atlas.facts import Facts
from capplan.atlas.fonts import named
from capplan.atlas.remember import remembered
from capplan.atlas.rows import rows
from capplan.atlas.themes.places import in_year
from capplan.messages import Text

__all__ = [
    "DIRECT",
    "Contract",
    "Required",
    "SiteEnergy",
    "contracts",
    "required_shares",
    "site_energy",
    "zone_energy",
]

_LIMIT = "green_share"
DIRECT = "direct_line"


@dataclass(frozen=True, slots=True)
class SiteEnergy:
    """A site's electricity in the plan's last year.

    Attributes
    ----------
    site_id, name, zone_id, lon, lat
        The site.
    facility
        All that it uses [MWh].
    direct, pooled
        Green electricity by direct line, and by contracts through the grid [MWh].
    """

    site_id: str
    name: Text
    zone_id: str
    lon: float
    lat: float
    facility: float
    direct: float
    pooled: float

    @property
    def green(self) -> float:
        """All its green electricity [MWh]."""
        return self.direct + self.pooled

    @property
    def share(self) -> float:
        """Its green share [ratio]."""
        return self.green / self.facility if self.facility > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class Contract:
    """What is contracted of an offer in the plan's last year.

    Attributes
    ----------
    offer_id, zone, type
        The offer, the zone that produces, and ``direct_line`` or ``grid_green``.
    zone_name
        Name of the zone, where the case has one.
    resource
        ``wind``, ``solar`` or ``mixed``; empty where it is not known.
    mw, available
        What is contracted, and what could be; None where it is not known [MW].
    mwh
        The energy of it [MWh].
    price
        By energy [CNY/MWh]; of a direct line as delivered, else the premium over the tariff.
    place
        Where the zone is [deg], if the case says so.
    """

    offer_id: str
    zone: str
    type: str
    zone_name: Text
    resource: str
    mw: float
    available: float | None
    mwh: float
    price: float
    place: tuple[float, float] | None

    @property
    def unnamed(self) -> bool:
        """Whether the case has no name for the zone."""
        return self.zone_name.en == self.zone


@dataclass(frozen=True, slots=True)
class Required:
    """The green share asked of a region in the plan's last year, and what the plan reaches [ratio]."""

    region: Text
    required: float
    reached: float
    binding: bool


@remembered
def site_energy(facts: Facts) -> tuple[SiteEnergy, ...]:
    """Return the electricity of the sites, the largest first."""
    table = in_year(facts.tables.get("energy"), facts.year)
    if table.empty:
        return ()
    places = {site.site_id: site for site in facts.sites}
    direct = table["direct_mwh"] if "direct_mwh" in table.columns else pd.Series(0.0, index=table.index)
    found = []
    for row, own in zip(rows(table), direct.astype(float), strict=True):
        site = places.get(str(row.site_id))
        if site is not None:
            found.append(
                SiteEnergy(
                    site.site_id,
                    site.name,
                    site.zone_id,
                    site.lon,
                    site.lat,
                    float(row.facility_mwh),
                    float(own),
                    max(float(row.green_mwh) - float(own), 0.0),
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.facility, one.site_id)))


def zone_energy(facts: Facts) -> dict[str, tuple[float, float]]:
    """Return green and all electricity of the sites of each zone [MWh], by zone_id."""
    found: dict[str, tuple[float, float]] = {}
    for site in site_energy(facts):
        green, used = found.get(site.zone_id, (0.0, 0.0))
        found[site.zone_id] = (green + site.green, used + site.facility)
    return found


@remembered
def contracts(facts: Facts) -> tuple[Contract, ...]:
    """Return what is contracted, direct lines first and then by power."""
    table = in_year(facts.tables.get("contracts"), facts.year)
    if table.empty:
        return ()
    offers = facts.inputs["energy_offers"].set_index("offer_id")
    summed = table.groupby(["offer_id", "zone", "type"], as_index=False).agg(
        mw=("mw", "sum"), mwh=("mwh", "sum"), price=("price_cny_per_mwh", "mean")
    )
    places, names = _places(facts), _names(facts)
    found = [
        Contract(
            offer_id=str(row.offer_id),
            zone=str(row.zone),
            type=str(row.type),
            zone_name=names.get(str(row.zone), Text(zh=str(row.zone), en=str(row.zone))),
            resource=str(offers.loc[row.offer_id, "resource"]) if row.offer_id in offers.index else "",
            mw=float(row.mw),
            available=float(offers.loc[row.offer_id, "available_mw"])
            if row.offer_id in offers.index
            else None,
            mwh=float(row.mwh),
            price=float(row.price),
            place=places.get(str(row.zone)),
        )
        for row in rows(summed)
        if row.mw > 0.0
    ]
    return tuple(sorted(found, key=lambda one: (one.type != DIRECT, -one.mw, one.offer_id)))


def _places(facts: Facts) -> Mapping[str, tuple[float, float]]:
    """Return where energy zones are: amid the sites that a direct line can reach, else amid the zones of that region."""
    sites = facts.inputs["sites"]
    near = sites[sites["energy_zone"].fillna("").astype(str) != ""]
    found = _middles(near.assign(key=near["energy_zone"].astype(str)))
    members = facts.inputs["region_members"]
    inside = members[members["member_kind"] == "zone"].merge(
        facts.inputs["zones"][["zone_id", "lon", "lat"]], left_on="member_id", right_on="zone_id"
    )
    return {**_middles(inside.assign(key=inside["region_id"].astype(str))), **found}


def _middles(frame: pd.DataFrame) -> dict[str, tuple[float, float]]:
    means = frame.groupby("key")[["lon", "lat"]].mean()
    return {str(key): (float(lon), float(lat)) for key, lon, lat in means.itertuples()}


def _names(facts: Facts) -> Mapping[str, Text]:
    """Return names of energy zones: of the region of that id, else of the zone of the only site there."""
    regions = facts.inputs["regions"]
    names = {str(row.region_id): named(row.name_zh, row.name_en, row.region_id) for row in rows(regions)}
    zones = facts.inputs["zones"].set_index("zone_id")
    sites = facts.inputs["sites"]
    near = sites[sites["energy_zone"].fillna("").astype(str) != ""]
    for zone, part in near.groupby("energy_zone"):
        held = set(part["zone_id"].astype(str))
        first = min(held)
        if str(zone) not in names and len(held) == 1 and first in zones.index:
            names[str(zone)] = named(zones.loc[first, "name_zh"], zones.loc[first, "name_en"], first)
    return names


@remembered
def required_shares(facts: Facts) -> tuple[Required, ...]:
    """Return the shares asked of regions, the study's first."""
    limits = in_year(facts.tables.get("limits"), facts.year)
    if limits.empty:
        return ()
    names = {
        str(row.region_id): named(row.name_zh, row.name_en, row.region_id)
        for row in rows(facts.inputs["regions"])
    }
    asked = limits[(limits["limit"] == _LIMIT) & (limits["bound"] > 0.0)]
    found = [
        Required(
            names.get(str(row.region), Text(zh=str(row.region), en=str(row.region))),
            float(row.bound),
            float(row.used),
            bool(row.binding),
        )
        for row in rows(asked)
    ]
    return tuple(sorted(found, key=lambda one: (one.region.en != facts.region.en, one.region.en)))
