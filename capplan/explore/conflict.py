"""What gives, in a planner's words: one sentence for each family of rows, with names from the data.

A family that is not known here, such as one of a feature of the planner's own, gets a sentence made of its feature's
title, the labels of its rows and its unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from capplan.features import registry
from capplan.messages import Message, Text, msg

if TYPE_CHECKING:
    from capplan.build import Built
    from capplan.explore.relax import Give
    from capplan.program import Rows, Tier

__all__ = ["Conflict", "Names", "conflicts_of", "grouped"]

PLACES = ("site_id", "region", "zone_id", "pool", "grid_node", "account_id", "offer_id")
"""Labels of rows that say where, the most telling first."""
NAMED = {"sites": "site_id", "regions": "region_id", "zones": "zone_id", "grid_nodes": "grid_node"}
"""Tables with Chinese and English names, and their keys."""
MOST_LINES = 3
"""Rows of one family and year that are told one by one, and places that are named; more are added up."""


@dataclass(frozen=True)
class Conflict:
    """One row, or several added up, that must give.

    Attributes
    ----------
    family : str
        Name of the block of rows.
    feature : str
        The rule that wrote it.
    tier : Tier
        In what order of meaning it gives.
    labels : Mapping
        Labels of the row; empty where several are added up.
    place : Text
        Where, in names of the data.
    year : int or None
        When.
    side : int
        +1: less than required; -1: more than allowed.
    amount : float
        By how much [unit], rounded up to three digits.
    unit : str
        Unit of the amount, as in the data.
    bound : float or None
        What is required or allowed [unit]; None where the row says it in another form.
    message : Message
        The sentence.
    """

    family: str
    feature: str
    tier: Tier
    labels: Mapping[str, object]
    place: Text
    year: int | None
    side: int
    amount: float
    unit: str
    bound: float | None
    message: Message

    def __str__(self) -> str:
        """Return the sentence in English."""
        return str(self.message)


def _units() -> dict[str, Message | Text]:
    return {
        "standard_rack": msg("standard racks"),
        "standard_racks": msg("standard racks"),
        "standard_racks_added": msg("standard racks"),
        "standard_rack/yr": msg("standard racks a year"),
        "pflops_fp16": Text(zh="PFLOPS（FP16）", en="PFLOPS FP16"),
        "pflops_fp64": Text(zh="PFLOPS（FP64）", en="PFLOPS FP64"),
        "edge_nodes": msg("edge nodes"),
        "dr_centres": msg("disaster-recovery centres"),
        "module": msg("modules"),
        "m3": msg("cubic metres"),
        "1e6 CNY": msg("million CNY"),
    }


def _sentences() -> dict[str, Callable[[Mapping[str, object]], Message]]:
    """Return how each family is said; the fields are place, year, amount, unit, bound, name, money."""
    return {
        "grid_headroom": lambda f: msg("grid headroom at {place} by {year}: {amount} MVA more", **f),
        "site_power": lambda f: msg("grid connection of {place} by {year}: {amount} MVA more", **f),
        "site_design_power": lambda f: msg("grid connection of {place} by {year}: {amount} MVA more", **f),
        "site_land": lambda f: msg("land at {place} by {year}: {amount} ha more", **f),
        "green_available": lambda f: msg("green power offered at {place} in {year}: {amount} MW more", **f),
        "build_racks_per_year": lambda f: msg(
            "construction rate of {place} in {year}: {amount} standard racks a year more", **f
        ),
        "demand": lambda f: msg("demand for {name} in {year}: {amount} {unit} unserved ({place})", **f),
        "budget": lambda f: msg("funding in {year}: {money} more", **f),
        "copies": lambda f: msg(
            "second copies of {name} in {year}: {amount} {unit} without one ({place})", **f
        ),
        "edge_coverage": lambda f: msg(
            "edge coverage of {place} in {year}: {percent} percentage points less", **f
        ),
        "green_share": lambda f: msg(
            "green electricity of {place} in {year}: {amount} MWh less than asked", **f
        ),
        "energy_gwh": lambda f: msg("energy quota of {place} in {year}: {amount} GWh more", **f),
        "land_ha": lambda f: msg("land quota of {place} in {year}: {amount} ha more", **f),
        "water_m3": lambda f: msg("water quota of {place} in {year}: {amount} m³ more", **f),
        "max_share": lambda f: msg("largest share of {place} in {year}: {amount} {unit} above it", **f),
        "pue_cap_count": lambda f: msg(
            "PUE cap at {place} in {year}: {amount} modules of {name} above it", **f
        ),
        "pue_cap_converted": lambda f: msg(
            "PUE cap at {place} in {year}: {amount} retrofitted modules above it", **f
        ),
    }


class Names:
    """Names of the data: places, classes, technologies, and the bounds that rows stand for."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.texts: dict[str, Text] = {}
        for table, key in NAMED.items():
            frame = built.case.table(table)
            rows = zip(frame[key], frame["name_zh"], frame["name_en"], strict=True)
            self.texts |= {str(name): Text(zh=str(zh), en=str(en)) for name, zh, en in rows}
        self.texts |= {
            name: Text(zh=each.name.zh, en=each.name.en) for name, each in built.case.technologies.items()
        }
        classes = built.case.table("classes")
        self.classes = {
            str(name): Text(zh=str(zh), en=str(en))
            for name, zh, en in zip(classes["class_id"], classes["name_zh"], classes["name_en"], strict=True)
        }
        self.class_units = dict(
            zip(classes["class_id"].astype(str), classes["unit"].astype(str), strict=True)
        )
        targets = built.case.table("targets")
        self.targets = dict(
            zip(targets["target_id"].astype(str), targets["value"].astype(float), strict=True)
        )
        self.bounds = {limit.rows.name: limit.bound for limit in built.limits}
        zones = built.data.commodities[0].sort_values("zone_id").groupby("commodity")["zone_id"].unique()
        self.zones = {str(name): tuple(map(str, members)) for name, members in zones.items()}

    def places(self, labels: Mapping[str, object]) -> tuple[Text, ...]:
        """Return where a row is: all zones of a commodity, or the one place that the labels name."""
        zones = self.zones.get(str(labels.get("commodity", "")))
        if zones is not None and "site_id" not in labels:
            return tuple(self.text(zone) for zone in zones)
        found = [str(labels[name]) for name in PLACES if labels.get(name) not in (None, "")]
        return (self.text(found[0]),) if found else ()

    def text(self, identifier: str) -> Text:
        """Return the name that stands for an id, or the id."""
        return self.texts.get(identifier) or Text(zh=identifier, en=identifier)

    def subject(self, labels: Mapping[str, object]) -> Text:
        """Return the class or technology of a row."""
        name = str(labels.get("class_id", ""))
        return self.classes.get(name) or self.text(str(labels.get("technology", name)))

    def unit(self, rows: Rows, labels: Mapping[str, object]) -> str:
        """Return the unit of a row: where its block says only "metric" or "unit", that of its metric or class."""
        if "metric" in labels:
            return str(labels["metric"])
        if rows.feature == "shares":
            return str(getattr(self.built.features["shares"][1], "metric", rows.unit))
        if rows.unit == "unit":
            return self.class_units.get(str(labels.get("class_id", "")), str(labels.get("unit", rows.unit)))
        return rows.unit

    def bound(self, rows: Rows, labels: Mapping[str, object], row: int) -> float | None:
        """Return what the row requires or allows, as the data say it."""
        if "target_id" in labels:
            return self.targets.get(str(labels["target_id"]))
        known = self.bounds.get(rows.name)
        return None if known is None else float(known[row - rows.start])


