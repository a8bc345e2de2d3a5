"""A comparison: the first plan is the base, each other one is compared with it, and all stand in one wide table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.compare.change import InputChange
from capplan.compare.facets import FACETS, figure_table
from capplan.compare.inputs import input_changes
from capplan.compare.pairs import changed
from capplan.compare.scope import Scope, scope_of
from capplan.compare.sites import area_table, prefecture_table, site_table
from capplan.compare.wording import oneline
from capplan.frames import plain_text
from capplan.partial import or_none

if TYPE_CHECKING:
    from capplan.compare.attribution import Attribution
    from capplan.plan import Plan

__all__ = ["Comparison", "PlanComparison", "Side", "compare_plans"]

_PLACES = ("capacity_sites", "builds_sites", "energy_sites", "limits")
"""Tables that say nothing where two plans have no place in common."""

_INPUTS = (
    "file",
    "row",
    "column",
    "change",
    "before",
    "after",
    "unit",
    "difference",
    "ratio",
    "role",
    "setting",
)


@dataclass(frozen=True)
class Side:
    """A plan that is compared.

    Attributes
    ----------
    label
        What it is called, unlike the others.
    plan
        The plan.
    folder
        Where it is; None where it is in no folder.
    """

    label: str
    plan: Plan
    folder: Path | None = None

    @property
    def cost(self) -> float:
        """Net present cost [CNY]."""
        return float(self.plan.record["objective_cny"])

    @property
    def bound(self) -> float | None:
        """Below which no plan of its case can cost [CNY]; None where that is not known."""
        value = self.plan.record.get("dual_bound")
        return None if value is None else min(float(value), self.cost)


@dataclass(frozen=True)
class PlanComparison:
    """What differs between the base and another plan.

    Attributes
    ----------
    base, other
        The plans.
    scope
        What they have in common.
    inputs
        Every difference of their inputs.
    tables
        Tables by name, each with a column ``change``.
    attribution
        Which input change brings which difference, where that was asked for.
    """

    base: Side
    other: Side
    scope: Scope
    inputs: tuple[InputChange, ...]
    tables: Mapping[str, pd.DataFrame]
    attribution: Attribution | None = None

    @property
    def difference(self) -> float:
        """By how much the other plan costs more [CNY]."""
        return self.other.cost - self.base.cost

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """Between which the difference of the cheapest plans of both cases is proved to lie [CNY]."""
        low = None if self.other.bound is None else self.other.bound - self.base.cost
        high = None if self.base.bound is None else self.other.cost - self.base.bound
        return low, high

    @property
    def certain(self) -> bool:
        """Whether it is proved which of the two cases can be met at less cost."""
        low, high = self.interval
        return (low is not None and low > 0.0) or (high is not None and high < 0.0)

    @cached_property
    def deciding(self) -> tuple[InputChange, ...]:
        """The input changes that a plan can follow from."""
        return tuple(change for change in self.inputs if change.role == "value")

    @cached_property
    def same_plan(self) -> bool:
        """Whether no table of the plans differs; of a table that is missing nobody can say so."""
        return self.alike and not self.base.plan.missing_tables and not self.other.plan.missing_tables

    @cached_property
    def alike(self) -> bool:
        """Whether no table that both folders hold differs."""
        return all(changed(self.tables, name).empty for name in self.tables)

    @property
    def same(self) -> bool:
        """Whether nothing differs, neither inputs nor plans."""
        return not self.inputs and self.same_plan

    @property
    def costs(self) -> pd.DataFrame:
        """Contributions to the objective by term and year; without rows where a plan lacks the table."""
        columns = ["term", "when", "change", "cny_before", "cny_after", "cny_difference"]
        return self.tables.get("costs", pd.DataFrame(columns=columns))

    def attributed(self, found: Attribution | None) -> PlanComparison:
        """Return the comparison with what its differences come from."""
        return replace(self, attribution=found)


@dataclass(frozen=True)
class Comparison:
    """Plans beside one another.

    Attributes
    ----------
    base
        The plan that the others are compared with.
    pairs
        Each other plan against it.
    """

    base: Side
    pairs: tuple[PlanComparison, ...]
    notes: tuple[Any, ...] = field(default=())

    @property
    def sides(self) -> tuple[Side, ...]:
        """All plans, the base first."""
        return (self.base, *(pair.other for pair in self.pairs))

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table of all comparisons, with the compared plan's label as column ``plan``, and ``overview``."""
        found: dict[str, pd.DataFrame] = {"overview": self.overview}
        for name in dict.fromkeys(name for pair in self.pairs for name in _all_tables(pair)):
            parts = [
                table.assign(plan=pair.other.label)
                for pair in self.pairs
                for own, table in _all_tables(pair).items()
                if own == name
            ]
            filled = [part for part in parts if len(part)] or parts[:1]
            joined = pd.concat(filled, ignore_index=True)
            found[name] = joined[["plan", *(column for column in joined.columns if column != "plan")]]
        return MappingProxyType(found)

    @property
    def overview(self) -> pd.DataFrame:
        """The wide table: a row for each key figure, a column for each plan."""
        parts = {}
        for side in self.sides:
            record = side.plan.record
            own = {name: record.get(name) for name in ("objective_cny", "dual_bound", "gap")}
            parts[side.label] = {
                name: _value(value) for name, value in (own | dict(record.get("key_figures") or {})).items()
            }
        names = list(dict.fromkeys(name for part in parts.values() for name in part))
        wide = pd.DataFrame(
            {label: [part.get(name, float("nan")) for name in names] for label, part in parts.items()}
        )
        wide.insert(0, "figure", names, allow_duplicates=True)
        return wide


