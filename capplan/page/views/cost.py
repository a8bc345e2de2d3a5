"""Contributions to the objective by term, by year and by site."""

from __future__ import annotations

from typing import Any

from capplan.page.registry import View
from capplan.page.source import Source, rounded


def _data(source: Source) -> dict[str, Any]:
    costs = source.table("costs")
    totals = costs.groupby("term")["cny"].sum()
    terms = sorted(totals.index[totals.abs() > 0.0], key=lambda name: -abs(float(totals[name])))
    number = {str(name): place for place, name in enumerate(terms)}
    kept = costs[costs["term"].isin(terms)]
    years = sorted({int(year) for year in kept["year"]})
    of_year = {year: place for place, year in enumerate(years)}
    yearly = kept.groupby(["term", "year"], as_index=False)[["cny"]].sum()
    own = kept[kept["site_id"].isin(list(source.sites))]
    by_site = own.groupby(["site_id", "term"], as_index=False)[["cny"]].sum()
    capex = source.table("builds").groupby("year", as_index=False)[["capex_cny"]].sum()
    return {
        "terms": [source.named("term", str(name)) for name in terms],
        "years": years,
        "yearly": [
            [number[str(row["term"])], of_year[int(row["year"])], rounded(row["cny"])]
            for row in yearly.to_dict("records")
        ],
        "sites": [
            [source.sites[str(row["site_id"])], number[str(row["term"])], rounded(row["cny"])]
            for row in by_site.to_dict("records")
        ],
        "capex": [
            [int(row["year"]), rounded(row["capex_cny"])]
            for row in capex.to_dict("records")
            if row["capex_cny"]
        ],
    }


VIEW = View("cost", ("costs",), _data)
