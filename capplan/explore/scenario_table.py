"""One table of what became of a case and its scenarios: cost, gap, key figures, and how each differs from the base."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.case_files import csv_text
from capplan.exchange.staging import explain

if TYPE_CHECKING:
    from capplan.explore.scenarios import Outcome

__all__ = ["scenario_table", "write_scenario_table"]

_SHORT = 1e-6
_HEAD = (
    "scenario",
    "title_zh",
    "title_en",
    "status",
    "folder",
    "objective_cny",
    "gap",
    "difference_cny",
    "difference_low_cny",
    "difference_high_cny",
    "difference_ratio",
)
_TAIL = (
    "targets_missed",
    "sites_opened",
    "sites_opened_beyond_base",
    "sites_not_opened_of_base",
    "seconds",
    "attempts",
    "explanation_zh",
    "explanation_en",
)


def scenario_table(outcomes: Sequence[Outcome], base: str) -> pd.DataFrame:
    """Return one row a scenario.

    A difference of two plans that are not proved cheapest is known only within their bounds:
    ``dual - base primal <= difference <= primal - base dual``.

    Parameters
    ----------
    outcomes : sequence of Outcome
        What became of the scenarios, in the order of the table.
    base : str
        Name of the one that the others are compared with.

    Returns
    -------
    pandas.DataFrame
        scenario, title, status, folder; objective, difference to the base and the bounds of the difference [CNY]; gap
        and difference [ratio]; key figures as in ``plan.json``; targets missed with what is short; sites opened, and
        which of them the base does not open and the other way round; seconds [s]; attempts; explanation.
    """
    found = next((outcome for outcome in outcomes if outcome.task.name == base and outcome.planned), None)
    rows = [_row(outcome, found) for outcome in outcomes]
    figures = dict.fromkeys(name for _, given, _ in rows for name in given)
    names = [*_HEAD, *figures, *_TAIL]
    return pd.DataFrame([{**head, **given, **tail} for head, given, tail in rows], columns=names)


def write_scenario_table(table: pd.DataFrame, path: Path) -> None:
    """Write the table as CSV with full precision, as a whole or not at all.

    Parameters
    ----------
    table : pandas.DataFrame
        What `scenario_table` gives.
    path : Path
        The file.

    Raises
    ------
    WriteError
        Where it cannot be written.
    """
    rows = [["" if pd.isna(cell) else _text(cell) for cell in row] for row in table.itertuples(index=False)]
    content = csv_text(map(str, table.columns), rows).encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise explain(error, path) from error


def _text(cell: Any) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell)


_Row = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def _row(outcome: Outcome, base: Outcome | None) -> _Row:
    task, record = outcome.task, outcome.record or {}
    head = {
        "scenario": task.name,
        "title_zh": task.title.in_("zh"),
        "title_en": task.title.in_("en"),
        "status": outcome.status,
        "folder": "" if outcome.folder is None else outcome.folder.as_posix(),
        "objective_cny": record.get("objective_cny"),
        "gap": record.get("gap"),
    }
    figures = dict(record.get("key_figures") or {})
    tail = {
        "targets_missed": ";".join(missed(outcome)),
        "sites_opened": ";".join(sorted(_opened(outcome))),
        "seconds": round(outcome.seconds, 1),
        "attempts": outcome.attempts,
        "explanation_zh": _explanation(outcome, "zh"),
        "explanation_en": _explanation(outcome, "en"),
    }
    if base is not None and base is not outcome and outcome.planned:
        head |= _difference(record, base.record or {})
        tail["sites_opened_beyond_base"] = ";".join(sorted(_opened(outcome) - _opened(base)))
        tail["sites_not_opened_of_base"] = ";".join(sorted(_opened(base) - _opened(outcome)))
    return head, figures, tail


def _difference(mine: Any, base: Any) -> dict[str, float | None]:
    cost, other = float(mine["objective_cny"]), float(base["objective_cny"])
    low, high = mine.get("dual_bound"), base.get("dual_bound")
    return {
        "difference_cny": cost - other,
        "difference_low_cny": None if low is None else float(low) - other,
        "difference_high_cny": None if high is None else cost - float(high),
        "difference_ratio": (cost - other) / abs(other) if other else None,
    }


def missed(outcome: Outcome) -> list[str]:
    """Return the targets that a plan misses, each with what is short."""
    if outcome.targets is None:
        return []
    table = outcome.targets
    scale = table["required"].astype(float).abs().clip(lower=1.0)
    short = table[table["margin"].astype(float) < -_SHORT * scale]
    pairs = zip(short["target_id"], short["margin"], strict=True)
    return [f"{name} ({-float(margin):.6g})" for name, margin in pairs]


def _opened(outcome: Outcome) -> set[str]:
    """Return the sites that a plan opens."""
    if outcome.sites is None:
        return set()
    return set(map(str, outcome.sites.loc[outcome.sites["status"].isin(["new", "edge"]), "site_id"]))


def _explanation(outcome: Outcome, lang: str) -> str:
    error = outcome.error
    if error is None:
        return ""
    said = error.text(lang) if hasattr(error, "text") else f"{type(error).__name__}: {error}"
    return " | ".join(line.strip() for line in str(said).splitlines() if line.strip())
