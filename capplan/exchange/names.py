"""What a planner calls the ids of a plan: regions, technologies, classes, measures, cost terms, units."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from capplan.messages import Message, msg
from capplan.spacing import run_on

if TYPE_CHECKING:
    from capplan.case import Case

__all__ = ["Names"]


class Names:
    """Names in one language; an id without a name is its own name.

    Parameters
    ----------
    case : Case
        The case whose ids are named.
    lang : str
        ``zh`` or ``en``.
    """

    def __init__(self, case: Case, lang: str) -> None:
        self.lang = lang
        self._case = case

    def say(self, message: Message) -> str:
        """Return a message in the language of these names."""
        return message.text(self.lang)

    def headings(self, messages: tuple[Message, ...]) -> tuple[str, ...]:
        """Return column headings in the language of these names."""
        return tuple(message.text(self.lang) for message in messages)

    def region(self, region_id: str) -> str:
        """Return a region's name."""
        return self._regions.get(region_id, region_id)

    def prefecture(self, adcode: str) -> str:
        """Return a prefecture's name by its code."""
        return self._prefectures.get(adcode, adcode)

    def zone(self, zone_id: str) -> str:
        """Return a zone's name."""
        return self._zones.get(zone_id, zone_id)

    def site(self, site_id: str) -> str:
        """Return a site's name."""
        return self._sites.get(site_id, site_id)

    def service_class(self, class_id: str) -> str:
        """Return a service class's name."""
        return self._classes.get(class_id, class_id)

    def technology(self, technology_id: str) -> str:
        """Return a technology's name."""
        technology = self._case.technologies.get(technology_id)
        return technology_id if technology is None else technology.name.in_(self.lang)

    def document(self, document_id: str) -> str:
        """Return a document's title with its number."""
        table = self._case.tables["documents"]
        found = table[table["document_id"] == document_id]
        if found.empty:
            return document_id
        row = found.iloc[0]
        title = str(row[f"title_{self.lang}"])
        number = str(row["number"])
        if title == number:
            return title
        if self.lang == "zh":
            return f"《{title}》" + (f"（{number}）" if number else "")
        return title + (f" ({number})" if number else "")

    def metric(self, metric: str) -> str:
        """Return what a target counts."""
        return self._said(_METRICS.get(metric), metric)

    def kind(self, kind: str) -> str:
        """Return whether a target is hard, aspirational or priced."""
        return self._said(_KINDS.get(kind), kind)

    def code(self, code: str) -> str:
        """Return what a code of the inputs means: how binding a target is, whose money it is, what produces."""
        return self._said(_KINDS.get(code) or _ACCOUNTS.get(code) or _RESOURCES.get(code), code)

    def cooling(self, cooling_id: str) -> str:
        """Return a cooling system's name."""
        return self._cooling.get(cooling_id, cooling_id)

    def term(self, term: str) -> str:
        """Return the name of a cost term."""
        return self._said(_TERMS.get(term), term.replace("_", " "))

    def figure(self, figure: str) -> str:
        """Return the name of a key figure, with its unit."""
        return self._said(_FIGURES.get(figure), figure.replace("_", " "))

    def unit(self, unit: str) -> str:
        """Return the name of a unit in which service is counted."""
        return self._said(_UNITS.get(unit), unit)

    def action(self, action: str) -> str:
        """Return the name of a building action."""
        return self._said(_ACTIONS.get(action), action)

    def limit(self, limit: str) -> str:
        """Return the name of a limit."""
        return self._said(_LIMITS.get(limit), limit.replace("_", " "))

    def account(self, account_id: str) -> str:
        """Return what an account is called: its kind, with its id beside where several are of that kind."""
        return self._accounts.get(account_id, account_id)

    def energy_zone(self, zone: str) -> str:
        """Return the name of an energy zone: its region, its only county, or what produces there."""
        return self._energy_zones.get(zone, zone)

    def place(self, place_id: str) -> str:
        """Return the name of whatever a limit speaks of: a region, a grid node, a site or an offer of green electricity."""
        for known in (self._regions, self._grid_nodes, self._sites, self._offers):
            if place_id in known:
                return known[place_id]
        return place_id

    def _said(self, message: Message | None, otherwise: str) -> str:
        return otherwise if message is None else message.text(self.lang)

    @cached_property
    def _regions(self) -> dict[str, str]:
        return self._of_table("regions", "region_id")

    @cached_property
    def _grid_nodes(self) -> dict[str, str]:
        return self._of_table("grid_nodes", "grid_node")

    @cached_property
    def _zones(self) -> dict[str, str]:
        return self._of_table("zones", "zone_id")

    @cached_property
    def _sites(self) -> dict[str, str]:
        return self._of_table("sites", "site_id")

    @cached_property
    def _classes(self) -> dict[str, str]:
        return self._of_table("classes", "class_id")

    @cached_property
    def _cooling(self) -> dict[str, str]:
        return self._of_table("cooling", "cooling_id")

    @cached_property
    def _prefectures(self) -> dict[str, str]:
        table = self._case.tables["regions"]
        chosen = table[table["kind"] == "prefecture"]
        return dict(zip(chosen["adcode"].astype(str), chosen[f"name_{self.lang}"].astype(str), strict=True))

    @cached_property
    def _accounts(self) -> dict[str, str]:
        table = self._case.tables["funding"]
        kinds = dict(zip(table["account_id"].astype(str), table["kind"].astype(str), strict=True))
        return self._apart({own: self._said(_ACCOUNTS.get(kind), kind) for own, kind in kinds.items()})

    @cached_property
    def _offers(self) -> dict[str, str]:
        """Offers by what they are and where they stand; those called alike by their first years too, else by their ids."""
        table = self._case.tables["energy_offers"].fillna({"energy_zone": ""})
        found = {
            str(row["offer_id"]): self._offer(row["type"], row["energy_zone"])
            for row in table.to_dict("records")
        }
        years = dict(zip(table["offer_id"].astype(str), table["first_year"], strict=True))
        dated = {
            offer: self.say(msg("{offer} (from {year})", offer=name, year=str(years[offer])))
            for offer, name in found.items()
        }
        return self._apart(
            {offer: dated[offer] if _shared(found, offer) else name for offer, name in found.items()}
        )

    def _offer(self, kind: str, zone: str) -> str:
        where, what = self.energy_zone(str(zone)), self._said(_OFFERS.get(kind), kind)
        if self.lang == "zh":
            return run_on((where, what))
        return ", ".join(part for part in (what, where) if part)

    @cached_property
    def _energy_zones(self) -> dict[str, str]:
        """Energy zones of offers by their region, their only county, or what produces there."""
        table = self._case.tables["energy_offers"].fillna({"energy_zone": ""})
        return self._apart(
            {
                str(zone): self._energy_zone(str(zone), sorted(set(part["resource"].astype(str))))
                for zone, part in table.groupby("energy_zone")
            }
        )

    def _energy_zone(self, zone: str, resources: list[str]) -> str:
        sites = self._case.tables["sites"]
        counties = sorted(set(sites.loc[sites["energy_zone"] == zone, "zone_id"].astype(str)))
        if zone in self._regions or len(counties) == 1:
            return self._regions.get(zone) or self.zone(counties[0])
        produced = _RESOURCES.get(resources[0]) if zone and len(resources) == 1 else None
        return self._said(produced, zone)

    def _apart(self, found: dict[str, str]) -> dict[str, str]:
        """Return names, with their ids beside those that would be called alike."""
        bracket = "{name}（{own}）" if self.lang == "zh" else "{name} ({own})"
        return {
            own: bracket.format(name=name, own=own) if _shared(found, own) else name
            for own, name in found.items()
        }

    def _of_table(self, table: str, key: str) -> dict[str, str]:
        frame = self._case.tables[table]
        return dict(zip(frame[key].astype(str), frame[f"name_{self.lang}"].astype(str), strict=True))


