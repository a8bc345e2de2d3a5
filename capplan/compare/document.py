"""A comparison as JSON: what was compared, what differs and by how much, in figures and in both languages."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from capplan._version import __version__
from capplan.compare.pairs import changed
from capplan.compare.verdict import verdict
from capplan.messages import LANGUAGES, Message

if TYPE_CHECKING:
    import pandas as pd

    from capplan.compare.attribution import Attribution, Effect
    from capplan.compare.comparison import Comparison, PlanComparison, Side

__all__ = ["document"]


def document(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON values.

    Parameters
    ----------
    comparison
        The comparison.
    """
    return {
        "versions": {"capplan": __version__},
        "base": comparison.base.label,
        "plans": [_plan(side) for side in comparison.sides],
        "comparisons": [_pair(pair) for pair in comparison.pairs],
    }


def _plan(side: Side) -> dict[str, Any]:
    record = side.plan.record
    return {
        "plan": side.label,
        "folder": None if side.folder is None else side.folder.as_posix(),
        "case": side.plan.case.name,
        "title": {lang: side.plan.case.study.full_title.in_(lang) for lang in LANGUAGES},
        "periods": list(side.plan.case.study.periods),
        "holds": side.plan.certificate.holds,
        "missing": list(side.plan.missing),
        **{name: record.get(name) for name in ("status", "objective_cny", "dual_bound", "gap", "inputs")},
    }


def _pair(pair: PlanComparison) -> dict[str, Any]:
    low, high = pair.interval
    return {
        "plan": pair.other.label,
        "same": pair.same,
        "same_inputs": not pair.inputs,
        "same_plan": pair.same_plan,
        "cost": {
            "difference_cny": pair.difference,
            "difference_low_cny": low,
            "difference_high_cny": high,
            "certain": pair.certain,
        },
        "told": [_both(message) for message in _verdicts(pair)],
        "notes": [_both(note) for note in pair.scope.notes],
        "years": list(pair.scope.years),
        "inputs": _inputs(pair),
        "changes": {
            name: dict(Counter(map(str, table["change"])))
            for name, table in pair.tables.items()
            if len(table)
        },
        "figures": _rows(changed(pair.tables, "figures")),
        "sites": _rows(changed(pair.tables, "sites")),
        "targets": _rows(changed(pair.tables, "targets")),
        "attribution": None if pair.attribution is None else _attribution(pair.attribution),
    }


def _verdicts(pair: PlanComparison) -> list[dict[str, str]]:
    parts = {lang: verdict(pair, lang) for lang in LANGUAGES}
    return [
        {lang: parts[lang][place].text(lang) for lang in LANGUAGES}
        for place in range(len(parts[LANGUAGES[0]]))
    ]


def _both(told: Message | dict[str, str]) -> dict[str, str]:
    return told if isinstance(told, dict) else {lang: told.text(lang) for lang in LANGUAGES}


def _inputs(pair: PlanComparison) -> dict[str, Any]:
    return {
        "by_file": dict(Counter(change.file for change in pair.inputs)),
        "by_role": dict(Counter(change.role for change in pair.inputs)),
        "set": [change.setting for change in pair.deciding if change.setting],
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): value for name, value in row.items()}
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    ]


def _attribution(found: Attribution) -> dict[str, Any]:
    rest, low, high = found.together
    return {
        "seconds": round(found.seconds, 1),
        "effects": [_effect(effect) for effect in found.effects],
        "together": {"cost_cny": rest, "cost_low_cny": low, "cost_high_cny": high},
    }


def _effect(effect: Effect) -> dict[str, Any]:
    low, high = effect.interval
    return {
        "group": effect.group.name,
        "mode": effect.mode,
        "status": effect.variant.status,
        "cost_cny": effect.cost,
        "cost_low_cny": low,
        "cost_high_cny": high,
        "certain": effect.certain if effect.known else None,
        "set": [change.setting for change in effect.group.deciding if change.setting],
        "needs": [group.name for group in effect.variant.needs],
        "reason": None if effect.variant.reason is None else _both(effect.variant.reason),
    }
