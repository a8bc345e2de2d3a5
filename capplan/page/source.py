"""What every view of the page draws on: the plan, its names in both languages, and numbers that stand for ids."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.derived import Derived
from capplan.exchange.names import Names
from capplan.messages import LANGUAGES, Translatable
from capplan.page.geometry import Geometry, geometry_of
from capplan.page.words import known_phrase, phrase
from capplan.partial import or_none

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["Pair", "Source", "pair", "rounded"]

Pair = list[str]
"""A text in Chinese and in English."""

_DIGITS = 6
_UNIT = re.compile(r"\s*\[([^\]]+)\]")
_WITH_UNITS = frozenset({"metric", "unit"})


def rounded(value: object, digits: int = _DIGITS) -> float | int | None:
    """Return a number with so many digits that count, whole where it is; None where there is none.

    Examples
    --------
    >>> rounded(1234567.89), rounded(0.123456789), rounded(float("nan")), rounded(2.0)
    (1234570, 0.123457, None, 2)
    """
    if value is None or value is pd.NA:
        return None
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        return None
    if number == 0.0:
        return 0
    short = round(number, digits - 1 - math.floor(math.log10(abs(number))))
    return int(short) if short == int(short) else short


def pair(text: Translatable) -> Pair:
    """Return a text that can say itself as a pair."""
    return [text.in_("zh"), text.in_("en")]


class Source:
    """A plan as the page reads it.

    Parameters
    ----------
    plan : Plan
        The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.case = plan.case
        self._parts: dict[tuple[str, str], dict[str, pd.DataFrame]] = {}
        self._names = {lang: Names(plan.case, lang) for lang in LANGUAGES}

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the plan."""
        return self.plan.tables[name]

    def of_site(self, name: str, site: str, column: str = "site_id") -> pd.DataFrame:
        """Return the rows of a table of the plan that belong to a site, by a column of site ids."""
        key = (name, column)
        if key not in self._parts:
            frame = self.table(name)
            self._parts[key] = {str(one): part for one, part in frame.groupby(column)}
        return self._parts[key].get(site, self.table(name).iloc[:0])

    def named(self, kind: str, name: str) -> Pair:
        """Return what an id is called, by a method of `Names` such as ``site``, in both languages."""
        zh, en = (str(getattr(self._names[lang], kind)(name)) for lang in ("zh", "en"))
        return [_UNIT.sub(r"（\1）", zh), _UNIT.sub(r" (\1)", en)] if kind in _WITH_UNITS else [zh, en]

    @cached_property
    def derived(self) -> Derived:
        """What follows from the case."""
        return Derived(self.case)

    @cached_property
    def years(self) -> dict[int, int]:
        """Number of every year that the plan has capacity in."""
        found = sorted({int(year) for year in self.table("capacity")["year"]} | set(self.case.study.periods))
        return {year: number for number, year in enumerate(found)}

    @cached_property
    def technologies(self) -> dict[str, int]:
        """Number of every technology that stands anywhere, in the order of the study."""
        capacity = self.table("capacity")
        held = set(capacity.loc[capacity["modules"] > 0, "technology"].astype(str))
        known = [name for name in self.case.technologies if name in held]
        return _numbered([*known, *sorted(held - set(known))])

    @cached_property
    def classes(self) -> dict[str, int]:
        """Number of every service class, in the order of the case."""
        named = [str(name) for name in self.case.tables["classes"]["class_id"]]
        served = or_none(lambda: set(self.table("service")["class"].astype(str))) or set()
        return _numbered([*named, *sorted(served - set(named))])

    @cached_property
    def units(self) -> list[str]:
        """Unit of every service class, by its number."""
        table = self.case.tables["classes"]
        known = dict(zip(table["class_id"].astype(str), table["unit"].astype(str), strict=True))
        return [known.get(name, "standard_rack") for name in self.classes]

    @cached_property
    def zones(self) -> dict[str, int]:
        """Number of every zone, gates included."""
        return _numbered(str(name) for name in self.case.tables["zones"]["zone_id"])

    @cached_property
    def sites(self) -> dict[str, int]:
        """Number of every site that holds or serves anything."""
        capacity = self.table("capacity")
        held = set(capacity.loc[capacity["modules"] > 0, "site_id"].astype(str))
        held |= set(self.table("sites")["site_id"].astype(str))
        ordered = [str(name) for name in self.case.tables["sites"]["site_id"]]
        known = [name for name in ordered if name in held]
        return _numbered([*known, *sorted(held - set(known))])

    @cached_property
    def geometry(self) -> Geometry:
        """Areas and positions in units of the page's map."""
        return geometry_of(self.case)

    @cached_property
    def _offers(self) -> dict[str, dict[Any, Any]]:
        table = self.case.tables["energy_offers"]
        return {str(row["offer_id"]): row for row in table.to_dict("records")}

    @cached_property
    def _alike(self) -> dict[tuple[str, str], list[dict[Any, Any]]]:
        """Offers of one kind in one energy zone."""
        found: dict[tuple[str, str], list[dict[Any, Any]]] = {}
        for row in self._offers.values():
            found.setdefault((str(row["type"]), str(row["energy_zone"])), []).append(row)
        return found

    def offer_note(self, offer_id: str) -> Pair:
        """Return what tells an offer from others of its kind in its energy zone: first year, price, or its id."""
        row = self._offers.get(offer_id)
        rows = [] if row is None else self._alike[str(row["type"]), str(row["energy_zone"])]
        if row is None or len(rows) < 2:  # noqa: PLR2004  (one offer needs no telling)
            return ["", ""]
        for column, word in (("first_year", "offer_from"), ("price_cny_per_mwh", "offer_at")):
            values = [rounded(other.get(column)) for other in rows]
            if None not in values and len(set(values)) == len(values):
                return phrase(word, value=rounded(row[column]))
        return phrase("in_brackets", text=offer_id)

    def place(self, place_id: str) -> Pair:
        """Return the name of a region, grid node, site, offer of green electricity or energy zone."""
        if place_id in self._offers:
            row = self._offers[place_id]
            told = known_phrase(f"contract_{row['type']}", str(row["type"]))
            zone = str(row["energy_zone"] or "")
            where = self._where(zone) if zone else ["", ""]
            named = [f"{where[0]}{told[0]}", f"{told[1]}, {where[1]}" if where[1] else told[1]]
            return [name + note for name, note in zip(named, self.offer_note(place_id), strict=True)]
        return self._where(place_id)

    def energy_zone(self, zone: str) -> Pair:
        """Return the name of an energy zone, which an offer may share as its id."""
        return self._where(zone)

    def _where(self, name: str) -> Pair:
        """Return the name of a place that is no offer; offers may be called as the zone that they stand in."""
        found = self.named("place", name)
        return found if found != [name, name] else self.named("energy_zone", name)

    def rows(self, table: str, *columns: str | tuple[str, dict[Any, int]]) -> list[list[Any]]:
        """Return rows of a plan's table, ids as their numbers and figures rounded; rows with an unknown id are left out.

        Parameters
        ----------
        table : str
            The table.
        *columns : str or tuple
            A column of figures, or a column of ids with their numbers.
        """
        frame = self.table(table)
        parts: list[list[Any]] = []
        for column in columns:
            if isinstance(column, str):
                parts.append([rounded(value) for value in frame[column]])
            else:
                parts.append([column[1].get(value) for value in frame[column[0]].tolist()])
        ids = [number for number, column in enumerate(columns) if not isinstance(column, str)]
        found = (list(row) for row in zip(*parts, strict=True))
        return [row for row in found if all(row[number] is not None for number in ids)]


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names))}