def conflicts_of(gives: tuple[Give, ...], names: Names) -> list[Conflict]:
    """Return one conflict for every row that gives, the order of the rows kept."""
    blocks = names.built.program.rows
    starts = np.array([block.start for block in blocks])
    found = []
    for give in gives:
        rows = blocks[int(np.searchsorted(starts, give.row, side="right")) - 1]
        while give.row >= rows.stop:
            rows = blocks[blocks.index(rows) + 1]
        found.append(_conflict(give, rows, names))
    return found


def _listed(places: Sequence[Text]) -> Text:
    """Return places as one text: the first ones by name, the others by their number."""
    first, more = places[:MOST_LINES], len(places) - MOST_LINES
    zh, en = "、".join(text.zh for text in first), ", ".join(text.en for text in first)
    return Text(zh=f"{zh}等{len(places)}处", en=f"{en} and {more} more") if more > 0 else Text(zh=zh, en=en)


def _conflict(give: Give, rows: Rows, names: Names) -> Conflict:
    labels = {str(key): value for key, value in rows.index.iloc[give.row - rows.start].to_dict().items()}
    year = labels.get("year")
    blank = Conflict(
        family=rows.name,
        feature=rows.feature,
        tier=rows.tier,
        labels=labels,
        place=_listed(names.places(labels)),
        year=None if year is None else int(str(year)),
        side=give.side,
        amount=rounded_up(give.amount),
        unit=names.unit(rows, labels),
        bound=names.bound(rows, labels, give.row),
        message=msg("{name}", name=rows.name),
    )
    return replace(blank, message=_said(blank, names.subject(labels)))


