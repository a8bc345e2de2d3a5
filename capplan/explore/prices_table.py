"""From bounds to prices: intervals of the differences, what neighbours say of each other, and one table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from capplan.explore.prices_answer import Answer
    from capplan.explore.prices_shift import Lever

__all__ = ["Entry", "price_rows"]

SURE = 1e-9
"""Distance from zero at which a difference is one, relative to the base's cost [-]."""
PER = {"ratio": (0.01, "percentage_point"), "CNY": (1e6, "1e6 CNY")}
"""By how much of a unit prices are quoted where that is not one."""


@dataclass(frozen=True)
class Entry:
    """One variant with what is known of it.

    Attributes
    ----------
    lever, answer
        The lever, and its answer at the step and value.
    binding
        Whether the lever binds in the base plan.
    expected
        What its chain's largest step costs by the relaxation's duals [CNY].
    """

    lever: Lever
    answer: Answer
    binding: bool
    expected: float

    @property
    def value(self) -> float:
        """The lever's value [its unit]."""
        return self.answer.value

    def cost(self, base: float) -> float:
        """Return what it costs as far as it is known, else as expected [CNY], against a base's cost."""
        return self.expected if self.answer.primal is None else self.answer.primal - base

    @property
    def shares(self) -> bool:
        """Whether what is known of it says something of its neighbours, and of the base."""
        return self.lever.monotone and self.answer.possible is not False


def price_rows(
    entries: Sequence[Entry], base: tuple[float, float], relaxed: float | None
) -> tuple[pd.DataFrame, float, float]:
    """Return the table of prices, and the bounds of the base as they are known in the end.

    Parameters
    ----------
    entries
        The variants.
    base
        Cost of the base plan and the bound on that of any plan [CNY].
    relaxed
        Cost of the base's relaxation [CNY].
    """
    primal, dual = _best(entries, base)
    rows = []
    for lever in dict.fromkeys(entry.lever.path for entry in entries):
        own = [entry for entry in entries if entry.lever.path == lever]
        rows += [_row(entry, primal, dual, relaxed) for entry in _narrowed(own, primal, dual)]
    return pd.DataFrame(rows), primal, dual


def _best(entries: Iterable[Entry], base: tuple[float, float]) -> tuple[float, float]:
    """Return the base's bounds: plans of tighter variants are plans of it, bounds of looser ones hold for it."""
    primal, dual = base
    for entry in entries:
        if not entry.shares:
            continue
        if entry.answer.step >= 0 and entry.answer.primal is not None:
            primal = min(primal, entry.answer.primal)
        elif entry.answer.step < 0 and entry.answer.dual is not None:
            dual = max(dual, entry.answer.dual)
    return primal, min(primal, dual)


def _narrowed(entries: list[Entry], primal: float, dual: float) -> list[Entry]:
    """Return a lever's variants from the loosest to the tightest, each with what the others say of it."""
    ordered = sorted(entries, key=lambda entry: entry.answer.step)
    if not all(entry.lever.monotone for entry in ordered):
        return ordered
    low = -math.inf
    for place, entry in enumerate(ordered):
        answer = entry.answer
        low = max(low, dual) if answer.step >= 0 else low
        low = low if answer.dual is None else max(low, answer.dual)
        if math.isfinite(low) and answer.possible is not False:
            ordered[place] = replace(entry, answer=replace(answer, dual=low))
    high = math.inf
    for place, entry in reversed(list(enumerate(ordered))):
        answer = entry.answer
        high = min(high, primal) if answer.step < 0 else high
        high = high if answer.primal is None else min(high, answer.primal)
        if math.isfinite(high) and answer.possible is not False:
            ordered[place] = replace(entry, answer=replace(answer, primal=high, possible=True))
    return ordered


def _row(entry: Entry, primal: float, dual: float, relaxed: float | None) -> dict[str, Any]:
    lever, answer = entry.lever, entry.answer
    low = None if answer.dual is None else answer.dual - primal
    high = None if answer.primal is None else answer.primal - dual
    cost = _cost(answer, primal, relaxed)
    if answer.method == "same_program":
        low = high = cost = 0.0
    elif lever.monotone:
        low, high = _one_sided(answer.step, low, high)
    status = _status(answer, low, high, SURE * max(abs(primal), 1.0))
    impossible = status == "impossible"
    if status == "nothing":
        low = high = cost = 0.0
    low, high, cost = (None, None, None) if impossible else (low, high, _inside(cost, low, high))
    price, per = _unit_price(lever, answer, cost if status == "priced" else None)
    return {
        "kind": lever.kind,
        "name": lever.name,
        "region": lever.region,
        "year": lever.year,
        "unit": lever.unit,
        "bound": lever.value,
        "direction": "require" if lever.setting else "tighten" if answer.step > 0 else "loosen",
        "step": abs(answer.step),
        "bound_new": answer.value,
        "cost_cny": cost,
        "cost_low_cny": low,
        "cost_high_cny": high,
        "unit_price_cny": price,
        "unit_price_per": per,
        "relaxation_cny": None if answer.relaxed is None or relaxed is None else answer.relaxed - relaxed,
        "gap": None if impossible else answer.gap,
        "method": answer.method,
        "status": status,
        "largest_step": answer.farthest,
        "binding": entry.binding,
        "document_id": lever.document_id,
        "input_path": lever.path,
    }


def _cost(answer: Answer, primal: float, relaxed: float | None) -> float | None:
    """Return the difference between the two best plans, or between the relaxations where there is no plan [CNY]."""
    if answer.primal is not None:
        return answer.primal - primal
    return None if answer.relaxed is None or relaxed is None else answer.relaxed - relaxed


def _one_sided(step: float, low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Return an interval without what cannot be: tightening never saves, loosening never costs."""
    if step >= 0:
        return max(low or 0.0, 0.0), high
    return low, min(high or 0.0, 0.0)


def _inside(cost: float | None, low: float | None, high: float | None) -> float | None:
    if cost is None:
        return None
    cost = cost if low is None else max(cost, low)
    return cost if high is None else min(cost, high)


def _status(answer: Answer, low: float | None, high: float | None, sure: float) -> str:
    if answer.possible is False:
        return "impossible"
    if low is None or high is None:
        return "priced" if (low or 0.0) > sure or (high or 0.0) < -sure else "unknown"
    if high - low <= sure and abs(low) <= sure and abs(high) <= sure:
        return "nothing"
    return "priced" if low > sure or high < -sure else "small"


def _unit_price(lever: Lever, answer: Answer, cost: float | None) -> tuple[float | None, str]:
    size, per = PER.get(lever.unit, (1.0, lever.unit))
    change = abs(answer.value - lever.value)
    return (None if cost is None or not change else abs(cost) / change * size), per
