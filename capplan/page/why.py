"""Why a site is where it is: reasons read from the plan's tables and its case, never from what the solver thought."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from capplan.messages import Text
from capplan.page.source import Pair, Source
from capplan.page.words import phrase
from capplan.partial import or_none
from capplan.report.numbers import amount, percent

__all__ = ["Reasons"]

_MOST = 4
_LISTED = 3
_SHARES = ("standard_racks", "pflops_fp16", "pflops_fp64")
_DIFFERENT = 0.01


class Reasons:
    """Reasons for every site of a plan.

    Parameters
    ----------
    source : Source
        The plan as the page reads it.
    """

    def __init__(self, source: Source) -> None:
        self.source = source

    def of(self, site_id: str) -> list[Pair]:
        """Return the reasons for one site, those that were given before those that the plan chose."""
        told = (
            self._stock(site_id),
            self._committed(site_id),
            self._targets(site_id),
            self._latency(site_id),
            self._near(site_id),
            self._green(site_id),
            self._price(site_id),
            self._copies(site_id),
            self._held_back(site_id),
        )
        return [reason for part in told for reason in or_none(lambda part=part: list(part)) or ()]  # type: ignore[misc]

    @cached_property
    def last(self) -> int:
        """The last year of the plan."""
        return max(self.source.years)

    @cached_property
    def _existing(self) -> dict[str, pd.DataFrame]:
        table = self.source.case.tables["existing"]
        sums = table.groupby(["site_id", "technology"], as_index=False)[["modules"]].sum()
        return {str(site): rows for site, rows in sums.groupby("site_id")}

    def _stock(self, site_id: str) -> Iterator[Pair]:
        rows = self._existing.get(site_id)
        if rows is not None:
            base = self.source.case.study.base_year
            yield phrase("why_stock", year=base, what=self._modules(rows))

    def _committed(self, site_id: str) -> Iterator[Pair]:
        builds = self.source.of_site("builds", site_id)
        here = builds[builds["modules"] > 0]
        for action in ("committed", "project"):
            rows = here[here["action"] == action]
            if len(rows):
                years = "、".join(str(year) for year in sorted(set(rows["year"])))
                what = self._modules(rows.groupby("technology", as_index=False)[["modules"]].sum())
                yield phrase(f"why_{action}", what=what, years=Text(zh=years, en=years.replace("、", ", ")))

    def _modules(self, rows: pd.DataFrame) -> Text:
        told = [
            (self.source.named("technology", str(name)), int(count))
            for name, count in zip(rows["technology"], rows["modules"], strict=True)
        ]
        return Text(
            zh="、".join(f"{name[0]} {count} 个模块" for name, count in told),
            en=", ".join(f"{name[1]} ({count} module{'' if count == 1 else 's'})" for name, count in told),
        )

    @cached_property
    def _regions(self) -> dict[str, set[str]]:
        table = self.source.derived.region_sites
        return {str(site): set(rows["region"].astype(str)) for site, rows in table.groupby("site_id")}

    @cached_property
    def _counted(self) -> dict[str, set[str]]:
        table = self.source.case.tables["targets"]
        return {
            str(name): {part.strip() for part in str(counts or "").split(";") if part.strip()}
            for name, counts in zip(table["target_id"], table["counts"], strict=True)
        }

    @cached_property
    def _asked(self) -> dict[str, list[dict[Any, Any]]]:
        """Targets of which a site can have a share, by region."""
        found: dict[str, list[dict[Any, Any]]] = {}
        for row in self.source.table("targets").to_dict("records"):
            if str(row["metric"]) in _SHARES:
                found.setdefault(str(row["region"]), []).append(row)
        return found

    def _targets(self, site_id: str) -> Iterator[Pair]:
        """Name the targets to which the site gives most, binding ones first."""
        own = self.source.of_site("capacity", site_id)
        found: dict[tuple[str, str], tuple[bool, float, dict[Any, Any]]] = {}
        regions = sorted(self._regions.get(site_id, set()))
        for row in (row for region in regions for row in self._asked.get(region, [])):
            metric, region = str(row["metric"]), str(row["region"])
            counted = own[own["technology"].isin(self._counted.get(str(row["target_id"]), set()))]
            gives = float(counted.loc[counted["year"] == row["year"], metric].sum())
            share = gives / float(row["achieved"]) if float(row["achieved"]) > 0.0 else 0.0
            known = found.get((metric, region))
            better = known is None or (bool(row["binding"]), share) > known[:2]
            if share >= _DIFFERENT and better:
                found[metric, region] = (bool(row["binding"]), share, row)
        ranked = sorted(found.values(), key=lambda item: item[:2], reverse=True)
        for binding, share, row in ranked[:_MOST]:
            yield phrase(
                "why_target_binding" if binding else "why_target",
                region=self._name("region", row["region"]),
                metric=self._name("metric", row["metric"]),
                year=row["year"],
                share=percent(share),
            )

    def _name(self, kind: str, name: object) -> Text:
        if kind == "place":
            zh, en = self.source.place(str(name))
        else:
            zh, en = self.source.named(kind, str(name))
        return Text(zh=zh, en=en)

    @cached_property
    def _only(self) -> dict[tuple[str, str], list[str]]:
        """Zones that a site alone, of all that stand in the last year, can serve in time, by site and class."""
        derived, found = self.source.derived, dict[tuple[str, str], list[str]]()
        capacity = self.source.table("capacity")
        held = capacity[(capacity["year"] == self.last) & (capacity["modules"] > 0)]
        hosts = held.merge(derived.hosting, on="technology")[["site_id", "class_id"]].drop_duplicates()
        service = self.source.table("service")
        served = service[(service["year"] == self.last) & service["latency_limit_ms"].notna()]
        paths = derived.path_arrays
        for name, rows in served.groupby("class"):
            sites = hosts.loc[hosts["class_id"] == name, "site_id"]
            columns = paths.site_id.get_indexer(pd.Index(sites))
            columns = columns[columns >= 0]
            limit = rows.groupby("zone_id")["latency_limit_ms"].min()
            lines = paths.zone_id.get_indexer(pd.Index(limit.index))
            able = derived.latency[np.ix_(lines, columns)] <= limit.to_numpy(dtype=float)[:, None] + 1e-9
            for line in np.flatnonzero((able.sum(axis=1) == 1) & (lines >= 0)):
                site = str(paths.site_id[int(columns[int(np.argmax(able[line]))])])
                found.setdefault((site, str(name)), []).append(str(limit.index[int(line)]))
        return found

    def _latency(self, site_id: str) -> Iterator[Pair]:
        for name in self.source.classes:
            zones = self._only.get((site_id, name), [])
            if zones:
                yield phrase(
                    "why_latency", name=self._name("service_class", name), zones=self._listed("zone", zones)
                )

    def _listed(self, kind: str, ids: list[str]) -> Text:
        names = [self._name(kind, one) for one in ids[:_LISTED]]
        if len(ids) > _LISTED:
            zh, en = phrase("why_and_more", count=len(ids))
        else:
            zh = en = ""
        return Text(
            zh="、".join(name.zh for name in names) + zh, en=", ".join(name.en for name in names) + en
        )

    @cached_property
    def _shares_served(self) -> dict[str, list[tuple[str, float, float, float]]]:
        """Unit, amount, amount in the own prefecture and amount times latency of every site in the last year."""
        tables = self.source.case.tables
        zones = tables["zones"].set_index("zone_id")["prefecture_adcode"].astype(str)
        homes = (
            tables["sites"].drop_duplicates("site_id").set_index("site_id")["prefecture_adcode"].astype(str)
        )
        service = self.source.table("service")
        rows = service[(service["year"] == self.last) & service["site_id"].isin(homes.index)]
        near = rows["zone_id"].map(zones).fillna("") == rows["site_id"].map(homes)
        sums = (
            rows.assign(own=rows["amount"].where(near, 0.0), weighted=rows["amount"] * rows["latency_ms"])
            .groupby(["site_id", "unit"], observed=True)[["amount", "own", "weighted"]]
            .sum()
        )
        found: dict[str, list[tuple[str, float, float, float]]] = {}
        for (site, unit), values in zip(sums.index, sums.to_numpy(dtype=float).tolist(), strict=True):
            found.setdefault(str(site), []).append((str(unit), *values))
        return found

    def _near(self, site_id: str) -> Iterator[Pair]:
        """Say how much of what the site serves comes from its own prefecture, by unit."""
        for unit, whole, own, weighted in self._shares_served.get(site_id, []):
            if whole > 0.0:
                yield phrase(
                    "why_near",
                    year=self.last,
                    unit=self._name("unit", unit),
                    share=percent(own / whole, 0),
                    latency=amount(weighted / whole, 1),
                )

    def _green(self, site_id: str) -> Iterator[Pair]:
        contracts = self.source.of_site("contracts", site_id)
        own = contracts[(contracts["year"] == self.last) & (contracts["mwh"] > 0)]
        for row in own.to_dict("records"):
            yield phrase(
                "why_direct_line",
                year=self.last,
                mw=amount(float(row["mw"]), 1),
                price=amount(float(row["price_cny_per_mwh"])),
                zone=self._name("place", row["zone"]),
            )

    @cached_property
    def _prices(self) -> tuple[dict[str, float], float]:
        energy = self.source.table("energy")
        last = energy[(energy["year"] == self.last) & (energy["facility_mwh"] > 0)]
        each = (last["cost_cny"] / last["facility_mwh"]).to_numpy(dtype=float)
        mean = float(last["cost_cny"].sum() / last["facility_mwh"].sum()) if len(last) else 0.0
        return dict(zip(last["site_id"].astype(str), each.tolist(), strict=True)), mean

    def _price(self, site_id: str) -> Iterator[Pair]:
        prices, mean = self._prices
        price = prices.get(site_id)
        if price is not None and mean > 0.0 and abs(price / mean - 1.0) >= _DIFFERENT:
            word = "why_price_lower" if price < mean else "why_price_higher"
            yield phrase(
                word,
                year=self.last,
                price=amount(price),
                mean=amount(mean),
                share=percent(abs(price / mean - 1.0), 0),
            )

    def _copies(self, site_id: str) -> Iterator[Pair]:
        replicas = self.source.of_site("replicas", site_id, "copy_site_id")
        here = replicas[replicas["year"] == self.last]
        if len(here) and float(here["amount"].sum()) > 0.0:
            yield phrase(
                "why_copies",
                year=self.last,
                racks=amount(float(here["amount"].sum())),
                sites=here["primary_site_id"].nunique(),
                km=amount(float(here["distance_km"].min())),
            )

    @cached_property
    def _binding(self) -> dict[str, list[tuple[int, dict[Any, Any]]]]:
        """Limits that bind, with their place in the table, by the region, node or site that they hold for."""
        limits = self.source.table("limits")
        found: dict[str, list[tuple[int, dict[Any, Any]]]] = {}
        rows = limits[limits["binding"].astype(bool)].astype(object).to_dict("records")
        for place, row in enumerate(rows):
            if str(row["region"]) != self.source.case.study.region:
                found.setdefault(str(row["region"]), []).append((place, row))
        return found

    @cached_property
    def _node_of(self) -> dict[str, str]:
        sites = self.source.case.tables["sites"]
        return dict(zip(sites["site_id"].astype(str), sites["grid_node"].astype(str), strict=True))

    def _held_back(self, site_id: str) -> Iterator[Pair]:
        """Name the limits that bind where the site stands: its own, its grid node's, its smallest region's."""
        if site_id not in self._node_of:
            return
        places = {site_id, self._node_of[site_id]} | self._regions.get(site_id, set())
        found: dict[tuple[str, str], list[int]] = {}
        held = [row for place in places for row in self._binding.get(place, [])]
        for _, item in sorted(held, key=lambda row: row[0]):
            years = found.setdefault((str(item["limit"]), str(item["region"])), [])
            if not pd.isna(item["year"]):
                years.append(int(item["year"]))
        for (limit, place), years in list(found.items())[:_MOST]:
            when = "" if not years else str(years[0]) if len(years) == 1 else f"{min(years)}–{max(years)}"
            word = "why_limit" if when else "why_limit_always"
            yield phrase(word, limit=self._name("limit", limit), place=self._name("place", place), years=when)