def _shared(found: dict[str, str], own: str) -> bool:
    """Tell whether another is called alike."""
    return list(found.values()).count(found[own]) > 1


_OFFERS = {
    "grid_green": msg("green electricity through the grid"),
    "direct_line": msg("green electricity by direct line"),
}

_ACCOUNTS = {"own": msg("own funds"), "special_bond": msg("special bonds"), "subsidy": msg("subsidies")}

_RESOURCES = {"wind": msg("wind power"), "solar": msg("solar power"), "mixed": msg("wind and solar power")}

_METRICS = {
    "standard_racks": msg("standard racks"),
    "standard_racks_added": msg("standard racks added"),
    "pflops_fp16": msg("PFLOPS FP16"),
    "pflops_fp64": msg("PFLOPS FP64"),
    "edge_nodes": msg("edge nodes"),
    "dr_centres": msg("DR centres"),
}

_KINDS = {"hard": msg("hard"), "aspirational": msg("aspirational"), "priced": msg("priced")}

_TERMS = {
    "bond_relief": msg("relief by special bonds"),
    "campus": msg("opening campuses"),
    "capacity_charge": msg("grid capacity charge"),
    "capital": msg("halls and plant"),
    "carbon": msg("carbon price"),
    "connection": msg("grid connections"),
    "direct_line": msg("green electricity by direct line"),
    "energy": msg("electricity"),
    "fixed_operation": msg("fixed operation"),
    "green_premium": msg("premium for green electricity"),
    "it_equipment": msg("IT equipment"),
    "it_operation": msg("operation of IT equipment"),
    "land": msg("land"),
    "network": msg("network"),
    "project": msg("announced projects"),
    "outside_revenue": msg("income from outside demand"),
    "retirement": msg("retirement"),
    "retrofit": msg("retrofitting"),
    "subsidy": msg("subsidies"),
    "target_shortfall": msg("price of missed targets"),
    "water": msg("water"),
}

