"""What differs between two plans at all, and what the difference of cost is worth, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capplan.compare.wording import signed_money, signed_percent
from capplan.messages import Message, msg

if TYPE_CHECKING:
    from capplan.compare.comparison import PlanComparison

__all__ = ["verdict"]


def verdict(pair: PlanComparison, lang: str) -> list[Message]:
    """Return what differs at all, and what the difference of cost is worth.

    Parameters
    ----------
    pair
        The comparison.
    lang
        ``zh`` or ``en``.
    """
    if pair.same:
        return [msg("Nothing differs: the inputs are the same, and so is the plan.")]
    found = []
    if not pair.inputs and pair.alike:
        found.append(msg("The inputs are the same."))
    elif not pair.inputs:
        found.append(
            msg("The inputs are the same: the plans differ because solving stopped at different plans.")
        )
    elif not pair.deciding:
        found.append(
            msg(
                "The inputs differ only in texts, ranges or how they are solved: nothing that a plan follows from."
            )
        )
    if pair.same_plan:
        found.append(msg("The plans are the same."))
        return found
    if pair.alike and not pair.difference:
        found.append(msg("What both plan folders hold is the same."))
        return found
    share = pair.difference / abs(pair.base.cost) if pair.base.cost else None
    found.append(
        msg(
            "Difference of cost: {difference} ({share}).",
            difference=signed_money(pair.difference, lang),
            share=signed_percent(share, 2),
        )
    )
    found.append(_worth(pair, lang))
    return found


def _worth(pair: PlanComparison, lang: str) -> Message:
    """Return between which bounds the difference of the cheapest plans lies, and so what is proved."""
    if None in pair.interval:
        return _without_bound(pair)
    low, high = (signed_money(value, lang) for value in pair.interval)
    if pair.certain:
        return msg(
            "For the cheapest plans of both it is proved to lie between {low} and {high}.", low=low, high=high
        )
    return msg(
        "That is within the gaps: for the cheapest plans of both it lies between {low} and {high}, "
        "so that it is not proved which costs less.",
        low=low,
        high=high,
    )


def _without_bound(pair: PlanComparison) -> Message:
    """Return what is proved where a plan has no bound on its cost: at most which of both costs less."""
    if not pair.certain:
        return msg("A plan has no bound on its cost, so that it is not proved which of both costs less.")
    dearer = pair.difference > 0.0
    return (
        msg("It is proved that the new one costs more.")
        if dearer
        else msg("It is proved that the new one costs less.")
    )
