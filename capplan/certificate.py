"""A plan is not believed because a solver said so: every row family and the objective, recomputed from its tables.

`certify` sees the case and the tables, never a solver object. A family fails above 1e-6 relative to its row's largest
term; the objective, recomputed term by term, must agree to 1e-6. `verify` does the same for a folder on disk.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from capplan.case import Case
from capplan.columns import kind_of
from capplan.derived import Derived
from capplan.errors import InputError, ModelError, VerificationError
from capplan.feature import Audit, Recount
from capplan.features import active
from capplan.figures import key_figures
from capplan.frames import joined, picked, plain_text
from capplan.messages import msg
from capplan.partial import absent
from capplan.plan import Plan, read_plan
from capplan.plan_tables import LATER_TABLES, PLAN_TABLES, conform, empty
from capplan.solution import relative_gap
from capplan.tabulate import site_rows

__all__ = ["TOLERANCE", "Certificate", "certify", "verify"]

TOLERANCE = 1e-6
_SITE_NUMBERS = ("lon", "lat", "pue", "connection_mva", "land_ha", "opened_year")
#: Kinds of columns that tell the rows of a feature's own table apart.
_WORDS = ("string", "boolean")
#: Recounted by zone, not by flow, so its split among sites is not unique.
_BY_YEAR_ONLY = "outside_revenue"


@dataclass(frozen=True)
class Certificate:
    """What the recount found; `holds` only if every family is within tolerance.

    Attributes
    ----------
    families
        Every family of rows with its violation [ratio].
    objective_stated, objective_recomputed
        Objective of the record, and of the recount [CNY in the base year].
    record
        What ``plan.json`` holds.
    fingerprints
        Input files that are not those of the record; empty where they were not compared.
    """

    families: tuple[Recount, ...]
    objective_stated: float
    objective_recomputed: float
    record: Mapping[str, Any] = field(default_factory=dict)
    fingerprints: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[Recount, ...]:
        """Families that do not hold."""
        return tuple(family for family in self.families if not family.violation <= TOLERANCE)

    @property
    def holds(self) -> bool:
        """Whether every family, the objective and (where compared) every fingerprint agree."""
        return not self.failures and not self.fingerprints

    def to_json(self) -> Mapping[str, Any]:
        """Return the certificate as JSON values; an unbounded violation is the string ``"infinite"``."""
        keys = (
            "primal_bound",
            "dual_bound",
            "gap",
            "termination",
            "solver",
            "seed",
            "threads",
            "versions",
            "inputs",
        )
        return {
            "holds": self.holds,
            "tolerance": TOLERANCE,
            "objective_stated_cny": self.objective_stated,
            "objective_recomputed_cny": self.objective_recomputed,
            "families": [
                {
                    "family": family.family,
                    "feature": family.feature,
                    "rows": family.rows,
                    "violation": family.violation if math.isfinite(family.violation) else "infinite",
                    "worst": family.worst,
                }
                for family in self.families
            ],
            "fingerprints_that_differ": list(self.fingerprints),
            **{key: self.record[key] for key in keys if key in self.record},
        }


@plain_text
def certify(case: Case, tables: Mapping[str, pd.DataFrame], record: Mapping[str, Any]) -> Certificate:
    """Recompute a plan from its case and tables.

    Parameters
    ----------
    case
        The resolved inputs.
    tables
        The plan's tables.
    record
        What ``plan.json`` holds; of it `objective_cny` is checked.
    """
    whole = {name: conform(name, tables[name]) if name in tables else empty(name) for name in PLAN_TABLES}
    own = {name: frame for name, frame in tables.items() if name not in whole and name not in LATER_TABLES}
    whole |= {name: _dated(name, frame) for name, frame in own.items()}
    data = Derived(case)
    books: dict[str, list[pd.DataFrame]] = {}
    results: list[Recount] = []
    limits: list[pd.DataFrame] = []
    sums: dict[tuple[str | int, ...], pd.DataFrame] = {}
    audits = {
        name: (feature, Audit(case, data, whole, parameters, name, books, results, limits, sums))
        for name, (feature, parameters) in active(case.study).items()
    }
    for feature, audit in audits.values():
        if feature.recount is not None:
            feature.recount(audit)
    for feature, audit in audits.values():
        if feature.check is not None:
            feature.check(audit)
    core = Audit(case, data, whole, None, "core", books, results, limits, sums)
    _check_keys(core)
    _check_sites(core)
    _check_limits(core)
    stated = float(record.get("objective_cny", math.nan))
    recomputed = _check_costs(core, stated)
    _check_record(core, record)
    return Certificate(tuple(results), stated, recomputed, record)


def _dated(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table beyond the contract with whole years.

    Raises
    ------
    ModelError
        Where a year is no whole number.
    """
    if "year" not in frame.columns:
        return frame
    years = frame["year"].astype(float)
    if not (years == years.round()).all():
        message = f"plan table {name!r}: a year is not a whole number"
        raise ModelError(message)
    return frame.astype({"year": int})


