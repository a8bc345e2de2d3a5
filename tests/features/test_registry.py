"""Every rule of the registry: its program as text, its ledgers at a solution, its parameters, its page."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from capplan.build import Built
from capplan.certificate import certify
from capplan.derived import Derived
from capplan.feature import Audit, Parameters
from capplan.features import active, registry
from capplan.ledgers import LEDGERS
from tests.support.full_case import FEATURES, full_edit
from tests.support.program_text import build_recorded, feature_text
from tests.support.solved import Solved, full, read_tiny

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(registry())
NOT_RECOUNTED = {"latency"}
"""Ledgers that no limit, target or cost reads, and no table keeps."""


@pytest.fixture(scope="module")
def built() -> Built:
    """Return the program of Toyland with every feature on, with its writers."""
    with pytest.MonkeyPatch.context() as patch:
        return build_recorded(read_tiny(full_edit), patch)


@pytest.fixture(scope="module")
def documented() -> ModuleType:
    """Return the module that writes the pages of the documentation from the code."""
    path = Path(__file__).resolve().parents[2] / "docs" / "_hooks" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_full_case_turns_every_feature_on() -> None:
    assert sorted(FEATURES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_program_is_as_it_was_read(name: str, built: Built, golden: Callable[[str, Path], str]) -> None:
    text = feature_text(built, name)
    assert text == golden(text, GOLDEN / f"{name}.txt")


def test_no_golden_without_a_feature() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == NAMES


def recount(solution: Solved) -> Audit:
    """Return an audit that holds every ledger as recounted from tables."""
    case = solution.built.case
    data, books = Derived(case), {}
    audit = Audit(case, data, solution.tables, None, "test", books)
    audits = [
        (feature, Audit(case, data, solution.tables, parameters, name, books))
        for name, (feature, parameters) in active(case.study).items()
    ]
    for phase in ("recount", "check"):
        for feature, own in audits:
            run = getattr(feature, phase)
            if run is not None:
                run(own)
    return audit


@pytest.fixture(scope="module")
def books() -> Audit:
    """Return the recount of the solved case."""
    return recount(full())


@pytest.mark.parametrize("name", sorted(set(LEDGERS) - NOT_RECOUNTED))
def test_ledger_at_the_solution_is_what_the_tables_say(name: str, books: Audit) -> None:
    keys = [key for key in LEDGERS[name][1] if (name, key) != ("outlay", "site_id")]
    solution = full()
    own = solution.built.program.ledgers[name].evaluate(solution.values)
    if name == "cost":
        own, theirs = by_year(own), by_year(books.ledger(name, ["term", "year", "site_id"]))
        keys = ["term", "year", "site_id"]
    else:
        own, theirs = own.groupby(keys, as_index=False)["value"].sum(), books.ledger(name, keys)
    both = own.merge(theirs, on=keys, how="outer", suffixes=("", "_recounted")).fillna(0.0)
    assert both["value"].abs().max() > 0
    scale = both["value"].abs().max()
    assert np.abs(both["value"] - both["value_recounted"]).max() <= 1e-7 * scale


def by_year(cost: pd.DataFrame) -> pd.DataFrame:
    """Return costs with outside revenue as one amount a year, since flows of one zone share it."""
    site = cost["site_id"].where(cost["term"] != "outside_revenue", "")
    return cost.assign(site_id=site).groupby(["term", "year", "site_id"], as_index=False)["value"].sum()


def test_the_certificate_holds() -> None:
    solution = full()
    certificate = certify(solution.built.case, solution.tables, solution.record)
    assert certificate.failures == ()
    assert certificate.objective_recomputed == pytest.approx(certificate.objective_stated, rel=1e-9)


def test_every_feature_has_something_to_say_of_the_solution() -> None:
    solution = full()
    certificate = certify(solution.built.case, solution.tables, solution.record)
    spoken = {family.feature for family in certificate.families if family.rows > 0}
    without_check = {name for name in NAMES if registry()[name].check is None}
    assert set(NAMES) - spoken - without_check <= {"net_present_cost", "pue_cap"}


def test_every_row_block_has_a_family_of_its_own() -> None:
    """A rule that adds rows is checked, in both ways of stating it."""
    solution = full()
    written = {rows.feature for rows in solution.built.program.rows if len(rows.index)}
    assert {name for name in written if registry()[name].check is None} == set()


def parameters(model: type[Parameters]) -> list[tuple[str, str]]:
    """Return each parameter that stands for a number, with its description."""
    return [(name, field.description or "") for name, field in model.model_fields.items()]


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_described_with_its_unit(name: str) -> None:
    model = registry()[name].parameters
    assert model.__doc__
    for parameter, description in parameters(model):
        assert description, parameter
        kind = model.model_fields[parameter].annotation
        if kind not in (str, bool, tuple[str, ...]):
            assert re.search(r"\[[^\]]+\]", description), f"{name}.{parameter} has no [unit]"


@pytest.mark.parametrize("name", NAMES)
def test_every_feature_has_a_title_in_both_languages(name: str) -> None:
    title = registry()[name].title
    assert re.search(r"[\u4e00-\u9fff]", title.zh)
    assert re.search(r"[a-z]", title.en)


@pytest.mark.parametrize("name", NAMES)
def test_every_feature_is_documented(name: str, documented: ModuleType) -> None:
    module = importlib.import_module(f"capplan.features.{name}")
    page = documented.rules()
    assert registry()[name].title.en in page
    assert (module.__doc__ or "").splitlines()[0].rstrip(".") in page


def test_every_variable_stands_in_the_formulation(built: Built, root: Path) -> None:
    text = (root / "docs" / "formulation.md").read_text(encoding="utf-8")
    assert [name for name in built.program.columns if f"`{name}`" not in text] == []


def test_every_ledger_stands_in_the_documentation(documented: ModuleType) -> None:
    text = documented.ledgers()
    assert [name for name in LEDGERS if name not in text] == []
