"""Targets against their documents: each document quoted, and what is required, achieved and left over by year."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from capplan.report.document.blocks import Block, Heading, Name, Paragraph, Section, Spans, Table
from capplan.report.document.facts import table
from capplan.report.document.tongues import chinese

if TYPE_CHECKING:
    from capplan.report.document.pen import Pen

__all__ = ["holds", "targets", "verdict_counts"]

_DIGITS = {"pflops_fp64": 1}
_SLACK = 1e-6


def holds(row: Mapping[Hashable, Any]) -> bool:
    """Return whether a target is met; a hair below zero is rounding, not a miss."""
    return float(row["margin"]) >= -_SLACK * max(1.0, abs(float(row["required"])))


def verdict_counts(pen: Pen) -> list[Spans]:
    """Return how many targets of each kind are met.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    facts, found = pen.facts, pen.facts.frame("tables/targets.csv")
    said = []
    for kind in ("hard", "priced", "aspirational"):
        rows = found[found["kind"] == kind]
        if rows.empty:
            continue
        ids = tuple(str(row["target_id"]) for row in rows.to_dict("records") if holds(row))
        met = table("targets", "", "rows", ("target_id", "in", ids))
        whole = table("targets", "", "rows", ("kind", "=", kind))
        name = f"met_{kind}_all" if len(ids) == len(rows) else f"met_{kind}"
        said.append(pen.say(name, met=facts.number(met), count=facts.number(whole)))
    return said


def targets(pen: Pen) -> Section:
    """Return the chapter on targets.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    found = pen.facts.frame("tables/targets.csv")
    blocks: list[Block] = []
    if found.empty:
        blocks.append(pen.paragraph("no_targets"))
    else:
        said = [*verdict_counts(pen), pen.say("targets_how")]
        if any(pen.tongues.foreign(quote) for quote in _quotes(pen, found.to_dict("records"))):
            said.append(pen.say("quotes_foreign"))
        blocks.append(Paragraph(pen.words.sentences(said)))
        ordered = found.sort_values(["document_id", "metric", "region", "year"], kind="stable")
        for document, rows in sorted(
            ordered.groupby("document_id", sort=False), key=lambda pair: pair[0] == ""
        ):
            blocks += _of_document(pen, str(document), rows.to_dict("records"))
    return Section("targets", pen.words("targets"), tuple(blocks))


def _of_document(pen: Pen, document: str, rows: list[dict[Hashable, Any]]) -> list[Block]:
    title = (Name(pen.names.document(document)),) if document else pen.say("no_document")
    blocks: list[Block] = [Heading(title)]
    about = _about(pen, document)
    if about:
        blocks.append(Paragraph(pen.say("document_about", about=pen.words.clauses(about)), "note"))
    said = [_quoted(pen, quote) for quote in _quotes(pen, rows)]
    if said:
        blocks.append(Paragraph(pen.words.sentences(said), "quote"))
    blocks.append(_table(pen, title, rows))
    return blocks


def _about(pen: Pen, document: str) -> list[Spans]:
    """Return who issued a document and when, with what it takes to find the original."""
    known = pen.case.table("documents")
    known = known[known["document_id"] == document]
    if known.empty:
        return []
    row, tongues = known.iloc[0], pen.tongues
    issuer, original = str(row["issuer"]), str(row["title_zh"])
    parts = []
    if issuer:
        name = "document_issuer_both" if tongues.translated(issuer) else "document_issuer"
        parts.append(pen.say(name, issuer=tongues.own(issuer), original=issuer))
    if str(row["date"]):
        parts.append(pen.say("document_date", date=str(row["date"])))
    if pen.lang == "en" and chinese(original) and original != str(row["number"]):
        parts.append(pen.say("document_original", title=original))
    return parts


def _quotes(pen: Pen, rows: list[dict[Hashable, Any]]) -> list[str]:
    """Return the sentences behind targets, each once."""
    given = pen.case.table("targets").set_index("target_id")["quote_zh"]
    quotes = dict.fromkeys(str(given.get(row["target_id"], "")) for row in rows)
    return [quote for quote in quotes if quote]


def _quoted(pen: Pen, quote: str) -> Spans:
    name = "quote_both" if pen.tongues.translated(quote) else "quote"
    return pen.say(name, text=pen.tongues.own(quote), original=quote)


def _table(pen: Pen, title: Spans, rows: list[dict[Hashable, Any]]) -> Table:
    columns = (
        pen.column("region", numeric=False, width=2.0),
        pen.column("measure", numeric=False, width=2.1),
        pen.column("due", width=0.9),
        pen.column("required", width=1.4),
        pen.column("achieved", width=1.4),
        pen.column("margin", width=1.4),
        pen.column("kind", numeric=False, width=1.6),
        pen.column("verdict", numeric=False, width=1.0),
    )
    return pen.table(
        pen.say("caption_targets", document=title), columns, [_row(pen, row) for row in rows], small=True
    )


def _row(pen: Pen, row: Mapping[Hashable, Any]) -> list[object]:
    own, digits = ("target_id", "=", row["target_id"]), _DIGITS.get(str(row["metric"]), 0)
    figures = {
        name: pen.facts.number(table("targets", name, "value", own), digits)
        for name in ("required", "achieved", "margin")
    }
    sign = "≥ " if row["relation"] == ">=" else "≤ "
    return [
        pen.names.region(str(row["region"])),
        pen.names.metric(str(row["metric"])),
        pen.year(row["year"]),
        (sign, figures["required"]),
        figures["achieved"],
        figures["margin"],
        pen.names.kind(str(row["kind"])),
        pen.met(holds(row)),
    ]
