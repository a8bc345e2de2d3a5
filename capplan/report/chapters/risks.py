"""Risks and assumptions: the numbers that move the plan most, how sure the inputs are, and what no rule read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.influence import Number
from capplan.partial import MissingTable
from capplan.report.document.blocks import Block, Bullets, Name, Paragraph, Section, Spans, whole
from capplan.report.document.origins import Origin, Source
from capplan.schema.spec import CONFIDENCES
from capplan.unused import unused

if TYPE_CHECKING:
    from capplan.report.document.blocks import Figure
    from capplan.report.document.pen import Pen

__all__ = ["risks"]

_SOURCE = 300
"""Letters of a source that are told."""
_LARGE = 1000.0
_SMALL = 0.01
_MONEY = ("CNY", "CNY/yr")


def risks(pen: Pen) -> Section:
    """Return the chapter on risks.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    blocks: list[Block] = [pen.heading("assumptions"), *pen.parts(_ranked)]
    blocks += _confidences(pen)
    idle = [(Name(entry.text(pen.lang)),) for entry in unused(pen.case)]
    if idle:
        blocks += [pen.heading("unused_inputs"), Bullets(tuple(idle))]
    blocks.append(pen.heading("limits_of_report"))
    blocks.append(Bullets((pen.say("bear_rules"), pen.say("bear_near"), pen.say("bear_capacity"))))
    return Section("risks", pen.words("risks"), tuple(blocks))


def _ranked(pen: Pen) -> list[Block]:
    frame = pen.facts.frame("recount")
    if not frame.empty:
        return [pen.paragraph("assumptions_how"), _assumptions(pen, frame)]
    for name in pen.plan.missing_tables:  # the ranking recounts all of the plan
        raise MissingTable(name)
    return [pen.paragraph("no_ranges")]


def _assumptions(pen: Pen, frame: pd.DataFrame) -> Block:
    rows: list[list[object]] = []
    foreign = False
    for row in frame.to_dict("records"):
        number = Number(str(row["table"]), str(row["kind"]), str(row["column"]))
        value, low, high = (_value(pen, number, end) for end in ("", "_low", "_high"))
        influence = Source("recount", "influence", "value", (("name", "=", row["name"]),))
        confidence, original, several = _provenance(pen, number)
        foreign = foreign or pen.tongues.foreign(original)
        source = (*whole(_shortened(pen.tongues.own(original))), *(pen.say("and_others") if several else ()))
        rows.append(
            [
                (*_label(pen, number), *_unit(pen, number, value)),
                value,
                low,
                high,
                pen.facts.percent(influence),
                confidence,
                source,
            ]
        )
    columns = (
        pen.column("col_assumption", numeric=False, width=2.5),
        pen.column("col_value_used", width=0.95),
        pen.column("col_low", width=0.95),
        pen.column("col_high", width=0.95),
        pen.column("col_influence", width=1.1),
        pen.column("col_confidence", numeric=False, width=1.45),
        pen.column("col_source", numeric=False, width=4.2),
    )
    notes = [pen.say("assumptions_note"), *([pen.say("sources_foreign")] if foreign else [])]
    note = pen.words.sentences(notes)
    return pen.table(pen.say("caption_assumptions"), columns, rows, note=note, small=True)


def _label(pen: Pen, number: Number) -> Spans:
    """Return what a number is called: of which technology, class or limit, and which of its numbers."""
    first = number.column.partition(".")[0]
    name = f"number_{number.table}_{first}"
    what = pen.say(name) if name in pen.words else (Name(number.column.replace("_", " ")),)
    if not number.kind:
        return what
    naming: dict[str, Callable[[str], str]] = {
        "technologies": pen.names.technology,
        "demand_drivers": pen.names.service_class,
        "limits": pen.names.limit,
        "funding": lambda kind: _worded(pen, f"funding_kind_{kind}", kind),
        "energy_offers": lambda kind: _worded(pen, f"offer_{kind}", kind),
        "voltages": lambda kind: f"{kind} kV",
    }
    of = naming[number.table](number.kind) if number.table in naming else number.kind
    return pen.say("number_of", of=of, what=what)


def _worded(pen: Pen, name: str, otherwise: str) -> str:
    return pen.words(name) if name in pen.words else otherwise