def _check_keys(audit: Audit) -> None:
    """Check that rows are unique, years are periods, and sites, zones and technologies exist."""
    data = audit.data
    known = {
        "site_id": {*data.table("sites")["site_id"], ""},
        "zone_id": set(data.table("zones")["zone_id"]),
        "technology": set(data.technologies.index),
        "year": set(data.years),
    }
    for name, frame in audit.tables.items():
        labels = [column for column in frame.columns if column == "year" or kind_of(frame[column]) in _WORDS]
        keys = list(PLAN_TABLES[name].key) if name in PLAN_TABLES else labels
        if keys:
            repeated = frame.duplicated(keys).astype(float)
            audit.equal(f"{name}_unique", picked(frame, keys), repeated, np.zeros(len(frame)))
        for column, allowed in known.items():
            if column in frame.columns and name not in ("limits", "targets"):
                strange = (~frame[column].isin(allowed)).astype(float)
                audit.equal(f"{name}_{column}_known", picked(frame, [column]), strange, np.zeros(len(frame)))


def _check_sites(audit: Audit) -> None:
    expected = conform("sites", site_rows(audit.data, audit.tables))
    both = joined(audit.tables["sites"], expected, ["site_id"])
    labels = both[["site_id"]]
    for column in _SITE_NUMBERS:
        sides = [both[name].to_numpy(dtype=float, na_value=np.nan) for name in (column, f"{column}_true")]
        audit.equal(f"sites_{column}", labels, *(np.where(np.isnan(side), -1.0, side) for side in sides))
    for column in ("status", "cooling", "prefecture_adcode", "zone_id", "name_zh", "name_en"):
        audit.same(f"sites_{column}", labels, both[column], both[f"{column}_true"])


def _check_limits(audit: Audit) -> None:
    """Check every row of the table of limits against what the features recounted."""
    keys = ["limit", "region", "year"]
    columns = [*keys, "bound", "used", "unit", "scale", "step", "room"]
    true = pd.concat([pd.DataFrame(columns=columns), *[part for part in audit.limits if len(part)]])[columns]
    true = true.astype(dict.fromkeys(columns[3:5] + columns[6:], float) | {"year": "Int64"})
    both = joined(audit.tables["limits"], true, keys)
    labels = both[keys]
    size = both[["scale", "bound_true"]].abs().fillna(0.0).max(axis=1).to_numpy(dtype=float)
    for column in ("bound", "used"):
        audit.equal(f"limits_{column}", labels, both[column], both[f"{column}_true"], size)
    audit.same("limits_unit", labels, both["unit"], both["unit_true"])
    room, step = both["room"].to_numpy(dtype=float), both["step"].to_numpy(dtype=float)
    stated = both["binding"].fillna(value=False).to_numpy(dtype=bool)
    missed = (room <= 1e-7 * np.maximum(size, 1.0)) & ~stated
    invented = (room > step + 1e-5 * np.maximum(size, 1.0)) & stated
    audit.equal("limits_binding", labels, (missed | invented).astype(float), np.zeros(len(both)))