_FIGURES = {
    "standard_racks": msg("standard racks in service"),
    "pflops_fp16": msg("AI compute [PFLOPS FP16]"),
    "pflops_fp64": msg("supercomputing [PFLOPS FP64]"),
    "it_installed_mw": msg("IT power installed [MW]"),
    "edge_nodes": msg("edge nodes"),
    "sites": msg("sites in service"),
    "facility_gwh": msg("energy of all facilities [GWh]"),
    "peak_mw": msg("peak load [MW]"),
    "green_share": msg("green share"),
    "pue": msg("PUE, load-weighted"),
    "emissions_kt": msg("emissions [kt CO2]"),
    "water_m3": msg("water [m3]"),
    "rack_utilisation": msg("racks in use over racks in service"),
    "empty_racks": msg("racks in service without load"),
    "capex_cny": msg("capital cost of all periods [CNY]"),
    "land_ha": msg("land taken up [ha]"),
    "connection_mva": msg("connections contracted [MVA]"),
}

_UNITS = {
    "standard_rack": msg("standard racks"),
    "pflops_fp16": msg("AI compute [PFLOPS FP16]"),
    "pflops_fp64": msg("supercomputing [PFLOPS FP64]"),
}

_ACTIONS = {
    "build": msg("build"),
    "committed": msg("committed"),
    "merge": msg("merge"),
    "project": msg("announced project"),
    "retire": msg("retire"),
    "retrofit": msg("retrofit"),
}

_LIMITS = {
    "edge_coverage": msg("edge coverage"),
    "green_available": msg("green electricity on offer"),
    "green_share": msg("green share"),
    "grid_headroom": msg("grid headroom, in whole steps"),
    "max_share": msg("largest share of a prefecture"),
    "min_share": msg("least share of a prefecture"),
    "build_racks_per_year": msg("racks built in a year"),
    "energy_gwh": msg("energy quota"),
    "land_ha": msg("land quota"),
    "sites": msg("number of sites"),
    "water_m3": msg("water quota"),
}
