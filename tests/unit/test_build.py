"""From a case to a program: phases in order, features by name, one objective."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from capplan import features
from capplan.build import build
from capplan.case import Case
from capplan.errors import InputError, ModelError
from capplan.feature import Context, Feature, Parameters
from capplan.messages import Text
from capplan.program import Terms, Tier
from tests.support.tiny_case import tiny_case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Toyland as it is."""
    return tiny_case(tmp_path_factory.mktemp("toyland"))


def test_an_unknown_feature_is_bad_input_and_the_nearest_one_is_named(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, edit=lambda parts: parts.study["features"].update(greenshare={}))
    with pytest.raises(InputError) as caught:
        build(case)
    fault = caught.value.faults[0]
    assert (fault.file, fault.column) == ("study.yaml", "features.greenshare")
    assert fault.nearest == "green_share"


def test_every_parameter_that_a_feature_refuses_is_named_at_once(tmp_path: Path) -> None:
    wrong = {"sizing": {"retire_cost_share": -1, "retire_cost": 3}, "energy": {"x": 1}}
    case = tiny_case(tmp_path, edit=lambda parts: parts.study["features"].update(wrong))
    with pytest.raises(InputError) as caught:
        build(case)
    assert {fault.column for fault in caught.value.faults} == {
        "features.sizing.retire_cost_share",
        "features.sizing.retire_cost",
        "features.energy.x",
    }


def test_features_without_which_nothing_makes_sense_are_always_on(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, edit=lambda parts: parts.study.update(features={}))
    assert set(build(case).features) == set(features.ALWAYS)


def test_the_objective_is_the_discounted_cost_ledger(case: Case) -> None:
    built = build(case)
    matrix = built.program.matrix()
    values = np.random.default_rng(3).uniform(0.0, 5.0, matrix.shape[1])
    cost = built.program.ledgers["cost"].evaluate(values)
    wanted = float((cost["value"] * cost["year"].map(built.data.discount)).sum())
    assert matrix.cost @ values + matrix.offset == pytest.approx(wanted, rel=1e-12)


def test_rows_know_the_feature_that_wrote_them_and_two_builds_are_one_matrix(case: Case) -> None:
    built, again = build(case), build(case)
    assert {rows.feature for rows in built.program.rows} <= set(built.features)
    for name, values in dataclasses.asdict(built.program.matrix()).items():
        np.testing.assert_array_equal(values, getattr(again.program.matrix(), name))


def test_phases_run_over_all_features_before_the_next_begins(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, str]] = []
    one = pd.DataFrame({"region": ["toyland"], "year": [2025]})

    def phase(name: str, which: str) -> object:
        def run(context: Context) -> None:
            ran.append((which, name))
            if which == "variables":
                context.program.add_columns(f"x_{name}", one, unit="unit")
            if which == "constraints":
                column = context.program.columns["x_z" if name == "a" else "x_a"].ids
                terms = Terms.of([0], column)
                context.add_limit(f"l_{name}", one, terms, np.zeros(1), 3.0, unit="unit", tier=Tier.POLICY)

        return run

    phases = ("variables", "postings", "constraints")
    found = {
        name: (
            Feature(
                name, Text(zh=name, en=name), Parameters, **{which: phase(name, which) for which in phases}
            ),  # type: ignore[arg-type]
            Parameters(),
        )
        for name in ("z", "a")
    }
    monkeypatch.setattr("capplan.build.active", lambda _: found)
    built = build(case)
    assert ran == [(which, name) for which in phases for name in ("z", "a")]
    assert [limit.rows.name for limit in built.limits] == ["l_z", "l_a"]
    assert [rows.feature for rows in built.program.rows] == ["z", "a"]
    assert built.outcome("a", np.array([1.0, 2.0])).block("x_a")["value"].tolist() == [2.0]
    assert built.outcome("a", np.array([1.0, 2.0])).block("x_none").empty


def test_two_features_cannot_own_one_block(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    sizing = features.registry()["sizing"]
    twice = {name: (sizing, sizing.parameters()) for name in ("sizing", "second")}
    monkeypatch.setattr("capplan.build.active", lambda _: twice)
    with pytest.raises(ModelError, match="'installed' are defined twice"):
        build(case)
