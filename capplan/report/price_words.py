"""Prices in words: what a lever is called, and what a step of it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from capplan.messages import Message, msg
from capplan.report.numbers import amount, percent

if TYPE_CHECKING:
    import pandas as pd

    from capplan.report.names import Names

__all__ = ["PriceWords", "agreed", "money_heading", "scaled"]

_SMALL_UNIT = {"zh": 1e4, "en": 1e6}
_FINE = 10.0
_TINY = 0.1

_BY_NAME = {
    "pue_cap": msg("PUE cap of new halls"),
    "site_land": msg("land of the campus"),
    "site_connection": msg("largest grid connection"),
    "edge_coverage": msg("latency to the nearest edge node"),
}


def money_heading(lang: str) -> str:
    """Return the unit of money in which prices are told: 1e4 CNY in Chinese, 1e6 CNY in English."""
    return "万元" if lang == "zh" else "CNY million"


def scaled(cny: float, lang: str) -> str:
    """Return money in the unit of `money_heading`, small amounts with a digit or two.

    Parameters
    ----------
    cny : float
        The money [CNY].
    lang : str
        ``zh`` or ``en``.

    Examples
    --------
    >>> scaled(15_480_000.0, "en"), scaled(15_480_000.0, "zh"), scaled(120_000.0, "en")
    ('15.5', '1,548', '0.12')
    """
    value = cny / _SMALL_UNIT.get(lang, 1e6)
    size = abs(value)
    digits = 0 if lang == "zh" and size >= _FINE else 2 if size < 1.0 else 1
    return amount(value, digits)


def agreed(rows: Sequence[Mapping[Any, Any]]) -> list[Mapping[Any, Any]]:
    """Return the steps of one lever in one direction, with the largest step that any of them found a plan for in each.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of the table of prices.

    Examples
    --------
    >>> [row["largest_step"] for row in agreed([{"largest_step": 0.02}, {"largest_step": 0.04}])]
    [0.04, 0.04]
    """
    steps = [float(row["largest_step"]) for row in rows if not _missing(row["largest_step"])]
    return [{**row, "largest_step": max(steps, default=None)} for row in rows]


class PriceWords:
    """Words for rows of the table of prices.

    Parameters
    ----------
    names : Names
        Names in the language wanted.
    targets : pandas.DataFrame
        The case's targets.
    """

    def __init__(self, names: Names, targets: pd.DataFrame) -> None:
        self.names, self.lang = names, names.lang
        self._metrics = dict(
            zip(targets["target_id"].astype(str), targets["metric"].astype(str), strict=True)
        )

    def label(self, row: Mapping[Any, Any]) -> str:
        """Return what a row is about: a target's region, measure and year, or a limit and where it holds."""
        where = self.names.place(str(row["region"])) if row["region"] else ""
        said = self._subject(row)
        label = " ".join(part for part in (where, said) if part)
        if _missing(row["year"]):
            return label
        return self.names.say(msg("{where} {year}", where=label, year=int(row["year"])))

    def _subject(self, row: Mapping[Any, Any]) -> str:
        kind, name, path = str(row["kind"]), str(row["name"]), str(row["input_path"])
        if kind in ("target", "aspiration"):
            return self.names.metric(self._metrics.get(name, name))
        if kind == "account":
            return self.names.account(name)
        if kind in ("latency", "copies") and name not in _BY_NAME:
            return self.names.say(_class_message(path, self.names.service_class(name)))
        if kind in ("latency", "pue", "site"):
            return self.names.say(_BY_NAME[name])
        return self.names.limit(name)

    def change(self, row: Mapping[Any, Any]) -> str:
        """Return the bound before and after a step, with its unit."""
        before, after = self._value(row["bound"], row["unit"]), self._value(row["bound_new"], row["unit"])
        unit = self._unit(str(row["unit"]))
        bounds = after if before == after else f"{before} → {after}"
        return f"{bounds} {unit}" if unit else bounds

    def _value(self, value: float, unit: str) -> str:
        number = float(value)
        if unit == "ratio":
            return percent(number) if number <= 1.0 else amount(number, 3)
        if unit == "CNY":
            return amount(number / _SMALL_UNIT.get(self.lang, 1e6), 0)
        whole = abs(number) >= 100 or number == round(number)  # noqa: PLR2004 - where a digit stops mattering
        return amount(number, 0 if whole else 2)

    def _unit(self, unit: str) -> str:
        if unit in ("ratio", "unit"):
            return ""
        if unit == "CNY":
            return money_heading(self.lang)
        return self.names.say(_UNITS[unit]) if unit in _UNITS else _SYMBOLS.get(unit, unit)

    def step(self, row: Mapping[Any, Any]) -> str:
        """Return how far a step goes: in per cent, with one digit where it is not whole; nothing where it is none."""
        share = float(row["step"])
        if not share:
            return ""
        return percent(share, 0 if abs(100 * share - round(100 * share)) < _TINY else 1)

    def cost(self, row: Mapping[Any, Any]) -> str:
        """Return what a step costs or saves with its interval, "less than", or that it cannot be had."""
        status = str(row["status"])
        if status == "impossible":
            return self._impossible(row)
        low, high = (row[f"cost_{side}_cny"] for side in ("low", "high"))
        if status == "nothing":
            return self.names.say(msg("nothing"))
        if status == "small":
            return self._small(row, max(abs(float(low)), abs(float(high))))
        if status == "unknown" or _missing(row["cost_cny"]):
            return self._unknown(row)
        bounds = sorted(abs(float(side)) for side in (low, high) if not _missing(side))
        told = scaled(abs(float(row["cost_cny"])), self.lang)
        between = "-".join(scaled(side, self.lang) for side in bounds)
        return f"{told} ({between})" if len(bounds) > 1 else f"≥ {scaled(bounds[0], self.lang)}"

    def _small(self, row: Mapping[Any, Any], far: float) -> str:
        """Return "less than", with what the relaxations say where they differ."""
        most = scaled(far, self.lang)
        guess = 0.0 if _missing(row["relaxation_cny"]) else abs(float(row["relaxation_cny"]))
        about = scaled(guess, self.lang)
        if guess >= far or not float(about.replace(",", "")):
            return self.names.say(msg("less than {money}", money=most))
        return self.names.say(msg("less than {money}; perhaps {about}", money=most, about=about))

    def _impossible(self, row: Mapping[Any, Any]) -> str:
        if _missing(row["largest_step"]):
            return self.names.say(msg("cannot be had"))
        share = percent(float(row["largest_step"]), 1)
        return self.names.say(msg("cannot be had; {share} can", share=share))

    def _unknown(self, row: Mapping[Any, Any]) -> str:
        if _missing(row["relaxation_cny"]):
            return self.names.say(msg("not known"))
        about = scaled(abs(float(row["relaxation_cny"])), self.lang)
        return self.names.say(msg("about {money}", money=about))

    def unit(self, row: Mapping[Any, Any]) -> str:
        """Return the unit in which a row's bounds are told; nothing for ratios and plain numbers."""
        return self._unit(str(row["unit"]))

    def per(self, row: Mapping[Any, Any]) -> str:
        """Return the unit that a price is the price of."""
        per = str(row["unit_price_per"])
        return self.names.say(_PER[per]) if per in _PER else self._unit(per)

    def price(self, row: Mapping[Any, Any]) -> str:
        """Return the price of one unit; a dash where it is not told apart from zero."""
        if _missing(row["unit_price_cny"]):
            return "-"
        unit = self.per(row)
        return self.names.say(
            msg("{money} CNY per {unit}", money=_short(float(row["unit_price_cny"])), unit=unit)
        )


