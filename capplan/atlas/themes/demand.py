"""What is asked for and served, by group of zones: by service class in one unit, and in all units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.facts import Facts
from capplan.atlas.remember import remembered
from capplan.atlas.rows import rows
from capplan.atlas.themes.places import Group, groups_of, in_year

__all__ = ["GroupDemand", "demand_of"]


@dataclass(frozen=True, eq=False)
class GroupDemand:
    """The demand of a group that is served at the plan's end.

    Attributes
    ----------
    group
        The group.
    by_class
        Amounts by class_id, of the classes counted in the unit asked for [that unit].
    by_unit
        Amounts by unit.
    """

    group: Group
    by_class: Mapping[str, float]
    by_unit: Mapping[str, float]

    @property
    def amount(self) -> float:
        """The amount of all classes in the unit asked for [that unit]."""
        return sum(self.by_class.values())


@remembered
def demand_of(facts: Facts, boundaries: Boundaries, unit: str) -> tuple[GroupDemand, ...]:
    """Return the demand of every group, the largest first and gates last.

    Parameters
    ----------
    facts
        What is shown of the plan.
    boundaries
        The areas.
    unit
        The unit by whose classes demand is told apart.
    """
    service = in_year(facts.tables.get("service"), facts.year)
    if service.empty:
        return ()
    service = service[service["amount"] > 0.0]
    own = service[service["unit"] == unit]
    weights = {str(zone): float(amount) for zone, amount in own.groupby("zone_id")["amount"].sum().items()}
    groups = groups_of(facts, boundaries, weights, fine=False)
    keyed = service.assign(group=service["zone_id"].astype(str).map(dict(groups.of_zone)))
    by_class = _sums(keyed[keyed["unit"] == unit], "class")
    by_unit = _sums(keyed, "unit")
    found = [
        GroupDemand(groups.by_key[key], by_class.get(key, {}), sums) for key, sums in by_unit.items() if sums
    ]
    return tuple(sorted(found, key=lambda one: (one.group.gate, -one.amount, one.group.key)))


def _sums(service: pd.DataFrame, column: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    named = service.rename(columns={column: "part"})
    summed = named.groupby(["group", "part"])[["amount"]].sum().reset_index()
    for row in rows(summed):
        found.setdefault(str(row.group), {})[str(row.part)] = float(row.amount)
    return found