def _value(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _all_tables(pair: PlanComparison) -> dict[str, pd.DataFrame]:
    found = {"inputs": input_table(pair.inputs), **pair.tables}
    return found if pair.attribution is None else found | dict(pair.attribution.tables)


def input_table(changes: Sequence[InputChange]) -> pd.DataFrame:
    """Return input changes as a table.

    Parameters
    ----------
    changes
        The changes.
    """
    rows = [[getattr(change, name) for name in _INPUTS] for change in changes]
    return pd.DataFrame(rows, columns=list(_INPUTS))


@plain_text
def compare_plans(plans: Sequence[tuple[str, Plan, Path | None]]) -> Comparison:
    """Compare plans with the first of them.

    Parameters
    ----------
    plans
        Label, plan and folder of each, two at least; labels that are alike are told apart by a number.

    Raises
    ------
    ValueError
        If there are fewer than two.
    """
    if len(plans) < 2:  # noqa: PLR2004
        message = "two plans at least are compared"
        raise ValueError(message)
    sides: list[Side] = []
    for label, plan, folder in plans:
        taken = {side.label for side in sides} | {"figure"}
        own = label or plan.case.name
        number = 2
        while own in taken:
            own, number = f"{label or plan.case.name} ({number})", number + 1
        sides.append(Side(own, plan, folder))
    return Comparison(sides[0], tuple(_pair(sides[0], other) for other in sides[1:]))


def _pair(base: Side, other: Side) -> PlanComparison:
    before, after = base.plan, other.plan
    scope = scope_of(before, after, (oneline(base.label), oneline(other.label)))
    tables = {"figures": figure_table(before, after)}
    if scope.places:
        tables["sites"] = site_table(before, after, scope)
        tables["areas"] = area_table(tables["sites"])
        tables["prefectures"] = prefecture_table(tables["sites"])
    for name, facet in FACETS.items():
        if scope.places or name not in _PLACES:
            found = or_none(partial(facet, before, after, scope))
            if found is not None:
                tables[name] = found
    changes = tuple(input_changes(before.case, after.case))
    return PlanComparison(base, other, scope, changes, MappingProxyType(tables))
