"""Which input change goes with which difference of two plans, found by trying each group of changes alone and all but it.

An effect is known within bounds: no plan of a variant costs less than its bound, so that
``dual(variant) - primal(base) <= effect <= primal(variant) - dual(base)``. Where zero lies between, the solves do not
tell whether there is an effect at all, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from capplan.compare.groups import Group
from capplan.compare.pairs import said
from capplan.messages import Message

__all__ = ["ALONE", "WITHOUT", "Attribution", "Effect", "Variant"]

ALONE, WITHOUT = "alone", "without"
"""A group of changes applied to the base alone; all changes but the group."""


@dataclass(frozen=True)
class Variant:
    """What came of one case that was planned to find out an effect.

    Attributes
    ----------
    status
        ``optimal`` or ``feasible``; ``infeasible``, ``no_plan``, ``rejected``, ``failed``; ``no_case`` where the inputs
        are none together.
    record
        What its ``plan.json`` would hold; empty without a plan.
    tables
        Its tables `capacity`, `costs` and `sites`; empty without a plan.
    reason
        Why there is no plan.
    seconds
        How long it took [s].
    kept
        Whether it comes from an earlier run that was interrupted.
    needs
        Of ``no_case``, the other groups of changes that it takes for a case; empty where none are known.
    """

    status: str
    record: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    reason: Message | None = None
    seconds: float = 0.0
    kept: bool = False
    needs: tuple[Group, ...] = ()

    @property
    def planned(self) -> bool:
        """Whether there is a plan that holds."""
        return self.status in {"optimal", "feasible"}

    @property
    def cost(self) -> float:
        """Net present cost [CNY]."""
        return float(self.record["objective_cny"])

    @property
    def bound(self) -> float | None:
        """Below which no plan of it can cost [CNY]; None where that is not known."""
        value = self.record.get("dual_bound")
        return None if value is None else min(float(value), self.cost)


@dataclass(frozen=True)
class Effect:
    """What a group of changes does to the cost.

    Attributes
    ----------
    group
        The group.
    mode
        `ALONE` or `WITHOUT`.
    start, end
        Without and with the group.
    variant
        The one of them that was planned for this; the other is one of the compared plans.
    """

    group: Group
    mode: str
    start: Variant
    end: Variant
    variant: Variant

    @property
    def known(self) -> bool:
        """Whether there are plans on both sides."""
        return self.start.planned and self.end.planned

    @property
    def cost(self) -> float | None:
        """By how much the plan with the group costs more [CNY]."""
        return self.end.cost - self.start.cost if self.known else None

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """Between which the effect on the least cost is proved to lie [CNY]."""
        if not self.known:
            return None, None
        low = None if self.end.bound is None else self.end.bound - self.start.cost
        high = None if self.start.bound is None else self.end.cost - self.start.bound
        return low, high

    @property
    def certain(self) -> bool:
        """Whether zero lies outside of the interval."""
        low, high = self.interval
        return (low is not None and low > 0.0) or (high is not None and high < 0.0)


@dataclass(frozen=True)
class Attribution:
    """Effects of all groups of input changes between two plans.

    Attributes
    ----------
    base, other
        The compared plans.
    effects
        Each group alone, then all changes but each group.
    seconds
        How long it took [s].
    """

    base: Variant
    other: Variant
    effects: tuple[Effect, ...]
    seconds: float = 0.0

    def of_mode(self, mode: str) -> list[Effect]:
        """Return the effects of a mode, the largest first."""
        own = [effect for effect in self.effects if effect.mode == mode]
        return sorted(own, key=lambda effect: -abs(effect.cost or 0.0))

    @property
    def together(self) -> tuple[float | None, float | None, float | None]:
        """What the effects alone do not add up to: the difference less their sum, with its bounds [CNY].

        None where an effect is not known. That much comes of changes that work together, or of the gaps.
        """
        alone = self.of_mode(ALONE)
        if not alone or not all(effect.known for effect in alone):
            return None, None, None
        rest = self.other.cost - self.base.cost - sum(float(effect.cost or 0.0) for effect in alone)
        lows, highs = zip(*(effect.interval for effect in alone), strict=True)
        low, high = Effect(alone[0].group, ALONE, self.base, self.other, self.other).interval
        least = None if low is None or None in highs else low - sum(float(value) for value in highs)
        most = None if high is None or None in lows else high - sum(float(value) for value in lows)
        return rest, least, most

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Effects on cost and key figures, and which difference of the plans goes with which group."""
        return MappingProxyType(
            {
                "attribution": self._effects(),
                "attribution_changes": self._changes(),
                "attribution_inputs": self._inputs(),
            }
        )

    def _effects(self) -> pd.DataFrame:
        total = self.other.cost - self.base.cost
        rows = [_effect_row(effect, total) for effect in self.effects]
        return pd.DataFrame(rows, columns=list(_effect_row_names(rows)))

    def _inputs(self) -> pd.DataFrame:
        groups = {effect.group.name: effect.group for effect in self.effects}
        names = ("file", "row", "column", "change", "before", "after", "unit")
        rows = [
            [name, *(getattr(change, key) for key in names)]
            for name, group in groups.items()
            for change in group.deciding
        ]
        return pd.DataFrame(rows, columns=["group", *names])

    def _changes(self) -> pd.DataFrame:
        """Return what each group changes of what differs between the plans."""
        whole = _measures(self.base, self.other)
        rows = []
        for effect in self.effects:
            own = _measures(effect.start, effect.end) if effect.known else {}
            for key, difference in whole.items():
                if not effect.known:
                    continue
                moved = own.get(key, 0.0)
                rows.append([effect.group.name, effect.mode, *key, difference, moved, moved / difference])
        names = ["group", "mode", "subject", "item", "unit", "difference", "with_group", "share"]
        return pd.DataFrame(rows, columns=names)


