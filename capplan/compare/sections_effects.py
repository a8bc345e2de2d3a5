"""Which input change goes with which difference, as a section of a summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from capplan.compare.attribution import ALONE, WITHOUT, Attribution, Effect
from capplan.compare.input_names import group_name
from capplan.compare.wording import (
    PairNames,
    change_text,
    in_table_unit,
    oneline,
    signed,
    signed_money,
    signed_percent,
)
from capplan.messages import Message, msg
from capplan.report.scenarios import status_text
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    from capplan.compare.comparison import PlanComparison
    from capplan.compare.groups import Group

__all__ = ["effect_status", "effects", "goes_with", "judged"]

_COLUMNS = 6
_HEADING = 30
"""Groups that have a column at most."""

_COSTS = 4
"""Amounts of money in a row of effects."""

_FEW = 2
"""Changes that are named beside a judgement."""

_KINDS = {"cost": "term", "capacity": "technology", "site": "site"}
_ORDER = ("site", "capacity", "cost")
_PART = 0.005
"""Cost terms that make up less of the largest difference are left to the table [ratio]."""


def effects(pair: PlanComparison, names: PairNames) -> Section:
    """Return what each group of input changes does to the cost, alone and as the last; nothing where not asked for.

    Parameters
    ----------
    pair
        The comparison.
    names
        Names in the language wanted.
    """
    lang = names.lang
    title = msg("What each input change does to the cost").text(lang)
    found = pair.attribution
    if found is None or not found.effects:
        return Section(title)
    last = {effect.group.name: effect for effect in found.of_mode(WITHOUT)}
    alone = found.of_mode(ALONE)
    costs = [(effect.cost, *effect.interval, _cost_of(last.get(effect.group.name))) for effect in alone]
    told, unit = in_table_unit([cny for own in costs for cny in own], lang)
    rows = []
    for place, effect in enumerate(alone):
        cost, low, high, as_last = told[place * _COSTS : (place + 1) * _COSTS]
        rows.append(
            (
                group_name(effect.group, names),
                *(cost, low, high),
                _share(effect, pair),
                judged(effect, names).text(lang),
                *([as_last] if last else []),
            )
        )
    headings = (
        msg("input change"),
        msg("alone: cost [{unit}]", unit=unit),
        msg("at least"),
        msg("at most"),
        msg("of the difference"),
        msg("judgement"),
        *([msg("as the last of all: cost [{unit}]", unit=unit)] if last else []),
    )
    numeric = (False, True, True, True, True, False, True)[: len(headings)]
    grid = Grid(tuple(heading.text(lang) for heading in headings), tuple(rows), numeric)
    return Section(title, grid, tuple(line.text(lang) for line in _lines(found, names)))


def goes_with(pair: PlanComparison, names: PairNames) -> Section:
    """Return which difference of the plans each group of input changes brings by itself; nothing where not asked for.

    Parameters
    ----------
    pair
        The comparison.
    names
        Names in the language wanted.
    """
    title = msg("Which difference goes with which input change").text(names.lang)
    found = pair.attribution
    known = [] if found is None else [effect for effect in found.of_mode(ALONE) if effect.known]
    if found is None or not known:
        return Section(title)
    shown = [effect.group.name for effect in known[:_COLUMNS]]
    named = [oneline(group_name(effect.group, names), _HEADING) for effect in known[:_COLUMNS]]
    table = found.tables["attribution_changes"]
    table = table[(table["mode"] == ALONE) & table["group"].isin(shown)]
    parts = [_part(key, own, shown) for key, own in _ranked(table)]
    costs = [cny for (subject, _), values in parts if subject == "cost" for cny in values]
    texts, unit = in_table_unit(costs, names.lang)
    told = iter(texts)
    rows = [
        (names.of(_KINDS[subject], item), *_cells(subject, values, told, unit, names))
        for (subject, item), values in parts
    ]
    if not rows:
        return Section(title)
    headings = (msg("difference of").text(names.lang), msg("in all").text(names.lang), *named)
    grid = Grid(headings, tuple(rows[: names.most]), (False, *(True for _ in headings[1:])))
    lines = [
        msg("Each column: what the plan with this change alone has beyond the first plan."),
        msg("Where a judgement is within the gaps, other sites and sizes may be chance as well."),
    ]
    if len(known) > len(shown) or len(rows) > names.most:
        lines.append(msg("All groups and differences: tables/attribution_changes.csv."))
    return Section(title, grid, tuple(names.say(line) for line in lines))


def _ranked(table: Any) -> list[tuple[tuple[str, str], Any]]:
    """Return the differences by subject, the largest first; small cost terms are left out."""
    parts = [((str(key[0]), str(key[1])), own) for key, own in table.groupby(["subject", "item"], sort=False)]
    sizes = {key: abs(float(own["difference"].iloc[0])) for key, own in parts}
    largest = max((size for (subject, _), size in sizes.items() if subject == "cost"), default=0.0)
    kept = [part for part in parts if part[0][0] != "cost" or sizes[part[0]] >= _PART * largest]
    return sorted(kept, key=lambda part: (_ORDER.index(part[0][0]), -sizes[part[0]], part[0][1]))


def _part(key: tuple[str, str], own: Any, shown: Sequence[str]) -> tuple[tuple[str, str], list[float]]:
    """Return a difference in all, and how much of it each change alone brings."""
    moved = dict(zip(own["group"], own["with_group"], strict=True))
    return key, [float(own["difference"].iloc[0]), *(float(moved.get(name, 0.0)) for name in shown)]


def _cells(
    subject: str, values: Sequence[float], told: Iterator[str], unit: str, names: PairNames
) -> list[str]:
    """Return the cells of a difference; those of costs are told already, in one unit."""
    whole, *moved = values
    if subject == "site":
        total = names.say(change_text("gained" if whole > 0.0 else "lost"))
        texts = [names.say(msg("likewise")) if value == whole else _NOTHING for value in moved]
    elif subject == "capacity":
        total = names.say(msg("{count} modules", count=signed(whole)))
        texts = [signed(value) for value in moved]
    else:
        total = f"{next(told)} {unit}"
        texts = [next(told) for _ in moved]
    return [total, *(text if value else _NOTHING for text, value in zip(texts, moved, strict=True))]


_NOTHING = "–"


def _cost_of(effect: Effect | None) -> float | None:
    return None if effect is None else effect.cost


def _share(effect: Effect, pair: PlanComparison) -> str:
    """Return the part of the difference that an effect makes; of one that is not proved there are no parts."""
    known = effect.cost is not None and pair.certain and pair.difference
    return signed_percent(effect.cost / pair.difference if known and effect.cost is not None else None, 0)


def judged(effect: Effect, names: PairNames) -> Message:
    """Return whether an effect is proved, or why it is not known.

    Parameters
    ----------
    effect
        The effect.
    names
        Names in the language wanted.
    """
    if not effect.known:
        needs = effect.variant.needs
        return msg("only with: {changes}", changes=_few(needs, names)) if needs else effect_status(effect)
    low, high = effect.interval
    if low is not None and low > 0.0:
        return msg("costs more")
    if high is not None and high < 0.0:
        return msg("saves")
    return msg("within the gaps")


def effect_status(effect: Effect) -> Message:
    """Return what became of the variant of an effect.

    Parameters
    ----------
    effect
        The effect.
    """
    if effect.variant.status == "no_case":
        return msg("no case without the other changes")
    lacking = next(
        (side for side in (effect.variant, effect.start, effect.end) if not side.planned), effect.variant
    )
    return status_text(lacking.status)


def _lines(found: Attribution, names: PairNames) -> list[Message]:
    lang = names.lang
    lines = [
        msg("Alone: the change applied to the first plan's case, and planned again."),
        msg("At least, at most: between which the effect on the least cost is proved to lie."),
    ]
    if found.of_mode(WITHOUT):
        lines.append(
            msg("As the last of all: the second plan's cost, less that of its case without this change.")
        )
    rest, low, high = found.together
    if rest is not None:
        lines.append(
            msg(
                "What the effects alone do not add up to: {rest} (between {low} and {high}).",
                rest=signed_money(rest, lang),
                low=signed_money(low, lang),
                high=signed_money(high, lang),
            )
        )
    lines += [
        line
        for effect in found.effects
        if not effect.known and (line := _why_unknown(effect, names)) is not None
    ]
    return list(dict.fromkeys(lines))


def _why_unknown(effect: Effect, names: PairNames) -> Message | None:
    """Return why there is no plan of a variant, and which other changes the change goes with; None where nobody knows."""
    group, found = group_name(effect.group, names), effect.variant
    if found.reason is None:
        return None
    if not found.needs:
        return msg("{group}: {reason}", group=group, reason=found.reason)
    told = tuple(group_name(one, names) for one in found.needs)
    template = (
        msg("{group}: cannot be made alone, but together with {changes}. Alone: {reason}")
        if effect.mode == ALONE
        else msg("{group}: cannot be left out alone, but together with {changes}. Without it alone: {reason}")
    )
    return msg(template.template, group=group, changes=told, reason=found.reason)


def _few(groups: Sequence[Group], names: PairNames) -> Message:
    """Return the first groups by name, and how many more there are."""
    told = [oneline(group_name(group, names), _HEADING) for group in groups[:_FEW]]
    if len(groups) <= _FEW:
        return msg("{text}", text=told)
    return msg("{names} and {count} more", names=told, count=len(groups) - _FEW)
