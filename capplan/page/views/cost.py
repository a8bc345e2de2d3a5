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
    yearly = kept.groupby(["term", "year"])["cny"].sum()
    by_site = kept[kept["site_id"].isin(list(source.sites))].groupby(["site_id", "term"])["cny"].sum()
    capex = source.table("builds").groupby("year")["capex_cny"].sum()
    return {
        "terms": [source.named(lambda names, t=str(name): names.term(t)) for name in terms],  # type: ignore[misc]
        "years": years,
        "yearly": [[number[str(term)], of_year[int(year)], rounded(cny)] for (term, year), cny in yearly.items()],
        "sites": [
            [source.sites[str(site)], number[str(term)], rounded(cny)] for (site, term), cny in by_site.items()
        ],
        "capex": [[int(year), rounded(cny)] for year, cny in capex.items() if cny],
    }


VIEW = View("cost", ("costs",), _data)
