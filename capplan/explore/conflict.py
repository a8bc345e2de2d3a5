"""What gives, in a planner's words: one sentence for each family of rows, with names from the data.

A family that is not known here, such as one of a feature of the planner's own, gets a sentence made of its feature's
title, the labels of its rows and its unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from capplan.explore.wording import sentences, share_sentences, units, unserved
from capplan.features import registry
from capplan.messages import Message, Text, msg

if TYPE_CHECKING:
    from numpy.typing import NDArray

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

BILLION = 1000.0
"""Millions in a billion [-]."""


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
    reason : Message or None
        Why, where the data say it.
    share : float or None
        What share would have to be allowed or asked [ratio], where the row holds one.
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
    reason: Message | None = None
    share: float | None = None

    def __str__(self) -> str:
        """Return the sentence in English."""
        return str(self.message)


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
        self.limits = {limit.rows.name: limit for limit in built.limits}
        frame = built.data.commodities[0].sort_values("zone_id")
        self.zones: dict[tuple[str, int], list[str]] = {}
        for name, year, zone in zip(frame["commodity"], frame["year"], frame["zone_id"], strict=True):
            members = self.zones.setdefault((str(name), int(year)), [])
            if str(zone) not in members:
                members.append(str(zone))

    def places(self, labels: Mapping[str, object]) -> tuple[Text, ...]:
        """Return where a row is: all zones of a commodity, or the one place that the labels name."""
        zones = self.zones.get((str(labels.get("commodity", "")), int(str(labels.get("year", 0)))))
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

    def whole(self) -> Text | Message:
        """Return of what the shares of prefectures are taken."""
        given = self.built.case.study.features.get("shares", {})
        metric = str(given.get("metric", "standard_racks"))
        return units().get(metric) or self.text(metric)

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
        known = self.limits.get(rows.name)
        return None if known is None else float(known.bound[row - rows.start])

    def share(
        self, rows: Rows, give: Give, values: NDArray[np.float64] | None
    ) -> tuple[float | None, float | None]:
        """Return the share that a row asks for or allows, and by how much it gives [ratio]; None where it holds none."""
        limit = self.limits.get(rows.name)
        if limit is None or limit.share is None or values is None:
            return None, None
        place = give.row - rows.start
        whole = float(limit.total(values)[place])
        return (float(limit.share[place]), give.amount / whole) if whole > 0.0 else (None, None)


def conflicts_of(
    gives: tuple[Give, ...], names: Names, values: NDArray[np.float64] | None = None
) -> list[Conflict]:
    """Return one conflict for every row that gives, the order of the rows kept.

    Parameters
    ----------
    gives
        What gives.
    names
        Names of the data.
    values
        A solution in which it gave, for the wholes of which rows hold shares; None where there is none.
    """
    blocks = names.built.program.rows
    starts = np.array([block.start for block in blocks])
    found = []
    for give in gives:
        rows = blocks[int(np.searchsorted(starts, give.row, side="right")) - 1]
        while give.row >= rows.stop:
            rows = blocks[blocks.index(rows) + 1]
        found.append(_conflict(give, rows, names, values))
    return found


def _listed(places: Sequence[Text]) -> Text:
    """Return places as one text: the first ones by name, the others by their number."""
    first, more = places[:MOST_LINES], len(places) - MOST_LINES
    zh, en = "、".join(text.zh for text in first), ", ".join(text.en for text in first)
    return Text(zh=f"{zh}等{len(places)}处", en=f"{en} and {more} more") if more > 0 else Text(zh=zh, en=en)


def _conflict(give: Give, rows: Rows, names: Names, values: NDArray[np.float64] | None) -> Conflict:
    labels = {str(key): value for key, value in rows.index.iloc[give.row - rows.start].to_dict().items()}
    year = labels.get("year")
    bound = names.bound(rows, labels, give.row)
    share, points = names.share(rows, give, values)
    aimed = bound if rows.name == "target" else None
    blank = Conflict(
        family=rows.name,
        feature=rows.feature,
        tier=rows.tier,
        labels=labels,
        place=_listed(names.places(labels)),
        year=None if year is None else int(str(year)),
        side=give.side,
        amount=rounded_up(give.amount if points is None else points, beside=_reached(aimed, give)),
        unit=names.unit(rows, labels) if points is None else "ratio",
        bound=bound if share is None else share,
        message=msg("{name}", name=rows.name),
        reason=unserved(names.built.data, labels) if rows.name == "demand" else None,
        share=share,
    )
    subject = names.subject(labels) if share is None else names.whole()
    return replace(blank, message=_said(blank, subject))


def _reached(bound: float | None, give: Give) -> float | None:
    return None if bound is None else bound - give.side * give.amount


def _said(conflict: Conflict, subject: Text | Message) -> Message:
    fields: dict[str, object] = {
        "place": conflict.place,
        "year": conflict.year,
        "amount": number(conflict.amount),
        "percent": number(100.0 * conflict.amount),
        "money": _money(conflict.amount),
        "unit": units().get(conflict.unit, conflict.unit),
        "bound": "" if conflict.bound is None else number(conflict.bound),
        "name": subject,
    }
    if conflict.family == "target":
        return _target(conflict, fields)
    if conflict.share is not None:
        fields["share"] = number(100.0 * (conflict.share - conflict.side * conflict.amount))
    known = share_sentences() if conflict.share is not None else sentences()
    said = known.get(conflict.family)
    if said is not None:
        line = said(fields)
        return line if conflict.reason is None else msg("{line}; {reason}", line=line, reason=conflict.reason)
    feature = registry().get(conflict.feature)
    fields["name"] = feature.title if feature is not None else conflict.feature
    fields["where"] = [str(value) for value in conflict.labels.values()] or [conflict.place]
    return msg("{name}: give {amount} {unit} at {where}", **fields)


def _target(conflict: Conflict, fields: dict[str, object]) -> Message:
    fields = {**fields, "name": conflict.labels.get("target_id", "")}
    if conflict.bound is not None:
        reached = conflict.bound - conflict.side * conflict.amount
        fields["reached"] = _amount(conflict.unit, number(reached))
        if conflict.side > 0:
            return msg(
                "target {name}: {place} has {reached} in {year}, {amount} fewer than {bound}",
                **fields,
            )
        return msg(
            "target {name}: {place} has {reached} in {year}, {amount} more than {bound}",
            **fields,
        )
    return msg("target {name} gives {amount} {unit} in {year}", **fields)


def _money(millions: float) -> Text:
    """Return an amount of money [1e6 CNY] in the units of each language."""
    large = millions >= BILLION
    en = f"{number(millions / BILLION)} billion CNY" if large else f"{number(millions)} million CNY"
    return Text(zh=f"{number(millions / 100.0)} 亿元", en=en)


def _amount(unit: str, value: str) -> Text:
    """Return what a target's metric reaches, with its unit; in Chinese with its verb."""
    known = units().get(unit)
    zh, en = (known.in_("zh"), known.in_("en")) if known is not None else (unit, unit)
    what = {"pflops_fp16": "智算", "pflops_fp64": "超算", "standard_racks_added": "新增"}.get(unit, "")
    return Text(zh=f"{what}达到 {value} {zh}", en=f"{value} {en}")


