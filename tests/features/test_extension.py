"""A new rule and a new technology are one file each: put there, turned on, they decide and are certified."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import capplan
from capplan import features
from capplan.certificate import certify
from capplan.errors import InputError
from capplan.reading.yaml_file import dump_yaml
from tests.support.full_case import technology
from tests.support.tiny_case import Parts, tiny_case, tiny_parts, write_tiny_case

RULE = '''
"""Jobs: a region has at least so many jobs in halls in service.

For every period *y*::

    sum_{j,f} jobs_per_rack * standard_racks[j,f,y] >= least                [job]
"""

import numpy as np
import pandas as pd
from pydantic import Field

from capplan.feature import Feature, Parameters
from capplan.messages import Text
from capplan.program import Tier


class JobsParameters(Parameters):
    """How many jobs."""

    least: float = Field(0.0, ge=0, description="least number of jobs [job]")
    jobs_per_rack: float = Field(0.01, gt=0, description="jobs per standard rack [job/standard_rack]")


def _rows(context):
    return pd.DataFrame({"region": context.case.study.region, "year": context.data.years[-1:]})


def constraints(context):
    rows = _rows(context)
    keys = rows[["year"]].assign(row=np.arange(len(rows)), weight=context.parameters.jobs_per_rack)
    terms, constant = context.program.ledgers["standard_racks"].read(keys, len(rows))
    context.add_limit(
        "jobs", rows, terms, constant, context.parameters.least, unit="job", tier=Tier.POLICY, at_least=True
    )


def check(audit):
    rows = _rows(audit)
    racks = audit.ledger("standard_racks", ["year"]).set_index("year")["value"].reindex(rows["year"])
    jobs = audit.parameters.jobs_per_rack * racks.to_numpy()
    audit.limit("jobs", rows, jobs, audit.parameters.least, unit="job", at_least=True, step=np.inf)


FEATURE = Feature(
    name="jobs",
    title=Text(zh="就业", en="Jobs"),
    parameters=JobsParameters,
    constraints=constraints,
    check=check,
)
'''


@pytest.fixture
def rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a new rule into a folder of rules, for as long as the test runs."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "jobs.py").write_text(RULE, encoding="utf-8")
    monkeypatch.setattr(features, "__path__", [*features.__path__, str(folder)])
    features.registry.cache_clear()
    yield
    features.registry.cache_clear()
    sys.modules.pop("capplan.features.jobs", None)


def planned(case: capplan.Case) -> capplan.Plan:
    """Return the best plan of a tiny case."""
    return capplan.solve(case, in_process=True, gap=1e-6, threads=1)


def racks(plan: capplan.Plan) -> float:
    """Return the racks in service at the horizon's end."""
    capacity = plan.tables["capacity"]
    return float(capacity.loc[capacity["year"] == capacity["year"].max(), "standard_racks"].sum())


@pytest.mark.usefixtures("rule")
def test_a_new_rule_is_one_file(tmp_path: Path) -> None:
    free = planned(tiny_case(tmp_path / "free"))

    def asked(parts: Parts) -> None:
        parts.study["features"]["jobs"] = {"least": 45.0}

    held = planned(tiny_case(tmp_path / "held", edit=asked))
    assert racks(free) < 4500 <= racks(held)
    assert held.record["objective_cny"] > free.record["objective_cny"]
    limits = held.tables["limits"].set_index("limit")
    assert limits.loc["jobs", "bound"] == 45.0
    assert limits.loc["jobs", "used"] == pytest.approx(0.01 * racks(held))
    assert "jobs" in {family.family for family in held.certificate.families}
    assert held.certificate.holds


@pytest.mark.usefixtures("rule")
def test_the_certificate_of_a_new_rule_can_fail(tmp_path: Path) -> None:
    plan = planned(tiny_case(tmp_path / "free"))

    def asked(parts: Parts) -> None:
        parts.study["features"]["jobs"] = {"least": 100.0}

    strict = tiny_case(tmp_path / "strict", edit=asked)
    certificate = certify(strict, plan.tables, plan.record)
    assert "jobs" in {family.family for family in certificate.failures}


def test_without_its_file_the_rule_is_bad_input(tmp_path: Path) -> None:
    def asked(parts: Parts) -> None:
        parts.study["features"]["jobs"] = {"least": 45.0}

    case = tiny_case(tmp_path, edit=asked)
    with pytest.raises(InputError, match=r"features\.jobs"):
        capplan.solve(case, in_process=True)


def test_a_new_technology_is_one_file(tmp_path: Path) -> None:
    def any_counts(parts: Parts) -> None:
        parts.row("targets", target_id="pflops-2025")["counts"] = "all"

    before = planned(tiny_case(tmp_path / "before", edit=any_counts))
    folder = write_tiny_case(tmp_path / "after", edit=any_counts)
    made = tiny_parts()
    technology(made, "ai-hall", "immersion-hall", it_capex_cny=6e7, capex_cny=5e6)
    text = dump_yaml(made.technologies["immersion-hall"])
    (folder / "technologies" / "immersion-hall.yaml").write_text(text, encoding="utf-8")
    plan = planned(capplan.load_case(folder))
    assert "immersion-hall" in set(plan.tables["capacity"]["technology"])
    assert "immersion-hall" not in set(before.tables["capacity"]["technology"])
    assert plan.record["objective_cny"] < before.record["objective_cny"]
    assert plan.certificate.holds
