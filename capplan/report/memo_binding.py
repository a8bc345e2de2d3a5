"""What holds a plan's cost up: the targets and limits that bind, most valuable first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from capplan.messages import Message, msg
from capplan.report.numbers import amount, money, percent
from capplan.report.sections import Section

if TYPE_CHECKING:
    from capplan.plan import Plan
    from capplan.report.names import Names

__all__ = ["binding"]

_LINES = 10
_PLACES = 6
_PLAIN = 100.0


def binding(plan: Plan, names: Names) -> Section | None:
    """Return the targets and limits that bind, one line for each kind of limit.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    title = names.say(msg("What binds"))
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for item in plan.record.get("binding") or []:
        groups.setdefault((str(item["kind"]), _group(item)), []).append(item)
    if not groups:
        return Section(title, None, (names.say(msg("No limit or target binds.")),))
    units = _units(plan)
    lines = [_line(items, units, names) for items in list(groups.values())[:_LINES]]
    if len(groups) > _LINES:
        lines.append(
            names.say(msg("… and {count} more in plan.json, under binding", count=len(groups) - _LINES))
        )
    return Section(title, None, tuple(lines))


def _group(item: Mapping[str, Any]) -> str:
    return "target" if item["kind"] == "target" else str(item["name"])


def _units(plan: Plan) -> dict[str, str]:
    table = plan.tables["limits"]
    if "unit" not in table.columns:
        return {}
    return dict(zip(table["limit"].astype(str), table["unit"].astype(str), strict=True))


def _line(items: Sequence[Mapping[str, Any]], units: Mapping[str, str], names: Names) -> str:
    first = items[0]
    what = names.say(msg("targets")) if first["kind"] == "target" else names.limit(str(first["name"]))
    places: list[Message | str] = [_place(item, units, names) for item in items[:_PLACES]]
    if len(items) > _PLACES:
        places.append(msg("{count} more", count=len(items) - _PLACES))
    told = msg("{what}: {places}", what=what, places=places)
    worth = max(float(item.get("value_of_one_percent_cny") or 0.0) for item in items)
    if worth >= 1.0:
        told = msg("{what} - one per cent is worth up to {worth}", what=told, worth=money(worth, names.lang))
    return names.say(told)


def _place(item: Mapping[str, Any], units: Mapping[str, str], names: Names) -> Message:
    target = item["kind"] == "target"
    where = str(item["name"]) if target else names.place(str(item["region"]))
    year = int(item["year"] or 0)
    place = msg("{where} {year}", where=where, year=year) if year else msg("{text}", text=where)
    bound, used = float(item["bound"]), float(item["used"])
    if bound == 0.0:
        return place
    unit = "" if target else units.get(str(item["name"]), "")
    reached, held = _figure(used, unit), _with_unit(_figure(bound, unit), unit)
    if reached == _figure(bound, unit):
        return msg("{where} ({bound})", where=place, bound=held)
    return msg("{where} ({used} of {bound})", where=place, used=reached, bound=held)


def _figure(value: float, unit: str) -> str:
    if unit == "ratio":
        return percent(value)
    return amount(value, 0 if abs(value) >= _PLAIN or value == round(value) else 1)


def _with_unit(figure: str, unit: str) -> str:
    return figure if unit in ("", "ratio", "unit") else f"{figure} {unit}"