def _short(value: float) -> str:
    """Return a number with three digits that count.

    Examples
    --------
    >>> _short(154_812.0), _short(0.0512)
    ('155,000', '0.0512')
    """
    if not value:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    return amount(round(value, digits), max(0, digits))


def _class_message(path: str, name: str) -> Message:
    column = path.rpartition(".")[2]
    if column == "copy_share":
        return msg("share of second copies, {name}", name=name)
    if column == "copy_min_km":
        return msg("distance of second copies, {name}", name=name)
    return msg("latency limit, {name}", name=name)


def _missing(value: Any) -> bool:
    return value is None or value != value or str(value) == "<NA>"  # noqa: PLR0124 - NaN is what differs from itself


_UNITS = {
    "standard_rack": msg("standard racks"),
    "standard_rack/yr": msg("racks a year"),
    "edge_node": msg("edge nodes"),
    "dr_centre": msg("DR centres"),
    "site": msg("campuses"),
}

_SYMBOLS = {"pflops_fp16": "PFLOPS FP16", "pflops_fp64": "PFLOPS FP64"}
"""Units that are the same in every language."""

_PER = {
    "percentage_point": msg("percentage point"),
    "1e6 CNY": msg("million CNY"),
    "standard_rack": msg("standard rack"),
    "standard_rack/yr": msg("rack a year"),
    "edge_node": msg("edge node"),
    "dr_centre": msg("DR centre"),
    "site": msg("campus"),
}