def _unit(pen: Pen, number: Number, value: Figure) -> Spans:
    unit = _unit_name(pen, number)
    if unit in _MONEY and value.unit:
        tail = pen.words("per_year") if unit.endswith("/yr") else ""
        return (" [", Name(value.unit), tail, "]")
    if unit in ("", "1", "ratio", "1/yr"):
        return ()
    if unit == "yr":
        return (" [", pen.words("unit_years"), "]")
    return (" [", Name(pen.unit(unit) or unit), "]")


def _unit_name(pen: Pen, number: Number) -> str:
    if number.table == "technologies":
        return str(pen.case.technologies[number.kind].quantities[number.column].unit)
    rows = number.rows(pen.case)
    if "unit" in rows.columns:
        units = sorted(set(rows["unit"].astype(str)))
        return units[0] if len(units) == 1 else ""
    from capplan.schema.tables import TABLES

    unit = TABLES[number.table].column(number.column).unit
    if unit == "class unit" and number.table == "demand_drivers":
        classes = pen.case.table("classes").set_index("class_id")["unit"]
        return str(classes.get(number.kind, ""))
    return unit


def _value(pen: Pen, number: Number, end: str) -> Figure:
    """Return the number or an end of its range; the mean of the rows where there are several."""
    origin: Origin
    if number.table == "technologies":
        key = {"": "value", "_low": "low", "_high": "high"}[end]
        origin = Source(f"case/technologies/{number.kind}.yaml", f"{number.column}.{key}")
    else:
        origin = Source(f"case/data/{number.table}.csv", f"{number.column}{end}", "mean", _where(number))
    unit, value = _unit_name(pen, number), pen.facts.value(origin)
    if unit in _MONEY:
        return pen.facts.plain_money(origin)
    if unit in ("ratio", "1/yr"):
        return pen.facts.percent(origin)
    size = abs(value or 0.0)
    digits = 0 if size >= _LARGE / 10 or size == round(size) else 2 if size >= _SMALL else 4
    return pen.facts.number(origin, digits)


def _where(number: Number) -> tuple[tuple[str, str, object], ...]:
    from capplan.influence import KINDS

    known = (f"{number.column}_low", "filled", "")
    return ((KINDS[number.table], "text", number.kind), known) if number.kind else (known,)


def _provenance(pen: Pen, number: Number) -> tuple[str, str, bool]:
    """Return the confidence and the source of most of a number's rows, and whether there are other sources."""
    if number.table == "technologies":
        quantity = pen.case.technologies[number.kind].quantities[number.column]
        confidences, sources = [str(quantity.confidence)], [quantity.source]
    else:
        rows = number.rows(pen.case)
        confidences, sources = ([str(cell) for cell in rows[name]] for name in ("confidence", "source"))
    confidence = max(dict.fromkeys(confidences), key=confidences.count)
    source = max(dict.fromkeys(sources), key=sources.count)
    return pen.words(f"confidence_{confidence}"), source, len(set(sources)) > 1


def _shortened(source: str) -> str:
    return source if len(source) <= _SOURCE else f"{source[: _SOURCE - 1]}…"


def _confidences(pen: Pen) -> list[Block]:
    """Return how the rows of the inputs spread over the confidences."""
    counts: dict[str, int] = {}
    for name in pen.case.tables:
        table = pen.case.table(name)
        if "confidence" in table.columns:
            for confidence, count in table["confidence"].value_counts().items():
                counts[str(confidence)] = counts.get(str(confidence), 0) + int(count)
    if not counts:
        return []
    parts = [
        pen.say("confidence_part", name=pen.words(f"confidence_{name}"), share=_part(pen, name))
        for name in CONFIDENCES
        if counts.get(name)
    ]
    whole = pen.facts.number(Source("case/data/*.csv", "", "rows"))
    told = pen.say("confidence_told", count=whole, parts=pen.words.listed(parts))
    return [pen.heading("confidence_rows"), Paragraph(told)]


def _part(pen: Pen, confidence: str) -> Any:
    from capplan.report.document.origins import Share

    every = Source("case/data/*.csv", "", "rows")
    own = Source("case/data/*.csv", "", "rows", (("confidence", "=", confidence),))
    return pen.facts.percent(Share(own, every), 0)