def _effect_row(effect: Effect, total: float) -> dict[str, Any]:
    low, high = effect.interval
    row = {
        "group": effect.group.name,
        "mode": effect.mode,
        "values": len(effect.group.deciding),
        "status": effect.variant.status,
        "cost_cny": effect.cost,
        "cost_low_cny": low,
        "cost_high_cny": high,
        "certain": said(effect.certain) if effect.known else "",
        "share_of_difference": effect.cost / total if effect.cost is not None and total else None,
        "gap": effect.variant.record.get("gap"),
        "seconds": round(effect.variant.seconds, 1),
    }
    if effect.known:
        one, other = (dict(side.record.get("key_figures") or {}) for side in (effect.start, effect.end))
        row |= {name: other[name] - one[name] for name in one if name in other}
    reason = effect.variant.reason
    return row | {
        "needs": "; ".join(group.name for group in effect.variant.needs),
        "reason_zh": "" if reason is None else reason.text("zh"),
        "reason_en": "" if reason is None else reason.text("en"),
    }


def _effect_row_names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    last = ["needs", "reason_zh", "reason_en"]
    return [*(name for name in names if name not in last), *(name for name in last if name in names)]


_LEAST = 1e-6


def _measures(before: Variant, after: Variant) -> dict[tuple[str, str, str], float]:
    """Return what differs between two variants: cost terms, capacity by technology, sites in use."""
    one, other = _totals(before), _totals(after)
    keys = dict.fromkeys([*one, *other])
    differences = {key: other.get(key, 0.0) - one.get(key, 0.0) for key in keys}
    scale = {key: max(abs(one.get(key, 0.0)), abs(other.get(key, 0.0)), 1.0) for key in keys}
    return {key: value for key, value in differences.items() if abs(value) > _LEAST * scale[key]}


def _totals(variant: Variant) -> dict[tuple[str, str, str], float]:
    found: dict[tuple[str, str, str], float] = {}
    costs = variant.tables["costs"].groupby("term")["cny"].sum()
    found |= {("cost", str(term), "CNY"): float(value) for term, value in costs.items()}
    capacity = variant.tables["capacity"]
    last = capacity[capacity["year"] == capacity["year"].max()]
    sums = last.groupby("technology")[["modules"]].sum()["modules"]
    found |= {("capacity", str(name), "module"): float(value) for name, value in sums.items()}
    used = last[last["modules"] > 0]["site_id"].astype(str).unique()
    return found | {("site", str(name), "site"): 1.0 for name in np.sort(used)}
