"""Cost and financing: net present cost by term and year, investment, and which accounts pay for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capplan.report.document.blocks import Block, Picture, Section, Table
from capplan.report.document.charts import Series, columns, palette
from capplan.report.document.facts import table
from capplan.report.document.origins import Share, Source

if TYPE_CHECKING:
    from capplan.report.document.pen import Pen

__all__ = ["costs"]

_LEAST = 1.0
_DRAWN = 7


def costs(pen: Pen) -> Section:
    """Return the chapter on costs.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    blocks: list[Block] = pen.parts(_present)
    if "costs" not in pen.plan.tables or pen.facts.has("costs"):
        blocks += [pen.heading("investment_by_year"), *pen.parts(_investment)]
        blocks += [pen.heading("financing"), *pen.parts(_financing)]
    return Section("costs", pen.words("costs"), tuple(blocks))


def _present(pen: Pen) -> list[Block]:
    """Return the net present cost by term and year."""
    if not pen.facts.has("costs"):
        return [pen.paragraph("no_costs")]
    terms = _terms(pen)
    how = pen.paragraph("costs_how", base=pen.case.study.base_year, rate=_rate(pen))
    return [how, _table(pen, terms), _chart(pen, terms)]


def _rate(pen: Pen) -> object:
    given = Source("case/study.yaml", "features.net_present_cost.wacc")
    figure = pen.facts.percent(given)
    return pen.words("default_rate") if figure.value is None else figure


def _terms(pen: Pen) -> list[str]:
    """Return the terms of cost, the largest first."""
    by_term = pen.facts.frame("tables/costs.csv").groupby("term")["cny"].sum()
    by_term = by_term[by_term.abs() >= _LEAST]
    return [str(term) for term in by_term.abs().sort_values(ascending=False, kind="stable").index]


def _table(pen: Pen, terms: list[str]) -> Table:
    facts = pen.facts
    sums = facts.frame("tables/costs.csv").groupby("term")["cny"].sum()
    spent = table("costs", "cny", "sum", ("term", "in", tuple(term for term in terms if sums[term] > 0)))
    rows: list[list[object]] = []
    for term in terms:
        own = ("term", "=", term)
        whole = table("costs", "cny", "sum", own)
        by_year = [
            facts.large_money(table("costs", "cny", "sum", own, ("year", "=", year))) for year in pen.years
        ]
        rows.append(
            [pen.names.term(term), *by_year, facts.large_money(whole), facts.percent(Share(whole, spent))]
        )
    totals = [facts.large_money(table("costs", "cny", "sum", ("year", "=", year))) for year in pen.years]
    rows.append([pen.words("net_cost"), *totals, facts.large_money(table("costs", "cny", "sum")), ""])
    heads = [pen.column("col_term", numeric=False, width=2.6)]
    heads += [pen.column("col_of_year", year=year) for year in pen.years]
    heads += [pen.column("together_column"), pen.column("col_share")]
    caption = pen.say("caption_costs", base=pen.case.study.base_year, unit=pen.facts.large_unit)
    return pen.table(caption, heads, rows, total=True, note=pen.say("costs_note"))


def _chart(pen: Pen, terms: list[str]) -> Picture:
    """Return the chart of cost by year; small terms stand together, spending apart from income."""
    facts, colours = pen.facts, palette()
    sums = facts.frame("tables/costs.csv").groupby("term")["cny"].sum()
    drawn = [term for term in terms if sums[term] > 0][:_DRAWN]
    rest = tuple(term for term in terms if sums[term] > 0 and term not in drawn)
    income = tuple(term for term in terms if sums[term] <= 0)
    groups: list[tuple[str, str, tuple[str, ...]]] = [
        (pen.names.term(term), colours["terms"][place % len(colours["terms"])], (term,))
        for place, term in enumerate(drawn)
    ]
    groups += [(pen.words("other_terms"), colours["other"], rest)] if rest else []
    groups += [(pen.words("income_terms"), colours["income"], income)] if income else []
    rows = [
        Series(
            name,
            colour,
            tuple(
                facts.large_money(table("costs", "cny", "sum", ("year", "=", year), ("term", "in", held)))
                for year in pen.years
            ),
        )
        for name, colour, held in groups
    ]
    alt = pen.words("chart_costs")
    content = columns([str(year) for year in pen.years], rows, unit=pen.facts.large_unit, alt=alt)
    points = tuple(figure for row in rows for figure in row.figures)
    return Picture(content, "svg", pen.say("chart_costs"), alt, points=points)


def _investment(pen: Pen) -> Block:
    facts = pen.facts
    actions = [
        name
        for name in ("committed", "build", "project", "retrofit", "merge")
        if facts.value(table("builds", "capex_cny", "sum", ("action", "=", name)))
    ]
    if not actions:
        return pen.paragraph("no_investment")
    rows: list[list[object]] = []
    for name in actions:
        own = ("action", "=", name)
        by_year = [
            facts.large_money(table("builds", "capex_cny", "sum", own, ("year", "=", year)), 2)
            for year in pen.years
        ]
        whole = facts.large_money(table("builds", "capex_cny", "sum", own), 2)
        rows.append([pen.names.action(name), *by_year, whole])
    sums = [
        facts.large_money(table("builds", "capex_cny", "sum", ("year", "=", year)), 2) for year in pen.years
    ]
    rows.append([pen.words("together"), *sums, facts.large_money(table("builds", "capex_cny", "sum"), 2)])
    heads = [pen.column("col_action", numeric=False, width=2.2)]
    heads += [pen.column("col_of_year", year=year) for year in pen.years]
    heads.append(pen.column("together_column"))
    caption = pen.say("caption_investment", unit=pen.facts.large_unit)
    return pen.table(caption, heads, rows, total=True, note=pen.say("investment_note"))


def _financing(pen: Pen) -> list[Block]:
    """Return what each account may pay and pays, year by year."""
    facts = pen.facts
    if not facts.has("funding"):
        return [pen.paragraph("no_budget")]
    rows: list[list[object]] = []
    funding = facts.frame("tables/funding.csv").sort_values(["kind", "account_id", "year"])
    for row in funding.to_dict("records"):
        own = (("account_id", "=", row["account_id"]), ("year", "=", row["year"]))
        draw, limit = (table("funding", name, "sum", *own) for name in ("draw_cny", "limit_cny"))
        rows.append(
            [
                pen.names.account(str(row["account_id"])),
                pen.year(row["year"]),
                facts.large_money(limit, 2),
                facts.large_money(draw, 2),
                facts.percent(Share(draw, limit)),
            ]
        )
    heads = (
        pen.column("col_funding", numeric=False, width=2.4),
        pen.column("year"),
        pen.column("col_may", unit=pen.facts.large_unit),
        pen.column("col_pays", unit=pen.facts.large_unit),
        pen.column("col_used_share"),
    )
    return [pen.paragraph("financing_how"), pen.table(pen.say("caption_financing"), heads, rows)]
