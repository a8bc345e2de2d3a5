"""The appendices: the rules of this plan in words and as inequalities, and the certificate that shows that it holds."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from capplan.features import active
from capplan.partial import CERTIFICATE
from capplan.report.document.blocks import Block, Heading, Name, Paragraph, Section, Table, whole
from capplan.report.document.facts import table
from capplan.report.document.origins import Source

if TYPE_CHECKING:
    from capplan.feature import Feature
    from capplan.report.document.pen import Pen

__all__ = ["certificate", "formulation"]

_HASH = 16
_LONG = 160
_LITERAL = re.compile(r"::\n\n((?:    .*\n?|\n)+)")


def formulation(pen: Pen) -> Section:
    """Return the appendix on the formulation.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    blocks: list[Block] = [pen.paragraph("formulation_how"), pen.paragraph("objective_told")]
    blocks.append(Paragraph(("min  sum_y discount[y] * sum_{term,j} cost[term,y,j]",), "code"))
    for name, (feature, _) in active(pen.case.study).items():
        blocks.append(Heading((Name(feature.title.in_(pen.lang)), "  ", Name(name)), 3))
        if f"rule_{name}" in pen.words:
            blocks.append(pen.paragraph(f"rule_{name}"))
        blocks += [Paragraph((Name(text),), "code") for text in inequalities(feature)]
        given = pen.case.study.features.get(name) or {}
        if given:
            blocks.append(pen.paragraph("rule_parameters", style="note", parameters=_told(given)))
    return Section("formulation", pen.words("formulation"), tuple(blocks), appendix=True)


def inequalities(feature: Feature) -> list[str]:
    """Return the inequalities of a rule, as the text of its module states them.

    Parameters
    ----------
    feature : Feature
        The rule.
    """
    home = feature.check or feature.constraints or feature.tables
    module = sys.modules.get(home.__module__) if home is not None else None
    text = inspect.cleandoc(module.__doc__ or "") if module is not None else ""
    return [inspect.cleandoc(found).rstrip() for found in _LITERAL.findall(text)]


def _told(given: Mapping[str, Any]) -> str:
    text = "; ".join(f"{name} = {_value(value)}" for name, value in given.items())
    return text if len(text) <= 3 * _LONG else f"{text[: 3 * _LONG]}…"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_value(each)}" for key, each in value.items()) + "}"
    return str(value)


def certificate(pen: Pen) -> Section:
    """Return the appendix on the certificate.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    content = pen.facts.certificate
    said = "certificate_holds" if content.get("holds") is True else "certificate_fails"
    blocks: list[Block] = [pen.paragraph("certificate_missing" if CERTIFICATE in pen.plan.missing else said)]
    blocks.append(pen.paragraph("certificate_how"))
    if content.get("families"):
        blocks += [_families(pen)]
    blocks += [pen.heading("objective_and_bound"), _objective(pen), pen.heading("fingerprints"), _files(pen)]
    return Section("certificate", pen.words("certificate"), tuple(blocks), appendix=True)


def _families(pen: Pen) -> Table:
    """Return the families of rows by rule, with the largest violation of each rule."""
    facts, file = pen.facts, "certificate.json#families"
    frame = facts.frame(file)
    rows: list[list[object]] = []
    for feature in dict.fromkeys(str(name) for name in frame["feature"]):
        own = (("feature", "=", feature),)
        violations = frame.loc[frame["feature"] == feature, "violation"]
        unbounded = "infinite" in set(violations.astype(str))
        worst = facts.tiny(Source(file, "violation", "max", own))
        rows.append(
            [
                _title(pen, feature),
                feature,
                facts.number(Source(file, "", "rows", own)),
                facts.number(Source(file, "rows", "sum", own)),
                "∞" if unbounded else worst,
            ]
        )
    rows.append(
        [
            pen.words("together"),
            "",
            facts.number(Source(file, "", "rows")),
            facts.number(Source(file, "rows", "sum")),
            facts.tiny(Source(file, "violation", "max")),
        ]
    )
    heads = (
        pen.column("col_rule", numeric=False, width=2.6),
        pen.column("col_rule_id", numeric=False, width=1.6),
        pen.column("col_families"),
        pen.column("col_rows"),
        pen.column("col_violation"),
    )
    return pen.table(pen.say("caption_families"), heads, rows, total=True, small=True)


def _title(pen: Pen, feature: str) -> str:
    found = active(pen.case.study).get(feature)
    return pen.words("core_rules") if found is None else found[0].title.in_(pen.lang)


def _objective(pen: Pen) -> Table:
    facts, record = pen.facts, pen.plan.record
    ends = record.get("termination") or {}
    solver = record.get("solver") or {}
    rows: list[list[object]] = [
        [pen.words("row_stated"), facts.number(Source("certificate.json", "objective_stated_cny"), 2)],
        [
            pen.words("row_recomputed"),
            facts.number(Source("certificate.json", "objective_recomputed_cny"), 2),
        ],
        [pen.words("row_sum"), facts.number(table("costs", "cny", "sum"), 2)],
        [pen.words("row_bound"), facts.number(Source("plan.json", "dual_bound"), 2)],
        [pen.words("row_gap"), facts.percent(Source("plan.json", "gap"), 3)],
        [pen.words("row_controllable"), facts.percent(Source("plan.json", "gap_controllable"), 3)],
        [pen.words("row_tolerance"), facts.tiny(Source("certificate.json", "tolerance"))],
        [pen.words("row_ended"), _ended(pen, str(ends.get("reason", "-")))],
        [
            pen.words("row_solver"),
            " ".join(str(solver.get(name, "")) for name in ("name", "version")).strip(),
        ],
        [pen.words("row_seed"), facts.number(Source("plan.json", "seed"))],
        [pen.words("row_size"), _size(record)],
        [pen.words("row_versions"), whole(_told(record.get("versions") or {}))],
    ]
    heads = (
        pen.column("col_what", numeric=False, width=1.3),
        pen.column("col_value", numeric=False, width=2.4),
    )
    return pen.table(pen.say("caption_objective"), heads, rows)


def _ended(pen: Pen, reason: str) -> str:
    return pen.words(f"ended_{reason}") if f"ended_{reason}" in pen.words else reason


def _size(record: Mapping[str, Any]) -> str:
    return _told(record.get("size") or {})


def _files(pen: Pen) -> Table:
    files = dict(pen.plan.record.get("inputs") or {})
    rows: list[list[object]] = [[name, files[name][:_HASH]] for name in sorted(files)]
    heads = (
        pen.column("col_file", numeric=False, width=2.0),
        pen.column("col_hash", numeric=False, width=1.2),
    )
    return pen.table(pen.say("caption_files"), heads, rows, small=True)
