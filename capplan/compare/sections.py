"""A comparison as sections of a summary: what each plan costs, what changed in inputs, and the key figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.compare.comparison import Comparison, PlanComparison
from capplan.compare.pairs import changed, records
from capplan.compare.sections_effects import effects, goes_with
from capplan.compare.sections_plan import plan_sections
from capplan.compare.wording import (
    MOST,
    PairNames,
    change_text,
    figure_text,
    oneline,
    signed,
    signed_money,
    signed_percent,
)
from capplan.exchange.names import Names
from capplan.messages import Message, msg
from capplan.report.numbers import money, money_unit
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    from capplan.compare.change import InputChange

_FILES = 4
"""Of one file, no more than a part of what is told, as long as others have something to tell."""

__all__ = ["comparison_sections", "figures", "headline", "inputs", "overview", "pair_sections"]


def comparison_sections(comparison: Comparison, lang: str, *, folder: Path | None = None) -> list[Section]:
    """Return a comparison as sections, fit for a memo.

    Parameters
    ----------
    comparison
        The comparison.
    lang
        ``zh`` or ``en``.
    folder
        Where it was written.
    """
    sections = [section for pair in comparison.pairs for section in pair_sections(pair, lang)]
    if len(comparison.pairs) > 1:
        sections.append(overview(comparison, lang))
    if folder is not None:
        lines = [msg("tables/*.csv and compare.json: every difference, for spreadsheets and programs")]
        if (folder / "maps").is_dir():
            lines.append(msg("maps/: what is gained, lost, grown and shrunk, on a map"))
        if (folder / f"compare-{lang}.html").is_file():
            lines.insert(0, msg("compare-zh.html and compare-en.html: the whole comparison as a page"))
        title = msg("Files in {folder}", folder=str(folder))
        sections.append(Section(title.text(lang), None, tuple(line.text(lang) for line in lines)))
    return [section for section in sections if section.grid is not None or section.lines]


def pair_sections(pair: PlanComparison, lang: str, most: int = MOST) -> list[Section]:
    """Return how one plan differs from the base.

    Parameters
    ----------
    pair
        The comparison.
    lang
        ``zh`` or ``en``.
    most
        How many rows of a table are told.
    """
    names = PairNames(pair, lang, most)
    found = [headline(pair, lang)]
    if pair.same:
        return found
    found += [
        inputs(pair, lang, most),
        effects(pair, lang),
        goes_with(pair, names),
        figures(pair, lang),
        *plan_sections(pair, names),
    ]
    return [section for section in found if section.grid is not None or section.lines]


def headline(pair: PlanComparison, lang: str) -> Section:
    """Return what the two plans cost, and whether that tells anything.

    Parameters
    ----------
    pair
        The comparison.
    lang
        ``zh`` or ``en``.
    """
    lines = [
        _cost(side.label, side.plan.case.study.full_title, side.cost, lang)
        for side in (pair.base, pair.other)
    ]
    lines += verdict(pair, lang)
    lines += pair.scope.notes
    title = msg("{other} against {base}", other=oneline(pair.other.label), base=oneline(pair.base.label))
    return Section(title.text(lang), None, tuple(line.text(lang) for line in lines))


def _cost(label: str, title: object, cost: float, lang: str) -> Message:
    named = title.in_(lang) if hasattr(title, "in_") else str(title)
    return msg(
        "{plan} ({title}): net present cost {cost}",
        plan=oneline(label),
        title=oneline(named),
        cost=money(cost, lang),
    )


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
    if not pair.inputs:
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
    share = pair.difference / abs(pair.base.cost) if pair.base.cost else None
    found.append(
        msg(
            "Difference of cost: {difference} ({share}).",
            difference=signed_money(pair.difference, lang),
            share=signed_percent(share, 2),
        )
    )
    low, high = (signed_money(value, lang) for value in pair.interval)
    if pair.certain:
        found.append(
            msg(
                "For the cheapest plans of both it is proved to lie between {low} and {high}.",
                low=low,
                high=high,
            )
        )
    else:
        found.append(
            msg(
                "That is within the gaps: for the cheapest plans of both it lies between {low} and {high}, "
                "so that it is not proved which costs less.",
                low=low,
                high=high,
            )
        )
    return found


def inputs(pair: PlanComparison, lang: str, most: int = MOST) -> Section:
    """Return the input changes that a plan can follow from, and how many others there are.

    Parameters
    ----------
    pair
        The comparison.
    lang
        ``zh`` or ``en``.
    most
        How many are told one by one.
    """
    deciding = pair.deciding
    shown = _foremost(deciding, most)
    headings = (msg("file"), msg("row"), msg("column"), msg("before"), msg("after"), msg("unit"), msg("by"))
    rows = tuple(_input_row(change, lang) for change in shown)
    numeric = (False, False, False, True, True, False, True)
    grid = Grid(tuple(heading.text(lang) for heading in headings), rows, numeric) if rows else None
    title = msg("Inputs that differ: {count}", count=len(deciding))
    return Section(title.text(lang), grid, tuple(line.text(lang) for line in _more(pair, shown)))


def _foremost(changes: Sequence[InputChange], most: int) -> list[InputChange]:
    """Return the changes that are told one by one: of every file some, values that changed before whole rows."""
    ranked = sorted(changes, key=lambda change: change.change != "changed")
    taken: list[InputChange] = []
    for share in (max(most // _FILES, 1), most):
        for change in ranked:
            own = sum(one.file == change.file for one in taken)
            if len(taken) < most and own < share and change not in taken:
                taken.append(change)
    return [change for change in changes if change in taken]


def _input_row(change: InputChange, lang: str) -> tuple[str, ...]:
    if change.ratio is not None:
        by = signed_percent(change.ratio, 1)
    elif change.difference is not None:
        by = signed(change.difference, 3)
    else:
        by = change_text(change.change).text(lang) if change.change != "changed" else ""
    column = change.column or (msg("whole row") if change.row else msg("whole file")).text(lang)
    return (
        change.file,
        oneline(change.row),
        column,
        oneline(change.before),
        oneline(change.after),
        change.unit,
        by,
    )


def _more(pair: PlanComparison, shown: Sequence[InputChange]) -> list[Message]:
    """Return how many further changes each file has, and what else differs."""
    lines = []
    rest = Counter(change.file for change in pair.deciding) - Counter(change.file for change in shown)
    if rest:
        told = [msg("{what}: {count}", what=file, count=count) for file, count in rest.items()]
        lines.append(msg("And {count} more, by file: {files}.", count=sum(rest.values()), files=told))
    roles = Counter(change.role for change in pair.inputs if change.role != "value")
    names = {"range": msg("ranges"), "text": msg("texts and sources"), "solving": msg("how it is solved")}
    if roles:
        told = [msg("{what}: {count}", what=names[role], count=count) for role, count in roles.items()]
        lines.append(msg("Differences that no plan follows from: {what}.", what=told))
    return lines


def figures(pair: PlanComparison, lang: str) -> Section:
    """Return the key figures that differ.

    Parameters
    ----------
    pair
        The comparison.
    lang
        ``zh`` or ``en``.
    """
    table = changed(pair.tables, "figures")
    table = table[~table["figure"].isin(["objective_cny", "dual_bound"])] if len(table) else table
    names = PairNames(pair, lang)
    rows = tuple(
        (
            figure_name(row.figure, names, lang),
            figure_text(row.figure, row.before, lang),
            figure_text(row.figure, row.after, lang),
            figure_text(row.figure, row.difference, lang, difference=True),
            signed_percent(row.ratio),
        )
        for row in records(table)
    )
    headings = (msg("key figure"), msg("before"), msg("after"), msg("difference"), msg("of before"))
    title = msg("Key figures at the end of the horizon")
    if not rows:
        return Section(title.text(lang))
    grid = Grid(tuple(heading.text(lang) for heading in headings), rows, (False, True, True, True, True))
    return Section(title.text(lang), grid)


def figure_name(name: str, names: PairNames | Names, lang: str) -> str:
    """Return the name of a key figure, of the cost or of its bound.

    Parameters
    ----------
    name
        The figure.
    names
        Names in the language wanted.
    lang
        ``zh`` or ``en``.
    """
    own = {
        "objective_cny": msg("net present cost [{unit}]", unit=money_unit(lang)),
        "dual_bound": msg("bound on the cost of any plan [{unit}]", unit=money_unit(lang)),
        "gap": msg("gap"),
        "capex_cny": msg("investment of all periods [{unit}]", unit=money_unit(lang)),
    }
    if name in own:
        return own[name].text(lang)
    return names.of("figure", name) if isinstance(names, PairNames) else names.figure(name)


def overview(comparison: Comparison, lang: str) -> Section:
    """Return all plans in one wide table.

    Parameters
    ----------
    comparison
        The comparison.
    lang
        ``zh`` or ``en``.
    """
    table, names = comparison.overview, Names(comparison.base.plan.case, lang)
    labels = [side.label for side in comparison.sides]
    rows = []
    for place, name in enumerate(table["figure"]):
        values = [float(table[label].iloc[place]) for label in labels]
        cells = [figure_text(name, value, lang) if value == value else "-" for value in values]  # noqa: PLR0124
        rows.append((figure_name(name, names, lang), *cells))
    headings = (msg("key figure").text(lang), *(oneline(label) for label in labels))
    grid = Grid(headings, tuple(rows), (False, *(True for _ in labels)))
    return Section(msg("All plans").text(lang), grid)
