"""Sentences and units in which changes are told, and why demand stays unserved."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from capplan.messages import Message, Text, msg
from capplan.program import Tier

if TYPE_CHECKING:
    from capplan.explore.prove import Change

__all__ = ["heading", "number", "said", "units"]

BILLION = 1e9
TARGET_VERBS = {"pflops_fp16": "智算", "pflops_fp64": "超算", "standard_racks_added": "新增"}


def units() -> dict[str, Message | Text]:
    """Return what a planner reads for each unit of rows and metric of targets."""
    return {
        "standard_rack": msg("standard racks"),
        "standard_racks": msg("standard racks"),
        "standard_racks_added": Text(zh="标准机架", en="standard racks added"),
        "standard_rack/yr": msg("standard racks a year"),
        "pflops_fp16": Text(zh="PFLOPS FP16", en="PFLOPS FP16"),
        "pflops_fp64": Text(zh="PFLOPS FP64", en="PFLOPS FP64"),
        "edge_nodes": msg("edge nodes"),
        "dr_centres": msg("disaster-recovery centres"),
        "module": msg("modules"),
        "m3": msg("cubic metres"),
    }


def subjects() -> dict[str, Callable[[Mapping[str, object]], Message]]:
    """Return what each family of levers is; the fields are place, region, year and name."""
    return {
        "grid_headroom": lambda f: msg("grid headroom at {place} ({region}) by {year}", **f),
        "site_power": lambda f: msg("largest grid connection of {place} ({region}) by {year}", **f),
        "site_land": lambda f: msg("land at {place} ({region}) by {year}", **f),
        "green_available": lambda f: msg("green power offered at {place} in {year}", **f),
        "build_racks_per_year": lambda f: msg("construction rate of {place} in {year}", **f),
        "budget": lambda f: msg("funding in {year}, account {name}", **f),
        "green_share": lambda f: msg("green share of the electricity used in {place} in {year}", **f),
        "edge_coverage": lambda f: msg("edge coverage of {place} in {year}", **f),
        "energy_gwh": lambda f: msg("energy quota of {place} in {year}", **f),
        "land_ha": lambda f: msg("land quota of {place} in {year}", **f),
        "water_m3": lambda f: msg("water quota of {place} in {year}", **f),
        "sites": lambda f: msg("most campuses in {place} in {year}", **f),
        "max_share": lambda f: msg(
            "most that any prefecture may hold of all {name} ({place} in {year})", **f
        ),
        "min_share": lambda f: msg(
            "least that every prefecture must hold of all {name} ({place} in {year})", **f
        ),
        "copies": lambda f: msg("share of {name} that has a second copy", **f),
        "pue_cap": lambda f: msg("PUE cap for new halls", **f),
        "latency": lambda f: msg("latency limit of {name}", **f),
    }


def heading(tiers: tuple[Tier, ...]) -> Message:
    """Return what gives in a way out."""
    known = {
        (Tier.TARGET,): msg("targets give, limits and resources hold"),
        (Tier.POLICY,): msg("policy limits give, targets and resources hold"),
        (Tier.RESOURCE,): msg("resources grow, targets and policy limits hold"),
        (Tier.SERVICE,): msg("some demand stays unserved, targets, limits and resources hold"),
        (Tier.POLICY, Tier.RESOURCE): msg("policy limits give and resources grow, targets hold"),
        (Tier.TARGET, Tier.POLICY): msg("targets and policy limits give, resources hold"),
        (Tier.TARGET, Tier.RESOURCE): msg("targets give and resources grow, policy limits hold"),
        (Tier.TARGET, Tier.POLICY, Tier.RESOURCE): msg("targets and policy limits give and resources grow"),
    }
    return known.get(
        tiers, msg("targets, limits, resources and the demand that is served give, the least in all")
    )


def said(change: Change, region: Text) -> Message:
    """Return a change as a sentence.

    Parameters
    ----------
    change
        The change.
    region
        Prefecture of its place, for those that are smaller.
    """
    lever = change.lever
    year = msg("every year") if change.year is None else change.year
    fields: dict[str, object] = {
        "place": lever.place,
        "region": region,
        "year": year,
        "name": lever.subject,
    }
    if lever.family == "target":
        return _target(change, fields)
    if lever.family == "demand":
        return _unserved(change, fields)
    known = subjects().get(lever.family)
    what = known(fields) if known else msg("limit {limit} of {place} in {year}", limit=lever.family, **fields)
    return _moved(change, what)


def _unserved(change: Change, fields: Mapping[str, object]) -> Message:
    worth, unit = change.lever.counted or (0.0, "")
    return msg(
        "less of the demand for {name} of {place} is served in {year}, by {percent} % ({amount} {unit})",
        percent=number(round(100.0 * change.amount, 4)),
        amount=number(_three(worth * change.amount)),
        unit=units().get(unit, unit),
        **fields,
    )


def _three(value: float) -> float:
    """Return a value with three digits that count."""
    return float(f"{value:.3g}")


def _moved(change: Change, what: Message) -> Message:
    """Return by how much and to what a number changes."""
    lever = change.lever
    amount, after, unit = _numbers(change)
    told = {"what": what, "amount": amount, "after": after, "unit": unit}
    points = lever.unit == "ratio" and lever.family != "pue_cap"
    if lever.sign > 0:
        if points:
            return msg("{what}: {amount} percentage points more, {after} %", **told)
        if not unit:
            return msg("{what}: {amount} more, {after} in all", **told)
        return msg("{what}: {amount} {unit} more, {after} {unit} in all", **told)
    if points:
        return msg("{what}: {amount} percentage points less, {after} %", **told)
    return msg("{what}: {amount} {unit} less, {after} {unit} in all", **told)


def _target(change: Change, fields: Mapping[str, object]) -> Message:
    lever = change.lever
    told = {
        **fields,
        "reached": _reached(lever.unit, number(change.after)),
        "amount": number(change.amount),
        "bound": number(lever.before),
    }
    if lever.sign < 0:
        return msg("target {name}: {place} has {reached} in {year}, {amount} fewer than {bound}", **told)
    return msg("target {name}: {place} has {reached} in {year}, {amount} more than {bound}", **told)


def _numbers(change: Change) -> tuple[object, object, object]:
    """Return amount, value afterwards and unit as they are read."""
    unit = change.lever.unit
    if unit == "CNY":
        return _money(change.amount), _money(change.after), ""
    scale = 100.0 if unit == "ratio" and change.lever.family != "pue_cap" else 1.0
    shown = "" if unit == "ratio" else units().get(unit, unit)
    return number(scale * change.amount), number(scale * change.after), shown


def _money(amount: float) -> Text:
    """Return an amount of money [CNY] in the units of each language."""
    large = amount >= BILLION
    en = f"{number(amount / BILLION)} billion CNY" if large else f"{number(amount / 1e6)} million CNY"
    return Text(zh=f"{number(amount / 1e8)} 亿元", en=en)


def _reached(unit: str, value: str) -> Text:
    """Return what a target's metric reaches, with its unit; in Chinese with its verb."""
    known = units().get(unit)
    zh, en = (known.in_("zh"), known.in_("en")) if known is not None else (unit, unit)
    return Text(zh=f"{TARGET_VERBS.get(unit, '')}达到 {value} {zh}", en=f"{value} {en}")


def number(value: float) -> str:
    """Return a number as people write it, with four digits after the point at most, more where it is small.

    Examples
    --------
    >>> number(51650.0), number(0.25), number(0.00012)
    ('51,650', '0.25', '0.00012')
    """
    places = 4 if abs(value) >= 0.01 or value == 0.0 else 2 - math.floor(math.log10(abs(value)))  # noqa: PLR2004
    text = f"{value:,.{places}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
