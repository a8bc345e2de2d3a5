"""A comparison as sections of a summary: what each plan costs, what changed in inputs, and the key figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.compare.comparison import Comparison, PlanComparison, Side
from capplan.compare.frame import section_of
from capplan.compare.input_codes import unit_name
from capplan.compare.input_names import change_name, place_of
from capplan.compare.input_values import value_text
from capplan.compare.pairs import changed, records
from capplan.compare.sections_effects import effects, goes_with
from capplan.compare.sections_plan import plan_sections
from capplan.compare.sections_sites import ORDER
from capplan.compare.verdict import verdict
from capplan.compare.wording import (
    MOST,
    PairNames,
    change_text,
    figure_text,
    in_one_unit,
    is_share,
    oneline,
    signed,
    signed_percent,
)
from capplan.exchange.names import Names
from capplan.messages import Message, msg
from capplan.report.numbers import amount, money, money_unit, percent
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    from capplan.compare.change import InputChange

_FILES = 4
"""Of one file, no more than a part of what is told, as long as others have something to tell."""

_INPUTS = 40
"""Inputs that are told one by one at most: the plan itself must not be pages away."""

_TERMS = 3
"""Cost terms that are told as most of a difference."""

_FIRST = ("data/targets.csv", "study.yaml", "technologies/", "data/limits.csv")
_LAST = ("data/region_members.csv", "data/documents.csv")
"""In which order files are told: what decides most first, what only follows from other files last."""

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
        inputs(pair, lang, min(most, _INPUTS)),
        effects(pair, names),
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
    lines = [_cost(side, lang) for side in (pair.base, pair.other)]
    lines += verdict(pair, lang)
    lines += [*most_of_it(pair, lang), *solved_otherwise(pair), *pair.scope.notes]
    title = msg("{other} against {base}", other=oneline(pair.other.label), base=oneline(pair.base.label))
    return Section(title.text(lang), None, tuple(line.text(lang) for line in lines))


def _cost(side: Side, lang: str) -> Message:
    gap = side.plan.record.get("gap")
    return msg(
        "{plan} ({title}): net present cost {cost}, gap {gap}",
        plan=oneline(side.label),
        title=oneline(side.plan.case.study.full_title.in_(lang)),
        cost=money(side.cost, lang),
        gap=percent(None if gap is None else float(gap), 2),
    )


def most_of_it(pair: PlanComparison, lang: str) -> list[Message]:
    """Return the cost terms that make most of a difference, and what became of sites.

    Parameters
    ----------
    pair
        The comparison.
    lang
        ``zh`` or ``en``.
    """
    if pair.same_plan:
        return []
    names, found = PairNames(pair, lang), []
    sums = pair.costs.groupby("term")["cny_difference"].sum()
    sums = sums[sums.abs() >= 1.0]
    largest = sums.reindex(sums.abs().sort_values(ascending=False, kind="stable").index)[:_TERMS]
    if len(largest):
        texts, unit = in_one_unit([float(cny) for cny in largest], lang)
        told = [
            msg("{what} {difference}", what=names.of("term", str(term)), difference=text)
            for term, text in zip(largest.index, texts, strict=True)
        ]
        found.append(msg("Most of it, in {unit}: {terms}.", unit=unit, terms=told))
    counts = Counter(map(str, changed(pair.tables, "sites")["change"]))
    if counts:
        told = [
            msg("{what} {count}", what=change_text(change), count=counts[change])
            for change in ORDER
            if change in counts
        ]
        found.append(msg("Sites: {counts}.", counts=told))
    return found


def solved_otherwise(pair: PlanComparison) -> list[Message]:
    """Return how the plans were solved, where that differs: gap asked for, time limit, engine, threads, seed.

    Parameters
    ----------
    pair
        The comparison.
    """
    one, other = (_solving(side) for side in (pair.base, pair.other))
    told = [
        msg("{what}: {before} → {after}", what=what, before=before, after=after)
        for (what, before), (_, after) in zip(one, other, strict=True)
        if before != after
    ]
    return [msg("They were solved otherwise: {what}.", what=told)] if told else []


def _solving(side: Side) -> list[tuple[Message, str]]:
    record = side.plan.record
    end, engine = (record.get(name) or {} for name in ("termination", "solver"))
    gap, limit = end.get("gap_asked"), end.get("time_limit_seconds")
    return [
        (msg("gap asked for"), percent(None if gap is None else float(gap), 2)),
        (msg("time limit [s]"), amount(None if limit is None else float(limit))),
        (msg("engine"), str(engine.get("name", "-"))),
        (msg("threads"), str(record.get("threads", "-"))),
        (msg("random seed"), str(record.get("seed", "-"))),
    ]


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
    names = PairNames(pair, lang)
    headings = (msg("input"), msg("before"), msg("after"), msg("unit"), msg("by"), msg("file, row, column"))
    rows = tuple(_input_row(change, names) for change in shown)
    plain = all(change.difference is not None for change in shown)
    numeric = (False, plain, plain, False, True, False)
    grid = Grid(names.headings(headings), rows, numeric) if rows else None
    title = msg("Inputs that differ: {count}", count=len(deciding))
    return Section(title.text(lang), grid, tuple(line.text(lang) for line in _more(pair, shown)))


def _foremost(changes: Sequence[InputChange], most: int) -> list[InputChange]:
    """Return the changes that are told one by one: of every file some, values that changed before whole rows."""
    changes = sorted(changes, key=_weight)
    ranked = sorted(changes, key=lambda change: change.change != "changed")
    taken: list[InputChange] = []
    for share in (max(most // _FILES, 1), most):
        for change in ranked:
            own = sum(one.file == change.file for one in taken)
            if len(taken) < most and own < share and change not in taken:
                taken.append(change)
    return [change for change in changes if change in taken]


def _weight(change: InputChange) -> int:
    """Return how soon a file is told: what is asked for, the rules, then what things are and cost."""
    first = next((place for place, file in enumerate(_FIRST) if change.file.startswith(file)), len(_FIRST))
    return first + (change.file in _LAST)


def _input_row(change: InputChange, names: PairNames) -> tuple[str, ...]:
    if change.ratio is not None:
        by = signed_percent(change.ratio, 1)
    elif change.difference is not None:
        by = signed(change.difference, 0 if change.difference.is_integer() else 3)
    else:
        by = names.say(change_text(change.change)) if change.change != "changed" else ""
    return (
        change_name(change, names),
        value_text(change.before, change, names.gone),
        value_text(change.after, change, names),
        unit_name(change.unit, names),
        by,
        place_of(change),
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
            figure_text(row.figure, row.difference, lang, difference=True, like=row.after),
            "-" if is_share(row.figure) else signed_percent(row.ratio),
        )
        for row in records(table)
    )
    headings = (msg("key figure"), msg("before"), msg("after"), msg("difference"), msg("of before"))
    title = msg("Key figures at the end of the horizon")
    return section_of(PairNames(pair, lang, len(rows)), title, headings, rows, 1)


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