def _check_costs(audit: Audit, stated: float) -> float:
    """Check every cost row and the objective; return the objective recomputed [CNY]."""
    keys = ["term", "year", "site_id"]
    book = audit.ledger("cost", keys)
    book["true"] = book["value"] * book["year"].map(audit.data.discount)
    frame = audit.tables["costs"][[*keys, "cny"]]
    both = joined(frame, book[[*keys, "true"]], keys).fillna({"cny": 0.0, "true": 0.0})
    scale = 1e-3 * float(both["true"].abs().max() if len(both) else 0.0)
    by_flow = both["term"] == _BY_YEAR_ONLY
    summed = both[by_flow].groupby(["term", "year"], as_index=False)[["cny", "true"]].sum().assign(site_id="")
    both = pd.concat([both[~by_flow], summed], ignore_index=True)
    size = np.where(both["cny"].abs() + both["true"].abs() > 1.0, 0.0, scale)
    audit.equal("costs", both[keys], both["cny"], both["true"], size)
    recomputed = float(book["true"].sum())
    total = pd.DataFrame({"objective": ["objective_cny"]})
    audit.equal("objective", total, [stated], [recomputed])
    audit.equal("costs_sum_to_objective", total, [stated], [float(frame["cny"].sum())])
    return recomputed


def _check_record(audit: Audit, record: Mapping[str, Any]) -> None:
    """Check what the record says of the plan: bounds, gap, status, key figures and cost by term."""
    pairs: dict[str, tuple[Any, Any]] = {}
    primal, dual, gap = (record.get(name) for name in ("primal_bound", "dual_bound", "gap"))
    if primal is not None:
        pairs["primal_bound"] = (primal, record.get("objective_cny"))
    if primal is not None and dual is not None:
        pairs["gap"] = (gap, relative_gap(primal, dual))
    asked = dict(record.get("termination", {})).get("gap_asked")
    if gap is not None and asked is not None and record.get("status") == "optimal":
        pairs["status"] = (max(gap, asked), asked)
    tables = audit.tables
    for name, true in (
        ("key_figures", lambda: key_figures(audit.data, tables)),
        ("cost_by_term", lambda: tables["costs"].groupby("term")["cny"].sum().to_dict()),
    ):
        if name in record:
            stated, found = dict(record[name]), true()
            pairs |= {f"{name}.{key}": (stated.get(key), found.get(key)) for key in {*stated, *found}}
    labels = pd.DataFrame({"entry": sorted(pairs)})
    left, right = ([_number(pairs[name][side]) for name in labels["entry"]] for side in (0, 1))
    audit.equal("record", labels, left, right, scale=1e-3)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else math.nan


@plain_text
def verify(folder: Path | str, *, recompute_only: bool = False) -> Certificate:
    """Verify a plan folder from what lies in it.

    Parameters
    ----------
    folder
        The plan folder.
    recompute_only
        Whether to leave fingerprints of inputs aside.

    Raises
    ------
    InputError
        When the folder cannot be read.
    VerificationError
        When the tables are such that nothing can be recomputed from them.
    """
    plan = _read(folder)
    try:
        certificate = certify(plan.case, plan.tables, plan.record)
    except (KeyError, TypeError, ValueError, ModelError) as broken:
        raise VerificationError(
            msg("the tables cannot be recomputed: {reason}", reason=f"{type(broken).__name__}: {broken}")
        ) from broken
    if recompute_only:
        return certificate
    return Certificate(
        certificate.families,
        certificate.objective_stated,
        certificate.objective_recomputed,
        certificate.record,
        _changed(plan),
    )


def _read(folder: Path | str) -> Plan:
    """Read a plan; a table that is missing or no plan's table fails the verification, a missing folder is bad input.

    The certificate that lies there is not asked, so it may be missing; so may tables that later commands add.
    """
    try:
        plan = read_plan(folder, partly=True)
    except InputError as refused:
        if all(fault.file.startswith("tables/") for fault in refused.faults):
            raise VerificationError(msg("the tables are not those of a plan"), refused.faults) from refused
        raise
    faults = [absent(name) for name in plan.missing_tables if name not in LATER_TABLES]
    if faults:
        raise VerificationError(msg("the tables are not those of a plan"), faults)
    return plan


def _changed(plan: Plan) -> tuple[str, ...]:
    stated, found = dict(plan.record.get("inputs", {})), plan.case.fingerprints()
    return tuple(sorted(name for name in {*stated, *found} if stated.get(name) != found.get(name)))
