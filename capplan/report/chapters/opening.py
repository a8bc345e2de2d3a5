"""The cover, and the summary on one page: what a bureau head reads."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from capplan.report.chapters.binding import binding_groups, opened, told_group
from capplan.report.chapters.targets import holds, verdict_counts
from capplan.report.chapters.years import BUILT, year_table
from capplan.report.document.blocks import Block, Cards, Cover, Name, Paragraph, Section, Spans
from capplan.report.document.facts import table
from capplan.report.document.origins import Share, Source, Total

if TYPE_CHECKING:
    from capplan.report.document.pen import Pen

__all__ = ["cover", "summary"]

_PLACES = 3
_TERMS = 3
_LIMITS = 3
_MISSED = 3
_FINGERPRINT = 16
_SLACK = 1e-6
"""How far above its limit a latency may be written before it counts as missed: rounding of tables [ratio]."""


def cover(pen: Pen, dated: str) -> Cover:
    """Return the cover.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    dated : str
        When the plan was written, as year-month-day; empty where nobody knows.
    """
    study, words = pen.case.study, pen.words
    years = str(pen.years[0]) if len(pen.years) == 1 else f"{pen.years[0]}–{pen.years[-1]}"
    facts: list[tuple[str, Spans]] = [
        (words("cover_region"), (Name(pen.names.region(study.region)),)),
        (words("cover_years"), pen.say("cover_years_told", years=years, base=study.base_year)),
        (words("cover_case"), (Name(pen.case.name),)),
    ]
    if study.applied:
        titles = [(Name(study.scenarios[name].title.in_(pen.lang)),) for name in study.applied]
        facts.append((words("cover_scenarios"), words.listed(titles)))
    facts += [
        (words("cover_status"), _status(pen)),
        (words("cover_inputs"), pen.say("cover_inputs_told", fingerprint=fingerprint(pen.plan.record))),
    ]
    if dated:
        facts.append((words("cover_date"), (Name(dated),)))
    version = str((pen.plan.record.get("versions") or {}).get("capplan", ""))
    facts.append((words("cover_software"), (Name(f"capplan {version}".strip()),)))
    return Cover(
        study.title.in_(pen.lang),
        words("report_of"),
        pen.names.region(study.region),
        words("notice"),
        tuple(facts),
    )


def fingerprint(record: Any) -> str:
    """Return one fingerprint of all inputs: SHA-256 over the sorted fingerprints of the files, shortened."""
    files = dict(record.get("inputs") or {})
    if not files:
        return "-"
    text = "\n".join(f"{name} {files[name]}" for name in sorted(files))
    return hashlib.sha256(text.encode()).hexdigest()[:_FINGERPRINT]


def _status(pen: Pen) -> Spans:
    facts, record = pen.facts, pen.plan.record
    if record.get("dual_bound") is None or record.get("gap") is None:
        return pen.say("status_unknown")
    name = "status_optimal" if record.get("status") == "optimal" else "status_feasible"
    return pen.say(name, gap=facts.percent(Source("plan.json", "gap"), 2))


def summary(pen: Pen) -> Section:
    """Return the summary.

    Parameters
    ----------
    pen : Pen
        Writes the report.
    """
    blocks: list[Block] = [_lead(pen), _cards(pen)]
    blocks += pen.parts(_built, _targets, _cost, _power, _service, _binding, _certainty)
    if pen.facts.has("capacity"):
        blocks.append(year_table(pen))
    return Section("summary", pen.words("summary"), tuple(blocks), one_page=True)


def _lead(pen: Pen) -> Paragraph:
    return Paragraph((Name(pen.case.study.description.in_(pen.lang)),), "lead")


def _cards(pen: Pen) -> Cards:
    facts, words = pen.facts, pen.words
    items = [
        (words("racks"), facts.number(facts.key("standard_racks")), words("unit_racks_short")),
        (words("ai_compute"), facts.number(facts.key("pflops_fp16")), "PFLOPS FP16"),
        (words("edge_nodes"), facts.number(facts.key("edge_nodes")), words("unit_nodes")),
        (words("peak"), facts.number(facts.key("peak_mw"), 1), "MW"),
        (words("pue"), facts.number(facts.key("pue"), 3), ""),
        (words("green_share"), facts.percent(facts.key("green_share")), ""),
        (words("investment"), facts.money(facts.key("capex_cny")), ""),
        (words("net_cost"), facts.money(Source("plan.json", "objective_cny")), ""),
    ]
    shown = [(label, figure, unit) for label, figure, unit in items if figure.value]
    return Cards(tuple(shown))


def _built(pen: Pen) -> Paragraph | None:
    """Return what is built and where most of it goes."""
    facts, new = pen.facts, ("action", "in", BUILT)
    said = []
    for measure, name, places in (
        ("standard_racks", "built_racks", "racks_at"),
        ("pflops_fp16", "built_pflops", "pflops_at"),
    ):
        whole = table("builds", "modules", "sum", new, times=measure)
        if not facts.value(whole):
            continue
        parts = []
        for code in _largest(pen, measure):
            at = table("builds", "modules", "sum", new, pen.area.of(code), times=measure)
            share = facts.percent(Share(at, whole), 0)
            parts.append(pen.say(places, place=pen.area.name(code), amount=facts.number(at), share=share))
        said.append(pen.say(name, amount=facts.number(whole), places=pen.words.listed(parts)))
    retrofits = table("builds", "modules", "sum", ("action", "=", "retrofit"), times="standard_racks")
    if facts.value(retrofits):
        said.append(pen.say("built_retrofit", amount=facts.number(retrofits)))
    if not said:
        return pen.paragraph("built_nothing", head="head_built")
    campuses = table("sites", "site_id", "distinct", ("status", "=", "new"))
    if facts.value(campuses):
        said.append(pen.say("built_campuses", count=facts.number(campuses)))
    return Paragraph(pen.words.sentences(said), head=pen.words("head_built"))


def _largest(pen: Pen, measure: str) -> list[str]:
    """Return the parts of the region in which most is built, most first."""
    builds = pen.facts.rows("builds", ("action", "in", BUILT))
    sizes = {name: float(getattr(item, measure).value) for name, item in pen.case.technologies.items()}
    amounts = builds["modules"] * builds["technology"].map(sizes).fillna(0.0)
    area = pen.case.table("sites").set_index("site_id")[pen.area.column].astype(str)
    totals = amounts.groupby(builds["site_id"].map(area)).sum()
    totals = totals[totals > 0].sort_values(ascending=False, kind="stable")
    return [str(code) for code in totals.index[:_PLACES]]


def _targets(pen: Pen) -> Paragraph | None:
    targets = pen.facts.frame("tables/targets.csv")
    if targets.empty:
        return pen.paragraph("no_targets", head="head_targets")
    said = list(verdict_counts(pen))
    missed = [row for row in targets.to_dict("records") if not holds(row)]
    for row in missed[:_MISSED]:
        own = ("target_id", "=", row["target_id"])
        said.append(
            pen.say(
                "missed_target",
                region=pen.names.region(str(row["region"])),
                metric=pen.names.metric(str(row["metric"])),
                year=row["year"],
                achieved=pen.facts.number(table("targets", "achieved", "value", own)),
                required=pen.facts.number(table("targets", "required", "value", own)),
            )
        )
    if len(missed) > _MISSED:
        rest = tuple(str(row["target_id"]) for row in missed[_MISSED:])
        count = pen.facts.number(table("targets", "", "rows", ("target_id", "in", rest)))
        said.append(pen.say("missed_more", count=count))
    return Paragraph(pen.words.sentences(said), head=pen.words("head_targets"))


def _cost(pen: Pen) -> Paragraph | None:
    facts, costs = pen.facts, pen.facts.frame("tables/costs.csv")
    if costs.empty:
        return None
    by_term = costs.groupby("term")["cny"].sum().sort_values(ascending=False, kind="stable")
    spent = table("costs", "cny", "sum", ("term", "in", tuple(by_term.index[by_term > 0])))
    parts = [
        pen.say(
            "term_share",
            term=pen.names.term(str(term)),
            share=facts.percent(Share(table("costs", "cny", "sum", ("term", "=", term)), spent), 0),
        )
        for term in by_term[by_term > 0].index[:_TERMS]
    ]
    said = [
        pen.say(
            "cost_told",
            cost=facts.money(table("costs", "cny", "sum")),
            base=pen.case.study.base_year,
            capex=facts.money(table("builds", "capex_cny", "sum")),
        ),
        pen.say("cost_parts", parts=pen.words.listed(parts)),
    ]
    income = tuple(str(term) for term in by_term.index[by_term < -1.0])
    if income:
        money = facts.money(Total(((-1.0, table("costs", "cny", "sum", ("term", "in", income))),)))
        said.append(pen.say("cost_income", income=money))
    return Paragraph(pen.words.sentences(said), head=pen.words("head_cost"))


def _power(pen: Pen) -> Paragraph | None:
    facts, now = pen.facts, ("year", "=", pen.last)
    if not facts.has("energy"):
        return None
    green = table("energy", "green_mwh", "sum", now)
    said = [
        pen.say(
            "power_told",
            year=pen.last,
            energy=facts.number(table("energy", "facility_mwh", "sum", now), 0, unit="GWh", scale=1e-3),
            peak=facts.number(table("energy", "peak_mw", "sum", now)),
            mva=facts.number(table("sites", "connection_mva", "sum")),
        )
    ]
    if facts.value(green):
        share = facts.percent(Share(green, table("energy", "facility_mwh", "sum", now)))
        said.append(pen.say("green_told", share=share))
    return Paragraph(pen.words.sentences(said), head=pen.words("head_power"))


def _service(pen: Pen) -> Paragraph | None:
    facts, now = pen.facts, ("year", "=", pen.last)
    limited = facts.rows("service", now, ("latency_limit_ms", "filled", ""), ("amount", ">", 0))
    if limited.empty:
        return None
    parts = []
    classes = [name for name in pen.case.table("classes")["class_id"] if name in set(limited["class"])]
    for name in classes:
        own = (now, ("class", "=", name), ("amount", ">", 0))
        parts.append(
            pen.say(
                "class_latency",
                name=pen.names.service_class(name),
                worst=facts.number(table("service", "latency_ms", "max", *own), 2),
                limit=facts.number(table("service", "latency_limit_ms", "min", *own), 1),
            )
        )
    late = limited[limited["latency_ms"] > limited["latency_limit_ms"] * (1.0 + _SLACK)]
    name = "latency_told" if late.empty else "latency_missed"
    said = pen.say(name, year=pen.last, classes=pen.words.clauses(parts))
    return Paragraph(said, head=pen.words("head_service"))


def _binding(pen: Pen) -> Paragraph | None:
    groups = binding_groups(pen)
    if not groups:
        return pen.paragraph("nothing_binds", head="head_binding")
    parts = [told_group(pen, items, places=2) for items in groups[:_LIMITS]]
    said = pen.say("binding_told", limits=pen.words.clauses([opened(parts[0]), *parts[1:]]))
    return Paragraph(said, head=pen.words("head_binding"))


def _certainty(pen: Pen) -> Paragraph:
    facts, record = pen.facts, pen.plan.record
    if record.get("dual_bound") is None:
        return pen.paragraph("certainty_unknown", head="head_certainty")
    said = [
        pen.say(
            "certainty_told",
            bound=facts.money(Source("plan.json", "dual_bound")),
            gap=facts.percent(Source("plan.json", "gap"), 2),
        )
    ]
    if pen.plan.certificate.holds:
        said.append(pen.say("certainty_checked"))
    return Paragraph(pen.words.sentences(said), head=pen.words("head_certainty"))