def grouped(conflicts: list[Conflict], names: Names) -> list[Conflict]:
    """Return the conflicts with long families added up by year, side, unit and subject; the largest places are named."""
    groups: dict[tuple[object, ...], list[Conflict]] = {}
    for conflict in conflicts:
        subject = conflict.labels.get("class_id", conflict.labels.get("technology"))
        key = (conflict.family, conflict.year, conflict.side, conflict.unit, subject, str(conflict.reason))
        groups.setdefault(key, []).append(conflict)
    told: list[Conflict] = []
    for members in groups.values():
        few = len(members) <= MOST_LINES or members[0].share is not None
        told += members if few else [_summed(members, names)]
    return told


def _summed(members: list[Conflict], names: Names) -> Conflict:
    largest = sorted(members, key=lambda each: -each.amount)
    first = members[0]
    place = _listed(list(dict.fromkeys(spot for each in largest for spot in names.places(each.labels))))
    amount = rounded_up(sum(each.amount for each in members))
    both = replace(first, labels={}, place=place, amount=amount, bound=None)
    return replace(both, message=_said(both, names.subject(first.labels)))


def rounded_up(amount: float, *, beside: float | None = None) -> float:
    """Return an amount rounded up to three digits, so that it stays enough.

    Parameters
    ----------
    amount
        What is rounded [any].
    beside
        What is left after it; where this is smaller, it too keeps three digits [the same].

    Examples
    --------
    >>> rounded_up(1234.2), rounded_up(0.1), rounded_up(42.0)
    (1240.0, 0.1, 42.0)
    >>> rounded_up(99931.0, beside=69.0)
    99931.0
    """
    if amount <= 0.0 or not math.isfinite(amount):
        return amount
    finest = amount if beside is None or abs(beside) < amount * 1e-9 else min(amount, abs(beside))
    step = 10.0 ** (math.floor(math.log10(finest)) - 2)
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
