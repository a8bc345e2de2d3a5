"""What two plans have in common, and so what can be compared: sites, areas, years, technologies, targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from capplan.messages import Message, Text, msg
from capplan.partial import CERTIFICATE, told_missing

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["END", "Scope", "aligned", "scope_of"]

END = "end"
"""What the column ``when`` says of the horizon's end where two plans do not end in the same year."""

_FEW = 6


@dataclass(frozen=True)
class Scope:
    """What can be compared.

    Attributes
    ----------
    years
        Years that both plan.
    ends
        Last year of each.
    places
        Whether they have sites or areas in common, so that it can be said what changed where.
    targets
        Whether they have targets in common.
    classes
        Whether they have service classes in common.
    notes
        What cannot be compared, and what to bear in mind.
    """

    years: tuple[int, ...]
    ends: tuple[int, int]
    places: bool
    targets: bool
    classes: bool
    notes: tuple[Message, ...]

    @property
    def same_end(self) -> bool:
        """Whether both end in the same year."""
        return self.ends[0] == self.ends[1]


def scope_of(before: Plan, after: Plan, labels: tuple[str, str] = ("", "")) -> Scope:
    """Return what two plans have in common.

    Parameters
    ----------
    before, after
        The plans.
    labels
        What they are called, so that a note says of which it speaks.
    """
    periods = [plan.case.study.periods for plan in (before, after)]
    years = tuple(year for year in periods[0] if year in periods[1])
    shared = {
        name: _shared(before, after, name, key)
        for name, key in (
            ("sites", "site_id"),
            ("zones", "zone_id"),
            ("targets", "target_id"),
            ("classes", "class_id"),
        )
    }
    places = bool(shared["sites"][0] or shared["zones"][0])
    notes = [*_notes_on_years(before, after, years), *_notes_on_places(before, after, shared, places=places)]
    notes += _notes_on_certainty(before, after)
    notes += [
        _of_plan(label, told_missing(plan.missing))
        for label, plan in zip(labels, (before, after), strict=True)
        if plan.missing
    ]
    return Scope(
        years=years,
        ends=(periods[0][-1], periods[1][-1]),
        places=places,
        targets=bool(shared["targets"][0]),
        classes=bool(shared["classes"][0]),
        notes=tuple(notes),
    )


def _of_plan(label: str, note: Message) -> Message:
    return msg("{what}: {count}", what=label, count=note) if label else note


Shared = tuple[list[str], list[str], list[str]]


def _shared(before: Plan, after: Plan, table: str, key: str) -> Shared:
    """Return the ids that both, only the first and only the second have."""
    one, other = (
        list(map(str, plan.case.tables.get(table, pd.DataFrame({key: []}))[key])) for plan in (before, after)
    )
    first, second = set(one), set(other)
    return (
        [name for name in one if name in second],
        [name for name in one if name not in second],
        [name for name in other if name not in first],
    )


def _notes_on_years(before: Plan, after: Plan, years: tuple[int, ...]) -> list[Message]:
    one, other = before.case.study, after.case.study
    notes = []
    if one.periods != other.periods:
        told = [msg("{text}", text=[str(year) for year in study.periods]) for study in (one, other)]
        common = [str(year) for year in years]
        if years:
            notes.append(
                msg(
                    "The plans have other years ({before}; {after}): year by year, only {common} are compared.",
                    before=told[0],
                    after=told[1],
                    common=common,
                )
            )
        else:
            notes.append(
                msg(
                    "The plans have no year in common ({before}; {after}): what is in service is compared at the end of each.",
                    before=told[0],
                    after=told[1],
                )
            )
    if one.base_year != other.base_year:
        notes.append(
            msg(
                "Costs are discounted to different years ({before}; {after}): their differences are of two kinds of money.",
                before=one.base_year,
                after=other.base_year,
            )
        )
    return notes


def _notes_on_places(before: Plan, after: Plan, shared: dict[str, Shared], *, places: bool) -> list[Message]:
    if not places:
        return [
            msg(
                "The plans have no site and no area in common: totals are compared, places are not, and there is no map."
            )
        ]
    notes = []
    told = (
        (
            "sites",
            msg("Candidate sites that only one case has: {before} of the first, {after} of the second."),
        ),
        ("zones", msg("Areas that only one case has: {before} of the first, {after} of the second.")),
        (
            "classes",
            msg("Service classes that only one case has: {before} of the first, {after} of the second."),
        ),
    )
    for name, note in told:
        _, one, other = shared[name]
        if one or other:
            named = [_named(name, ids, plan) for ids, plan in ((one, before), (other, after))]
            notes.append(msg(note.template, before=_listed(named[0]), after=_listed(named[1])))
    if not shared["targets"][0] and (shared["targets"][1] or shared["targets"][2]):
        notes.append(msg("The plans have no target in common: targets are told, not compared."))
    return notes


def _named(table: str, ids: list[str], plan: Plan) -> list[Text]:
    """Return the names of sites, areas or classes of a case."""
    frame = plan.case.tables.shared(table)
    known = {str(row[0]): Text(zh=str(row[1]), en=str(row[2])) for row in _rows(frame, table)}
    return [known.get(name, Text(zh=name, en=name)) for name in ids]


def _rows(frame: pd.DataFrame, table: str) -> list[tuple[object, ...]]:
    key = {"sites": "site_id", "zones": "zone_id", "classes": "class_id"}[table]
    return list(frame[[key, "name_zh", "name_en"]].itertuples(index=False, name=None))


def _listed(names: list[Text]) -> Message:
    if not names:
        return msg("none at all")
    shown = names[:_FEW]
    if len(names) > len(shown):
        return msg("{count} ({names}, …)", count=len(names), names=shown)
    return msg("{count} ({names})", count=len(names), names=shown)


def _notes_on_certainty(before: Plan, after: Plan) -> list[Message]:
    if all(plan.certificate.holds or CERTIFICATE in plan.missing for plan in (before, after)):
        return []  # of one that is missing the note on missing files speaks
    return [msg("A certificate of these plans does not hold: they must not be used.")]


def aligned(frame: pd.DataFrame, scope: Scope, side: int) -> pd.DataFrame:
    """Return the rows of a yearly table that have a counterpart, with ``when``: a common year, or the horizon's end.

    Parameters
    ----------
    frame
        A table with a column ``year``.
    scope
        What the plans have in common.
    side
        0 for the first plan, 1 for the second.
    """
    common = frame[frame["year"].isin(scope.years)]
    parts = [common.assign(when=common["year"].astype(int).astype(str))]
    if not scope.same_end:
        parts.append(frame[frame["year"] == scope.ends[side]].assign(when=END))
    return pd.concat(parts, ignore_index=True)
