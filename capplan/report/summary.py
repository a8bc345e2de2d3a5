"""A plan as a memo: targets, places, cost, power, use, latency, what binds, bound and gap, files."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capplan.frames import plain_text
from capplan.messages import Message, msg
from capplan.partial import or_none, told_missing
from capplan.report import memo_binding, memo_places, memo_projects, memo_use
from capplan.report.files_section import files_section
from capplan.report.names import Names
from capplan.report.numbers import amount, money, money_in_large_units, money_unit, percent
from capplan.report.sections import Grid, Section
from capplan.unused import unused

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["summary"]

_STOPPED = {
    "time_limit": msg("Solving stopped at its time limit, before the gap asked for was reached."),
    "work_limit": msg("Solving stopped at its work limit, before the gap asked for was reached."),
    "interrupted": msg("Solving was interrupted; this is the best plan that was found."),
}


@plain_text
def summary(plan: Plan, lang: str = "en", *, folder: Path | None = None) -> tuple[Section, ...]:
    """Return a plan's summary, fit for a memo.

    Parameters
    ----------
    plan : Plan
        The plan.
    lang : str
        ``zh`` or ``en``.
    folder : Path, optional
        Where the plan is; without it the summary says nothing of files.
    """
    names = Names(plan.case, lang)
    parts: list[Callable[[Plan, Names], Section | None]] = [
        memo_places.by_prefecture,
        memo_places.by_technology,
        memo_places.largest_builds,
        memo_projects.projects,
        costs,
        memo_use.power,
        memo_use.green,
        memo_use.utilisation,
        memo_use.latency,
        memo_binding.binding,
    ]
    sections: list[Section | None] = [headline(plan, names), *(or_none(lambda: targets(plan, names)) or [])]
    sections += [or_none(partial(part, plan, names)) for part in parts]
    if plan.missing:
        lines = (names.say(told_missing(plan.missing)),)
        sections.insert(1, Section(names.say(msg("Files that are missing")), None, lines))
    sections.append(idle(plan, names))
    if folder is not None:
        sections.append(files_section(folder, names))
    return tuple(section for section in sections if section is not None)


def idle(plan: Plan, names: Names) -> Section | None:
    """Return what the case says and no rule reads; None where all is read.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    lines = tuple(entry.text(names.lang) for entry in unused(plan.case))
    return Section(msg("Inputs that this plan does not use").text(names.lang), None, lines) if lines else None


def headline(plan: Plan, names: Names) -> Section:
    """Return what was planned, what it costs, and how sure that is.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    lang, study, record = names.lang, plan.case.study, plan.record
    title = msg("{title} ({case})", title=study.full_title.in_(lang), case=plan.case.name)
    cost = msg(
        "Net present cost: {cost}, discounted to {year}.",
        cost=money(record["objective_cny"], lang),
        year=study.base_year,
    )
    lines = [cost, *_certainty(plan, lang)]
    stopped = _STOPPED.get(str((record.get("termination") or {}).get("reason")))
    if stopped is not None and record.get("status") != "optimal":
        lines.append(stopped)
    return Section(title.text(lang), None, tuple(line.text(lang) for line in lines))


def _certainty(plan: Plan, lang: str) -> list[Message]:
    record = plan.record
    if record.get("dual_bound") is None:
        return [msg("The solver proved no bound: how far this plan is from the cheapest is not known.")]
    lines = [
        msg(
            "No plan that keeps these rules can cost less than {bound}; at most {gap} of this plan's cost could be saved.",
            bound=money(record["dual_bound"], lang),
            gap=percent(record["gap"], 2),
        )
    ]
    if record.get("gap_controllable") is not None:
        share = percent(record["gap_controllable"], 2)
        lines.append(msg("That is at most {share} of the cost that the decisions can change.", share=share))
    return lines


def targets(plan: Plan, names: Names) -> list[Section]:
    """Return the targets of each document with what is required, what is achieved and the margin.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    headings = (
        msg("region"),
        msg("measure"),
        msg("due"),
        msg("required"),
        msg("achieved"),
        msg("margin"),
        msg("kind"),
        msg("met"),
        msg("target"),
    )
    numeric = (False, False, True, True, True, True, False, False, False)
    sections = []
    for document, table in plan.tables["targets"].groupby("document_id", sort=True):
        rows = tuple(_target_row(row, names) for row in table.to_dict("records"))
        named = names.document(str(document))
        title = (
            msg("Targets of {document}", document=named) if document else msg("Targets without a document")
        )
        sections.append(Section(names.say(title), _grid(names, headings, rows, numeric)))
    return sections


def _target_row(row: Mapping[Hashable, Any], names: Names) -> tuple[str, ...]:
    digits = 0 if str(row["metric"]) != "pflops_fp64" else 1
    sign = "≥" if row["relation"] == ">=" else "≤"
    margin = float(row["margin"])
    # a hair below zero is the solver's rounding, not a missed target
    met = margin >= -1e-6 * max(1.0, abs(float(row["required"])))
    return (
        names.region(str(row["region"])),
        names.metric(str(row["metric"])),
        str(row["year"]),
        f"{sign} {amount(float(row['required']), digits)}",
        amount(float(row["achieved"]), digits),
        amount(margin, digits),
        names.kind(str(row["kind"])),
        names.say(msg("yes") if met else msg("NO")),
        str(row["target_id"]),
    )


def costs(plan: Plan, names: Names) -> Section | None:
    """Return the cost by term, largest first.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    table = plan.tables["costs"]
    if table.empty:
        return None
    lang = names.lang
    by_term = table.groupby("term")["cny"].sum()
    by_term = by_term[by_term.abs() >= 1.0]
    by_term = by_term.reindex(by_term.abs().sort_values(ascending=False, kind="stable").index)
    spent, total = float(by_term[by_term > 0].sum()), float(table["cny"].sum())
    rows = [
        (
            names.term(str(term)),
            money_in_large_units(cny, lang, 3, total),
            percent(cny / spent if spent else None),
        )
        for term, cny in by_term.items()
    ]
    rows.append((names.say(msg("net present cost")), money_in_large_units(total, lang, 3, total), ""))
    headings = (msg("cost term"), msg("{unit}", unit=money_unit(lang, total)), msg("share of spending"))
    title = msg("Cost, discounted to {year}", year=plan.case.study.base_year)
    return Section(names.say(title), _grid(names, headings, tuple(rows), (False, True, True), total=True))


def _investment(plan: Plan, names: Names) -> tuple[str, ...]:
    yearly = plan.tables["builds"].groupby("year")["capex_cny"].sum()
    if not float(yearly.sum()):
        return ()
    years = [msg("{year}: {cost}", year=year, cost=money(cny, names.lang)) for year, cny in yearly.items()]
    told = msg(
        "Investment, undiscounted: {together} ({years}).",
        together=money(float(yearly.sum()), names.lang),
        years=years,
    )
    return (names.say(told),)


def _grid(
    names: Names,
    headings: tuple[Message, ...],
    rows: tuple[tuple[str, ...], ...],
    numeric: tuple[bool, ...],
    *,
    total: bool = False,
) -> Grid:
    return Grid(names.headings(headings), rows, numeric, total)