def _said(conflict: Conflict, subject: Text | Message) -> Message:
    fields: dict[str, object] = {
        "place": conflict.place,
        "year": conflict.year,
        "amount": number(conflict.amount),
        "percent": number(100.0 * conflict.amount),
        "money": Text(
            zh=f"{number(conflict.amount / 100.0)} 亿元", en=f"{number(conflict.amount)} million CNY"
        ),
        "unit": _units().get(conflict.unit, conflict.unit),
        "bound": "" if conflict.bound is None else number(conflict.bound),
        "name": subject,
    }
    if conflict.family == "target":
        return _target(conflict, fields)
    said = _sentences().get(conflict.family)
    if said is not None:
        return said(fields)
    feature = registry().get(conflict.feature)
    fields["name"] = feature.title if feature is not None else conflict.feature
    fields["where"] = [str(value) for value in conflict.labels.values()] or [conflict.place]
    return msg("{name}: give {amount} {unit} at {where}", **fields)


def _target(conflict: Conflict, fields: dict[str, object]) -> Message:
    fields = {**fields, "name": conflict.labels.get("target_id", "")}
    if conflict.bound is not None:
        reached = conflict.bound - conflict.side * conflict.amount
        fields["reached"] = number(reached)
        if conflict.side > 0:
            return msg(
                "target {name}: {place} has {reached} {unit} in {year}, {amount} fewer than {bound}",
                **fields,
            )
        return msg(
            "target {name}: {place} has {reached} {unit} in {year}, {amount} more than {bound}",
            **fields,
        )
    return msg("target {name} gives {amount} {unit} in {year}", **fields)


def grouped(conflicts: list[Conflict], names: Names) -> list[Conflict]:
    """Return the conflicts with long families added up by year, side, unit and subject; the largest places are named."""
    groups: dict[tuple[object, ...], list[Conflict]] = {}
    for conflict in conflicts:
        subject = conflict.labels.get("class_id", conflict.labels.get("technology"))
        key = (conflict.family, conflict.year, conflict.side, conflict.unit, subject)
        groups.setdefault(key, []).append(conflict)
    told: list[Conflict] = []
    for members in groups.values():
        told += members if len(members) <= MOST_LINES else [_summed(members, names)]
    return told


def _summed(members: list[Conflict], names: Names) -> Conflict:
    largest = sorted(members, key=lambda each: -each.amount)
    first = members[0]
    place = _listed(list(dict.fromkeys(spot for each in largest for spot in names.places(each.labels))))
    amount = rounded_up(sum(each.amount for each in members))
    both = replace(first, labels={}, place=place, amount=amount, bound=None)
    return replace(both, message=_said(both, names.subject(first.labels)))


def rounded_up(amount: float) -> float:
    """Return an amount rounded up to three digits, so that it stays enough.

    Examples
    --------
    >>> rounded_up(1234.2), rounded_up(0.1), rounded_up(42.0)
    (1240.0, 0.1, 42.0)
    """
    if amount <= 0.0 or not math.isfinite(amount):
        return amount
    step = 10.0 ** (math.floor(math.log10(amount)) - 2)
    return round(math.ceil(amount / step - 1e-6) * step, 12)


def number(value: float) -> str:
    """Return a number as people write it, with four digits after the point at most.

    Examples
    --------
    >>> number(51650.0), number(0.25)
    ('51,650', '0.25')
    """
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
