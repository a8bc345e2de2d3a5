"""Key figures of what a map shows, year by year, from the plan's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from capplan.atlas.facts import Facts
from capplan.atlas.words import money_unit, word
from capplan.partial import or_none

__all__ = ["YearlyFigure", "yearly_figures"]

_GWH = 1000.0


@dataclass(frozen=True)
class YearlyFigure:
    """One figure over the years.

    Attributes
    ----------
    name
        What it is called in the words of maps, after ``yearly_``.
    values
        Its amount by year; a year for which the plan says nothing is missing.
    before
        What was there before the first year.
    digits
        Decimals to write.
    share
        Whether it is a ratio, written as a percentage.
    unit
        For money the word of its unit, else nothing; amounts are in yuan until a language has chosen one.
    """

    name: str
    values: Mapping[int, float]
    before: float = 0.0
    digits: int = 0
    share: bool = False
    unit: str = ""

    def title(self, lang: str) -> str:
        """Return what it is called on a map."""
        return word(f"yearly_{self.name}", lang, unit=word(self.unit, lang) if self.unit else "")


def yearly_figures(facts: Facts, lang: str) -> list[YearlyFigure]:
    """Return the figures that the plan has something for, of the shown region alone where that is a part.

    Parameters
    ----------
    facts
        What is shown.
    lang
        The language, which says in which unit money is.
    """
    kept = facts.memo.get("yearly")
    if kept is None:
        kept = facts.memo["yearly"] = _yearly_figures(facts)
    return [_in_unit(one, lang) if one.unit else one for one in kept]


def _in_unit(one: YearlyFigure, lang: str) -> YearlyFigure:
    unit = money_unit(lang, max((abs(value) for value in one.values.values()), default=0.0))
    values = {year: value / unit.cny for year, value in one.values.items()}
    return replace(one, values=values, unit=unit.word, digits=unit.digits)


def _yearly_figures(facts: Facts) -> list[YearlyFigure]:
    capacity = _held(facts, "capacity")
    known = [
        YearlyFigure("racks", _by_year(capacity, "standard_racks"), _before(facts, "standard_racks")),
        YearlyFigure("fp16", _by_year(capacity, "pflops_fp16"), _before(facts, "pflops_fp16")),
        YearlyFigure("fp64", _by_year(capacity, "pflops_fp64"), _before(facts, "pflops_fp64"), digits=1),
        YearlyFigure("it_mw", _by_year(capacity, "it_mw"), _before(facts, "it_mw"), digits=1),
    ]
    later: tuple[Callable[[], YearlyFigure], ...] = (
        lambda: YearlyFigure("served", _served(facts)),
        lambda: YearlyFigure("facility", _by_year(_held(facts, "energy"), "facility_mwh", _GWH)),
        lambda: YearlyFigure("green", _green(_held(facts, "energy")), share=True),
        lambda: YearlyFigure("capex", _by_year(_held(facts, "builds"), "capex_cny"), unit="money_large"),
        lambda: YearlyFigure("cost", _by_year(_held(facts, "costs"), "cny"), unit="money_large"),
    )
    found = [*known, *(or_none(make) for make in later)]
    return [one for one in found if one is not None and any(value != 0.0 for value in one.values.values())]


def _held(facts: Facts, name: str) -> pd.DataFrame:
    """Return the rows of a table that are of the sites shown."""
    table = facts.tables[name]
    return table if facts.scope is None else table[table["site_id"].isin(facts.scope.sites)]


def _by_year(table: pd.DataFrame, column: str, unit: float = 1.0) -> dict[int, float]:
    sums = table.groupby("year")[column].sum()
    return {int(year): float(total) / unit for year, total in zip(sums.index, sums, strict=True)}


def _before(facts: Facts, column: str) -> float:
    """Return the existing stock, from its modules and what a module of each technology holds."""
    existing = facts.inputs["existing"]
    if facts.scope is not None:
        existing = existing[existing["site_id"].isin(facts.scope.sites)]
    totals = facts.tables["capacity"].groupby("technology")[["modules", column]].sum()
    per_module = totals[column] / totals["modules"].where(totals["modules"] > 0)
    return float(
        (existing["modules"].astype(float) * existing["technology"].map(per_module)).fillna(0.0).sum()
    )


def _served(facts: Facts) -> dict[int, float]:
    """Return the demand for racks of the zones shown that is served, wherever."""
    service = facts.tables["service"]
    service = service[service["unit"] == "standard_rack"]
    if facts.scope is not None:
        service = service[service["zone_id"].isin(facts.scope.zones)]
    return _by_year(service, "amount")


def _green(energy: pd.DataFrame) -> dict[int, float]:
    green, used = _by_year(energy, "green_mwh"), _by_year(energy, "facility_mwh")
    return {year: green[year] / used[year] for year in green if used[year] > 0.0}
