"""Quantities that follow from a case alone: demand, paths, sizes, cooling, prices, memberships.

`Derived` computes each once, on first use, and holds no decision: the same frames feed the program, the plan's tables
and the certificate.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from capplan import commodities, cooling, demand, finance, network, power, reach
from capplan.frames import summed
from capplan.rules import FinanceRule, LatencyRule

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from capplan.case import Case

__all__ = ["UNITS", "Derived", "FinanceRule", "LatencyRule"]

#: Units in which service is counted, and the technology field that says how many a module holds.
UNITS = ("standard_rack", "pflops_fp16", "pflops_fp64")
_PER_MODULE = {"standard_rack": "standard_racks", "pflops_fp16": "pflops_fp16", "pflops_fp64": "pflops_fp64"}
_NUMBERS = (
    "standard_racks", "pflops_fp16", "pflops_fp64", "it_kw", "utilisation_cap", "max_modules", "lifetime_years",
    "it_lifetime_years", "capex_cny", "it_capex_cny", "fom_cny_per_year", "it_fom_cny_per_year", "land_ha", "edge_nodes",
)  # fmt: skip


class Derived:
    """What follows from a case; every attribute is computed once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._kept: dict[str, pd.DataFrame] = {}

    def once(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return a frame that a feature derives from the case alone, made at its first use; not to be changed."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def table(self, name: str) -> pd.DataFrame:
        """Return an input table of the case."""
        return self.case.tables[name]

    @cached_property
    def years(self) -> list[int]:
        """Periods of the plan, ascending [yr]."""
        return [int(year) for year in self.case.study.periods]

    @cached_property
    def base_year(self) -> int:
        """Year whose end the existing stock describes [yr]."""
        return int(self.case.study.base_year)

    @cached_property
    def spans(self) -> pd.Series:
        """Years that each period stands for [yr]: back to the period before, or the base year."""
        before = [self.base_year, *self.years[:-1]]
        return pd.Series(
            [year - last for year, last in zip(self.years, before, strict=True)], index=self.years
        )

    @cached_property
    def latency_rule(self) -> LatencyRule:
        """Latency parameters of the study."""
        given = self.case.study.features.get("service", {})
        return LatencyRule(**{key: value for key, value in given.items() if key in LatencyRule.model_fields})

    @cached_property
    def finance_rule(self) -> FinanceRule:
        """Discounting parameters of the study."""
        given = self.case.study.features.get("net_present_cost", {})
        return FinanceRule(**{key: value for key, value in given.items() if key in FinanceRule.model_fields})

    @cached_property
    def discount(self) -> pd.Series:
        """Present value in the base year of 1 CNY a year during each period [CNY/(CNY/yr)], index year."""
        rate = self.finance_rule.wacc
        factor = []
        for year in self.years:
            inside = np.arange(year - int(self.spans[year]) + 1, year + 1)
            factor.append(float(np.sum(finance.discount_factor(rate, inside, self.base_year))))
        return pd.Series(factor, index=self.years)

    @cached_property
    def technologies(self) -> pd.DataFrame:
        """Technologies' numbers per module, index technology."""
        records: dict[str, dict[str, Any]] = {}
        for name, technology in self.case.technologies.items():
            numbers: dict[str, Any] = {field: _value(getattr(technology, field)) for field in _NUMBERS}
            records[name] = {
                **numbers,
                "kind": technology.kind,
                "buildable": technology.buildable and not technology.replaces,
                "local": technology.kind == "edge",
                "copies": technology.copies,
                "dr_centres": float(technology.dr_centre),
                "lead_existing": _value(technology.lead_time_years.existing_campus),
                "lead_new": _value(technology.lead_time_years.new_campus),
                "sites": technology.sites,
                "replace_cost_cny": _value(technology.replace_cost_cny)
                if technology.replace_cost_cny
                else 0.0,
            }
        return pd.DataFrame.from_dict(records, orient="index").rename_axis("technology")

    @cached_property
    def hosting(self) -> pd.DataFrame:
        """Which technology may host which class: technology, class_id, unit."""
        units = self.table("classes").set_index("class_id")["unit"]
        rows = [
            (name, class_id, units[class_id])
            for name, technology in self.case.technologies.items()
            for class_id in technology.serves
            if class_id in units.index and self.per_module(units[class_id])[name] > 0
        ]
        return pd.DataFrame(rows, columns=["technology", "class_id", "unit"])

    def per_module(self, unit: str) -> pd.Series:
        """Return how much of a unit one module of each technology holds [unit/module], index technology."""
        return self.technologies[_PER_MODULE[unit]].astype(float)

    def kw_per_unit(self, unit: str) -> pd.Series:
        """Return IT power per unit of service [kW/unit], index technology; zero where it holds none."""
        held = self.per_module(unit)
        return (self.technologies["it_kw"].astype(float) / held.where(held > 0)).fillna(0.0)

    @cached_property
    def existing(self) -> pd.DataFrame:
        """Existing modules at the end of the base year: site_id, technology, modules."""
        stock = self.table("existing")
        return summed(stock, ["site_id", "technology"], "modules")

    @cached_property
    def committed(self) -> pd.DataFrame:
        """Committed modules commissioned by the end of each period, cumulative: site_id, technology, year, modules."""
        given = self.table("committed")
        parts = []
        for year in self.years:
            due = given[given["year"].astype(int) <= year]
            parts.append(summed(due, ["site_id", "technology"], "modules").assign(year=year))
        columns = ["site_id", "technology", "year", "modules"]
        return pd.concat(parts, ignore_index=True).reindex(columns=columns)

    @cached_property
    def site_technologies(self) -> pd.DataFrame:
        """Every pair of site and technology that stands, is committed, may be built or converted into, or is announced.

        Columns: site_id, technology, existing [modules], committed [modules], limit [modules that may be built],
        earliest [yr], convertible (bool).
        """
        sites = self.table("sites")[["site_id", "status", "copies_eligible", "land_max_ha"]]
        names = self.technologies.index.to_frame(index=False)
        pairs = sites.merge(names, how="cross").merge(
            self.technologies, left_on="technology", right_index=True
        )
        pairs = pairs.merge(self.existing.rename(columns={"modules": "existing"}), how="left")
        last = self.committed[self.committed["year"] == self.years[-1]].drop(columns="year")
        pairs = pairs.merge(last.rename(columns={"modules": "committed"}), how="left")
        pairs[["existing", "committed"]] = pairs[["existing", "committed"]].astype(float).fillna(0.0)
        lead = pairs["lead_existing"].where(pairs["status"] == "existing", pairs["lead_new"]).astype(float)
        pairs["earliest"] = self.base_year + np.maximum(np.ceil(lead - 1e-9), 1).astype(int)
        # what may not be built comes when it is committed, and no earlier
        allowed = pairs["buildable"].astype(bool) & _admitted(pairs) & (pairs["earliest"] <= self.years[-1])
        pairs["earliest"] = pairs["earliest"].where(allowed, self.years[-1] + 1)
        fits = np.floor(
            pairs["land_max_ha"].astype(float) / pairs["land_ha"].astype(float).clip(lower=1e-9) + 1e-9
        )
        limit = np.minimum(pairs["max_modules"].astype(float), fits)
        pairs["limit"] = np.where(allowed, np.maximum(limit, pairs["committed"]), pairs["committed"])
        pairs["convertible"] = self._convertible(pairs)
        announced = pd.MultiIndex.from_frame(self.table("projects")[["site_id", "technology"]])
        planned = pd.MultiIndex.from_frame(pairs[["site_id", "technology"]]).isin(announced)
        keep = (pairs["existing"] > 0) | (pairs["limit"] > 0) | pairs["convertible"] | planned
        columns = ["site_id", "technology", "existing", "committed", "limit", "earliest", "convertible"]
        return pairs.loc[keep, columns].sort_values(["site_id", "technology"]).reset_index(drop=True)

    def _convertible(self, pairs: pd.DataFrame) -> NDArray[np.bool_]:
        """Say where a technology stands that the pair's technology may replace."""
        into = [
            (old, name) for name, technology in self.case.technologies.items() for old in technology.replaces
        ]
        links = pd.DataFrame(into, columns=["old", "technology"])
        stock = self.existing.rename(columns={"technology": "old"})
        reachable = stock.merge(links)[["site_id", "technology"]].drop_duplicates().assign(found=True)
        found = pairs[["site_id", "technology"]].merge(reachable, how="left")["found"]
        return np.asarray(found.notna(), dtype=np.bool_)

    @cached_property
    def conversions(self) -> pd.DataFrame:
        """Retrofits that are possible: site_id, old, new, existing [modules of the old hall]."""
        into = [
            (old, name) for name, technology in self.case.technologies.items() for old in technology.replaces
        ]
        links = pd.DataFrame(into, columns=["old", "new"])
        stock = self.existing.rename(columns={"technology": "old", "modules": "existing"})
        return stock.merge(links)[["site_id", "old", "new", "existing"]].sort_values(
            ["site_id", "old", "new"]
        )

    @cached_property
    def plant(self) -> pd.DataFrame:
        """Cooling and energy factors of every pair, index (site_id, technology).

        Columns: cooling, fixed and variable and variable_peak [kW/kW], water [L/kWh IT], pue (at full load), capex
        [CNY/module, shell, plant and cooling], price [CNY/kWh], campus (bool: behind the campus connection).
        """
        pairs = self.site_technologies[["site_id", "technology"]]
        sites = self.table("sites")[["site_id", "climate_station", "connection_voltage_kv"]]
        options = self._cooling_options()
        frame = pairs.merge(sites).merge(
            self.technologies.reset_index()[["technology", "local", "lifetime_years"]]
        )
        frame["price"] = self._prices(frame)
        frame = frame.merge(options, on=["climate_station", "technology"])
        rate = self.finance_rule.wacc
        recovery = finance.capital_recovery_factor(rate, frame["lifetime_years"].astype(float).to_numpy())
        energy = (frame["fixed"] + 0.65 * frame["variable"]) * 8760.0 * frame["price"]
        frame["yearly"] = frame["capex_cny_per_kw_it"] * recovery + energy
        frame = frame.sort_values(["site_id", "technology", "over_cap", "yearly", "cooling_id"])
        best = frame.drop_duplicates(["site_id", "technology"]).set_index(["site_id", "technology"])
        shell = (
            self.technologies["capex_cny"].astype(float).reindex(best.index.get_level_values(1)).to_numpy()
        )
        it_kw = self.technologies["it_kw"].astype(float).reindex(best.index.get_level_values(1)).to_numpy()
        return pd.DataFrame(
            {
                "cooling": best["cooling_id"],
                "fixed": best["fixed"],
                "variable": best["variable"],
                "variable_peak": best["variable_peak"],
                "water": best["water_l_per_kwh"],
                "pue": best["fixed"] + best["variable"],
                "capex": shell + best["capex_cny_per_kw_it"].to_numpy() * it_kw,
                "price": best["price"],
                "campus": ~best["local"].astype(bool),
            },
        ).sort_index()

    def _cooling_options(self) -> pd.DataFrame:
        table = cooling.pue_table(self.table("cooling"), self.table("climate")).reset_index()
        table = table.merge(self.table("cooling")[["cooling_id", "capex_cny_per_kw_it"]])
        offered = [
            (name, option)
            for name, technology in self.case.technologies.items()
            for option in technology.cooling
        ]
        offers = pd.DataFrame(offered, columns=["technology", "cooling_id"])
        cap = float(self.case.study.features.get("pue_cap", {}).get("limit", np.inf))
        table["over_cap"] = table["fixed"] + table["variable"] > cap + 1e-9
        return table.merge(offers).rename(columns={"station_id": "climate_station"})

    def _prices(self, frame: pd.DataFrame) -> pd.Series:
        mean = power.mean_price(self.table("tariffs"))
        local = mean[mean.index.min()]
        return (
            frame["connection_voltage_kv"].map(mean).where(~frame["local"].astype(bool), local).astype(float)
        )

    @cached_property
    def demand(self) -> pd.DataFrame:
        """Demand: zone_id, class_id, year, amount [class unit], obligation, revenue_cny_per_unit_year."""
        frame = demand.project(
            self.table("zones"),
            self.table("demand_drivers"),
            self.table("classes"),
            self.table("demand"),
            self.years,
        )
        given = self.case.study.features.get("service", {}).get("served_share") or {}
        frame["amount"] *= demand.served(frame, given, self.region_zones)
        return frame[frame["amount"] > 0].reset_index(drop=True)

    @cached_property
    def path_arrays(self) -> network.Paths:
        """Shortest paths of every zone to every site as arrays."""
        rule, places = self.latency_rule, (self.table(name) for name in ("zones", "sites", "nodes", "routes"))
        return network.path_arrays(*places, detour=rule.detour, metro_radius_km=rule.metro_radius_km)

    @cached_property
    def latency(self) -> NDArray[np.float64]:
        """Latency on the study's basis [ms], shape (zone, site); infinite where there is no path."""
        rule, paths = self.latency_rule, self.path_arrays
        given = {
            name: getattr(rule, name) for name in ("fibre_us_per_km", "node_delay_ms", "access_delay_ms")
        }
        return network.latency_ms(paths.route_km, paths.nodes, **given, round_trip=rule.basis == "round_trip")

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Shortest paths: zone_id, site_id, route_km, trunk_km [km], nodes [-], latency_ms [ms on the study's basis]."""
        frame = network.path_frame(self.path_arrays)
        return frame.assign(latency_ms=self.latency[np.isfinite(self.path_arrays.route_km)])

    def with_paths(self, labels: pd.DataFrame) -> pd.DataFrame:
        """Return rows of (zone_id, site_id) with the columns of `paths`, without those that no path joins."""
        paths = self.path_arrays
        i = paths.zone_id.get_indexer(pd.Index(labels["zone_id"]))
        j = paths.site_id.get_indexer(pd.Index(labels["site_id"]))
        joined = (i >= 0) & (j >= 0) & np.isfinite(paths.route_km[i, j])
        i, j = i[joined], j[joined]
        found = {
            "route_km": paths.route_km,
            "trunk_km": paths.trunk_km,
            "nodes": paths.nodes.astype(np.int64),
        }
        columns = {name: values[i, j] for name, values in {**found, "latency_ms": self.latency}.items()}
        return labels[joined].reset_index(drop=True).assign(**columns)

    @cached_property
    def commodities(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Demand with its commodity and share, and the commodities' arcs (see `capplan.commodities.merge`)."""
        hosts = self.site_technologies.merge(self.hosting)[["site_id", "class_id"]].drop_duplicates()
        wanted = self.demand[["zone_id", "class_id"]].drop_duplicates()
        limits = self.table("classes").set_index("class_id")["latency_limit_ms"].astype(float).fillna(np.inf)
        paths, sites = self.path_arrays, self.table("sites")
        circles = [(sites["status"] == "existing").to_numpy(), (sites["energy_zone"] != "").to_numpy()]
        most = self.case.study.features.get("service", {}).get("reach_sites")
        places, both = (paths.zone_id, paths.site_id), (self.latency, paths.trunk_km)
        arcs = reach.arcs(wanted, limits, hosts, places, both, most=most, circles=circles)
        return commodities.merge(self.demand, arcs, self.table("zones").set_index("zone_id")["access_node"])

    @cached_property
    def distances(self) -> pd.DataFrame:
        """Great-circle distances between sites: site_a, site_b, distance_km [km]."""
        return network.site_distances(self.table("sites"))

    @cached_property
    def region_zones(self) -> pd.DataFrame:
        """Zones of every region: region, zone_id, share [ratio of the zone's residents]."""
        members = self.table("region_members")
        zones = members[members["member_kind"] == "zone"]
        return zones.rename(columns={"region_id": "region", "member_id": "zone_id"})[
            ["region", "zone_id", "share"]
        ]

    @cached_property
    def region_sites(self) -> pd.DataFrame:
        """Sites of every region: region, site_id; a site belongs with its zone, or because it is listed itself."""
        whole = self.region_zones[self.region_zones["share"] >= 1.0 - 1e-9]
        by_zone = whole.merge(self.table("sites")[["zone_id", "site_id"]])[["region", "site_id"]]
        members = self.table("region_members")
        listed = members[members["member_kind"] == "site"]
        listed = listed.rename(columns={"region_id": "region", "member_id": "site_id"})[["region", "site_id"]]
        both = pd.concat([by_zone, listed], ignore_index=True).drop_duplicates()
        return both.sort_values(["region", "site_id"]).reset_index(drop=True)

    @cached_property
    def prefectures(self) -> list[str]:
        """Regions of kind prefecture, in order."""
        regions = self.table("regions")
        return sorted(regions.loc[regions["kind"] == "prefecture", "region_id"])

    @cached_property
    def grid_factor(self) -> pd.Series:
        """Location-based emission factor [kg CO2/kWh], index year; the nearest given year stands for others."""
        given = self.table("grid_factors").assign(year=lambda frame: frame["year"].astype(int))
        known = given.set_index("year")["kg_co2_per_kwh"].astype(float).sort_index()
        nearest = {
            year: known.iloc[int(np.argmin(np.abs(known.index.to_numpy() - year)))] for year in self.years
        }
        return pd.Series(nearest)


def _value(quantity: Any) -> float:
    """Return the number of a quantity of a technology file."""
    return float(quantity.value)


def _admitted(pairs: pd.DataFrame) -> pd.Series:
    existing = (pairs["sites"] == "existing") & (pairs["status"] == "existing")
    copies = (pairs["sites"] == "copies_eligible") & (
        pairs["copies_eligible"].astype(str).isin(["yes", "True"])
    )
    return (pairs["sites"] == "all") | existing | copies
